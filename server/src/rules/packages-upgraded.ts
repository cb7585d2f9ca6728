import { isBuiltOn, type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { aptCall } from "../commands/apt-call.ts";
import { addsSource, updatesByItself, upgradesAll } from "../commands/installs.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import { removeInstruction, startWithComments, withoutCommands } from "../edits/chain.ts";
import { isHousekeeping } from "../edits/without-packages.ts";
import type { BaseImage } from "../image/base.ts";
import { find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { followersOf } from "../queries/apt-lists.ts";
import { commentsAt, isReasonedAt } from "../queries/comments.ts";
import { wordsOf } from "../queries/places.ts";
import { printsIntoFile } from "../queries/printed.ts";
import { fixesComeBy } from "../queries/rebuilt.ts";
import type { Edit } from "../text.ts";
import type { Rule } from "./rule.ts";

export const packagesUpgraded: Rule = {
  id: "packages-upgraded",
  summary: "The packages of the base image are upgraded in a layer of their own",
  why:
    "`apt-get upgrade` stores every package that has a newer version a second time, above the one in the base image, and how many that are depends on the day of the build. " +
    "A newer build of the base image brings the same fixes once, and `docker build --pull` fetches it. Said only of bases that surely get one: tags of official images and of distributions that are still built, " +
    "and exact ones that a newer tag of their line has followed. An exact tag or a digest has to be moved by hand, so no fix is offered there.",
  about: "bytes",
  aliases: ["DL3005"],
  example: {
    before:
      "FROM debian:trixie-slim\nRUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*\n",
    after:
      "FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*\n",
  },
  *check(subject) {
    const upgrades = shippedSteps(subject).flatMap((step) => {
      const all = step.ran.filter((r) => upgradesAll(r) && !r.maybe && !isLocked(r, step.before.base));
      return all.length > 0 ? [{ step, all }] : [];
    });
    const [first] = upgrades;
    const [ran] = first?.all ?? [];
    // With one of them left nothing is won: that would bring the same.
    if (!first || !ran || upgrades.some(({ step, all }) => isMeant(subject, step, all))) return;
    const by = fixesComeBy(subject.world, first.step.before.base);
    if (by === undefined) return;
    const each = upgrades.map(({ step, all }) => editsAt(subject, step, all));
    const edits = each.every((e) => e !== undefined) ? each.flatMap((e) => e ?? []) : undefined;
    // A base that is named exactly stays what it is until it is named anew.
    const isOffered = by === "build" && !upgrades.some(({ step, all }) => isOnlyFetched(subject, step, all));
    yield {
      span: wordsOf(subject.file, ran, first.step),
      aliases: aptCall(ran) ? ["DL3005"] : [],
      message: () =>
        `Every package with a newer version is stored again, above the base's own: as much as there is on the day of the build. A newer ${by} of the base brings the same fixes once.`,
      fixes: edits && isOffered ? [{ title: "Leave the upgrade to the base image", safety: "review", edits }] : [],
      ...(edits && { instead: edits }),
    };
  },
};

/** Amazon Linux 2023 takes its packages from the repositories of its own day, unless told of a later one (its user guide, "Deterministic upgrades through versioned repositories"). */
const isLocked = ({ args }: Ran, base: BaseImage | undefined): boolean =>
  base?.os?.id === "amazonlinux" && base.os.release?.startsWith("2023") === true && !args.some((a) => /^--releasever\b/.test(a.text));

/** The base does not bring what this brings, or somebody says why it is there. */
const isMeant = (subject: Subject, step: Step, upgrades: readonly Ran[]): boolean =>
  upgrades.some((r) => isFromElsewhere(r) || hasOwnComment(subject, r) || addsRepository(subject, step, r)) || isReasoned(subject, step);

/** One RUN without its upgrades. */
const editsAt = (subject: Subject, step: Step, upgrades: readonly Ran[]): Edit[] | undefined =>
  isAllOfIt(subject, step, upgrades)
    ? [withoutInstruction(subject.file, step)]
    : withoutCommands(
        subject.file,
        step,
        upgrades.flatMap((r) => r.command ?? []),
      );

/** Without them the RUN would do nothing but fetch the lists for a later one. */
const isOnlyFetched = (subject: Subject, step: Step, upgrades: readonly Ran[]): boolean =>
  !isAllOfIt(subject, step, upgrades) && step.ran.every((r) => upgrades.includes(r) || isHousekeeping(r));

/** The RUN does nothing else but fetch lists and tidy up, and leaves none that a later one may install from. */
function isAllOfIt(subject: Subject, step: Step, upgrades: readonly Ran[]): boolean {
  const { script, ran, layer, before } = step;
  const lists = layer?.entries.some(({ entry }) => entry.kind === "lists");
  if (!script || printsIntoFile(script.body) || (lists && !isTidied(subject, step))) return false;
  // A base has been tidied up itself: only of what was installed on it `autoremove` finds something that nothing needs any more.
  const isBare = !subject.steps.some((s) => s.index < step.index && s.after.base === before.base && s.ran.length > 0);
  return ran.every(
    (r) => upgrades.includes(r) || (!r.maybe && isHousekeeping(r) && (isBare || !r.args.some((a) => a.text === "autoremove"))),
  );
}

/** Nobody behind it installs from its lists, or may. */
const isTidied = (subject: Subject, step: Step): boolean => {
  const { followers, isRead } = followersOf(subject, step);
  const isOpen = subject.steps.some((s) => s.index > step.index && s.ran.some(isUnread));
  return !isRead && !isOpen && followers.every((f) => f.updates);
};

/** With the comment right above it where that tells of nothing else. */
function withoutInstruction(file: Dockerfile, step: Step): Edit {
  const { instruction } = step;
  const edit = removeInstruction(file, step);
  const start = startWithComments(file, instruction);
  const said = file.text.slice(start, instruction.start).split(/\r?\n/);
  const [only, ...more] = said;
  const tellsOfIt = only !== undefined && more.length === 1 && /\b(?:up(?:grad|dat)|patch)/i.test(only) && !/\binstall/i.test(only);
  return tellsOfIt && start > 0 ? { ...edit, start } : edit;
}

/** It is told to take another suite or repository than the base has (apt-get(8), apk(8), dnf(8)). */
const isFromElsewhere = ({ args }: Ran): boolean =>
  args.some((a) => /^(?:-t|-X|--(?:target|default)-release|--repository|--enablerepo|--repo)(?:=|$)/.test(a.text));

/** What a repository offers beside the base's own no tag of the base brings. */
function addsRepository(subject: Subject, step: Step, upgrade: Ran): boolean {
  if (sourcesFolders.some((path) => find(step.before.root, path, true) !== undefined)) return true;
  const before = subject.steps.filter((s) => s.index < step.index && isBuiltOn(subject.image, step.stage, s.stage));
  return [...before.flatMap((s) => s.ran), ...step.ran.slice(0, step.ran.indexOf(upgrade))].some(
    (r) => addsSource(r) || updatesByItself(r) || r.changes.some((c) => isSource(c.path)),
  );
}

/** Somebody wants what is newest, for the holes that are closed in it, or says what it is needed for: they know that it costs bytes. */
function isReasoned({ file }: Subject, { instruction }: Step): boolean {
  return commentsAt(file, instruction).some((text) => forSecurity.test(text)) || isReasonedAt(file, instruction, ofUpgrade);
}

const forSecurity =
  /\b(?:security|secure|hardening|cves?|cve-\d+|vulnerabilit(?:y|ies)|advisor(?:y|ies)|trivy|snyk|grype|deliberate(?:ly)?|intentional(?:ly)?|on purpose)\b/i;
const ofUpgrade = /\b(?:dist-)?upgrad(?:e[ds]?|ing)\b/i;

const sourcesFolders = ["/etc/apt/sources.list.d", "/etc/yum.repos.d", "/etc/apk/repositories"];
const isSource = (path: string): boolean => sourcesFolders.some((folder) => isWithin(path, folder));

/** A comment on the line above it, between the lines of the RUN, says why it is there. */
function hasOwnComment({ file }: Subject, { command }: Ran): boolean {
  const lines = file.text.slice(0, command?.start ?? 0).split(/\r?\n/);
  return /^\s*#/.test(lines.at(-2) ?? "") && /^[\s&|;]*$/.test(lines.at(-1) ?? "");
}

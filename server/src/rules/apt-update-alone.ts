import { isBuiltOn, type Subject, shippedSteps, stageOf } from "../build/subject.ts";
import { allOf, isUnread } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { aptCall, aptCallsOf, asksLists, readsLists, usesLists } from "../commands/apt-call.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import { isPlain, pathTo } from "../edits/chain.ts";
import { updateBefore, withoutUpdate } from "../edits/update.ts";
import { contentAt } from "../image/files.ts";
import { isMountedOver, type Ran, type Step } from "../image/model.ts";
import { livesElsewhere, stepsBehind } from "../queries/apt-lists.ts";
import { hindrance, mayNotUpdate, updatesSurely } from "../queries/apt-settings.ts";
import { isNamedInstaller, mayInstall } from "../queries/installs-unseen.ts";
import { lineNumber } from "../queries/places.ts";
import { type Edit, spanOver } from "../text.ts";
import type { Rule } from "./rule.ts";

export const aptUpdateAlone: Rule = {
  id: "apt-update-alone",
  summary: "Package lists are updated in a layer of their own",
  why:
    "The layer with the package lists is cached: when the list of packages below it changes weeks later, the build goes on with the old lists, and " +
    "`apt-get install` asks for versions that the mirror no longer has. In one `RUN` with the install the lists are as new as the packages. " +
    "Alone they also cannot be removed again: a later `rm` frees nothing.",
  about: "build cache",
  level: "info",
  example: {
    before: "FROM debian:bookworm\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl\n",
    after: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
  },
  *check(subject) {
    const shipped = new Set(shippedSteps(subject));
    for (const stage of subject.image.stages) {
      if (!subject.image.needed.has(stage.index)) continue;
      for (const step of stage.steps) {
        const apt = aptCallsOf(step);
        const [update] = apt;
        if (update?.call.does !== "updates" || apt.length > 1) continue;
        if (update.ran.words.length === 0 && !step.instruction.exec) continue;
        const fate = fateOf(subject, step, update.ran);
        // Where the layer ships, apt-lists-kept says so, with the bytes.
        if (!fate || (fate !== "lived on" && shipped.has(step))) continue;
        const again = fate === "lived on" ? undefined : fate;
        const users = livingOn(subject, step).map((use) => ({ ...use, ...hindrance(subject, step, use.user, use.ran) }));
        const changed = again ? undefined : users.find((u) => u.changed)?.changed;
        const barred = users.find((u) => u.barred !== undefined);
        const edits = again ? withoutUpdate(subject.file, step) : barred ? undefined : fixFor(subject, step);
        // With the lists moved behind it, what may install would find none.
        const safety = again || !(changed || passed(subject, step).some((r) => mayInstall(subject, r))) ? "safe" : "review";
        const where = users.length > 1 ? "each RUN" : "the RUN";
        // An install behind it has lists of its own.
        const calls = users.flatMap(({ user }) => aptCallsOf(user).map(({ call }) => call));
        const isForUpgrade = calls.some((c) => c.does === "upgrades") && !calls.some((c) => c.does === "installs" || c.verb === "download");
        const use = isForUpgrade ? "upgrade" : "install";
        const check = changed ? ` (check first: ${mayNotUpdate(subject.file, changed)})` : "";
        const title = again ? "Leave out the update" : `Move apt-get update into ${where} that installs${check}`;
        const advice = barred
          ? `No update can go to line ${lineNumber(subject.file, barred.user)}, which installs from them: ${barred.barred}.`
          : `Put it in ${where} that ${use}s.`;
        yield {
          span: spanOver(step.instruction.exec ?? update.ran.words) ?? step.instruction,
          message: () =>
            again
              ? `Nothing installs from what this ${update.ran.name} update fetches: line ${lineNumber(subject.file, again)} updates anew. Leave it out.`
              : `${update.ran.name} update in a RUN of its own: its layer is cached, and a later ${use} meets lists that are out of date. ${advice}`,
          fixes: edits ? [{ title, safety, edits }] : [],
        };
      }
    }
  },
};

/**
 * What becomes of its lists: they are there when the RUN ends, nothing of this RUN uses them, and a later one may install from them; or before
 * anything does, they are updated anew: by which step. Where somebody only asks what is in them, they are there for that.
 */
function fateOf(subject: Subject, step: Step, update: Ran): "lived on" | Step | undefined {
  const stay = contentAt(step.after.root, listsFolder).of(listsId).length > 0;
  if (!stay || step.ran.slice(step.ran.indexOf(update) + 1).some(isUnread)) return undefined;
  const endsThem = (ran: Ran): boolean => aptUpdatesSurely(ran) || (!ran.maybe && removesLists(ran));
  const behind = new Set<Step>();
  let isSure = true;
  let isAsked = false;
  for (const later of stepsBehind(subject, step, (s) => s.ran.some(endsThem))) {
    behind.add(later);
    for (const ran of later.ran) {
      if (endsThem(ran)) break;
      const call = aptCall(ran);
      // A script that is called after it most likely installs from them.
      if (usesLists(call) || call?.does === "removes" || (readsLists(ran) && !asksLists(ran)) || isNamedInstaller(ran)) return "lived on";
      isAsked ||= asksLists(ran);
      isSure &&= !isUnread(ran);
    }
  }
  if (!isSure || isAsked) return undefined;
  return subject.steps.find((later) => {
    if (later.index <= step.index || !isBuiltOn(subject.image, later.stage, step.stage)) return false;
    // Where an earlier RUN has removed them: an update that comes first.
    const ran = behind.has(later) ? later.ran.find(endsThem) : later.ran[0];
    return ran !== undefined && aptUpdatesSurely(ran);
  });
}

/**
 * By apt itself. An installer that has apt update is left out on purpose: what it fetches stays in its own layer, so that an install in a later
 * RUN meets lists as old as ever; and its line shows no update that could be pointed to.
 */
const aptUpdatesSurely = (ran: Ran): boolean => aptCall(ran)?.fetchesLists === true && updatesSurely(ran);

const removesLists = (ran: Ran): boolean => ran.changes.some((c) => c.how === "removed" && c.entry.id === listsId);

/** The next step of the stage that asks for lists: what only takes files away, or packages that nobody needs, does not; what removes a package by name fails without, where it is not there. */
function nextUser(subject: Subject, step: Step): Step | undefined {
  const asks = (s: Step): boolean =>
    !isMountedOver(s, listsFolder) && aptCallsOf(s).some(({ call }) => call.does !== "sweeps" && call.does !== "cleans");
  return stageOf(subject, step)?.steps.find((s) => s.index > step.index && asks(s));
}

/** The first command of each RUN that lives on these lists: of those, too, that come behind the next one. */
function livingOn(subject: Subject, step: Step): { user: Step; ran: Ran }[] {
  const endsThem = (ran: Ran): boolean => aptUpdatesSurely(ran) || removesLists(ran);
  const livesOn = (ran: Ran): boolean => usesLists(aptCall(ran)) && !aptCall(ran)?.fetchesLists;
  return [...stepsBehind(subject, step, (s) => s.ran.some(endsThem))].flatMap((user) => {
    const ran = user.ran.find((r) => livesOn(r) || endsThem(r));
    return ran && livesOn(ran) ? [{ user, ran }] : [];
  });
}

/** What runs between the update and that. */
function passed(subject: Subject, step: Step): readonly Ran[] {
  const next = nextUser(subject, step);
  const [first] = next ? aptCallsOf(next) : [];
  const between = stageOf(subject, step)?.steps.filter((s) => s.index > step.index && s.index < (next?.index ?? 0)) ?? [];
  return [...between.flatMap(allOf), ...(next && first ? next.ran.slice(0, next.ran.indexOf(first.ran)) : [])];
}

/** The update moves to the front of the next apt command of the stage, and of the first one of each later RUN that lives on its lists: else that meets older ones still. */
function fixFor(subject: Subject, step: Step): Edit[] | undefined {
  const { file } = subject;
  const next = nextUser(subject, step);
  const [first] = next ? aptCallsOf(next) : [];
  const [update] = aptCallsOf(step);
  if (!next || !first || passed(subject, step).some(readsLists)) return undefined;
  // On another platform one before it would find no lists.
  if (subject.steps.some((s) => s.index > step.index && s.index <= next.index && livesElsewhere(s))) return undefined;
  const removal = withoutUpdate(subject.file, step);
  if (!update || !removal) return undefined;
  // What upgrades or asks is no install: a later one would still stand apart.
  if (["upgrades", "removes", "asks"].includes(first.call.does) && first.call.verb !== "download") return undefined;
  if (first.call.does === "installs" && first.call.packages.length === 0) return undefined;
  const users = [{ user: next, ran: first.ran }, ...livingOn(subject, step).filter(({ user: s }) => s !== next)];
  const puts = users.map(({ user: s, ran }) => putBefore(file, step, update.ran, s, ran));
  return puts.every((p) => p !== undefined) ? [...removal, ...puts] : undefined;
}

function putBefore(file: Dockerfile, step: Step, update: Ran, user: Step, ran: Ran): Edit | undefined {
  const path = ran.command && user.script && pathTo(user.script, ran.command);
  // The update that docker-clean watches takes away what was downloaded before (/etc/apt/apt.conf.d/docker-clean).
  if (!path || !isPlain(path) || ran.maybe || ran.chosen || ran.args.some((a) => a.text === "--no-download")) return undefined;
  return updateBefore(file, step, update, user, ran);
}

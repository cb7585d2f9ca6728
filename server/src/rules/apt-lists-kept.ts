import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { aptCall, readsLists, usesLists } from "../commands/apt-call.ts";
import { listsLost, listsRemoved, listsRemovedBefore } from "../edits/apt-lists.ts";
import { withoutUpdate } from "../edits/update.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { type Follower, followersOf, isUpdatedAgain, mayHaveFetched, onlyUpdates } from "../queries/apt-lists.ts";
import { mayNotUpdate } from "../queries/apt-settings.ts";
import { startInstallsFromLists } from "../queries/installs-unseen.ts";
import { lineNumber } from "../queries/places.ts";
import { spanOver } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const aptListsKept: Rule = {
  id: "apt-lists-kept",
  summary: "Package lists stay in the layer",
  why:
    "`apt-get update` downloads the lists of all packages there are. Once the packages are installed nobody needs them: they are out of date within days. " +
    "Only a removal in the same `RUN` helps. In a later one the lists are hidden, but their bytes stay in the layer below.",
  about: "bytes",
  aliases: ["DL3009"],
  example: {
    before: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
    after: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      if (!step.layer?.entries.some(({ entry }) => entry.id === listsId && !entry.maybe)) continue;
      // Where a part of them is mounted nothing removes them.
      if (step.mounts.some((mount) => isWithin(mount, listsFolder))) continue;
      const update = step.ran.find((ran) => ran.changes.some((c) => c.how === "written" && c.entry.id === listsId));
      if (update && !startInstallsFromLists(subject)) yield* finding(subject, step, update);
    }
  },
};

function* finding(subject: Subject, step: Step, update: Ran): Iterable<Draft> {
  const fetching = mayHaveFetched(subject, step);
  const before = listsRemovedBefore(subject, step, fetching);
  // They may lie in an earlier layer already: without that nothing is gained here.
  if (!before) return;
  const { followers, isRead, closing, unseen } = followersOf(subject, step);
  const isIdle =
    aptCall(update)?.does === "updates" && followers.length === 0 && !isRead && step.ran.every((r) => r === update || isNoUse(r));
  const unused = isIdle ? withoutUpdate(subject.file, step) : undefined;
  const own = unused ?? listsRemoved(subject, step, followers, closing);
  const edits = own && [...before, ...own];
  const way = own && wayOut(step, unused !== undefined, isUpdatedAgain(subject, step), followers, fetching.length);
  const changed = followers.find((f) => f.changed)?.changed;
  const check = checkFirst(subject, unseen, changed);
  const where = update.words[0] ?? spanOver(step.instruction.exec ?? []) ?? step.instruction.keywordSpan;
  const verb = update.words.find((w) => w.raw === aptCall(update)?.verb) ?? where;
  yield {
    span: where.end > where.start ? { start: where.start, end: verb.end } : step.instruction.keywordSpan,
    message: (saving) =>
      `The package lists stay in the layer: ${formatSaving(saving)}. ${way?.advice ?? noWayOut(subject, step, followers)}`,
    fixes: edits && way ? [{ title: `${way.title}${check}`, safety: isRead || changed ? "review" : "safe", edits }] : [],
    // Gone from one RUN alone they would come whole with the next one's update.
    ...(!edits && { instead: [step, ...followers.flatMap(updatingStep)].flatMap((s) => listsLost(subject, s)) }),
  };
}

function checkFirst({ file }: Subject, unseen: Step | undefined, changed: Step | undefined): string {
  if (unseen) return ` (check first: whether line ${lineNumber(file, unseen)} installs from them, or fetches them again)`;
  return changed ? ` (check first: ${mayNotUpdate(file, changed)})` : "";
}

const updatingStep = ({ step, removes }: Follower): Step[] =>
  !removes && step.ran.some((r) => aptCall(r)?.does === "updates") ? [step] : [];

/** It neither installs from the lists, nor may it, as a program that nobody knows. */
const isNoUse = (ran: Ran): boolean => !usesLists(aptCall(ran)) && !readsLists(ran) && !isUnread(ran) && aptCall(ran)?.does !== "removes";

/** What keeps them out of the layer, and the title of the fix that does it. */
function wayOut(
  step: Step,
  isUnused: boolean,
  isAgain: boolean,
  followers: readonly Follower[],
  earlier: number,
): { readonly advice: string; readonly title: string } {
  if (isUnused)
    return { advice: "Nothing installs from them: leave the update out.", title: "Leave out the update that nothing installs from" };
  if (isAgain)
    return {
      advice: "A later RUN updates them again: this update does nothing.",
      title: "Leave out the update that a later RUN does again",
    };
  const runs = earlier + 1 + followers.length;
  if (followers.some(isLiving)) {
    const installing = [step, ...followers.map((f) => f.step)].filter((s) => !onlyUpdates(s)).length;
    return {
      advice: `Updating, installing and removing them in ${installing > 1 ? "each" : "one"} RUN keeps them out.`,
      title: `Update, install and remove the lists in ${installing > 1 ? `each of these ${installing} RUNs` : "one RUN"}`,
    };
  }
  if (runs > 1)
    return {
      advice: "Remove them in each RUN that updates them.",
      title: `Remove the package lists in each of these ${runs} RUNs`,
    };
  return { advice: "Remove them in this RUN.", title: "Remove the package lists in this RUN" };
}

/** Why there is no fix, and what to do by hand. */
function noWayOut({ file }: Subject, { instruction }: Step, followers: readonly Follower[]): string {
  if (instruction.exec) return "Exec form holds one command: update, install and remove them in one RUN in shell form.";
  const living = followers.find((f) => f.elsewhere) ?? followers.find(isLiving);
  const barred = followers.find((f) => f.barred !== undefined);
  if (barred) return `Line ${lineNumber(file, barred.step)} installs from them, and no update can go there: ${barred.barred}.`;
  const when = living?.elsewhere ? ", with other values or on another platform" : "";
  return living
    ? `Line ${lineNumber(file, living.step)} installs from them${when}: update there, too, and remove them in each RUN.`
    : "Only a removal in the same RUN frees them.";
}

/** It lives on the lists of this RUN. */
const isLiving = (follower: Follower): boolean => !follower.updates;

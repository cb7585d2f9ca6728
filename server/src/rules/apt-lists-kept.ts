import { type Subject, shippedSteps } from "../build/subject.ts";
import { aptCall, listsFolder, listsId } from "../commands/apt.ts";
import { insertAfter, isPlain, pathTo, withoutCommand } from "../edits/chain.ts";
import { privilegeOf } from "../edits/removal.ts";
import { updateBefore } from "../edits/update.ts";
import type { Ran, Step } from "../image/model.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

const removal = `rm -rf ${listsFolder}/*`;

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
      const update = step.ran.find((ran) => ran.changes.some((c) => c.how === "written" && c.entry.id === listsId));
      if (update) yield finding(subject, step, update);
    }
  },
};

function finding(subject: Subject, step: Step, update: Ran): Draft {
  const followers = followersOf(subject, step);
  const edits = fixFor(subject, step, followers);
  const living = followers.some((f) => !f.updates);
  const where = update.words[0] ?? step.instruction.keywordSpan;
  const verb = update.words.find((w) => w.raw === aptCall(update)?.verb) ?? where;
  return {
    span: where.end > where.start ? { start: where.start, end: verb.end } : step.instruction.keywordSpan,
    aliases: ["DL3009"],
    message: (saving) =>
      `The package lists stay in the layer: ${formatSaving(saving)}. ` +
      (edits
        ? living
          ? "Updating, installing and removing them in one RUN keeps them out."
          : followers.length > 0
            ? "Remove them in each RUN that updates them."
            : "Remove them in this RUN."
        : "Only a removal in the same RUN frees them."),
    fixes: edits
      ? [
          {
            title: titleOf(followers),
            safety: "safe",
            edits,
          },
        ]
      : [],
    ...(!edits && { instead: [insertAfter(subject.file, step, lastWord(step), removal) ?? []].flat() }),
  };
}

function titleOf(followers: readonly Follower[]): string {
  if (followers.some((f) => !f.updates)) return "Update, install and remove the lists in one RUN";
  return followers.length > 0
    ? `Remove the package lists in each of these ${followers.length + 1} RUNs`
    : "Remove the package lists in this RUN";
}

const lastWord = (step: Step) => step.script?.body ?? { start: step.instruction.headEnd, end: step.instruction.headEnd };

/** A later RUN that uses apt while these lists are there. */
interface Follower {
  readonly step: Step;
  /** It has an update of its own: without the older lists that writes them anew. Else it lives on the older ones. */
  readonly updates: boolean;
  /** It removes them itself. */
  readonly removes: boolean;
}

/** The later RUNs that the lists matter to, up to the one that removes them. */
function followersOf(subject: Subject, writer: Step): Follower[] {
  const found: Follower[] = [];
  for (const step of subject.steps) {
    if (step.index <= writer.index || !subject.image.ships.has(step.stage)) continue;
    const verbs = step.ran.flatMap((ran) => aptCall(ran)?.verb ?? []).filter((verb) => usesLists(verb));
    const removes = step.changes.some((c) => c.how === "removed" && c.entry.id === listsId);
    if (verbs.length > 0 && !(removes && verbs[0] === "update")) found.push({ step, updates: verbs[0] === "update", removes });
    if (removes) return found;
  }
  return found;
}

const usesLists = (verb: string): boolean =>
  verb === "update" || verb === "install" || verb === "build-dep" || verb === "download" || verb.endsWith("upgrade");

function fixFor(subject: Subject, step: Step, followers: readonly Follower[]): Edit[] | undefined {
  const { file } = subject;
  if (!step.script) return undefined;
  const edits: Edit[] = [];
  const update = step.ran.find((r) => aptCall(r)?.verb === "update");
  const onlyUpdates = step.ran.every((r) => (aptCall(r)?.verb ?? "update") === "update");
  if (onlyUpdates && followers.some((f) => !f.updates)) {
    // This RUN only updates: its command moves to where it is needed.
    const taken = withoutCommand(file, step, update?.command);
    if (!taken) return undefined;
    edits.push(taken);
  } else {
    const edit = removalIn(subject, step);
    if (!edit) return undefined;
    edits.push(edit);
  }
  for (const { step: user, updates, removes } of followers) {
    const install = user.ran.find((r) => usesLists(aptCall(r)?.verb ?? ""));
    const path = install?.command && user.script && pathTo(user.script, install.command);
    const end = removes ? undefined : removalIn(subject, user);
    if (!path || !isPlain(path) || (!end && !removes)) return undefined;
    if (!updates) {
      const put = update && updateBefore(file, step, update, user, install);
      if (!put) return undefined;
      edits.push(put);
    }
    if (end) edits.push(end);
  }
  return edits;
}

const isRoot = ({ before }: Step): boolean => before.user === "root" || before.user === "0";

/** The removal behind the last apt command of a RUN; at the RUN's end when something unknown may still need the lists. */
function removalIn({ file }: Subject, step: Step): Edit | undefined {
  if (!step.script) return undefined;
  const last = step.ran.findLastIndex((r) => aptCall(r) !== undefined);
  const ran = step.ran[last];
  const command = ran?.command;
  const unknownAfter = step.ran.slice(last + 1).some((r) => r.changes.some((c) => c.entry.id.startsWith("command:")));
  const path = command && pathTo(step.script, command);
  if (!command || !path || !isPlain(path)) return undefined;
  const end = step.script.body.items.at(-1);
  const after = unknownAfter && end ? end : command;
  return insertAfter(file, step, after, [...(isRoot(step) ? [] : privilegeOf(ran)), removal].join(" "));
}

import type { Subject } from "../build/subject.ts";
import { shippedSteps } from "../build/subject.ts";
import { aptCall, listsFolder, listsId } from "../commands/apt.ts";
import { insertAfter, isPlain, pathTo, removeCommand, removeInstruction, topCommands } from "../edits/chain.ts";
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
  const living = livingOn(subject, step);
  const edits = fixFor(subject, step, living);
  const [first] = living;
  const where = update.words[0] ?? step.instruction.keywordSpan;
  const verb = update.words.find((w) => w.raw === aptCall(update)?.verb) ?? where;
  return {
    span: where.end > where.start ? { start: where.start, end: verb.end } : step.instruction.keywordSpan,
    aliases: ["DL3009"],
    message: (saving) =>
      `The package lists stay in the layer: ${formatSaving(saving)}. ` +
      (edits
        ? first
          ? "Updating, installing and removing them in one RUN keeps them out."
          : "Remove them in this RUN."
        : "Only a removal in the same RUN frees them."),
    fixes: edits
      ? [
          {
            title: first ? "Update, install and remove the lists in one RUN" : "Remove the package lists in this RUN",
            safety: "safe",
            edits,
          },
        ]
      : [],
    ...(!edits && { instead: [insertAfter(subject.file, step, lastWord(step), removal)] }),
  };
}

const lastWord = (step: Step) => step.script?.body ?? { start: step.instruction.headEnd, end: step.instruction.headEnd };

/** Later RUNs that install from these lists: they need their own once these go. */
function livingOn(subject: Subject, writer: Step): Step[] {
  const found: Step[] = [];
  for (const step of subject.steps) {
    if (step.index <= writer.index || !subject.image.ships.has(step.stage)) continue;
    for (const ran of step.ran) {
      const call = aptCall(ran);
      if (call?.verb === "update") return found;
      if (
        call &&
        (call.verb === "install" || call.verb.endsWith("upgrade") || call.verb === "build-dep" || call.verb === "download") &&
        !found.includes(step)
      )
        found.push(step);
    }
    if (step.changes.some((c) => c.how === "removed" && c.entry.id === listsId)) return found;
  }
  return found;
}

function fixFor(subject: Subject, step: Step, living: readonly Step[]): Edit[] | undefined {
  const { file } = subject;
  if (!step.script) return undefined;
  const edits: Edit[] = [];
  const commands = topCommands(step.script);
  const updates = commands.filter((c) => step.ran.some((r) => r.command === c && aptCall(r)?.verb === "update"));
  const [update] = updates;
  const installs = step.ran.filter((r) => r.command && aptCall(r) && aptCall(r)?.verb !== "update");
  if (living.length > 0 && installs.length === 0) {
    // This RUN only updates: its command moves to where it is needed.
    if (!update) return undefined;
    const taken = removeCommand(file, step.script, update);
    if (taken === undefined) return undefined;
    edits.push(taken === "everything" ? removeInstruction(file, step.instruction) : taken);
  } else {
    const edit = removalIn(subject, step);
    if (!edit) return undefined;
    edits.push(edit);
  }
  for (const user of living) {
    const command = user.ran.find((r) => aptCall(r))?.command;
    const path = command && user.script && pathTo(user.script, command);
    const end = removalIn(subject, user);
    if (!command || !path || !isPlain(path) || !end) return undefined;
    edits.push({ start: command.start, end: command.start, text: "apt-get update && " }, end);
  }
  return edits;
}

/** The removal behind the last apt command of a RUN; at the RUN's end when something unknown may still need the lists. */
function removalIn({ file }: Subject, step: Step): Edit | undefined {
  if (!step.script) return undefined;
  const last = step.ran.findLastIndex((r) => aptCall(r) !== undefined);
  const command = step.ran[last]?.command;
  const unknownAfter = step.ran.slice(last + 1).some((r) => r.changes.some((c) => c.entry.id.startsWith("command:")));
  const path = command && pathTo(step.script, command);
  if (!command || !path || !isPlain(path)) return undefined;
  const end = step.script.body.items.at(-1);
  const after = unknownAfter && end ? end : command;
  return insertAfter(file, step, after, removal);
}

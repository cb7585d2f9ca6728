import { isKnown } from "../build/holds.ts";
import type { Subject } from "../build/subject.ts";
import { shippedSteps } from "../build/subject.ts";
import { copyOwner, isKnownAccount, type OwnerCall, ownerCall } from "../commands/owners.ts";
import { removeCommand, removeInstruction, removeWords } from "../edits/chain.ts";
import { entriesOf, find, unfold } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const changedLater: Rule = {
  id: "changed-later",
  summary: "Owner or mode of copied files is changed in a later layer",
  why:
    "A layer holds whole files. `chown` and `chmod` of what a lower layer holds store every file a second time, even where nothing changes in effect: the most expensive habit there is, and the least known. " +
    "`COPY --chown` and `COPY --chmod` give owner and mode while the files are copied. `chown app` leaves the group as it was, root's, so it becomes `--chown=app:0`.",
  about: "bytes",
  example: {
    before: "FROM debian:bookworm-slim\nRUN useradd app\nCOPY data /srv/data\nRUN chown -R app /srv/data\n",
    after: "FROM debian:bookworm-slim\nRUN useradd app\nCOPY --chown=app:0 data /srv/data\n",
    context: { "data/big.bin": 20_000_000 },
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const call = ownerCall(ran);
        if (call && !ran.maybe && ran.changes.some((c) => c.how === "stored again" && c.entry.kind !== "base"))
          yield finding(subject, step, ran, call);
      }
    }
  },
};

function finding(subject: Subject, step: Step, ran: Ran, call: OwnerCall): Draft {
  const first = ran.words[0];
  const last = ran.words.at(-1);
  const outcome =
    ran.command && first && last && last.end > first.start ? fixFor(subject, step, ran, call) : "write it in a RUN of its own";
  const places = [...new Set(call.paths)].join(", ");
  const reason =
    typeof outcome === "string" ? `${outcome[0]?.toUpperCase() ?? ""}${outcome.slice(1)}.` : `${outcome.title} does it in place.`;
  const taken = ran.command && step.script && removeCommand(subject.file, step.script, ran.command);
  return {
    span:
      first && last && last.end > first.start
        ? { start: first.start, end: onLine(step, first.start, last.end) }
        : step.instruction.keywordSpan,
    message: (saving) => `Stores ${places} a second time: ${formatSaving(saving)}. ${reason}`,
    fixes: typeof outcome === "string" ? [] : [{ ...outcome, title: `Copy with ${outcome.title.replace(/^COPY /, "")}` }],
    ...(typeof outcome === "string" &&
      taken && { instead: [taken === "everything" ? removeInstruction(subject.file, step.instruction) : taken] }),
  };
}

/** The end of the words on their first line. */
function onLine({ instruction }: Step, start: number, end: number): number {
  const text = instruction.source.slice(start, end);
  const cut = text.search(/[ \t]*[\\`]?[ \t]*\r?\n/);
  return cut < 0 ? end : start + cut;
}

/** The COPYs get the flag, the command goes; or the reason why that would not be the same. */
function fixFor(subject: Subject, step: Step, ran: Ran, call: OwnerCall): DraftFix | string {
  const { steps } = subject;
  const again = ran.changes.filter((c) => c.how === "stored again");
  const writers = [...new Set(again.map((c) => steps.find((s) => s.layer?.index === c.entry.layer)))];
  const copies = writers.filter((s): s is Step => s?.stage === step.stage && /^(?:COPY|ADD)$/.test(s.instruction.keyword));
  const [firstCopy] = copies;
  if (!firstCopy || copies.length < writers.length) return "do it in the RUN that writes them";
  if (call.verb === "chgrp") return "COPY --chown gives the group as well";
  const flag = call.verb === "chown" ? ownerFlag(subject, firstCopy, call) : modeFlag(firstCopy, copies, call);
  if (!flag.startsWith("--")) return flag;
  if (copies.some((c) => c.instruction.flags.some((f) => f.name === flag.slice(2, 7)))) return "the COPY has such a flag already";
  const outside = copies.some((c) => c.layer?.entries.some(({ path }) => !call.paths.some((p) => isWithin(path, p))));
  if (outside) return "the COPY brings other files as well, which keep their owner";
  if (!call.paths.every((p) => find(step.before.root, p, true)?.type === "file" || isKnown(step.before, p)))
    return "other files may lie there, which need it too";
  const layers = new Set(copies.map((c) => c.layer?.index));
  const others = call.paths.some((p) => {
    const node = find(step.before.root, p, true);
    return node !== undefined && [...entriesOf(node, p)].some(({ entry }) => !layers.has(entry.layer));
  });
  if (others) return "other instructions wrote there too, and what they wrote needs it as well";
  const edits: Edit[] = copies.map(({ instruction: i }) => ({ start: i.keywordSpan.end, end: i.keywordSpan.end, text: ` ${flag}` }));
  const rest = restOf(subject, step, ran, call, firstCopy);
  if (typeof rest === "string") return rest;
  const between = steps.some(
    (s) => s.index > firstCopy.index && s.index < step.index && s.stage === step.stage && s.instruction.keyword === "RUN",
  );
  return {
    title: `COPY ${flag}`,
    safety: between || !isExact(call, step) ? "review" : "safe",
    edits: [...edits, ...rest],
  };
}

function ownerFlag({ steps }: Subject, copy: Step, call: OwnerCall): string {
  const owner = call.value.known ? copyOwner(call.value.text) : undefined;
  if (owner === undefined) return "its owner is not known here";
  const earlier = steps.filter((s) => s.index < copy.index && s.stage === copy.stage).flatMap((s) => s.ran);
  const missing = owner.split(":").find((name) => !isKnownAccount(name, copy.before, earlier));
  return missing === undefined ? `--chown=${owner}` : `COPY --chown=${owner} does it in place, where ${missing} exists before the COPY`;
}

/** A mode is for files and folders alike: only single files can have it from COPY. */
function modeFlag(first: Step, copies: readonly Step[], call: OwnerCall): string {
  const files = call.paths.map((p) => find((copies.at(-1) ?? first).after.root, p, true));
  if (call.recursive || files.some((f) => f?.type === "folder")) return "COPY --chmod would give files and folders one mode";
  const modes = new Set(files.map((f) => modeOf(call.value.text, f?.type === "file" ? f.mode : undefined)));
  const [mode] = modes;
  return mode === undefined || modes.size > 1 ? "COPY --chmod needs the mode in figures" : `--chmod=${mode}`;
}

/** `755`, or what `+x` makes of a file's mode; of one that is not known (a host that is not asked), of the usual 644. */
function modeOf(value: string, before: number | undefined): string | undefined {
  if (/^[0-7]{3,4}$/.test(value)) return value;
  return /^(?:a|ugo)?\+r?x$/.test(value) ? ((before ?? 0o644) | 0o111).toString(8) : undefined;
}

/** What is left of the command: nothing; or, for folders that were there before the COPY, their own change without what is in them. */
function restOf({ file }: Subject, step: Step, ran: Ran, call: OwnerCall, copy: Step): Edit[] | string {
  const there = call.paths.filter((p) => find(copy.before.root, p, true));
  if (call.verb === "chown" && there.length > 0) {
    const folders = there.map((p) => find(copy.before.root, p, true));
    if (
      there.length < call.paths.length ||
      folders.some((f) => f?.type !== "folder" || [...unfold(f).children.values()].some((child) => child.type !== "file"))
    )
      return "some of these folders were there before the COPY";
    const flags = ran.words.filter((w) => /^-R$|^--recursive$/.test(w.raw));
    const edits = ran.command && removeWords(file, { words: ran.words }, flags);
    return edits && flags.length > 0 ? edits : "its folder was there before the COPY";
  }
  const taken = ran.command && step.script && removeCommand(file, step.script, ran.command);
  if (taken === undefined) return "other commands hang on it";
  return [taken === "everything" ? removeInstruction(file, step.instruction) : taken];
}

/** Whether the mode that COPY gives is the one that chmod would: `+x` adds to a mode that must be known. */
const isExact = (call: OwnerCall, { before }: Step): boolean =>
  call.verb === "chown" ||
  /^\d+$/.test(call.value.text) ||
  call.paths.every((p) => {
    const node = find(before.root, p, true);
    return node?.type === "file" && node.mode !== undefined;
  });

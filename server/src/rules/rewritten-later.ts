import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { type Rewrite, rewriteOf } from "../commands/rewriters.ts";
import { withoutCommand } from "../edits/chain.ts";
import { copyThere } from "../edits/copy-there.ts";
import { find, type Stored } from "../image/files.ts";
import { isWeighty } from "../image/little.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { absolute, basename, join } from "../image/paths.ts";
import { isUnknown } from "../image/size.ts";
import { isByArgument } from "../queries/by-argument.ts";
import { changersOf } from "../queries/changers.ts";
import { isReasonedInRow } from "../queries/comments.ts";
import { isPassing } from "../queries/passing.ts";
import { lineNumber, wordsOf } from "../queries/places.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const rewrittenLater: Rule = {
  id: "rewritten-later",
  summary: "Files are moved, copied, touched, marked or edited in a later layer",
  why:
    "A layer holds whole files. `mv` of what a lower layer holds stores all of it again at its new place, and so does `touch` for the sake of a date, `sed -i` for a line, `setcap` for a mark, or `strip`: the old bytes stay below, hidden. " +
    "Copy a file to where it shall lie, and edit it where it is made: before the `COPY`, or in the `RUN` that writes it.",
  about: "bytes",
  example: {
    before:
      'FROM debian:bookworm-slim\nCOPY model.bin /tmp/model.bin\nRUN mkdir -p /srv/app && mv /tmp/model.bin /srv/app/\nCMD ["date"]\n',
    after: 'FROM debian:bookworm-slim\nCOPY model.bin /srv/app/model.bin\nRUN mkdir -p /srv/app\nCMD ["date"]\n',
    context: { "model.bin": 40_000_000 },
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      if (!isOwn(subject, step)) continue;
      const rewrites = step.ran.flatMap((ran) => {
        const how = ran.maybe ? undefined : rewriteOf(ran.name);
        const again = how ? storedAgain(subject, step, ran, how) : [];
        return how && again.length > 0 ? [{ ran, how, again }] : [];
      });
      if (rewrites.length === 0 || isReasonedInRow(subject.file, step.instruction, ofRewrite)) continue;
      for (const { ran, how, again } of rewrites) yield finding(subject, step, ran, how, again);
    }
  },
};

/** Comments that speak of what is done, or of its place in the file. */
const ofRewrite = /\b(?:mov(?:e|es|ed|ing)|touch(?:es|ed|ing)?|always be (?:the )?last|last (?:step|layer))\b/i;

/** What of earlier layers this command stores once more: of a size that is known, or what is moved and surely weighs. */
function storedAgain({ steps, image }: Subject, step: Step, ran: Ran, how: Rewrite): Change[] {
  if (ran.changes.length === 0) return [];
  const stored = new Set(step.changes.map((c) => c.entry));
  const written = how === "copies" ? writersBefore(steps, step) : undefined;
  // A copy that is made to be changed is not the same for long.
  const changed = how === "copies" ? placesChanged([step, ...steps.slice(step.index + 1)], ran) : undefined;
  return ran.changes.filter(({ how: change, path, entry }) => {
    if (entry.maybe || entry.kind === "base" || change !== (how === "copies" ? "written" : "stored again")) return false;
    const first = how === "copies" ? written?.get(entry.id) : steps[entry.layer];
    // Two neighbouring RUNs are better one: another rule says so.
    if (isNeighbour(first, step)) return false;
    if (isUnknown(entry.size) && !isSurelyMoved(ran, how, { path, entry })) return false;
    return how === "copies" ? first !== undefined && image.ships.has(first.stage) && !changed?.has(path) : stored.has(entry);
  });
}

/** Who wrote a file first, of the steps before one. */
function writersBefore(steps: readonly Step[], step: Step): ReadonlyMap<string, Step> {
  const first = new Map<string, Step>();
  for (const s of steps.slice(0, step.index))
    for (const { how, entry } of s.changes) if (how === "written" && !first.has(entry.id)) first.set(entry.id, s);
  return first;
}

/** What other commands change, and the folders above. */
function placesChanged(steps: readonly Step[], but: Ran): ReadonlySet<string> {
  const places = new Set<string>();
  for (const ran of steps.flatMap((s) => s.ran))
    for (const { path } of ran === but ? [] : ran.changes)
      for (let at = path; !places.has(at); at = at.slice(0, at.lastIndexOf("/")) || "/") places.add(at);
  return places;
}

/** By its name: what a pattern names may be gone by then. */
const isSurelyMoved = ({ args }: Ran, how: Rewrite, stored: Stored): boolean =>
  how === "moves" && !args.some((a) => a.glob) && isWeighty(stored);

const isNeighbour = (writer: Step | undefined, step: Step): boolean =>
  writer?.instruction.keyword === "RUN" && writer.index === step.index - 1 && writer.stage === step.stage;

function finding(subject: Subject, step: Step, ran: Ran, how: Rewrite, again: readonly Change[]): Draft {
  const { file, steps } = subject;
  const behind = how === "moves" ? changedBehind(step, ran) : [];
  const taken = withoutCommand(file, step, ran.command);
  const firsts = again.flatMap((c) => firstOf(steps, step, c) ?? []);
  const isSure =
    (how === "moves" || (how === "copies" && takesOn(ran))) &&
    !isByArgument(
      ran,
      ran.words,
      firsts.map((f) => f.step),
    );
  const there = isSure ? copyThere(subject, step, ran) : undefined;
  const names = listed([...new Set(firsts.map((f) => basename(f.path)))]);
  const lines = [...new Set(firsts.map((f) => String(lineNumber(file, f.step))))];
  const isOfRuns = how === "moves" && firsts.length > 0 && firsts.every((f) => f.step.instruction.keyword === "RUN");
  const fixes: DraftFix[] = [];
  // A chmod of it that is left would store it again.
  if (there && behind.length === 0) fixes.push({ title: `Copy ${names} to ${there.to} at once`, safety: "review", edits: there.edits });
  // It makes a file that is not there.
  else if (
    how === "touches" &&
    taken &&
    ran.args.every(({ text }) => text.startsWith("-") || find(ran.before.root, absolute(text, ran.cwd)))
  )
    fixes.push({ title: `Leave out touch: only the time of ${names} changes`, safety: "review", edits: [taken] });
  return {
    span: wordsOf(file, ran, step),
    message: (saving) =>
      `Stores ${names} of line${lines.length > 1 ? "s" : ""} ${listed(lines)} a second time: ${formatSaving(saving)}. ${there ? `Copy ${again.length > 1 ? "them" : "it"} to ${there.to} at once${behind.length > 0 ? `, and let COPY do what ${listed([...new Set(behind.map((r) => r.name))])} does there` : ""}` : isOfRuns ? "Let one RUN write and move it" : advice[how]}.`,
    fixes,
    known: again.some((c) => isUnknown(c.entry.size)) ? undefined : again.reduce((sum, c) => sum + c.entry.size.bytes, 0),
    ...(fixes.length === 0 && taken && { instead: behind.length > 0 ? [ran, ...behind].flatMap(idle) : [taken] }),
  };
}

/** In its place a command that does nothing. */
const idle = ({ command }: Ran): Edit[] => (command ? [{ start: command.start, end: command.end, text: "true" }] : []);

/** What gives the files owner and mode at their new place, in the same RUN. */
function changedBehind(step: Step, ran: Ran): Ran[] {
  const targets = targetsOf(ran);
  const later = changersOf(step).filter((c) => step.ran.indexOf(c.ran) > step.ran.indexOf(ran));
  return later.flatMap((c) => (c.call.paths.every((p) => targets.includes(p)) ? [c.ran] : []));
}

/** Where it puts what it moves: under the name that is told, or its own in a folder of that name. */
function targetsOf({ args, cwd }: Ran): string[] {
  const paths = args.filter((a) => !a.text.startsWith("-")).map((a) => absolute(a.text, cwd));
  const to = paths.pop();
  return to === undefined ? [] : [to, ...paths.map((p) => join(to, basename(p)))];
}

/** What is copied out of a folder for passing things is not needed in it. */
const takesOn = ({ args, cwd }: Ran): boolean => args.some((a) => isPassing(absolute(a.text, cwd)));

const advice: Readonly<Record<Rewrite, string>> = {
  moves: "Put it there where it is written",
  copies: "A symbolic link costs nothing",
  touches: "Only its time changes",
  edits: "Change it before it is copied, or in the RUN that writes it",
  // test/builds/cases/owner/capabilities.Dockerfile
  marks: "Do it where the file is made: in its own stage, since BuildKit's COPY keeps such marks, or in the RUN that writes it",
  strips: "Do it where the file is made: in its own stage, or in the RUN that writes it",
};

/** Where it was first, and by whom. */
const firstOf = (steps: readonly Step[], step: Step, { entry }: Change): { path: string; step: Step } | undefined => {
  const before = steps.slice(0, step.index);
  // What another stage made lies in this one by a COPY of its own.
  for (const s of [...before.filter((b) => b.stage === step.stage), ...before]) {
    const change = s.layer && s.changes.find((c) => c.how === "written" && c.entry.id === entry.id);
    if (change) return { path: change.path, step: s };
  }
  // It came in a folder that was copied whole.
  const writer = steps[entry.layer];
  return writer && writer.index < step.index ? { path: entry.what, step: writer } : undefined;
};

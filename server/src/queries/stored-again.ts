import { isBuiltOn, type Subject } from "../build/subject.ts";
import { mayReach } from "../build/uses.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import { expandWord } from "../dockerfile/variables.ts";
import { find, isUnpacked, ownEntries, type Stored, storedAgainIn } from "../image/files.ts";
import { isKey, isLittle, isWeighty } from "../image/little.ts";
import { type Change, type Ran, type Step, variableIn } from "../image/model.ts";
import { absolute, basename, dirname, hasGlob, isWithin } from "../image/paths.ts";
import { isUnknown } from "../image/size.ts";
import type { Changer } from "./changers.ts";

/** A step whose files changers store again: how much of that is known, and whether more surely is there. */
export interface Source {
  readonly step: Step;
  readonly bytes: number;
  readonly more: boolean;
}

/** What is written there may be stored again under no name: not the base's own, and of the build context only what nobody has measured. */
const isReason = ({ how, path, entry }: Change): boolean =>
  how === "written" && path !== "/" && entry.kind !== "package" && (entry.kind !== "context" || isUnknown(entry.size));

/**
 * The steps that surely wrote something that weighs where a changer stores again what has no name here: all that is below a folder, or in one
 * that an archive brought. What a name or a pattern chooses of it may be little: a script among what was unpacked; but not a program that was
 * unpacked into its folder of programs.
 */
export function writersUnnamed(subject: Subject, step: Step, { recursive }: Changer["call"], place: string): Step[] {
  const { steps, image } = subject;
  const above = dirname(place);
  const earlier = steps.slice(0, step.index).filter((s) => isBuiltOn(image, step.stage, s.stage));
  // A folder that a COPY put there by its name, or that was made for others, is not the one that an archive brought beside it.
  const isCopied = earlier.some((s) => (isCopy(s.instruction) ? putByName(s) === place : s.ran.some((r) => makesFolder(r, place))));
  // Of an archive without its own folder it may be no part: a COPY into it makes it where it is not there.
  const mayBeMade = earlier.some((s) => isCopy(s.instruction) && s.changes.some((c) => isWithin(c.path, place)));
  const lies = ({ path, entry }: Change): boolean => {
    if (!recursive) return path === above && /\/s?bin\/[\w-]+$/.test(place);
    if (isWithin(path, hasGlob(place) ? above : place)) return true;
    return path === above && isUnpacked(entry) && !isCopied && !(mayBeMade && isStripped(steps[entry.layer]));
  };
  const isThere = ({ path, entry }: Change): boolean => {
    const node = find(step.before.root, path);
    return node !== undefined && [...ownEntries(node)].some(({ id }) => id === entry.id);
  };
  const weighs = (w: Change): boolean => isReason(w) && isWeighty(w) && mayReach(w.entry, w.path, place) && lies(w) && isThere(w);
  return earlier.filter((s) => s.changes.some((w) => weighs(w) && !mayBeGone(subject, step, w)));
}

/** Most archives hold one folder: where something of the name that the archive gave it is removed, nobody knows whether anything is left. */
export function mayBeGone({ steps }: Subject, step: Step, { path: folder, entry }: Stored): boolean {
  const writer = steps[entry.layer];
  if (!writer || !isUnpacked(entry)) return false;
  if (isStripped(writer)) return false;
  const isOfArchive = (r: Ran, path: string): boolean => dirname(path) === folder && find(r.before.root, path) === undefined;
  return steps
    .slice(writer.index, step.index)
    .some((s) =>
      s.ran.some(
        (r) => r.name === "rm" && !r.maybe && r.args.some((a) => !a.text.startsWith("-") && isOfArchive(r, absolute(a.text, r.cwd))),
      ),
    );
}

/** It unpacks what an archive's folder holds, without the folder. */
const isStripped = (writer: Step | undefined): boolean =>
  writer?.ran.some((r) => r.args.some((a) => a.text.startsWith("--strip"))) ?? false;

const makesFolder = ({ name, args, cwd }: Ran, place: string): boolean =>
  name === "mkdir" && args.some((a) => a.known && absolute(a.text, cwd) === place);

/** `COPY patches /opt/patches`: where it goes. */
function putByName({ instruction, before }: Step): string | undefined {
  const [source, to, more] = instruction.args.map((word) => expandWord(word.text, (name) => variableIn(before, name)));
  if (!source || !to?.known || more) return undefined;
  const place = absolute(to.text, before.cwd).replace(/(?<=.)\/$/, "");
  return basename(source.text) === basename(place) ? place : undefined;
}

/** The folder in which a pattern looks; a path that is none. */
export const folderOf = (place: string): string =>
  hasGlob(place) ? place.slice(0, place.search(/[*?[]/)).replace(/(?<=.)\/[^/]*$/, "") : place;

/** Whether a changer surely stores something again at a path or pattern that it names. */
export function storesAt(subject: Subject, step: Step, { ran, call }: Changer, place: string): boolean {
  const folder = folderOf(place);
  const again = ran.changes.filter((c) => c.how === "stored again");
  return again.some(({ path, entry }) => {
    const unnamed = storedAgainIn(entry);
    if (unnamed === undefined) return isWithin(path, folder);
    return isWithin(unnamed, folder) && writersUnnamed(subject, step, call, unnamed).length > 0;
  });
}

/** The steps that wrote what these changers store again, the heaviest first. */
export function sourcesOf(subject: Subject, step: Step, related: readonly Changer[]): Source[] {
  const found = new Map<Step, { bytes: number; more: boolean }>();
  const note = (writer: Step | undefined, bytes: number, more: boolean): void => {
    const old = writer && found.get(writer);
    if (writer) found.set(writer, { bytes: (old?.bytes ?? 0) + bytes, more: more || (old?.more ?? false) });
  };
  for (const { ran, call } of related)
    for (const { path, entry, how } of ran.changes) {
      const unnamed = storedAgainIn(entry);
      if (unnamed !== undefined) for (const s of writersUnnamed(subject, step, call, unnamed)) note(s, 0, true);
      else if (how === "stored again" && !isOfNoInterest(subject, step, { path, entry })) {
        const isSmall = isLittle({ path, entry }) || isKey({ path, entry });
        note(writerOf(subject, { path, entry }), isSmall ? 0 : entry.size.bytes, isWeighty({ path, entry }));
      }
    }
  const weight = ({ bytes, more }: Source): number => (more ? Number.POSITIVE_INFINITY : bytes);
  const sources = [...found].map(([writer, source]) => ({ step: writer, ...source }));
  return sources.sort((a, b) => (weight(a) === weight(b) ? a.step.index - b.step.index : weight(b) - weight(a)));
}

/** The base's own; what may be gone by then; and a tool's cache, which should not be there at all: another rule says so. */
export const isOfNoInterest = (subject: Subject, step: Step, stored: Stored): boolean =>
  stored.entry.kind === "base" || stored.entry.kind === "cache" || mayBeGone(subject, step, stored);

const againIn = new WeakMap<Step, ReadonlyMap<string, Change>>();
const keyOf = ({ path, entry }: Stored): string => `${path}\0${entry.id}`;

/** Who wrote it: not one that has only given it another owner or mode since. */
function writerOf(subject: Subject, stored: Stored): Step | undefined {
  const step = subject.steps[stored.entry.layer];
  if (!step) return undefined;
  let again = againIn.get(step);
  if (!again) {
    again = new Map(step.changes.flatMap((c) => (c.how === "stored again" ? [[keyOf(c), c] as const] : [])));
    againIn.set(step, again);
  }
  const before = again.get(keyOf(stored));
  return before ? writerOf(subject, before) : step;
}

/** What is little beside the others is not worth a change of its own. */
export function heaviest(sources: readonly Source[]): Source[] {
  const all = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const least = sources.some((s) => s.more) ? Math.max(all, 1_000_000) : all;
  return sources.filter(({ bytes, more }) => more || (bytes > 0 && bytes * 10 >= least));
}

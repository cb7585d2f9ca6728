import { isKnown } from "../build/holds.ts";
import { type Subject, shippedSteps } from "../build/subject.ts";
import type { Place, Use } from "../build/uses.ts";
import { stepUses, strongest, useOf } from "../build/uses.ts";
import { options } from "../commands/call.ts";
import { find, unfold } from "../image/files.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { absolute, components, dirname, hasGlob, isWithin, matches } from "../image/paths.ts";
import type { Word } from "../shell/syntax.ts";
import { quoted } from "../shell/words.ts";
import { areApart, type Edit } from "../text.ts";
import { insertAfter, removeInstruction, removeWords, statementAt, withoutCommand } from "./chain.ts";
import { mountInstead } from "./mount.ts";
import { isOwn, mergeFrom, privilegeOf, spelledAt, spotBehindUse, usedBetween } from "./removal.ts";

/** A command of a RUN that removes what an earlier layer of the image keeps. */
export interface Later {
  readonly step: Step;
  /** More than one in a loop. */
  readonly rans: readonly Ran[];
  readonly first: Ran;
  readonly parts: readonly Part[];
}

/** What one of its words names, or all that it removes. */
export interface Part {
  readonly ran: Ran;
  readonly word?: Word;
  readonly places: readonly Place[];
  readonly changes: readonly Change[];
  /** The step that wrote it first; undefined where several did. */
  readonly writer: Step | undefined;
  readonly earliest: Step;
  readonly writers: readonly Step[];
  /** The steps whose layers hold it: those that wrote it, and those that stored it again. */
  readonly holders: readonly Step[];
  /** Content whose names are not known: only the pattern itself names it. */
  readonly unnamed?: boolean;
}

/** Everything that RUNs of the image remove too late, command by command. */
export function* laterRemovals(subject: Subject, counts: (change: Change) => boolean): Generator<Later> {
  for (const step of shippedSteps(subject)) {
    const gone = new Set(step.changes.filter((c) => c.how === "removed" && !c.entry.maybe && c.entry.kind !== "base" && counts(c)));
    if (gone.size === 0 || !isOwn(subject, step)) continue;
    const commands = new Map<number, Ran[]>();
    for (const ran of step.ran) {
      if (!ran.changes.some((c) => gone.has(c))) continue;
      const at = ran.words[0]?.start ?? -1;
      commands.set(at, [...(commands.get(at) ?? []), ran]);
    }
    for (const rans of commands.values()) {
      const parts = rans.flatMap((ran) =>
        partsOf(
          subject,
          ran,
          ran.changes.filter((c) => gone.has(c)),
        ),
      );
      const [first] = rans;
      if (first && parts.length > 0) yield { step, rans, first, parts };
    }
  }
}

const removesByName = (ran: Ran): boolean => ran.name === "rm" || ran.name === "unlink";

function partsOf(subject: Subject, ran: Ran, changes: readonly Change[]): Part[] {
  const parts: Part[] = [];
  let left = changes;
  ran.args.forEach((arg, i) => {
    const word = ran.words[i + 1];
    if (!removesByName(ran) || arg.text.startsWith("-") || !word) return;
    const path = absolute(arg.text, ran.cwd);
    const chosen = left.filter(
      (c) => isWithin(matchedPart(c.path, path), path) || (arg.glob && matchesPath(path, matchedPart(c.path, path))),
    );
    if (chosen.length === 0) return;
    left = left.filter((c) => !chosen.includes(c));
    if (!arg.glob) return void parts.push(...partOf(subject, ran, [path], chosen, { word }));
    // What a pattern matches each has a writer of its own; content without names lies in the folder before the pattern.
    const writers = new Set(chosen.map((c) => writerOf(subject, c)));
    for (const writer of writers) {
      const own = chosen.filter((c) => writerOf(subject, c) === writer);
      const unnamed = own.some((c) => components(c.path).length < components(path).length);
      const places = unnamed ? [dirname(path)] : [...new Set(own.map((c) => matchedPart(c.path, path)))];
      parts.push(...partOf(subject, ran, places, own, { word, ...(unnamed && { unnamed }) }));
    }
  });
  return left.length > 0 ? [...parts, ...partOf(subject, ran, [...new Set(left.map((c) => c.path))], left)] : parts;
}

/** As much of a path as a pattern has components. */
const matchedPart = (path: string, pattern: string): string =>
  hasGlob(pattern) ? `/${components(path).slice(0, components(pattern).length).join("/")}` : path;

const matchesPath = (pattern: string, path: string): boolean => {
  const names = components(path);
  return components(pattern).every((part, i) => matches(part, names[i] ?? ""));
};

function partOf(
  subject: Subject,
  ran: Ran,
  paths: readonly string[],
  changes: readonly Change[],
  named: Pick<Part, "word" | "unnamed"> = {},
): Part[] {
  const writers = [...new Set(changes.flatMap((c) => writerOf(subject, c) ?? []))].sort((a, b) => a.index - b.index);
  const [earliest, another] = writers;
  if (!earliest) return [];
  const places = paths.map((path): Place => ({ path, folder: find(earliest.after.root, path)?.type === "folder" }));
  const holders = [...new Set(changes.flatMap((c) => holdersOf(subject, c)))];
  return [{ ran, places, changes, writers, holders, earliest, writer: another ? undefined : earliest, ...named }];
}

/** The step that wrote it: a layer that only stored it again got it from an earlier one. */
const writerOf = (subject: Subject, change: Change): Step | undefined => holdersOf(subject, change).at(-1);

/** The steps whose layers hold it, the last one first. */
function holdersOf({ steps }: Subject, change: Change): Step[] {
  const holders: Step[] = [];
  for (let step = steps[change.entry.layer]; step; ) {
    const holder: Step = step;
    holders.push(holder);
    const again = holder.changes.find((c) => c.how === "stored again" && c.entry.id === change.entry.id && c.entry.layer < holder.index);
    step = again && steps[again.entry.layer];
  }
  return holders;
}

/** The removal where the files are written, and what is left of it here; `use` tells how sure it is that nothing between needs them. */
export function moveFix(subject: Subject, later: Later): { edits: Edit[]; use: Use; writers: readonly Step[] } | undefined {
  const byWriter = new Map<Step, Part[]>();
  for (const part of later.parts) {
    if (part.writer?.instruction.keyword !== "RUN" || !isOwn(subject, part.writer)) return undefined;
    byWriter.set(part.writer, [...(byWriter.get(part.writer) ?? []), part]);
  }
  const rest = restOf(subject, later, true);
  if (!rest) return undefined;
  const edits = [...rest];
  const uses: Use[] = [];
  for (const [writer, parts] of byWriter) {
    const places = parts.flatMap((p) => p.places);
    const use = usedBetween(subject, writer, later.step, later.first, places);
    const put = use === "yes" ? undefined : removalIn(subject, writer, later, parts);
    if (!put) return undefined;
    edits.push(put);
    // Somebody else may have fewer rights there.
    uses.push(use, writer.before.user === later.step.before.user ? "no" : "maybe");
  }
  return { edits, use: strongest(uses), writers: [...byWriter.keys()] };
}

/**
 * Where a RUN between reads the files as well: that one merged with the one that writes them, and the removal behind it. Only for what one
 * RUN wrote and no later one needs.
 */
export function moveAndMergeFix(subject: Subject, later: Later): { edits: Edit[]; use: Use; count: number } | undefined {
  const { steps } = subject;
  const writers = new Set(later.parts.map((p) => p.writer));
  const [writer] = writers;
  const places = later.parts.flatMap((p) => p.places);
  const reader =
    writer && steps.slice(writer.index + 1, later.step.index).findLast((s) => places.some((place) => stepUses(s, place) === "yes"));
  if (!writer || writers.size > 1 || !reader) return undefined;
  const use = usedBetween(subject, reader, later.step, later.first, places);
  const rest = restOf(subject, later, true);
  const put = removalIn(subject, reader, later, later.parts);
  const merged = use !== "yes" && put ? mergeFrom(subject, writer, reader, [put]) : undefined;
  return rest && merged ? { edits: [merged.edit, ...rest], use, count: merged.count } : undefined;
}

/** The removal behind the last command of a step that uses the files. */
function removalIn(subject: Subject, writer: Step, later: Later, parts: readonly Part[]): Edit | undefined {
  const spot = spotBehindUse(
    writer,
    parts.flatMap((p) => p.places),
  );
  if (!spot) return undefined;
  const names = parts.flatMap(({ ran, word, places, unnamed }) =>
    unnamed
      ? [word && patternAt(word, ran, spot.cwd)]
      : places.map((place) => spelledAt(places.length === 1 ? word : undefined, place.path, ran, later.step, writer, spot.cwd)),
  );
  if (names.some((name) => name === undefined) || names.length > 6) return undefined;
  const [ran] = parts.map((p) => p.ran);
  const given = removesByName(later.first) ? (ran?.words ?? []).flatMap((w) => (/^-[a-z-]/i.test(w.raw) ? [w.raw] : [])) : [];
  const flags = given.length === 0 && parts.some((p) => p.places.some((x) => x.folder)) ? ["-rf"] : given;
  // Where its failure was forgiven it must not become the RUN's.
  const { command } = later.first;
  const forgiven = command && later.step.script && statementAt(later.step.script, command)?.kind !== "command";
  const force = (forgiven || !removesByName(later.first)) && !flags.some((f) => f.includes("f")) ? ["-f"] : [];
  const text = cleansUp(later)
    ? commandText(later.first)
    : [...privilegeOf(later.first), "rm", ...flags, ...force, ...new Set(names)].join(" ");
  return insertAfter(subject.file, writer, spot.statement, text);
}

/** A pattern as it stands, where it means the same in another place. */
const patternAt = (word: Word, ran: Ran, cwd: string | undefined): string | undefined =>
  word.parts.every((p) => p.kind === "text" || p.kind === "glob") && (word.raw.startsWith("/") || ran.cwd === cwd) ? word.raw : undefined;

/** A tool that empties its own cache: as good in another place as it stands. */
const cleansUp = ({ first, parts }: Later): boolean =>
  !removesByName(first) && first.name !== "find" && parts.every((p) => p.changes.every((c) => c.entry.kind === "cache"));

const commandText = (ran: Ran): string => [...privilegeOf(ran), ...ran.words.map((w) => w.raw)].join(" ");

/**
 * What is left of a removing command when others have done its work: nothing, the words that still name something, or, where nobody minds that
 * it finds nothing (`mayStay`), all of it. Undefined where it would fail.
 */
function restOf({ file }: Subject, later: Later, mayStay: boolean): Edit[] | undefined {
  const { step, first, rans, parts } = later;
  const { command } = first;
  const stays = mayStay && (first.name === "find" || cleansUp(later) || options(first.args).has("-f", "--force")) ? [] : undefined;
  const isHere = command && step.script && (command.words[0]?.end ?? 0) > (command.words[0]?.start ?? 0) && rans.length === 1;
  if (!isHere || !step.script || (!removesByName(first) && !cleansUp(later))) return first.name === "find" || stays ? stays : undefined;
  const takeAll = (): Edit[] | undefined => {
    const taken = withoutCommand(file, step, command);
    return taken ? [taken] : stays;
  };
  if (cleansUp(later)) return takeAll();
  const gone = new Set(parts.flatMap((p) => (p.word && isExhausted(step, p, parts) ? [p.word] : [])));
  if (parts.some((p) => !p.word || (!gone.has(p.word) && !stays))) return stays;
  const operands = first.words.slice(1).filter((_, i) => !first.args[i]?.text.startsWith("-"));
  if (operands.every((w) => gone.has(w))) return takeAll();
  return removeWords(file, command, [...gone]) ?? stays;
}

/** Whether a word names nothing else: a pattern may match what the tree does not show, a word may stand for several arguments. */
function isExhausted(step: Step, { ran, word }: Part, parts: readonly Part[]): boolean {
  const args = ran.args.filter((_, i) => ran.words[i + 1] === word);
  const [arg] = args;
  if (args.length !== 1 || !arg) return false;
  const path = absolute(arg.text, ran.cwd);
  if (!arg.glob) return true;
  const folder = dirname(path);
  const node = hasGlob(folder) ? undefined : find(step.before.root, folder, true);
  // What the commands before it in this RUN wrote there is not looked for.
  const first = step.ran.slice(0, step.ran.indexOf(ran)).every((r) => r.changes.length === 0);
  if (node?.type !== "folder" || !isKnown(step.before, folder) || !first) return false;
  const matched = [...unfold(node).children.keys()].filter((name) => matches(components(path).at(-1) ?? "", name));
  return matched.length === parts.flatMap((p) => (p.word === word && !p.unnamed ? p.places : [])).length;
}

/** Where COPY brought it and this RUN is the only one to need it: a mount in place of the COPY; no COPY at all where nobody needs it. */
export function mountFix(subject: Subject, later: Later): { edits: Edit[]; mounted: boolean } | undefined {
  const { file } = subject;
  const [part, more] = later.parts;
  const [place, another] = part?.places ?? [];
  const rest = restOf(subject, later, false);
  if (!part?.writer || more || !place || another || !rest || !isOwn(subject, part.writer)) return undefined;
  const between = subject.steps.slice(part.writer.index + 1, later.step.index);
  if (part.writer.stage !== later.step.stage || between.some((s) => s.layer)) return undefined;
  const [copied, put] = mountInstead(file, part.writer, later.step, place) ?? [];
  if (!copied || !put) return undefined;
  const others = later.step.ran.filter((r) => !later.rans.includes(r));
  const needed = others.length > 0 && strongest(others.map((r) => useOf(r, place))) !== "no";
  const edits = needed ? [copied, put, ...rest] : [copied, ...rest];
  return areApart(edits) ? { edits, mounted: needed } : undefined;
}

/** Files of the build context that nobody needs: a .dockerignore that leaves them out. */
export function outOfContext(subject: Subject, later: Later): { edits: Edit[]; ignored: string[] } | undefined {
  const { world, steps } = subject;
  const rest = restOf(subject, later, true);
  const changes = later.parts.flatMap((p) => p.changes);
  if (
    !rest ||
    !world.context ||
    world.context.ignore ||
    !changes.every((c) => c.entry.kind === "context" && c.entry.id.startsWith("context:"))
  )
    return undefined;
  const paths = new Set(changes.map((c) => c.entry.id.slice("context:".length).replace(/\/$/, "")));
  const ids = new Set(changes.map((c) => c.entry.id));
  const writers = new Set(later.parts.map((p) => p.earliest));
  const elsewhere = steps.some((s) => !writers.has(s) && s !== later.step && s.changes.some((c) => ids.has(c.entry.id)));
  const used = later.parts.some((p) => usedBetween(subject, p.earliest, later.step, later.first, p.places) === "yes");
  const roots = [...paths].filter((p) => p !== "" && ![...paths].some((q) => q !== p && p.startsWith(`${q}/`)));
  return elsewhere || used || roots.length === 0 || roots.length > 20 ? undefined : { edits: rest, ignored: roots };
}

/** Whether a command makes other files of what a COPY brought: without the COPY those would be missing too. */
function isCopiedOn(steps: readonly Step[], { rans }: Later, places: readonly Place[]): boolean {
  return steps
    .flatMap((s) => s.ran)
    .some(
      (r) =>
        !rans.includes(r) &&
        r.changes.some((c) => c.how === "written" && !c.entry.size.lowerBound && !places.some((p) => isWithin(c.path, p.path))) &&
        places.some((p) => useOf(r, p) === "yes"),
    );
}

/** With no fix: the removal in the RUN that writes it, or no COPY at all, to see what that would have saved. */
export function showLoss(subject: Subject, later: Later): Edit[] {
  const { file } = subject;
  const edits = new Map<Step, Edit>();
  for (const writer of later.parts.flatMap((p) => p.writers)) {
    const { script, instruction } = writer;
    const end = script?.body.items.at(-1);
    const parts = later.parts.filter((p) => p.writers.includes(writer));
    const places = parts.flatMap((p) => p.places);
    if (!isOwn(subject, writer) || edits.has(writer)) continue;
    if (instruction.keyword === "RUN") {
      const names = parts.flatMap((p) =>
        p.unnamed && p.word ? [p.word.raw] : p.places.flatMap(({ path }) => (path === "/" ? [] : [quoted(path)])),
      );
      const text = removesByName(later.first) || later.first.name === "find" ? `rm -rf ${names.join(" ")}` : commandText(later.first);
      const edit = end && insertAfter(file, writer, end, text);
      if (edit) edits.set(writer, edit);
    } else if (writer.changes.every((c) => places.some((p) => isWithin(c.path, p.path)))) {
      const [place] = places;
      const between = subject.steps.slice(writer.index + 1, later.step.index);
      if (isCopiedOn(between, later, places)) continue;
      if (!isCopiedOn([later.step], later, places)) edits.set(writer, removeInstruction(file, instruction));
      else if (later.parts.length === 1 && place) return mountInstead(file, writer, later.step, place) ?? [];
    }
  }
  return [...edits.values()];
}

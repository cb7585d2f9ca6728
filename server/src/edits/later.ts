import { isKnown } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { allOf, isUnread, type Place, stepUses, strongest, type Use, useElsewhere, useOf } from "../build/uses.ts";
import { caches } from "../commands/caches.ts";
import { options } from "../commands/call.ts";
import { wordsOfFind } from "../commands/find.ts";
import { copySources, flagValue, isCopy } from "../dockerfile/instruction.ts";
import { contextOf, find, unfold } from "../image/files.ts";
import { type Ran, type Step, userOf } from "../image/model.ts";
import { absolute, components, dirname, hasGlob, isWithin, matches } from "../image/paths.ts";
import { isByArgument } from "../queries/by-argument.ts";
import { cleansUp, type Later, mindsNoCache, onlyFills, type Part, removesByName } from "../queries/removals.ts";
import { usedBetween } from "../queries/used.ts";
import type { Word } from "../shell/syntax.ts";
import { quoted } from "../shell/words.ts";
import { areApart, type Edit, type FileText } from "../text.ts";
import { insertAfter, printsFile, removeInstruction, removeWords, statementAt, withoutCommand } from "./chain.ts";
import { ignoring } from "./ignore-file.ts";
import { mountInstead } from "./mount.ts";
import { mergeFrom, privilegeOf, removeBehind, spelledAt, spotBehindUse } from "./removal.ts";

/** The removal where the files are written, and what is left of it here; `use` tells how sure it is that nothing between needs them. */
export function moveFix(subject: Subject, later: Later): { edits: Edit[]; use: Use; writers: readonly Step[] } | undefined {
  const byWriter = new Map<Step, Part[]>();
  for (const part of later.parts) {
    // A tool may empty its cache in each of the RUNs that fill it.
    for (const writer of cleansUp(later) ? part.writers : [part.writer]) {
      if (writer?.instruction.keyword !== "RUN" || !isOwn(subject, writer)) return undefined;
      byWriter.set(writer, [...(byWriter.get(writer) ?? []), part]);
    }
  }
  const rest = restOf(subject, later, true);
  if (!rest) return undefined;
  const edits = [...rest];
  const uses: Use[] = [];
  for (const [writer, parts] of byWriter) {
    const places = parts.flatMap((p) => p.places);
    const use = usedBetween(subject, writer, later.step, later.first, places, (ran) => mindsNoCache(later, ran));
    const put = use === "yes" ? undefined : removalIn(subject, writer, later, parts);
    if (!put) return undefined;
    edits.push(put);
    // Somebody else may have fewer rights there; with another build argument it may not be removed at all.
    const isSame = writer.before.user === later.step.before.user && !later.rans.some((r) => r.chosen);
    uses.push(use, isSame ? "no" : "maybe");
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
  const places = parts.flatMap((p) => p.places);
  const spot = spotBehindUse(writer, places);
  if (!spot) return undefined;
  const folders = places.map((p) => p.path);
  if (cleansUp(later)) return removeBehind(subject.file, writer, spot.statement, cleaningText(later, parts), folders);
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
  const text = [...privilegeOf(later.first), "rm", ...flags, ...force, ...new Set(names)].join(" ");
  return removeBehind(subject.file, writer, spot.statement, text, folders);
}

/** What answers for it is a part of it: `yes | pacman -Scc`. */
function isPiped({ step: { script }, first: { command } }: Later): boolean {
  const statement = script && command && statementAt(script, command);
  const node = statement?.kind === "andor" ? statement.items[0] : statement;
  return node?.kind === "pipeline" && node.items.length > 1;
}

/** A pattern as it stands, where it means the same in another place. */
const patternAt = (word: Word, ran: Ran, cwd: string | undefined): string | undefined =>
  word.parts.every((p) => p.kind === "text" || p.kind === "glob") && (word.raw.startsWith("/") || ran.cwd === cwd) ? word.raw : undefined;

/** The tool's own command; where what answers for it is a part of it, what else removes the cache. */
function cleaningText(later: Later, parts: readonly Part[]): string {
  const { step, first } = later;
  const folders = new Map(parts.flatMap((p) => p.changes.map((c) => [c.entry.id, c.path] as const)));
  const other = isPiped(later) ? caches.find(({ ids }) => ids.some((id) => folders.has(id))) : undefined;
  const text = other?.clean({ folders, ran: first, user: userOf(first), earlier: () => step.ran });
  return text === undefined ? commandText(first) : [...privilegeOf(first), text].join(" ");
}

const commandText = (ran: Ran): string => [...privilegeOf(ran), ...ran.words.map((w) => w.raw)].join(" ");

/** With the values that its words have here: in another RUN a variable may have none. */
const meant = ({ name, args }: Ran): string => [name, ...args.map((a) => (a.known ? quoted(a.text) : a.text))].join(" ");

/** What ENV has set since: `NODE_ENV=production` decides what `npm prune` takes. */
const settings = (writer: Step, { before }: Step): string[] =>
  [...before.env].flatMap(([name, { text, known }]) =>
    known && name !== "PATH" && writer.before.env.get(name)?.text !== text ? [`${name}=${quoted(text)}`] : [],
  );

/**
 * What is left of a removing command when others have done its work: nothing, the words that still name something, or, where nobody minds that
 * it finds nothing (`mayStay`), all of it. Undefined where it would fail, or print something else into a file.
 */
function restOf(subject: Subject, later: Later, mayStay: boolean): Edit[] | undefined {
  const { file } = subject;
  const { step, first, rans, parts } = later;
  const { command } = first;
  if (rans.some((r) => r.command && step.script && printsFile(step.script, r.command))) return undefined;
  const isForgiving = first.name === "find" ? doesFind(later) : cleansUp(later) || options(first.args).has("-f", "--force");
  const stays = mayStay && isForgiving ? [] : undefined;
  const isHere = command && step.script && (command.words[0]?.end ?? 0) > (command.words[0]?.start ?? 0) && rans.length === 1;
  if (!isHere || !step.script || (!removesByName(first) && !cleansUp(later))) return stays;
  const takeAll = (): Edit[] | undefined => {
    const taken = withoutCommand(file, step, command);
    return taken ? [taken] : stays;
  };
  // What a command that nobody knows wrote there it still removes.
  const more =
    stays &&
    (isOpen(subject, later) || fillsHere(later)) &&
    (cleansUp(later) || parts.some((p) => p.unnamed || p.places.some((x) => x.folder)));
  if (more) return stays;
  if (cleansUp(later)) return takeAll();
  const gone = new Set(parts.flatMap((p) => (p.word && isExhausted(step, p, parts) ? [p.word] : [])));
  if (parts.some((p) => !p.word || (!gone.has(p.word) && !stays))) return stays;
  const operands = first.words.slice(1).filter((_, i) => !first.args[i]?.text.startsWith("-"));
  if (operands.every((w) => gone.has(w))) return takeAll();
  return removeWords(file, command, [...gone]) ?? stays;
}

/** It begins nowhere that is gone then: there it would fail. */
const doesFind = ({ first, parts }: Later): boolean =>
  !wordsOfFind(first).roots.some((root) => parts.some((p) => p.places.some(({ path }) => isWithin(absolute(root, first.cwd), path))));

/** Its own RUN has written some of it as well. */
const fillsHere = (later: Later): boolean => later.step.ran.slice(0, later.step.ran.indexOf(later.first)).some((r) => onlyFills(later, r));

/** Whether a command of its RUN may have written anything anywhere; in a folder that programs share, such as a home's cache, one of a RUN before it, too. */
const isOpen = ({ steps }: Subject, { step, first, parts }: Later): boolean => {
  const from = Math.min(...parts.map((p) => p.earliest.index)) + 1;
  const isShared = parts.some((p) => p.places.some(({ path }) => /^\/(?:var\/)?tmp$|^\/var\/cache|\/\.[^/]+$/.test(path)));
  const between = isShared ? steps.slice(from, step.index).flatMap((s) => s.ran) : [];
  return [...between, ...step.ran.slice(0, step.ran.indexOf(first))].some(isUnread);
};

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

/** Where COPY brought it and only RUNs up to this one need it: a mount for each of these in place of the COPY; no COPY at all where nobody needs it. */
export function mountFix(subject: Subject, later: Later): { edits: Edit[]; runs: readonly Step[] } | undefined {
  const { file, steps } = subject;
  const rest = restOf(subject, later, false);
  if (!rest) return undefined;
  const writers = new Set(later.parts.map((p) => p.writer));
  const others = allOf(later.step).filter((r) => !later.rans.includes(r));
  // With another argument it needs another one of them.
  const brought = [...writers].flatMap((w) => w ?? []);
  if (allOf(later.step).some((r) => r.name !== "[" && r.name !== "test" && isByArgument(r, r.words, brought))) return undefined;
  const edits = [...rest];
  const mounts: Edit[] = [];
  const runs = new Set<Step>();
  for (const { writer, places } of later.parts) {
    const [place, another] = places;
    if (!writer || !place || another || !isOwn(subject, writer) || writer.stage !== later.step.stage) return undefined;
    // Of two words of one COPY none might be left.
    if (later.parts.some((p) => p.writer === writer && p.places[0] !== place)) return undefined;
    const between = steps.slice(writer.index + 1, later.step.index).filter((s) => !writers.has(s));
    const users = between.filter((s) => stepUses(s, place) !== "no");
    if (users.some((s) => !isOnlyRead(subject, s, place))) return undefined;
    const [copied] = mountInstead(file, writer, later.step, place) ?? [];
    if (!copied) return undefined;
    edits.push(copied);
    if (others.length > 0 && strongest(others.map((r) => useOf(r, place))) !== "no") users.push(later.step);
    for (const run of users) {
      const [, put] = mountInstead(file, writer, run, place) ?? [];
      if (!put) return undefined;
      mounts.push(put);
      runs.add(run);
    }
  }
  edits.push(...inOnePlace(mounts));
  return areApart(edits) ? { edits, runs: [...runs].sort((a, b) => a.index - b.index) } : undefined;
}

/** A RUN that surely reads it and writes nothing there: what it wrote into a mount no later one would find. */
const isOnlyRead = (subject: Subject, step: Step, place: Place): boolean =>
  step.instruction.keyword === "RUN" &&
  isOwn(subject, step) &&
  stepUses(step, place) === "yes" &&
  !allOf(step).some((r) => isUnread(r) || r.changes.some((c) => isWithin(c.path, place.path)));

/** Edits that put something in at one and the same place, as one. */
function inOnePlace(edits: readonly Edit[]): Edit[] {
  const at = new Map<number, Edit>();
  for (const edit of edits) at.set(edit.start, { ...edit, text: (at.get(edit.start)?.text ?? "") + edit.text });
  return [...at.values()];
}

/** Files of the build context that nobody needs: its ignore file leaves them out. */
export function outOfContext(subject: Subject, later: Later): { edits: Edit[]; ignore: FileText } | undefined {
  const { world, steps } = subject;
  const rest = restOf(subject, later, true);
  const changes = later.parts.flatMap((p) => p.changes);
  if (!rest || !world.context) return undefined;
  const brought = changes.flatMap((c) => contextOf(c.entry) ?? []);
  if (brought.length < changes.length) return undefined;
  const paths = new Set(brought.map((path) => path.replace(/\/$/, "")));
  const ids = new Set(changes.map((c) => c.entry.id));
  const writers = new Set(later.parts.map((p) => p.earliest));
  const elsewhere = steps.some((s) => !writers.has(s) && s !== later.step && s.changes.some((c) => ids.has(c.entry.id)));
  // A COPY that names it would find nothing, and fail.
  const isNamed = steps.some(
    (s) =>
      isCopy(s.instruction) &&
      flagValue(s.instruction, "from") === undefined &&
      copySources(s.instruction).some((a) => [...paths].some((p) => p !== "" && isWithin(absolute(a.text, "/"), absolute(p, "/")))),
  );
  const used =
    later.parts.some((p) => usedBetween(subject, p.earliest, later.step, later.first, p.places) === "yes") ||
    later.parts.some((p) => p.places.some((place) => useElsewhere(later.step, place) !== "no"));
  const roots = [...paths].filter((p) => p !== "" && ![...paths].some((q) => q !== p && p.startsWith(`${q}/`)));
  return elsewhere || isNamed || used || roots.length === 0 || roots.length > 20
    ? undefined
    : { edits: rest, ignore: ignoring(world.context, roots) };
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

/** Each command of a removal once, as it means: what sweeps behind it, too. */
const callsOf = ({ rans }: Later): string[] =>
  rans.filter((r, i) => rans.findIndex((o) => o.words[0]?.start === r.words[0]?.start) === i).map(meant);

/** With no fix: the removal in the RUN that writes it, or no COPY at all, to see what that would have saved. */
export function showLoss(subject: Subject, later: Later): Edit[] {
  const { file } = subject;
  const edits = new Map<Step, Edit>();
  const mounts: Edit[] = [];
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
      const text =
        removesByName(later.first) || later.first.name === "find"
          ? `rm -rf ${names.join(" ")}`
          : callsOf(later)
              .map((call) => [...settings(writer, later.step), call].join(" "))
              .join(" && ");
      const edit = end && insertAfter(file, writer, end, text);
      if (edit) edits.set(writer, edit);
    } else {
      const [place] = places;
      const users = subject.steps.slice(writer.index + 1, later.step.index + 1).filter((s) => isCopiedOn([s], later, places));
      const isAll = writer.changes.every((c) => places.some((p) => isWithin(c.path, p.path)));
      if (isAll && users.length === 0) edits.set(writer, removeInstruction(file, writer));
      else if (parts.length === 1 && place) {
        const [copied] = mountInstead(file, writer, later.step, place) ?? [];
        const put = users.map((s) => mountInstead(file, writer, s, place)?.[1]);
        if (!copied || put.includes(undefined)) continue;
        edits.set(writer, copied);
        mounts.push(...put.flatMap((e) => e ?? []));
      }
    }
  }
  return [...edits.values(), ...inOnePlace(mounts)];
}

import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import type { Place } from "../build/uses.ts";
import { aptCall } from "../commands/apt-call.ts";
import { caches } from "../commands/caches.ts";
import { find } from "../image/files.ts";
import { isLittle } from "../image/little.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { absolute, components, dirname, hasGlob, isWithin, matches } from "../image/paths.ts";
import type { Word } from "../shell/syntax.ts";

/** A command of a RUN that removes what an earlier layer of the image keeps. */
export interface Later {
  readonly step: Step;
  /** More than one in a loop, or with what sweeps behind it. */
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
    const isKept = (c: Change): boolean => !c.entry.maybe && c.entry.kind !== "base" && counts(c);
    const isNamed = step.ran.some((r) => removesByName(r) && !r.maybe);
    const removed = step.changes.filter((c) => isKept(c) && (c.how === "removed" || (isNamed && isInVain(c, step))));
    if (removed.length === 0 || !isOwn(subject, step)) continue;
    // What is removed to be installed anew is wanted.
    const back = new Set(step.changes.flatMap((c) => (c.how === "written" && c.entry.kind === "package" ? [c.entry.id] : [])));
    const gone = new Set(removed.filter((c) => !back.has(c.entry.id)));
    if (gone.size === 0) continue;
    const inVain = [...gone].filter((c) => c.how === "stored again");
    const commands = new Map<number, Ran[]>();
    for (const ran of step.ran) {
      if (removedBy(ran, gone, inVain).length === 0) continue;
      const removal = aptCall(ran)?.does === "sweeps" ? sweptFor(step, ran, (r) => removedBy(r, gone, inVain).length > 0) : undefined;
      const at = (removal ?? ran).words[0]?.start ?? -1;
      commands.set(at, [...(commands.get(at) ?? []), ran]);
    }
    for (const rans of commands.values()) {
      const parts = rans.flatMap((ran) => partsOf(subject, ran, removedBy(ran, gone, inVain)));
      const [first] = rans;
      if (first && parts.length > 0) yield { step, rans, first, parts };
    }
  }
}

/** `apt-get remove gcc && apt-get autoremove`: what came along with the packages goes because they do. */
const sweptFor = ({ ran }: Step, sweep: Ran, removes: (ran: Ran) => boolean): Ran | undefined =>
  ran.slice(0, ran.indexOf(sweep)).findLast((r) => aptCall(r)?.does === "removes" && removes(r));

/** `chmod +x setup && ./setup && rm setup`: the layer stores nothing again, and the lower one holds it. */
const isInVain = ({ how, path }: Change, { after }: Step): boolean => how === "stored again" && !find(after.root, path);

/** Of these changes, what a command takes away. */
function removedBy(ran: Ran, gone: ReadonlySet<Change>, inVain: readonly Change[]): Change[] {
  const named = removesByName(ran) && !ran.maybe ? ran.args.map((a) => absolute(a.text, ran.cwd)) : [];
  return [
    ...ran.changes.filter((c) => c.how === "removed" && gone.has(c)),
    ...inVain.filter((c) => named.some((path) => isWithin(c.path, path))),
  ];
}

/** What a command removes beside what its words name, where that is surely little, is not worth a word. */
export function withoutLittle(later: Later): Later | undefined {
  if (later.parts.every((p) => p.changes.every(isLittle))) return undefined;
  const parts = later.parts.filter((p) => p.word || !p.changes.every(isLittle));
  return { ...later, parts, first: parts.some((p) => p.ran === later.first) ? later.first : (parts[0]?.ran ?? later.first) };
}

/** A tool that empties its own cache: as good in another place as it stands. */
export const cleansUp = ({ first, parts }: Later): boolean =>
  !removesByName(first) && first.name !== "find" && parts.every((p) => p.changes.every((c) => c.entry.kind === "cache"));

/** A tool that fills its cache, and takes nothing from it: another one may have been emptied before it. */
export const onlyFills = (later: Later, ran: Ran): boolean =>
  cleansUp(later) && ran.changes.some((c) => c.how === "written" && idsOf(later).has(c.entry.id)) && !takesFromCache(later, ran);

/** The same tool once more, for something else, or one that only fills the cache: what is in there is nothing to it. */
export const mindsNoCache = (later: Later, ran: Ran): boolean =>
  onlyFills(later, ran) || (cleansUp(later) && ran.name === later.first.name && !takesFromCache(later, ran));

const takesFromCache = (later: Later, ran: Ran): boolean =>
  caches.some((cache) => cache.ids.some((id) => idsOf(later).has(id)) && cache.reads?.(ran, []));

const idsOf = ({ parts }: Later): ReadonlySet<string> => new Set(parts.flatMap((p) => p.changes.map((c) => c.entry.id)));

/** Its words name what it removes. */
export const removesByName = (ran: Ran): boolean => ran.name === "rm" || ran.name === "unlink";

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
  return left.length > 0 ? [...parts, ...partOf(subject, ran, outermost(left.map((c) => c.path)), left)] : parts;
}

/** Without the paths that lie in another of them; content of the root may be in any folder. */
const outermost = (paths: readonly string[]): string[] =>
  [...new Set(paths)].filter((path, _, all) => !all.some((other) => other !== path && other !== "/" && isWithin(path, other)));

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
  // What an archive held is in a folder that the tree does not show.
  const isUnpacked = (path: string): boolean =>
    changes.some((c) => c.path === path && c.entry.kind === "source" && !find(earliest.after.root, path));
  const places = paths.map((path): Place => ({ path, folder: find(earliest.after.root, path)?.type === "folder" || isUnpacked(path) }));
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

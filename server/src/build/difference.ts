import type { Value } from "../dockerfile/variables.ts";
import type { BaseImage } from "../image/base.ts";
import type { Content } from "../image/content.ts";
import { type Entry, type Node, unfold } from "../image/files.ts";
import { type Image, type State, type Step, shippedOf } from "../image/model.ts";
import { join } from "../image/paths.ts";
import { type Basis, weaker } from "../image/size.ts";
import type { Table } from "../image/table.ts";

/** What a change takes from the target image: bytes before less bytes after. */
export interface Saving {
  /** Undefined: not known, not even whether it is more than nothing. Negative: the image grows. */
  readonly bytes: number | undefined;
  /** Something of unknown size goes away as well: the saving is at least `bytes`. */
  readonly lowerBound: boolean;
  readonly basis: Basis;
  /** The names of the packages that go, where any do, the biggest first. */
  readonly packages?: readonly string[];
}

export const none: Saving = { bytes: 0, lowerBound: false, basis: "measured" };

/** Something goes away, nobody knows how much. */
export const ofUnknownSize: Saving = { bytes: undefined, lowerBound: true, basis: "unknown" };

/** Worth telling as a saving: bytes that go, or something of unknown size that goes and nothing unknown that comes. */
export const isGain = (saving: Saving): boolean => (saving.bytes === undefined ? saving.lowerBound : saving.bytes > 0);

export const compare = (before: Image, after: Image): Saving => differenceOf(shippedOf(before), shippedOf(after));

/**
 * The difference of what some steps store. What is unknown on both sides cancels when its id is the same, and with it what is known of it:
 * of two lower bounds the difference is none. An unknown that goes away makes the saving "at least"; one that newly appears makes it unknown.
 */
export function differenceOf(before: readonly Step[], after: readonly Step[]): Saving {
  const counts = new Map<string, { count: number; entry: Entry }>();
  let bytes = 0;
  const tally = (steps: readonly Step[], sign: 1 | -1): void => {
    for (const { layer } of steps) {
      if (!layer) continue;
      bytes += sign * layer.size.bytes;
      for (const { entry } of layer.entries) {
        const key = `${entry.id} ${entry.size.bytes} ${entry.size.basis} ${entry.size.lowerBound}`;
        const known = counts.get(key);
        if (known) known.count += sign;
        else counts.set(key, { count: sign, entry });
      }
    }
  };
  tally(before, 1);
  tally(after, -1);
  let basis: Basis = "measured";
  const unsure = new Map<string, { count: number; entry: Entry }[]>();
  for (const changed of counts.values()) {
    const { count, entry } = changed;
    if (count === 0) continue;
    if (entry.size.lowerBound) unsure.set(entry.id, [...(unsure.get(entry.id) ?? []), changed]);
    else basis = weaker(basis, entry.size.basis);
  }
  let gone = false;
  let come = false;
  for (const all of unsure.values()) {
    const net = all.reduce((total, { count }) => total + count, 0);
    if (net > 0) gone = true;
    if (net < 0) come = true;
    const cancels = all.some(({ count }) => count > 0) && all.some(({ count }) => count < 0);
    for (const { count, entry } of all) {
      if (cancels) bytes -= count * entry.size.bytes;
      else if (entry.size.basis !== "unknown") basis = weaker(basis, entry.size.basis);
    }
  }
  if (come) return { bytes: undefined, lowerBound: false, basis: "unknown" };
  const left = new Set([...counts.values()].flatMap(({ count, entry }) => (count < 0 ? [entry.id] : [])));
  const lost = [...counts.values()].flatMap(({ count, entry }) =>
    count > 0 && entry.kind === "package" && !left.has(entry.id) ? [entry] : [],
  );
  const packages = lost.length > 0 && { packages: lost.sort(bySize).map((entry) => entry.what) };
  if (gone && bytes <= 0) return { bytes: undefined, lowerBound: bytes === 0, basis: "unknown", ...packages };
  return { bytes, lowerBound: gone, basis, ...packages };
}

const bySize = (a: Entry, b: Entry): number => b.size.bytes - a.size.bytes || (a.what < b.what ? -1 : 1);

/**
 * Whether two states differ in nothing but their files, and in which packages the base has; what is started (CMD, ENTRYPOINT) weighs
 * nothing.
 */
export function sameButFiles(a: State, b: State): boolean {
  return (
    a.cwd === b.cwd &&
    a.user === b.user &&
    a.unknownWrites === b.unknownWrites &&
    areAlike(a.base, b.base) &&
    a.triggers.length === b.triggers.length &&
    a.shell.join("\0") === b.shell.join("\0") &&
    sameValues(a.env, b.env) &&
    sameValues(a.args, b.args) &&
    a.argsFirst.size === b.argsFirst.size &&
    [...a.argsFirst].every((name) => b.argsFirst.has(name)) &&
    sameGroups(a.groups, b.groups) &&
    sameHomes(a.homes, b.homes)
  );
}

/** The same system in another make-up, `debian:bookworm` and its slim variant: only what reads their packages can tell them apart. */
const areAlike = (a: BaseImage | undefined, b: BaseImage | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.os !== undefined &&
    a.os.id === b.os?.id &&
    a.os.release === b.os.release &&
    a.standardLayout === b.standardLayout &&
    a.shellLess === b.shellLess &&
    a.packageManager === b.packageManager &&
    repository(a) === repository(b));

const repository = ({ name }: BaseImage): string => name.replace(/[:@].*$/, "");

function sameValues(a: Table<Value>, b: Table<Value>): boolean {
  if (a === b) return true;
  for (const name of a.differences(b)) {
    const [value, other] = [a.get(name), b.get(name)];
    if (!value || !other || value.text !== other.text || value.known !== other.known) return false;
  }
  return true;
}

const sameHomes = (a: State["homes"], b: State["homes"]): boolean =>
  a === b || (a.size === b.size && [...a].every(([name, home]) => b.has(name) && b.get(name) === home));

const sameGroups = (a: State["groups"], b: State["groups"]): boolean =>
  a === b || (a.size === b.size && [...a].every(([name, members]) => b.get(name)?.join(" ") === members.join(" ")));

/**
 * The paths at which two trees differ. The root's content without names has `content:ID` for each entry that differs, and `content:?`
 * where one tree has packages and the other none: then paths that the tree does not show may be there in one and not in the other.
 */
export function differentPaths(a: Node | undefined, b: Node | undefined, path = "/"): string[] {
  if (a === b) return [];
  if (!a || !b || a.type !== b.type) return [path];
  if (a.type === "file") return b.type === "file" && sameEntry(a.entry, b.entry) && a.mode === b.mode && a.owner === b.owner ? [] : [path];
  if (a.type === "link") return b.type === "link" && a.target === b.target ? [] : [path];
  if (b.type !== "folder") return [path];
  if (a.context && b.context && a.context.folder === b.context.folder && a.context.path === b.context.path)
    return a.owner === b.owner ? [] : [path];
  const [x, y] = [unfold(a), unfold(b)];
  const found =
    path === "/" ? differentContent(x.content, y.content) : sameContent(x.content, y.content) && x.owner === y.owner ? [] : [path];
  for (const name of x.children.differences(y.children))
    found.push(...differentPaths(x.children.get(name), y.children.get(name), join(path, name)));
  return found;
}

function differentContent(a: Content, b: Content): string[] {
  const found = [...a.differences(b)].filter((id) => !sameEntries(a.of(id), b.of(id))).map((id) => `content:${id}`);
  return areOfOneKind(a, b) ? found : [...found, "content:?"];
}

/** Whether there is the same kind of content that may hold paths which the tree does not show. */
export const areOfOneKind = (a: Content, b: Content): boolean =>
  a === b || (a.bases.length > 0 === b.bases.length > 0 && a.packages > 0 === b.packages > 0 && a.others > 0 === b.others > 0);

const sameEntry = (a: Entry, b: Entry): boolean =>
  a === b ||
  (a.id === b.id &&
    a.kind === b.kind &&
    a.maybe === b.maybe &&
    a.owner === b.owner &&
    a.size.bytes === b.size.bytes &&
    a.size.lowerBound === b.size.lowerBound);

/** Of one id: the order does not count. */
const sameEntries = (a: readonly Entry[], b: readonly Entry[]): boolean =>
  a.length === b.length && a.every((entry, i) => sameEntry(entry, b[i] ?? entry) || b.some((other) => sameEntry(entry, other)));

const sameContent = (a: Content, b: Content): boolean => [...a.differences(b)].every((id) => sameEntries(a.of(id), b.of(id)));

/**
 * The text of a snapshot, made to be small once it is compressed: much alike stands together, and what a release has like the one before it
 * in time is not written again. Lines, in this order:
 *
 * - JSON: the releases, oldest first, with their dates and base images;
 * - the names, sorted: how many characters each has in common with the one before, and the rest;
 * - a digit for each name: how many characters its token has, 0 where it needs none;
 * - Installed-Size in kB, more by one, 0 where only others provide the name: a table of numbers (numbers.ts) for each name and release;
 * - bytes of the files by kind, where they were read from the package: another table, a field for each of `partUnits`;
 * - a line for each release: pairs of names, of which the first is called like the second from that release on;
 * - a line for each name, with a `;` between: what it depends on, what it recommends, what it cannot be beside, and who else provides it,
 *   best first. Each of these is a cell (tab) for each release that has the package (lists.ts).
 *
 * Versions were judged when the snapshot was made: what no version in the release fulfils is not in it.
 */
import type { Parts } from "./package.ts";

export interface Header {
  readonly note: string;
  readonly releases: readonly {
    readonly os: string;
    readonly name: string;
    readonly version?: string;
    readonly date: string;
    readonly lists: number;
    readonly base: readonly string[];
  }[];
}

/** Stands for alternatives that the snapshot does not hold. */
export const notHeld = "?";

/** A package's parts, in the order they are written, and the bytes in one unit of each; the first is how much less than Installed-Size they are. */
export const partUnits = [
  ["total", 1000],
  ["doc", 1000],
  ["copyright", 1000],
  ["man", 1000],
  ["locale", 1000],
  ["other", 1000],
  ["python", 1000],
  ["info", 1000],
  ["status", 100],
  ["templates", 1000],
  ["libraries", 125],
] as const satisfies readonly (readonly [keyof Omit<Parts, "scaled">, number])[];

/** The lists of a package, in the order of their lines. */
export const lists = ["depends", "recommends", "conflicts", "providers"] as const;

/** What a character stands for is its place here. Latin-1, without those that browsers read otherwise (0x80 to 0x9f) and marks with a meaning of their own. */
export const alphabet: readonly string[] = [...range(0, 0x7f), ...range(0xa0, 0xff)].filter((c) => !"\t\n;|!?".includes(c));

function* range(from: number, to: number): Generator<string> {
  for (let code = from; code <= to; code++) yield String.fromCharCode(code);
}

const places = new Uint8Array(256);
alphabet.forEach((char, i) => (places[char.charCodeAt(0)] = i));

/** The place of the character that stands there; 0 behind the end. */
export const valueAt = (text: string, at: number): number => places[text.charCodeAt(at)] ?? 0;

/** From here on a character of the names' line is how many are in common with the name before. */
const commonFrom = 0xa0;
const mostCommon = 0xff - commonFrom;

export function readNames(line: string): string[] {
  const names: string[] = [];
  let before = "";
  for (let start = 0; start < line.length; ) {
    let end = start + 1;
    while (end < line.length && line.charCodeAt(end) < commonFrom) end++;
    before = before.slice(0, line.charCodeAt(start) - commonFrom) + line.slice(start + 1, end);
    names.push(before);
    start = end;
  }
  return names;
}

export function writeNames(names: readonly string[]): string {
  return names
    .map((name, i) => {
      const before = names[i - 1] ?? "";
      let common = 0;
      while (common < Math.min(mostCommon, before.length) && name[common] === before[common]) common++;
      return String.fromCharCode(commonFrom + common) + name.slice(common);
    })
    .join("");
}

type Bytes = Omit<Parts, "scaled">;

export function readParts(units: readonly number[], installed: number): Parts {
  const bytes = Object.fromEntries(partUnits.map(([part, unit], i) => [part, (units[i] ?? 0) * unit])) as unknown as Bytes;
  return { ...bytes, total: installed - bytes.total, scaled: false };
}

export const writeParts = (bytes: Bytes, installed: number): number[] =>
  partUnits.map(([part, unit]) => Math.round((part === "total" ? installed - bytes.total : bytes[part]) / unit));

export function scaledParts(parts: Parts, scale: number): Parts {
  const scaled = Object.fromEntries(partUnits.map(([part]) => [part, Math.round(parts[part] * scale)])) as Partial<Bytes>;
  return { ...parts, ...scaled, scaled: true };
}

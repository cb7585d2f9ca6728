/**
 * Lists of packages as the snapshot writes them. A cell says how a list differs from that of the release before, with the names changed as
 * they changed for all: how many stay, how many are left out, and what comes new; what it does not speak of stays. A package is written
 * as its distance, where it is one of the next by name, or as a token of one to three characters, the shortest for those most referred to;
 * `|` stands before an alternative to the package before, `!` before a package that is meant itself and not one that provides its name.
 */
import { alphabet, notHeld, valueAt } from "./format.ts";
import type { Group } from "./package.ts";

// What the first character's value tells: a distance, a number that stay, one that are left out, a token of one character, of two, of three.
export const mostNear = 8;
const stayFrom = 2 * mostNear;
const outFrom = stayFrom + 16;
const oneFrom = outFrom + 8;
const twoFrom = oneFrom + 100;
const threeFrom = alphabet.length - 2;

const base = alphabet.length;

/** How many names have a token of that length. */
export const tokenCounts: readonly number[] = [0, twoFrom - oneFrom, (threeFrom - twoFrom) * base, (base - threeFrom) * base * base];

/** Names, and those of each token length in the same order: of one that needs none, of one, two and three characters. */
export interface Names {
  readonly all: readonly string[];
  readonly byLength: readonly (readonly string[])[];
}

export function namesOf(all: readonly string[], lengths: string): Names {
  const byLength: [string[], string[], string[], string[]] = [[], [], [], []];
  for (let i = 0; i < all.length; i++) byLength[lengths.charCodeAt(i) - 0x30]?.push(all[i] ?? "");
  return { all, byLength };
}

/** A list as the cell of its package, `at` this place among the names, makes it of the one before: names with their marks. */
export function readCell(cell: string, before: readonly string[], at: number, { all, byLength }: Names): string[] {
  const list: string[] = [];
  let taken = 0;
  let marks = "";
  for (let i = 0; i < cell.length; i++) {
    const char = cell[i] ?? "";
    const value = valueAt(cell, i);
    let name: string | undefined;
    if (char === "|" || char === "!") {
      marks += char;
      continue;
    }
    if (char === notHeld) name = notHeld;
    else if (value < stayFrom) name = all[at + value - mostNear + (value < mostNear ? 0 : 1)];
    else if (value < outFrom) {
      list.push(...before.slice(taken, taken + value - stayFrom + 1));
      taken += value - stayFrom + 1;
      continue;
    } else if (value < oneFrom) {
      taken += value - outFrom + 1;
      continue;
    } else if (value < twoFrom) name = byLength[1]?.[value - oneFrom];
    else if (value < threeFrom) name = byLength[2]?.[(value - twoFrom) * base + valueAt(cell, ++i)];
    else {
      name = byLength[3]?.[((value - threeFrom) * base + valueAt(cell, i + 1)) * base + valueAt(cell, i + 2)];
      i += 2;
    }
    list.push(marks + (name ?? notHeld));
    marks = "";
  }
  return [...list, ...before.slice(taken)];
}

/** The token of the name with this rank among those of that length. */
export function tokenAt(length: number, rank: number): string {
  const at = (i: number): string => alphabet[i] ?? "";
  if (length === 1) return at(oneFrom + rank);
  if (length === 2) return at(twoFrom + Math.floor(rank / base)) + at(rank % base);
  return at(threeFrom + Math.floor(rank / base / base)) + at(Math.floor(rank / base) % base) + at(rank % base);
}

/** The character for a package that stands so far behind in the names, or before. */
export const distance = (steps: number): string => alphabet[steps < 0 ? steps + mostNear : steps + mostNear - 1] ?? "";

const repeated = (count: number, from: number, most: number): string =>
  (alphabet[from + most - 1] ?? "").repeat(Math.floor(count / most)) +
  (count % most > 0 ? (alphabet[from + (count % most) - 1] ?? "") : "");

export const staying = (count: number): string => repeated(count, stayFrom, outFrom - stayFrom);
export const gap = (count: number): string => repeated(count, outFrom, oneFrom - outFrom);

/** How many characters of an item are marks. */
function marksOf(item: string): number {
  let i = 0;
  while (item[i] === "|" || item[i] === "!") i++;
  return i;
}

export const bare = (item: string): string => item.slice(marksOf(item));

/** A list with the names that are others in the next release. */
export function renamed(list: readonly string[], names: ReadonlyMap<string, string> | undefined): readonly string[] {
  if (!names || names.size === 0) return list;
  return list.map((item) => {
    const marks = marksOf(item);
    const later = names.get(marks > 0 ? item.slice(marks) : item);
    return later === undefined ? item : item.slice(0, marks) + later;
  });
}

/** Alternatives are those that a `|` stands before. */
export function groupsOf(list: readonly string[]): Group[] {
  const groups: string[][] = [];
  for (const item of list) {
    if (item.startsWith("|")) groups.at(-1)?.push(item.slice(1));
    else groups.push([item]);
  }
  return groups;
}

/** The other way. */
export const listOf = (groups: readonly Group[]): string[] =>
  groups.flatMap((group) => group.map((name, i) => (i === 0 ? name : `|${name}`)));

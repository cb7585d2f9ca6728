/**
 * The text of a snapshot, Latin-1, made to be small once it is compressed:
 *
 * - a line of JSON: the releases, with their dates and base images;
 * - a line with one digit for each name: how many characters its token has, 0 where nobody refers to it;
 * - the names, sorted, a line each;
 * - their cells, a line each in the same order, a column (tab) for each release.
 *
 * A cell holds, with a space between: Installed-Size in kB (`*`: only a name that others provide) · what it depends on · what it
 * recommends · what it cannot be beside · who else provides the name, best first · bytes of its files by kind (`Parts`, with
 * `/` between, in the units of `partUnits`; the first is how much less than Installed-Size they are). Packages are written as tokens,
 * one after the other; `|` stands between alternatives, `!` before a package that is meant itself and not one that provides its name,
 * `?` for what the snapshot does not hold. Versions were judged when the snapshot was made: what no version in the release fulfils is
 * not in it.
 */
import type { Group, Package, Parts } from "./package.ts";

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

/** A package's parts, in the order they are written, and the bytes in one unit of each. */
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

// A token's first character tells its length: the names that are most referred to have one, some 10,000 two, the others three.
const alphabet: string = [...range(0x23, 0x7e), ...range(0xa1, 0xff)].filter((c) => !",/*?|!=".includes(c)).join("");
const ones = 120;
const twos = 55;

function* range(from: number, to: number): Generator<string> {
  for (let code = from; code <= to; code++) yield String.fromCharCode(code);
}

/** How many names have a token of that length. */
export const tokenCounts: readonly number[] = [0, ones, twos * alphabet.length];

/** Names by token length and rank among those of that length. */
export type Tokens = readonly (readonly string[])[];

export function tokensOf(names: readonly string[], classes: string): Tokens {
  const tokens: [string[], string[], string[], string[]] = [[], [], [], []];
  for (let i = 0; i < names.length; i++) tokens[classes.charCodeAt(i) - 0x30]?.push(names[i] ?? "");
  return tokens;
}

/** The token of the name with this rank among those of that length. */
export function tokenAt(length: number, rank: number): string {
  const base = alphabet.length;
  const at = (i: number): string => alphabet[i] ?? "";
  if (length === 1) return at(rank);
  if (length === 2) return at(ones + Math.floor(rank / base)) + at(rank % base);
  return at(ones + twos + Math.floor(rank / base / base)) + at(Math.floor(rank / base) % base) + at(rank % base);
}

const valueOf: readonly number[] = Array.from({ length: 256 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** The names in a field; `isLink` says whether a `|` stands before it. */
function* read(field: string, tokens: Tokens): Generator<{ name: string; isLink: boolean }> {
  let isLink = false;
  let prefix = "";
  for (let i = 0; i < field.length; ) {
    const char = field[i] ?? "";
    if (char === "|") isLink = true;
    else if (char === "!") prefix = "!";
    else {
      const digit = (offset: number): number => valueOf[field.charCodeAt(i + offset)] ?? 0;
      const first = digit(0);
      const base = alphabet.length;
      let name: string | undefined = notHeld;
      if (char !== notHeld) {
        if (first < ones) name = tokens[1]?.[first];
        else if (first < ones + twos) name = tokens[2]?.[(first - ones) * base + digit(1)];
        else name = tokens[3]?.[((first - ones - twos) * base + digit(1)) * base + digit(2)];
        if (first >= ones) i += first < ones + twos ? 1 : 2;
      }
      yield { name: prefix + (name ?? notHeld), isLink };
      isLink = false;
      prefix = "";
    }
    i++;
  }
}

function groups(field: string | undefined, tokens: Tokens): Group[] {
  const all: string[][] = [];
  for (const { name, isLink } of read(field ?? "", tokens)) {
    if (isLink) all.at(-1)?.push(name);
    else all.push([name]);
  }
  return all;
}

export function parseCell(name: string, cell: string, tokens: Tokens): Package {
  const [size = "*", depends, recommends, conflicts, providers, parts] = cell.split(" ");
  const installed = size === "*" ? 0 : Number(size) * 1024;
  return {
    name,
    virtual: size === "*",
    installed,
    parts: parts ? parseParts(parts, installed) : undefined,
    depends: groups(depends, tokens),
    recommends: groups(recommends, tokens),
    conflicts: groups(conflicts, tokens).flat(),
    providers: groups(providers, tokens).flat(),
  };
}

type Bytes = Omit<Parts, "scaled">;

const nothing: Bytes = {
  ...{ total: 0, doc: 0, copyright: 0, man: 0, locale: 0, other: 0, python: 0 },
  ...{ info: 0, status: 0, templates: 0, libraries: 0 },
};

function parseParts(text: string, installed: number): Parts {
  const values = text.split("/");
  const read = Object.fromEntries(partUnits.map(([part, unit], i) => [part, Number(values[i] || 0) * unit])) as Partial<Bytes>;
  return { ...nothing, ...read, total: installed - (read.total ?? 0), scaled: false };
}

export function writeParts(bytes: Bytes, installed: number): string {
  return partUnits
    .map(([part, unit]) => Math.round((part === "total" ? installed - bytes.total : bytes[part]) / unit) || "")
    .join("/")
    .replace(/\/+$/, "");
}

export function scaledParts(parts: Parts, scale: number): Parts {
  const scaled = Object.fromEntries(partUnits.map(([part]) => [part, Math.round(parts[part] * scale)])) as Partial<Bytes>;
  return { ...parts, ...scaled, scaled: true };
}

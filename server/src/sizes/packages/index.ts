import { type Header, parseCell, scaledParts, type Tokens, tokensOf } from "./format.ts";
import type { Package, PackageIndex, Parts, Release } from "./package.ts";

/** The index over its text (see format.ts). Packages are read when they are asked for. */
export function packageIndex(text: string): PackageIndex {
  const [header = "{}", classes = "", ...lines] = text.split("\n");
  const releases = releasesIn(header);
  const names = lines.slice(0, classes.length);
  const cells = lines.slice(classes.length, 2 * classes.length);
  const tokens = tokensOf(names, classes);
  const made = new Map<number, Release>();
  return {
    release(os, name) {
      const column = releases.findIndex((r) => r.os === os && (r.name === name || (r.version !== undefined && r.version === name)));
      const found = releases[column];
      if (!found) return undefined;
      let release = made.get(column);
      if (!release) {
        release = releaseOf(names, cells, tokens, column, found);
        made.set(column, release);
      }
      return release;
    },
  };
}

/** None in a text that is no snapshot. */
function releasesIn(header: string): Header["releases"] {
  try {
    return (JSON.parse(header) as Partial<Header>).releases ?? [];
  } catch {
    return [];
  }
}

function releaseOf(
  names: readonly string[],
  cells: readonly string[],
  tokens: Tokens,
  column: number,
  header: Header["releases"][number],
): Release {
  const known = new Map<string, Package | undefined>();
  const cellOf = (at: number): string => cells[at]?.split("\t")[column] ?? "";
  /** Where the package's files were not read: those of the nearest release that has it, where it is of about the same size. */
  const near = (at: number, name: string, installed: number): Parts | undefined => {
    for (const cell of cells[at]?.split("\t") ?? []) {
      const other = cell ? parseCell(name, cell, tokens) : undefined;
      const scale = other?.parts && other.installed > 0 ? installed / other.installed : 0;
      if (other?.parts && scale > 0.6 && scale < 1.7) return scaledParts(other.parts, scale);
    }
    return undefined;
  };
  return {
    os: header.os,
    name: header.name,
    ...(header.version !== undefined && { version: header.version }),
    date: header.date,
    lists: header.lists,
    base: new Set(header.base),
    package(name) {
      const before = known.get(name);
      if (before || known.has(name)) return before;
      const at = firstFrom(names, name);
      const cell = names[at] === name ? cellOf(at) : "";
      const found = cell ? parseCell(name, cell, tokens) : undefined;
      const parts = found && !found.virtual ? (found.parts ?? near(at, name, found.installed)) : undefined;
      const whole = found && (parts === found.parts ? found : { ...found, parts });
      known.set(name, whole);
      return whole;
    },
    *namesFrom(prefix) {
      for (let at = firstFrom(names, prefix); names[at]?.startsWith(prefix); at++) {
        const cell = cellOf(at);
        if (cell && !cell.startsWith("*")) yield names[at] ?? "";
      }
    },
  };
}

/** The first name that does not sort before this. */
function firstFrom(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

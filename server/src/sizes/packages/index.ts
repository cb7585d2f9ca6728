import { type Header, lists, partUnits, readNames, readParts, scaledParts } from "./format.ts";
import { groupsOf, type Names, namesOf, readCell, renamed } from "./lists.ts";
import { linesOfTable, NumberTable } from "./numbers.ts";
import type { Package, PackageIndex, Parts, Release } from "./package.ts";

/** A snapshot's text (see format.ts), taken apart as far as it must be before anything is asked. */
export interface Snapshot {
  readonly releases: Header["releases"];
  readonly names: Names;
  /** Installed-Size in kB and one, 0 for a name that only others provide. */
  readonly sizes: NumberTable;
  readonly parts: NumberTable;
  /** The lists of `lists` in one release. */
  listsOf(at: number, release: number): readonly (readonly string[])[];
}

export function readSnapshot(text: string): Snapshot {
  const lines = text.split("\n");
  let next = 0;
  const take = (count: number): string[] => {
    next += count;
    return lines.slice(next - count, next);
  };
  const [header = "", written = "", lengths = ""] = take(3);
  const releases = releasesIn(header);
  const names = namesOf(readNames(written), lengths);
  const rows = names.all.length;
  const table = (fields: number) => new NumberTable(take(linesOfTable(fields)), fields, releases.length, rows);
  const sizes = table(1);
  const parts = table(partUnits.length);
  const changed = take(releases.length).map((line) => {
    const pairs = readCell(line, [], 0, names);
    return new Map(pairs.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, pairs[i + 1] ?? ""]] : [])));
  });
  const first = next;
  return {
    releases,
    names,
    sizes,
    parts,
    listsOf(at, release) {
      const written = (lines[first + at] ?? "").split(";");
      const column = sizes.releasesIn(at).filter((one) => one <= release);
      return lists.map((_, i) => {
        const cells = written[i]?.split("\t") ?? [];
        return cells.length === 0
          ? []
          : column.reduce<readonly string[]>((list, one, k) => readCell(cells[k] ?? "", renamed(list, changed[one]), at, names), []);
      });
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

/** The index over a snapshot's text. Packages are read when they are asked for. */
export function packageIndex(text: string): PackageIndex {
  const snapshot = readSnapshot(text);
  const made = new Map<number, Release>();
  return {
    release(os, name) {
      const column = snapshot.releases.findIndex(
        (r) => r.os === os && (r.name === name || (r.version !== undefined && r.version === name)),
      );
      const found = snapshot.releases[column];
      if (!found) return undefined;
      let release = made.get(column);
      if (!release) {
        release = releaseOf(snapshot, column, found);
        made.set(column, release);
      }
      return release;
    },
  };
}

function releaseOf(snapshot: Snapshot, column: number, header: Header["releases"][number]): Release {
  const { releases, sizes } = snapshot;
  const names = snapshot.names.all;
  const known = new Map<string, Package | undefined>();
  const nearest = releases.map((_, i) => i).sort((a, b) => Math.abs(a - column) - Math.abs(b - column) || b - a);
  const installedIn = (at: number, release: number): number => ((sizes.cell(at, release)?.[0] ?? 1) - 1) * 1024;
  /** Where the package's files were not read: those of the nearest release that has it, where it is of about the same size. */
  const partsOf = (at: number, installed: number): Parts | undefined => {
    for (const release of nearest) {
      const units = snapshot.parts.cell(at, release);
      if (!units) continue;
      const size = installedIn(at, release);
      const scale = size > 0 ? installed / size : 0;
      if (release === column) return readParts(units, size);
      if (scale > 0.6 && scale < 1.7) return scaledParts(readParts(units, size), scale);
    }
    return undefined;
  };
  const read = (name: string): Package | undefined => {
    const at = firstFrom(names, name);
    const [size] = (names[at] === name && sizes.cell(at, column)) || [];
    if (size === undefined) return undefined;
    const virtual = size === 0;
    const installed = virtual ? 0 : installedIn(at, column);
    const [depends = [], recommends = [], conflicts = [], providers = []] = snapshot.listsOf(at, column);
    return {
      name,
      virtual,
      installed,
      parts: virtual ? undefined : partsOf(at, installed),
      depends: groupsOf(depends),
      recommends: groupsOf(recommends),
      conflicts,
      providers,
    };
  };
  return {
    os: header.os,
    name: header.name,
    ...(header.version !== undefined && { version: header.version }),
    date: header.date,
    lists: header.lists,
    base: new Set(header.base),
    package(name) {
      if (!known.has(name)) known.set(name, read(name));
      return known.get(name);
    },
    *namesFrom(prefix) {
      for (let at = firstFrom(names, prefix); names[at]?.startsWith(prefix); at++) {
        if (sizes.cell(at, column)?.[0]) yield names[at] ?? "";
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

import { type Header, parseCell, scaledParts, type Tokens, tokensOf } from "./format.ts";

/** The package indexes of Debian and Ubuntu releases. Comes in through the World; `packageIndex` makes it of a snapshot. */
export interface PackageIndex {
  /** Undefined where this release is not known, or not yet. `release` is a name or a number: `bookworm`, `22.04`. */
  release(os: string, release: string | undefined): Release | undefined;
}

export interface Release {
  readonly os: string;
  readonly name: string;
  /** As image tags say it: `22.04`. */
  readonly version?: string;
  /** Of the package index: `2026-11-20`. */
  readonly date: string;
  /** Bytes that `apt-get update` leaves. */
  readonly lists: number;
  /** Packages of the release's own base image. */
  readonly base: ReadonlySet<string>;
  package(name: string): Package | undefined;
  /** Names of packages that begin so: for globs. */
  namesFrom(prefix: string): Iterable<string>;
}

/** Alternatives, the first one first; with `!` that package itself, not one that provides its name. */
export type Group = readonly string[];

export interface Package {
  readonly name: string;
  /** Nothing by itself: only others provide it. */
  readonly virtual: boolean;
  /** Installed-Size, in bytes. */
  readonly installed: number;
  /** Read from the package itself, where that was done. */
  readonly parts: Parts | undefined;
  readonly depends: readonly Group[];
  readonly recommends: readonly Group[];
  readonly conflicts: readonly string[];
  /** Who else provides the name, best first. */
  readonly providers: readonly string[];
}

/** Bytes of the files in a package. */
export interface Parts {
  /** Read from the package of that name in another release, and scaled by Installed-Size. */
  readonly scaled: boolean;
  readonly total: number;
  /** Of those: below /usr/share/doc, and of these the copyright files; man, locale, and info and lintian. */
  readonly doc: number;
  readonly copyright: number;
  readonly man: number;
  readonly locale: number;
  readonly other: number;
  /** Python modules that are compiled when the package is installed. */
  readonly python: number;
  /** What dpkg keeps of the package: lists, checksums and scripts in /var/lib/dpkg/info; its paragraph in the status file. */
  readonly info: number;
  readonly status: number;
  /** Of its questions, which debconf copies. */
  readonly templates: number;
  /** Its entries in /etc/ld.so.cache and ldconfig's aux-cache. */
  readonly libraries: number;
}

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

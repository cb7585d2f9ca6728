/** The package indexes of Debian and Ubuntu releases. Comes in through the World; `packageIndex` (index.ts) makes it of a snapshot. */
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

import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry } from "../image/files.ts";
import { atLeast, isUnknown } from "../image/size.ts";
import {
  type Bookkeeping,
  bookkeeping,
  bookkeptIn,
  type Holding,
  holdingOf,
  pageIndex,
  weightOf,
  withMore,
} from "../sizes/packages/bytes.ts";
import type { Package, Release } from "../sizes/packages/package.ts";
import { nameIn, type Packages, sized, snapshotName } from "./apt-installed.ts";
import type { Call } from "./call.ts";

// What dpkg and apt keep of all packages together, beside their own files.

export const documentation = { id: "deb-doc", path: "/usr/share/doc" } as const;
export const manualPages = { id: "deb-man", path: "/usr/share/man" } as const;

/** What is less of the base image: its bookkeeping, and its own packages that go or are installed once more. */
export function replaced(all: Packages, names: Iterable<string>): Effect[] {
  const { release, packages: ofBase, slim } = all;
  const whole = (p: Package): number => {
    const { files, doc, man, locale } = weightOf(p, slim);
    return files + doc + man + locale;
  };
  const own = knownOf(
    release,
    [...names].filter((name) => ofBase.has(name)),
  );
  return [
    { do: "replace", part: "dpkg", bytes: bookkeptIn(release, holdingOfBase(all)) },
    ...own.map((p): Effect => ({ do: "replace", part: p.name, bytes: whole(p) })),
  ];
}

const knownOf = (release: Release, names: Iterable<string>): Package[] => [...names].flatMap((name) => release.package(name) ?? []);

const holdings = new WeakMap<ReadonlySet<string>, Holding>();

/** A base image's packages stay what they are, however often one is installed. */
function holdingOfBase({ release, packages }: Packages): Holding {
  const known = holdings.get(packages) ?? holdingOf(release, knownOf(release, packages));
  holdings.set(packages, known);
  return known;
}

/** What all packages that are installed at this moment have in dpkg's and the linker's files. */
export function holdingNow(all: Packages): Holding {
  const came = [...all.present.more].filter((name) => !all.present.own.has(name));
  return withMore(holdingOfBase(all), holdingOf(all.release, knownOf(all.release, came)));
}

/** What apt and dpkg store beside the packages' own files, for all packages of this layer together. */
export function aggregates(
  call: Call,
  all: Packages,
  added: readonly Package[],
  gone: ReadonlySet<string>,
  purges: boolean = false,
): Effect[] {
  const { release, slim, present } = all;
  const earlier = all.entries.filter((e) => e.layer === call.layer && !gone.has(nameIn(e)));
  const ofLayer = new Map(added.map((p) => [p.name, p]));
  for (const entry of earlier) {
    const found = release.package(nameIn(entry));
    if (found && !ofLayer.has(found.name)) ofLayer.set(found.name, found);
  }
  const packages = [...ofLayer.values()];
  const before = holdingNow(all);
  const comes = packages.filter((p) => !present.has(p.name) && !gone.has(p.name));
  const goes = knownOf(
    release,
    [...gone].filter((name) => present.has(name)),
  );
  const python = "python3-minimal";
  const last = (path: string, id: string): Entry | undefined => contentAt(call.state.root, path).newest(id);
  const sumOf = (part: "doc" | "man" | "locale", of: readonly Package[]): number => of.reduce((sum, p) => sum + weightOf(p, slim)[part], 0);
  // What another release's packages recommend has no names here, but was counted when it came.
  const counted = (path: string, id: string): number | undefined => {
    const entry = all.standsIn && gone.size === 0 ? last(path, id) : undefined;
    return entry?.layer === call.layer ? entry.size.bytes : undefined;
  };
  const total = (part: "doc" | "man" | "locale", { path, id }: { path: string; id: string }): number => {
    const had = counted(path, id);
    return had === undefined ? sumOf(part, packages) : had + sumOf(part, added);
  };
  const pages = total("man", manualPages);
  const kept: Bookkeeping = bookkeeping(release, {
    added: packages,
    fresh: added.length,
    gone: knownOf(release, gone),
    purges,
    before,
    after: withMore(withMore(before, holdingOf(release, comes)), holdingOf(release, goes), -1),
    compiles: !gone.has(python) && (present.has(python) || ofLayer.has(python)) && release.package(python) !== undefined,
    logs: last("/var/log", "apt-logs")?.size.bytes ?? (all.entries.length > 0 ? 0 : undefined),
  });
  // man-db reads all pages when it is installed, and what is new whenever another package brings some.
  const indexer = "man-db";
  const reads = ofLayer.has(indexer) ? "all" : present.has(indexer) && !gone.has(indexer) ? "new" : "none";
  const indexOfPages = (pages: number): number => (slim || reads === "none" ? 0 : pageIndex(reads === "all", pages));
  // Written by an earlier command of this RUN: then there may be less of it now.
  const had = (path: string, id: string): boolean => last(path, id)?.layer === call.layer;
  const source = snapshotName(release);
  // Packages of a lower layer that no index has stand in dpkg's files, too.
  const isPart = call.state.root.content.strangers > 0 && all.entries.some((e) => e.layer < call.layer && isUnknown(e.size));
  const entry = (path: string, id: string, what: string, bytes: number | undefined, kind: Entry["kind"]): Effect[] => {
    if (bytes === undefined || (bytes === 0 && !had(path, id))) return [];
    const size = sized(bytes, all.exact);
    return [{ do: "fill", path, entry: { id, kind, what, size: isPart && kind === "metadata" ? atLeast(size) : size, source } }];
  };
  return [
    ...entry(documentation.path, documentation.id, "documentation of packages", total("doc", documentation), "artifact"),
    ...entry(manualPages.path, manualPages.id, "manual pages of packages", pages, "artifact"),
    ...entry("/var/cache/man", "deb-man-index", "index of manual pages", indexOfPages(pages), "artifact"),
    ...entry(
      "/usr/share/locale",
      "deb-locale",
      "translations of packages",
      total("locale", { path: "/usr/share/locale", id: "deb-locale" }),
      "artifact",
    ),
    ...entry("/usr/lib/python3", "deb-compiled", "compiled Python modules", kept.compiled, "artifact"),
    ...entry("/var/lib/dpkg", "dpkg-status", "dpkg's own files", kept.dpkg, "metadata"),
    ...entry("/var/lib/dpkg", "dpkg-status-old", "dpkg's old status file", kept.dpkgOld, "metadata"),
    ...entry("/var/cache/debconf", "debconf", "debconf's own files", kept.debconf, "metadata"),
    ...entry("/var/cache/debconf", "debconf-old", "debconf's old files", kept.debconfOld, "metadata"),
    ...entry("/var/log", "apt-logs", "logs of apt and dpkg", kept.logs, "metadata"),
    ...entry("/var/log/apt", "apt-planner", "log of apt's planner", kept.planner, "metadata"),
  ];
}

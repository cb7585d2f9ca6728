import type { BaseImage } from "../image/base.ts";
import type { Content } from "../image/content.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry, type FolderNode, find, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { matches } from "../image/paths.ts";
import { atLeast, computed, type Size, typical, unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Bookkeeping, bookkeeping, bookkeptIn, type Holding, holdingOf, weightOf, withMore } from "../sizes/packages/bytes.ts";
import { type Inventory, installedOn } from "../sizes/packages/chains.ts";
import { madeBy } from "../sizes/packages/made.ts";
import { Names } from "../sizes/packages/names.ts";
import type { Package, PackageIndex, Release } from "../sizes/packages/package.ts";
import { type RemovalRequest, removal } from "../sizes/packages/removal.ts";
import { resolve } from "../sizes/packages/resolve.ts";
import type { Call } from "./call.ts";
import { leftOut } from "./left-out.ts";

/** The packages of the image at this moment, where its distribution's index is at hand. */
export interface Packages extends Inventory {
  readonly slim: boolean;
  readonly present: Names;
  /** Entries of packages that came after the base, the newest last. */
  readonly entries: readonly Entry[];
}

/** Recommended packages of which nothing is known, not even their names. */
export const recommendsId = "deb-recommends:";
const recommending = new WeakMap<PackageIndex, Map<string, boolean>>();

/**
 * Whether a package brings recommended ones in any release that is known: then it most likely does in this one. One that none of them knows
 * is another release's, which may do so too; or it comes from a repository that was added, and nobody knows.
 */
export function recommendsAny(call: Call, name: string): boolean {
  const { packages, state } = call;
  if (!packages) return true;
  const answers = recommending.get(packages) ?? new Map<string, boolean>();
  recommending.set(packages, answers);
  const answer = answers.get(name) ?? recommendsInOne(packages, name);
  if (answer === undefined) return !state.unknownWrites && !hasOwnSources(state);
  answers.set(name, answer);
  return answer;
}

/** Undefined where no release knows the package, or none is there yet. */
function recommendsInOne(packages: PackageIndex, name: string): boolean | undefined {
  const known = releases.flatMap(([os, release]) => packages.release(os, release) ?? []).filter((r) => r.package(name));
  if (known.length === 0) return undefined;
  return known.some((r) =>
    resolve(r, { installed: new Names(r.base), wanted: [name], recommends: true }).added.some((a) => a.recommendedBy),
  );
}

/** Where repositories are added. */
const sourcesFolder = "/etc/apt/sources.list.d";

/** What lies there, where the tree knows the folder. */
function sourcesOf({ root }: State): FolderNode | undefined {
  const folder = find(root, sourcesFolder, true);
  return folder?.type === "folder" ? unfold(folder) : undefined;
}

function hasOwnSources(state: State): boolean {
  const sources = sourcesOf(state);
  return sources !== undefined && (sources.content.size > 0 || sources.children.size > 0);
}

const releases = [
  ["debian", "trixie"],
  ["debian", "bullseye"],
  ["ubuntu", "24.04"],
  ["ubuntu", "22.04"],
] as const;

export const debId = (name: string): string => `deb:${name}`;
const isPackage = (entry: Entry): boolean => entry.id.startsWith("deb:") && !entry.maybe;
const nameIn = (entry: Entry): string => entry.id.slice(debId("").length);

/** Asked once more for each apt command, with the same content: only the last installation changed it. */
const found = new WeakMap<Content, { base: BaseImage; all: Packages }>();

export function packagesOf(call: Pick<Call, "state" | "packages">): Packages | undefined {
  const { base, root } = call.state;
  const installed = base && call.packages && installedOn(call.packages, base);
  if (!base || !installed) return undefined;
  const last = found.get(root.content);
  if (last?.base === base && last.all.release === installed.release) return last.all;
  const entries = [...root.content].filter(isPackage);
  const present = new Names(installed.packages, new Set(entries.map(nameIn)));
  // Ubuntu's image leaves out documentation, manual pages and translations too (its /etc/dpkg/dpkg.cfg.d/excludes).
  const all = { ...installed, slim: base.slim === true || installed.release.os === "ubuntu", present, entries };
  found.set(root.content, { base, all });
  return all;
}

/** In words for the user: where the bytes of a package come from. */
export const sourceOf = ({ os, name, date }: Release): string => `${os === "ubuntu" ? "Ubuntu" : "Debian"} ${name} packages of ${date}`;

/** What a package would bring to an image by itself: its own files, and those of all that comes with it. */
export interface Brought {
  readonly packages: number;
  readonly size: Size;
  readonly recommended: number;
  readonly source: string;
}

export function broughtBy(where: Pick<Call, "state" | "packages">, name: string, recommends: boolean): Brought | undefined {
  const all = packagesOf(where);
  if (!all) return undefined;
  const { added, unknown: none, complete } = resolve(all.release, { installed: all.present, wanted: [name], recommends });
  if (none.length > 0) return undefined;
  const others = added.filter((a) => a.package.name !== name);
  const bytes = others.reduce((total, a) => {
    const { files, doc, man, locale } = weightOf(a.package, all.slim);
    return total + files + doc + man + locale;
  }, 0);
  return {
    packages: others.length,
    size: complete ? sized(bytes, all.exact) : atLeast(sized(bytes, all.exact)),
    recommended: others.filter((a) => a.recommendedBy !== undefined).length,
    source: sourceOf(all.release),
  };
}

/** One argument of `apt-get install`. */
interface Wanted {
  readonly names: readonly string[];
  /** Another version or release than the one that is known. */
  readonly isOther: boolean;
}

/** Undefined where it is not known what the argument stands for. */
function wantedBy({ text, known, glob }: Argument, release: Release): Wanted | undefined {
  if (!known || text.endsWith("^")) return undefined;
  const name = text.replace(/[=/].*$/, "").replace(/:(?:amd64|any|native|all)$/, "");
  const isOther = name !== text && /[=/]/.test(text);
  if (release.package(name)) return { names: [name], isOther };
  if (name.endsWith("+") && release.package(name.slice(0, -1))) return { names: [name.slice(0, -1)], isOther };
  if (!glob && !/[*?[]/.test(name)) return undefined;
  const prefix = /^[a-z0-9.+-]*/.exec(name)?.[0] ?? "";
  const names = prefix.length > 1 ? [...release.namesFrom(prefix)].filter((n) => matches(name, n)) : [];
  return names.length > 0 ? { names, isOther: true } : undefined;
}

/** The repository of nodesource, by its set-up script or by a file that is called so. */
const nodesourceId = "apt-source:nodesource";
const setUp = /\bdeb\.nodesource\.com\/setup/;

const nodesourceEffect: Effect = {
  do: "fill",
  path: sourcesFolder,
  entry: { id: nodesourceId, kind: "metadata", what: "nodesource's repository", size: typical(100) },
};

/** What is piped into a shell that way adds the repository. */
export const nodesourceAdded = ({ name, stdin }: Call): Effect[] =>
  /^(?:ba)?sh$/.test(name) && stdin && setUp.test(stdin.what) ? [nodesourceEffect] : [];

/** What is fetched from there into a file is run next. */
export const nodesourceFetched = ({ args }: Call): Effect[] => (args.some((a) => setUp.test(a.text)) ? [nodesourceEffect] : []);

function hasNodesource({ state }: Call): boolean {
  const sources = sourcesOf(state);
  if (!sources) return false;
  return sources.content.of(nodesourceId).length > 0 || [...sources.children.keys()].some((n) => n.startsWith("nodesource."));
}

interface InstallRequest {
  readonly packages: readonly Argument[];
  readonly recommends: boolean;
  readonly again: boolean;
}

/** What `apt-get install` does where the index is known. */
export function installEffects(call: Call, known: Packages, request: InstallRequest): Effect[] {
  const left = known.slim ? "nothing" : leftOut(call);
  const all = left === "nothing" ? known : { ...known, slim: true };
  const { release, present, slim } = all;
  const isExcluded = (text: string) => text.endsWith("-") && !release.package(text);
  const unknownNames: string[] = [];
  const wanted: string[] = [];
  const others = new Set<string>();
  const isForeign = (text: string): boolean => text.startsWith("nodejs") && hasNodesource(call);
  for (const argument of request.packages) {
    if (isExcluded(argument.text)) continue;
    const found = isForeign(argument.text) ? undefined : wantedBy(argument, release);
    if (!found) unknownNames.push(argument.text);
    for (const name of found?.names ?? []) {
      wanted.push(name);
      if (found?.isOther) others.add(name);
    }
  }
  // What is there is known in part, or what is recommended is another distribution's.
  const isOfOthers = all.isPartOf || all.isOtherSystem;
  const excluded = request.packages.filter((p) => isExcluded(p.text)).map((p) => p.text.slice(0, -1));
  const {
    added,
    unknown: virtual,
    removed,
    complete,
  } = resolve(release, {
    installed: present,
    wanted,
    recommends: request.recommends && !isOfOthers,
  });
  const again = request.again ? wanted.filter((name) => present.has(name)) : [];
  const effects: Effect[] = [];
  for (const name of removed) effects.push({ do: "take", path: "/", id: debId(name) });
  const source = sourceOf(release);
  const fresh = [
    ...added.filter((a) => !excluded.includes(a.package.name)),
    ...again.flatMap((name) => ({ package: release.package(name) ?? undefined, recommendedBy: undefined })),
  ];
  const named = new Set(wanted);
  let recommended = 0;
  for (const { package: found, recommendedBy } of fresh) {
    if (!found) continue;
    const { files, exact } = weightOf(found, slim);
    // The neighbour's recommended packages have other names there: what they weigh together is all that is said.
    if (all.standsIn && recommendedBy !== undefined) {
      recommended += files;
      continue;
    }
    const brought = recommendedBy !== undefined ? "recommended" : named.has(found.name) ? undefined : "needed";
    effects.push(
      packageEffect({
        id: debId(found.name),
        what: found.name,
        size: left === "anything" ? unknown : sized(files, all.exact && (exact || !slim) && !others.has(found.name)),
        source,
        ...(brought && { brought }),
      }),
    );
  }
  for (const name of [...unknownNames, ...virtual.filter((n) => !present.has(n))])
    if (!present.has(name) || request.again) effects.push(packageEffect({ id: debId(name), what: name, size: unknown }));
  const missing = unknownNames.filter((name) => !present.has(name));
  if (missing.length > 0) {
    const all = missing.sort().join(" ");
    effects.push(unknownEffect(`deb-dependencies:${all}`, "their dependencies"));
    // nodesource's package recommends nothing; of a vendor's own nobody knows.
    if (request.recommends && !missing.every(isForeign)) effects.push(unknownEffect(`deb-recommends-of:${all}`, "what they recommend"));
  }
  const together = { id: `${recommendsId}${wanted.sort().join(" ")}`, what: "recommended packages" };
  if (recommended > 0) effects.push(packageEffect({ ...together, size: typical(recommended), source }));
  if (isOfOthers && request.recommends && added.some((a) => a.package.recommends.length > 0))
    effects.push(unknownEffect(together.id, together.what));
  if (!complete) effects.push(unknownEffect(`deb-recommends-of:${wanted.sort().join(" ")}`, "more recommended packages"));
  if (effects.length === 0) return [];
  if (left === "some" || left === "anything")
    effects.push(unknownEffect(`deb-left-out:${wanted.join(" ")}`, "what dpkg is told to leave out"));
  const gone = new Set(removed);
  const now = fresh.flatMap((a) => (a.package ? [a.package] : []));
  effects.push(...now.flatMap((p) => made(all, p.name)));
  return [...effects, ...aggregates(call, all, now, gone), ...replaced(all, [...gone, ...again])];
}

/** What `apt-get remove`, `purge` and `autoremove` do where the index is known. */
export function removeEffects(
  call: Call,
  all: Packages,
  named: readonly string[],
  how: Pick<RemovalRequest, "autoremove" | "keepRecommended">,
): Effect[] {
  const automatic = new Set(all.entries.filter((e) => e.brought !== undefined).map(nameIn));
  const gone = removal(all.release, { installed: all.present, named, automatic, ...how });
  if (gone.size === 0) return [];
  const effects = [...gone].flatMap((name): Effect[] => {
    const own = madeBy(name, all.release);
    return [
      { do: "take", path: "/", id: debId(name) },
      ...(own && !own.stays ? [{ do: "take" as const, path: own.path, id: madeId(name) }] : []),
    ];
  });
  return [...effects, ...aggregates(call, all, [], gone), ...replaced(all, gone)];
}

const madeId = (name: string): string => `deb-made:${name}`;

/** What a package's own scripts make when it is configured. */
function made({ release, exact }: Packages, name: string): Effect[] {
  const own = madeBy(name, release);
  if (!own) return [];
  const size = own.bytes === undefined ? unknown : sized(own.bytes, exact && own.exact);
  const what = `what ${name} makes when it is configured`;
  return [{ do: "fill", path: own.path, entry: { id: madeId(name), kind: "artifact", what, size, source: sourceOf(release) } }];
}

/** What is less of the base image: its bookkeeping, and its own packages that go or are installed once more. */
function replaced(all: Packages, names: Iterable<string>): Effect[] {
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
function aggregates(call: Call, all: Packages, added: readonly Package[], gone: ReadonlySet<string>): Effect[] {
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
  const weights = packages.map((p) => weightOf(p, slim));
  const total = (part: "doc" | "man" | "locale"): number => weights.reduce((sum, w) => sum + w[part], 0);
  const last = (path: string, id: string): Entry | undefined => contentAt(call.state.root, path).newest(id);
  const kept: Bookkeeping = bookkeeping(release, {
    added: packages,
    fresh: added.length,
    gone: knownOf(release, gone),
    before,
    after: withMore(withMore(before, holdingOf(release, comes)), holdingOf(release, goes), -1),
    compiles: !gone.has(python) && (present.has(python) || ofLayer.has(python)) && release.package(python) !== undefined,
    logs: last("/var/log", "apt-logs")?.size.bytes ?? (all.entries.length > 0 ? 0 : undefined),
  });
  // Written by an earlier command of this RUN: then there may be less of it now.
  const had = (path: string, id: string): boolean => last(path, id)?.layer === call.layer;
  const source = sourceOf(release);
  const entry = (path: string, id: string, what: string, bytes: number, kind: Entry["kind"]): Effect[] =>
    bytes > 0 || had(path, id) ? [{ do: "fill", path, entry: { id, kind, what, size: sized(bytes, all.exact), source } }] : [];
  return [
    ...entry("/usr/share/doc", "deb-doc", "documentation of packages", total("doc"), "artifact"),
    ...entry("/usr/share/man", "deb-man", "manual pages of packages", total("man"), "artifact"),
    ...entry("/usr/share/locale", "deb-locale", "translations of packages", total("locale"), "artifact"),
    ...entry("/usr/lib/python3", "deb-compiled", "compiled Python modules", kept.compiled, "artifact"),
    ...entry("/var/lib/dpkg", "dpkg-status", "dpkg's own files", kept.dpkg, "metadata"),
    ...entry("/var/lib/dpkg", "dpkg-status-old", "dpkg's old status file", kept.dpkgOld, "metadata"),
    ...entry("/var/cache/debconf", "debconf", "debconf's own files", kept.debconf, "metadata"),
    ...entry("/var/cache/debconf", "debconf-old", "debconf's old files", kept.debconfOld, "metadata"),
    ...entry("/var/log", "apt-logs", "logs of apt and dpkg", kept.logs, "metadata"),
    ...entry("/var/log/apt", "apt-planner", "log of apt's planner", kept.planner, "metadata"),
  ];
}

const sized = (bytes: number, exact: boolean): Size => (exact ? computed(bytes) : typical(bytes));

const packageEffect = (entry: Pick<Entry, "id" | "what" | "size" | "source" | "brought">): Effect => ({
  do: "fill",
  path: "/",
  entry: { kind: "package", ...entry },
});

const unknownEffect = (id: string, what: string): Effect => ({
  do: "fill",
  path: "/",
  entry: { id, kind: "unknown", what, size: unknown },
});

import type { Effect } from "../image/effects.ts";
import type { Entry } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { matches } from "../image/paths.ts";
import { atLeast, type Size, typical, unknown, zero } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { weightOf } from "../sizes/packages/bytes.ts";
import { madeBy } from "../sizes/packages/made.ts";
import type { Package, Release } from "../sizes/packages/package.ts";
import { type RemovalRequest, removal } from "../sizes/packages/removal.ts";
import { resolve } from "../sizes/packages/resolve.ts";
import { packageName } from "./apt-call.ts";
import { debId, nameIn, type Packages, packagesOf, sized, snapshotName } from "./apt-installed.ts";
import { recommendedTogether, recommendsId, recommendsOfId, weighLittle } from "./apt-recommends.ts";
import { isForeign, isOfNodesource, isOfVendor } from "./apt-sources.ts";
import type { Call } from "./call.ts";
import { mayBeMissed } from "./called.ts";
import { aggregates, replaced } from "./dpkg-files.ts";
import { leftOut } from "./left-out.ts";

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
    source: snapshotName(all.release),
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
  const name = packageName(text);
  const isOther = name !== text && /[=/]/.test(text);
  if (release.package(name)) return { names: [name], isOther };
  if (name.endsWith("+") && release.package(name.slice(0, -1))) return { names: [name.slice(0, -1)], isOther };
  if (!glob && !/[*?[]/.test(name)) return undefined;
  const prefix = /^[a-z0-9.+-]*/.exec(name)?.[0] ?? "";
  const names = prefix.length > 1 ? [...release.namesFrom(prefix)].filter((n) => matches(name, n)) : [];
  return names.length > 0 ? { names, isOther: true } : undefined;
}

interface InstallRequest {
  readonly packages: readonly Argument[];
  readonly recommends: boolean;
  readonly again: boolean;
}

/** A package file brings what it needs, and that may be what another one recommends; one that only adds a repository needs nothing. */
const isUnknownProgram = ({ what }: Entry): boolean =>
  what.endsWith(".deb") && !/(?:repo|release|prod|keyring|sources?|config|solutions)(?:[-_.\d]|$)/.test(what);

/** Packages came of which nobody knows what they need: that may be what others recommend. nodesource's needs what each image has. */
export const hasStrangers = (state: State): boolean =>
  [...state.root.content].some(({ id }) => {
    const names = id.startsWith(dependenciesId) ? id.slice(dependenciesId.length).split(" ") : [];
    return names.some((name) => !name.endsWith(".deb") && !isOfNodesource(state, name));
  });
const dependenciesId = "deb-dependencies:";

/**
 * The neighbour's recommended packages have other names there: what they weigh together is all that is said, but for those a build may miss, with what
 * these need.
 */
function ofNeighbours(
  { release, present }: Packages,
  wanted: readonly string[],
  fresh: readonly { readonly package?: Package | undefined; readonly recommendedBy?: string | undefined }[],
): Package[] {
  const recommended = fresh.flatMap((a) => (a.package && a.recommendedBy !== undefined ? [a.package] : []));
  const named = recommended.map((p) => p.name).filter((name) => mayBeMissed.has(name));
  const { added } = resolve(release, { installed: present, wanted: [...wanted, ...named], recommends: false });
  const kept = new Set(added.map((a) => a.package));
  return recommended.filter((p) => !kept.has(p));
}

/** What is recommended where only a part of what is there is known, or the recommended packages are another system's. */
function moreOf({ release, present }: Packages, wanted: readonly string[], together: Effect): Effect[] {
  const { added } = resolve(release, { installed: present, wanted, recommends: true });
  const names = added.flatMap((a) => (a.recommendedBy === undefined ? [] : [a.package.name]));
  const named = names.filter((name) => mayBeMissed.has(name));
  const entry = (what: string) => ({ id: debId(what), what, size: unknown, brought: "recommended" as const });
  return weighLittle(release, names) ? [] : [...named.map((name) => packageEffect(entry(name))), together];
}

/** What the words of an install ask for. */
interface Requested {
  readonly wanted: string[];
  /** `pkg-`: it shall not come. */
  readonly excluded: readonly string[];
  /** No package of the release is called so. */
  readonly unknownNames: string[];
  readonly vendors: readonly string[];
  /** Of another version than the release's, or a vendor's. */
  readonly others: ReadonlySet<string>;
}

function requested({ state }: Call, release: Release, { packages }: InstallRequest): Requested {
  const wanted: string[] = [];
  const excluded: string[] = [];
  const unknownNames: string[] = [];
  const vendors: string[] = [];
  const others = new Set<string>();
  for (const argument of packages) {
    const { text } = argument;
    if (text.endsWith("-") && !release.package(text)) {
      excluded.push(text.slice(0, -1));
      continue;
    }
    const found = isForeign(state, text) ? undefined : wantedBy(argument, release);
    if (!found) unknownNames.push(text);
    for (const name of found?.names ?? []) {
      wanted.push(name);
      if (isOfVendor(state, name)) vendors.push(name);
      if (found?.isOther || vendors.includes(name)) others.add(name);
    }
  }
  return { wanted, excluded, unknownNames, vendors, others };
}

/** What `apt-get install` does where the index is known. */
export function installEffects(call: Call, known: Packages, request: InstallRequest): Effect[] {
  const left = known.slim ? "nothing" : leftOut(call);
  const all = left === "nothing" ? known : { ...known, slim: true };
  const { release, present, slim } = all;
  const { wanted, excluded, unknownNames, vendors, others } = requested(call, release, request);
  // What is there is known in part, or what is recommended is another distribution's.
  const isOfOthers = all.isPartOf || all.isOtherSystem || all.entries.some(isUnknownProgram);
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
  // What a vendor's package, or what only it needs, recommends is not told.
  const own =
    vendors.length > 0 && resolve(release, { installed: present, wanted: wanted.filter((n) => !vendors.includes(n)), recommends: true });
  const ofOwn = new Set(own ? own.added.map((a) => a.package.name) : []);
  const isOurs = (name: string): boolean => !own || ofOwn.has(name);
  const again = request.again ? wanted.filter((name) => present.has(name)) : [];
  const effects: Effect[] = [];
  for (const name of removed) effects.push({ do: "take", path: "/", id: debId(name) });
  const source = snapshotName(release);
  const fresh = [
    ...added.filter((a) => !excluded.includes(a.package.name) && (a.recommendedBy === undefined || isOurs(a.package.name))),
    ...again.flatMap((name) => ({ package: release.package(name) ?? undefined, recommendedBy: undefined })),
  ];
  // Some of it may come all the same: then it is no gain that another command does not bring it.
  const perhaps = added.flatMap((a) => (a.recommendedBy === undefined || isOurs(a.package.name) ? [] : [a.package.name]));
  if (perhaps.length > 0)
    effects.push(unknownEffect(`deb-perhaps:${perhaps.sort().join(" ")}`, "what the vendor's packages may recommend"));
  // Who asks for a name that one package alone provides asks for that one: apt marks it as manual.
  const named = new Set(
    wanted.flatMap((name) => [name, ...(release.package(name)?.virtual ? (release.package(name)?.providers ?? []) : [])]),
  );
  const together = all.standsIn ? ofNeighbours(all, wanted, fresh) : [];
  const recommended = together.reduce((sum, p) => sum + weightOf(p, slim).files, 0);
  for (const { package: found, recommendedBy } of fresh) {
    if (!found) continue;
    if (together.includes(found)) continue;
    const { files, exact } = weightOf(found, slim);
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
    // Its documentation, too: what the others bring of it is not all.
    if (!slim) effects.push(...missing.map(documentation));
    effects.push(unknownEffect(`${dependenciesId}${all}`, "their dependencies"));
    // nodesource's package recommends nothing; of a vendor's own nobody knows.
    if (request.recommends && !missing.every((name) => isOfNodesource(call.state, name)))
      effects.push(unknownEffect(`${recommendsOfId}${all}`, "what they recommend"));
  }
  const more = { id: `${recommendsId}${wanted.sort().join(" ")}`, what: recommendedTogether };
  if (recommended > 0) effects.push(packageEffect({ ...more, size: typical(recommended), source }));
  if (isOfOthers && request.recommends) effects.push(...moreOf(all, wanted, unknownEffect(more.id, more.what)));
  if (!complete) effects.push(unknownEffect(`${recommendsOfId}${wanted.sort().join(" ")}`, "more recommended packages"));
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
  how: Pick<RemovalRequest, "autoremove" | "keepRecommended"> & { readonly purges: boolean },
): Effect[] {
  const automatic = new Set(all.entries.filter((e) => e.brought !== undefined).map(nameIn));
  const gone = removal(all.release, { installed: all.present, named, automatic, ...how });
  // Of those that are known together only: nothing is kept for being recommended.
  const together = how.autoremove && !how.keepRecommended ? [...call.state.root.content].filter((e) => e.id.startsWith(recommendsId)) : [];
  const taken = together.map(({ id }): Effect => ({ do: "take", path: "/", id }));
  if (gone.size === 0) return taken;
  const effects = [...gone].flatMap((name): Effect[] => {
    const own = madeBy(name, all.release);
    return [
      { do: "take", path: "/", id: debId(name) },
      ...(all.release.package(name) ? [] : [{ do: "take" as const, path: "/usr/share/doc", id: docId(name) }]),
      ...(own?.file ? [{ do: "remove" as const, path: own.file.path, recursive: false }] : []),
      ...(own && !own.stays ? [{ do: "take" as const, path: own.path, id: madeId(name) }] : []),
    ];
  });
  return [...taken, ...effects, ...aggregates(call, all, [], gone, how.purges), ...replaced(all, gone)];
}

const docId = (name: string): string => `deb-doc-of:${name}`;
const documentation = (name: string): Effect => ({
  do: "fill",
  path: "/usr/share/doc",
  entry: { id: docId(name), kind: "artifact", what: `documentation of ${name}`, size: unknown },
});

const madeId = (name: string): string => `deb-made:${name}`;

/** What a package's own scripts make when it is configured. */
function made({ release, exact }: Packages, name: string): Effect[] {
  const own = madeBy(name, release);
  if (!own) return [];
  const whole = own.bytes === undefined ? unknown : sized(own.bytes, exact && own.exact);
  const file = own.file ? { ...whole, bytes: own.file.bytes } : zero;
  const size = { ...whole, bytes: whole.bytes - file.bytes };
  const what = `what ${name} makes when it is configured`;
  return [
    ...(own.file ? [{ do: "write" as const, path: own.file.path, size: file, kind: "artifact" as const }] : []),
    { do: "fill", path: own.path, entry: { id: madeId(name), kind: "artifact", what, size, source: snapshotName(release) } },
  ];
}

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

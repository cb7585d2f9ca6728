import type { BaseImage } from "../image/base.ts";
import { Names } from "../sizes/packages/names.ts";
import type { PackageIndex, Release } from "../sizes/packages/package.ts";
import { resolve } from "../sizes/packages/resolve.ts";
import { debId } from "./apt-installed.ts";
import { isForeign, isOfVendor } from "./apt-sources.ts";
import { certificates } from "./build-only.ts";
import type { Call } from "./call.ts";
import { mayBeMissed } from "./called.ts";

// Recommended packages where the index of the base is not at hand.

/** Recommended packages of which nothing is known, not even their names; behind it the packages that recommend them. */
export const recommendsId = "deb-recommends:";
/** What they are called where their names are not known, or are those of another release. */
export const recommendedTogether = "recommended packages";
/** Of these nobody knows whether there are any. */
export const recommendsOfId = "deb-recommends-of:";

/** ALT Linux has an apt of its own, for RPM packages, which brings none and does not know the option (apt-rpm). */
export const isOfRpm = (base: BaseImage | undefined): boolean => /(?:^|[/.])alt(?:linux)?(?:\.p\d|[:/]|$)/i.test(base?.name ?? "");

const releases = [
  ["debian", "trixie"],
  ["debian", "bullseye"],
  ["ubuntu", "24.04"],
  ["ubuntu", "22.04"],
] as const;

/** What a package most likely brings to a base whose own index is not at hand. */
interface Recommended {
  readonly any: boolean;
  /** By name, of those that may be missed. */
  readonly named: readonly string[];
}
const nothing: Recommended = { any: false, named: [] };

const answered = new WeakMap<PackageIndex, Map<string, Recommended>>();

/**
 * Whether a package brings recommended ones, and which of those that may be missed, by what the known releases that have it say, behind what was installed here before: then it
 * most likely does in this one, too. Of one that none of them knows, or that is a vendor's, nobody knows.
 */
export function recommendedBy(call: Call, name: string): Recommended {
  const { packages, state } = call;
  if (!packages || isForeign(state, name) || isOfVendor(state, name)) return nothing;
  const answers = answered.get(packages) ?? new Map<string, Recommended>();
  answered.set(packages, answers);
  const before = installedBefore(call);
  // A distribution's own image has none, programs that fetch do.
  const likely = state.base?.standardLayout === true ? [] : [certificates];
  const key = [name, ...likely, "+", ...before.alone, "+", ...before.withMore].join(" ");
  const answer = answers.get(key) ?? recommendedInAll(packages, name, before, likely);
  answers.set(key, answer);
  return answer;
}

/** What earlier commands of this file installed, by itself or with what it recommends. */
interface Before {
  readonly alone: readonly string[];
  readonly withMore: readonly string[];
}

function installedBefore({ state: { root } }: Call): Before {
  const ids = [...root.content].filter((e) => !e.maybe).map((e) => e.id);
  const inGroups = ids.flatMap((id) =>
    [recommendsId, recommendsOfId].flatMap((p) => (id.startsWith(p) ? id.slice(p.length).split(" ") : [])),
  );
  const withMore = new Set(inGroups);
  const own = debId("");
  const alone = ids.flatMap((id) => (id.startsWith(own) && !withMore.has(id.slice(own.length)) ? [id.slice(own.length)] : []));
  return { alone, withMore: [...withMore] };
}

/** What a base that nobody knows may have already, as many do that programs are built on: of a package beside it only what comes on top is sure. */
const mayBeThere = "build-essential";
/** What a package that a release does not have may have brought, as many programs do: the network's libraries with what these recommend, and Java's. */
const mayBeBrought = ["curl", "default-jre-headless"];

function recommendedInAll(packages: PackageIndex, name: string, before: Before, likely: readonly string[]): Recommended {
  const known = releases.flatMap(([os, release]) => packages.release(os, release) ?? []).filter((r) => r.package(name));
  const bare = known.map((r) => recommendedOn(r, name, installedOf(r, before)));
  if (bare.length === 0 || bare.some((names) => names.length === 0)) return nothing;
  const any = known.every((r) => {
    if (weighLittle(r, recommendedOn(r, name, withAdded(r, installedOf(r, before), likely, false)))) return false;
    const isStrange = [...before.alone, ...before.withMore].some((b) => r.package(b) === undefined);
    const built = withAdded(r, installedOf(r, before), [mayBeThere, ...(isStrange ? mayBeBrought : [])], true);
    // Who names a part of it has none yet.
    const isNamed = built.has(name) && !mayBeBrought.includes(name);
    return isNamed || recommendedOn(r, name, built).length > 0;
  });
  return { any, named: [...mayBeMissed].filter((m) => bare.every((names) => names.includes(m))) };
}

/** As the list of domains is, which wget's and curl's libraries recommend: not worth a word where no amount can be said. */
export const weighLittle = (release: Release, names: readonly string[]): boolean =>
  names.reduce((sum, name) => sum + (release.package(name)?.installed ?? 0), 0) < 500_000;

const installedOf = (release: Release, { alone, withMore }: Before): Names =>
  withAdded(release, withAdded(release, new Names(release.base), alone, false), withMore, true);

const recommendedOn = (release: Release, name: string, installed: Names): string[] =>
  resolve(release, { installed, wanted: [name], recommends: true }).added.flatMap((a) =>
    a.recommendedBy === undefined ? [] : [a.package.name],
  );

function withAdded(release: Release, installed: Names, names: readonly string[], recommends: boolean): Names {
  const wanted = names.filter((n) => release.package(n));
  const { added } = wanted.length > 0 ? resolve(release, { installed, wanted, recommends }) : { added: [] };
  return new Names(installed.own, new Set([...installed.more, ...added.map((a) => a.package.name)]));
}

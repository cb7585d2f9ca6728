import { isBuiltOn, type Subject } from "../build/subject.ts";
import { allOf } from "../build/uses.ts";
import type { World } from "../build/world.ts";
import { hasOwnSources } from "../commands/apt-sources.ts";
import { namedPackages } from "../commands/installs.ts";
import type { BaseImage, PackageManager, ReleaseLine, ReleaseLines, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import type { Release } from "../sizes/packages/package.ts";
import { lineNumber } from "./places.ts";

/** What a line of releases is called: `debian 12 (bookworm)`. */
export const lineName = ({ image, line }: StandsOn): string =>
  `${image.replace(/^mcr\.microsoft\.com\//, "")} ${line.name}${line.codename ? ` (${line.codename})` : ""}`;

/** The same behind the name of an image on it, where that does not say it: `debian:bookworm` is `: debian 12`, `python:3.14-slim` nothing. */
export const lineBehind = (name: string, on: StandsOn): string =>
  (name.split(":").at(-1) ?? "").split("-").includes(on.line.name) ? "" : `: ${lineName({ ...on, line: { ...on.line, codename: "" } })}`;

/** The lines after one that get security fixes on a day, in order. */
export function linesAfter(releases: ReleaseLines, on: StandsOn, day: string): ReleaseLine[] {
  const lines: ReleaseLine[] = [];
  for (let line = releases.next(on, day); line; line = releases.next({ ...on, line }, day)) lines.push(line);
  return lines;
}

export interface Gone {
  readonly gone: readonly string[];
  /** In no index that is at hand: they may be gone, too. */
  readonly unsure: readonly string[];
}

/** Packages that the stage installs by name, and that the release beneath another image has no longer. */
export function packagesGone(subject: Subject, stage: Stage, name: string): Gone {
  const { image, steps, world } = subject;
  const { bases, packages, releases, apk } = world;
  const from = stage.steps[0]?.after.base;
  const to = bases?.find(name).os;
  const rans = steps.filter((s) => isBuiltOn(image, s.stage, stage.index)).flatMap(allOf);
  // One that is removed again ends the build, too, where there is none.
  const named = namedPackages(rans).all.filter((p) => p.written.known && isName.test(p.name));
  const namesOf = (manager: PackageManager): string[] => [...new Set(named.flatMap((p) => (p.manager === manager ? [p.name] : [])))];
  if (to?.id === "alpine") {
    const names = Number(to.release?.split(".")[1] ?? 0) >= alpineIndex ? namesOf("apk") : [];
    const gone = names.filter(isGoneFromAlpine);
    return { gone, unsure: apk ? names.filter((n) => !gone.includes(n) && isUnsureOnAlpine(apk.newest(n), n)) : [] };
  }
  // There is no index of these: of a few packages that is no news.
  const ofRpms = [...new Set(named.flatMap((p) => (p.manager === "apt" || p.manager === "apk" ? [] : [p.name])))];
  if (ofRpms.length > few) return { gone: [], unsure: ofRpms };
  const there = to && packages?.release(to.id, to.release);
  if (!to || !there || !releases || !packages) return { gone: [], unsure: [] };
  const old = from && releases.of(from).find((on) => on.image === to.id);
  // Not every package is in the index: one that another release has there is. Ubuntu takes its packages from Debian.
  const all = old ? linesAfter(releases, { ...old, line: { name: "", released: "" } }, "") : [];
  const others = all.flatMap((line) => packages.release(to.id, line.codename ?? line.name) ?? []);
  const debians = to.id === "ubuntu" ? ["bookworm", "trixie"].flatMap((suite) => packages.release("debian", suite) ?? []) : [];
  const isInDebian = (n: string): boolean => debians.length > 0 && debians.every((release) => isInstallable(release, n));
  const isAdded = hasOwnSources(stage.end) || rans.some((r) => r.name === "add-apt-repository");
  const missing = namesOf("apt").filter((n) => !isInstallable(there, n) && !(isAdded && versioned.test(n)));
  const gone = missing.filter((n) => others.some((release) => isInstallable(release, n)) || isOfOtherVersion(n, there));
  // What is there now, by whatever repository, is there then.
  const unsure = staysOnRelease(subject, stage, name)
    ? []
    : missing.filter((n) => !gone.includes(n) && !there.package(n) && !isInDebian(n));
  return { gone, unsure };
}

const few = 6;

/** The last release of Alpine whose index is at hand as good as whole. */
const alpineIndex = 18;

/** Names with the version of a program are there for one release or two. */
const isUnsureOnAlpine = (newest: number | undefined, name: string): boolean =>
  newest === undefined ||
  newest < alpineIndex ||
  (newest < 22 && /^(?:php|postgresql|openjdk|llvm|clang|lua|libssl|libcrypto|icu|nodejs)-?\d/.test(name));

/** A name that only others provide is installed where there is one of them: of more apt asks which (apt-get(8)). */
function isInstallable(release: Release, name: string): boolean {
  const found = release.package(name);
  return found !== undefined && !(found.virtual && found.providers.length > 1);
}

/** Neither a file nor a pattern. */
const isName = /^[a-z\d][a-z\d+.-]*(?<!\.(?:deb|apk|rpm))$/;

/** Packages that are there in the versions of a release and in no other: the index has all of these where it has one of them. */
const versioned = /^(openjdk-|php|postgresql-(?:client-)?|ruby|python(?=\d\.))(\d[\d.]*)(?:-|$)/;

function isOfOtherVersion(name: string, there: Release): boolean {
  const [, family, version] = versioned.exec(name) ?? [];
  if (family === undefined) return false;
  const versions = [...there.namesFrom(family)].flatMap((n) => {
    const [, of, its] = versioned.exec(n) ?? [];
    return of === family && its !== undefined ? [its] : [];
  });
  return versions.length > 0 && !versions.some((its) => its === version);
}

/** Of Alpine 3.9's index, and not in that of 3.18 (dl-cdn.alpinelinux.org, APKINDEX of 2021-02-16 and 2024-01-21), under any name that it provides. */
const isGoneFromAlpine = (name: string): boolean => /^(?:python2?(?:-dev)?|py2-.+|php[57](?:-.+)?|nodejs-npm|wkhtmltopdf)$/.test(name);

/** Packages of a version, as they are written (`curl=7.88.1-10`), in the first RUN that asks for such: another release does not have it, and the build ends. Of `acme=$(…)` nobody knows which. */
export function pinnedPackages({ file, image, steps }: Subject, stage: Stage): { line: number; packages: string[] } | undefined {
  for (const step of steps.filter((s) => isBuiltOn(image, s.stage, stage.index))) {
    const pinned = namedPackages(step.ran).all.filter((p) => /[^~<>!]=(?!$|\$\(|`)/.test(p.written.text));
    if (pinned.length > 0) return { line: lineNumber(file, step), packages: pinned.map((p) => p.written.text) };
  }
  return undefined;
}

/** The line of the distribution beneath a base. */
export const onDistribution = ({ releases }: World, base: BaseImage | undefined): StandsOn | undefined =>
  base && releases?.of(base).find((on) => on.image === base.os?.id);

/** Another line of a language on the very release of a distribution that is beneath it now: what goes by that goes on. */
export function staysOnRelease({ world }: Subject, stage: Stage, name: string): boolean {
  const [from, to] = [stage.steps[0]?.after.base, world.bases?.find(name)].map((base) => onDistribution(world, base));
  return from !== undefined && from.line === to?.line;
}

export function isBefore(version: string, other: string): boolean {
  const [a, b] = [version, other].map((v) => v.split(".").map(Number));
  const at = a?.findIndex((part, i) => part !== (b?.[i] ?? 0)) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

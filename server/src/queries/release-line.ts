import { isBuiltOn, type Subject } from "../build/subject.ts";
import { allOf } from "../build/uses.ts";
import type { World } from "../build/world.ts";
import { hasOwnSources } from "../commands/apt-sources.ts";
import { namedPackages } from "../commands/installs.ts";
import type { BaseImage, PackageManager, ReleaseLine, ReleaseLines, StandsOn } from "../image/base.ts";
import type { Ran, Stage } from "../image/model.ts";
import type { Release } from "../sizes/packages/package.ts";
import { lineNumber } from "./places.ts";

/** What a line of releases is called: `debian 12 (bookworm)`. */
export const lineName = ({ image, line }: StandsOn): string =>
  `${image.replace(/^mcr\.microsoft\.com\//, "")} ${line.name}${line.codename ? ` (${line.codename})` : ""}`;

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
export function packagesGone({ image, steps, world }: Subject, stage: Stage, name: string): Gone {
  const { bases, packages, releases } = world;
  const from = stage.steps[0]?.after.base;
  const to = bases?.find(name).os;
  const rans = steps.filter((s) => isBuiltOn(image, s.stage, stage.index)).flatMap(allOf);
  // One that is removed again ends the build, too, where there is none.
  const named = namedPackages(rans).all.filter((p) => p.written.known);
  const namesOf = (manager: PackageManager): string[] => [...new Set(named.flatMap((p) => (p.manager === manager ? [p.name] : [])))];
  if (to?.id === "alpine")
    return { gone: Number(to.release?.split(".")[1] ?? 0) >= 18 ? namesOf("apk").filter(isGoneFromAlpine) : [], unsure: [] };
  const there = to && packages?.release(to.id, to.release);
  const old = from && releases?.of(from).find((on) => on.image === to?.id);
  if (!there || !old || !releases) return { gone: [], unsure: [] };
  // Not every package is in the index: one that another release has there is.
  const all = linesAfter(releases, { ...old, line: { name: "", released: "" } }, "");
  const others = all.flatMap((line) => packages?.release(old.image, line.codename ?? line.name) ?? []);
  const isAdded = hasOwnSources(stage.end) || rans.some((r) => r.name === "add-apt-repository");
  const missing = namesOf("apt").filter((n) => !isInstallable(there, n) && !(isAdded && versioned.test(n)));
  const gone = missing.filter((n) => others.some((release) => isInstallable(release, n)) || isOfOtherVersion(n, there));
  // Beside those that are gone the list is to be whole; by itself it says something only of a library in one version.
  const unsure = missing.filter(
    (n) => !gone.includes(n) && !there.package(n) && isName.test(n) && (gone.length > 0 || /^lib.*[a-z.-]\d+$/.test(n)),
  );
  return { gone: [...gone, ...phpNamed(rans).filter((n) => isOfOtherVersion(n, there))], unsure };
}

/** The version that Debian's `php-fpm` and the like stand for, as folders and services are called after it: /etc/php/7.3, php7.3-fpm. */
function phpNamed(rans: readonly Ran[]): string[] {
  const texts = rans.flatMap((r) => r.args.map((a) => a.text));
  const names = namedPackages(rans).all.map((p) => p.name);
  const isOfDebian =
    names.some((n) => n.startsWith("php-")) && !names.some((n) => /^php\d/.test(n)) && !texts.some((t) => /\b(?:sury|ondrej)\b/.test(t));
  const found = texts.flatMap((t) => /(?:\/etc\/php\/|^php)(\d\.\d)(?:[/-]|$)/.exec(t)?.[1] ?? []);
  return isOfDebian ? [...new Set(found.map((version) => `php${version}`))] : [];
}

/** A name that only others provide is installed where there is one of them: of more apt asks which (apt-get(8)). */
function isInstallable(release: Release, name: string): boolean {
  const found = release.package(name);
  return found !== undefined && !(found.virtual && found.providers.length > 1);
}

/** Neither a file nor a pattern. */
const isName = /^[a-z\d][a-z\d+.-]*(?<!\.deb)$/;

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

/** A package of a version that another release does not have ends the build. */
export function pinnedLine({ file, image, steps }: Subject, stage: Stage): number | undefined {
  const own = steps.filter((s) => isBuiltOn(image, s.stage, stage.index));
  const pinned = own.find((s) => namedPackages(s.ran).all.some((p) => /[^~<>!]=/.test(p.written.text)));
  return pinned && lineNumber(file, pinned);
}

/** The line of the distribution beneath a base. */
export const onDistribution = ({ releases }: World, base: BaseImage | undefined): StandsOn | undefined =>
  base && releases?.of(base).find((on) => on.image === base.os?.id);

export function isBefore(version: string, other: string): boolean {
  const [a, b] = [version, other].map((v) => v.split(".").map(Number));
  const at = a?.findIndex((part, i) => part !== (b?.[i] ?? 0)) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

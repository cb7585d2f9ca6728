import { isBuiltOn, type Subject } from "../build/subject.ts";
import { hasOwnSources } from "../commands/apt-sources.ts";
import { namedPackages } from "../commands/installs.ts";
import type { ReleaseLine, ReleaseLines, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
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

/** Packages that the stage installs by name, and that the release beneath another image has no longer. */
export function packagesGone({ image, steps, world }: Subject, stage: Stage, name: string): string[] {
  const { bases, packages, releases } = world;
  const from = stage.steps[0]?.after.base;
  const to = bases?.find(name).os;
  const there = to && packages?.release(to.id, to.release);
  const old = from && releases?.of(from).find((on) => on.image === to?.id);
  if (!there || !old || !releases) return [];
  // Not every package is in the index: one that another release has there is.
  const all = linesAfter(releases, { ...old, line: { name: "", released: "" } }, "");
  const others = all.flatMap((line) => packages?.release(old.image, line.codename ?? line.name) ?? []);
  const rans = steps.filter((s) => isBuiltOn(image, s.stage, stage.index)).flatMap((s) => s.ran);
  const names = namedPackages(rans).left.flatMap((p) => (p.manager === "apt" && p.written.known ? [p.name] : []));
  const isAdded = hasOwnSources(stage.end) || rans.some((r) => r.name === "add-apt-repository");
  const isOfOtherVersion = (name: string): boolean => {
    const family = isAdded ? undefined : versioned.exec(name)?.[1];
    return family !== undefined && [...there.namesFrom(family)].some((n) => versioned.exec(n)?.[1] === family);
  };
  return names.filter((n) => !there.package(n) && (others.some((release) => release.package(n)) || isOfOtherVersion(n)));
}

/** Packages that are there in the versions of a release and in no other: the index has all of a release where it has one of them. */
const versioned = /^(openjdk-|php|postgresql-(?:client-)?|ruby|python)\d[\d.]*(?:-|$)/;

/** A package of a version that another release does not have ends the build. */
export function pinnedLine({ file, image, steps }: Subject, stage: Stage): number | undefined {
  const own = steps.filter((s) => isBuiltOn(image, s.stage, stage.index));
  const pinned = own.find((s) => namedPackages(s.ran).all.some((p) => /[^~<>!]=/.test(p.written.text)));
  return pinned && lineNumber(file, pinned);
}

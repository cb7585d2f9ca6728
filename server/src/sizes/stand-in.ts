// Where the size of a tag is in no table: that of the same tag in the nearest line or on another release, where this says something.
import { isUnknown } from "../image/size.ts";
import type { ImageIndex } from "./image-index.ts";
import { distributions, type Found, isLineOf, lineLength, lookUp, majorLines, ofOld } from "./look-up.ts";
import { compareVersions, debianReleases, isAlpine, osOf, parseTag, startsWith, type Tag, tagKey } from "./tag.ts";

/** `3.10-slim` and what is known of `3.11-slim`. */
export interface StandIn {
  readonly tag: string;
  readonly found: Found;
}

type Version = readonly number[];

/**
 * Known lines on both sides that differ by more than this say nothing of what lies between: nginx:1.19-alpine has 22 MB, 1.31-alpine
 * 63.
 */
export const agreement = 1.5;
/**
 * How far a line may be where nothing is known on the other side of it. Of the tables' own rows, each taken for its neighbour, a size is
 * off by 2 % in the median (90th percentile 10 %) within a major version, by 7 % (23 %) two major versions away, by 10 % (41 %) further.
 */
const farthest = { minors: 5, majors: 3 };

/**
 * The size that stands in for that of a tag: what its own line weighed years ago; else the nearest line of the same variant and suite, of the
 * same major version if there is one. Never of a distribution, whose version is its suite.
 */
export function standInFor(image: string, index: ImageIndex, text: string): StandIn | undefined {
  const asked = parseTag(text);
  const { version } = asked;
  // Alpine has no suites: its releases differ by a megabyte.
  if (!version || asked.date || (distributions.has(image) && image !== "alpine")) return undefined;
  const own = ownOfOld(image, index, text, asked) ?? onOtherAlpine(image, index, text, asked);
  return own ?? nearestLine(image, index, text, version) ?? onOtherDebian(image, index, text, asked);
}

/**
 * A tag that names no suite is that of the suite on which it was built last: `python:3.6` is `3.6-bullseye`. `moved`: of its own line only
 * an image of another suite is known.
 */
export function onItsSuite(image: string, index: ImageIndex, text: string, suite: string, moved: boolean): StandIn | undefined {
  const tag = `${text}-${suite}`;
  const asked = parseTag(tag);
  if (!asked.version || asked.date) return undefined;
  const found = lookUp(image, index, tag);
  if (found && !isUnknown(found.size)) return { tag, found };
  return nearestLine(image, index, tag, asked.version, true) ?? (moved ? onOtherDebian(image, index, tag, asked) : undefined);
}

/** `onSuite`: what full images stand on weighs most of them, so there the next major version is near enough. */
function nearestLine(image: string, index: ImageIndex, text: string, version: Version, onSuite = false): StandIn | undefined {
  const wanted = version.slice(0, lineLength(image));
  const rest = text.slice(text.split("-")[0]?.length ?? 0);
  const known = [...linesOf(image, index)].flatMap((line): Known[] => {
    const tag = line.join(".") + rest;
    const isOther = !isLineOf(line, version) && !isSame(line, wanted) && !isApart(image, line, wanted);
    const found = isOther ? lookUp(image, index, tag) : undefined;
    return found && !isUnknown(found.size) ? [{ line, tag, found }] : [];
  });
  const sorted = known.sort((a, b) => compareVersions(a.line, b.line));
  const below = sorted.findLast((k) => compareVersions(k.line, wanted) < 0);
  const above = sorted.find((k) => compareVersions(k.line, wanted) > 0);
  if (below && above) return agree(below, above) ? nearer(wanted, below, above) : undefined;
  const only = below ?? above;
  return only && (isNear(image, wanted, only.line) || (onSuite && isNextMajor(image, wanted, only.line))) ? only : undefined;
}

const isNextMajor = (image: string, wanted: Version, line: Version): boolean => image !== "python" && distance(wanted, line).majors === 1;

/**
 * The same tag on another release of the distribution beneath. Of the tables' own rows, each taken for its neighbour, a size is off by 1 %
 * in the median (90th percentile 3 %) from one release of Alpine to any other; from one of Debian to the next by 7 % (14 %), slim ones by 13 % (16 %).
 */
function onOther(image: string, index: ImageIndex, text: string, asked: Tag, suites: readonly string[]): StandIn | undefined {
  const { byKey } = index.byParts();
  for (const suite of suites) {
    const tag = byKey.get(tagKey({ ...asked, suite })) ?? text.replace(asked.suite ?? "", suite);
    const found = tag === text ? undefined : lookUp(image, index, tag);
    if (found && !isUnknown(found.size)) return { tag, found };
  }
  return undefined;
}

const alpineRelease = (suite: string | undefined): number | undefined => {
  const release = /^alpine3\.(\d+)$/.exec(suite ?? "")?.[1];
  return release === undefined ? undefined : Number(release);
};

/** `node:22-alpine3.20`: the release that is nearest, else the tag without one; `17-jdk-alpine`: the newest. */
function onOtherAlpine(image: string, index: ImageIndex, text: string, asked: Tag): StandIn | undefined {
  if (!isAlpine(asked) || !asked.version) return undefined;
  const line = asked.version.slice(0, lineLength(image));
  const words = asked.words.join("-");
  const { rows, old } = index.byParts();
  const known = new Set<number>();
  for (const { tag } of [...rows, ...old]) {
    const release = tag.words.join("-") === words && tag.version && startsWith(tag.version, line) ? alpineRelease(tag.suite) : undefined;
    if (release !== undefined) known.add(release);
  }
  const wanted = alpineRelease(asked.suite);
  const far = (release: number): number => (wanted === undefined ? -release : Math.abs(release - wanted));
  const releases = [...known].sort((a, b) => far(a) - far(b)).map((release) => `alpine3.${release}`);
  const found = onOther(image, index, text, asked, [...releases, "alpine"]);
  if (found || asked.suite === "alpine") return found;
  const unnamed = text.replace(/alpine-?\d[\d.]*/, "alpine");
  return unnamed === text ? undefined : standInFor(image, index, unnamed);
}

const debian = Object.values(debianReleases);

/** `python:3.9-bullseye`: that of the release behind it, else of the one before. */
function onOtherDebian(image: string, index: ImageIndex, text: string, asked: Tag): StandIn | undefined {
  const at = debian.indexOf(asked.suite ?? "");
  if (at < 0) return undefined;
  const beside = [debian[at + 1], debian[at - 1]].filter((suite) => suite !== undefined);
  const found = onOther(image, index, text, asked, beside);
  // Of lines that are a year each two steps at once are too far.
  if (found || majorLines.has(image) || !asked.version) return found;
  for (const suite of beside) {
    const tag = text.replace(asked.suite ?? "", suite);
    const near = nearestLine(image, index, tag, asked.version);
    if (near) return near;
  }
  return undefined;
}

interface Known extends StandIn {
  readonly line: Version;
}

/** Java 9 came in modules (JEP 220): nothing of 8 and before says what a later one weighs. */
const isApart = (image: string, a: Version, b: Version): boolean =>
  /^(?:openjdk|java)$/.test(image) && (a[0] ?? 0) <= 8 !== (b[0] ?? 0) <= 8;

const isSame = (a: Version, b: Version): boolean => compareVersions(a, b) === 0;

/** A tag that names no suite stood for its line's of that time, whichever that was; one that is still there today moved on. */
function ownOfOld(image: string, index: ImageIndex, text: string, asked: Tag): StandIn | undefined {
  const line = asked.version?.slice(0, lineLength(image)) ?? [];
  const words = asked.words.join("-");
  const now = osOf(index.groups.get(text)?.os ?? "");
  const movedOn = (os: string): boolean => now?.id === "debian" && now.release !== osOf(os)?.release;
  const isOwn = ({ tag, what }: { tag: Tag; what: { os: string } }): boolean =>
    tag.version !== undefined &&
    (isLineOf(line, tag.version) || isSame(line, tag.version)) &&
    tag.words.join("-") === words &&
    (tag.suite === asked.suite || (asked.suite === undefined && !isAlpine(tag) && !movedOn(what.os)));
  const { old } = index.byParts();
  const [newest] = old.filter((o) => isOwn(o)).sort((a, b) => compareVersions(b.tag.version ?? [], a.tag.version ?? []));
  const found = newest && ofOld(image, newest.what, newest.text);
  return found && { tag: found.tag, found };
}

/** All lines of which the tables know a tag. */
function linesOf(image: string, index: ImageIndex): Iterable<Version> {
  const { today, old } = index.byParts();
  const length = lineLength(image);
  const all = new Map<string, Version>();
  for (const { tag } of [...today, ...old]) {
    const line = tag.version?.slice(0, length);
    if (line?.length === length) all.set(line.join("."), line);
  }
  return all.values();
}

const agree = (a: Known, b: Known): boolean =>
  Math.max(a.found.size.bytes, b.found.size.bytes) <= agreement * Math.min(a.found.size.bytes, b.found.size.bytes);

/** The one of the same major version, else the one fewer versions away; a size of today may be one version further than an old one. */
function nearer(wanted: Version, below: Known, above: Known): Known {
  const [low, high] = [distance(wanted, below.line), distance(wanted, above.line)];
  if ((low.majors === 0) !== (high.majors === 0)) return low.majors === 0 ? below : above;
  const part = low.majors === 0 ? "minors" : "majors";
  return low[part] + (below.found.old && !above.found.old ? 1 : 0) < high[part] ? below : above;
}

const distance = (a: Version, b: Version): { majors: number; minors: number } => ({
  majors: Math.abs((a[0] ?? 0) - (b[0] ?? 0)),
  minors: Math.abs((a[1] ?? 0) - (b[1] ?? 0)),
});

function isNear(image: string, wanted: Version, line: Version): boolean {
  const { majors, minors } = distance(wanted, line);
  // Python 2 and 3 are two languages; the major version of node or Java is a year.
  return majorLines.has(image) ? majors <= farthest.majors : majors === 0 && minors <= farthest.minors;
}

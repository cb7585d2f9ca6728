// Where the size of a tag is in no table: that of the same tag in the nearest line, where this says something.
import { isUnknown } from "../image/size.ts";
import type { ImageIndex } from "./image-index.ts";
import { distributions, type Found, isLineOf, lineLength, lookUp, majorLines, ofOld } from "./look-up.ts";
import { compareVersions, isAlpine, parseTag, type Tag } from "./tag.ts";

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
  if (!version || asked.date || distributions.has(image)) return undefined;
  const own = ownOfOld(image, index, asked);
  if (own) return own;
  const wanted = version.slice(0, lineLength(image));
  const rest = text.slice(text.split("-")[0]?.length ?? 0);
  const known = [...linesOf(image, index)].flatMap((line): Known[] => {
    const tag = line.join(".") + rest;
    const found = isLineOf(line, version) || isSame(line, wanted) ? undefined : lookUp(image, index, tag);
    return found && !isUnknown(found.size) ? [{ line, tag, found }] : [];
  });
  const sorted = known.sort((a, b) => compareVersions(a.line, b.line));
  const below = sorted.findLast((k) => compareVersions(k.line, wanted) < 0);
  const above = sorted.find((k) => compareVersions(k.line, wanted) > 0);
  if (below && above) return agree(below, above) ? nearer(wanted, below, above) : undefined;
  const only = below ?? above;
  return only && isNear(image, wanted, only.line) ? only : undefined;
}

interface Known extends StandIn {
  readonly line: Version;
}

const isSame = (a: Version, b: Version): boolean => compareVersions(a, b) === 0;

/** A tag that names no suite stood for its line's of that time, whichever that was. */
function ownOfOld(image: string, index: ImageIndex, asked: Tag): StandIn | undefined {
  const line = asked.version?.slice(0, lineLength(image)) ?? [];
  const words = asked.words.join("-");
  const isOwn = ({ tag }: { tag: Tag }): boolean =>
    tag.version !== undefined &&
    (isLineOf(line, tag.version) || isSame(line, tag.version)) &&
    tag.words.join("-") === words &&
    (tag.suite === asked.suite || (asked.suite === undefined && !isAlpine(tag)));
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

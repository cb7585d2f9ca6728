// Release lines of base images and of the distributions beneath them, and until when they get security fixes for free.
import type { BaseImage, ReleaseLine, ReleaseLines, StandsOn } from "../image/base.ts";
import { parseReference } from "./reference.ts";
import { parseTag, startsWith } from "./tag.ts";

/** data/end-of-life.json: by image `name codename released ends`, in the order of their release; `ends` is empty while that is open. */
export interface EndOfLifeSnapshot {
  readonly note: string;
  readonly source: string;
  readonly images: Readonly<Record<string, readonly string[]>>;
}

export function createReleaseLines(snapshot: EndOfLifeSnapshot): ReleaseLines {
  const known = new Map<string, readonly ReleaseLine[]>();
  const linesOf = (image: string): readonly ReleaseLine[] => {
    const rows = Object.hasOwn(snapshot.images, image) ? snapshot.images[image] : undefined;
    if (!rows) return [];
    const lines = known.get(image) ?? rows.map(lineOf);
    known.set(image, lines);
    return lines;
  };
  return {
    source: snapshot.source,
    of(base) {
      const own = imageLine(base, linesOf);
      const os = base.os?.release === undefined ? undefined : lineNamed(linesOf(base.os.id), base.os.release);
      const beneath = os && base.os && base.os.id !== own?.image ? [{ image: base.os.id, line: os }] : [];
      return [...(own ? [own] : []), ...beneath];
    },
    next({ image, line }, day) {
      const lines = linesOf(image);
      return lines.slice(lines.findIndex((l) => l.name === line.name) + 1).find((l) => isAlive(l, day));
    },
  };
}

function lineOf(row: string): ReleaseLine {
  const [name = "", codename = "", released = "", ends = ""] = row.split(" ");
  return { name, released, ...(codename && { codename }), ...(ends && { ends }) };
}

/** Days are ISO texts: they compare as such. */
export const isAlive = (line: ReleaseLine, day: string): boolean => line.ends === undefined || line.ends >= day;

const lineNamed = (lines: readonly ReleaseLine[], name: string): ReleaseLine | undefined =>
  lines.find((l) => l.name === name || l.codename === name);

/** The line that the version in a tag belongs to: the longest that it begins with. A tag without one moves with the image. */
function imageLine(base: BaseImage, linesOf: (image: string) => readonly ReleaseLine[]): StandsOn | undefined {
  const reference = parseReference(base.name);
  const image = reference && imageName(reference.domain, reference.path);
  const lines = image === undefined ? [] : linesOf(image);
  const last =
    image !== undefined && reference?.digest === undefined && (reference?.tag ?? "latest") === "latest" ? lastLineOf(image) : undefined;
  if (image !== undefined && last !== undefined) return lines.flatMap((line) => (line.name === last ? [{ image, line }] : []))[0];
  if (!reference?.tag) return undefined;
  const { version, suite } = parseTag(reference.tag);
  const named = suite === undefined ? undefined : lineNamed(lines, suite);
  const matching = lines.filter((l) => version && startsWith(version, l.name.split(".").map(Number)));
  const line = named ?? matching.sort((a, b) => b.name.length - a.name.length)[0];
  return image !== undefined && line ? { image, line } : undefined;
}

/** The line that `latest` stands for for good: CentOS has given up its image, and 8 was the last (hub.docker.com/_/centos). */
export const lastLineOf = (image: string): string | undefined => (image === "centos" ? "8" : undefined);

/**
 * Debian's releases whose packages only archive.debian.org has: `apt-get update` fails on their images as these come. Buster went last, in June
 * 2025 (lists.debian.org/debian-devel-announce/2025/06/msg00001.html); bullseye is on deb.debian.org (looked at in December 2026).
 */
const archived = /^(?:wheezy|jessie|stretch|buster)$/;

export const isArchived = (os: BaseImage["os"]): boolean => os?.id === "debian" && archived.test(os.release ?? "");

/**
 * Images that nobody builds any more, whatever the tag: all of CentOS but Stream 9 and later (endoflife.date/centos, …/centos-stream), and what its
 * page on Docker Hub calls deprecated: openjdk, java, adoptopenjdk.
 */
export const isGivenUp = (name: string): boolean =>
  /(?:^|\/)centos(?:$|@|:(?!stream)|:stream8)/.test(name) ||
  /^(?:docker\.io\/)?(?:library\/)?(?:openjdk|java|adoptopenjdk(?:\/[a-z\d-]+)?)(?:$|[:@])/.test(name);

function imageName(domain: string, path: string): string | undefined {
  if (domain === "docker.io") return path.replace(/^library\//, "");
  return domain === "mcr.microsoft.com" && path.startsWith("dotnet/") ? "mcr.microsoft.com/dotnet" : undefined;
}

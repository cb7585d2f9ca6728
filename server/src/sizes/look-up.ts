// From a tag to the image that it stands for, in the tables of one image.
import { computed, isUnknown, type Size, typical, unknown } from "../image/size.ts";
import type { Group, ImageIndex, OldGroup, Row } from "./image-index.ts";
import { compareVersions, isAlpine, osOf, osOfWord, parseTag, startsWith, type Tag, tagKey } from "./tag.ts";

/** What a tag stands for. */
export interface Found {
  readonly tag: string;
  readonly size: Size;
  readonly day?: string;
  /** `debian:trixie-slim` */
  readonly os: string;
  /** On what the image that was measured stands: a tag that names no suite may have moved on. */
  readonly on?: string;
  readonly old?: OldGroup;
  readonly remark?: string;
}

/**
 * Images whose release lines are their major versions: node:20.11.1 is the line 20. Each has one minor version for each major
 * one among the tags of docker-library/official-images. For all others the line is major.minor, python:3.12.4 → 3.12.
 */
export const majorLines = new Set(
  "node postgres debian gcc erlang odoo nextcloud eclipse-temurin amazoncorretto azul-zulu sapmachine ibm-semeru-runtimes adoptopenjdk openjdk java fedora centos almalinux rockylinux oraclelinux amazonlinux".split(
    " ",
  ),
);

export const distributions = new Set(
  "debian ubuntu alpine fedora centos almalinux rockylinux oraclelinux amazonlinux photon archlinux mageia busybox".split(" "),
);

/** The exact tag, else the nearest of its line; never of another suite or variant. Without a size where only the tag is known. */
export function lookUp(image: string, index: ImageIndex, text: string): Found | undefined {
  return exact(image, index, text) ?? relaxed(image, index, text);
}

function exact(image: string, index: ImageIndex, text: string): Found | undefined {
  const row = index.rows.get(text);
  const group = index.groups.get(text);
  if (row) return ofRow(row, true, group);
  if (group) return ofGroup(image, index, text, group);
  const old = index.old.get(text);
  if (!old) return undefined;
  // Of the tags that were one image in 2020 some moved to another suite since; one that names its suite did not.
  const { suite } = parseTag(text);
  const release = suite ? osOfWord(suite)?.release : undefined;
  const newer = old.tags
    .map((tag) => index.rows.get(tag))
    .find((found) => found !== undefined && (release === undefined || osOf(found.os)?.release === release));
  return newer ? ofRow(newer, false) : ofOld(image, old, text);
}

// A size of an image that is not amd64 only hints at amd64's.
const ofRow = (row: Row, isExact: boolean, group?: Group): Found => ({
  tag: row.stoodFor,
  size: isExact && !row.remark ? computed(row.bytes) : typical(row.bytes),
  day: row.day,
  os: row.os.includes(":") ? row.os : group?.os || row.os,
  on: row.os,
  remark: row.remark,
});

function ofGroup(image: string, index: ImageIndex, text: string, group: Group): Found {
  if (group.row) return { ...ofRow(group.row, isOfPatch(text, group.row), group) };
  // The tag moved on since the sizes were taken, or the other way: alpine:3.24 was 3.24.1, and 3.24.2 is known.
  for (const tag of group.tags) {
    const newest = newestOfLine(image, index, parseTag(tag), false);
    if (newest) return { ...newest, os: group.os || newest.os };
  }
  // debian:stable differs from debian:trixie by a line in its sources.list.
  const release = image === "debian" ? index.rows.get(debianCodename(parseTag(text), group) ?? "") : undefined;
  if (release) return ofRow(release, false);
  return { tag: mostExact(group.tags), size: unknown, os: group.os };
}

/** False where the tag names another patch or day than the one measured: 3.12.14 of 3.12.13. */
function isOfPatch(text: string, row: Row): boolean {
  const { version: asked, date } = parseTag(text);
  if (date) return false;
  const measured = parseTag(row.stoodFor).version;
  const line = parseTag(row.tag).version;
  return !asked || !measured || asked.length <= (line?.length ?? 0) || startsWith(measured, asked);
}

/** A tag of 2020 that names one build is what it was; others went on, and untold on what suite. */
export function ofOld(image: string, old: OldGroup, text: string): Found {
  const tag = parseTag(text);
  const version = tag.version;
  const versions = old.tags.map((other) => parseTag(other).version);
  const isBuild =
    tag.date !== undefined ||
    (version !== undefined &&
      !versions.some((other) => other && isLineOf(version, other)) &&
      (version.length > 2 || versions.some((other) => isLineOf(other, version))));
  const os = isBuild ? old.os : withoutUntoldRelease(image, tag, old.os);
  return { tag: mostExact(old.tags), size: isBuild ? computed(old.bytes) : typical(old.bytes), day: old.day, os, on: old.os, old };
}

export const isLineOf = (line: readonly number[] | undefined, version: readonly number[]): boolean =>
  line !== undefined && line.length < version.length && startsWith(version, line);

/** A tag that names no suite moved from one to the next with time: python:3.12.4-slim was on bookworm, 3.12-slim is on trixie. */
function withoutUntoldRelease(image: string, tag: Tag, os: string): string {
  const isTold = distributions.has(image) || (tag.suite !== undefined && tag.suite !== "alpine");
  return isTold ? os : os.replace(/:[^-]*/, ":");
}

function relaxed(image: string, index: ImageIndex, text: string): Found | undefined {
  const { date: _, ...tag } = parseTag(text);
  const { byKey } = index.byParts();
  let known: Found | undefined;
  for (const version of lines(image, tag.version)) {
    const wanted: Tag = version ? { ...tag, version } : tag;
    const candidates = [wanted, ...defaultSuites(index, wanted).map((suite) => ({ ...wanted, suite }))];
    for (const candidate of candidates) {
      const other = byKey.get(tagKey(candidate));
      const found =
        (other === undefined || other === text ? undefined : exact(image, index, other)) ?? newestOfLine(image, index, candidate, true);
      if (!found) continue;
      const isSameVersion = version === tag.version && candidate === wanted;
      const os = isSameVersion ? found.os : withoutUntoldRelease(image, tag, found.os);
      if (!isUnknown(found.size)) return { ...found, size: typical(found.size.bytes), os };
      known ??= { ...found, os };
    }
  }
  return known;
}

/** A version and the shorter ones down to its line: 1.25.4 → 1.25. */
export function lines(image: string, version: readonly number[] | undefined): (readonly number[] | undefined)[] {
  if (!version) return [undefined];
  const all: (readonly number[])[] = [version];
  for (let length = version.length - 1; length >= lineLength(image); length--) all.push(version.slice(0, length));
  return all;
}

export const lineLength = (image: string): number => (majorLines.has(image) ? 1 : 2);

/** A line stands for its newest known patch. */
function newestOfLine(image: string, index: ImageIndex, line: Tag, withOld: boolean): Found | undefined {
  const { version } = line;
  if (!version || version.length < lineLength(image)) return undefined;
  const key = tagKey({ ...line, version: [] });
  const isOfLine = ({ tag }: { tag: Tag }) =>
    tag.version !== undefined && isLineOf(version, tag.version) && tagKey({ ...tag, version: [] }) === key;
  const newest = <T extends { tag: Tag }>(all: readonly T[]): T | undefined =>
    all.filter(isOfLine).sort((a, b) => compareVersions(b.tag.version ?? [], a.tag.version ?? []))[0];
  const { rows, old } = index.byParts();
  const row = newest(rows);
  if (row) return ofRow(row.what, false);
  const oldest = withOld ? newest(old) : undefined;
  return oldest && { ...ofOld(image, oldest.what, oldest.text), size: typical(oldest.what.bytes) };
}

/**
 * The suite that a tag without one stood for, as its neighbours tell: where `3.6-slim` is `3.6-slim-buster`, `3.6` is `3.6-buster`.
 * With no such neighbour the only suite there is.
 */
function defaultSuites(index: ImageIndex, wanted: Tag): string[] {
  if (wanted.suite || !wanted.version) return [];
  const version = wanted.version.join(".");
  const isOfLine = (tag: Tag) => tag.version?.join(".") === version && !tag.date;
  const { rows, old } = index.byParts();
  const told = new Set<string>();
  for (const { tag, what } of rows) {
    const { suite } = parseTag(what.stoodFor);
    if (isOfLine(tag) && !tag.suite && suite) told.add(suite);
  }
  if (told.size) return [...told];
  const bare = old.filter(({ tag }) => isOfLine(tag) && !tag.suite);
  for (const { tag, what } of old) {
    if (isOfLine(tag) && tag.suite && !isAlpine(tag) && bare.some((other) => other.what === what)) told.add(tag.suite);
  }
  if (told.size) return told.size === 1 ? [...told] : [];
  const words = wanted.words.join("-");
  const suites = new Set(
    old.filter(({ tag }) => isOfLine(tag) && !isAlpine(tag) && tag.words.join("-") === words).map(({ tag }) => tag.suite),
  );
  const [only] = suites;
  return suites.size === 1 && only ? [only] : [];
}

/** The tag that says most: the longest version, with its suite. */
const mostExact = (tags: readonly string[]): string =>
  [...tags].sort((a, b) => (parseTag(b).version?.length ?? 0) - (parseTag(a).version?.length ?? 0) || b.length - a.length)[0] ?? "";

/** debian:stable and its like are images of their own, of the release that the snapshot names as their distribution. */
export function debianCodename(asked: Tag, group: Group): string | undefined {
  const release = osOf(group.os)?.release;
  const rest = asked.words.filter((word) => word === "slim" || word === "backports");
  return release && [release, ...rest].join("-");
}

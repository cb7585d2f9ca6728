// The catalogue of published base images: what a name in FROM stands for, how big it is, what is smaller.
import type { BaseCatalogue, BaseImage, SmallerBase } from "../image/base.ts";
import { computed, isUnknown, type Size, typical, unknown, zero } from "../image/size.ts";
import type { BasesSnapshot } from "./bases-format.ts";
import { imageFacts, packageManagerOf } from "./image-facts.ts";
import { type Group, ImageIndex, type OldGroup, type Row } from "./image-index.ts";
import { parseReference, type Reference } from "./reference.ts";
import { compareVersions, dotnetTag, isAlpine, type Os, osOfWord, parseTag, startsWith, type Tag, tagKey } from "./tag.ts";

/** What a tag stands for. */
interface Found {
  readonly tag: string;
  readonly size: Size;
  readonly day?: string;
  /** `debian:trixie-slim` */
  readonly os: string;
  readonly old?: OldGroup;
  readonly remark?: string;
}

/**
 * Images whose release lines are their major versions: node:20.11.1 is the line 20. Each has one minor version for each major
 * one among the tags of docker-library/official-images. For all others the line is major.minor, python:3.12.4 → 3.12.
 */
const majorLines = new Set(
  "node postgres debian gcc erlang odoo nextcloud eclipse-temurin amazoncorretto azul-zulu sapmachine ibm-semeru-runtimes adoptopenjdk openjdk java fedora centos almalinux rockylinux oraclelinux amazonlinux".split(
    " ",
  ),
);

const distributions = new Set(
  "debian ubuntu alpine fedora centos almalinux rockylinux oraclelinux amazonlinux photon archlinux mageia busybox".split(" "),
);

/** Here slim is not the same with less: swift's has no compiler (says its page in the registry). */
const otherSlim = new Set(["swift"]);

const dotnet = /^dotnet\/(nightly\/)?(sdk|runtime|aspnet|runtime-deps)$/;

export function createCatalogue(snapshot: BasesSnapshot): BaseCatalogue {
  const indexes = new Map<string, ImageIndex>();
  const indexOf = (image: string): ImageIndex | undefined => {
    const known = indexes.get(image);
    const rows = Object.hasOwn(snapshot.images, image) ? snapshot.images[image] : undefined;
    if (known || !rows) return known;
    const index = new ImageIndex(snapshot, rows);
    indexes.set(image, index);
    return index;
  };

  const find = (name: string): BaseImage => {
    if (name === "scratch") return { name, resolved: name, size: zero, shellLess: true };
    const reference = parseReference(name);
    if (!reference) return { name, size: unknown };
    const official = officialImage(reference);
    if (official) return describe(name, official, indexOf(official), tagOf(reference), snapshot);
    const microsoft = reference.domain === "mcr.microsoft.com" ? dotnet.exec(reference.path) : null;
    if (microsoft) {
      const image = `mcr.microsoft.com/dotnet/nightly/${microsoft[2]}`;
      return describe(name, image, indexOf(image), dotnetTag(tagOf(reference)), snapshot, !microsoft[1]);
    }
    // Distroless images have no shell but in their debug tags (their own README).
    const distroless = reference.domain === "gcr.io" && reference.path.startsWith("distroless/");
    if (distroless && !reference.tag?.includes("debug")) return { name, size: unknown, shellLess: true };
    return { name, size: unknown };
  };

  const versionOf = (name: string): string | undefined => {
    const reference = parseReference(name);
    const image = reference && officialImage(reference);
    const tag = reference && tagOf(reference);
    const index = image ? indexOf(image) : undefined;
    return image && tag && index ? versionTag(image, index, tag) : undefined;
  };

  const smaller = (name: string): readonly SmallerBase[] => {
    const reference = parseReference(name);
    const image = reference && officialImage(reference);
    const tag = reference && tagOf(reference);
    const index = image ? indexOf(image) : undefined;
    if (!image || !tag || !index) return [];
    const now = lookUp(image, index, tag)?.size ?? unknown;
    return smallerTags(image, index, tag)
      .filter(({ size }) => !isUnknown(size) && (isUnknown(now) || size.bytes < now.bytes))
      .map((found) => ({ ...found, name: `${reference.written}:${found.name}` }))
      .sort((a, b) => a.size.bytes - b.size.bytes);
  };

  return { find: remembered(find), smaller: remembered(smaller), versionOf: remembered(versionOf) };
}

/** The same few names are asked for at every key stroke. */
function remembered<T>(ask: (name: string) => T): (name: string) => T {
  const answers = new Map<string, T>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = ask(name);
    // Every stage of a name being typed is a name.
    if (answers.size > 500) answers.clear();
    answers.set(name, answer);
    return answer;
  };
}

/** `python` for the official image under any of its names. */
function officialImage(reference: Reference): string | undefined {
  if (reference.domain === "docker.io" && reference.path.startsWith("library/")) return reference.path.slice("library/".length);
  return undefined;
}

/** A digest alone says nothing; beside a tag it is taken to be an image of that tag. */
const tagOf = (reference: Reference): string | undefined => reference.tag ?? (reference.digest ? undefined : "latest");

function describe(
  name: string,
  image: string,
  index: ImageIndex | undefined,
  tag: string | undefined,
  snapshot: BasesSnapshot,
  onlyTypical = false,
): BaseImage {
  if (!index) return { name, size: unknown };
  const base: BaseImage = { name, size: unknown, standardLayout: true };
  const parsed = parseTag(tag ?? "");
  // A tag that is in no table still says what it is a version of, and on what.
  const unlisted: Found | undefined =
    parsed.version && !parsed.words.some((w) => /^(?:windows|nano)server/.test(w)) ? { tag: "", size: unknown, os: "" } : undefined;
  const found = tag ? (lookUp(image, index, tag) ?? unlisted) : undefined;
  if (!found) return base;
  const os = osOf(found.os || osOfOthers(image, index, parsed));
  const slim = os?.id === "debian" && (found.os.endsWith("-slim") || parsed.words.includes("slim"));
  const { slim: slimBeneath, packageManager: ownManager, ...facts } = imageFacts(image, parsed, os);
  const { old } = found;
  // What an old image set is known; where it worked did not change since.
  const settings = old ? { ...pick(facts.workdir), ...pickRun(old) } : facts;
  // Of some old images only that is known: Debian or Ubuntu.
  const manager = found.os === "dpkg" ? "apt" : packageManagerOf(os, parsed);
  const packageManager = (old ? undefined : ownManager) ?? manager;
  const source = found.day && sourceText(snapshot, index, found);
  return {
    ...base,
    ...settings,
    ...(found.tag ? { resolved: `${image}:${found.tag}` } : {}),
    // Of a digest only the tag beside it is known.
    size: (onlyTypical || name.includes("@")) && !isUnknown(found.size) ? typical(found.size.bytes) : found.size,
    ...(source ? { source } : {}),
    ...(os ? { os } : {}),
    ...(slim || (slimBeneath && !old && os?.id === "debian") ? { slim: true } : {}),
    ...(packageManager ? { packageManager } : {}),
    ...(parsed.words.some((word) => word === "chiseled" || word === "distroless") ? { shellLess: true } : {}),
  };
}

const pick = (workdir: string | undefined) => (workdir ? { workdir } : {});
const pickRun = ({ cmd, entrypoint, env }: OldGroup) => ({ env, ...(cmd ? { cmd } : {}), ...(entrypoint ? { entrypoint } : {}) });

function sourceText(snapshot: BasesSnapshot, index: ImageIndex, found: Found): string {
  const source = snapshot.sources[found.old ? "old" : index.source]?.name ?? "";
  return `${source}, ${found.day}${found.remark ? `, ${found.remark}` : ""}`;
}

function osOf(text: string): Os | undefined {
  const [id = "", release] = text.replace(/-slim$/, "").split(":");
  return id && id !== "dpkg" ? { id, ...(release ? { release } : {}) } : undefined;
}

/** Where the tag's own image does not tell: what its line stands on, else what the image always stood on, without a release. */
function osOfOthers(image: string, index: ImageIndex, tag: Tag): string {
  const { byKey, old } = index.byParts();
  for (const version of lines(image, tag.version)) {
    const os = index.groups.get(byKey.get(tagKey(version ? { ...tag, version } : tag)) ?? "")?.os;
    if (os) return os;
  }
  const told = tag.suite ? osOfWord(tag.suite) : undefined;
  if (told) return told.release ? `${told.id}:${told.release}` : told.id;
  const ids = new Set(old.filter((known) => !isAlpine(known.tag)).map(({ what }) => what.os.split(":")[0]));
  const [only = ""] = ids;
  return ids.size === 1 ? only : "";
}

// --- From a tag to an image ------------------------------------------------------------------------------------------------

/** The exact tag, else the nearest of its line; never of another suite or variant. Without a size where only the tag is known. */
function lookUp(image: string, index: ImageIndex, text: string): Found | undefined {
  return exact(image, index, text) ?? relaxed(image, index, text);
}

function exact(image: string, index: ImageIndex, text: string): Found | undefined {
  const row = index.rows.get(text);
  const group = index.groups.get(text);
  if (row) return ofRow(row, true, group);
  if (group) return ofGroup(image, index, text, group);
  const old = index.old.get(text);
  if (!old) return undefined;
  const newer = old.tags.map((tag) => index.rows.get(tag)).find((found) => found !== undefined);
  return newer ? ofRow(newer, false) : ofOld(image, old, text);
}

// A size of an image that is not amd64 only hints at amd64's.
const ofRow = (row: Row, isExact: boolean, group?: Group): Found => ({
  tag: row.stoodFor,
  size: isExact && !row.remark ? computed(row.bytes) : typical(row.bytes),
  day: row.day,
  os: row.os.includes(":") ? row.os : group?.os || row.os,
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
function ofOld(image: string, old: OldGroup, text: string): Found {
  const tag = parseTag(text);
  const version = tag.version;
  const versions = old.tags.map((other) => parseTag(other).version);
  const isBuild =
    tag.date !== undefined ||
    (version !== undefined &&
      !versions.some((other) => other && isLineOf(version, other)) &&
      (version.length > 2 || versions.some((other) => isLineOf(other, version))));
  const os = isBuild ? old.os : withoutUntoldRelease(image, tag, old.os);
  return { tag: mostExact(old.tags), size: isBuild ? computed(old.bytes) : typical(old.bytes), day: old.day, os, old };
}

const isLineOf = (line: readonly number[] | undefined, version: readonly number[]): boolean =>
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
function lines(image: string, version: readonly number[] | undefined): (readonly number[] | undefined)[] {
  if (!version) return [undefined];
  const all: (readonly number[])[] = [version];
  for (let length = version.length - 1; length >= lineLength(image); length--) all.push(version.slice(0, length));
  return all;
}

const lineLength = (image: string): number => (majorLines.has(image) ? 1 : 2);

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

// --- Other tags for it -----------------------------------------------------------------------------------------------------

/** `latest` → `3.14`, `lts-slim` → `24-slim`, `bookworm` → `3.14-bookworm`; undefined where the tag already names a line. */
function versionTag(image: string, index: ImageIndex, text: string): string | undefined {
  const asked = parseTag(text);
  if (asked.version && asked.version.length >= lineLength(image)) return undefined;
  const group = index.groups.get(text);
  if (!group) return undefined;
  const own = group.tags.map((tag) => ({ tag, parsed: parseTag(tag) })).filter(({ tag, parsed }) => tag !== text && !parsed.date);
  if (image === "debian") return asked.suite ? undefined : (own.find(({ parsed }) => parsed.suite)?.tag ?? debianCodename(asked, group));
  const length = (tag: Tag) => tag.version?.length ?? 0;
  const atLeastLine = own.filter(({ parsed }) => length(parsed) >= lineLength(image));
  const rank = ({ tag, parsed }: (typeof own)[number]): number[] => [
    length(parsed),
    parsed.suite === asked.suite ? 0 : 1,
    -parsed.words.filter((word) => asked.words.includes(word)).length,
    tag.length,
  ];
  const candidates = atLeastLine.length
    ? atLeastLine
    : asked.suite && distributions.has(image)
      ? []
      : own.filter(({ parsed }) => parsed.version);
  return candidates.sort((a, b) => compareVersions(rank(a), rank(b)))[0]?.tag;
}

/** debian:stable and its like are images of their own, of the release that the snapshot names as their distribution. */
function debianCodename(asked: Tag, group: Group): string | undefined {
  const release = osOf(group.os)?.release;
  const rest = asked.words.filter((word) => word === "slim" || word === "backports");
  return release && [release, ...rest].join("-");
}

/** Slim and alpine tags of the same version, whatever their size. */
function smallerTags(image: string, index: ImageIndex, text: string): SmallerBase[] {
  const asked = parseTag(text);
  if (isAlpine(asked) || image === "alpine") return [];
  const line = asked.version || (image === "debian" && asked.suite) ? asked : parseTag(versionTag(image, index, text) ?? "");
  if (!line.version && !line.suite) return [];
  const isSlim = line.words.includes("slim");
  const full = line.words.filter((word) => word !== "slim");
  const same = (tag: Tag, words: readonly string[]) =>
    tag.version?.join() === line.version?.join() && tag.date === line.date && tag.words.join() === [...words].sort().join();
  const { today } = index.byParts();
  const sized = (found: (typeof today)[number], variant: SmallerBase["variant"]): SmallerBase => ({
    name: found.text,
    variant,
    size: lookUp(image, index, found.text)?.size ?? unknown,
  });

  const slim = today.filter(({ tag }) => tag.suite === line.suite && same(tag, [...full, "slim"])).map((found) => sized(found, "slim"));
  // The tag that follows Alpine's releases first; one that is bound to a release only where that is all there is.
  const alpine = today
    .filter(({ tag }) => isAlpine(tag) && same(tag, full))
    .sort((a, b) => compareVersions(alpineRank(a.tag), alpineRank(b.tag)))
    .map((found) => sized(found, "alpine"));
  return [...(isSlim || otherSlim.has(image) ? [] : slim.slice(0, 1)), ...alpine.filter(({ size }) => !isUnknown(size)).slice(0, 1)];
}

/** `alpine` before `alpine3.24` before `alpine3.23`. */
const alpineRank = (tag: Tag): number[] =>
  tag.suite === "alpine"
    ? [-99]
    : (tag.suite ?? "")
        .slice(6)
        .split(".")
        .map((part) => -Number(part));

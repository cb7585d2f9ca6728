// The catalogue of published base images: what a name in FROM stands for, how big it is, what is smaller.
import type { BaseCatalogue, BaseImage, SmallerBase } from "../image/base.ts";
import { atLeast, isUnknown, type Size, typical, unknown, zero } from "../image/size.ts";
import type { BasesSnapshot } from "./bases-format.ts";
import { factsOfOthers, imageFacts, packageManagerOf } from "./image-facts.ts";
import { ImageIndex, type OldGroup } from "./image-index.ts";
import { debianCodename, distributions, type Found, lineLength, lines, lookUp } from "./look-up.ts";
import { oldVariants } from "./old-variants.ts";
import { cudaRuntimeOf, parseReference, type Reference } from "./reference.ts";
import { agreement, onItsSuite, type StandIn, standInFor } from "./stand-in.ts";
import { suiteOf } from "./suites.ts";
import { compareVersions, debianReleases, dotnetTag, isAlpine, osOf, osOfWord, parseTag, startsWith, type Tag, tagKey } from "./tag.ts";

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
    const on = cudaRuntimeOf(reference);
    return { name, size: unknown, ...factsOfOthers(`${reference.domain}/${reference.path}`), ...(on !== undefined && { on }) };
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
    const own = sizeOf(image, index, tag);
    const today = smallerTags(image, index, tag);
    const variants = today.length > 0 ? [] : oldVariants(tag, (text) => ofItsLine(image, index, text));
    const old = variants.map((found) => ({ ...found, size: sizeOf(image, index, found.name).size }));
    // A slim image of the suite that is asked for before one of another suite.
    const { suite } = parseTag(tag);
    const told = [...today, ...old].flatMap((found) => ofSameDay(image, tag, found));
    const isTold = told.some((found) => found.variant === "slim" && parseTag(found.name).suite === suite);
    const untold = isTold ? [] : untoldSlim(image, index, tag);
    return [...untold, ...told.filter(({ variant }) => variant !== "slim" || untold.length === 0)]
      .filter(({ name: other, variant }) => (variant !== "slim" || isSlimMade(image, other)) && isSmaller(sizeOf(image, index, other), own))
      .map((found) => ({ ...found, name: `${reference.written}:${found.name}` }))
      .sort((a, b) => a.size.bytes - b.size.bytes);
  };

  const asOf = /\d{4}-\d\d-\d\d/.exec(snapshot.sources.tags?.name ?? "")?.[0];
  return { find: remembered(find), smaller: remembered(smaller), versionOf: remembered(versionOf), ...(asOf && { asOf }) };
}

/**
 * Who names a day wants that day's packages: `bookworm-20240110` has `bookworm-20240110-slim`. So all of Debian's are called since 2018 at the
 * latest (docker-library/official-images, library/debian); of other images nobody knows.
 */
function ofSameDay(image: string, tag: string, found: SmallerBase): SmallerBase[] {
  const { date } = parseTag(tag);
  if (date === undefined || parseTag(found.name).date === date) return [found];
  return image === "debian" && found.variant === "slim" && date >= "20180101" ? [{ ...found, name: `${tag}-slim` }] : [];
}

/** Debian's point releases of which there surely is a slim image: those that were the newest in 2018, and all that came later (see above). */
const firstSlimPoint: Readonly<Record<number, number>> = { 7: 11, 8: 11, 9: 4 };

const isSlimMade = (image: string, tag: string): boolean => {
  const [major, point] = parseTag(tag).version ?? [];
  return (
    image !== "debian" ||
    major === undefined ||
    point === undefined ||
    major > 9 ||
    point >= (firstSlimPoint[major] ?? Number.POSITIVE_INFINITY)
  );
};

/** Of a suite that is in no table of its line, as `3.11-buster`: slim is there where the neighbours have it. */
function untoldSlim(image: string, index: ImageIndex, tag: string): SmallerBase[] {
  const { suite, words } = parseTag(tag);
  if (suite === undefined || suite === "alpine" || words.length > 0) return [];
  const variants = oldVariants(tag, (text) => {
    const standIn = standInFor(image, index, text);
    return standIn && { tag: inOwnOrder(text, standIn), size: typical(standIn.found.size.bytes), old: true };
  });
  return variants.filter(({ variant }) => variant === "slim");
}

/** A tag with its words in the image's own order, where the tag that stands in says it: `8u272-slim-jre` by `8u312-jre-slim-bullseye`. */
function inOwnOrder(tag: string, { tag: asked, found }: StandIn): string {
  const words = found.tag.split("-");
  return tag
    .split("-")
    .slice(1)
    .every((word) => words.includes(word))
    ? found.tag
    : asked;
}

/** Its own line's, on another suite or of another day: there is such a tag, and full and slim are off by the same. */
function isOfLine(image: string, tag: string, standIn: StandIn): boolean {
  const line = parseTag(tag).version?.slice(0, lineLength(image)) ?? [];
  return line.length === lineLength(image) && startsWith(parseTag(standIn.tag).version ?? [], line);
}

function ofItsLine(image: string, index: ImageIndex, tag: string): (Pick<Found, "tag" | "size"> & { readonly old?: unknown }) | undefined {
  const { found, standIn } = known(image, index, tag);
  if (!standIn || !isOfLine(image, tag, standIn)) return found;
  return { tag: inOwnOrder(tag, standIn), size: standIn.found.size, old: standIn.found.old };
}

interface TagSize {
  readonly size: Size;
  /** It is another line's. */
  readonly standsIn: boolean;
}

function sizeOf(image: string, index: ImageIndex, tag: string): TagSize {
  const { found, standIn } = known(image, index, tag);
  if (!standIn) return { size: found?.size ?? unknown, standsIn: false };
  return { size: typical(standIn.found.size.bytes), standsIn: !isOfLine(image, tag, standIn) };
}

/**
 * What a tag stands for, and what stands in where nobody knows its size. A line that moved to another suite after it was measured is another image
 * since: what it weighed says next to nothing of that.
 */
function known(image: string, index: ImageIndex, tag: string): { readonly found?: Found; readonly standIn?: StandIn } {
  const found = lookUp(image, index, tag);
  const suite = suiteOf(image, parseTag(tag));
  const on = osOf(found?.on ?? "");
  const moved = suite !== undefined && on?.id === "debian" && on.release !== undefined && on.release !== suite;
  if (found && !moved && !isUnknown(found.size)) return { found };
  const standIn =
    (suite === undefined ? undefined : onItsSuite(image, index, tag, suite, moved)) ?? (moved ? undefined : standInFor(image, index, tag));
  if (standIn || !found) return { ...(found && { found }), ...(standIn && { standIn }) };
  return { found: { ...found, size: moved ? atLeast(found.size) : found.size } };
}

/** A size that stands in for another is good enough to tell a full image from a slim one, not two that are nearly alike. */
function isSmaller(a: TagSize, b: TagSize): boolean {
  if (isUnknown(a.size) || isUnknown(b.size)) return !isUnknown(a.size);
  return a.size.bytes * (a.standsIn || b.standsIn ? agreement : 1) < b.size.bytes;
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
  const { found = unlisted, standIn } = tag ? known(image, index, tag) : {};
  if (!found) return base;
  const told = osOf(found.os || osOfOthers(image, index, parsed));
  const suite = told === undefined || (told.id === "debian" && told.release === undefined) ? suiteOf(image, parsed) : undefined;
  const os = suite === undefined ? told : { id: "debian", release: suite };
  const slim = os?.id === "debian" && (found.os.endsWith("-slim") || parsed.words.includes("slim"));
  const { slim: slimBeneath, packageManager: ownManager, ...facts } = imageFacts(image, parsed, os);
  const { old } = found;
  // What an old image set is known; where it worked, and where it looks for programs, did not change since.
  const settings = old ? { ...pick(facts.workdir), ...pickRun(old, facts.env ?? {}) } : facts;
  // Of some old images only that is known: Debian or Ubuntu.
  const manager = found.os === "dpkg" ? "apt" : packageManagerOf(os, parsed);
  const packageManager = (old ? undefined : ownManager) ?? manager;
  const source = standIn
    ? standInText(snapshot, index, `${image}:${tag}`, image, standIn)
    : found.day && sourceText(snapshot, index, found);
  return {
    ...base,
    ...settings,
    ...(found.tag ? { resolved: `${image}:${found.tag}` } : {}),
    // Of a digest only the tag beside it is known.
    size: standIn
      ? typical(standIn.found.size.bytes)
      : (onlyTypical || name.includes("@")) && !isUnknown(found.size)
        ? typical(found.size.bytes)
        : found.size,
    ...(standIn ? { standsIn: true } : {}),
    ...(source ? { source } : {}),
    ...(os ? { os } : {}),
    ...(suite === undefined ? {} : { ofLastBuild: true }),
    ...(slim || (slimBeneath && !old && os?.id === "debian") ? { slim: true } : {}),
    ...(packageManager ? { packageManager } : {}),
    ...(parsed.words.some((word) => word === "chiseled" || word === "distroless") ? { shellLess: true } : {}),
  };
}

const pick = (workdir: string | undefined) => (workdir ? { workdir } : {});
/** What an image sets today as it did in 2020, and the table of old images leaves out. */
const lasting = new Set(["PATH", "PHPIZE_DEPS"]);
const pickRun = ({ cmd, entrypoint, env }: OldGroup, today: Readonly<Record<string, string>>) => ({
  env: { ...env, ...Object.fromEntries(Object.entries(today).filter(([name]) => lasting.has(name))) },
  ...(cmd ? { cmd } : {}),
  ...(entrypoint ? { entrypoint } : {}),
});

function sourceText(snapshot: BasesSnapshot, index: ImageIndex, found: Found): string {
  const source = snapshot.sources[found.old ? "old" : index.source]?.name ?? "";
  return `${source}, ${found.day}${found.remark ? `, ${found.remark}` : ""}`;
}

const standInText = (snapshot: BasesSnapshot, index: ImageIndex, name: string, image: string, { tag, found }: StandIn): string =>
  `size of ${name} not known; ${image}:${tag}'s stands in (${sourceText(snapshot, index, found)})`;

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
  // A distribution's own image has its release for a version, whether anything is known of that or not: ubuntu:14.10, debian:6.
  return ids.size === 1 ? [only, ...(only === image ? releaseOf(only, tag.version) : [])].join(":") : "";
}

function releaseOf(id: string, [major, minor]: readonly number[] = []): string[] {
  if (major === undefined) return [];
  if (id === "debian") return [debianReleases[major] ?? `${major}`];
  return id === "ubuntu" && minor !== undefined ? [`${major}.${`${minor}`.padStart(2, "0")}`] : [];
}

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
    size: sizeOf(image, index, found.text).size,
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

// Compiles the tables of base images into server/src/sizes/data/bases.json. Argument: the folder that holds them; the README
// beside them says how each came about, and the snapshot carries source and date of every size.
//   base-images.jsonl         measured images of today
//   official-tags.jsonl       which tags are one image
//   base-images-2020.jsonl    images of October 2020, and here: base-images-2023.jsonl of January 2023, base-images-2018.jsonl of 2016 to
//                             January 2018, of these only what Dockerfiles name 5 times or more among 99,000 public ones, and no tag that
//                             moved on to another release of Debian afterwards; base-images-ended.jsonl, the last builds of lines that have ended
//   base-packages-2020.jsonl  the OS image beneath them
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BasesSnapshot, type ImageRows, packTags, sizeUnit } from "../sizes/bases-format.ts";
import { debianReleases, osOfWord, parseTag, ubuntuReleases } from "../sizes/tag.ts";

interface SizeRow {
  image: string;
  tag: string;
  arch: string;
  onDiskMB: number | null;
  created: string;
  source: string;
  resolvedTag?: string;
}
interface TagsRow {
  image: string;
  tags: string[];
  directory: string;
}
interface OldRow {
  image: string;
  tags: string[];
  onDiskMB: number;
  created: string;
  packageManager: string;
  /** The image beneath, where neither the tags nor base-packages-2020.jsonl say it: its Dockerfile's FROM. */
  on?: string;
  cmd?: string;
  entrypoint?: string;
  env?: string[];
}
interface PackagesRow {
  image: string;
  tags: string[];
  on?: string;
}

const [folder, out = "server/src/sizes/data/bases.json"] = process.argv.slice(2);
if (!folder) throw new Error("usage: bases <folder with the tables> [output file]");
const rowsIn = <T>(path: string): T[] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
const read = <T>(file: string): T[] => rowsIn(join(folder, file));

/** Numbers the distinct texts, the most frequent first: short numbers for them. */
class Dictionary {
  private readonly counts = new Map<string, number>();
  private sorted: string[] | undefined;
  count(text: string) {
    this.counts.set(text, (this.counts.get(text) ?? 0) + 1);
  }
  texts(): string[] {
    this.sorted ??= [...this.counts.keys()].sort((a, b) => (this.counts.get(b) ?? 0) - (this.counts.get(a) ?? 0) || (a < b ? -1 : 1));
    return this.sorted;
  }
  index(text: string): string {
    return text ? String(this.texts().indexOf(text)) : "";
  }
}

// --- The distribution beneath an image -------------------------------------------------------------------------------------

/** `debian:bookworm-slim`, `alpine:3.24`; "" where it is not known. */
const osText = (os: { id: string; release?: string } | undefined, slim = false): string =>
  os ? (os.release ? `${os.id}:${os.release}${slim && os.id === "debian" ? "-slim" : ""}` : os.id) : "";

/** Code names that move, as buildpack-deps' tags tell: `stable` → `trixie`. */
const moving = new Map<string, string>();

/** Images that are a distribution: the release is their tag. */
function osOfDistribution(image: string, tags: readonly string[]): string | undefined {
  const parsed = tags.map(parseTag);
  if (image === "debian") {
    const name = parsed
      .flatMap((tag) => [tag.suite, ...tag.words.map((word) => moving.get(word))])
      .find((word) => word && osOfWord(word)?.id === "debian");
    return name
      ? osText(
          { id: "debian", release: name },
          tags.some((tag) => tag.includes("slim")),
        )
      : "debian";
  }
  if (image === "ubuntu") {
    const name = parsed.map((tag) => tag.suite).find((suite) => suite && Object.hasOwn(ubuntuReleases, suite));
    return osText(name ? osOfWord(name) : { id: "ubuntu", release: tags[0] ?? "" });
  }
  if (image === "alpine") {
    const release = tags.map((tag) => /^\d\.\d+/.exec(tag)?.[0]).find(Boolean);
    return osText(release ? { id: "alpine", release } : { id: "alpine" });
  }
  if (!["fedora", "almalinux", "rockylinux", "centos", "amazonlinux", "oraclelinux", "photon", "archlinux", "mageia"].includes(image))
    return undefined;
  const release = tags.map((tag) => /^(?:centos)?(\d+)(?=[.-]|$)/.exec(tag)?.[1]).find((text) => text && text.length < 5);
  return osText(release ? { id: image, release } : { id: image });
}

/** From the words of the tags; else from the folder of the Dockerfile (`8/jdk/ubuntu/noble`, `6.3/debian/12`). */
function osOfImage(image: string, tags: readonly string[], directory = ""): string {
  const distribution = osOfDistribution(image, tags);
  if (distribution !== undefined) return distribution;
  const slim = tags.some((tag) => parseTag(tag).words.includes("slim"));
  const found = new Map<string, { id: string; release?: string }>();
  const note = (os: { id: string; release?: string } | undefined) => os && found.set(osText(os), os);
  for (const tag of tags) {
    const parsed = parseTag(tag);
    note(parsed.suite ? osOfWord(parsed.suite) : undefined);
    // buildpack-deps:24.04
    if (image === "buildpack-deps" && parsed.version) note({ id: "ubuntu", release: tag.split("-")[0] ?? "" });
  }
  const words = directory.replaceAll("_", ".").split(/[/-]/);
  words.forEach((word, i) => {
    const next = words[i + 1] ?? "";
    const [, name, release = /^\d+(\.\d+)?$/.test(next) ? next : ""] =
      /^(alpine|debian|ubuntu|amazonlinux|ubi)(\d[\d.]*)?$/.exec(word) ?? [];
    if (name === "debian") note(debianReleases[release] ? { id: "debian", release: debianReleases[release] } : { id: "debian" });
    else if (name === "ubuntu") note(release ? { id: "ubuntu", release } : { id: "ubuntu" });
    else note(osOfWord(word) ?? (name ? osOfWord(name + release) : undefined));
  });
  // A name without its release says less than one with it; two releases at once say nothing.
  const all = [...found.values()];
  const exact = all.filter((os) => os.release);
  const ids = new Set(all.map((os) => os.id));
  if (exact.length === 1 && ids.size === 1) return osText(exact[0], slim);
  const [id] = ids;
  return ids.size === 1 && id ? id : "";
}

/** `on` of the old packages: `debian:10.6`, `debian:9-slim`, `debian:bullseye-20201012`, `ubuntu:18.04`. */
function osOfBase(on: string): string {
  const [id = "", tag = ""] = on.split(":");
  if (id !== "debian") return on;
  const name = debianReleases[/^\d+/.exec(tag)?.[0] ?? ""] ?? parseTag(tag).suite;
  return name ? osText({ id, release: name }, tag.endsWith("-slim")) : id;
}

// --- The rows --------------------------------------------------------------------------------------------------------------

// More of both, read one by one from the same source; they lie here.
const readOwn = <T>(file: string): T[] => rowsIn(join("server/src/scripts", file));

const measured = [...read<SizeRow>("base-images.jsonl"), ...readOwn<SizeRow>("base-images-more.jsonl")].filter(
  (row) => row.onDiskMB !== null,
);
// Of one tag the last row counts; an earlier one is of the tag that it stood for.
const isLast = (row: SizeRow): boolean => row === measured.findLast((other) => other.image === row.image && other.tag === row.tag);
const sizes = measured.map((row) => (isLast(row) ? row : { ...row, tag: row.resolvedTag?.replace(/^.*:/, "") ?? row.tag }));
const groups = read<TagsRow>("official-tags.jsonl");
// Of one tag the last row counts.
const old = [
  ...readOwn<OldRow>("base-images-2018.jsonl"),
  ...read<OldRow>("base-images-2020.jsonl"),
  ...readOwn<OldRow>("base-images-2023.jsonl"),
  ...readOwn<OldRow>("base-images-ended.jsonl"),
];
const bases = new Map(read<PackagesRow>("base-packages-2020.jsonl").map((row) => [`${row.image}:${row.tags[0]}`, row.on]));

for (const { tags } of groups.filter((row) => row.image === "buildpack-deps")) {
  const name = tags.map((tag) => parseTag(tag).suite).find((suite) => suite && osOfWord(suite)?.id === "debian");
  for (const word of tags.flatMap((tag) => parseTag(tag).words)) if (name && word.endsWith("stable")) moving.set(word, name);
  if (name && tags.includes("testing")) moving.set("testing", name);
}

const size = (megabytes: number | null): number => Math.round(((megabytes ?? 0) * 1e6) / sizeUnit);
const day = (date: string): string => date.slice(2).replaceAll("-", "");
// Of the variables the model needs those that say where things are; where programs lie (PATH) it does not ask.
const isPlace = (variable: string): boolean => /^(?!PATH=)[A-Z_]+=\//.test(variable);

const osTexts = new Dictionary();
const commands = new Dictionary();
const variables = new Dictionary();

const sizeRows = sizes.map((row) => ({
  ...row,
  resolved: row.resolvedTag?.replace(/^.*:/, ""),
  os: row.image.startsWith("mcr.") ? osOfDotnet(row.tag) : osOfImage(row.image, [row.tag, row.resolvedTag?.replace(/^.*:/, "") ?? row.tag]),
}));
const groupRows = groups.map((row) => ({ ...row, os: osOfImage(row.image, row.tags, row.directory) }));
const oldRows = old.map((row) => {
  const on = row.on ?? bases.get(`${row.image}:${row.tags[0]}`);
  const isDistribution = osOfDistribution(row.image, row.tags) !== undefined;
  const os = on && !isDistribution ? osOfBase(on) : osOfImage(row.image, row.tags);
  const known = os || { apk: "alpine", dpkg: "dpkg" }[row.packageManager] || "";
  return { ...row, os: known, env: (row.env ?? []).filter(isPlace) };
});

/** .NET's own words: a code name, `alpine3.19`, `cbl-mariner2.0`, with `-distroless` or `-chiseled` behind. */
function osOfDotnet(tag: string): string {
  const { suite } = parseTag(tag);
  const os = suite ? osOfWord(suite) : undefined;
  return osText(os, parseTag(tag).words.includes("slim"));
}

for (const row of [...sizeRows, ...groupRows, ...oldRows]) if (row.os) osTexts.count(row.os);
for (const row of oldRows) {
  for (const command of [row.cmd, row.entrypoint]) if (command) commands.count(command);
  for (const variable of row.env) variables.count(variable);
}

const images: Record<string, { source?: string; sizes?: string[]; tags?: string[]; old?: string[] }> = {};
const rowsOf = (image: string) => {
  images[image] ??= {};
  return images[image];
};
for (const row of sizeRows) {
  const target = rowsOf(row.image);
  const [where = "", commit = ""] = row.source.split("@");
  const dotnet = row.image.startsWith("mcr.");
  target.source = dotnet ? "dotnet" : "info";
  const file = dotnet ? "" : (/local\/(.*)\.md$/.exec(where)?.[1] ?? where);
  const remark = row.arch === "amd64" ? "" : `of a ${row.arch} image`;
  const fields = [
    row.tag,
    size(row.onDiskMB),
    day(row.created),
    row.resolved === row.tag ? "" : (row.resolved ?? ""),
    `${file === row.tag ? "" : file}@${commit.slice(0, 12)}`,
    osTexts.index(row.os),
    remark,
  ];
  target.sizes = [...(target.sizes ?? []), fields.join(";").replace(/;+$/, "")];
}
const byImage = <T extends { image: string }>(rows: readonly T[]): Map<string, T[]> => {
  const map = new Map<string, T[]>();
  for (const row of rows) map.set(row.image, [...(map.get(row.image) ?? []), row]);
  return map;
};
for (const [image, rows] of byImage(groupRows)) {
  const packed = packTags(rows.map((row) => row.tags)).map((tags, i) => `${osTexts.index(rows[i]?.os ?? "")};${tags}`);
  // Without a size a list of tags tells only what a tag is built on: not worth more (tomee alone has 1,120 tags).
  if (images[image]?.sizes || packed.join().length < 1000) rowsOf(image).tags = packed;
}
for (const [image, rows] of byImage(oldRows)) {
  const packed = packTags(rows.map((row) => row.tags));
  rowsOf(image).old = rows.map((row, i) =>
    [
      osTexts.index(row.os),
      packed[i],
      size(row.onDiskMB),
      day(row.created),
      commands.index(row.cmd ?? ""),
      commands.index(row.entrypoint ?? ""),
      row.env.map((variable) => variables.index(variable)).join(","),
    ]
      .join(";")
      .replace(/;+$/, ""),
  );
}

const snapshot: BasesSnapshot = {
  note: "Generated by server/src/scripts/bases.ts from the tables of base images; do not edit. Sizes are amd64 bytes on disk.",
  sources: {
    info: { name: "docker-library/repo-info", at: "docker-library/repo-info repos/<image>/local/<file>.md@<commit>" },
    dotnet: {
      name: "dotnet/dotnet-docker size baselines (±5 %)",
      at: "dotnet/dotnet-docker tests/performance/ImageSize.nightly.linux.json@<commit>, the day is that of the baseline",
    },
    tags: { name: "docker-library/official-images, 2026-08-21", at: "docker-library/official-images@37079fb336f5" },
    old: {
      name: "docker-library/repo-info",
      at: "a public copy of docker-library/repo-info of October 2020, Beatzevo/repo-info-master@e69fae89fa1c; of January 2018, mariko011/centos@455ffd172fa9; of January 2023, docker-library/repo-info@72e4be79b9c8; of the last builds of lines that have ended, maxmood96/repo-info at the commit in each row",
    },
  },
  os: osTexts.texts(),
  commands: commands.texts(),
  env: variables.texts(),
  images: Object.fromEntries(Object.entries(images).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, ImageRows][]),
};
// One image a line: a regenerated snapshot can be read as a diff.
const { images: all, ...head } = snapshot;
const lines = Object.entries(all).map(([image, rows]) => `${JSON.stringify(image)}:${JSON.stringify(rows)}`);
writeFileSync(out, `${JSON.stringify(head).slice(0, -1)},"images":{\n${lines.join(",\n")}\n}}\n`);

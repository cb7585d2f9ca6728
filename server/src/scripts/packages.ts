// Makes server/src/sizes/data/packages.gz: the package indexes of Debian and Ubuntu, as far as Dockerfiles need them.
//
//     npx esbuild server/src/scripts/packages.ts --bundle --platform=node --outfile=out/packages.cjs && node out/packages.cjs
//
// Source: the public archives, through apt with its signatures checked, main, updates and security together (deb.debian.org or the
// mirror that apt uses on this machine; archive.ubuntu.com). Bytes by kind of file are read from the packages themselves. Which
// packages: see tiers.ts. BALLAST_NO_UPDATE=1 takes the lists as they were fetched last; BALLAST_NO_DEBS=1 reads no packages.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Header, notHeld, tokenAt, tokenCounts, writeParts } from "../sizes/packages/format.ts";
import { packageIndex } from "../sizes/packages/index.ts";
import { resolve } from "../sizes/packages/resolve.ts";
import { type Archive, cache, type DebBytes, droppedFiles, fetchIndex, type Index, measureDebs, measuredDebs } from "./packages/archive.ts";
import { recordsOf } from "./packages/control.ts";
import { type Judged, type JudgedRelease, judge } from "./packages/judge.ts";
import { baseImage, closure, isTool, isWide, virtualNames, worthReading } from "./packages/tiers.ts";

/** What is kept beside the names in seeds.txt and all that they need. */
type Tier = "wide" | "tools" | "named";
const archives: readonly (Archive & { tier: Tier })[] = [
  { os: "debian", name: "bookworm", tier: "wide" },
  { os: "debian", name: "trixie", tier: "wide" },
  { os: "debian", name: "bullseye", tier: "tools" },
  { os: "ubuntu", name: "jammy", version: "22.04", tier: "tools" },
  { os: "ubuntu", name: "noble", version: "24.04", tier: "tools" },
  { os: "ubuntu", name: "resolute", version: "26.04", tier: "named" },
];
const isOf: Readonly<Record<Tier, typeof isWide>> = { wide: isWide, tools: isTool, named: () => false };

const seeds = readFileSync("server/src/scripts/packages/seeds.txt", "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"));

interface Made {
  readonly archive: Archive;
  readonly index: Index;
  readonly judged: JudgedRelease;
  readonly kept: ReadonlySet<string>;
  readonly debs: Readonly<Record<string, DebBytes>>;
  readonly base: readonly string[];
}

/** How the snapshot writes one release's packages. `token` writes a name. */
function cell(release: Made, name: string, token: (name: string) => string): string {
  const { judged, kept } = release;
  const providers = (judged.providers.get(name) ?? []).filter((provider) => kept.has(provider));
  const found = kept.has(name) ? judged.packages.get(name) : undefined;
  const list = (names: readonly string[]): string => names.map(token).join("");
  if (!found) return providers.length > 0 ? `*    ${list(providers)}` : "";
  const groups = (which: Judged["depends"]): string =>
    heldGroups(which, release)
      .map((group) => group.map(token).join("|"))
      .join("");
  return [
    String(found.record.installed),
    groups(found.depends),
    groups(found.recommends),
    list(found.conflicts.filter((conflict) => isHeld(conflict, release))),
    list(providers),
    partsOf(release, name),
  ]
    .join(" ")
    .trimEnd();
}

const isHeld = (alternative: string, { judged, kept }: Made): boolean => {
  const name = alternative.replace(/^!/, "");
  return kept.has(name) || (!alternative.startsWith("!") && (judged.providers.get(name) ?? []).some((p) => kept.has(p)));
};

/** Alternatives that are not held were never the first choice. */
const heldGroups = (groups: Judged["depends"], release: Made): string[][] =>
  groups.map((group) => {
    const held = group.filter((alternative) => isHeld(alternative, release));
    return held.length > 0 ? held : [notHeld];
  });

/** As read from the package itself. Where that was not done, index.ts takes the nearest release's. */
function partsOf({ judged, debs }: Made, name: string): string {
  const record = judged.packages.get(name)?.record;
  const deb = record && debs[`${name} ${record.version}`];
  return record && deb?.info !== undefined ? writeParts(deb, record.installed * 1024) : "";
}

/** All that a release's cells refer to. */
const references = (release: Made): string[] =>
  [...release.kept].flatMap((name) => {
    const { depends = [], recommends = [], conflicts = [] } = release.judged.packages.get(name) ?? {};
    return [...heldGroups(depends, release).flat(), ...heldGroups(recommends, release).flat(), ...conflicts];
  });

function textOf(releases: readonly Made[]): string {
  const uses = new Map<string, number>();
  const columns = releases.map((release) => {
    const { judged, kept } = release;
    const asked = references(release).map((name) => name.replace(/^!/, ""));
    // Names that others provide count where a package that is held asks for them, or where a Dockerfile may.
    const names = new Set([...kept, ...asked.filter((name) => judged.providers.has(name)), ...virtualNames(judged, kept)]);
    for (const name of names) for (const provider of judged.providers.get(name) ?? []) if (kept.has(provider)) asked.push(provider);
    for (const name of asked) uses.set(name, (uses.get(name) ?? 0) + 1);
    return names;
  });
  const names = [...new Set(columns.flatMap((column) => [...column]))].sort();
  const token = tokens(names, uses);
  const cells = names.map((name) => releases.map((release, i) => (columns[i]?.has(name) ? cell(release, name, token.of) : "")));
  const header: Header = {
    note: "Generated by server/src/scripts/packages.ts from the Debian and Ubuntu archives; do not edit.",
    releases: releases.map(({ archive: { os, name, version }, index: { date, lists }, base }) => ({
      ...{ os, name, ...(version && { version }), date, lists, base },
    })),
  };
  return [JSON.stringify(header), token.classes, ...names, ...cells.map((row) => row.join("\t").replace(/\t+$/, ""))].join("\n");
}

/** A token for each name that is referred to, the shortest for those referred to most. */
function tokens(names: readonly string[], uses: ReadonlyMap<string, number>): { classes: string; of: (name: string) => string } {
  const order = names.filter((name) => uses.has(name)).sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
  const lengths = new Map<string, number>();
  order.forEach((name, i) => {
    const [, one = 0, two = 0] = tokenCounts;
    lengths.set(name, i < one ? 1 : i < one + two ? 2 : 3);
  });
  const ranks = new Map<string, string>();
  const counts = [0, 0, 0, 0];
  for (const name of names) {
    const length = lengths.get(name) ?? 0;
    if (length > 0) ranks.set(name, tokenAt(length, counts[length] ?? 0));
    counts[length] = (counts[length] ?? 0) + 1;
  }
  return {
    classes: names.map((name) => lengths.get(name) ?? 0).join(""),
    of: (name) => (name.startsWith("!") ? `!${ranks.get(name.slice(1)) ?? notHeld}` : (ranks.get(name) ?? notHeld)),
  };
}

/** zopfli (a Debian package) makes it 6 % smaller than zlib does. */
function pack(data: Buffer): Buffer {
  const file = join(cache, "packages.txt");
  writeFileSync(file, data);
  const found = spawnSync("zopfli", ["-c", "--i15", file], { maxBuffer: 1 << 28 });
  return found.status === 0 && found.stdout.length > 0 ? found.stdout : gzipSync(data, { level: 9 });
}

let dropped: ReadonlyMap<string, number> = new Map();
const made = archives.map((archive): Made => {
  const index = fetchIndex(archive);
  const judged = judge(index.texts.flatMap((text) => [...recordsOf(text)]));
  const all = new Set(judged.packages.keys());
  const base = baseImage(archive, judged, (wanted) => {
    const release = packageIndex(textOf([{ archive, index, judged, kept: all, debs: {}, base: [] }])).release(archive.os, archive.name);
    return release ? resolve(release, { installed: new Set(), wanted, recommends: false }).added.map((a) => a.package.name) : [];
  });
  const named = [...base, ...seeds];
  const isWideTier = archive.tier === "wide";
  const more = [...judged.packages.values()].filter((p) => isOf[archive.tier](p.record)).map((p) => p.record.name);
  const kept = closure(judged, more, false, closure(judged, named));
  if (isWideTier && !process.env.BALLAST_NO_DEBS) {
    const found = droppedFiles(archive);
    if (found.size > 0) dropped = found;
  }
  const worth = worthReading(judged, closure(judged, named), kept, isWideTier ? dropped : new Map());
  if (!process.env.BALLAST_NO_DEBS) measureDebs(archive, worth);
  const debs = measuredDebs(archive);
  console.log(
    `${archive.name}: ${all.size} packages, ${kept.size} kept, ${worth.length} worth reading, base ${base.length}, ${index.date}`,
  );
  return { archive, index, judged, kept, debs, base };
});

const text = textOf(made);
const packed = pack(Buffer.from(text, "latin1"));
mkdirSync("server/src/sizes/data", { recursive: true });
writeFileSync("server/src/sizes/data/packages.gz", packed);
console.log(`packages.gz: ${packed.length} bytes, ${text.length} unpacked`);

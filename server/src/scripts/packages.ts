// Makes server/src/sizes/data/packages.gz: the package indexes of Debian and Ubuntu, as far as Dockerfiles need them.
//
//     npm run data:packages
//
// Source: the public archives, through apt with its signatures checked, main, updates and security together (deb.debian.org or the
// mirror that apt uses on this machine; archive.ubuntu.com). Bytes by kind of file are read from the packages themselves. Which
// packages: see tiers.ts. A package that the snapshot has with the same Installed-Size is not read again. BALLAST_NO_UPDATE=1 takes the
// lists as they were fetched last; BALLAST_NO_DEBS=1 reads no packages. Names of releases behind the command: only those are read anew,
// the others stay as the snapshot has them; of a name that is none, all do.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { notHeld, writeParts } from "../sizes/packages/format.ts";
import { packageIndex } from "../sizes/packages/index.ts";
import { Names } from "../sizes/packages/names.ts";
import { resolve } from "../sizes/packages/resolve.ts";
import { type Archive, type DebBytes, droppedFiles, fetchIndex, type Index, measureDebs, measuredDebs } from "./packages/archive.ts";
import { recordsOf } from "./packages/control.ts";
import { type Judged, type JudgedRelease, judge } from "./packages/judge.ts";
import { pack } from "./packages/pack.ts";
import { type Cell, type Column, columnsOf, namesIn, textOf } from "./packages/snapshot.ts";
import { baseImage, closure, isTool, isWide, suspicious, virtualNames, worthReading } from "./packages/tiers.ts";

/** What is kept beside the names in seeds.txt and all that they need. */
type Tier = "wide" | "tools" | "named";
/** By age: what a release has like the one before is not written again. */
const archives: readonly (Archive & { tier: Tier })[] = [
  { os: "ubuntu", name: "bionic", version: "18.04", tier: "named" },
  { os: "ubuntu", name: "focal", version: "20.04", tier: "named" },
  { os: "debian", name: "bullseye", tier: "tools" },
  { os: "ubuntu", name: "jammy", version: "22.04", tier: "tools" },
  { os: "debian", name: "bookworm", tier: "wide" },
  { os: "ubuntu", name: "noble", version: "24.04", tier: "tools" },
  { os: "debian", name: "trixie", tier: "wide" },
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
function partsOf({ archive, judged, debs }: Made, name: string): readonly number[] | undefined {
  const record = judged.packages.get(name)?.record;
  const deb = record && debs[`${name} ${record.version}`];
  return record && (deb?.info !== undefined ? writeParts(deb, record.installed * 1024) : readBefore(archive, record));
}

/** What the snapshot has of a package: a version that is exactly as big has the same files but for a few bytes. */
function readBefore({ name: release }: Archive, { name, installed }: Judged["record"]): readonly number[] | undefined {
  const cell = before.find(({ header }) => header.name === release)?.cells.get(name);
  return cell?.installed === installed ? cell.parts : undefined;
}

/** The lists change a little with each update: what the snapshot has of them, and what was measured with it, holds within 1 %. */
function listsOf({ name: release }: Archive, { lists }: Index): number {
  const had = before.find(({ header }) => header.name === release)?.header.lists ?? 0;
  return Math.abs(had - lists) < 0.01 * lists ? had : lists;
}

/** A release as the snapshot has it. */
function columnOf(release: Made): Column {
  const { archive, index, judged, kept, base } = release;
  const { os, name, version } = archive;
  const provided = (name: string): string[] => (judged.providers.get(name) ?? []).filter((provider) => kept.has(provider));
  const cells = new Map<string, Cell>();
  for (const name of kept) {
    const found = judged.packages.get(name);
    if (!found) continue;
    cells.set(name, {
      installed: found.record.installed,
      depends: heldGroups(found.depends, release),
      recommends: heldGroups(found.recommends, release),
      conflicts: found.conflicts.filter((conflict) => isHeld(conflict, release)),
      providers: provided(name),
      parts: partsOf(release, name),
    });
  }
  const asked = [...cells.values()].flatMap(namesIn);
  // Names that others provide count where a package that is held asks for them, or where a Dockerfile may.
  for (const name of [...asked, ...virtualNames(judged, kept)]) {
    if (cells.has(name) || provided(name).length === 0) continue;
    cells.set(name, { installed: undefined, depends: [], recommends: [], conflicts: [], providers: provided(name), parts: undefined });
  }
  return { header: { os, name, ...(version && { version }), date: index.date, lists: listsOf(archive, index), base }, cells };
}

const file = "server/src/sizes/data/packages.gz";
const only = process.argv.slice(2);
const before = columnsOf(gunzipSync(readFileSync(file)).toString("latin1"));
const elsewhere = (name: string): number[] => before.flatMap(({ cells }) => cells.get(name)?.installed ?? []);

let dropped: ReadonlyMap<string, number> = new Map();
function read(archive: Archive & { tier: Tier }): Column {
  const index = fetchIndex(archive);
  const judged = judge(index.texts.flatMap((text) => [...recordsOf(text)]));
  const all = new Set(judged.packages.keys());
  const base = baseImage(archive, judged, (wanted) => {
    const whole = columnOf({ archive, index, judged, kept: all, debs: {}, base: [] });
    const release = packageIndex(textOf([whole])).release(archive.os, archive.name);
    return release ? resolve(release, { installed: new Names(new Set()), wanted, recommends: false }).added.map((a) => a.package.name) : [];
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
  const isNew = ({ name }: { name: string }): boolean => {
    const record = judged.packages.get(name)?.record;
    return record !== undefined && readBefore(archive, record) === undefined;
  };
  if (!process.env.BALLAST_NO_DEBS) measureDebs(archive, worth.filter(isNew));
  if (archive.tier === "named") measureDebs(archive, suspicious(judged, kept, elsewhere).filter(isNew));
  const debs = measuredDebs(archive);
  console.log(
    `${archive.name}: ${all.size} packages, ${kept.size} kept, ${worth.length} worth reading, base ${base.length}, ${index.date}`,
  );
  return columnOf({ archive, index, judged, kept, debs, base });
}

const columns = archives.map((archive): Column => {
  const kept = only.length === 0 || only.includes(archive.name) ? undefined : before.find(({ header }) => header.name === archive.name);
  return kept ?? read(archive);
});
const text = textOf(columns);
const packed = pack(Buffer.from(text, "latin1"));
writeFileSync(file, packed);
console.log(`packages.gz: ${packed.length} bytes, ${text.length} unpacked`);

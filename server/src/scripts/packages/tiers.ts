import type { Archive } from "./archive.ts";
import type { Record } from "./control.ts";
import type { JudgedRelease } from "./judge.ts";

/** Sections that Dockerfiles hardly install from by name; what others there need is kept nevertheless, and so is what seeds.txt names. */
const leftOut = new Set([
  ...["doc", "debug", "games", "haskell", "rust", "golang", "ocaml", "lisp", "kernel", "localization", "hamradio"],
  ...["electronics", "education", "gnustep", "zope", "news", "gnome", "kde", "tasks", "introspection"],
  ...["javascript", "cli-mono", "science", "sound"],
]);

export const isWide = (record: Record): boolean => !leftOut.has(record.section) && !isCollection(record);

/** Sections of the tools that Dockerfiles install by name. */
const tools = new Set(["utils", "net", "admin", "graphics", "video", "database", "interpreters"]);

/** Between the two: tools with what they need, no libraries for their own sake. */
export const isTool = (record: Record): boolean => tools.has(record.section) && isWide(record);

/** A field of work in one name (science-*, education-*): hundreds of packages that nobody else needs. */
const isCollection = ({ section, depends, recommends }: Record): boolean =>
  section === "metapackages" && `${depends},${recommends}`.split(",").length > 15;

/**
 * Names that one package alone provides: apt takes that when they are named (libhdf5-serial-dev). The features of languages' own
 * packages, and versions in names, nobody writes; but
 * libraries as they were called before their times had 64 bits: libmagic1.
 */
export const virtualNames = ({ packages, providers }: JudgedRelease, kept: ReadonlySet<string>): string[] =>
  [...providers]
    .filter(([name, [only, ...others]]) => only !== undefined && others.length === 0 && kept.has(only) && !packages.has(name))
    .filter(
      ([name, [only]]) =>
        only === `${name}t64` ||
        !/^(?:librust-|golang-|libghc-|python3?\.|r-api|gir1\.|elpa-|lib.*-(?:perl|ruby)|tex)|-a[bp]i-|[+=:]|\d$/.test(name),
    )
    .map(([name]) => name);

/** They recommend what their own tests want: of Ubuntu 24.04 any one of them brings 600 others. */
const isOfR = (name: string): boolean => /^r-(?:cran|bioc)-/.test(name);

/** The packages and all that apt may install for them, by the first choices; `recommends`: what they recommend too. Adds to `kept`. */
export function closure(judged: JudgedRelease, names: Iterable<string>, recommends = true, kept = new Set<string>()): Set<string> {
  const waiting = [...names].reverse();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = judged.packages.get(name);
    if (!found) {
      // A name alone: who provides it first.
      const [provider] = judged.providers.get(name) ?? [];
      if (provider && !kept.has(provider)) waiting.push(provider);
      continue;
    }
    if (kept.has(name)) continue;
    kept.add(name);
    const follows = recommends && !isOfR(name);
    for (const [first] of [...found.depends, ...(follows ? found.recommends : [])]) if (first) waiting.push(first.replace(/^!/, ""));
  }
  return kept;
}

/**
 * What the official base image holds. Debian's is debootstrap's minbase (debuerreotype/debuerreotype): essential and required packages
 * and apt, with usr-is-merged in place of usrmerge. Ubuntu's is the same and the names below (cloud-images.ubuntu.com, the
 * manifests of ubuntu-oci; docker-library/repo-info lists them for ubuntu).
 */
export function baseImage({ os }: Archive, judged: JudgedRelease, install: (wanted: readonly string[]) => string[]): string[] {
  const wanted = [...judged.packages.values()]
    .map((p) => p.record)
    .filter((record) => record.essential || record.priority === "required" || record.name === "apt")
    .map((record) => record.name)
    .filter((name) => name !== "usrmerge");
  const merged = judged.packages.has("usr-is-merged") ? ["usr-is-merged"] : [];
  return install([...merged, ...wanted, ...(os === "ubuntu" ? ["ubuntu-keyring"] : [])]).sort();
}

/**
 * Packages whose files are to be read: Installed-Size counts each file up to a full kB and each folder and link as one, and says nothing
 * of documentation and translations, which slim images leave out. Those that Dockerfiles name with all they need, and of the others
 * those with many such files that are quick to read.
 */
export function worthReading(
  judged: JudgedRelease,
  named: ReadonlySet<string>,
  kept: ReadonlySet<string>,
  dropped: ReadonlyMap<string, number>,
): { name: string; version: string }[] {
  const others = [...kept].filter((name) => {
    const size = judged.packages.get(name)?.record.size ?? 0;
    return !named.has(name) && (dropped.get(name) ?? 0) >= 20 && size <= 2_000_000;
  });
  return readable(judged, [...named, ...others]);
}

/**
 * Packages that are far bigger here than in another release (`elsewhere`: kB of Installed-Size): dpkg once counted each name of a file that has
 * many. libgl1-mesa-dri of Ubuntu 20.04 says 388 MB, and its drivers are two files.
 */
export const suspicious = (
  judged: JudgedRelease,
  kept: ReadonlySet<string>,
  elsewhere: (name: string) => readonly number[],
): { name: string; version: string }[] =>
  readable(
    judged,
    [...kept].filter((name) => {
      const installed = judged.packages.get(name)?.record.installed ?? 0;
      return installed > 1000 && elsewhere(name).some((other) => 1.7 * other < installed);
    }),
  );

function readable(judged: JudgedRelease, names: readonly string[]): { name: string; version: string }[] {
  return names.flatMap((name) => {
    const record = judged.packages.get(name)?.record;
    return record && record.size <= 60_000_000 ? [{ name, version: record.version }] : [];
  });
}

import { indexes } from "./indexes.ts";

/** One package of one release, as its index has it. */
interface Entry {
  readonly release: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  /** Of several that provide a name apk takes the highest. */
  readonly priority: number;
  /** It comes by itself where all of these are. */
  readonly installIf: readonly string[];
}

/** A line of packages.tsv: what is needed and what comes by itself, by name; `?` for what is in no index. */
export interface Row {
  readonly release: string;
  readonly package: string;
  readonly version: string;
  /** Undefined for a name that others provide. */
  readonly bytes: number | undefined;
  /** Or who provides the name, best first. */
  readonly needs: readonly string[];
  /** The package that comes by itself, and what must be there beside this one. */
  readonly comes: readonly (readonly string[])[];
}

const bare = (text: string): string => text.replace(/[<>=~].*$/, "");
/** A library of any generation: so packages of two releases fit, too. */
const loose = (text: string): string => text.replace(/^(so:.*?\.so)\..*$/, "$1");
const words = (text: string | undefined): string[] => text?.split(" ").filter(Boolean) ?? [];

function* entriesOf(release: string, text: string): Generator<Entry> {
  for (const block of text.split("\n\n")) {
    const fields = new Map(block.split("\n").map((line) => [line.slice(0, 2), line.slice(2)]));
    const name = fields.get("P:");
    if (name === undefined) continue;
    yield {
      release,
      name,
      version: fields.get("V:") ?? "",
      bytes: Number(fields.get("I:")),
      depends: words(fields.get("D:")).filter((d) => !d.startsWith("!")),
      provides: words(fields.get("p:")),
      priority: Number(fields.get("k:") ?? 0),
      installIf: words(fields.get("i:")),
    };
  }
}

/** How far releases are from each other; the newer one is the nearer. */
const distance = (from: string, to: string): number => {
  const steps = Number(to.split(".")[1]) - Number(from.split(".")[1]);
  return 2 * Math.abs(steps) - (steps > 0 ? 1 : 0);
};

/** What only comes for documentation, translations, services and shells, a few kB each. */
const aside = /^(?:docs|mandoc|lang|openrc|bash-completion|zsh|fish|.*-(?:doc|lang|openrc|completion))$/;

/** The packages with these names and all that they need, of every release that has them. `read` gives an index's text. */
export function rowsOf(read: (index: (typeof indexes)[number]) => string, named: readonly string[]): Row[] {
  const releases = new Map<string, Map<string, Entry>>();
  for (const index of indexes) {
    const entries = releases.get(index.release) ?? new Map<string, Entry>();
    releases.set(index.release, entries);
    for (const entry of entriesOf(index.release, read(index))) entries.set(entry.name, entry);
  }
  const providers = new Map([...releases].map(([release, entries]) => [release, providersIn([...entries.values()])]));
  /** In the release itself, else in the nearest that has it. */
  const find = (release: string, name: string): Entry | undefined => {
    const order = [...releases.keys()].sort((a, b) => distance(release, a) - distance(release, b));
    for (const at of order) {
      const found = releases.get(at)?.get(name) ?? providers.get(at)?.get(name)?.[0] ?? providers.get(at)?.get(loose(name))?.[0];
      if (found) return found;
    }
    return undefined;
  };
  const kept = new Set<Entry>();
  const comes = new Map<Entry, Entry[]>();
  for (const entry of [...releases.values()].flatMap((entries) => [...entries.values()])) {
    const [main] = entry.installIf.filter((name) => /=/.test(name));
    const owner = main === undefined ? undefined : releases.get(entry.release)?.get(bare(main));
    if (owner && !entry.installIf.some((name) => aside.test(bare(name)))) comes.set(owner, [...(comes.get(owner) ?? []), entry]);
  }
  const waiting = [...releases].flatMap(([release, entries]) =>
    named.flatMap((name) => entries.get(name) ?? providers.get(release)?.get(name)?.[0] ?? []),
  );
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    if (kept.has(entry)) continue;
    kept.add(entry);
    for (const needed of entry.depends) waiting.push(...[find(entry.release, bare(needed))].flatMap((found) => found ?? []));
    waiting.push(...(comes.get(entry) ?? []));
  }
  const nameOf = (release: string, needed: string): string => find(release, bare(needed))?.name ?? "?";
  const rows = [...kept].map(
    (entry): Row => ({
      release: entry.release,
      package: entry.name,
      version: entry.version,
      bytes: entry.bytes,
      needs: [...new Set(entry.depends.map((needed) => nameOf(entry.release, needed)))].filter((name) => name !== entry.name).sort(),
      comes: (comes.get(entry) ?? []).map((more) => [
        more.name,
        ...more.installIf.map((name) => nameOf(entry.release, name)).filter((name) => name !== entry.name),
      ]),
    }),
  );
  for (const [release, entries] of releases) {
    for (const name of named) {
      const all = entries.has(name) ? [] : (providers.get(release)?.get(name) ?? []).filter((entry) => kept.has(entry));
      if (all.length > 0) rows.push({ release, package: name, version: "", bytes: undefined, needs: all.map((e) => e.name), comes: [] });
    }
  }
  const minor = (row: Row): number => Number(row.release.split(".")[1]);
  return rows.sort((a, b) => (a.package === b.package ? minor(a) - minor(b) : a.package < b.package ? -1 : 1));
}

/** Who provides a name, best first. */
function providersIn(entries: readonly Entry[]): Map<string, Entry[]> {
  const all = new Map<string, Entry[]>();
  for (const entry of entries)
    for (const name of new Set(entry.provides.map(bare).flatMap((provided) => [provided, loose(provided)])))
      all.set(name, [...(all.get(name) ?? []), entry]);
  for (const list of all.values()) list.sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  return all;
}

const heading =
  "# release\tpackage\tversion\tinstalled bytes, or * where others provide the name\tneeds\tcomes by itself:if these are there, too";

export const tableOf = (rows: readonly Row[]): string => [heading, ...rows.map((row) => lineOf(row).replace(/\t+$/, "")), ""].join("\n");

const lineOf = (row: Row): string =>
  [row.release, row.package, row.version, row.bytes ?? "*", row.needs.join(" "), row.comes.map((c) => c.join(":")).join(" ")].join("\t");

export const rowsIn = (table: string): Row[] =>
  table
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const [release = "", name = "", version = "", bytes = "", needs, comes] = line.split("\t");
      return {
        release,
        package: name,
        version,
        bytes: bytes === "*" ? undefined : Number(bytes),
        needs: words(needs),
        comes: words(comes).map((text) => text.split(":")),
      };
    });

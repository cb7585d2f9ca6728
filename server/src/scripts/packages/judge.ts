import { compareVersions, fulfils, type Record, type Relation, relations } from "./control.ts";

/** One package as the index holds it: versions judged, what cannot be had left out. */
export interface Judged {
  readonly record: Record;
  readonly depends: readonly (readonly string[])[];
  readonly recommends: readonly (readonly string[])[];
  readonly conflicts: readonly string[];
}

export interface JudgedRelease {
  readonly packages: ReadonlyMap<string, Judged>;
  /** Who provides a name, best first. */
  readonly providers: ReadonlyMap<string, readonly string[]>;
}

const priorities = ["required", "important", "standard", "optional", "extra"];

/** apt's candidates: the newest version of each package; then every relation against those. */
export function judge(records: Iterable<Record>): JudgedRelease {
  const candidates = new Map<string, Record>();
  for (const record of records) {
    const known = candidates.get(record.name);
    // A newer version keeps the place of the first: apt's order is that of the names.
    if (!known || compareVersions(known.version, record.version) < 0) candidates.set(record.name, record);
  }
  const provided = new Map<string, { by: Record; version: string | undefined }[]>();
  for (const record of candidates.values()) {
    for (const relation of relations(record.provides).flat()) {
      if (relation.name === record.name) continue;
      const all = provided.get(relation.name) ?? [];
      if (!all.some((p) => p.by === record)) all.push({ by: record, version: relation.version });
      provided.set(relation.name, all);
    }
  }
  // apt takes essential packages first, then by priority, then the one that stands last in the archive.
  for (const all of provided.values()) {
    all.reverse();
    all.sort((a, b) => Number(b.by.essential) - Number(a.by.essential) || rank(a.by) - rank(b.by));
  }
  const alternative = (relation: Relation): string[] => {
    const real = candidates.get(relation.name);
    const others = provided.get(relation.name) ?? [];
    if (!relation.operator) return real || others.length > 0 ? [relation.name] : [];
    const isReal = real !== undefined && fulfils(real.version, relation);
    const fitting = others.filter((p) => p.version !== undefined && fulfils(p.version, relation));
    if (isReal && others.length === fitting.length) return [relation.name];
    return [...(isReal ? [`!${relation.name}`] : []), ...fitting.map((p) => `!${p.by.name}`)];
  };
  const groups = (field: string): string[][] => relations(field).map((group) => [...new Set(group.flatMap(alternative))]);
  const conflictsOf = (record: Record): string[] =>
    [...relations(record.conflicts), ...relations(record.breaks)].flat().flatMap((relation) => {
      if (relation.name === record.name) return [];
      if (!relation.operator) {
        const others = (provided.get(relation.name) ?? []).filter((p) => p.by !== record);
        return candidates.has(relation.name) || others.length > 0 ? [relation.name] : [];
      }
      const real = candidates.get(relation.name);
      return real && fulfils(real.version, relation) ? [`!${relation.name}`] : [];
    });
  const packages = new Map<string, Judged>();
  for (const record of candidates.values()) {
    packages.set(record.name, {
      record,
      depends: [...groups(record.preDepends), ...groups(record.depends)],
      recommends: groups(record.recommends).filter((group) => group.length > 0),
      conflicts: [...new Set(conflictsOf(record))],
    });
  }
  return { packages, providers: new Map([...provided].map(([name, all]) => [name, all.map((p) => p.by.name)])) };
}

const rank = (record: Record): number => (priorities.indexOf(record.priority) + 1 || 4) - 1;

import type { Entry } from "./files.ts";
import { isUnknown } from "./size.ts";
import { Table } from "./table.ts";

/** The entries of one id: mostly one; or one for each layer that stores such content once more. */
type Alike = readonly Entry[];

const none: Alike = [];
const amount = (alike: Alike): number => alike.length;
const strangersIn = (alike: Alike): number => alike.filter(({ size }) => isUnknown(size)).length;

/** Packages, and what their installation generates. */
const isOfPackages = ({ id }: Entry): boolean => /^(?:deb|apk|rpm)[-:]/.test(id);

/** Content somewhere below a folder whose names are not known: entries by their ids. Immutable; another one with a few changes shares the rest. */
export class Content implements Iterable<Entry> {
  static readonly empty = new Content(Table.of([], amount), [], 0, 0, 0, Number.POSITIVE_INFINITY);

  private constructor(
    private readonly byId: Table<Alike>,
    /** The ids of what base images hold. */
    readonly bases: readonly string[],
    /** How many entries are of packages. */
    readonly packages: number,
    /** Of how many of those nobody knows the size: they may be of another maker than the distribution. */
    readonly strangers: number,
    /** How many are neither. */
    readonly others: number,
    /** No layer below this one stores any of it, but for what base images hold. */
    readonly since: number,
  ) {}

  static of(entries: Iterable<Entry>): Content {
    return Content.empty.with(entries);
  }

  get size(): number {
    return this.byId.weight;
  }

  /** The oldest first. */
  of(id: string): Alike {
    return this.byId.get(id) ?? none;
  }

  newest(id: string): Entry | undefined {
    return this.of(id).at(-1);
  }

  [Symbol.iterator](): ArrayIterator<Entry> {
    const all: Entry[] = [];
    if (this.size > 0) this.byId.forEach((alike) => void all.push(...alike));
    return all[Symbol.iterator]();
  }

  some(holds: (entry: Entry) => boolean): boolean {
    if (this.size > 0) for (const [, alike] of this.byId) if (alike.some(holds)) return true;
    return false;
  }

  /** And more of it: what has the same id in the same layer is the same once more. */
  with(more: Iterable<Entry>): Content {
    const fresh = new Map<string, Alike>();
    for (const entry of more) fresh.set(entry.id, [...(fresh.get(entry.id) ?? none), entry]);
    for (const [id, alike] of fresh) {
      const old = this.of(id);
      if (old.length > 0) fresh.set(id, [...old.filter((entry) => !alike.some(({ layer }) => layer === entry.layer)), ...alike]);
    }
    return this.changed([...fresh]);
  }

  /** Each entry replaced; undefined takes it out. With ids, only entries that have one of these are looked at. */
  map(change: (entry: Entry) => Entry | undefined, ids?: readonly string[]): Content {
    if (this.size === 0) return this;
    const changes: [string, Alike][] = [];
    for (const [id, alike] of ids ? ids.map((id) => [id, this.of(id)] as const) : this.byId) {
      const next: Entry[] = [];
      for (const entry of alike) {
        const changed = change(entry);
        if (changed) next.push(changed);
      }
      if (next.length !== alike.length || next.some((entry, i) => entry !== alike[i])) changes.push([id, next]);
    }
    return this.changed(changes);
  }

  /** The ids whose entries are not the very same here and there. */
  differences(other: Content): readonly string[] {
    return this.byId.differences(other.byId);
  }

  /** What is not as it was before. */
  ofChanges(before: Content): Entry[] {
    return before.size === 0 ? [...this] : before.differences(this).flatMap((id) => this.of(id));
  }

  /** With what came and went between two others. */
  withChanges(before: Content, after: Content): Content {
    const changes: [string, Alike][] = [];
    for (const id of before.differences(after)) {
      const [old, fresh] = [new Set(before.of(id)), new Set(after.of(id))];
      changes.push([id, [...this.of(id).filter((e) => !old.has(e) || fresh.has(e)), ...[...fresh].filter((e) => !old.has(e))]]);
    }
    return this.changed(changes);
  }

  private changed(changes: readonly (readonly [string, Alike])[]): Content {
    if (changes.length === 0) return this;
    let { bases, packages, strangers, others, since } = this;
    for (const [id, alike] of changes) {
      const old = this.of(id);
      const [first] = alike.length > 0 ? alike : old;
      if (first?.kind !== "base") for (const { layer } of alike) since = Math.min(since, layer);
      if (first?.kind === "base") bases = alike.length > 0 ? [...bases.filter((b) => b !== id), id] : bases.filter((b) => b !== id);
      else if (first && isOfPackages(first)) {
        packages += alike.length - old.length;
        strangers += strangersIn(alike) - strangersIn(old);
      } else others += alike.length - old.length;
    }
    const table = this.byId.withAll(changes.map(([id, alike]) => [id, alike.length > 0 ? alike : undefined]));
    return table.size === 0 ? Content.empty : new Content(table, bases, packages, strangers, others, since);
  }
}

/** Up to here one map is cheaper than several. */
const small = 16;

const one = (): number => 1;

/** Stands for a name that an older map has and that is gone. */
const gone = Symbol("gone");
type Level<V> = ReadonlyMap<string, V | typeof gone>;

/**
 * An immutable map from names to values, in the order in which the names came. It is a pile of maps, each at most half as big as the one below,
 * whose newest word on a name counts; another one with a few names changed shares all but the smallest of them. So a change costs about the
 * logarithm of the size, and what is different in two of them is found in the maps that they do not share.
 */
export class Table<V extends object> implements ReadonlyMap<string, V> {
  private constructor(
    private readonly levels: readonly Level<V>[],
    readonly size: number,
    /** The sum of what its values weigh. */
    readonly weight: number,
    private readonly weigh: (value: V) => number,
  ) {}

  static of<V extends object>(entries: Iterable<readonly [string, V]> = [], weigh: (value: V) => number = one): Table<V> {
    const map = new Map(entries);
    let weight = 0;
    for (const value of map.values()) weight += weigh(value);
    return new Table<V>(map.size > 0 ? [map] : [], map.size, weight, weigh);
  }

  get(name: string): V | undefined {
    return Table.newest(this.levels, name);
  }

  private static newest<V>(levels: readonly Level<V>[], name: string): V | undefined {
    for (let i = levels.length - 1; i >= 0; i--) {
      const value = levels[i]?.get(name);
      if (value !== undefined) return value === gone ? undefined : value;
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Undefined takes the name out. */
  with(name: string, value: V | undefined): Table<V> {
    return this.withAll([[name, value]]);
  }

  /** Of a small one, which is one map or none. */
  private copyWith(name: string, value: V | undefined): Table<V> {
    const old = this.get(name);
    if (old === value) return this;
    const map = new Map(this.levels[0]);
    if (value) map.set(name, value);
    else map.delete(name);
    const weight = this.weight + (value ? this.weigh(value) : 0) - (old ? this.weigh(old) : 0);
    return new Table<V>(map.size > 0 ? [map] : [], map.size, weight, this.weigh);
  }

  /** Several at once. */
  withAll(changes: readonly (readonly [string, V | undefined])[]): Table<V> {
    const [only] = changes;
    if (only && changes.length === 1 && this.levels.length <= 1 && this.size < small) return this.copyWith(...only);
    let { size, weight } = this;
    let top = new Map<string, V | typeof gone>();
    for (const [name, value] of changes) {
      const old = this.get(name);
      if (old === value) continue;
      size += (value ? 1 : 0) - (old ? 1 : 0);
      weight += (value ? this.weigh(value) : 0) - (old ? this.weigh(old) : 0);
      top.set(name, value ?? gone);
    }
    if (top.size === 0) return this;
    const levels = [...this.levels];
    for (let below = levels.at(-1); below && (size <= small || 2 * top.size > below.size); below = levels.at(-1)) {
      const merged = new Map(below);
      for (const [name, value] of top) merged.set(name, value);
      top = merged;
      levels.pop();
    }
    if (levels.length === 0) for (const [name, value] of top) if (value === gone) top.delete(name);
    return new Table<V>(top.size > 0 ? [...levels, top] : levels, size, weight, this.weigh);
  }

  /** Names whose values are not the very same here and there. */
  differences(other: Table<V>): string[] {
    let shared = 0;
    while (shared < this.levels.length && this.levels[shared] === other.levels[shared]) shared++;
    const own = [...this.levels.slice(shared), ...other.levels.slice(shared)];
    const found: string[] = [];
    own.forEach((level, i) => {
      for (const name of level.keys()) {
        const isSeen = i > 0 && own.some((earlier, at) => at < i && earlier.has(name));
        if (!isSeen && this.get(name) !== other.get(name)) found.push(name);
      }
    });
    return found;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    const [only, another] = this.levels;
    // Nothing is gone from the lowest.
    return only && !another ? (only as ReadonlyMap<string, V>)[Symbol.iterator]() : this.merged();
  }

  private *merged(): Generator<[string, V], undefined> {
    for (let i = 0; i < this.levels.length; i++) {
      const [older, newer] = [this.levels.slice(0, i), this.levels.slice(i + 1)];
      for (const [name, its] of this.levels[i] ?? []) {
        if (older.some((level) => level.has(name))) continue;
        const value = newer.length > 0 ? this.get(name) : its;
        if (value !== undefined && value !== gone) yield [name, value];
      }
    }
    return undefined;
  }

  entries(): MapIterator<[string, V]> {
    return this[Symbol.iterator]();
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this) yield name;
    return undefined;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this) yield value;
    return undefined;
  }

  /** For what is asked of every node of a tree: it makes no pairs. */
  forEach(call: (value: V, name: string, table: ReadonlyMap<string, V>) => void): void {
    const [only, another] = this.levels;
    if (only && !another) only.forEach((value, name) => value !== gone && call(value, name, this));
    else for (const [name, value] of this) call(value, name, this);
  }
}

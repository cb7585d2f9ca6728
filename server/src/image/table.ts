/** Up to here a whole new map is cheaper than a list of changes. */
const small = 16;

const one = (): number => 1;

/**
 * An immutable map from names to values, in the order in which the names came. Another one with one name changed costs about the square
 * root of its size: it shares a big map with the one before, and has a short list of changes of its own.
 */
export class Table<V extends object> implements ReadonlyMap<string, V> {
  private constructor(
    private readonly shared: ReadonlyMap<string, V>,
    /** Undefined for a name that is gone. */
    private readonly changes: ReadonlyMap<string, V | undefined>,
    readonly size: number,
    /** The sum of what its values weigh. */
    readonly weight: number,
    private readonly weigh: (value: V) => number,
  ) {}

  static of<V extends object>(entries: Iterable<readonly [string, V]> = [], weigh: (value: V) => number = one): Table<V> {
    const map = new Map(entries);
    let weight = 0;
    for (const value of map.values()) weight += weigh(value);
    return new Table<V>(map, nothing, map.size, weight, weigh);
  }

  get(name: string): V | undefined {
    if (this.changes.size === 0) return this.shared.get(name);
    const changed = this.changes.get(name);
    return changed !== undefined || this.changes.has(name) ? changed : this.shared.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Undefined takes the name out. */
  with(name: string, value: V | undefined): Table<V> {
    const old = this.get(name);
    if (old === value) return this;
    const size = this.size + (value ? 1 : 0) - (old ? 1 : 0);
    const weight = this.weight + (value ? this.weigh(value) : 0) - (old ? this.weigh(old) : 0);
    const changes = new Map(this.changes);
    changes.set(name, value);
    if (size > small && changes.size ** 2 <= this.shared.size) return new Table(this.shared, changes, size, weight, this.weigh);
    const whole = new Map(this.shared);
    for (const [changed, its] of changes) {
      if (its) whole.set(changed, its);
      else whole.delete(changed);
    }
    return new Table<V>(whole, nothing, size, weight, this.weigh);
  }

  /** Names whose values are not the very same here and there. */
  *differences(other: Table<V>): Generator<string> {
    const sameMap = this.shared === other.shared;
    for (const name of sameMap ? this.changes.keys() : this.keys()) if (this.get(name) !== other.get(name)) yield name;
    for (const name of sameMap ? other.changes.keys() : other.keys())
      if (!(sameMap ? this.changes.has(name) : this.has(name)) && this.get(name) !== other.get(name)) yield name;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.changes.size === 0 ? this.shared[Symbol.iterator]() : this.merged();
  }

  private *merged(): Generator<[string, V], undefined> {
    for (const entry of this.shared) {
      const [name] = entry;
      if (!this.changes.has(name)) yield entry;
      else {
        const value = this.changes.get(name);
        if (value) yield [name, value];
      }
    }
    for (const [name, value] of this.changes) if (value && !this.shared.has(name)) yield [name, value];
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

  forEach(call: (value: V, name: string, table: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this) call(value, name, this);
  }
}

const nothing: ReadonlyMap<string, undefined> = new Map();

/** Names of packages that are there: a set that stays what it is, a base image's own, and more of them. */
export class Names implements Iterable<string> {
  constructor(
    readonly own: ReadonlySet<string>,
    readonly more: ReadonlySet<string> = new Set(),
  ) {}

  has(name: string): boolean {
    return this.own.has(name) || this.more.has(name);
  }

  *[Symbol.iterator](): Generator<string, undefined> {
    yield* this.own;
    for (const name of this.more) if (!this.own.has(name)) yield name;
    return undefined;
  }
}

import { notHeld } from "./format.ts";
import type { Names } from "./names.ts";
import type { Group, Package, Release } from "./package.ts";

export interface Request {
  /** What is there already. */
  readonly installed: Names;
  /** Names on the command line, without version and architecture. */
  readonly wanted: readonly string[];
  readonly recommends: boolean;
}

export interface Resolved {
  /** Newly installed, in the order apt marks them. */
  readonly added: readonly Added[];
  /** Names that the release does not know, or that stand for several packages. */
  readonly unknown: readonly string[];
  /** Packages that go because a named one cannot be beside them. */
  readonly removed: readonly string[];
  /** False where something comes too that the index does not hold: what a package outside the usual recommends. */
  readonly complete: boolean;
}

interface Added {
  readonly package: Package;
  /** It is there only because this package recommends it, itself or by way of others. */
  readonly recommendedBy?: string;
}

/** What `apt-get install` would newly install: apt's own order of choices, without its repairs. */
export function resolve(release: Release, request: Request): Resolved {
  return new Resolution(release, request).run();
}

/** Packages that some others cannot be beside. */
function* againstOthers(release: Release, { own, more }: Names): Generator<Package, undefined> {
  const isAgainst = (name: string): Package | [] => {
    const found = release.package(name);
    return found?.conflicts.length ? found : [];
  };
  const known = ofImages.get(own);
  const ofOwn = known?.release === release ? known.packages : [...own].flatMap(isAgainst);
  ofImages.set(own, { release, packages: ofOwn });
  yield* ofOwn;
  for (const name of more) if (!own.has(name)) yield* [isAgainst(name)].flat();
  return undefined;
}

/**
 * Where apt 2.2 and earlier look at what is named in the order of the index, which is nearly that of the names: in Debian 11 `imagemagick
 * ghostscript` and `gimp ghostscript` bring ghostscript's fonts and no others, in whatever order, in Debian 12 (apt 2.6) only the other way round.
 */
const byName = new Set(["bionic", "focal", "bullseye"]);

/** A base image's packages stay what they are. */
const ofImages = new WeakMap<ReadonlySet<string>, { release: Release; packages: readonly Package[] }>();

class Resolution {
  private readonly added = new Map<string, Added>();
  private readonly removed = new Set<string>();
  private complete = true;
  /** Names that a package which is there cannot be beside. */
  private readonly forbidden = new Map<string, string[]>();

  constructor(
    private readonly release: Release,
    private readonly request: Request,
  ) {
    for (const found of againstOthers(release, request.installed)) this.forbid(found);
  }

  run(): Resolved {
    const unknown: string[] = [];
    const named: Package[] = [];
    for (const name of this.request.wanted) {
      const found = this.named(name);
      if (!found) unknown.push(name);
      else if (!this.isThere(found.name)) named.push(found);
    }
    // All that is named counts as there before any dependency is looked at.
    for (const found of named) {
      this.makeRoom(found);
      this.mark(found, undefined);
    }
    if (byName.has(this.release.name)) named.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const found of named) this.dependencies(found, undefined);
    const needed = this.neededBy(named);
    const added = [...this.added.values()].map((a) => (needed.has(a.package.name) ? { package: a.package } : a));
    return { added, unknown, removed: [...this.removed], complete: this.complete };
  }

  /** Of what was added, all that would come without recommendations too, whoever was first to ask for it. */
  private neededBy(named: readonly Package[]): ReadonlySet<string> {
    const needed = new Set(named.map((n) => n.name));
    for (const name of needed)
      for (const group of this.added.get(name)?.package.depends ?? []) {
        const candidates = group.flatMap((alternative) => this.candidates(alternative));
        if (candidates.some((c) => needed.has(c) || (this.request.installed.has(c) && !this.removed.has(c)))) continue;
        const first = candidates.find((c) => this.added.has(c));
        if (first !== undefined) needed.add(first);
      }
    return needed;
  }

  /** A name that is only provided stands for its provider where there is but one. */
  private named(name: string): Package | undefined {
    const found = this.release.package(name);
    if (!found?.virtual) return found;
    const [only, ...others] = found.providers;
    return only !== undefined && others.length === 0 ? this.release.package(only) : undefined;
  }

  private isThere(name: string): boolean {
    return this.added.has(name) || (this.request.installed.has(name) && !this.removed.has(name));
  }

  private isFulfilled(alternative: string): boolean {
    if (alternative.startsWith("!")) return this.isThere(alternative.slice(1));
    if (this.isThere(alternative)) return true;
    return this.release.package(alternative)?.providers.some((name) => this.isThere(name)) ?? false;
  }

  private mark(found: Package, recommendedBy: string | undefined): void {
    this.added.set(found.name, { package: found, ...(recommendedBy !== undefined && { recommendedBy }) });
    this.forbid(found);
  }

  private forbid(found: Package): void {
    for (const name of this.conflicting(found)) this.forbidden.set(name, [...(this.forbidden.get(name) ?? []), found.name]);
  }

  /** The packages that cannot be beside this one, as it says itself. */
  private conflicting(found: Package): string[] {
    return found.conflicts
      .flatMap((name) => (name.startsWith("!") ? [name.slice(1)] : [name, ...(this.release.package(name)?.providers ?? [])]))
      .filter((name) => name !== found.name);
  }

  private isPossible(found: Package): boolean {
    return !this.forbidden.get(found.name)?.some((other) => this.isThere(other)) && !this.conflicting(found).some((n) => this.isThere(n));
  }

  /** What is named comes, and what is there and cannot be beside it goes. */
  private makeRoom(found: Package): void {
    const against = [...(this.forbidden.get(found.name) ?? []), ...this.conflicting(found)];
    for (const name of against) if (this.request.installed.has(name)) this.removed.add(name);
  }

  private install(name: string, recommendedBy: string | undefined): boolean {
    if (this.isThere(name)) return true;
    const found = this.release.package(name);
    if (!found || found.virtual || !this.isPossible(found)) return false;
    const before = this.added.size;
    this.mark(found, recommendedBy);
    if (this.dependencies(found, recommendedBy)) return true;
    this.forgetFrom(before);
    return false;
  }

  /** False where something that the package needs is not to be had. */
  private dependencies(found: Package, recommendedBy: string | undefined): boolean {
    for (const group of found.depends) if (!this.fulfil(group, recommendedBy)) return false;
    if (!this.request.recommends) return true;
    for (const group of found.recommends) {
      if (group[0] === notHeld) this.complete = false;
      else this.fulfil(group, recommendedBy ?? found.name);
    }
    return true;
  }

  private fulfil(group: Group, recommendedBy: string | undefined): boolean {
    if (group.some((alternative) => this.isFulfilled(alternative))) return true;
    return group.some((alternative) => this.candidates(alternative).some((name) => this.install(name, recommendedBy)));
  }

  /** The package of that name first, then those that provide it. */
  private candidates(alternative: string): readonly string[] {
    if (alternative.startsWith("!")) return [alternative.slice(1)];
    return [alternative, ...(this.release.package(alternative)?.providers ?? [])];
  }

  /** Takes back what was marked since. */
  private forgetFrom(count: number): void {
    for (const name of [...this.added.keys()].slice(count)) this.added.delete(name);
  }
}

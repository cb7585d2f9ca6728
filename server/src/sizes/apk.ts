// Alpine's packages: what they weigh when they are installed, and what they bring.
import type { Package, PackageIndex, Release } from "./packages/package.ts";

interface ApkPackage {
  readonly name: string;
  /** Undefined where no index has it. */
  readonly bytes?: number;
  readonly source?: string;
  /** It is what one of the names stands for. */
  readonly named?: true;
}

export interface ApkIndex {
  /** The newest release of Alpine whose index has the name: 18 for 3.18. Not every index is whole. */
  newest(name: string): number | undefined;
  /**
   * The packages that these names stand for, with all they need, and what comes by itself beside them; without what alpine's own image holds
   * and without `there`. As the index of this release of Alpine has them, or that of the nearest release that does; of those before it alone
   * with `notNewer`.
   */
  closure(names: Iterable<string>, release?: string, there?: ReadonlySet<string>, notNewer?: boolean): readonly ApkPackage[];
}

/**
 * What alpine's image holds (docker-library/repo-info, repos/alpine/local/3.24.2.md and before; libtls-standalone, libretls and
 * ca-certificates-cacert were in it once).
 */
const inBase = new Set(
  (
    "alpine-baselayout alpine-baselayout-data alpine-keys alpine-release apk-tools busybox busybox-binsh ca-certificates-bundle " +
    "ca-certificates-cacert libapk libapk2 libcrypto3 libssl3 libcrypto1.1 libssl1.1 libtls-standalone libretls musl musl-utils libc-utils " +
    "scanelf ssl_client zlib"
  ).split(" "),
);

/** Releases before this one and up to it, as far as an index can have some. */
const newest = 60;

export function createApkIndex(packages: PackageIndex): ApkIndex {
  let all: readonly (readonly [minor: number, release: Release])[] | undefined;
  const releases = () => {
    all ??= Array.from({ length: newest }, (_, minor) => [minor, packages.release("alpine", `3.${minor}`)] as const).flatMap(
      ([minor, release]) => (release ? [[minor, release] as const] : []),
    );
    return all;
  };
  return {
    newest: (name) => releases().findLast(([, release]) => release.package(name))?.[0],
    closure(names, asked, there = new Set(), notNewer = false) {
      const minor = Number(/^3\.(\d+)/.exec(asked ?? "")?.[1] ?? newest);
      const order = [...releases()]
        .filter(([a]) => !notNewer || a <= minor)
        .sort(([a], [b]) => Math.abs(a - minor) - Math.abs(b - minor) || b - a);
      const find = (name: string): readonly [Package, Release] | undefined => {
        for (const [, release] of order) {
          const found = release.package(name);
          if (found) return [found, release];
        }
        return undefined;
      };
      const isThere = (name: string): boolean => inBase.has(name) || there.has(name);
      const found = new Map<string, ApkPackage>();
      const isLeft = (name: string): boolean => !found.has(name) && !isThere(name);
      /** What was looked up: a name is taken once, whatever provides it. */
      const seen = new Set<string>();
      /** What comes by itself, once the others are there as well. */
      const perhaps: (readonly string[])[] = [];
      const add = (name: string): readonly string[] => {
        if (seen.has(name) || !isLeft(name)) return [];
        seen.add(name);
        const [package_, release] = find(name) ?? [];
        if (package_?.virtual) return package_.providers.every(isLeft) ? package_.providers.slice(0, 1) : [];
        if (!package_ || !release) found.set(name, { name });
        else found.set(name, { name, bytes: package_.installed, source: `Alpine's package index, ${release.name}, ${release.date}` });
        perhaps.push(...(package_?.recommends ?? []));
        return package_?.depends.flatMap(([needed]) => needed ?? []) ?? [];
      };
      let open: readonly string[] = [...names];
      while (open.length > 0) {
        while (open.length > 0) open = open.flatMap(add);
        open = perhaps.flatMap(([more, ...beside]) =>
          more !== undefined && !seen.has(more) && isLeft(more) && !beside.some(isLeft) ? [more] : [],
        );
      }
      // A name that a package only provides: `python` of python2.
      const meant = new Set(
        [...names].map((name) => {
          const p = find(name)?.[0];
          return (p?.virtual ? p.providers[0] : undefined) ?? name;
        }),
      );
      return [...found.values()].map((p) => (meant.has(p.name) ? { ...p, named: true } : p));
    },
  };
}

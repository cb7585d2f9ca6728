// Alpine's packages: what they weigh when they are installed, and what they bring.

/** data/apk.json: by name `bytes needed needed …`; `?` stands for a package that is not in the table. */
export interface ApkSnapshot {
  readonly note: string;
  readonly source: string;
  readonly packages: Readonly<Record<string, string>>;
}

export interface ApkPackage {
  readonly name: string;
  /** Undefined where the table does not have it. */
  readonly bytes?: number;
}

export interface ApkIndex {
  readonly source: string;
  /** The packages that these names stand for, with all they need; without what alpine's own image holds. */
  closure(names: Iterable<string>): readonly ApkPackage[];
}

/** What alpine:3.2x holds (docker-library/repo-info, repos/alpine/local/3.24.md and before). */
const inBase = new Set(
  "alpine-baselayout alpine-baselayout-data alpine-keys alpine-release apk-tools busybox busybox-binsh ca-certificates-bundle libapk libcrypto3 libssl3 libcrypto1.1 libssl1.1 musl musl-utils libc-utils scanelf ssl_client zlib".split(
    " ",
  ),
);

export function createApkIndex(snapshot: ApkSnapshot): ApkIndex {
  return {
    source: snapshot.source,
    closure(names) {
      const found = new Map<string, ApkPackage>();
      const open = [...names];
      for (let name = open.shift(); name !== undefined; name = open.shift()) {
        if (found.has(name) || inBase.has(name)) continue;
        const row = Object.hasOwn(snapshot.packages, name) ? snapshot.packages[name] : undefined;
        const [bytes, ...needed] = row?.split(" ") ?? [];
        found.set(name, bytes === undefined ? { name } : { name, bytes: Number(bytes) });
        open.push(...needed);
      }
      return [...found.values()];
    },
  };
}

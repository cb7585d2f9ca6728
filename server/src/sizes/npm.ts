// Packages that Dockerfiles install by name: what they weigh with all that they need.
import { atLeast, isUnknown, type Size, typical, unknown } from "../image/size.ts";

/** data/npm.json: by name, or `name@major` for an older version, `version bytes cache`; ` +` behind where an install script may store more, ` >name` for each package that is in there only where it is not installed too. */
export interface NpmSnapshot {
  readonly note: string;
  readonly source: string;
  readonly packages: Readonly<Record<string, string>>;
}

interface NpmTool {
  readonly size: Size;
  /** What npm's cache then holds of it. */
  readonly cache: Size;
  /** Of the size: packages that it has of its own only where they are not installed too. */
  readonly wanted: readonly string[];
}

export interface NpmIndex {
  readonly source: string;
  /** A name as `npm install` takes it. Undefined where it is not in the table, or a major version is asked for that is not. */
  tool(text: string): NpmTool | undefined;
}

export function createNpmIndex(snapshot: NpmSnapshot): NpmIndex {
  return {
    source: snapshot.source,
    tool(text) {
      const [, name = "", asked = ""] = /^(@?[^@]+)(?:@(.*))?$/.exec(text) ?? [];
      const major = /^[~^=v]*(\d+)[.\dx*]*$/.exec(asked)?.[1];
      const pinned = /^[~=v]*\d+\.(\d+)/.exec(asked)?.[1];
      for (const key of [name, `${name}@${major}`]) {
        const row = Object.hasOwn(snapshot.packages, key) ? snapshot.packages[key] : undefined;
        const [version = "", bytes, cache, ...more] = row?.split(" ") ?? [];
        // No version, `latest`, or one of the same major version: ^5, 5.x, v5. One that is pinned to another minor version may weigh
        // something else: typescript 5.4.5 has 32 MB, 5.9.3 has 24.
        const isOther = pinned !== undefined && !version.startsWith(`${major}.${pinned}.`);
        const isMeasured = asked === "" || asked === "latest" || (major === version.split(".")[0] && !isOther);
        if (!row || !isMeasured) continue;
        const size = typical(Number(bytes));
        const wanted = more.flatMap((word) => (word.startsWith(">") ? [word.slice(1)] : []));
        return { size: more.includes("+") ? atLeast(size) : size, cache: typical(Number(cache)), wanted };
      }
      return undefined;
    },
  };
}

/** What several of them that lie in one folder weigh: what they need in common is stored once, so the biggest at least. */
export function together(index: NpmIndex | undefined, names: readonly string[]): Size {
  const sizes = names.map((name) => index?.tool(name)?.size ?? unknown);
  const biggest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a), unknown);
  return names.length > 1 && !isUnknown(biggest) ? atLeast(biggest) : biggest;
}

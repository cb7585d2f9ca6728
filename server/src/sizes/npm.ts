// Tools that npm installs for all: what they weigh with all that they need.
import { atLeast, type Size, typical } from "../image/size.ts";

/** data/npm.json: by name `version bytes cache`; ` +` behind where an install script may store more. */
export interface NpmSnapshot {
  readonly note: string;
  readonly source: string;
  readonly packages: Readonly<Record<string, string>>;
}

export interface NpmTool {
  readonly size: Size;
  /** What npm's cache then holds of it. */
  readonly cache: Size;
}

export interface NpmIndex {
  readonly source: string;
  /** A name as `npm install -g` takes it. Undefined where it is not in the table, or another major version is asked for. */
  tool(text: string): NpmTool | undefined;
}

export function createNpmIndex(snapshot: NpmSnapshot): NpmIndex {
  return {
    source: snapshot.source,
    tool(text) {
      const [, name = "", asked = ""] = /^(@?[^@]+)(?:@(.*))?$/.exec(text) ?? [];
      const row = Object.hasOwn(snapshot.packages, name) ? snapshot.packages[name] : undefined;
      const [version = "", bytes, cache, more] = row?.split(" ") ?? [];
      if (!row || !isLike(asked, version)) return undefined;
      const size = typical(Number(bytes));
      return { size: more === "+" ? atLeast(size) : size, cache: typical(Number(cache)) };
    },
  };
}

/** No version, `latest`, or one of the same major version: ^5, ~5.1, 5.x, v5.4.2. */
const isLike = (asked: string, measured: string): boolean =>
  asked === "" || asked === "latest" || /^[~^=v]*(\d+)(?:[.\dx*]*)$/.exec(asked)?.[1] === measured.split(".")[0];

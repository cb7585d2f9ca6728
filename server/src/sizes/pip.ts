// What pip downloads: its cache keeps every wheel whole.
import { add, atLeast, type Size, typical, unknown, zero } from "../image/size.ts";

/** data/pip.json: by name `version bytes source needed needed …`. */
export interface PipSnapshot {
  readonly note: string;
  /** Lock files in public repositories, with their commit. */
  readonly sources: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
}

export interface PipIndex {
  /**
   * The wheels of these requirements (`numpy`, `flask==3.1`) with all they need, and without what is `there`; at least, since other versions
   * of Python take others, and what the index says of each package is kept, too. Unknown where none of them is known.
   */
  wheels(requirements: readonly string[], there: (name: string) => boolean): Size;
}

/** As PyPI compares names (PEP 503). */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

export function createPipIndex(snapshot: PipSnapshot): PipIndex {
  const rowOf = (name: string): readonly string[] | undefined =>
    Object.hasOwn(snapshot.packages, name) ? snapshot.packages[name]?.split(" ") : undefined;
  /** No version, a lower bound, or one of the same minor version: another may weigh something else. */
  const isMeant = (wanted: string, version: string): boolean => {
    const pinned = /[=~]=\s*v?(\d+(?:\.\d+)?)/.exec(wanted)?.[1];
    return !/[<@]|!=/.test(wanted) && (pinned === undefined || `${version}.`.startsWith(`${pinned}.`));
  };
  return {
    wheels(requirements, there) {
      const found = new Set<string>();
      const open = requirements.flatMap((wanted) => {
        const name = normal(/^[A-Za-z0-9][\w.-]*/.exec(wanted.trim())?.[0] ?? "");
        const [version] = rowOf(name) ?? [];
        return version !== undefined && isMeant(wanted.split(";")[0] ?? "", version) ? [name] : [];
      });
      let sum = zero;
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        const [, bytes, , ...needed] = rowOf(name) ?? [];
        if (bytes === undefined || found.has(name) || there(name)) continue;
        found.add(name);
        sum = add(sum, typical(Number(bytes)));
        open.push(...needed);
      }
      return found.size > 0 ? atLeast(sum) : unknown;
    },
  };
}

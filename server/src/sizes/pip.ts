// What pip downloads and unpacks.
import { add, atLeast, isZero, type Size, typical, unknown, zero } from "../image/size.ts";

/** data/pip.json: by name `version bytes source needed needed …`; bytes of a source that is built are written as less than 0. */
export interface PipSnapshot {
  readonly note: string;
  /** Lock files in public repositories, with their commit. */
  readonly sources: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
}

export interface Wheels {
  readonly names: ReadonlySet<string>;
  /** Every file that is downloaded. At least: what the index says of each is kept, too, and other versions of Python take other wheels. */
  readonly downloaded: Size;
  /** What they hold, at least: a wheel is an archive, its files have more bytes. */
  readonly unpacked: Size;
}

export interface PipIndex {
  /** What these requirements (`numpy`, `flask==3.1`) stand for, with all they need, and without what is `there`. */
  wheels(requirements: readonly string[], there: (name: string) => boolean): Wheels;
}

/** As PyPI compares names (PEP 503). */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

const lower = (size: Size): Size => (isZero(size) ? unknown : atLeast(size));

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
      const names = new Set<string>();
      const open = requirements.flatMap((wanted) => {
        const name = normal(/^[A-Za-z0-9][\w.-]*/.exec(wanted.trim())?.[0] ?? "");
        const [version] = rowOf(name) ?? [];
        return version !== undefined && isMeant(wanted.split(";")[0] ?? "", version) ? [name] : [];
      });
      let downloaded = zero;
      let unpacked = zero;
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        const [, written, , ...needed] = rowOf(name) ?? [];
        if (written === undefined || names.has(name) || there(name)) continue;
        names.add(name);
        const bytes = Number(written);
        downloaded = add(downloaded, typical(Math.abs(bytes)));
        if (bytes > 0) unpacked = add(unpacked, typical(bytes));
        open.push(...needed);
      }
      return { names, downloaded: lower(downloaded), unpacked: lower(unpacked) };
    },
  };
}

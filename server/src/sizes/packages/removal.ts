import type { Names } from "./names.ts";
import type { Release } from "./package.ts";

export interface RemovalRequest {
  readonly installed: Names;
  readonly named: readonly string[];
  /** Those that nobody asked for by name, and that `--auto-remove` may take. */
  readonly automatic: ReadonlySet<string>;
  readonly autoremove: boolean;
  /** What is only recommended stays, unless APT::AutoRemove::RecommendsImportant is off. */
  readonly keepRecommended: boolean;
}

/** What `apt-get remove` takes away: what is named, what needs it, and with --auto-remove what nobody needs any more. */
export function removal(
  release: Release,
  { installed, named, automatic, autoremove, keepRecommended }: RemovalRequest,
): ReadonlySet<string> {
  const gone = new Set(named.filter((name) => installed.has(name)));
  const isThere = (name: string): boolean => installed.has(name) && !gone.has(name);
  const holds = (alternative: string): string[] => {
    const real = alternative.replace(/^!/, "");
    const providers = alternative.startsWith("!") ? [] : (release.package(real)?.providers ?? []);
    return [real, ...providers].filter(isThere);
  };
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const name of installed) {
      if (gone.has(name)) continue;
      const broken = release.package(name)?.depends.some((group) => {
        const had = group.some((a) => installed.has(a.replace(/^!/, "")) && gone.has(a.replace(/^!/, "")));
        return had && group.every((alternative) => holds(alternative).length === 0);
      });
      if (broken) gone.add(name);
    }
  }
  if (!autoremove) return gone;
  const kept = new Set<string>();
  const waiting = [...installed].filter((name) => isThere(name) && !automatic.has(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (kept.has(name)) continue;
    kept.add(name);
    const found = release.package(name);
    for (const group of [...(found?.depends ?? []), ...(keepRecommended ? (found?.recommends ?? []) : [])])
      waiting.push(...group.flatMap(holds));
  }
  for (const name of automatic) if (isThere(name) && !kept.has(name)) gone.add(name);
  return gone;
}

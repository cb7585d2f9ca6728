/** A row of two lists: what stands on both sides, or on one alone. */
export type Pair<T> = readonly [before: T, after: T] | readonly [before: T, after: undefined] | readonly [before: undefined, after: T];

/** More pairs are not weighed one by one: each place is then compared with the same place. */
const maximumPairs = 100_000;

/**
 * Two lists in order, side by side: of all ways to pair them that keep the order the one whose pairs are alike most. `likeness` is 0 for what
 * is no pair at all. What stands alone on the left comes before what stands alone on the right.
 */
export function pairsOf<T>(before: readonly T[], after: readonly T[], likeness: (a: T, b: T) => number): Pair<T>[] {
  if (before.length * after.length > maximumPairs) return inPlace(before, after, likeness);
  const like = before.map((a) => after.map((b) => likeness(a, b)));
  const at = (i: number, k: number): number => like[i]?.[k] ?? 0;
  // The most that is alike from here to the end.
  const best = [...before, undefined].map(() => [...after, undefined].map(() => 0));
  const most = (i: number, k: number): number => best[i]?.[k] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let k = after.length - 1; k >= 0; k--) {
      const row = best[i];
      if (row) row[k] = Math.max(most(i + 1, k), most(i, k + 1), at(i, k) > 0 ? at(i, k) + most(i + 1, k + 1) : 0);
    }
  const pairs: Pair<T>[] = [];
  const right: Pair<T>[] = [];
  let [i, k] = [0, 0];
  while (i < before.length || k < after.length) {
    const [a, b] = [before[i], after[k]];
    if (a !== undefined && b !== undefined && at(i, k) > 0 && most(i, k) === at(i, k) + most(i + 1, k + 1)) {
      pairs.push(...right.splice(0), [a, b]);
      [i, k] = [i + 1, k + 1];
    } else if (a !== undefined && most(i, k) === most(i + 1, k)) {
      pairs.push([a, undefined]);
      i++;
    } else {
      if (b !== undefined) right.push([undefined, b]);
      k++;
    }
  }
  return [...pairs, ...right];
}

function inPlace<T>(before: readonly T[], after: readonly T[], likeness: (a: T, b: T) => number): Pair<T>[] {
  const longest = before.length > after.length ? before : after;
  return longest.flatMap((_, i): Pair<T>[] => {
    const [a, b] = [before[i], after[i]];
    if (a !== undefined && b !== undefined)
      return likeness(a, b) > 0
        ? [[a, b]]
        : [
            [a, undefined],
            [undefined, b],
          ];
    return a !== undefined ? [[a, undefined]] : b !== undefined ? [[undefined, b]] : [];
  });
}

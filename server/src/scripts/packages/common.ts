/** What two lists have in common, in the same order, as much as there is: places in both, and how many in a row. */
export function common(a: readonly string[], b: readonly string[]): [number, number, number][] {
  if (a.length === 0 || b.length === 0) return [];
  // longest[i][j]: how much a from i on and b from j on have in common.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = longest[i];
    for (let j = b.length - 1; j >= 0; j--) if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const blocks: [number, number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] !== b[j]) {
      if (at(i + 1, j) >= at(i, j + 1)) i++;
      else j++;
      continue;
    }
    const last = blocks.at(-1);
    if (last && last[0] + last[2] === i && last[1] + last[2] === j) last[2]++;
    else blocks.push([i, j, 1]);
    i++;
    j++;
  }
  return blocks;
}

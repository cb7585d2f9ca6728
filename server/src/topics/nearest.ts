/** The word that is written most alike; undefined when none is. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words.map((name) => ({ name, steps: distance(word, name) })).sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  const beginning = words.find((name) => word.length >= 3 && name.startsWith(word));
  return beginning ?? (best && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined);
}

/** Letters to put in, take out, replace, or swap with their neighbour. */
function distance(a: string, b: string): number {
  let above: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (above[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
    above = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

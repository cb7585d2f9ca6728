/** The word that is written most alike; undefined when none is. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const ranked = words.map((name) => ({ name, steps: distance(word, name) })).sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  const beginning = words.find((name) => word.length >= 3 && name.startsWith(word));
  return beginning ?? (best && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined);
}

/** Letters to put in, take out or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

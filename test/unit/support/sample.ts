/** In CI the suites try all there is; the fast loop takes some of it, others each time. */
export const inCI = Boolean(process.env.CI);

/** Chooses what a run takes; `SEED=…` repeats one. */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));

/** All in CI; else every `step`th of them. */
export const someOf = <T>(all: readonly T[], step: number): readonly T[] => (inCI ? all : all.filter((_, i) => i % step === seed % step));

/** Places in a text of a length, from its end: each `step`th, in CI each `stepInCI`th. */
export function* placesIn(length: number, step: number, stepInCI: number): Generator<number, undefined> {
  const by = inCI ? stepInCI : step;
  for (let at = length - (seed % by); at >= 0; at -= by) yield at;
  return undefined;
}

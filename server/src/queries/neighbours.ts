import { rootOf, type Subject } from "../build/subject.ts";
import type { StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";

/** By a stage on an image: the others of them that it takes files from, or gives to, by itself or by what is built on it. */
export function neighboursOf({ image, steps }: Subject): ReadonlyMap<Stage, ReadonlySet<Stage>> {
  const all = new Map<Stage, Set<Stage>>();
  const root = (index: number): Stage | undefined => {
    const stage = image.stages[index];
    return stage && rootOf(image, stage);
  };
  for (const step of steps)
    for (const touched of step.touched) {
      const [to, from] = [root(step.stage), root(touched.stage)];
      if (!to || !from || to === from) continue;
      all.set(to, (all.get(to) ?? new Set()).add(from));
      all.set(from, (all.get(from) ?? new Set()).add(to));
    }
  return all;
}

/** A stage, and those on the same line of their image that exchange files with it or with one of them: what is built on one release runs on no older one. */
export function movedWith({ world }: Subject, neighbours: ReturnType<typeof neighboursOf>, stage: Stage, { line }: StandsOn): Stage[] {
  const isOnIt = ({ steps: [from] }: Stage): boolean =>
    from?.after.base !== undefined && (world.releases?.of(from.after.base).some((on) => on.line === line) ?? false);
  const all = new Set([stage]);
  for (const s of all) for (const other of neighbours.get(s) ?? []) if (isOnIt(other)) all.add(other);
  return [...all].sort((a, b) => a.index - b.index);
}

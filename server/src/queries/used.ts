import { foundBy } from "../build/found.ts";
import { isBuiltOn, type Subject } from "../build/subject.ts";
import { allOf, type Place, stepsNaming, stepUses, strongest, type Use, useElsewhere, useOf } from "../build/uses.ts";
import type { Ran, Step } from "../image/model.ts";
import { basename, isWithin } from "../image/paths.ts";
import { isToldOf, writesDown } from "./told.ts";

/** Whether anything between a step and a later command of the image uses places that the step wrote: also in stages built from it. `spares`: a command to which they are nothing. */
export function usedBetween(
  subject: Subject,
  writer: Step,
  step: Step,
  until: Ran | undefined,
  places: readonly Place[],
  spares: (ran: Ran) => boolean = () => false,
): Use {
  const { steps, image } = subject;
  const of = (use: (place: Place) => Use): Use => strongest(places.map(use));
  const withoutSpared = (s: Step): Step => (s.ran.some(spares) ? { ...s, ran: s.ran.filter((r) => !spares(r)) } : s);
  const between = steps
    .slice(writer.index + 1, step.index)
    .filter((s) => image.ships.has(s.stage))
    .map(withoutSpared);
  const before = (until ? step.ran.slice(0, step.ran.indexOf(until)) : []).filter((r) => !spares(r));
  // Stages that end with what was written, and without what the later command does.
  const holds = (stage: number): boolean =>
    stage === writer.stage || (isBuiltOn(image, stage, writer.stage) && !isBuiltOn(image, stage, step.stage) && stage !== step.stage);
  const behind = steps.slice(step.index).filter((s) => s.instruction.keyword !== "FROM" && image.ships.has(s.stage));
  const elsewhere =
    writer.stage !== step.stage &&
    (looksAt(behind, holds, places, true) ||
      image.stages.some((stage) => !image.ships.has(stage.index) && looksAt(stage.steps, holds, places)));
  return strongest([
    ...between.map((s) => of((place) => stepUses(s, place))),
    ...before.map((r) => of((place) => useOf(r, place))),
    of((place) => useElsewhere(step, place)),
    ...between.map((s) => of((place) => foundBy(s, allOf(s), place, step.before))),
    of((place) => foundBy(step, [...before, ...step.notRun], place)),
    of((place) => useByFile(subject, allOf(writer), [...between.flatMap(allOf), ...before, ...step.notRun], place)),
    elsewhere ||
    looksAt(
      between.filter((s) => s.instruction.keyword !== "FROM"),
      holds,
      places,
      true,
    )
      ? "yes"
      : "no",
  ]);
}

/** Whether one of these commands may read a place that a file tells it of, one of theirs or one that was there before. */
const useByFile = (subject: Subject, earlier: readonly Ran[], rans: readonly Ran[], place: Place): Use =>
  rans.some((r) => isToldOf(subject, r, place)) || [...earlier, ...rans].some((r) => writesDown(r, place)) ? "maybe" : "no";

const looksAt = (steps: readonly Step[], holds: (stage: number) => boolean, places: readonly Place[], other = false): boolean =>
  steps.some((s) =>
    s.touched.some(
      (t) => holds(t.stage) && (!other || s.stage !== t.stage) && places.some((p) => isWithin(t.path, p.path) || isWithin(p.path, t.path)),
    ),
  );

/** Whether a later instruction, another stage or the started program needs it. */
export function usedLater(subject: Subject, step: Step, place: Place): Use {
  const { cmd, entrypoint, env } = subject.image.stages[subject.image.target]?.end ?? step.after;
  const started = [cmd, entrypoint].some((form) => form?.text.includes(basename(place.path)));
  // What a variable of the image names the program may look for.
  const isSet = [...env.values()].some(({ text }) => text.split(/[\s:,;=]+/).includes(place.path));
  return strongest([usedByLaterSteps(subject, step, place), started ? "yes" : isSet ? "maybe" : "no"]);
}

/** Whether a later instruction or another stage needs it. */
export function usedByLaterSteps(subject: Subject, step: Step, place: Place): Use {
  const holds = (stage: number): boolean => isBuiltOn(subject.image, stage, step.stage);
  const useOfStep = (s: Step): Use => {
    if (s.instruction.keyword === "FROM" && holds(s.stage)) return "no";
    // A stage that has it may all the same copy it, or mount it, from another that has it.
    if (looksAt([s], holds, [place], true)) return "yes";
    return holds(s.stage) ? stepUses(s, place) : "no";
  };
  const others = place.folder ? subject.steps : stepsNaming(subject.steps, place.path);
  let found: Use = "no";
  for (const later of others) {
    if (later.index > step.index && found !== "yes") found = strongest([found, useOfStep(later)]);
  }
  return found;
}

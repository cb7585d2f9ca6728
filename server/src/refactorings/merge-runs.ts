import type { Subject } from "../build/subject.ts";
import { mergeRuns } from "../edits/merge.ts";
import type { Step } from "../image/model.ts";
import type { Refactoring, RefactoringKind } from "./refactoring.ts";

/** Neighbouring RUNs in one. Fewer layers alone are no saving: what it gains is said only where bytes go. */
export const mergeRunsKind: RefactoringKind = {
  id: "merge-runs",
  summary: "Merge neighbouring RUNs into one, with the same meaning",
  nothing: () => "no RUN that could become one with it stands directly below another",
  *attempts(subject) {
    for (const group of neighbours(subject)) {
      yield* offer(subject, group);
      if (group.length > 2) for (let i = 1; i < group.length; i++) yield* offer(subject, group.slice(i - 1, i + 1));
    }
  },
};

/** Longest rows of RUNs with no other instruction between that can become one. */
function neighbours(subject: Subject): Step[][] {
  const groups: Step[][] = [];
  const index = new Map(subject.file.instructions.map((instruction, i) => [instruction, i]));
  let current: Step[] = [];
  for (const step of subject.steps) {
    const previous = current.at(-1);
    const adjacent =
      previous !== undefined &&
      previous.stage === step.stage &&
      index.get(step.instruction) === (index.get(previous.instruction) ?? -2) + 1;
    if (adjacent && step.instruction.keyword === "RUN" && mergeRuns(subject.file, [previous, step])) current.push(step);
    else {
      groups.push(current);
      current = step.instruction.keyword === "RUN" ? [step] : [];
    }
  }
  groups.push(current);
  return groups.filter((g) => g.length > 1);
}

function* offer({ file }: Subject, steps: readonly Step[]): Iterable<Refactoring> {
  const edit = mergeRuns(file, steps);
  const [first] = steps;
  const last = steps.at(-1);
  if (!edit || !first || !last) return;
  const title = steps.length === 2 ? "Merge this RUN with the next" : `Merge these ${steps.length} RUNs into one`;
  yield { id: "merge-runs", title, span: { start: first.instruction.start, end: last.instruction.end }, edits: [edit] };
}

import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { isBuildTool, isInterpreter, mayCompile, runsJobs } from "../commands/build-only.ts";
import { installsWheels } from "../commands/compiled.ts";
import { find, unfold } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { searchPath } from "./program.ts";
import { startedByImage } from "./started.ts";

/** Whether a RUN of the image may compile something: then nobody can say that a compiler is of no use. */
export const mayCompileThere = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) =>
    s.ran.some((r) => isUnknown(r) || (mayCompile(r) && !installsWheels(r)) || /^(?:nvcc|ptxas)$/.test(r.name)),
  );

/** Who starts the image has something built: by a build tool, by what runs a CI's jobs, or by a program of its own. */
export const startsBuilding = (subject: Subject): boolean =>
  startedByImage(subject).some((s) => isBuildTool(s.name) || runsJobs(s.name) || hasInstalled(subject, s.name));

/** A RUN has had it install something, and so may whoever starts it: `lkp install` fetches benchmarks and compiles them. */
const hasInstalled = (subject: Subject, program: string): boolean =>
  !isInterpreter(program) &&
  shippedSteps(subject).some((s) => s.ran.some((r) => r.name === program && isUnknown(r) && r.args[0]?.text === "install"));

/** A makefile lies where programs lie: it is one. */
export function hasMakefile({ image }: Subject): boolean {
  const end = image.stages[image.target]?.end;
  const folders = end ? searchPath(end).map((path) => find(end.root, path, true)) : [];
  return folders.some((node) => node?.type === "folder" && [...unfold(node).children.keys()].some((name) => name.endsWith(".mk")));
}

/** The commands of the image behind this one. */
export const behind = (subject: Subject, step: Step, ran: Ran): Ran[] =>
  shippedSteps(subject).flatMap((s) => (s.index < step.index ? [] : s === step ? s.ran.slice(s.ran.indexOf(ran) + 1) : s.ran));

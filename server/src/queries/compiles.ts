import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { installsPackages, isBuildTool, isInterpreter, isOfJobs, isToBuildIn, mayCompile, runsJobs } from "../commands/build-only.ts";
import { installsWheels } from "../commands/compiled.ts";
import { find, unfold } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { packageWords } from "./package-words.ts";
import { searchPath } from "./program.ts";
import { startedThrough } from "./started-through.ts";

/** Whether a RUN of the image may compile something: then nobody can say that a compiler is of no use. */
export const mayCompileThere = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) =>
    s.ran.some((r) => isUnknown(r) || (mayCompile(r) && !installsWheels(r)) || /^(?:nvcc|ptxas)$/.test(r.name)),
  );

/**
 * Who starts the image has something built: by a build tool, by what installs packages, by what runs a CI's jobs, or by a program of its own;
 * by a script of the build context, too.
 */
export const startsBuilding = (subject: Subject): boolean =>
  packageWords(subject).some((p) => isOfJobs(p.name)) ||
  startedThrough(subject).some((s) => isBuildTool(s.name) || installsPackages(s) || runsJobs(s) || hasInstalled(subject, s.name));

/** Others build in it: whoever builds on the image has a RUN of it run, or it stands on one that nobody knows and that is called so. */
export function isBuiltInByOthers(subject: Subject): boolean {
  const { image } = subject;
  const bottom = image.stages.find((s) => image.ships.has(s.index) && s.baseStage === undefined);
  const base = bottom?.steps[0]?.after.base;
  return hasTrigger(subject) || (base !== undefined && base.os === undefined && isToBuildIn(base.name));
}

/** An ONBUILD of this file runs something in each image that is built on it. */
export const hasTrigger = ({ image }: Subject): boolean =>
  image.stages[image.target]?.end.triggers.some((t) => t.keyword === "RUN") ?? false;

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

import type { Subject } from "../build/subject.ts";
import { isMissingOnAlpine } from "../commands/base-tools.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import type { Stage } from "../image/model.ts";
import { goSources } from "../queries/named.ts";
import { jarNamed, type Program, programOf } from "../queries/program.ts";
import { type Started, startedBy } from "../queries/started.ts";
import type { Refactoring, RefactoringKind } from "./refactoring.ts";
import { runBaseOf } from "./run-base.ts";
import { runFilesOf } from "./run-files.ts";
import { cutInTwo, lastBuildStep, stageNames } from "./run-stage.ts";

/** A stage that compiles what it runs becomes two: one that builds, and a small one that holds the program. */
export const multiStageKind: RefactoringKind = {
  id: "multi-stage",
  summary: "Convert to multi-stage: build in one stage, run in a small one",
  needsGain: true,
  inAll: "alone",
  nothing: () => "there is no stage",
  *attempts(subject) {
    const stage = subject.image.stages[subject.image.target];
    if (!stage?.from) return;
    const attempt = attemptAt(subject, stage);
    const { start, end } = stage.from;
    yield typeof attempt === "string"
      ? { id: "multi-stage", refused: attempt, span: { start, end } }
      : { id: "multi-stage", ...attempt, span: { start, end } };
  },
};

const enablesService = /^(?:rc-update|update-rc\.d|chkconfig|systemctl)$/;

/** The rewrite, or why there is none. */
function attemptAt(subject: Subject, stage: Stage): Pick<Refactoring, "title" | "edits"> | string {
  // What follows the cut belongs to the run stage: it has to be the last one. Triggers would run in neither.
  if (stage.baseStage !== undefined || stage.base === "scratch") return "the image stands on a stage of its own already";
  if (stage.index !== subject.image.stages.length - 1) return "other stages follow the one that is built";
  if (stage.end.triggers.length > 0) return "its ONBUILD instructions would run in neither stage";
  const service = stage.steps.flatMap((s) => s.ran).find((r) => enablesService.test(r.name));
  if (service) return `${service.name} enables a service, which the stage that runs would not have`;
  const wrapper = wrapperOf(stage);
  if (wrapper !== undefined)
    return `the base image's own entrypoint, ${wrapper}, starts what CMD says, and may need what else the base has`;
  const main = mainOf(stage);
  const last = lastBuildStep(stage);
  if (!main) return "no CMD or ENTRYPOINT of this file says what the container starts";
  const started = startedBy(main, stage.end);
  const programs = started.map((s) => programOf(stage, s));
  const [name] = started.filter((_, i) => programs[i] === undefined).map((s) => jarNamed(s)?.text ?? s.name);
  if (!last || programs.length === 0 || !programs.every((p) => p !== undefined))
    return `${name ?? "what the container starts"} is no program that a command of this stage compiles, as far as can be told (go build, cargo build, gcc, make, mvn, gradle)`;
  const base = runBaseOf(subject, stage, programs);
  if (!base) return "what the program needs when it runs cannot be told";
  const isRelative = started.some((s) => (s.name.includes("/") && !s.name.startsWith("/")) || jarNamed(s)?.text.startsWith("/") === false);
  // Where an image that nobody knows starts, nobody knows.
  if (isRelative && !stage.end.base?.standardLayout && !stage.steps.some((s) => s.instruction.keyword === "WORKDIR"))
    return "it starts a program by a relative path, and nobody knows in which folder";
  const health = healthOf(stage);
  const checks = health.map((s) => programOf(stage, s)).filter((p) => p !== undefined);
  const all = [...programs, ...checks];
  const files = runFilesOf(stage, [...started, ...argumentsOf(stage, main), ...health], all, last.index, goSources(subject));
  const names = stageNames(subject, stage);
  const edits = cutInTwo({ subject, stage, base, programs: all, paths: files.paths, build: names.build, last, isRelative });
  if (!edits) return "an instruction behind the build cannot be moved to the stage that runs";
  const target = base.image ?? stage.base;
  const notes = [...base.notes, ...leftNote(files.left), ...toolNote(health, checks, base.isAlpine)];
  const what = titleOf(programs, target, base.isStatic);
  return { title: `Convert to multi-stage: ${what}${notes.length ? ` (check first: ${notes.join("; ")})` : ""}`, edits };
}

/** What the base image starts before all else. Temurin's is in its JRE images, too (adoptium/containers). */
function wrapperOf({ end: { entrypoint } }: Stage): string | undefined {
  const first = entrypoint && !entrypoint.instruction ? entrypoint.exec?.[0] : undefined;
  return first === "/__cacert_entrypoint.sh" ? undefined : first;
}

/** ENTRYPOINT before CMD; undefined where there is none. */
function mainOf({ end: { entrypoint, cmd } }: Stage): Instruction | undefined {
  const main = entrypoint?.instruction ?? cmd?.instruction;
  return main && main.exec?.length !== 0 ? main : undefined;
}

/** CMD's words are arguments where ENTRYPOINT is in exec form: they may name files. */
function argumentsOf({ end }: Stage, main: Instruction): Started[] {
  const { cmd } = end;
  if (main.keyword !== "ENTRYPOINT" || !main.exec || !cmd?.instruction || !cmd.exec) return [];
  return [{ name: "", args: cmd.exec.map((text) => ({ text, known: true, glob: false })), cwd: end.cwd }];
}

function healthOf(stage: Stage): Started[] {
  const step = stage.steps.findLast((s) => s.instruction.keyword === "HEALTHCHECK");
  return step ? startedBy(step.instruction, stage.end) : [];
}

const titleOf = (programs: readonly Program[], target: string, isStatic: boolean): string => {
  const binary = programs.length > 1 ? "binaries" : "binary";
  if (programs.every((p) => p.language === "java")) return `the jar on ${target}`;
  const isGo = programs.every((p) => p.language === "go");
  return `${isStatic ? `static ${binary}` : `the ${binary}`} on ${target}${isGo ? "" : ", without the compiler"}`;
};

/** Names are told as far as a title can hold them. */
function leftNote(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  const more = left.length > 3 ? ` and ${left.length - 3} more` : "";
  return [`${left.slice(0, 3).join(", ")}${more} ${left.length > 1 ? "stay" : "stays"} in the build stage`];
}

function toolNote(health: readonly Started[], checks: readonly Program[], isAlpine: boolean): string[] {
  const missing = isAlpine && checks.length === 0 ? health.filter((s) => isMissingOnAlpine(s.name, "alpine")) : [];
  return missing.length ? [`HEALTHCHECK runs ${missing.map((s) => s.name).join(", ")}, which the run stage lacks`] : [];
}

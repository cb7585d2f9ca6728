import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import { parsePiece } from "../dockerfile/parse.ts";
import { put } from "../image/files.ts";
import type { Image, Stage, Step } from "../image/model.ts";
import { applyEdits, type Edit, type FileText } from "../text.ts";
import { advance, finish, type OpenStage, type Progress, resumeBefore } from "./build.ts";
import { compare, differenceOf, differentPaths, isGain, none, ofUnknownSize, type Saving, sameButFiles } from "./difference.ts";
import { goOn, type Second } from "./onward.ts";
import type { World } from "./world.ts";

/** A change to the file, and files beside it that come new. */
interface Alteration {
  readonly edits: readonly Edit[];
  readonly creates?: readonly FileText[];
}

/** Answers what a change would save: the difference of two runs of the model. */
export type Savings = (change: Alteration) => Saving;

interface Hull {
  readonly stage: Stage;
  /** The instructions that the edits touch, first to last. */
  readonly instructions: readonly Instruction[];
  readonly next: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

/**
 * Steps behind the edited ones that all second runs of a file may carry out anew. Hundreds of RUNs that write one and the same folder
 * would have each run anew for each of the others; a file of some hundred lines as people write them needs a few hundred.
 */
const maximumStepsAnew = 2000;
/** The same for the commands of the edited RUNs themselves: one of thousands with a finding each would take hours. */
const maximumCommandsAnew = 100_000;
/** Nobody looked: there is something to it, or no rule would have asked. */
const notLookedInto = ofUnknownSize;

/** Beyond the bound: something goes away, or not; how much in the end is not known. */
const unknownOf = (edited: Saving): Saving => ({ bytes: undefined, lowerBound: isGain(edited), basis: edited.basis });

/**
 * The second run begins at the first edited instruction and ends as early as it can: behind the last one when no later step looks
 * at what is different, behind its stage when no other stage uses that; so many findings in a long file stay linear.
 */
export function savingsOf(file: Dockerfile, world: World, image: Image): Savings {
  const steps = new Map<Instruction, Step>();
  for (const stage of image.stages) for (const step of stage.steps) if (!steps.has(step.instruction)) steps.set(step.instruction, step);
  let touches: ReadonlyMap<string, number> | undefined;
  let stepsAnew = 0;
  let commandsAnew = 0;

  return (change) => {
    const altered = alteredWorld(world, change.creates);
    const hull = altered === world ? hullOf(file, image, steps, change.edits) : undefined;
    const piece = hull && pieceOf(file, hull, change.edits);
    if (!hull || !piece) return compare(image, rebuilt(file, altered, change.edits));
    if (commandsAnew > maximumCommandsAnew) return notLookedInto;
    for (const step of between(hull.stage.steps, hull.firstStep, hull.lastStep)) commandsAnew += step.ran.length;
    const setting = { file, world };
    const anew = (instruction: Instruction): void => {
      stepsAnew++;
      advance(progress, instruction, setting);
    };
    const progress = resumeBefore(image, hull.firstStep);
    const made = progress.stages[hull.stage.index]?.steps.length ?? 0;
    for (const instruction of piece) advance(progress, instruction, setting);
    const now = progress.stages[hull.stage.index];
    // Another stage's layers ship with it, or no longer do.
    if (now?.baseStage !== hull.stage.baseStage) return compare(image, rebuilt(file, altered, change.edits));
    const ships = image.ships.has(hull.stage.index);
    const last = between(hull.stage.steps, hull.lastStep)[0];
    if (now && last && hull.firstStep !== hull.stage.steps[0]?.index && sameButFiles(last.after, now.end)) {
      touches ??= lastTouches(image);
      const index = touches;
      if (!differentPaths(last.after.root, now.end.root).some((path) => isTouchedAfter(index, path, hull.lastStep))) {
        return ships ? differenceOf(between(hull.stage.steps, hull.firstStep, hull.lastStep), now.steps.slice(made)) : none;
      }
    }
    if (now && stepsAnew > maximumStepsAnew)
      return ships ? unknownOf(differenceOf(between(hull.stage.steps, hull.firstStep, hull.lastStep), now.steps.slice(made))) : none;
    const rest = file.instructions.slice(hull.next);
    const nextStage = rest.findIndex((i) => i.keyword === "FROM");
    const first = rest[0] && steps.get(rest[0]);
    // Layers go by the numbers of their steps: those of a second run must not get in the way of the first one's.
    if (now && last && first?.stage === hull.stage.index && progress.steps <= first.index && last.index === first.index - 1) {
      goOn(between(hull.stage.steps, first.index), last.after, secondOf(progress, now, anew));
    } else for (const instruction of nextStage < 0 ? rest : rest.slice(0, nextStage)) anew(instruction);
    if (now && !isUsed(image, hull.stage.index))
      return ships ? differenceOf(between(hull.stage.steps, hull.firstStep), now.steps.slice(made)) : none;
    for (const instruction of nextStage < 0 ? [] : rest.slice(nextStage)) anew(instruction);
    return compare(image, finish(progress, world));
  };
}

const secondOf = (progress: Progress, stage: OpenStage, anew: (instruction: Instruction) => void): Second => ({
  get end() {
    return stage.end;
  },
  run(instruction, index) {
    progress.steps = index;
    anew(instruction);
    return stage.steps.at(-1) as Step;
  },
  take(steps, end) {
    stage.steps.push(...steps);
    stage.end = end;
    progress.steps = (steps.at(-1)?.index ?? progress.steps) + 1;
  },
  share(path, node) {
    stage.end = { ...stage.end, root: put(stage.end.root, path, node, progress.steps) };
  },
});

/** The whole file with the edits, run anew. */
export function rebuilt(file: Dockerfile, world: World, edits: readonly Edit[]): Image {
  const progress: Progress = { globals: new Map(), stages: [], steps: 0 };
  for (const instruction of parsePiece(applyEdits(file.text, edits), file.escape)) advance(progress, instruction, { file, world });
  return finish(progress, world);
}

/** A `.dockerignore` that a fix creates or adds to changes what the build context holds. */
export function alteredWorld(world: World, creates: Alteration["creates"]): World {
  const ignore = creates?.find((c) => c.file.endsWith(".dockerignore"));
  return ignore && world.context ? { ...world, context: { ...world.context, ignore: { file: ignore.file, text: ignore.text } } } : world;
}

/** Steps of one stage by their numbers, which have no gaps. */
const between = (steps: readonly Step[], first: number, last = Number.POSITIVE_INFINITY): readonly Step[] => {
  const zero = steps[0]?.index ?? 0;
  return steps.slice(Math.max(0, first - zero), last - zero + 1);
};

/** Undefined where the edits reach over the bounds of one stage, or to what is no step of one. */
function hullOf(file: Dockerfile, image: Image, steps: ReadonlyMap<Instruction, Step>, edits: readonly Edit[]): Hull | undefined {
  const { instructions } = file;
  if (edits.length === 0) return undefined;
  const start = Math.min(...edits.map((e) => e.start));
  const end = Math.max(...edits.map((e) => e.end));
  const first = Math.min(
    lowerBound(instructions, (i) => i.end >= start),
    instructions.length - 1,
  );
  const last = Math.max(first, lowerBound(instructions, (i) => i.start > end) - 1);
  const touched = instructions.slice(first, last + 1);
  const firstStep = touched[0] && steps.get(touched[0]);
  const lastStep = touched.at(-1) && steps.get(touched.at(-1) as Instruction);
  const stage = firstStep && image.stages[firstStep.stage];
  if (!stage || !lastStep || firstStep.stage !== lastStep.stage || touched.some((i) => i.keyword === "ONBUILD")) return undefined;
  return { stage, instructions: touched, next: last + 1, firstStep: firstStep.index, lastStep: lastStep.index };
}

function lowerBound(instructions: readonly Instruction[], holds: (instruction: Instruction) => boolean): number {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = instructions[middle];
    if (at && holds(at)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The edited instructions; undefined when the edits change which stages there are. */
function pieceOf(file: Dockerfile, hull: Hull, edits: readonly Edit[]): readonly Instruction[] | undefined {
  const [first] = hull.instructions;
  const last = hull.instructions.at(-1);
  if (!first || !last) return undefined;
  const start = Math.min(first.start, ...edits.map((e) => e.start));
  const end = Math.max(last.end, ...edits.map((e) => e.end));
  const text = applyEdits(
    file.text.slice(start, end),
    edits.map((e) => ({ start: e.start - start, end: e.end - start, text: e.text })),
  );
  const piece = parsePiece(text, file.escape);
  const stages = piece.filter((i) => i.keyword === "FROM").length;
  const fromFirst = first.keyword === "FROM";
  if (stages !== (fromFirst ? 1 : 0) || (fromFirst && piece[0]?.keyword !== "FROM")) return undefined;
  return fromFirst && nameOf(piece[0]) !== nameOf(first) ? undefined : piece;
}

const nameOf = (from: Instruction | undefined): string | undefined => from?.args[2]?.text;

/** Whether another stage is built on this one or copies from it. */
const isUsed = (image: Image, index: number): boolean =>
  image.stages.some(
    (stage) =>
      stage.index !== index && (stage.baseStage === index || stage.steps.some((step) => step.touched.some((t) => t.stage === index))),
  );

/** For each path the last step that looks at it or changes it, and under `under PATH` the last one to do so somewhere below. */
function lastTouches(image: Image): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const set = (key: string, step: number): void => void (step > (last.get(key) ?? -1) && last.set(key, step));
  for (const stage of image.stages) {
    for (const step of stage.steps) {
      if (step.instruction.keyword === "FROM") continue; // inherits whatever is there
      for (const { path } of step.touched) {
        set(path, step.index);
        if (path.startsWith("content:")) continue;
        for (let at = path; at !== "/"; ) {
          at = at.slice(0, at.lastIndexOf("/")) || "/";
          set(`under ${at}`, step.index);
        }
      }
    }
  }
  return last;
}

function isTouchedAfter(touches: ReadonlyMap<string, number>, path: string, step: number): boolean {
  if (path.startsWith("content:")) return (touches.get(path) ?? -1) > step || (touches.get("content:*") ?? -1) > step;
  if ((touches.get(`under ${path}`) ?? -1) > step) return true;
  for (let at = path; ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    if ((touches.get(at) ?? -1) > step) return true;
    if (at === "/") return false;
  }
}

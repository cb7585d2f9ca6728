import type { Dockerfile } from "../dockerfile/instruction.ts";
import { type ContextFolder, folder } from "../image/context.ts";
import { type Image, type Stage, type Step, shippedOf } from "../image/model.ts";
import { isUnknown, type Size, sum, zero } from "../image/size.ts";
import { build } from "./build.ts";
import { visible } from "./ignore.ts";
import { type Savings, savingsOf } from "./saving.ts";
import type { World } from "./world.ts";

/** What rules, refactorings and hovers are asked about: one Dockerfile, run. */
export interface Subject {
  readonly file: Dockerfile;
  readonly world: World;
  readonly image: Image;
  /** What a change to the file would take from the target image. */
  readonly saving: Savings;
  /** All steps of all stages, in order. */
  readonly steps: readonly Step[];
}

export function subjectOf(file: Dockerfile, world: World): Subject {
  const image = build(file, world);
  return { file, world, image, saving: savingsOf(file, world, image), steps: image.stages.flatMap((stage) => stage.steps) };
}

/** The build context as the ignore file leaves it; empty where nobody knows it. */
export const visibleContext = ({ world: { context } }: Subject): ContextFolder =>
  context ? visible(context.root, context.ignore?.text) : folder(new Map());

export const shippedSteps = (subject: Subject): Step[] => shippedOf(subject.image);

export const stageOf = (subject: Subject, step: Step): Stage | undefined => subject.image.stages[step.stage];

/** The stage at the bottom of a stage: the one that stands on an image, or on nothing. */
export function rootOf({ stages }: Image, stage: Stage): Stage {
  let root = stage;
  for (let parent = stages[root.baseStage ?? -1]; parent; parent = stages[root.baseStage ?? -1]) root = parent;
  return root;
}

/** Where the image stands on one that nobody knows the size of: what this file adds. */
export function addedToUnknown(image: Image): Size | undefined {
  const target = image.stages[image.target];
  const [from] = target ? rootOf(image, target).steps : [];
  if (!from?.layer || from.instruction.keyword !== "FROM" || !isUnknown(from.layer.size)) return undefined;
  return sum(shippedOf(image).flatMap((step) => (step === from ? [] : (step.layer?.size ?? zero))));
}

/** Whether a stage is another one, or built from it. */
export function isBuiltOn({ stages }: Image, stage: number, base: number): boolean {
  for (let at: number | undefined = stage; at !== undefined; at = stages[at]?.baseStage) if (at === base) return true;
  return false;
}

/** The steps of a stage, and of those that are built from it. */
export const stepsOn = ({ image, steps }: Subject, stage: Stage): Step[] => steps.filter((s) => isBuiltOn(image, s.stage, stage.index));

/** An instruction of the file itself, not one that an ONBUILD hands on. */
export const isOwn = ({ file }: Subject, step: Step): boolean => file.instructions.includes(step.instruction);

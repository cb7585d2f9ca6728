import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import {
  callsCompilers,
  compilingPackages,
  installsAtStart,
  installsForUsers,
  installsPackages,
  isBuilder,
  isBuildTool,
  isInterpreter,
  isNamedForBuilding,
  isNamedLikeScript,
  isOfJobs,
  isTestOfBuild,
  isTestRunner,
  isToBuildIn,
  isToldToBuild,
  mayCompile,
  runsJobs,
  runsTests,
} from "../commands/build-only.ts";
import { installsWheels } from "../commands/compiled.ts";
import { contextText, find, unfold } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename } from "../image/paths.ts";
import { headOf } from "./comments.ts";
import { namedAnywhere } from "./named.ts";
import { packageWords } from "./package-words.ts";
import { fileOf, searchPath } from "./program.ts";
import { type Started, startedByImage } from "./started.ts";
import { startedScripts, startedThrough, startsWhatItIsTold } from "./started-through.ts";

/** Whether a RUN of the image may compile something: then nobody can say that a compiler is of no use. */
export const mayCompileThere = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) =>
    s.ran.some((r) => isUnread(r) || (mayCompile(r) && !installsWheels(r)) || /^(?:nvcc|ptxas)$/.test(r.name)),
  );

/**
 * Who starts the image has something built: by a build tool, by what installs packages, by what runs a CI's jobs, or by a program of its own;
 * by a script of the build context, too.
 */
export const startsBuilding = (subject: Subject): boolean =>
  packageWords(subject).some((p) => isOfJobs(p.name)) ||
  startedScripts(subject).some(installsAtStart) ||
  startedThrough(subject).some(
    (s) =>
      isBuildTool(s.name) ||
      isBuilder(s.name) ||
      [s.name, ...s.args.slice(0, 2).map((a) => a.text)].some((word) => installsForUsers(basename(word))) ||
      isToldToBuild(s) ||
      installsPackages(s) ||
      runsJobs(s) ||
      runsTests(s.name) ||
      [s.name, ...s.args.slice(0, 2).map((a) => a.text)].some((word) => isTestRunner(basename(word))) ||
      hasInstalled(subject, s.name) ||
      textsOf(subject, s).some((text) => callsCompilers(text) || installsAtStart(text)),
  );

/**
 * Whether it may build when it runs, for all that can be told: a script that is started cannot be read; or a package is there that has C
 * compiled when it is used, or some may be, on a base for graphics cards.
 */
export const mayBuildWhenItRuns = (subject: Subject): boolean =>
  startedThrough(subject).some((s) => isUnreadScript(subject, s)) ||
  namedAnywhere(subject, compilingPackages).size > 0 ||
  subject.image.stages.some((stage) => subject.image.ships.has(stage.index) && isForGraphicsCards(stage.base));

/** An official image's own script is none: it is not in the tree, and builds nothing. */
function isUnreadScript({ image, world }: Subject, started: Started): boolean {
  const end = image.stages[image.target]?.end;
  const file = end && fileOf(end, started);
  const node = file && find(end.root, file.path, true);
  if (!node && /^(?:\/?docker-entrypoint\.sh|catalina\.sh)$/.test(started.name)) return false;
  const isOfContext = node?.type === "file" && node.entry.kind === "context" && !world.context;
  return isOfContext || isNamedLikeScript(started.name);
}

const isForGraphicsCards = (base: string): boolean => /cuda|rocm|nvidia|pytorch|tensorflow/.test(base);

/** The texts of what is started, and of the files that it is told first, as far as they are at hand: `python entry.py`. */
function textsOf({ image, world }: Subject, { name, args, cwd }: Started): string[] {
  const end = image.stages[image.target]?.end;
  const paths = [name, ...args.slice(0, 3).map((a) => a.text)].filter((path) => /[./]/.test(path) && !path.startsWith("-"));
  return end ? paths.flatMap((path) => contextText(end.root, absolute(path, cwd), world.context) ?? []) : [];
}

/** By its head, or by the name of the file, of the stage, or of a folder around it, it is there to build in, or to see whether something can be built. */
export function saysItBuilds({ file, image, world: { name = "" } }: Subject): boolean {
  const parts = name.split(/[\\/]/).slice(-3);
  const wordsOf = (text = ""): string[] => text.split(/[._-]/);
  const own = [...wordsOf(parts.at(-1)), ...wordsOf(image.stages[image.target]?.name)];
  return (
    isTestOfBuild(headOf(file)) || parts.flatMap(wordsOf).some(isNamedForBuilding) || own.some((word) => /^build(?:er|env)?s?$/i.test(word))
  );
}

/**
 * What is started was made in another stage of the file, so nothing of this one's compilers went into it; or it is whatever the container is
 * told: they are there for what runs in it.
 */
export function servesWithCompilers(subject: Subject): boolean {
  const { image } = subject;
  const end = image.stages[image.target]?.end;
  if (end?.entrypoint && !end.cmd?.instruction && startedScripts(subject).some(startsWhatItIsTold)) return true;
  const [first] = startedByImage(subject);
  if (!end || !first || isInterpreter(first.name)) return false;
  const name = basename(first.name);
  return shippedSteps(subject).some(
    ({ instruction, touched, before }) =>
      instruction.keyword === "COPY" &&
      touched.some((t) => !image.ships.has(t.stage)) &&
      instruction.args.some((word) => basename(absolute(word.text, before.cwd)) === name),
  );
}

/** It stands on an image that nobody knows: that may have the compilers already, and then nothing is gained by leaving them out. */
export function mayHaveCompilers({ image }: Subject): boolean {
  const bottom = image.stages.find((s) => image.ships.has(s.index) && s.baseStage === undefined);
  const base = bottom?.steps[0]?.after.base;
  return base?.resolved === undefined && !base?.standardLayout;
}

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
  shippedSteps(subject).some((s) => s.ran.some((r) => r.name === program && isUnread(r) && r.args[0]?.text === "install"));

/** A makefile lies where programs lie: it is one. */
export function hasMakefile({ image }: Subject): boolean {
  const end = image.stages[image.target]?.end;
  const folders = end ? searchPath(end).map((path) => find(end.root, path, true)) : [];
  return folders.some((node) => node?.type === "folder" && [...unfold(node).children.keys()].some((name) => name.endsWith(".mk")));
}

/** The commands of the image behind this one. */
export const behind = (subject: Subject, step: Step, ran: Ran): Ran[] =>
  shippedSteps(subject).flatMap((s) => (s.index < step.index ? [] : s === step ? s.ran.slice(s.ran.indexOf(ran) + 1) : s.ran));

/** A compiler's cache lies in a volume: it lives longer than a container, for builds that run in it. */
export const keepsResults = (subject: Subject): boolean =>
  shippedSteps(subject).some(
    ({ instruction }) =>
      instruction.keyword === "VOLUME" &&
      (instruction.exec ?? instruction.args).some((word) => /(?:^|[/.])s?ccache(?:\/|$)/.test(word.text)),
  );

/** All that a project's developers need, as a package: `mantid-developer`. Who ships a program installs none. */
export const bringsDeveloperPackage = (subject: Subject): boolean =>
  packageWords(subject).some((p) => /-(?:developer|devtools|build-deps)$/.test(p.name));

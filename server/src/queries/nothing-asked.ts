import { isBuiltOn, type Subject, stageOf } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { manifestsSought } from "../commands/manifests.ts";
import { isFromContext } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import type { BaseImage } from "../image/base.ts";
import { contentAt, type Entry, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, dirname, isWithin } from "../image/paths.ts";
import { isOfficial } from "./own-base.ts";

/** An install finds none of the files that would tell it what to install: it installs nothing, or fails. */
export function findsNothing(subject: Subject, step: Step, ran: Ran): boolean {
  const { context } = subject.world;
  const isAny = !takesFromContext(subject);
  const sought = context || isAny ? manifestsSought(ran) : undefined;
  if (!sought?.every((path) => isMissing(subject, step, ran, path))) return false;
  return isAny || context?.guess === undefined || isProject(subject, step, ran);
}

/** Else the build context may be any, or none. */
const takesFromContext = ({ steps }: Subject): boolean =>
  steps.some(({ instruction }) => isFromContext(instruction) || mountsOf(instruction).some((m) => m.type === "bind"));

/** The build context may be another one than was guessed; but where another install finds what it reads, it is that project's. */
const isProject = (subject: Subject, step: Step, ran: Ran): boolean =>
  stageOf(subject, step)?.steps.some((s) =>
    s.ran.some((r) => r.cwd === ran.cwd && manifestsSought(r)?.some((path) => find(r.before.root, path) !== undefined)),
  ) ?? false;

/** As far as anybody can see: nothing brought it, and no command that nobody knows worked in its folder. */
function isMissing(subject: Subject, step: Step, ran: Ran, path: string): boolean {
  const { root, base } = ran.before;
  // Of an official image's own folders none is a project's.
  if (path.includes("$") || find(root, path) || mayHaveProject(base)) return false;
  const folder = dirname(path);
  for (let at = folder; ; at = dirname(at)) {
    // What a command brought that nobody knows lies anywhere: it is asked below.
    if (contentAt(root, at).some(mayHoldProject)) return false;
    if (at === "/") break;
  }
  // Commands that nobody knows mostly stand there, and make no project of it.
  if (folder === "/" && ran.cwd !== "/") return true;
  if (contentAt(root, folder).some((e) => e.kind === "unknown")) return false;
  for (const earlier of commandsBefore(subject, step, ran)) if (isUnread(earlier) && worksThere(earlier, folder)) return false;
  return true;
}

/** Of an official image's tags none has a project, whichever a variable names. */
const mayHaveProject = (base: BaseImage | undefined): boolean =>
  base !== undefined && base.standardLayout !== true && !isOfficial(base.name.replace(/:[^/]*\$[^/]*$/, ""));

const mayHoldProject = ({ kind, id }: Entry): boolean =>
  ["context", "source", "artifact", "download"].includes(kind) && !/^(?:deb|apk|rpm)[-:]/.test(id);

/** It stands there or in a folder above, or is told of one of these. */
const worksThere = ({ cwd, args }: Ran, folder: string): boolean =>
  cwd === folder || [cwd, ...args.map((a) => absolute(a.text, cwd))].some((place) => place !== "/" && isWithin(folder, place));

function* commandsBefore({ steps, image }: Subject, step: Step, ran: Ran): Iterable<Ran> {
  for (const s of steps) {
    if (s.index > step.index) return;
    if (isBuiltOn(image, step.stage, s.stage)) yield* s === step ? s.ran.slice(0, s.ran.indexOf(ran)) : s.ran;
  }
}

import { isKnown, isThere } from "../build/holds.ts";
import { isBuiltOn, type Subject, shippedSteps } from "../build/subject.ts";
import { runsScript } from "../commands/builders.ts";
import type { KeptCache, ToolCache } from "../commands/cache.ts";
import { caches } from "../commands/caches.ts";
import { carries, lookedInto } from "../commands/kinds.ts";
import type { Stored } from "../image/files.ts";
import { isMountedOver, type Ran, type Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin } from "../image/paths.ts";
import { findsNothing } from "./nothing-asked.ts";
import { startsProgram } from "./started.ts";
import { startedThrough } from "./started-through.ts";
import { isOfWindows } from "./windows.ts";
import { isBuiltToWorkIn, isWorkplace } from "./workplace.ts";

// What is left of a tool's cache in a layer, who works from it later, and whether anybody wants it.

const cached = new WeakMap<Step, readonly Stored[]>();

/** What is of any tool's cache in a layer: asked once for each tool. */
function cachesIn(step: Step): readonly Stored[] {
  const found = cached.get(step) ?? step.layer?.entries.filter(({ entry }) => allIds.has(entry.id) && !entry.maybe) ?? [];
  cached.set(step, found);
  return found;
}

const allIds = new Set(caches.flatMap(({ ids }) => ids));

/** What is left of a cache in the layer of the RUN whose commands wrote it. */
export function keptBy({ image, steps }: Subject, cache: ToolCache, step: Step): KeptCache | undefined {
  const entries = cachesIn(step).filter(({ entry }) => cache.ids.includes(entry.id));
  if (entries.length === 0) return undefined;
  const ran = step.ran.findLast((r) => !r.maybe && writes(cache, r));
  const earlier = () => steps.filter((s) => s.index <= step.index && isBuiltOn(image, step.stage, s.stage)).flatMap((s) => s.ran);
  return ran && { folders: new Map(entries.map(({ path, entry }) => [entry.id, path])), ran, user: step.before.user, earlier };
}

/** What is copied elsewhere is a file like others. */
export const writes = (cache: ToolCache, ran: Ran): boolean =>
  !carries(ran.name) && ran.changes.some((c) => c.how === "written" && cache.ids.includes(c.entry.id));

/** A command in its RUN. */
export interface At {
  readonly step: Step;
  readonly ran: Ran;
}

/** Commands of later RUNs on top of this layer that work from what is in the cache. */
export function readersOf({ steps, image }: Subject, step: Step, cache: ToolCache): At[] {
  const { reads, onlyFills } = cache;
  if (!reads) return [];
  const before = projectsOf(cache, step);
  const folders = cachesIn(step).flatMap(({ path, entry }) => (cache.ids.includes(entry.id) ? [path] : []));
  const isOver = (s: Step): boolean => folders.length > 0 && folders.every((folder) => isMountedOver(s, folder));
  return steps
    .slice(step.index + 1)
    .filter((s) => image.needed.has(s.stage) && isBuiltOn(image, s.stage, step.stage) && !isOver(s))
    .flatMap((s) => {
      // Behind a command that fills the cache anew they work from what that brings.
      const own = onlyFills ? s.ran.findIndex((r) => onlyFills(r) && writes(cache, r)) : -1;
      return (own < 0 ? s.ran : s.ran.slice(0, own))
        .filter((r) => reads(r, before) && !isBrought(s, r) && !isGenerated(s, r))
        .map((ran) => ({ step: s, ran }));
    });
}

/** Those that filled it for the project that they stand in: its scripts may work from it. */
const projectsOf = (cache: ToolCache, step: Step): readonly Ran[] => step.ran.filter((r) => writes(cache, r) && !cache.namesAll?.(r));

/** A makefile that cmake or qmake wrote just before: it has compilers run. */
const isGenerated = ({ ran: rans }: Step, ran: Ran): boolean =>
  /^g?make$/.test(ran.name) && rans.slice(0, rans.indexOf(ran)).some((r) => /^(?:cmake|qmake)$/.test(r.name) && isWithin(ran.cwd, r.cwd));

/** A script, or a makefile, of something that its RUN fetches: another project's. */
const isBrought = ({ ran: rans }: Step, ran: Ran): boolean =>
  runsScript(ran) &&
  rans
    .slice(0, rans.indexOf(ran))
    .some((r) =>
      r.changes.some(
        (c) =>
          c.how === "written" &&
          (scriptsOf(ran).includes(c.path) ||
            (["download", "source"].includes(c.entry.kind) && (isWithin(ran.cwd, c.path) || isWithin(c.path, ran.cwd)))),
      ),
    );

const scriptsOf = ({ name, args, cwd }: Ran): string[] => [name, ...args.map((a) => a.text)].map((text) => absolute(text, cwd));

/** The steps of those, and of what fills the cache once more between them: one mount serves all. */
export function readingSteps(subject: Subject, step: Step, cache: ToolCache): Step[] {
  const readers = new Set(readersOf(subject, step, cache).map((r) => r.step));
  const last = [...readers].at(-1)?.index ?? step.index;
  return subject.steps
    .slice(step.index + 1, last + 1)
    .filter((s) => readers.has(s) || (isBuiltOn(subject.image, s.stage, step.stage) && s.ran.some((r) => writes(cache, r))));
}

/** With other values of its variables, or on another platform, a command works from it. */
export function isReadElsewhere({ steps, image }: Subject, step: Step, cache: ToolCache): boolean {
  const before = projectsOf(cache, step);
  return steps.slice(step.index).some((s) => isBuiltOn(image, s.stage, step.stage) && s.notRun.some((r) => cache.reads?.(r, before)));
}

/** Whether it is meant to stay, is needed later, or may not stay at all: then there is nothing to say of it. */
export function isWanted(subject: Subject, cache: ToolCache, step: Step, { folders }: KeptCache): boolean {
  const writers = step.ran.filter((r) => writes(cache, r));
  return (
    // Only a switch is the same there.
    (!cache.flag && isOfWindows(step.before)) ||
    isForTheContainer(subject, cache, step, writers) ||
    mayBeGone(cache, step, writers, folders) ||
    writers.every((r) => isMissing(step, r) || findsNothing(subject, step, r)) ||
    isForLater(subject, cache, step, writers) ||
    isTouchedLater(subject, cache, step, folders)
  );
}

/** What is started, or who works in the image, works from it. */
function isForTheContainer(subject: Subject, cache: ToolCache, step: Step, writers: readonly Ran[]): boolean {
  const { startedBy, linkedFrom, runsFrom, wants } = cache;
  const { cmd, entrypoint } = subject.image.stages[subject.image.target]?.end ?? step.after;
  const starts = (program: RegExp): boolean =>
    [cmd, entrypoint].some((form) => form !== undefined && program.test(form.exec?.join(" ") ?? form.text));
  if (wants && step.ran.some(wants)) return true;
  if (startedBy) {
    // Who builds in it builds from it.
    if (starts(startedBy) || isWorkplace(subject, "says so") || writers.some((r) => isBuiltToWorkIn(subject, step, r))) return true;
    if (startedThrough(subject).some(({ name, args }) => startedBy.test([name, ...args.map((a) => a.text)].join(" ")))) return true;
  }
  const isWhole = (r: Ran): boolean => r.args.some((a) => linkedFrom?.whole.test(a.text));
  if (linkedFrom && !step.ran.some(isWhole) && starts(linkedFrom.started)) return true;
  return runsFrom?.(shippedSteps(subject).flatMap((s) => s.ran.filter((r) => writes(cache, r) || cache.reads?.(r)))) ?? false;
}

/** It is little, or nobody knows whether it is still there when the RUN ends. */
function mayBeGone(cache: ToolCache, { ran: rans }: Step, writers: readonly Ran[], folders: KeptCache["folders"]): boolean {
  const { leavesLittle, inSome, inPlace } = cache;
  const places = [...folders.values()];
  // At the home of a number, or of whom a variable names: nobody knows where that is.
  if (places.some((f) => /^\/home\/(?:[^/]*\$|\d+(?::\w*)?\/)/.test(f))) return true;
  if (leavesLittle && writers.every(leavesLittle)) return true;
  const filled = writers.flatMap((r) => r.changes.map((c) => c.entry.id)).filter((id) => cache.ids.includes(id));
  if (inSome && filled.some((id) => !folders.has(id))) return true;
  const [first] = writers;
  const last = writers.at(-1);
  if (!first || !last) return false;
  const behind = rans.slice(rans.indexOf(last));
  // Removed by a variable that the base may set: `"${CARGO_HOME}/registry"`.
  const isGone = ({ name, args }: Ran): boolean =>
    name === "rm" && args.some((a) => !a.known && places.some((f) => a.text.endsWith(`/${basename(f)}`)));
  if (behind.some(isGone)) return true;
  const isCleaned = cache.onlyFills?.(last) && takesNothing(rans.slice(rans.indexOf(first))) && last.args.some((a) => a.text === "clean");
  return inPlace === true && (isThrownAway(behind, last) || isCleaned === true);
}

/** Whoever builds on the image finds it there. */
function isForLater(subject: Subject, cache: ToolCache, step: Step, writers: readonly Ran[]): boolean {
  const { fetchesForOthers, keepsWork, flag, reads, onlyFills } = cache;
  if (fetchesForOthers && !startsProgram(subject) && writers.some(fetchesForOthers)) return true;
  const readers = readersOf(subject, step, cache);
  const behind = step.ran.slice(step.ran.findLastIndex((r) => writes(cache, r)));
  if (keepsWork && readers.length === 0 && writers.some((w) => keepsWork(w) && isAllThatIsLeft(subject, behind, w))) return true;
  // It is all that this RUN does, and nothing here builds from it: whoever runs the image will.
  return !flag && reads !== undefined && onlyFills !== undefined && writers.every(onlyFills) && readers.every((r) => runsScript(r.ran));
}

/** A later step looks at it, takes it elsewhere, or removes it (which removed-later tells). */
const isTouchedLater = ({ steps, image }: Subject, cache: ToolCache, step: Step, folders: KeptCache["folders"]): boolean =>
  steps
    .slice(step.index + 1)
    .some(
      (s) =>
        (isBuiltOn(image, s.stage, step.stage) && s.ran.some((r) => looksAt(r, { folders }) || missesIt(r, folders))) ||
        s.touched.some(
          (t) => t.stage !== s.stage && isBuiltOn(image, t.stage, step.stage) && [...folders.values()].some((f) => isWithin(t.path, f)),
        ) ||
        (image.ships.has(s.stage) &&
          s.changes.some((c) => c.how === "removed" && c.entry.layer === step.index && cache.ids.includes(c.entry.id))),
    );

/** `./gradlew` that surely is not there: the RUN fails. */
function isMissing({ before, ran: rans }: Step, ran: Ran): boolean {
  const path = absolute(ran.name, ran.cwd);
  return ran.name.includes("/") && rans.indexOf(ran) === 0 && !isThere(before, path) && isKnown(before, path);
}

/** `rm pkg/*` without -f fails where there is nothing. */
const missesIt = ({ name, args, cwd }: Ran, folders: ReadonlyMap<string, string>): boolean =>
  name === "rm" &&
  !args.some((a) => /^(?:-\w*f|--force$)/.test(a.text)) &&
  args.some((a) => [...folders.values()].some((f) => isWithin(absolute(a.text, cwd), f)));

/** Nothing is started here, or what was built elsewhere is removed: whoever builds on the image finds it in the cache. */
const isAllThatIsLeft = (subject: Subject, behind: readonly Ran[], ran: Ran): boolean =>
  !startsProgram(subject) || isThrownAway(behind, ran);

/** The folder it was called in is removed, and nothing was taken from there: it was there for what it fetched. */
function isThrownAway(behind: readonly Ran[], ran: Ran): boolean {
  const folder = ran.name.startsWith("/") && ran.cwd === "/" ? dirname(ran.name) : ran.cwd;
  const isRemoval = ({ name, args, cwd }: Ran): boolean =>
    name === "rm" && folder !== "/" && args.some((a) => isWithin(folder, absolute(a.text, cwd).replace(/\/\*$/, "") || "/"));
  const at = behind.findIndex(isRemoval);
  return at > 0 && takesNothing(behind.slice(1, at));
}

/** Commands that take nothing of what was built elsewhere. */
const takesNothing = (rans: readonly Ran[]): boolean => rans.every((r) => idle.test(r.name));
const idle = /(?:^|\/)(?:cd|pushd|popd|rm|echo|true|set|export|apk|apt|apt-get|yum|dnf|mvnw?|gradlew?|sbt)$/;

/** A command that names a folder of the cache, or one above it, to see what is in it or to take it elsewhere. */
export const looksAt = (ran: Ran, { folders }: Pick<KeptCache, "folders">): boolean =>
  lookedInto(ran).some(({ text, known }) => {
    const at = absolute(text, ran.cwd);
    return known && [...folders.values()].some((f) => isWithin(at, f) || (text.startsWith("/") && at !== "/" && isWithin(f, at)));
  });

/** In a mount it would be in no image; and gone when the mount is emptied, though the RUN that made it is taken from the build cache. */
export const isLostInMount = (subject: Subject, { keepsWork }: ToolCache, step: Step, later: readonly Step[]): boolean =>
  keepsWork !== undefined &&
  ((later.length > 0 && step.ran.some(keepsWork)) ||
    later.some((s) => s.ran.some((r, i) => keepsWork(r) && isAllThatIsLeft(subject, s.ran.slice(i), r))));

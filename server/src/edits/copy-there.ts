import { baseMayHold } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { type Place, useOf } from "../build/uses.ts";
import { copyWords } from "../dockerfile/instruction.ts";
import { find, isUnpacked } from "../image/files.ts";
import type { Ran, State, Step } from "../image/model.ts";
import { absolute, dirname, isWithin } from "../image/paths.ts";
import { usedBetween, usedByLaterSteps } from "../queries/used.ts";
import type { Edit } from "../text.ts";
import { withoutCommand } from "./chain.ts";

/** Said in a COPY as it stands: nothing to expand, nothing to quote. */
const plain = /^\/[\w./@+-]+$/;

/**
 * A COPY that puts its file, or its folder, at once where a later `mv` or `cp` takes it. Undefined where somebody else needs it in the first
 * place, or where the COPY brings more than that.
 */
export function copyThere(subject: Subject, step: Step, ran: Ran): { to: string; edits: Edit[] } | undefined {
  const { file, steps } = subject;
  const names = ran.args.filter((a) => !a.text.startsWith("-"));
  const [from, to, more] = names;
  if (!from?.known || !to?.known || more || from.glob || to.glob || ran.args.some((a) => /^(?:-[tT]|--target|--no-target)/.test(a.text)))
    return undefined;
  const path = absolute(from.text, ran.cwd);
  const writer = writerOf(steps, step, path);
  const [source, target, another] = writer ? copyWords(writer.instruction) : [];
  if (!writer || !source || !target || another || writer.stage !== step.stage || !isOwn(subject, writer)) return undefined;
  const { instruction, changes } = writer;
  const isMore = instruction.flags.some((f) => !/^(?:from|chown|chmod|link)$/.test(f.name)) || instruction.heredocs.length > 0;
  if (isMore || /^[a-z]+:|^git@/i.test(source.text) || changes.some((c) => isUnpacked(c.entry))) return undefined;
  // All that it brings, and nothing else, is taken there.
  const node = find(writer.after.root, path);
  const isFile = node?.type === "file";
  if (!node || find(writer.before.root, path) || changes.some((c) => (isFile ? c.path !== path : !isWithin(c.path, path))))
    return undefined;
  if (!isFile && absolute(target.text, writer.before.cwd) !== path) return undefined;
  const moved = ran.changes.filter((c) => c.how === "written");
  const place = isFile
    ? moved[0]?.path
    : placeOf(path, moved[0]?.path, to.text, ran.cwd, find(step.before.root, absolute(to.text, ran.cwd))?.type);
  if (!place || !plain.test(place) || (isFile && moved.length !== 1) || !moved.every((c) => isWithin(c.path, place))) return undefined;
  // What lies there already would come out otherwise.
  if (find(step.before.root, place) || file.text.slice(target.start, target.end) !== target.text) return undefined;
  const folder = { path: dirname(path), folder: true };
  const isMade = !isThere(writer.before, folder.path);
  const used = usedBetween(subject, writer, step, ran, [
    { path, folder: !isFile },
    { path: place, folder: !isFile },
    ...(isMade ? [folder] : []),
  ]);
  if (
    used !== "no" ||
    (isMade && isUsedBehind(subject, step, ran, folder)) ||
    (ran.name !== "mv" && isUsedBehind(subject, step, ran, { path, folder: !isFile }))
  )
    return undefined;
  const taken = withoutCommand(file, step, ran.command);
  return taken && { to: place, edits: [{ start: target.start, end: target.end, text: isFile ? place : `${place}/` }, taken] };
}

/** In every image, and empty. */
const standing = new Set(["/", "/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/usr/local", "/var/tmp"]);

/** Whether a folder is there without the COPY, which makes those that are missing. */
const isThere = (state: State, path: string): boolean =>
  standing.has(path) || find(state.root, path) !== undefined || baseMayHold(state, path);

/** What is copied stays where it was: somebody may look for it there. */
function isUsedBehind(subject: Subject, step: Step, ran: Ran, place: Place): boolean {
  const { cmd, entrypoint, cwd } = subject.image.stages[subject.image.target]?.end ?? step.after;
  const isNamed = [cmd, entrypoint].some((form) => form?.text.includes(place.path));
  const behind = step.ran.slice(step.ran.indexOf(ran) + 1);
  return (
    isNamed || isWithin(cwd, place.path) || behind.some((r) => useOf(r, place) !== "no") || usedByLaterSteps(subject, step, place) !== "no"
  );
}

/** Where a folder comes to lie: in the target when that is a folder, else as it. */
function placeOf(path: string, moved: string | undefined, to: string, cwd: string, there: string | undefined): string | undefined {
  const target = absolute(to, cwd);
  const place =
    there === "folder" || to.endsWith("/") ? `${target === "/" ? "" : target}/${path.slice(path.lastIndexOf("/") + 1)}` : target;
  return moved !== undefined && isWithin(moved, place) ? place : undefined;
}

/** The COPY that brought what lies there. */
function writerOf(steps: readonly Step[], step: Step, path: string): Step | undefined {
  return steps
    .slice(0, step.index)
    .findLast((s) => /^(?:COPY|ADD)$/.test(s.instruction.keyword) && s.changes.some((c) => c.how === "written" && isWithin(c.path, path)));
}

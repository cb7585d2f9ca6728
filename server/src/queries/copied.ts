import { differentPaths } from "../build/difference.ts";
import { isKnown } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { copyWords, flagValue, isCopy } from "../dockerfile/instruction.ts";
import { contextOf, find, type Stored } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import { absolute, basename } from "../image/paths.ts";

const sourceOf = ({ instruction }: Step): string | undefined => flagValue(instruction, "from");

const wordsOf = ({ instruction }: Step): string =>
  copyWords(instruction)
    .map((a) => a.text)
    .join("\0");

/** False where a COPY to `/etc/x` may have put the file into a folder of that name, which the base image or an unknown command has made. */
export function isFile(copy: Step, path: string): boolean {
  const words = copyWords(copy.instruction).map((a) => a.text);
  const target = words.at(-1) ?? "";
  if (absolute(target, copy.before.cwd) !== path || /\.(?!d$)[a-z\d]+$/i.test(path)) return true;
  return basename(words[0] ?? "") === basename(path) || isKnown(copy.before, path);
}

/** A RUN in a language that is no shell's: it may remove what lies there. */
const isUnread = ({ instruction, script }: Step): boolean => instruction.keyword === "RUN" && !instruction.exec && !script;

/** A COPY that brings only what earlier ones brought to the very same place, and nobody has changed since. */
export function isThereAlready(subject: Subject, step: Step): boolean {
  const overwritten = step.changes.filter((c) => c.how === "overwritten");
  if (!isCopy(step.instruction) || !isOwn(subject, step) || overwritten.length === 0) return false;
  const first = Math.min(...overwritten.map((c) => c.entry.layer));
  if (subject.steps.slice(first + 1, step.index).some((s) => s.stage === step.stage && isUnread(s))) return false;
  return (
    overwritten.every(({ path, entry }) => {
      const writer = subject.steps[entry.layer];
      // Of a file whose source is not known the path is all there is to tell it by.
      const same = contextOf(entry) !== undefined || (writer && wordsOf(writer) === wordsOf(step));
      return writer && isCopy(writer.instruction) && sourceOf(writer) === sourceOf(step) && same && !entry.maybe && isFile(writer, path);
    }) && differentPaths(step.before.root, step.after.root).length === 0
  );
}

/** Where something that a COPY stores lies already, for another COPY of the same brought it there. */
interface Earlier {
  readonly by: Step;
  readonly path: string;
}

/** For each thing that a COPY stores the other place in the finished image where it lies; undefined where one of them lies nowhere else. */
export function elsewhere(subject: Subject, step: Step, copies: readonly Step[]): Earlier[] | undefined {
  const found: Earlier[] = [];
  for (const stored of step.layer?.entries ?? []) {
    const earlier = otherPlace(subject, step, stored, copies);
    if (!earlier) return undefined;
    found.push(earlier);
  }
  return found;
}

function otherPlace({ image }: Subject, step: Step, { path, entry }: Stored, copies: readonly Step[]): Earlier | undefined {
  const root = image.stages[image.target]?.end.root;
  const from = sourceOf(step);
  if (!root || entry.size.lowerBound || entry.maybe || (from === undefined && contextOf(entry) === undefined)) return undefined;
  const at = find(root, path);
  if (!at || (at.type === "file" && at.entry.layer !== step.index)) return undefined;
  for (const by of copies) {
    if (by.index >= step.index) return undefined;
    const place = sourceOf(by) === from ? placeIn(by, entry.id) : undefined;
    const node = place === undefined || place === path ? undefined : find(root, place);
    const same =
      node?.type === "file"
        ? node.entry.id === entry.id && node.entry.layer === by.index
        : node?.type === "folder" && node.context !== undefined && contextOf(entry) === `${node.context.path}/`;
    if (place !== undefined && same) return { by, path: place };
  }
  return undefined;
}

const indexes = new WeakMap<Step, ReadonlyMap<string, string>>();

/** Where a COPY put content: by itself, or in a folder of the build context that stays folded. */
function placeIn(copy: Step, id: string): string | undefined {
  const index = indexes.get(copy) ?? new Map(copy.layer?.entries.map(({ path, entry }) => [entry.id, path]));
  indexes.set(copy, index);
  const exact = index.get(id);
  if (exact !== undefined || !id.startsWith("context:")) return exact;
  const parts = id.slice("context:".length).split("/");
  for (let n = parts.length - 1; n >= 0; n--) {
    const folder = index.get(`context:${parts.slice(0, n).join("/")}/`);
    const rest = parts.slice(n).filter((p) => p !== "");
    if (folder !== undefined && rest.length > 0) return `${folder === "/" ? "" : folder}/${rest.join("/")}`;
  }
  return undefined;
}

import type { Place } from "../build/uses.ts";
import { type Argument, copySources, copyWords, type Dockerfile } from "../dockerfile/instruction.ts";
import { find, isUnpacked } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import { absolute, basename, isWithin } from "../image/paths.ts";
import type { Edit } from "../text.ts";
import { removeInstruction } from "./chain.ts";

/** Said as it is in a flag: nothing to expand, no comma that would end it. */
const plain = /^[\w./@+:-]+$/;

/**
 * A file or folder that COPY brings and only the next RUN needs, as a mount of that RUN: then no layer holds it. A folder can be written
 * to, as the copy could; what is written there goes with it. Undefined where COPY does more than that.
 */
export function mountInstead(file: Dockerfile, copy: Step, run: Step, target: Place): [copy: Edit, mount: Edit] | undefined {
  const { instruction } = copy;
  const place = copyWords(instruction).at(-1);
  const source = sourceOf(copy, target);
  const from = instruction.flags.find((f) => f.name === "from")?.value;
  // A mount finds a stage by its name alone (BuildKit, dockerfile2llb, detectRunMount): 0 would be an image. copy-from-number gives it a name.
  if (from !== undefined && /^\d+$/.test(from)) return undefined;
  if (!source || !place || instruction.heredocs.length > 0 || !["COPY", "ADD"].includes(instruction.keyword)) return undefined;
  if (instruction.flags.some((f) => f.name !== "from" && f.name !== "link") || /^[a-z]+:|^git@/i.test(source.text)) return undefined;
  if (
    !plain.test(source.text) ||
    !plain.test(target.path) ||
    !plain.test(place.text) ||
    (from !== undefined && !plain.test(from)) ||
    !run.script
  )
    return undefined;
  const isOneOfMore = copySources(instruction).length > 1;
  const [only, another] = isOneOfMore ? copy.changes.filter((c) => c.path === target.path) : copy.changes;
  const path = absolute(source.text, "/");
  const to = absolute(place.text, copy.before.cwd);
  // A folder that holds one file is no file.
  const isInside = place.text.endsWith("/") || find(copy.before.root, to)?.type === "folder";
  const asFile = isInside ? absolute(basename(source.text), to) : to;
  const isFile = only !== undefined && !another && only.path === asFile && find(copy.after.root, only.path)?.type === "file";
  const mounted = isFile ? only.path : to;
  if (!only || !isWithin(mounted, target.path) || isUnpacked(only.entry) || !(isFile || mounted === target.path)) return undefined;
  const fields = [
    "type=bind",
    ...(from === undefined ? [] : [`from=${from}`]),
    ...(path === "/" && from === undefined ? [] : [`source=${from === undefined ? path.slice(1) : path}`]),
    `target=${mounted}`,
    ...(isFile ? [] : ["rw"]),
  ];
  const at = run.instruction.keywordSpan.end;
  const copied = isOneOfMore ? withoutSource(file, copy, source) : removeInstruction(file, copy);
  return copied && [copied, { start: at, end: at, text: ` --mount=${fields.join(",")}` }];
}

/** The word of a COPY that brings all that is meant: the only one, or the one of a file among others. */
function sourceOf({ instruction, before, after }: Step, target: Place): Argument | undefined {
  const [source, another] = copySources(instruction);
  const place = copyWords(instruction).at(-1);
  if (!another || !place) return source;
  const named = copySources(instruction).filter((s) => absolute(basename(s.text), absolute(place.text, before.cwd)) === target.path);
  return named.length === 1 && find(after.root, target.path)?.type === "file" ? named[0] : undefined;
}

/** The COPY without one of its sources; a comment between its words stays where it is. */
function withoutSource(file: Dockerfile, { instruction }: Step, source: Argument): Edit | undefined {
  const words = copyWords(instruction);
  const next = words[words.indexOf(source) + 1];
  if (!next || instruction.exec) return undefined;
  const gone = { start: source.start, end: next.start, text: "" };
  return file.comments.some((c) => c.start < gone.end && c.end > gone.start) ? undefined : gone;
}

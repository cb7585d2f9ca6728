import type { Place } from "../build/uses.ts";
import { copyWords, type Dockerfile } from "../dockerfile/instruction.ts";
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
  const [source, place, more] = copyWords(instruction);
  const from = instruction.flags.find((f) => f.name === "from")?.value;
  if (!source || !place || more || instruction.heredocs.length > 0 || !["COPY", "ADD"].includes(instruction.keyword)) return undefined;
  if (instruction.flags.some((f) => f.name !== "from" && f.name !== "link") || /^[a-z]+:|^git@/i.test(source.text)) return undefined;
  if (
    !plain.test(source.text) ||
    !plain.test(target.path) ||
    !plain.test(place.text) ||
    (from !== undefined && !plain.test(from)) ||
    !run.script
  )
    return undefined;
  const [only, another] = copy.changes;
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
  return [removeInstruction(file, instruction), { start: at, end: at, text: ` --mount=${fields.join(",")}` }];
}

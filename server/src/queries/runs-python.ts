import { type Subject, shippedSteps } from "../build/subject.ts";
import { interpreterOf } from "../build/wrappers.ts";
import { commandName, isPip, isPython } from "../commands/kinds.ts";
import { contextOf, type Node, unfold } from "../image/files.ts";
import { startedThrough } from "./started-through.ts";

/** Whether the image runs Python, or holds a script that is for it: by its first line or its name. */
export const runsPython = (subject: Subject): boolean => callsAny(subject, (name) => isPython(name) || isPip(name)) || holdsScript(subject);

/** By the name that only the distribution's own Python has, of whatever version that is. */
export const callsDefaultPython = (subject: Subject): boolean => callsAny(subject, (name) => /^(?:\/usr\/bin\/)?python3?$/.test(name));

const callsAny = (subject: Subject, isOne: (name: string) => boolean): boolean =>
  [...shippedSteps(subject).flatMap((s) => s.ran), ...startedThrough(subject)].some((r) => isOne(r.name));

/** Files that are looked into. */
const maximumFiles = 2000;

function holdsScript({ image, world: { context } }: Subject): boolean {
  const end = image.stages[image.target]?.end;
  const open: (readonly [name: string, node: Node])[] = end ? [["", end.root]] : [];
  let count = 0;
  for (const [name, node] of open) {
    if (node.type === "folder") open.push(...unfold(node).children);
    if (node.type !== "file" || ++count > maximumFiles) continue;
    if (/\.py$/.test(name)) return true;
    const source = contextOf(node.entry);
    const interpreter = interpreterOf((source === undefined ? undefined : context?.readText?.(source)) ?? "");
    if (interpreter !== undefined && isPython(commandName(interpreter))) return true;
  }
  return false;
}

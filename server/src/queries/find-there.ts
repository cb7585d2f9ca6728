import { isBuiltOn, rootOf, type Subject, stageOf } from "../build/subject.ts";
import { allOf } from "../build/uses.ts";
import { packageEnding } from "../commands/kinds.ts";
import type { Step } from "../image/model.ts";

/**
 * Whether the image has find when a step runs: Debian (where it is essential), Alpine and Arch do, images of RPM's distributions come without.
 * An image that a build argument names may be any, and so may one that nobody knows, unless a command says what it is.
 */
export function mayLackFind(subject: Subject, step: Step): boolean {
  const { image, steps } = subject;
  const before = steps.filter((s) => s.index <= step.index && isBuiltOn(image, step.stage, s.stage)).flatMap(allOf);
  const ran = before.filter((r) => !r.maybe);
  if (ran.some((r) => r.name === "find" || (packageEnding(r.name) !== undefined && r.args.some((a) => a.text === "findutils"))))
    return false;
  const endings = before.flatMap((r) => packageEnding(r.name) ?? []);
  if (endings.length > 0) return endings.includes("rpm");
  const stage = stageOf(subject, step);
  const word = stage && rootOf(image, stage).from?.args[0];
  const isVariable = word?.text.replace(/:[^/]*$/, "").includes("$") ?? true;
  const manager = step.before.base?.packageManager;
  return isVariable || !/^(?:apt|apk|pacman)$/.test(manager ?? "");
}

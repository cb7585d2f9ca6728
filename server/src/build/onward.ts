import type { Instruction } from "../dockerfile/instruction.ts";
import { Content } from "../image/content.ts";
import { type FolderNode, find, type Node, put, unfold } from "../image/files.ts";
import type { State, Step } from "../image/model.ts";
import { dirname } from "../image/paths.ts";
import { areOfOneKind, differentPaths, sameButFiles } from "./difference.ts";

/** What is different in a second run so far: paths, the root's content without names by its ids, or the base image itself. */
class Differences {
  private readonly paths = new Set<string>();
  /** Folders that something different lies below. */
  private readonly above = new Set<string>();

  add(path: string): void {
    if (this.paths.has(path)) return;
    this.paths.add(path);
    if (path.startsWith("/")) for (let at = path; at !== "/"; this.above.add(at)) at = dirname(at);
  }

  /** Whether a step that looks at a path may see something different there. */
  shows(path: string): boolean {
    if (path === "content:*") return this.somethingOfContent();
    if (!path.startsWith("/")) return this.paths.has(path) || (path.startsWith("content:") && this.paths.has("content:*"));
    if (this.above.has(path)) return true;
    for (let at = path; ; at = dirname(at)) {
      if (this.paths.has(at)) return true;
      if (at === "/") return false;
    }
  }

  has(path: string): boolean {
    return this.paths.has(path);
  }

  private somethingOfContent(): boolean {
    for (const path of this.paths) if (path.startsWith("content:")) return true;
    return false;
  }
}

/** How the second run carries out one instruction more. */
export interface Second {
  readonly end: State;
  /** The last step it made. */
  run(instruction: Instruction, index: number): Step;
  /** Takes a step of the first run for its own, which leads to this state. */
  take(steps: readonly Step[], end: State): void;
  /** Takes a node of the first run for its own: it is the same here. */
  share(path: string, node: Node): void;
}

/**
 * The rest of a stage in a second run. A step that looks at nothing that is different does and stores the same: it is taken over as it
 * is. The files that it wrote are put into the second run's tree only when another step has to be run anew.
 */
export function goOn(rest: readonly Step[], last: State, second: Second): void {
  const differences = new Differences();
  for (const path of differentPaths(last.root, second.end.root)) differences.add(path);
  if (last.base !== second.end.base) differences.add("base");
  let waiting: Step[] = [];
  let all = !sameButFiles(last, second.end);
  const catchUp = (): void => {
    const end = waiting.at(-1)?.after;
    if (!end) return;
    const { base } = second.end;
    second.take(waiting, { ...end, root: waiting.reduce(again, second.end.root), ...(base && { base }) });
    waiting = [];
  };
  for (const step of rest) {
    if (!all && !looksAt(step, differences)) {
      waiting.push(step);
      continue;
    }
    catchUp();
    const now = second.run(step.instruction, step.index);
    all ||= !sameButFiles(step.after, now.after);
    if (!all) addDifferences(differences, step, now, second);
  }
  catchUp();
}

const looksAt = (step: Step, differences: Differences): boolean =>
  step.touched.some(({ path, stage }) => stage === step.stage && differences.shows(path)) ||
  [...step.places.keys()].some((path) => path !== "/" && differences.shows(path));

function addDifferences(differences: Differences, before: Step, now: Step, second: Second): void {
  const places = new Set([...before.places.keys(), ...now.places.keys()]);
  for (const path of places) {
    if (path === "/") continue;
    if (differences.has(path)) continue;
    const [there, here] = [find(before.after.root, path), find(now.after.root, path)];
    const different = differentPaths(there, here, path);
    for (const at of different) differences.add(at);
    // The very same node is compared at once when a later step has added to it.
    if (there && there !== here && different.length === 0) second.share(path, there);
  }
  if (!places.has("/")) return;
  for (const { path } of [...before.touched, ...now.touched])
    if (path.startsWith("content:") && path !== "content:?") differences.add(path);
  if (!areOfOneKind(before.after.root.content, now.after.root.content)) differences.add("content:?");
}

/** A tree with what a step wrote into its own. */
function again(root: FolderNode, step: Step): FolderNode {
  let tree = root;
  for (const [path, how] of step.places) {
    const node = find(step.after.root, path);
    if (how === "whole" || node?.type !== "folder") tree = put(tree, path, node, step.index);
    else {
      const there = find(tree, path);
      const old = find(step.before.root, path);
      const folder = there?.type === "folder" ? unfold(there) : undefined;
      const before = old?.type === "folder" ? unfold(old).content : Content.empty;
      const content = (folder?.content ?? Content.empty).withChanges(before, node.content);
      tree = put(tree, path, { ...node, children: folder?.children ?? node.children, content }, step.index);
    }
  }
  return tree;
}

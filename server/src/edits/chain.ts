import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import type { Command, List, Node, Script } from "../shell/syntax.ts";
import type { Edit, Span } from "../text.ts";

/** Where a command stands: the nodes around it, outermost first, the command last. */
export function pathTo(script: Script, command: Span): readonly Node[] | undefined {
  return search(script.body, command);
}

function search(node: Node, wanted: Span): readonly Node[] | undefined {
  if (node === wanted) return [node];
  for (const child of childrenOf(node)) {
    if (child.start > wanted.start || child.end < wanted.end) continue;
    const found = search(child, wanted);
    if (found) return [node, ...found];
  }
  return undefined;
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "list":
    case "andor":
    case "pipeline":
      return node.items;
    case "if":
      return [...node.branches.flatMap((b) => [b.condition, b.body]), ...(node.otherwise ? [node.otherwise] : [])];
    case "loop":
      return node.condition ? [node.condition, node.body] : [node.body];
    case "case":
      return node.items.map((i) => i.body);
    case "for":
    case "group":
    case "function":
    case "background":
      return [node.body];
    case "command":
    case "test":
      return [];
  }
}

/** True when the command runs once and for certain whenever the RUN succeeds: no condition, loop or function around it. */
export function isPlain(path: readonly Node[]): boolean {
  return path.every((node, i) => {
    if (node.kind === "command" || node.kind === "list") return true;
    if (node.kind === "group") return node.redirects.length === 0;
    return node.kind === "andor" && !node.operators.slice(0, indexIn(node.items, path[i + 1]) + 1).includes("||");
  });
}

const indexIn = (items: readonly Node[], node: Node | undefined): number => (node ? items.indexOf(node) : -1);

/** True when the script is a heredoc's body: its commands stand on lines of their own. */
export const isHeredocScript = (instruction: Instruction, at: Span): boolean =>
  instruction.heredocs.some((h) => h.body.start <= at.start && at.end <= h.body.end);

/**
 * Puts a command behind another one, in the manner in which the RUN is written: `&&` on the same line, before or behind a
 * line continuation, or a line of its own in a heredoc.
 */
export function insertAfter(file: Dockerfile, instruction: Instruction, after: Span, text: string): Edit {
  const at = after.end;
  if (isHeredocScript(instruction, after)) return { start: at, end: at, text: `${file.newline}${indentOf(file.text, after.start)}${text}` };
  const lines = file.text.slice(instruction.start, instruction.headEnd);
  if (!/\n/.test(lines)) return { start: at, end: at, text: ` && ${text}` };
  const indent = continuationIndent(lines);
  const trailing = /&&[ \t]*[\\`][ \t]*\r?\n/.test(lines) && !/\n[ \t]*&&/.test(lines);
  const joint = trailing ? ` && ${file.escape}${file.newline}${indent}` : ` ${file.escape}${file.newline}${indent}&& `;
  return { start: at, end: at, text: joint + text };
}

/** The white space before the first continued line that starts a command, else before the first continued line. */
function continuationIndent(lines: string): string {
  return (
    /\n([ \t]+)&&/.exec(lines)?.[1] ??
    /&&[ \t]*[\\`][ \t]*\r?\n([ \t]+)[^\s#]/.exec(lines)?.[1] ??
    /\n([ \t]+)[^\s#]/.exec(lines)?.[1] ??
    "    "
  );
}

/** The white space at the beginning of the line that holds an offset. */
export function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/**
 * Takes a command out of a chain of `&&`, or off its own line in a heredoc; comments stay. `everything` when nothing else is left
 * of the RUN. Undefined where other parts hang on it: the end of a pipe, a branch, an operand of `||`.
 */
export function removeCommand(file: Dockerfile, script: Script, command: Span): Edit | "everything" | undefined {
  const path = pathTo(script, command);
  if (!path || !isPlain(path) || path.some((n) => n.kind === "group")) return undefined;
  const parent = path.at(-2);
  if (!parent || path.length > 3) return undefined;
  if (parent.kind === "andor") {
    if (parent.operators.includes("||")) return undefined;
    return takeOut(file, parent.items, indexIn(parent.items, path.at(-1)));
  }
  if (parent.kind !== "list") return undefined;
  if (parent.items.length === 1) return "everything";
  return takeOut(file, parent.items, indexIn(parent.items, path.at(-1)));
}

/** One of several items and the operator beside it. Comments between keep their lines. */
function takeOut(file: Dockerfile, items: readonly Node[], index: number): Edit | undefined {
  const item = items[index];
  const before = items[index - 1];
  const after = items[index + 1];
  if (!item) return undefined;
  const start = before ? before.end : item.start;
  const end = before ? item.end : (after?.start ?? item.end);
  const comments = file.comments.filter((c) => c.start >= start && c.end <= end);
  if (comments.length === 0) return { start, end, text: "" };
  // With comments between, only the command's own words and one operator go, and the comments stay where they are.
  return undefined;
}

/** Takes a whole instruction out, its line break too; comments inside it stay, as lines of their own. */
export function removeInstruction(file: Dockerfile, instruction: Instruction): Edit {
  const start = file.text.lastIndexOf("\n", instruction.start - 1) + 1;
  const newline = file.text.indexOf("\n", instruction.end);
  const end = newline < 0 ? file.text.length : newline + 1;
  const inside = file.comments.filter((c) => c.start > instruction.start && c.end <= instruction.end);
  return { start, end, text: inside.map((c) => file.text.slice(c.start, c.end) + file.newline).join("") };
}

/** The commands of a script that stand in its outermost list and `&&` chains, in order. */
export function topCommands(script: Script): Command[] {
  const found: Command[] = [];
  const visit = (list: List): void => {
    for (const item of list.items) {
      if (item.kind === "command") found.push(item);
      else if (item.kind === "andor") for (const part of item.items) if (part.kind === "command") found.push(part);
    }
  };
  visit(script.body);
  return found;
}

import type { Comment, Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import type { Step } from "../image/model.ts";
import { isPrinted, printsIntoFile } from "../queries/printed.ts";
import { looksBack } from "../shell/needs.ts";
import { type Command, commandsIn, innerNodes, type Node, type Script, type Word } from "../shell/syntax.ts";
import { areApart, contains, type Edit, type Span } from "../text.ts";
import { shellComments } from "./shell-comments.ts";

/** Where a command stands: the nodes around it, outermost first, the command last. */
export function pathTo(script: Script, command: Span): readonly Node[] | undefined {
  return search(script.body, command);
}

function search(node: Node, wanted: Span): readonly Node[] | undefined {
  if (node === wanted) return [node];
  for (const child of innerNodes(node)) {
    if (child.start > wanted.start || child.end < wanted.end) continue;
    const found = search(child, wanted);
    if (found) return [node, ...found];
  }
  return undefined;
}

/** True when the command runs once and for certain whenever the RUN succeeds: no condition, loop or function around it. */
export const isPlain = (path: readonly Node[]): boolean =>
  path.every((node, i) => node.kind === "command" || node.kind === "list" || runsInside(node, path[i + 1]));

/** Brackets, and a chain of `&&` up to a part of it: that part runs whenever the whole succeeds. */
function runsInside(node: Node, part: Node | undefined): boolean {
  if (node.kind === "group") return node.redirects.length === 0;
  return node.kind === "andor" && !node.operators.slice(0, part ? node.items.indexOf(part) + 1 : 0).includes("||");
}

/** Whether what a command prints is a file of the image: then its work cannot be done in another place, nor be left out. */
export const printsFile = (script: Script, command: Span): boolean => isPrinted(script, pathAround(script, command));

/** A RUN as its edits see it; without a script there is nothing in it to hold on to. */
type Run = Pick<Step, "instruction" | "script">;

/** The nodes around a place, outermost first: what a nested shell or a script called there does lies at the command itself. */
function pathAround(script: Script, at: Span): readonly Node[] {
  const path: Node[] = [script.body];
  for (let node: Node | undefined = script.body; node; ) {
    node = innerNodes(node).find((child) => contains(child, at));
    if (node) path.push(node);
  }
  return path;
}

/**
 * The statement that holds a place and runs once, for certain, whenever the RUN succeeds: a command, or the pipe, loop or `||` around it.
 * Undefined where the place is run from elsewhere or later: in a function, in the background.
 */
export function statementAt(script: Script, at: Span): Node | undefined {
  const path = pathAround(script, at);
  const statement = path.find((node, i) => path[i + 1] === undefined || !(node.kind === "list" || runsInside(node, path[i + 1])));
  return statement && ["function", "background", "list"].includes(statement.kind) ? undefined : statement;
}

/** True when the script is a heredoc's body: its commands stand on lines of their own. */
const isHeredocScript = (instruction: Instruction, at: Span): boolean =>
  instruction.heredocs.some((h) => h.body.start <= at.start && at.end <= h.body.end);

/**
 * Puts a command behind another one, in the manner in which the RUN is written: `&&` or `;` on the same line, before or behind a
 * line continuation, or a line of its own in a heredoc. The RUN fails where it failed before. Undefined where what follows asks how the
 * other one ended.
 */
export function insertAfter(file: Dockerfile, { instruction, script }: Run, after: Span, text: string): Edit | undefined {
  const place = script ? placeBehind(script, after) : { node: after, joint: "&&" };
  if (!place) return undefined;
  const { node, joint } = place;
  const at = node.end;
  if (isHeredocScript(instruction, node)) {
    const rest = /^[^\n]*/.exec(file.text.slice(at))?.[0] ?? "";
    const own = joint === ";" && /^[ \t]*(?:#.*)?\r?$/.test(rest) && !file.text.slice(node.start, at).includes("<<");
    if (!own) return insertion(at, `${joint === ";" ? ";" : " &&"} ${text}`);
    return insertion(at + rest.trimEnd().length, `${file.newline}${indentOf(file.text, node.start)}${text}`);
  }
  const lines = file.text.slice(instruction.start, instruction.headEnd);
  if (!/\n/.test(lines)) return insertion(at, `${joint === ";" ? ";" : " &&"} ${text}`);
  const indent = continuationIndent(lines);
  const { escape, newline } = file;
  if (joint === ";") return insertion(at, `; ${escape}${newline}${indent}${text}`);
  const trailing = /&&[ \t]*[\\`][ \t]*\r?\n/.test(lines) && !/\n[ \t]*&&/.test(lines);
  return insertion(at, trailing ? ` && ${escape}${newline}${indent}${text}` : ` ${escape}${newline}${indent}&& ${text}`);
}

const insertion = (at: number, text: string): Edit => ({ start: at, end: at, text });

/**
 * Behind the last operand of a chain is behind the chain. In a list `set -e` looks only at a command's own failure and at that of a
 * chain's last operand, so a `&&` there would hide one; at the list's end, without `set -e`, a `;` would, and so it would before `$?`.
 * Behind a loop a `&&` hides what fails inside of it, for `set -e` then looks at nothing there.
 */
function placeBehind(script: Script, after: Span): { node: Span; joint: "&&" | ";" } | undefined {
  const path = pathTo(script, after) ?? pathAround(script, after);
  let i = path.length - 1;
  for (let parent = path[i - 1]; parent?.kind === "andor" && parent.items.at(-1) === path[i]; parent = path[i - 1]) i--;
  const node = path[i];
  const parent = path[i - 1];
  if (path.some(replacesShell)) return undefined;
  const asked = looksBackAt(path.slice(0, i + 1));
  if (asked === "more") return undefined;
  if (!node || parent?.kind !== "list") return { node: node ?? after, joint: "&&" };
  const stops = stopsAtFailure(script) && path.slice(0, i).every((n) => n.kind === "list" || n.kind === "group");
  if (parent.items.at(-1) === node || asked) {
    const compound = holdsStatements(node.kind === "andor" ? node.items.at(-1) : node);
    const stopsItself = stops && (node.kind === "command" || (compound && stopsInside(node)));
    // The failure of a chain's last operand would no longer stop the shell; only at the RUN's end that is the same.
    if (stopsAtFailure(script) && (asked || i > 1) && !stopsItself) return undefined;
    if (compound && !stopsItself && mayStop(script)) return undefined;
    return { node, joint: stopsItself ? ";" : "&&" };
  }
  return { node, joint: ";" };
}

/** A loop, a condition or a group. */
const holdsStatements = (node: Node | undefined): boolean =>
  node !== undefined && (node.kind === "list" || innerNodes(node).some(holdsStatements));

/** Whether all that fails in a statement stops the shell at once where `set -e` holds; what is only asked as a condition does not count. */
function stopsInside(node: Node): boolean {
  if (node.kind === "andor" || node.kind === "background" || (node.kind === "pipeline" && node.negated)) return false;
  if (node.kind === "if") return [...node.branches.map((b) => b.body), ...(node.otherwise ? [node.otherwise] : [])].every(stopsInside);
  return (node.kind === "loop" ? [node.body] : innerNodes(node)).every(stopsInside);
}

/** `exec command`: nothing of the script runs behind it. */
const replacesShell = (node: Node): boolean => node.kind === "command" && node.words[0]?.raw === "exec" && node.words.length > 1;

/** What the statement that runs next asks about the last one of a path. */
function looksBackAt(path: readonly Node[]): ReturnType<typeof looksBack> {
  for (let i = path.length - 1; i > 0; i--) {
    const [parent, node] = path.slice(i - 1, i + 1);
    const next = parent && node && innerNodes(parent).find((sibling) => sibling.start >= node.end);
    if (next) return looksBack(next);
  }
  return undefined;
}

/** Whether the RUN goes on when a command of it fails: `|| true` behind it, or more commands in a list without `set -e`. */
export function isForgiving(script: Script, command: Span): boolean {
  const path = pathTo(script, command) ?? [];
  const ends = path.every((node, i) => node.kind !== "list" || i === path.length - 1 || node.items.at(-1) === path[i + 1]);
  return isForgiven(path.at(-2), path.at(-1)) || !(ends || stopsAtFailure(script));
}

/**
 * Puts a command before another one that runs for certain, so that its failure fails the RUN. Undefined where it would not, as in the
 * middle of a list without `set -e`.
 */
export function insertBefore(file: Dockerfile, { instruction, script }: Run, command: Command, text: string): Edit | undefined {
  const path = script && pathTo(script, command);
  if (!script || !path || !isPlain(path) || looksBack(command)) return undefined;
  const { start } = command;
  if (path.every((node, i) => node.kind !== "list" || node.items.at(-1) === path[i + 1])) return insertion(start, `${text} && `);
  const [list, statement] = path;
  const heads = list === script.body && (statement === command || (statement?.kind === "andor" && statement.items[0] === command));
  if (!heads || !stopsAtFailure(script)) return undefined;
  return insertion(start, isHeredocScript(instruction, command) ? `${text}${file.newline}${indentOf(file.text, start)}` : `${text}; `);
}

/** `set -e` among its own statements, or said by SHELL. */
const stopsAtFailure = (script: Script): boolean => script.errexit === true || script.body.items.some(setsErrexit);

/** The same, said anywhere: `set -e && …`. */
const mayStop = (script: Script): boolean => script.errexit === true || [...commandsIn(script.body)].some(setsErrexit);

const setsErrexit = (node: Node): boolean =>
  node.kind === "command" && node.words[0]?.raw === "set" && node.words.some((w) => /^(?:-[a-z]*e[a-z]*|errexit)$/.test(w.raw));

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

/** Commands that leave no trace behind the RUN. */
const idle = new Set(["cd", "set", "true", ":"]);

const isIdle = (command: Command): boolean => idle.has(command.words[0]?.raw ?? "") && !printsIntoFile(command);

/**
 * Takes a command that succeeds out of its chain or list, with the `|| true` behind it; comments stay. `everything` when nothing that does
 * anything is left of the RUN. Undefined where other parts hang on it: a pipe, a branch, a file of what it prints, the exit status of the RUN.
 */
export function removeCommand(file: Dockerfile, script: Script, command: Span): Edit | "everything" | undefined {
  let path = pathTo(script, command);
  if (path && isForgiven(path.at(-2), path.at(-1))) path = path.slice(0, -1);
  if (!path || !isPlain(path.slice(0, -1))) return undefined;
  while (path.length > 3 && path.at(-2)?.kind === "list" && innerNodes(path.at(-2) ?? script.body).length === 1) path = path.slice(0, -2);
  const [parent, node] = path.slice(-2);
  if (!parent || !node || !isPlain([...path.slice(0, -1), node]) || looksBackAt(path) || isPrinted(script, path)) return undefined;
  if ([...commandsIn(script.body)].every((c) => contains(node, c) || isIdle(c)) && areSimple(path)) return "everything";
  if (parent.kind === "andor") {
    // With `set -e` it is a chain's last operand whose failure counts: only at the end of the RUN the one before fails just as well.
    const ends = path.length === 3 && script.body.items.at(-1) === parent && parent.items.at(-2)?.kind === "command";
    const hides = parent.items.at(-1) === node && stopsAtFailure(script) && !ends;
    return hides || parent.operators.includes("||") ? undefined : takeOut(file, parent.items, parent.items.indexOf(node));
  }
  if (parent.kind !== "list") return undefined;
  const previous = parent.items.at(-2);
  // The last statement's exit status is the RUN's: the one before takes that part over only where it would have stopped the RUN anyway.
  const closes = parent.items.at(-1) === node;
  if (closes && !(path.length === 2 && previous?.kind === "command" && stopsAtFailure(script))) return undefined;
  return (isInHeredoc(file, node) && wholeLines(file.text, node)) || takeOut(file, parent.items, parent.items.indexOf(node));
}

/** `command || true`. */
const isForgiven = (parent: Node | undefined, node: Node | undefined): boolean =>
  parent?.kind === "andor" &&
  parent.items.length === 2 &&
  parent.operators[0] === "||" &&
  parent.items[0] === node &&
  parent.items[1]?.kind === "command" &&
  /^(?:true|:)$/.test(parent.items[1].words[0]?.raw ?? "");

const areSimple = (path: readonly Node[]): boolean => path.every((n) => n.kind === "list" || n.kind === "andor" || n.kind === "command");

const instructionAt = (file: Dockerfile, at: Span): Instruction | undefined => file.instructions.find((i) => contains(i, at));

const isInHeredoc = (file: Dockerfile, at: Span): boolean => {
  const instruction = instructionAt(file, at);
  return instruction !== undefined && isHeredocScript(instruction, at);
};

/** The lines of a statement that stands alone on them. */
function wholeLines(text: string, node: Span): Edit | undefined {
  const start = text.lastIndexOf("\n", node.start - 1) + 1;
  const newline = text.indexOf("\n", node.end);
  // A comment may stand on one of several.
  if (text.slice(node.start, node.end).includes("\n") && text.slice(node.start, node.end).includes("#")) return undefined;
  if (newline < 0 || text.slice(start, node.start).trim() !== "" || !/^[ \t]*;?\s*$/.test(text.slice(node.end, newline))) return undefined;
  return { start, end: newline + 1, text: "" };
}

/** One of several items and the operator beside it. Comments between and inside keep lines of their own. */
function takeOut(file: Dockerfile, items: readonly Node[], index: number): Edit | undefined {
  const item = items[index];
  const before = items[index - 1];
  const after = items[index + 1];
  if (!item || (!before && !after)) return undefined;
  const { text, newline } = file;
  const start = before ? before.end : item.start;
  const commentsIn = (from: number, to: number): Comment[] => file.comments.filter((c) => c.start >= from && c.end <= to);
  const linesOf = (comments: readonly Comment[]): string =>
    comments.map((c) => indentOf(text, c.start) + text.slice(c.start, c.end) + newline).join("");
  const line = text.indexOf("\n", item.end);
  if (isInHeredoc(file, item) && text.slice(start, Math.max(line, after && !before ? after.start : 0)).includes("#")) return undefined;
  if (!before || !after) {
    const end = before ? item.end : (after?.start ?? item.end);
    const comments = linesOf(commentsIn(start, end));
    if (!before) return cutHead(file, { start, end });
    if (comments === "") return { start, end, text: "" };
    // Nothing may follow: the comments then stand behind the instruction.
    const head = instructionAt(file, item)?.headEnd ?? end;
    return text.slice(end, head).trim() === "" ? { start, end, text: newline + comments.slice(0, -newline.length) } : undefined;
  }
  const behind = text.slice(item.end, after.start);
  const upTo = commentsIn(before.end, item.end);
  if (upTo.length === 0) return { start, end: item.end, text: "" };
  if (!behind.includes("\n")) {
    const inside = linesOf(commentsIn(item.start, item.end));
    const gap = text.slice(before.end, item.start);
    const cut = gap.lastIndexOf("\n") + 1;
    return { start, end: after.start, text: gap.slice(0, cut) + inside + gap.slice(cut) };
  }
  const cut = behind.indexOf("\n") + 1;
  return { start, end: after.start, text: behind.slice(0, cut) + linesOf(upTo) + behind.slice(cut) };
}

/** The beginning of a chain, up to what now comes first. */
function cutHead({ text, newline, escape, comments }: Dockerfile, { start, end }: Span): Edit {
  const kept = comments.filter((c) => c.start >= start && c.end <= end);
  if (kept.length === 0) return { start, end, text: "" };
  const lines = kept.map((c) => indentOf(text, c.start) + text.slice(c.start, c.end) + newline);
  return { start, end, text: escape + newline + lines.join("") + indentOf(text, end) };
}

/** Where an instruction begins with the comments right above it. */
export function startWithComments({ text, comments }: Dockerfile, instruction: Instruction): number {
  let at = text.lastIndexOf("\n", instruction.start - 1) + 1;
  for (const comment of [...comments].reverse()) {
    const line = text.lastIndexOf("\n", comment.start - 1) + 1;
    if (comment.end < at && text.slice(comment.end, at).trim() === "" && text.slice(comment.end, at).split("\n").length === 2) at = line;
  }
  return at;
}

/** Takes several commands out at once. */
function removeCommands(file: Dockerfile, script: Script, commands: readonly Span[]): Edit[] | "everything" | undefined {
  const isGone = (node: Node | undefined): boolean => node !== undefined && commands.some((c) => c === node);
  const paths = commands.map((c) => pathTo(script, c) ?? []);
  const all = [...commandsIn(script.body)];
  if (paths.some((path) => isPrinted(script, path))) return undefined;
  if (all.every((c) => isGone(c) || isIdle(c)) && paths.every(areSimple) && commands.length > 0) return "everything";
  const edits: Edit[] = [];
  for (const path of paths) {
    const [parent, node] = path.slice(-2);
    const items = parent?.kind === "andor" || parent?.kind === "list" ? parent.items : [];
    // What would then be the last has to be looked at as well: not tried.
    if (!node || (items.at(-1) === node && isGone(items.at(-2)))) return undefined;
    const row = items.findIndex((item) => !isGone(item));
    const next = items[row];
    if (row > 1 && next && items.indexOf(node) < row && !isInHeredoc(file, node)) {
      const [head] = items;
      const place = { start: head?.start ?? node.start, end: next.start };
      if (items[0] !== node) continue;
      if (!isPlain(path)) return undefined;
      edits.push(cutHead(file, place));
      continue;
    }
    const edit = removeCommand(file, script, node);
    if (edit === undefined || edit === "everything") return undefined;
    edits.push(edit);
  }
  return areApart(edits) ? edits : undefined;
}

/** A RUN without a command of it: gone as a whole where nothing else in it does anything. Undefined as in `removeCommand`. */
export function withoutCommand(file: Dockerfile, run: Run, command: Span | undefined): Edit | undefined {
  const taken = run.script && command && removeCommand(file, run.script, command);
  return taken === "everything" ? removeInstruction(file, run) : taken;
}

export function withoutCommands(file: Dockerfile, run: Run, commands: readonly Span[]): Edit[] | undefined {
  const { instruction, script } = run;
  // Exec form is one command; what a shell in it runs has no place.
  const { exec } = instruction;
  if (exec && commands.length === 0) return [];
  if (exec) return exec.every((word) => commands.some((c) => contains(c, word))) ? [removeInstruction(file, run)] : undefined;
  const taken = script && removeCommands(file, script, commands);
  return taken === "everything" ? [removeInstruction(file, run)] : taken;
}

/** Takes words out of a command. Undefined where a comment stands between them. */
export function removeWords(file: Dockerfile, command: Pick<Command, "words">, gone: readonly Word[]): Edit[] | undefined {
  const edits = command.words.flatMap((word, i): Edit[] => {
    const previous = command.words[i - 1];
    return previous && gone.includes(word) ? [{ start: previous.end, end: word.end, text: "" }] : [];
  });
  const broken = edits.some((e) => e.end <= e.start || file.comments.some((c) => contains(e, c)));
  return broken || edits.length < gone.length ? undefined : edits;
}

/** Takes a whole instruction out, its line break too; comments inside it stay, as lines of their own. */
export function removeInstruction(file: Dockerfile, { instruction, script }: Run): Edit {
  const start = file.text.lastIndexOf("\n", instruction.start - 1) + 1;
  const newline = file.text.indexOf("\n", instruction.end);
  const end = newline < 0 ? file.text.length : newline + 1;
  const inside = file.comments.filter((c) => c.start > instruction.start && c.end <= instruction.end);
  const kept = [...inside.map((c) => file.text.slice(c.start, c.end)), ...(script ? shellComments(file, instruction, script) : [])];
  return { start, end, text: kept.map((comment) => comment + file.newline).join("") };
}

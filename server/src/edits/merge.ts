import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import type { Step } from "../image/model.ts";
import { type Command, commandsIn, innerNodes, type List, type Node, type Script } from "../shell/syntax.ts";
import { applyEdits, areApart, contains, type Edit } from "../text.ts";
import { withOneUpdate } from "./one-update.ts";
import { hasBackground, mustStartAnew } from "./own-shell.ts";

/** A RUN's script, and what of it would reach the script behind it. */
interface Body {
  readonly instruction: Instruction;
  readonly script: Script;
  /** Words of its leading `set`, when that makes the shell stop at the first failure. */
  readonly errexit: string | undefined;
  /** It changes the shell that the next commands would run in. */
  readonly leaks: boolean;
  /** Anything but one chain of `&&`: it must be bracketed to be one operand. */
  readonly loose: boolean;
  readonly heredoc: boolean;
  /** Edits of the body itself, made on the way. */
  readonly inner: readonly Edit[];
}

/** Commands whose effect on the shell outlives them; nvm, sdk and rvm are functions of it. */
const leaking = new Set(
  (
    "cd pushd popd export unset umask trap exit exec alias unalias shopt source . read ulimit readonly declare typeset local eval hash shift return " +
    "let getopts mapfile readarray enable disown wait nvm sdk rvm"
  ).split(" "),
);

/** A command's own words: `command cd` and `\\cd` are cd. */
function bare({ words }: Command): string[] {
  const raw = words.map((w) => w.raw.replace(/[\\"']/g, ""));
  const start = raw.findIndex((word, i) => !/^(?:command|builtin)$/.test(word) && !(i > 0 && word.startsWith("-")));
  return raw.slice(Math.max(start, 0));
}

/** `pip install -U pip`: the shell has noted where the old one lies, and goes on to call that. */
const isReplaced = (name: string, words: readonly string[]): boolean =>
  /^(?:pip|npm|yarn|pnpm|conda|n)[\d.]*$/.test(name) &&
  (name === "n" || words.slice(1).some((word) => word.replace(/[@=<>~![].*$/, "") === name.replace(/[\d.]+$/, "")));

/** Whether the shell is another one behind a body: by a command, by the variable of a loop, by a function, or by `${X:=…}` and `$((X=…))`. */
function leaves(node: Node): boolean {
  switch (node.kind) {
    case "command": {
      const [name = "", ...words] = bare(node);
      const isSet = node.words.some((w) => /\$\{\w+:?=|\(\(/.test(w.raw));
      const activates =
        /^(?:conda|mamba|micromamba|pyenv|module)$/.test(name) && /^(?:activate|deactivate|shell|load)$/.test(words[0] ?? "");
      return (
        node.words.length === 0 ||
        isReplaced(name, words) ||
        leaking.has(name) ||
        activates ||
        (name === "printf" && words.some((w) => w.startsWith("-v"))) ||
        isSet
      );
    }
    case "for":
    case "function":
      return true;
    case "test":
      return node.words === undefined;
    default:
      return innerNodes(node).some(leaves);
  }
}

/** A chain of `&&` and nothing else: it ends at the first failure with the exit status of that, whether the shell stops there or not. */
const isChain = ({ items: [only, more] }: List): boolean =>
  only !== undefined &&
  more === undefined &&
  (isSimple(only) || (only.kind === "andor" && !only.operators.includes("||") && only.items.every(isSimple)));
const isSimple = (node: Node): boolean =>
  node.kind === "test" ||
  (node.kind === "command" && node.words.every((w) => w.parts.every((p) => p.kind !== "script" || isChain(p.body)))) ||
  (node.kind === "pipeline" && !node.negated && node.items.every(isSimple));

/**
 * Neighbouring RUNs as one, with the same meaning: a body that would leave its mark on the shell, or that is more than one chain of
 * `&&`, is put in brackets; the first failure ends the RUN as it ended the build. Comments keep their places. Undefined where that
 * cannot be had: exec form, other mounts, a `set -e` that `&&` would switch off, jobs in the background, text the shell refuses.
 * `inner` edits change a body on the way: whole commands behind others. What apt has fetched for one body serves the next.
 */
export function mergeRuns(file: Dockerfile, steps: readonly Step[], inner: readonly Edit[] = []): Edit | undefined {
  if (mustStartAnew(steps)) return undefined;
  const all = [...inner, ...withOneUpdate(file, steps)];
  const bodies = steps.map((step) => bodyOf(step, areApart(all) ? all : inner));
  const [first] = bodies;
  const last = bodies.at(-1);
  if (!bodies.every((b): b is Body => b !== undefined) || !first || !last || bodies.length < 2) return undefined;
  // As an operand of `&&` a body no longer stops where SHELL says `-e`.
  if (bodies.slice(0, -1).some((b) => b.script.errexit && !isChain(b.script.body))) return undefined;
  if (!bodies.every((b) => flagsOf(b.instruction) === flagsOf(first.instruction) && b.heredoc === first.heredoc)) return undefined;
  const text = first.heredoc ? mergedHeredocs(file, bodies) : mergedLines(file, bodies);
  return text === undefined ? undefined : { start: first.instruction.start, end: last.instruction.end, text };
}

function bodyOf(step: Step, inner: readonly Edit[]): Body | undefined {
  const { instruction, script } = step;
  if (instruction.keyword !== "RUN" || instruction.exec || !script || script.broken) return undefined;
  const { items } = script.body;
  const [first] = items;
  const [heredoc, more] = instruction.heredocs;
  const alone = heredoc && !more && instruction.rest.text.trim() === instruction.source.slice(heredoc.mark.start, heredoc.mark.end);
  if (!first || (heredoc && (!alone || !heredoc.closed || instruction.source.slice(heredoc.body.start).trimStart().startsWith("#!"))))
    return undefined;
  // In a joined line a comment of the shell's own takes all that would follow it.
  const lastItem = items.at(-1);
  if (!heredoc && lastItem && instruction.source.slice(lastItem.end, instruction.headEnd).includes("#")) return undefined;
  const commands = [...commandsIn(script.body)];
  if (hasBackground(script.body)) return undefined;
  const sets = commands.filter((c) => bare(c)[0] === "set");
  const leading = first.kind === "command" && first.words[0]?.raw === "set" ? first.words.map((w) => w.raw).join(" ") : undefined;
  const errexit = leading !== undefined && /^set -[a-z]*e[a-z]*(?: -o pipefail)?$/.test(leading) ? leading : undefined;
  if (sets.length > (errexit === undefined ? 0 : 1)) return undefined;
  return {
    instruction,
    script,
    errexit,
    heredoc: heredoc !== undefined,
    leaks: leaves(script.body),
    loose: items.length > 1 || hasAlternative(first) || /;\s*$/.test(instruction.rest.text),
    inner: inner.filter((edit) => contains(instruction, edit)),
  };
}

const flagsOf = (instruction: Instruction): string =>
  instruction.flags
    .map((f) => `${f.name}=${f.value ?? ""}`)
    .sort()
    .join(" ");

const hasAlternative = (node: Node): boolean => node.kind === "andor" && node.operators.includes("||");

/** All of them stop at the first failure by themselves: then they can simply follow one another. */
function mayFollow(bodies: readonly Body[]): boolean {
  return bodies.every((body, i) => {
    if (body.errexit === undefined || body.errexit !== bodies[0]?.errexit) return false;
    // The failure of an operand of && does not stop the shell, but at the end of a RUN it fails the build.
    return i === bodies.length - 1 || (!body.leaks && body.script.body.items.at(-1)?.kind === "command");
  });
}

function mergedLines(file: Dockerfile, bodies: readonly Body[]): string | undefined {
  const { escape, newline } = file;
  const follow = mayFollow(bodies);
  if (!follow && bodies.slice(0, -1).some((b) => b.errexit !== undefined)) return undefined;
  const whole = bodies.map((b) => b.instruction.source.slice(b.instruction.start, b.instruction.headEnd)).join("\n");
  const indent = /\n([ \t]+)&&/.exec(whole)?.[1] ?? /\n([ \t]+)[^\s#]/.exec(whole)?.[1] ?? "    ";
  const trailing = /&&[ \t]*[\\`][ \t]*\r?\n/.test(whole) && !/\n[ \t]*&&/.test(whole);
  let out = "";
  bodies.forEach((body, i) => {
    const { instruction } = body;
    const start = instruction.rest.pieces[0]?.start ?? instruction.headEnd;
    const raw = textOf(body, start, instruction.headEnd).trimEnd();
    const text = follow
      ? raw.replace(/[ \t;]+$/, "")
      : body.leaks && i < bodies.length - 1
        ? bracketed(raw)
        : body.loose && (i > 0 || body.script.body.items.length > 1 || /;$/.test(raw))
          ? bracketed(raw)
          : raw;
    if (i === 0) {
      out = instruction.source.slice(instruction.start, start) + text;
      return;
    }
    const previous = bodies[i - 1]?.instruction;
    const comments = file.comments
      .filter((c) => previous && c.start >= previous.end && c.end <= instruction.start)
      .map((c) => file.text.slice(file.text.lastIndexOf("\n", c.start - 1) + 1, c.end) + newline);
    const operator = follow ? ";" : "&&";
    const semicolon = follow ? `; ${escape}${newline}` : "";
    out += semicolon || (trailing ? ` ${operator} ${escape}${newline}` : ` ${escape}${newline}`);
    out += comments.join("") + indent + (trailing || follow ? "" : `${operator} `) + text;
  });
  return out;
}

const bracketed = (text: string): string => `( ${text} )`;

function mergedHeredocs(file: Dockerfile, bodies: readonly Body[]): string | undefined {
  const { newline } = file;
  const [first] = bodies;
  const mark = first?.instruction.heredocs[0];
  if (!first || !mark) return undefined;
  if (bodies.some((b) => b.instruction.heredocs[0]?.stripTabs !== mark.stripTabs || b.instruction.heredocs[0]?.expand !== mark.expand))
    return undefined;
  // A line of one body that is the end mark of the merged one would end it.
  if (
    bodies.some((b) =>
      scriptLines(b)
        .split(/\r?\n/)
        .some((line) => line.trim() === mark.name),
    )
  )
    return undefined;
  const follow = mayFollow(bodies);
  if (!follow && bodies.slice(0, -1).some((b) => b.errexit !== undefined)) return undefined;
  const parts = bodies.map((b, i) => {
    const previous = bodies[i - 1]?.instruction;
    const comments = previous
      ? file.comments
          .filter((c) => c.start >= previous.end && c.end <= b.instruction.start)
          .map((c) => file.text.slice(c.start, c.end) + newline)
          .join("")
      : "";
    return comments + (follow ? scriptLines(b) : `(${newline}${scriptLines(b)})`);
  });
  const end = file.text.slice(mark.body.end, first.instruction.end);
  return file.text.slice(first.instruction.start, mark.body.start) + parts.join(follow ? "" : ` && `) + (follow ? "" : newline) + end;
}

const scriptLines = (body: Body): string => {
  const lines = body.instruction.heredocs[0]?.body;
  return lines ? textOf(body, lines.start, lines.end) : "";
};

const textOf = ({ instruction, inner }: Body, start: number, end: number): string =>
  applyEdits(
    instruction.source.slice(start, end),
    inner.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
  );

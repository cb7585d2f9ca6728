import { lacksShell } from "../build/holds.ts";
import { isPosixShell, scriptText } from "../build/run-instruction.ts";
import { flagValue, type Instruction, type Joined, joinedFrom } from "../dockerfile/instruction.ts";
import { meantAsExec } from "../dockerfile/meant-exec.ts";
import { slice } from "../dockerfile/parse.ts";
import type { State, Step } from "../image/model.ts";
import { shellNeeds, variablesRead } from "../shell/needs.ts";
import { parseShell } from "../shell/parse.ts";
import { plainWords } from "../shell/plain.ts";
import { commandsIn, type Script } from "../shell/syntax.ts";
import * as say from "../topics/forms.ts";
import type { Shown } from "./shown.ts";
import { atStart } from "./start.ts";

/** RUN, CMD, ENTRYPOINT, HEALTHCHECK: the form that this one is in, and what follows from it for this very line. Markdown. */
export function formText(shown: Shown, step: Step): string | undefined {
  const { instruction } = step;
  if (instruction.rest.text.trim() === "") return undefined;
  if (instruction.keyword === "RUN" && instruction.heredocs.length > 0) return hereDocument(step);
  if (instruction.keyword === "HEALTHCHECK" && /^NONE\b/i.test(instruction.rest.text)) return say.healthOff;
  const line = commandLine(instruction);
  if (!line) return undefined;
  const own = instruction.exec ? inExec(shown, step) : inShell(shown, step, line);
  return [...own, ...(instruction.keyword === "HEALTHCHECK" ? [health(instruction)] : [])].join("\n\n");
}

function inExec(shown: Shown, step: Step): string[] {
  const words = step.instruction.exec?.map((a) => a.text) ?? [];
  const flag = isPosixShell(words) ? words.findIndex((w) => /^-\w*c$/.test(w)) : -1;
  const script = flag > 0 ? parseShell(joinedFrom(words[flag + 1] ?? "")) : undefined;
  const start = { shell: script && words.slice(0, flag + 1), script };
  return [say.execForm, ...unchanged(words), ...wholeLine(words), ...atStart(shown, step, start)];
}

function inShell(shown: Shown, step: Step, line: Joined): string[] {
  const shell = shellOf(shown, step);
  const script = isPosixShell(shell) ? parseShell(line) : undefined;
  return [
    say.shellFormOf(shell),
    ...(meantAsExec(line.text) ? [say.noJson] : []),
    ...missingShell(step.before, shell),
    ...(script ? needs(step, script, shell) : []),
    ...atStart(shown, step, { shell, script }),
  ];
}

/** Docker keeps the shell of a health check to the end: it takes the image's. */
const shellOf = ({ image }: Shown, { instruction, stage, before }: Step): readonly string[] =>
  (instruction.keyword === "HEALTHCHECK" ? image.stages[stage]?.end : before)?.shell ?? before.shell;

/** What of the line only a shell does; with nothing of that, the line without one. */
function needs({ instruction, before }: Step, script: Script, shell: readonly string[]): string[] {
  if (script.broken) return [];
  const words = plainWords(script);
  if (words) {
    const exec = say.code(`${instruction.keyword === "HEALTHCHECK" ? "CMD" : instruction.keyword} ${say.execText(words)}`);
    return [`Nothing in it needs a shell. In exec form: ${exec}`];
  }
  const all = shellNeeds(script);
  const needed = all.length > 4 ? [...all.slice(0, 3).map(say.code), "more"] : all.map(say.code);
  return [
    ...(needed.length > 0 ? [`It needs the shell for ${say.enumerated(needed)}.`] : []),
    ...(instruction.keyword === "RUN" ? pipes(script, shell) : lost(before, script)),
  ];
}

/** `a | b` in a shell that looks at b's status only. */
function pipes(script: Script, shell: readonly string[]): string[] {
  const isPipe = shellNeeds(script).includes("|");
  const isWatched = shell.includes("pipefail") || [...commandsIn(script.body)].some((c) => c.words.some((w) => w.raw === "pipefail"));
  return isPipe && !isWatched ? [say.pipeStatus] : [];
}

/** Build arguments that a command of the running container reads. */
function lost({ args, env }: State, script: Script): string[] {
  const names = [...variablesRead(script)].filter((name) => args.has(name) && !env.has(name));
  return names.map(
    (name) => `${say.code(`$${name}`)} is a build argument: it is not there when the container runs. \`ENV ${name}=$${name}\` keeps it.`,
  );
}

function hereDocument(step: Step): string | undefined {
  const { instruction, before } = step;
  const { source, interpreter } = scriptText(instruction);
  if (interpreter !== undefined) return say.hereDocument(interpreter);
  const [first] = instruction.heredocs;
  const alone = first && instruction.heredocs.length === 1 && instruction.rest.text.trim().startsWith("<<");
  if (!alone) return [say.shellFormOf(before.shell), ...missingShell(before, before.shell)].join("\n\n");
  const script = isPosixShell(before.shell) ? parseShell(source) : undefined;
  const commands = script ? [...commandsIn(script.body)] : [];
  const stops =
    before.shell.some((word) => /^-\w*e/.test(word)) ||
    commands.some((c) => c.words[0]?.raw === "set" && /^-\w*e/.test(c.words[1]?.raw ?? ""));
  const parts = script && script.body.items.length > 1 && !stops ? [say.goesOn] : [];
  return [say.hereDocument(before.shell.join(" ")), ...missingShell(before, before.shell), ...parts].join("\n\n");
}

/** HEALTHCHECK's command stands behind CMD. */
function commandLine({ keyword, rest }: Instruction): Joined | undefined {
  if (keyword !== "HEALTHCHECK") return rest;
  const match = /^CMD[ \t]+/i.exec(rest.text);
  return match ? slice(rest, match[0].length) : undefined;
}

/** What people expect a shell to do, in an exec form that has none. */
function unchanged(words: readonly string[]): string[] {
  if (isPosixShell(words)) return [];
  const odd = words.filter((w) => /\$\w|\$\{|^(?:&&|\|\||[|;<>]|>>)$|^~\/|^[^-].*\*/.test(w));
  return odd.length > 0
    ? [
        `${say.enumerated([...new Set(odd)].slice(0, 4).map(say.code))} ${odd.length > 1 ? "are" : "is"} handed on as written: no shell replaces it.`,
      ]
    : [];
}

/** A whole command line in one string. */
function wholeLine(words: readonly string[]): string[] {
  const [name, ...more] = words;
  if (!name?.includes(" ") || more.length > 0) return [];
  return [`It starts a program of the name ${say.code(name)}, spaces and all: each argument is a string of its own.`];
}

function missingShell(state: State, shell: readonly string[]): string[] {
  return lacksShell({ ...state, shell }) ? [say.noShell(state.base?.name ?? "scratch")] : [];
}

function health(instruction: Instruction): string {
  const given = (name: string, otherwise: string): string => flagValue(instruction, name) || otherwise;
  return say.health(given("interval", "30s"), given("timeout", "30s"), given("retries", "3"));
}

import { lacksShell } from "../build/holds.ts";
import type { Subject } from "../build/subject.ts";
import { isShell } from "../commands/kinds.ts";
import { meantAsExec } from "../dockerfile/meant-exec.ts";
import { type Form, type Stage, type State, variableIn } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { preparedBy, scriptStarted, useOfCmd } from "../queries/cmd-words.ts";
import {
  endsAtOnce,
  endsWithExec,
  isIdle,
  isPrompt,
  lastCommand,
  scriptTold,
  takesArguments,
  tellsOfItself,
  type Words,
} from "../queries/start-text.ts";
import { handsOver, isHeard, type LostSignal, stopSignal } from "../queries/stop-signal.ts";
import { isForWindows, isOfWindows } from "../queries/windows.ts";
import { parseShell } from "../shell/parse.ts";
import { builtins, onlyCommand, plainWords, programIn } from "../shell/plain.ts";
import type { Command, Script } from "../shell/syntax.ts";
import { expandWhole, isLiteral } from "../shell/words.ts";
import type { Draft, Rule } from "./rule.ts";
import { type Case, draftOf } from "./shell-form-words.ts";

export const shellForm: Rule = {
  id: "shell-form",
  summary: "CMD or ENTRYPOINT in shell form",
  why:
    'In shell form Docker starts `/bin/sh -c "…"`, and the shell is process 1: the `sh` of Debian and Ubuntu gets the stop signal and does not hand it on, so `docker stop` waits ten seconds and then kills. ' +
    "That of Alpine leaves its place to the program, as bash does, which is `sh` on Fedora and on Red Hat's, Oracle's and Amazon's systems: there a CMD loses nothing, and nothing is said of it. " +
    "An ENTRYPOINT in shell form also ignores CMD and the arguments of `docker run`. In exec form, a JSON array, the program itself is process 1, and ends at once where it heeds the signal; for one that does not, such as `sleep`, there is `docker run --init`. " +
    "Variables, pipes and `&&` need a shell: keep it then, and let the last command begin with `exec`.",
  about: "form",
  level: "warning",
  aliases: ["DL3025"],
  checks: ["JSONArgsRecommended"],
  example: {
    before: "FROM debian:trixie-slim\nCOPY server /usr/local/bin/server\nCMD server --port 8080\n",
    after: 'FROM debian:trixie-slim\nCOPY server /usr/local/bin/server\nCMD ["server", "--port", "8080"]\n',
  },
  *check(subject) {
    const { image } = subject;
    const stage = image.stages[image.target];
    // Where there is no shell that is what has to be said; Windows has another one.
    if (!stage || lacksShell(stage.end) || isOfWindows(stage.end)) return;
    const { entrypoint, cmd } = stage.end;
    for (const form of [entrypoint, cmd]) {
      if (form?.instruction && form.exec === undefined && form.text !== "") yield* findings(subject, stage, form);
    }
  },
};

function* findings(subject: Subject, stage: Stage, form: Form): Iterable<Draft> {
  const { end } = stage;
  const { instruction } = form;
  const isCmd = form === end.cmd;
  const use = isCmd ? useOfCmd(subject, end) : "started";
  if (!instruction || use === "its own affair") return;
  const isDeaf = !isCmd && !takesArguments(form.text);
  const isGivenShell = !isCmd && end.cmd !== undefined && end.cmd.exec === undefined && end.cmd.text !== "";
  const place = { instruction, shell: end.shell.join(" "), isDeaf, isGivenShell };
  const meant = meantAsExec(form.text);
  if (meant) return yield* draftOf({ is: "no JSON", ...meant }, place);
  if (isForWindows(form.text) || !isShell(end.shell[0] ?? "")) return;
  const script = parseShell(instruction.rest);
  const started = scriptStarted(subject, form, end);
  const heard = isHeard(script, started?.text);
  const signal = stopSignal(stage, instruction.keyword, end.shell, script);
  const start: Start = {
    isCmd,
    isDeaf,
    isLookedAt: use === "looked at",
    end,
    script,
    last: lastCommand(script),
    started,
    signal: heard && signal.is === "lost" ? signal : undefined,
    hasLeft: signal.is === "left to the program",
    heard,
  };
  const found = caseOf(start);
  if (found) yield* draftOf(found, place);
}

/** A CMD or an ENTRYPOINT that a shell gets. */
interface Start {
  readonly isCmd: boolean;
  /** An ENTRYPOINT that makes nothing of arguments. */
  readonly isDeaf: boolean;
  /** By the program of the ENTRYPOINT, which starts nothing by it. */
  readonly isLookedAt: boolean;
  readonly end: State;
  readonly script: Script;
  readonly last: Command | undefined;
  /** The script file that is started, where its text is known. */
  readonly started: ReturnType<typeof scriptStarted>;
  /** What exec, or exec form, would change; undefined where the stop signal reaches the program as it is, or does not either way. */
  readonly signal: LostSignal | undefined;
  /** The shell gives its place to the program by itself. */
  readonly hasLeft: boolean;
  /** What is started makes something of a stop signal, or may. */
  readonly heard: boolean;
}

/** What there is to be said; undefined where that is nothing. */
function caseOf(start: Start): Case | undefined {
  const words = plainWords(start.script);
  if (endsWithExec(start.script) || (start.isCmd && isLeftAlone(start, words))) return undefined;
  return words ? ofWords(start, words) : ofScript(start);
}

/** It ends by itself, or whoever types there ends it: nobody has to stop it. */
function isLeftAlone(start: Start, words: Words | undefined): boolean {
  if (tellsOfItself(start.script) || isIdle(start.script) || (!start.end.entrypoint && endsAtOnce(start.script))) return true;
  return words !== undefined && (isPrompt(words) || (start.hasLeft && words.length === 1 && isShell(words[0] ?? "")));
}

/** What needs no shell. */
function ofWords(start: Start, plain: Words): Case | undefined {
  const { isCmd, end, started, signal, hasLeft, heard } = start;
  // Without #! a shell runs it, the system does not (execve(2)); `sh start.sh` has one.
  const bare = started && !started.text.startsWith("#!") && basename(plain[0] ?? "") === basename(started.path) ? started.path : undefined;
  if (isCmd && !signal && !(hasLeft && heard) && bare === undefined) return undefined;
  const words = bare === undefined ? plain : ["/bin/sh", bare, ...plain.slice(1)];
  const told = scriptTold(plain);
  // A shell that has left leaves one shell only, and what ends in a loop or a short wait hears of nothing in either form.
  if (told && (hasLeft || endsAtOnce(told) || !isHeard(told, undefined))) return undefined;
  const isUnread = isUnreadScript(start);
  if (start.isLookedAt) return { is: "arguments", words, isUnread };
  if (told) return { is: "shell in a shell", words, handsOver: handsOver(words[0], told) };
  const program: Case = { is: "program", words, signal, isUnread, preparedBy: isCmd ? preparedBy(end, words) : undefined };
  // One that has left spares nobody a second shell, and loses nothing but an ENTRYPOINT's arguments.
  if (hasLeft) return start.isDeaf || program.preparedBy !== undefined ? program : undefined;
  if (bare !== undefined) return { is: "script without #!", words, path: bare };
  if (isShell(words[0] ?? "")) return { is: "script of a shell", words };
  // Neither which shell it is nor what the script does with the signal is known.
  return isCmd && isUnread && signal?.onlyWithDash ? undefined : program;
}

/** What a shell has to read: it can only be told to leave its place. */
function ofScript(start: Start): Case | undefined {
  const { script, last, signal } = start;
  // What is looked at is no program that a shell has to start; and a shell that has left does what exec would say.
  if (start.isLookedAt || (start.hasLeft && start.heard)) return undefined;
  const command = onlyCommand(script);
  const beginning = command && canBeginWithExec(command) ? command : undefined;
  const isInner = last !== undefined && isShell(programIn(last));
  if (isInner && !beginning) return undefined;
  if (!signal) return start.isDeaf ? withoutArguments(command, start.end) : undefined;
  const isUnread = isUnreadScript(start);
  if (!beginning) return { is: "script", signal, isUnread, isOne: command !== undefined };
  return isInner ? { is: "variable of a shell", command: beginning } : { is: "command", command: beginning, signal, isUnread };
}

const canBeginWithExec = ({ words: [name], redirects, assignments }: Command): boolean =>
  !builtins.has(name?.raw ?? "") && redirects.length === 0 && assignments.length === 0;

/** What runs last is called a script, and nobody knows its text. */
const isUnreadScript = ({ started, last }: Start): boolean => !started && last !== undefined && /\.(?:ba)?sh$/.test(programIn(last));

/** Of a command of which only the program's path has variables, what exec form has to have. */
function withoutArguments(command: Command | undefined, end: State): Case {
  const [first, ...rest] = command?.words ?? [];
  const path = first && expandWhole(first, (name) => variableIn(end, name));
  const isPlain = command?.redirects.length === 0 && command.assignments.length === 0 && rest.every(isLiteral);
  if (!path?.known || !path.text.startsWith("/") || !isPlain) return { is: "script without arguments" };
  return { is: "path without arguments", written: [path.text, ...rest.map((w) => expandWhole(w, noVariable).text)] };
}

const noVariable = (): undefined => undefined;

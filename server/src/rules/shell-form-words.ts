import type { Instruction } from "../dockerfile/instruction.ts";
import { basename } from "../image/paths.ts";
import type { Words } from "../queries/start-text.ts";
import type { LostSignal } from "../queries/stop-signal.ts";
import { programIn } from "../shell/plain.ts";
import type { Command } from "../shell/syntax.ts";
import type { Span } from "../text.ts";
import { execText, ignoresArguments, losesSignal, noJson } from "../topics/forms.ts";
import type { Draft, DraftFix } from "./rule.ts";

/** What may be said of a CMD or an ENTRYPOINT in shell form. `words` is the exec form that mends it, `command` what exec may be put before. */
export type Case =
  /** Brackets, and no JSON in them: words where it is clear what was meant. */
  | { readonly is: "no JSON"; readonly words: Words | undefined }
  /** CMD is for a program that looks at its arguments. */
  | { readonly is: "arguments"; readonly words: Words; readonly isUnread: boolean }
  /** `sh -c TEXT`; whether that shell leaves its place to what it runs. */
  | { readonly is: "shell in a shell"; readonly words: Words; readonly handsOver: boolean }
  | { readonly is: "script without #!"; readonly words: Words; readonly path: string }
  /** `sh start.sh` */
  | { readonly is: "script of a shell"; readonly words: Words }
  /** `sh $SCRIPT` */
  | { readonly is: "variable of a shell"; readonly command: Command }
  /** It needs no shell; `preparedBy` is the base's ENTRYPOINT that looks for it, and does not see it. */
  | Program
  /** One command that needs the shell. */
  | (Signalled & { readonly is: "command"; readonly command: Command })
  /** Several, or one that exec cannot be put before. */
  | (Signalled & { readonly is: "script"; readonly isOne: boolean })
  /** An ENTRYPOINT of whose stop signal there is nothing to say: one whose path has variables, what needs the shell. */
  | { readonly is: "path without arguments"; readonly written: Words }
  | { readonly is: "script without arguments" };

interface Signalled {
  readonly signal: LostSignal;
  /** What runs last is called a script, and nobody knows its text. */
  readonly isUnread: boolean;
}

interface Program {
  readonly is: "program";
  readonly words: Words;
  /** Absent where there is nothing to say of it. */
  readonly signal: LostSignal | undefined;
  readonly isUnread: boolean;
  readonly preparedBy: string | undefined;
}

interface Place {
  readonly instruction: Instruction;
  /** What gets the text: `/bin/sh -c`. */
  readonly shell: string;
  /** An ENTRYPOINT that makes nothing of CMD and the arguments of `docker run`. */
  readonly isDeaf: boolean;
  /** An ENTRYPOINT whose CMD is in shell form, too: `/bin/sh -c …` are then its arguments. */
  readonly isGivenShell: boolean;
}

export function* draftOf(found: Case, { instruction, shell, isDeaf, isGivenShell }: Place): Iterable<Draft> {
  const { rest, headEnd } = instruction;
  const [first] = rest.pieces;
  if (!first) return;
  const text = { start: first.start, end: headEnd };
  yield {
    span: { start: first.start, end: first.end },
    message: () => messageOf(found, shell, isDeaf ? ` ${ignoresArguments}` : ""),
    fixes: [
      ...fixOf(
        found,
        text,
        isGivenShell ? [`CMD in shell form becomes its arguments, ${shell} among them: write it in exec form, too`] : [],
      ),
    ],
  };
}

function messageOf(found: Case, shell: string, ignores: string): string {
  switch (found.is) {
    case "no JSON":
      return `${noJson} Here that is ${shell}.`;
    case "arguments":
      return `The ENTRYPOINT is given ${shell} … as its arguments, not these words. Exec form hands on the words themselves: ${execText(found.words)}`;
    case "shell in a shell":
      return `Runs ${found.words[0]} under ${shell}. ${spares}${found.handsOver ? "." : "; the other one may keep the stop signal to itself: let its last command begin with exec."}`;
    case "script without #!":
      return `${found.path} begins with no #!: only a shell can start it.${ignores} ${spares}: ${execText(found.words)}`;
    case "script of a shell":
      return `Runs ${found.words[0]} under ${shell}.${ignores} ${spares}: ${execText(found.words)}`;
    case "variable of a shell":
      return `Runs under ${shell}.${ignores} Begun with exec, it spares one of the two shells.`;
    case "program":
      return `Runs under ${shell}${found.signal ? `, which ${losesSignal(found.signal)}` : ""}.${ignores}${unprepared(found)}${toHandOn(found)} ${starts}: ${execText(found.words)}`;
    case "command":
      return `Runs under ${shell}, which ${losesSignal(found.signal)}.${ignores} ${needsShell}: begin it with exec, so that the program takes the shell's place.${toHandOn(found)}`;
    case "script":
      return `Runs under ${shell}, which ${losesSignal(found.signal)}.${ignores} ${needsShell}: let ${found.isOne ? "it" : "its last command"} begin with exec.${toHandOn(found)}`;
    case "path without arguments":
      return `Runs under ${shell}.${ignores} Exec form does not; it needs the path written out: ${execText(found.written)}`;
    case "script without arguments":
      return `Runs under ${shell}.${ignores}`;
  }
}

const spares = "Exec form spares one of the two shells";
const starts = "Exec form starts the program itself";
const needsShell = "It needs the shell as it stands";

/** What the program itself has to do with the signal, where it is not sure to. */
function toHandOn(found: Extract<Case, { isUnread: boolean; signal: unknown }>): string {
  const { signal, isUnread } = found;
  if (!signal) return "";
  if (isUnread) return " A script has to hand the signal on, too: by exec, or a trap.";
  const program = basename(("words" in found ? found.words[0] : "command" in found ? programIn(found.command) : "") ?? "");
  return signal.killed === "late" && endsOnlyWhenTold.test(program)
    ? ` As process 1 ${program} ends on SIGTERM only where what it runs handles it.`
    : "";
}

/** They leave SIGTERM to the kernel, which ends no process 1 by it (pid_namespaces(7)). */
const endsOnlyWhenTold = /^(?:node|nodejs|python[\d.]*)$/;

const unprepared = ({ preparedBy, words }: Program): string =>
  preparedBy ? ` ${preparedBy} does not see ${words[0]} behind it, and leaves out what it prepares for it.` : "";

function* fixOf(found: Case, text: Span, more: readonly string[]): Iterable<DraftFix> {
  if ("command" in found) {
    const { start } = found.command;
    yield { title: "Begin it with exec", safety: "review", edits: [{ start, end: start, text: "exec " }] };
  } else if ("words" in found && found.words) {
    const exec = execText(found.words);
    const how = found.is === "no JSON" ? "Write it as JSON" : `Write it in exec form${checksOf(found, more)}`;
    yield { title: `${how}: ${exec}`, safety: "review", edits: [{ ...text, text: exec }] };
  }
}

/** What the user has to look at before. */
function checksOf(found: Case, more: readonly string[]): string {
  const checks = [
    ...("words" in found && "isUnread" in found && found.isUnread ? [`${found.words[0]} must begin with #!`] : []),
    ...("preparedBy" in found && found.preparedBy ? [`${found.preparedBy} then prepares what it has for ${found.words[0]}`] : []),
    ...more,
  ];
  return checks.length > 0 ? ` (check first: ${checks.join("; ")})` : "";
}

// Texts about the shell and the exec form, for hovers. Sources: Docker's reference, "Shell and exec form", "CMD", "ENTRYPOINT",
// "HEALTHCHECK"; POSIX sh, "set -e" and pipelines.

export const execForm = "**Exec form**: the program is started as it stands, with no shell in between.";
export const shellFormOf = (shell: readonly string[]): string => `**Shell form**: ${code(shell.join(" "))} gets the whole line.`;
export const hereDocument = (interpreter: string): string => `${code(interpreter)} gets the here-document as its script.`;

/** It begins with a bracket, and yet the shell gets it. */
export const noJson =
  "It looks like exec form, but it is no JSON array of strings (double quotes only, no comma at the end, no = before it): the shell gets it as it stands.";
export const noShell = (image: string): string => `There is no shell in ${code(image)}: in shell form this fails.`;
export const goesOn =
  "A command that fails in the middle does not stop the script: only the last one's status counts. `set -e` in its first line stops it.";
export const pipeStatus =
  'The status of a pipe is that of its last command: what fails before the `|` goes unnoticed. `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` changes that.';

/** Who is process 1 when the container runs, and what becomes of the stop signal. */
export const programIsFirst = "The program is process 1: it gets the stop signal itself.";
export const execIsFirst = "`exec` gives the program the shell's place: it is process 1 and gets the stop signal itself.";
export const shellLeaves = (shell: readonly string[]): string =>
  `${code(shell[0] ?? "")} leaves its place to a single command: the program is process 1 and gets the stop signal itself.`;
/** Measured with bash 5.2: it leaves its place in `a; b`, and stays in `export A=1; a && b`. */
export const shellMayLeave = (shell: readonly string[]): string =>
  `${code(shell[0] ?? "")} does not always leave its place to the last of several commands.`;
export const shellIsFirst = (lost: Lost): string => `The shell ${lost.killed === "late" ? "is process 1 and " : ""}${losesSignal(lost)}.`;

/** As queries/stop-signal.ts has it. */
interface Lost {
  readonly onlyWithDash: boolean;
  readonly killed: "late" | "at once";
}

/** What a shell does with the stop signal that keeps it to itself. */
export function losesSignal({ onlyWithDash, killed }: Lost): string {
  const what = killed === "late" ? "waits 10 s, then kills the program" : "ends the shell, and the program is killed at once";
  return `${onlyWithDash ? "on Debian and Ubuntu " : ""}does not pass the stop signal on: docker stop ${what}`;
}

export const beginWithExec = "Let the last command begin with `exec`: then it takes the shell's place.";

export const replacedLater = (keyword: string): string => `A later ${keyword} takes its place: this one has no effect.`;
export const ignoresArguments = "An ENTRYPOINT in shell form ignores CMD and the arguments of `docker run`.";
export const ignoredCmd = "The ENTRYPOINT is in shell form: this CMD is ignored.";
export const forgetsCmd = "It also puts the base image's CMD out of force.";

export const healthOff = "No health check: one that the base image has is off.";
export const health = (interval: string, timeout: string, retries: string): string =>
  `Runs in the container every ${interval}, for at most ${timeout}; after ${retries} failures in a row the container is unhealthy.`;

/** Words as exec form has them: a JSON array. */
export const execText = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;

/** Inline code, whatever is in the text. */
export function code(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length)));
  const line = text.replace(/\s+/g, " ");
  return /^`|`$/.test(line) ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** `a`, `a` and `b`; `a`, `b` and `c`. */
export const enumerated = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;

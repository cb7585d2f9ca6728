import { lacksShell } from "../build/holds.ts";
import type { Form, State } from "../image/model.ts";
import { parseShell } from "../shell/parse.ts";
import { onlyCommand, plainWords } from "../shell/plain.ts";
import type { Draft, Rule } from "./rule.ts";

export const shellForm: Rule = {
  id: "shell-form",
  summary: "CMD or ENTRYPOINT in shell form",
  why:
    'In shell form Docker starts `/bin/sh -c "…"`, and the shell is process 1: it gets the stop signal and does not hand it on, so `docker stop` waits ten seconds and then kills. ' +
    "An ENTRYPOINT in shell form also ignores CMD and the arguments of `docker run`. In exec form, a JSON array, the program itself is process 1. " +
    "Variables, pipes and `&&` need a shell: keep it then, and let the last command begin with `exec`.",
  about: "form",
  level: "warning",
  aliases: ["DL3025"],
  example: {
    before: "FROM debian:trixie-slim\nCMD sleep infinity\n",
    after: 'FROM debian:trixie-slim\nCMD ["sleep", "infinity"]\n',
  },
  *check(subject) {
    const { image } = subject;
    const end = image.stages[image.target]?.end;
    // Where there is no shell that is what has to be said.
    if (!end || lacksShell(end)) return;
    for (const form of [end.entrypoint, end.cmd]) {
      if (form?.instruction && form.exec === undefined && form.text !== "") yield* finding(form, end);
    }
  },
};

function* finding(form: Form, end: State): Iterable<Draft> {
  const { instruction } = form;
  const [first] = instruction?.rest.pieces ?? [];
  if (!instruction || !first) return;
  const script = parseShell(instruction.rest);
  const command = onlyCommand(script);
  if (command?.words[0]?.raw === "exec") return;
  const words = plainWords(script);
  const span = { start: first.start, end: first.end };
  const shell = end.shell.join(" ");
  yield {
    span,
    aliases: ["DL3025"],
    message: () =>
      words
        ? `Runs under ${shell}, which gets the signals. Exec form starts the program itself: ${json(words)}`
        : `Runs under ${shell}, which gets the signals. It needs the shell as it stands: ${command ? "begin it with exec, so that the program takes the shell's place" : "let its last command begin with exec"}.`,
    fixes: words
      ? [
          {
            title: `Write it in exec form: ${json(words)}`,
            safety: "review",
            edits: [{ start: span.start, end: instruction.headEnd, text: json(words) }],
          },
        ]
      : command && command.redirects.length === 0 && command.assignments.length === 0 && !script.broken
        ? [{ title: "Begin it with exec", safety: "review", edits: [{ start: command.start, end: command.start, text: "exec " }] }]
        : [],
  };
}

const json = (words: readonly string[]): string => `[${words.map((w) => JSON.stringify(w)).join(", ")}]`;

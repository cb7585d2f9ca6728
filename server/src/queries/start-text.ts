import { isInterpreter } from "../commands/build-only.ts";
import { isShell } from "../commands/kinds.ts";
import { joinedFrom } from "../dockerfile/instruction.ts";
import { basename } from "../image/paths.ts";
import { parseShell } from "../shell/parse.ts";
import { programIn } from "../shell/plain.ts";
import { type Command, commandsIn, type Node, type Script } from "../shell/syntax.ts";

// What the text of a CMD or an ENTRYPOINT says, whatever is in the image: as a shell reads it, or as plain words.

export type Words = readonly string[];

/** The command that runs last, if all before it lets it; undefined where that is a loop, a pipeline, the background … */
export function lastCommand(script: Script): Command | undefined {
  const last = lastOf(script.body);
  return last?.kind === "command" ? last : undefined;
}

function lastOf(node: Node): Node | undefined {
  const last = node.kind === "list" || node.kind === "andor" ? node.items.at(-1) : node;
  return last === undefined || last === node ? last : lastOf(last);
}

export const endsWithExec = (script: Script): boolean => [...commandsIn(script.body)].at(-1)?.words[0]?.raw === "exec";

/** All that it runs tells of itself: `tool --help && other -h`, `python3 report.py --help`. */
export function tellsOfItself(script: Script): boolean {
  const commands = [...commandsIn(script.body)];
  return (
    commands.length > 0 &&
    commands.every(
      ({ words: [, ...words] }) =>
        /^--(?:help|version)$/.test(words.at(-1)?.raw ?? "") ||
        (words.length === 1 && /^(?:-[hV]|help|version)$/.test(words[0]?.raw ?? "")),
    )
  );
}

/** It names what docker appends to the text of an ENTRYPOINT: the first word is `$0`, the others are `$@`. */
export const takesArguments = (text: string): boolean => /\$\{?[@*\d]/.test(text);

/** The last of it prints a line, or changes some files. */
export function endsAtOnce(script: Script): boolean {
  const last = lastCommand(script);
  return last !== undefined && brief.has(programIn(last));
}

const brief = new Set("[ test echo printf true false : sed grep cp mv rm ln mkdir touch chown chmod date env pwd".split(" "));

/** `CMD :`: nothing is to be started. */
export const isIdle = (script: Script): boolean => [...commandsIn(script.body)].every((c) => /^(?::|true)$/.test(programIn(c)));

/** An interpreter that is told nothing waits for somebody who types, who ends it himself; as process 1 it heeds no SIGTERM in either form. */
export const isPrompt = ([program = "", ...rest]: Words): boolean =>
  (isInterpreter(basename(program)) || prompts.has(basename(program))) && rest.every((word) => word === "-i");

const prompts = new Set(["ipython", "ipython3", "irb", "iex", "ghci", "julia", "R"]);

/** What a shell is told behind `-c`: `sh -c "…"`, `bash -lc "…"`. Undefined where it is told nothing, or is no shell. */
export function scriptTold([program = "", ...rest]: Words): Script | undefined {
  const at = isShell(program) ? rest.findIndex((word) => /^-[a-z]*c$/.test(word)) : -1;
  return at < 0 ? undefined : parseShell(joinedFrom(rest[at + 1] ?? ""));
}

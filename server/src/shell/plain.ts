import type { Command, Script, Word } from "./syntax.ts";

/** Words of the shell that are no program of their own (dash(1), bash(1)); `echo`, `test` and their like are programs as well. */
export const builtins: ReadonlySet<string> = new Set(
  (
    "cd export set source . eval trap ulimit umask exit exec alias unset read wait : type command hash local readonly shift return break " +
    "continue getopts times jobs bg fg declare typeset let shopt builtin enable unalias pushd popd dirs"
  ).split(" "),
);

/** The one command of a script; undefined when it is more, or less. */
export function onlyCommand(script: Script): Command | undefined {
  const [only, ...more] = script.body.items;
  return only?.kind === "command" && more.length === 0 && !script.broken ? only : undefined;
}

/** The arguments of a one-command script when a shell would do nothing to them but take the quotes off: then none is needed. */
export function plainWords(script: Script): readonly string[] | undefined {
  const command = onlyCommand(script);
  const [name] = command?.words ?? [];
  if (!command || !name || command.assignments.length > 0 || command.redirects.length > 0 || builtins.has(name.raw)) return undefined;
  const texts = command.words.map(literal);
  return texts.every((t) => t !== undefined) ? texts : undefined;
}

function literal(word: Word): string | undefined {
  const texts = word.parts.map((p) => (p.kind === "text" && (p.quoted || !p.text.startsWith("~")) ? p.text : undefined));
  return texts.every((t) => t !== undefined) ? texts.join("") : undefined;
}

/** What a command starts, quotes taken off where it is written out. */
export const programIn = ({ words: [word] }: Command): string => (word && (literal(word) ?? word.raw)) ?? "";

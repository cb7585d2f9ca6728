import type { Node } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";

// What the interpreter must know of a command beyond what it writes.

/** Without a word on standard output. */
export const printsNothing = new Set([
  "true",
  "false",
  ":",
  "cd",
  "export",
  "set",
  "unset",
  "touch",
  "mkdir",
  "rm",
  "chown",
  "chmod",
  "ln",
]);

/** A program that only tells about itself. */
export const onlyTells = (args: readonly Argument[]): boolean =>
  args.length === 1 && /^(?:--version|-version|--help|-[vV])$/.test(args[0]?.text ?? "");

/** `find … | xargs` with one of these is what find would do itself with -exec. */
export const changesFiles = new Set(["rm", "unlink", "chmod", "chown", "chgrp", "touch"]);

const tests = new Set([
  "test",
  "[",
  "grep",
  "egrep",
  "command",
  "which",
  "type",
  "id",
  "getent",
  "dpkg-query",
  "cmp",
  "diff",
  "pgrep",
  "hash",
]);

/** A command whose success or failure is the answer to a question. */
export const isTest = (node: Node): boolean =>
  node.kind === "test" ||
  (node.kind === "pipeline" && (node.negated || node.items.some(isTest))) ||
  (node.kind === "command" && tests.has(node.words[0]?.raw ?? ""));

import { instructionOf } from "../dockerfile/ignored.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Edit, Span } from "../text.ts";
import { indentOf } from "./chain.ts";

/** The comment that silences a rule at the instruction that a span lies in. */
export function ignoreAbove(file: Dockerfile, span: Span, rule: string): Edit {
  const start = instructionOf(file, span)?.start ?? span.start;
  // An instruction may be indented; a byte-order mark stays the first character.
  const line = Math.max(file.text.lastIndexOf("\n", start - 1) + 1, file.text.charCodeAt(0) === 0xfeff ? 1 : 0);
  return { start: line, end: line, text: `${indentOf(file.text, start)}# ballast ignore=${rule}${file.newline}` };
}

import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Ran, Step } from "../image/model.ts";
import { Lines, type Span } from "../text.ts";
import { listed } from "../topics/lists.ts";

const textLines = new WeakMap<Dockerfile, Lines>();

/** The line of an instruction, as people count. */
export const lineNumber = (file: Dockerfile, step: Step): number => lineAt(file, step.instruction.start);

/** The line of a command. */
export const lineOfRan = (file: Dockerfile, ran: Ran, step: Step): number => lineAt(file, wordsOf(file, ran, step).start);

/** `line 3 names bionic`, `lines 3 and 4 name bionic`. */
export const naming = (lines: readonly number[], name: string): string =>
  `${linesOf(lines)} ${lines.length === 1 ? "names" : "name"} ${name}`;

/** `line 3`, `lines 3 and 4`. */
export const linesOf = (lines: readonly number[], most?: number): string =>
  lines.length === 1 ? `line ${lines[0]}` : `lines ${listed(lines.map(String), most)}`;

function lineAt(file: Dockerfile, at: number): number {
  const lines = textLines.get(file) ?? new Lines(file.text);
  textLines.set(file, lines);
  return lines.lineAt(at) + 1;
}

/** A command's words, or those of its exec form, as far as they stand on its first line; the keyword for one that is not written here. */
export function wordsOf(file: Dockerfile, ran: Ran, step: Step): Span {
  const words = step.instruction.exec ?? ran.words;
  const [first] = words;
  if (!first || first.end <= first.start)
    return ran.command && ran.command.end > ran.command.start ? ran.command : step.instruction.keywordSpan;
  const next = words.findIndex((word) => file.text.slice(first.start, word.end).includes("\n"));
  const last = next < 0 ? words.at(-1) : words[next - 1];
  return { start: first.start, end: Math.max(first.end, last?.end ?? 0) };
}

import type { Subject } from "../build/subject.ts";
import type { Step } from "../image/model.ts";
import { lineNumber } from "./places.ts";

/** The lines of an instruction as they are written, with their numbers; comments and FROM are none. */
export function spoken({ file }: Subject, step: Step): { line: number; text: string }[] {
  const { start, end, keyword } = step.instruction;
  if (keyword === "FROM" || keyword === "LABEL" || keyword === "MAINTAINER") return [];
  const first = lineNumber(file, step);
  return file.text
    .slice(start, end)
    .split("\n")
    .flatMap((text, i) => (/^\s*#/.test(text) ? [] : [{ line: first + i, text }]));
}

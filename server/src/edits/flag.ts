import type { Dockerfile, Flag } from "../dockerfile/instruction.ts";
import type { Edit } from "../text.ts";

/** A flag taken out, with the blanks behind it. */
export function removeFlag({ text }: Dockerfile, { start, end }: Flag): Edit {
  const blanks = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + blanks, text: "" };
}

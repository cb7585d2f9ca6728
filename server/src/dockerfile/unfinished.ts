import type { Span } from "../text.ts";
import type { Dockerfile } from "./instruction.ts";

/** An instruction with a heredoc whose end is not typed yet, the last one: all that follows is in it, and what it will do nobody knows. */
export function unfinishedIn({ instructions }: Dockerfile): Span | undefined {
  const last = instructions.at(-1);
  return last && [...last.heredocs, ...(last.trigger?.heredocs ?? [])].some((h) => !h.closed) ? last : undefined;
}

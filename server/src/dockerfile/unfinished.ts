import type { Span } from "../text.ts";
import type { Dockerfile } from "./instruction.ts";

/** An instruction with a heredoc whose end is not typed yet: all that follows is in it, and what it will do nobody knows. */
export const unfinishedIn = ({ instructions }: Dockerfile): Span | undefined =>
  instructions.find((i) => [...i.heredocs, ...(i.trigger?.heredocs ?? [])].some((h) => !h.closed));

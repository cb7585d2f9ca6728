import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import { innerNodes, type Node, type Script } from "../shell/syntax.ts";
import type { Span } from "../text.ts";

/** The comments of the shell's own in a RUN, which are none of the Dockerfile: behind a command, or on lines of a heredoc. */
export function shellComments(file: Dockerfile, { keywordSpan, headEnd, end }: Instruction, script: Script): string[] {
  let text = file.text.slice(0, end);
  const blank = (span: Span, by: string): void => {
    text = text.slice(0, span.start) + by.repeat(span.end - span.start) + text.slice(span.end);
  };
  for (const comment of file.comments) if (comment.start > keywordSpan.end && comment.end <= headEnd) blank(comment, " ");
  for (const span of spoken(script.body)) if (span.end <= end) blank(span, "x");
  // In a joined line it takes all that follows.
  const [, behind] = opening.exec(text.slice(keywordSpan.end, headEnd)) ?? [];
  const head = behind?.replace(/[\\`][ \t]*\r?\n/g, " ").replace(/\s+/g, " ");
  const lines = text.slice(headEnd).split(/\r?\n/);
  const all = [head, ...lines.map((line) => opening.exec(line)?.[1])];
  return all.flatMap((comment) => (comment === undefined || comment.startsWith("#!") ? [] : comment.trimEnd()));
}

const opening = /(?:^|[\s;&|()])(#.*)$/s;

/** Where a `#` is part of a word, or may be. */
function* spoken(node: Node): Generator<Span> {
  if (node.kind === "command" || node.kind === "test") yield node;
  if (node.kind === "command" || node.kind === "group") for (const { heredoc } of node.redirects) if (heredoc) yield heredoc.body;
  if (node.kind === "for") yield* node.words ?? [];
  if (node.kind === "case") yield* [node.word, ...node.items.flatMap((item) => item.patterns)];
  for (const inner of innerNodes(node)) yield* spoken(inner);
}

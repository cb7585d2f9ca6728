import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Span } from "../text.ts";

/** `# ballast ignore=a,b` and `# hadolint ignore=DL3009`, in a comment right above the instruction or inside it. */
const comment = /^(?:ballast|hadolint)\s+(global\s+)?ignore\s*=\s*(.+)$/i;

export function isIgnored(file: Dockerfile, span: Span, names: readonly string[]): boolean {
  const instruction = file.instructions.findLast((i) => i.start <= span.start);
  const previous = file.instructions.findLast((i) => instruction !== undefined && i.end < instruction.start);
  return file.comments.some((c) => {
    const match = comment.exec(c.text);
    const listed = match?.[2]?.split(/[\s,]+/) ?? [];
    if (!listed.some((name) => names.some((n) => n.toLowerCase() === name.toLowerCase()))) return false;
    return match?.[1] !== undefined || (c.start >= (previous?.end ?? 0) && c.end <= (instruction?.end ?? 0));
  });
}

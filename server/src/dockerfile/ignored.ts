import type { Span } from "../text.ts";
import type { Dockerfile, Instruction } from "./instruction.ts";

/** `# ballast ignore=a,b` and `# hadolint ignore=DL3009`, in a comment right above the instruction or inside it. Of ours other signs between are taken, too. */
const comment = /^(?:ballast\s*[:\s]\s*(global\s+)?ignore\s*[=:\s]|hadolint\s+(global\s+)?ignore\s*=)\s*(.+)$/i;

/** BuildKit's directive `# check=skip=JSONArgsRecommended,…;error=true`, or `skip=all`: for the whole file. */
export function isSkipped({ directives }: Dockerfile, checks: readonly string[]): boolean {
  const skip = /(?:^|;)\s*skip\s*=\s*([^;]*)/.exec(directives.check ?? "")?.[1]?.trim() ?? "";
  return skip === "all" || skip.split(",").some((name) => checks.some((c) => c.toLowerCase() === name.trim().toLowerCase()));
}

interface Ignore extends Span {
  readonly names: readonly string[];
  readonly global: boolean;
}

const ignores = new WeakMap<Dockerfile, readonly Ignore[]>();

function ignoresIn(file: Dockerfile): readonly Ignore[] {
  let all = ignores.get(file);
  if (!all) {
    all = file.comments.flatMap(({ text, start, end }) => {
      const match = comment.exec(text);
      return match
        ? [{ start, end, names: (match[3] ?? "").toLowerCase().split(/[\s,]+/), global: (match[1] ?? match[2]) !== undefined }]
        : [];
    });
    ignores.set(file, all);
  }
  return all;
}

/** What Ballast's own ignore comments name, with its place. Behind the first words without a comma between may stand why. */
export function namesIgnored({ text, comments }: Dockerfile): (Span & { readonly name: string })[] {
  return comments.flatMap(({ start, end }) => {
    const [head, names] =
      /^#\s*ballast\s*[:\s]\s*(?:global\s+)?ignore\s*[=:\s]\s*(?=([^\s,]+(?:\s*,\s*[^\s,]+)*))/i.exec(text.slice(start, end)) ?? [];
    if (head === undefined || names === undefined) return [];
    const at = start + head.length;
    return [...names.matchAll(/[^\s,]+/g)].map(([name], i, all) => {
      const from = at + (all[i]?.index ?? 0);
      return { name, start: from, end: from + name.length };
    });
  });
}

export function isIgnored(file: Dockerfile, span: Span, names: readonly string[]): boolean {
  const naming = ignoresIn(file).filter((ignore) => names.some((name) => ignore.names.includes(name.toLowerCase())));
  if (naming.length === 0) return false;
  const instruction = instructionOf(file, span);
  const { start, end } = instruction ?? { start: file.text.length, end: file.text.length };
  const previous = file.instructions.findLast((i) => i !== instruction && i.end <= start);
  return naming.some((c) => c.global || (c.start >= (previous?.end ?? 0) && c.end <= end));
}

/** The one that a place is in; of a comment the one that it stands above. */
export const instructionOf = ({ instructions }: Dockerfile, span: Span): Instruction | undefined =>
  instructions.find((i) => i.end >= span.start);

import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";

/** What is said about an instruction: the comments right above it, without an empty line between, and inside it. */
export function commentsAt({ text, comments }: Dockerfile, { start, end }: Instruction): string[] {
  const found: string[] = [];
  let at = start;
  for (const comment of [...comments].reverse()) {
    if (comment.start > start && comment.end <= end) found.unshift(comment.text);
    else if (comment.end <= at && /^\r?\n[ \t]*$/.test(text.slice(comment.end, at))) {
      found.unshift(comment.text);
      at = comment.start;
    }
  }
  return found;
}

/** What the file says of itself at its head: the comments above its first instruction, as one text. */
export function headOf({ comments, instructions }: Dockerfile): string {
  const start = instructions[0]?.start ?? 0;
  const lines = comments.filter((c) => c.end <= start).map((c) => c.text.replace(/^[#\s]+/, ""));
  return lines.join(" ").replace(/\s+/g, " ").toLowerCase();
}

/** Whether they speak of something, and give a reason: whoever wrote them has decided. */
export function isReasonedAt(file: Dockerfile, instruction: Instruction, about: RegExp): boolean {
  const said = commentsAt(file, instruction);
  return said.some((text) => about.test(text)) && reason.test(said.join(" "));
}

/** The same of what is said above a row of instructions with no empty line between them: it is said of each. */
export function isReasonedInRow(file: Dockerfile, instruction: Instruction, about: RegExp): boolean {
  const { instructions, text } = file;
  let first = instructions.indexOf(instruction);
  for (let before = instructions[first - 1]; before; before = instructions[first - 1]) {
    const between = text.slice(before.end, instructions[first]?.start);
    if (!/^[^\S\n]*\n[^\S\n]*$/.test(between)) break;
    first--;
  }
  return [instructions[first] ?? instruction, instruction].some((i) => isReasonedAt(file, i, about));
}

const reason =
  /\b(?:because|since|due to|otherwise|or else|so that|in order to|needs?|needed|must|have to|has to|requires?|required|necessary|rel(?:y|ies)|avoids?|prevents?|fix(?:es)?|work-?around|fails?|breaks?|broken|errors?|conflicts?|(?:in)?compatib\w+|mismatch\w*|doesn't|does not|won't)\b/i;

/** Whether they name one of these words: whoever wrote them had it in mind. */
export function isNamedAt(file: Dockerfile, instruction: Instruction, names: readonly string[]): boolean {
  const words = new Set(commentsAt(file, instruction).flatMap((text) => text.toLowerCase().match(/[\w.+-]*[\w+]/g) ?? []));
  return names.some((name) => words.has(name));
}

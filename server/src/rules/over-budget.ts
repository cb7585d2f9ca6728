import { type Subject, shippedSteps } from "../build/subject.ts";
import type { Comment } from "../dockerfile/instruction.ts";
import { lineNumber } from "../queries/places.ts";
import { formatBytes, formatSize, parseBytes } from "../topics/bytes.ts";
import type { Draft, Rule } from "./rule.ts";

export const overBudget: Rule = {
  id: "over-budget",
  summary: "The image weighs more than its budget",
  why:
    "A budget is a promise that an image stays small: `# ballast budget=200MB` anywhere in the file, `budget` in the settings, or `--budget` on the command line; what the file says comes first. " +
    "What is known of the image is held against it, so a part of unknown size never breaks it by a guess.",
  about: "budget",
  level: "error",
  example: {
    before: "# ballast budget=100MB\nFROM python:3.12\nCOPY app.py /app.py\n",
  },
  *check(subject) {
    const comment = subject.file.comments.findLast((c) => words.test(c.text));
    const written = comment && words.exec(comment.text)?.[1];
    const own = written === undefined ? undefined : parseBytes(written);
    if (comment && own === undefined) yield unreadable(comment);
    const budget = own ?? subject.world.budget;
    const from = subject.image.stages[subject.image.target]?.from;
    if (budget === undefined || !from || subject.image.size.bytes <= budget) return;
    const word = from.args[0] ?? from.keywordSpan;
    yield { span: { start: word.start, end: word.end }, message: () => messageFor(subject, budget), fixes: [] };
  },
};

const words = /^ballast\s+budget\s*=\s*(\S*)\s*$/i;

const unreadable = ({ start, end }: Comment): Draft => ({
  span: { start, end },
  message: () => "This budget is no size: write 0, 1500000, 100kB, 1MB or 1.2GB.",
  fixes: [],
});

function messageFor(subject: Subject, budget: number): string {
  const { size } = subject.image;
  const biggest = shippedSteps(subject)
    .flatMap((step) => (step.layer && step.layer.size.bytes > 0 ? [{ step, size: step.layer.size }] : []))
    .sort((a, b) => b.size.bytes - a.size.bytes)
    .slice(0, 3)
    .map(({ step, size: own }) => `${step.instruction.keyword} in line ${lineNumber(subject.file, step)} ${formatSize(own)}`);
  return `The image weighs ${formatSize(size)}: ${formatBytes(size.bytes - budget)} over the budget of ${formatBytes(budget)}. Most of it: ${biggest.join(", ")}.`;
}

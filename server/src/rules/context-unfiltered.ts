import type { Subject } from "../build/subject.ts";
import { ignoring } from "../edits/ignore-file.ts";
import type { BuildContext } from "../image/context.ts";
import type { Step } from "../image/model.ts";
import { alsoFor, type Junk, junkIn, junkText } from "../queries/junk.ts";
import { againWhere, copyOfWhole, wholeContext } from "../queries/whole-context.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const contextUnfiltered: Rule = {
  id: "context-unfiltered",
  summary: "The whole build context is copied, with no .dockerignore",
  why:
    "`COPY .` takes all that lies beside the Dockerfile: the history in .git, modules and virtual environments of this machine, logs, keys. They weigh in the image, a later `chown -R` stores them twice, " +
    "and every change to one of them throws away the build cache. A `.dockerignore` keeps them out of the build. Look at its lines before you accept them: what is named there is not in the image.",
  about: "bytes",
  example: {
    before: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    after: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    context: { "app.js": 4000, "package.json": 300, ".git/objects/pack": 30_000_000, "node_modules/left-pad/index.js": 9_000_000 },
    creates: [".dockerignore"],
  },
  *check(subject) {
    const { context } = subject.world;
    if (!context || context.ignore) return;
    const step = copyOfWhole(subject);
    const junk = step ? junkIn(subject, context) : [];
    if (step && junk.length > 0) yield finding(subject, context, step, junk);
  },
};

function finding(subject: Subject, context: BuildContext, step: Step, junk: readonly Junk[]): Draft {
  const { start, end } = wholeContext(step) ?? step.instruction.keywordSpan;
  const { share } = junkText(junk);
  const patterns = junk.map((j) => j.pattern);
  return {
    span: { start, end },
    message: (saving) => `${share}${againWhere(subject, step)}. A .dockerignore would save ${formatSaving(saving)}.`,
    fixes: [
      {
        title: `Create a .dockerignore: ${listed(patterns)}${alsoFor(subject, context)}`,
        safety: "review",
        edits: [],
        creates: [ignoring(context, patterns)],
      },
    ],
  };
}

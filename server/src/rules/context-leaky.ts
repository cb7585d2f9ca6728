import { visibleContext } from "../build/subject.ts";
import { ignoring } from "../edits/ignore-file.ts";
import { alsoFor, junkIn, junkText } from "../queries/junk.ts";
import { againWhere, copyOfWhole, wholeContext } from "../queries/whole-context.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Rule } from "./rule.ts";

export const contextLeaky: Rule = {
  id: "context-leaky",
  summary: "The .dockerignore leaves in what no image needs",
  why:
    "`COPY .` takes all that the ignore file does not name. What lies beside the Dockerfile and belongs to this machine (the history in .git, modules and virtual environments, build output, logs, keys) then weighs in the image, " +
    "and every change to it throws away the build cache. Look at the new lines before you accept them: what is named there is not in the image.",
  about: "bytes",
  example: {
    before: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    after: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    context: { "app.js": 4000, "package.json": 300, ".git/objects/pack": 30_000_000, "node_modules/left-pad/index.js": 9_000_000 },
    ignore: "node_modules\n",
    creates: [".dockerignore"],
  },
  *check(subject) {
    const { context } = subject.world;
    const step = copyOfWhole(subject);
    if (!context?.ignore || !step) return;
    const { file, text } = context.ignore;
    const junk = junkIn(subject, { ...context, root: visibleContext(subject) }).filter((j) => !isKept(text, j.pattern));
    if (junk.length === 0) return;
    const { start, end } = wholeContext(step) ?? step.instruction.keywordSpan;
    const patterns = junk.map((j) => j.pattern);
    yield {
      span: { start, end },
      message: (saving) =>
        `${file} leaves in ${junkText(junk).biggest}${againWhere(subject, step)}. Naming ${junk.length > 1 ? "them" : "it"} there would save ${formatSaving(saving)}.`,
      fixes: [
        {
          title: `Add to ${file}: ${listed(patterns)}${alsoFor(subject, context)}`,
          safety: "review",
          edits: [],
          creates: [ignoring(context, patterns)],
        },
      ],
    };
  },
};

/** An exception (`!dist`) says that somebody wants it in. */
const isKept = (text: string, pattern: string): boolean =>
  text.split("\n").some((line) => line.trim().startsWith("!") && line.includes(pattern.replace(/^\*\*\//, "")));

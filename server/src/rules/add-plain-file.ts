import type { Subject } from "../build/subject.ts";
import { copySources } from "../dockerfile/instruction.ts";
import { findInContext } from "../image/context.ts";
import { hasGlob, isArchiveName } from "../image/paths.ts";
import type { Rule } from "./rule.ts";

export const addPlainFile: Rule = {
  id: "add-plain-file",
  summary: "ADD for what COPY does",
  why:
    "ADD unpacks local archives and fetches URLs; whoever reads it has to look whether it does. For plain files and folders COPY stores the same bytes and promises nothing else: " +
    "a file that becomes an archive one day is then still copied as it is.",
  about: "form",
  level: "info",
  aliases: ["DL3020"],
  example: {
    before: "FROM python:3.14-slim\nADD requirements.txt /app/\n",
    after: "FROM python:3.14-slim\nCOPY requirements.txt /app/\n",
    context: { "requirements.txt": 120 },
  },
  *check(subject) {
    for (const { instruction } of subject.steps) {
      if (instruction.keyword !== "ADD" || !instruction.flags.every((f) => ofCopy.has(f.name))) continue;
      const kinds = copySources(instruction).map(({ text }) => kindOf(subject, text));
      if (kinds.length === 0 || kinds.some((kind) => kind === "other")) continue;
      const isSure = kinds.every((kind) => kind === "plain");
      const { start, end } = instruction.keywordSpan;
      yield {
        span: { start, end },
        message: () => `${isSure ? "Nothing" : "By its name, nothing"} is unpacked or fetched here: COPY does the same, and says so.`,
        fixes: [
          {
            title: `Use COPY${isSure ? "" : ", if it is no tar archive"}`,
            safety: isSure ? "safe" : "review",
            edits: [{ start, end, text: "COPY" }],
          },
        ],
      };
    }
  },
};

/** Flags that COPY has, too. */
const ofCopy = new Set(["chown", "chmod", "link", "exclude"]);

/** "plain" is known by the build context; "likely" by the name alone. */
function kindOf({ world }: Subject, source: string): "plain" | "likely" | "other" {
  const name = source.replace(/\/+$/, "").replace(/^.*\//, "");
  if (/^[a-z+]+:\/\/|^git@|^<<|\$/i.test(source) || isArchiveName(name)) return "other";
  const node = world.context && findInContext(world.context.root, source);
  if (node?.kind === "folder") return "plain";
  if (node?.kind === "file") return node.archive ? "other" : "plain";
  if (node) return "other";
  return name === "" || hasGlob(name.replace(/^.*\./, "")) ? "other" : "likely";
}

import { flagValue, isCopy } from "../dockerfile/instruction.ts";
import { nameStage } from "../edits/stage-name.ts";
import type { Rule } from "./rule.ts";

export const copyFromNumber: Rule = {
  id: "copy-from-number",
  summary: "COPY --from names a stage by its number",
  why:
    "Stages are counted from 0 in the order of the file. Put a stage before the others, and `COPY --from=0` takes its files from another one: the build may still pass, with the wrong files in the image. " +
    "A name (`FROM … AS build`) stays right.",
  about: "form",
  level: "info",
  example: {
    before: "FROM golang:1.26\nWORKDIR /src\nCOPY main.go .\nRUN go build -o /app main.go\n\nFROM alpine:3.24\nCOPY --from=0 /app /app\n",
    after:
      "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY main.go .\nRUN go build -o /app main.go\n\nFROM alpine:3.24\nCOPY --from=build /app /app\n",
  },
  *check(subject) {
    for (const { instruction, stage: index } of subject.steps) {
      const value = flagValue(instruction, "from");
      const flag = instruction.flags.find((f) => f.name === "from");
      const source = value !== undefined && /^\d+$/.test(value) ? subject.image.stages[Number(value)] : undefined;
      if (!flag || !source || source.index >= index || !isCopy(instruction)) continue;
      const named = nameStage(subject, source);
      yield {
        span: { start: flag.start, end: flag.end },
        message: () =>
          `Stage ${value} is ${source.name ?? source.base} only as long as no stage is put before it. ${named ? `A name stays right: --from=${named.name}.` : "Give it a name."}`,
        fixes: named ? [{ title: `Call the stage ${named.name}`, safety: "safe", edits: named.edits }] : [],
      };
    }
  },
};

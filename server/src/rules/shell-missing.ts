import { lacksShell } from "../build/holds.ts";
import { type Subject, shippedSteps } from "../build/subject.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import type { State } from "../image/model.ts";
import { parseShell } from "../shell/parse.ts";
import { plainWords } from "../shell/plain.ts";
import { execText } from "../topics/forms.ts";
import type { Draft, Rule } from "./rule.ts";

export const shellMissing: Rule = {
  id: "shell-missing",
  summary: "Shell form on an image that has no shell",
  why:
    "`RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK` in shell form are handed to `/bin/sh -c`. On `scratch` and distroless images there is none: the build fails, or the container does not start. " +
    "Exec form, a JSON array, starts the program itself.",
  about: "form",
  level: "error",
  example: {
    before: "FROM golang:1.26 AS build\nRUN go build -o /app .\n\nFROM scratch\nCOPY --from=build /app /app\nCMD /app\n",
    after: 'FROM golang:1.26 AS build\nRUN go build -o /app .\n\nFROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
  },
  *check(subject) {
    const { image } = subject;
    for (const { instruction, before, stage } of subject.steps)
      if (instruction.keyword === "RUN" && !instruction.exec && image.needed.has(stage) && lacksShell(before))
        yield {
          span: instruction.keywordSpan,
          message: () =>
            `There is no shell in ${nameOf(subject, before)}: this RUN fails. Do it in an earlier stage, and copy what it makes.`,
          fixes: [],
        };
    const target = image.stages[image.target];
    if (!target || !lacksShell(target.end)) return;
    const health = shippedSteps(subject).findLast((s) => s.instruction.keyword === "HEALTHCHECK")?.instruction;
    for (const instruction of [target.end.entrypoint?.instruction, target.end.cmd?.instruction, health])
      if (instruction && !instruction.exec && instruction.rest.text.trim() !== "") yield* finding(subject, instruction, target.end);
  },
};

function* finding(subject: Subject, instruction: Instruction, end: State): Iterable<Draft> {
  const isHealth = instruction.keyword === "HEALTHCHECK";
  const [first] = instruction.rest.pieces;
  if (!first || (isHealth && !/^CMD\s+[^[]/i.test(instruction.rest.text))) return;
  const words = isHealth ? undefined : plainWords(parseShell(instruction.rest));
  const json = words && execText(words);
  const { start } = first;
  yield {
    span: { start, end: first.end },
    message: () =>
      `There is no shell in ${nameOf(subject, end)}: this ${isHealth ? "check always fails" : "does not start"}. ${json ? `Exec form starts the program itself: ${json}` : "It needs a shell, or a program of its own in exec form."}`,
    fixes: json
      ? [{ title: `Write it in exec form: ${json}`, safety: "review", edits: [{ start, end: instruction.headEnd, text: json }] }]
      : [],
  };
}

const nameOf = ({ image }: Subject, state: State): string => state.base?.name ?? (image.stages.length > 0 ? "scratch" : "this image");

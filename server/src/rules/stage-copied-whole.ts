import { stageNamed } from "../build/build.ts";
import { isOwn, rootOf, shippedSteps } from "../build/subject.ts";
import { copyWords, flagValue } from "../dockerfile/instruction.ts";
import { replaceImage, writtenImage } from "../edits/base.ts";
import { removeInstruction } from "../edits/chain.ts";
import { nameStage } from "../edits/stage-name.ts";
import type { Image, Stage, Step } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { isUnknown, unknown } from "../image/size.ts";
import { areApart } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const stageCopiedWhole: Rule = {
  id: "stage-copied-whole",
  summary: "A whole stage is copied onto a base image",
  why:
    "`COPY --from=build / /` brings everything again: the stage's base image as well, over a base that is there already. So its files are in the image twice. Stand on the stage with `FROM build`, or copy what it built. " +
    "Onto `scratch` the same line makes one layer of many; that is meant, and costs nothing.",
  about: "bytes",
  aliases: ["DL3067"],
  example: {
    before:
      "FROM debian:bookworm-slim AS build\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nFROM debian:bookworm-slim\nCOPY --from=build / /\n",
    after: "FROM debian:bookworm-slim AS build\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nFROM build\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      const from = step.before.base ? wholeOf(step) : undefined;
      const stage = subject.image.stages[step.stage];
      const written = stage && writtenImage(stage);
      const [source] = step.instruction.args;
      if (from === undefined || !stage || !written || !source || !isOwn(subject, step)) continue;
      // An image that nobody knows may hold a file or two, and no system.
      if (stageNamed(subject.image.stages, from) === undefined && isUnknown(subject.world.bases?.find(from).size ?? unknown)) continue;
      const copied = subject.image.stages[stageNamed(subject.image.stages, from) ?? -1];
      const same = copied !== undefined && isSame(subject.image, stage, step, copied);
      const { file } = subject;
      // FROM takes no number.
      const named = copied && nameStage(subject, copied);
      const shown = copied ? (copied.name ?? `stage ${from}`) : from;
      const name = named?.name ?? from;
      const naming = copied && copied.name === undefined ? `name it with AS ${name}, and ` : "";
      const draft: Draft = {
        span: { start: source.start, end: (step.instruction.args[1] ?? source).end },
        message: (saving) =>
          `All of ${shown} is copied over ${stage.base}, which stays beneath it for nobody: ${formatSaving(saving)}. ${same ? `FROM ${name} holds the same files` : `Copy only what ${shown} built, or ${naming}stand on it: FROM ${name}`}.`,
        fixes: [],
      };
      if (!same) yield { ...draft, instead: [replaceImage(written.word, "scratch")] };
      else {
        const gone = removeInstruction(file, step);
        const edits = [...(named?.edits.filter((e) => areApart([e, gone])) ?? []), replaceImage(written.word, name), gone];
        yield { ...draft, fixes: [{ title: `Stand on ${name}, with its environment and command`, safety: "review", edits }] };
      }
    }
  },
};

/** The stage or image that is copied whole to the root. */
function wholeOf({ instruction, before }: Step): string | undefined {
  const [source, target, more] = copyWords(instruction);
  const from = flagValue(instruction, "from");
  const isRoot = (text: string | undefined, cwd: string): boolean => text !== undefined && absolute(text, cwd) === "/";
  const isPlain = instruction.flags.every((f) => f.name === "from" || f.name === "link");
  return !more && isPlain && isRoot(source?.text, "/") && isRoot(target?.text, before.cwd) ? from : undefined;
}

/** A stage of the same base, and nothing written onto that before: then the copy holds what the stage holds. */
const isSame = (image: Image, target: Stage, step: Step, copied: Stage): boolean =>
  rootOf(image, copied).base === target.base &&
  target.steps.every((s) => s === step || s.index > step.index || !s.layer || s.instruction.keyword === "FROM");

// Which files a command means may hang on a build argument: with another one, or on another platform, they are others.
import type { Ran, Step } from "../image/model.ts";
import type { Word } from "../shell/syntax.ts";

/** Whether an ARG gives a variable in these words its value, and what wrote the files does not name it. */
export const isByArgument = ({ before }: Ran, words: readonly (Word | undefined)[], writers: readonly Step[]): boolean =>
  words.some((word) =>
    word?.parts.some(
      (part) =>
        part.kind === "variable" &&
        before.args.has(part.name) &&
        !before.env.has(part.name) &&
        !writers.every(({ instruction: { source, start, end } }) => new RegExp(`\\$\\{?${part.name}\\b`).test(source.slice(start, end))),
    ),
  );

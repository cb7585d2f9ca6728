import type { Argument } from "../dockerfile/instruction.ts";
import type { Stage } from "../image/model.ts";
import { parseReference, type Reference } from "../sizes/reference.ts";
import type { Edit } from "../text.ts";

/** The image's name in a FROM, where it is written out there: no variable, no stage of this file, not scratch. */
export function writtenImage(stage: Stage): { word: Argument; reference: Reference } | undefined {
  const word = stage.from?.args[0];
  const reference =
    word && word.text === stage.base && stage.baseStage === undefined && word.text !== "scratch" ? parseReference(word.text) : undefined;
  // A name over a continued line is not written in one piece.
  return word && reference && word.end - word.start === word.text.length ? { word, reference } : undefined;
}

/** Another image in the same FROM. */
export const replaceImage = (word: Argument, name: string): Edit => ({ start: word.start, end: word.end, text: name });

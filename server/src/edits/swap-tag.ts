import type { Subject } from "../build/subject.ts";
import type { Argument, Instruction } from "../dockerfile/instruction.ts";
import { expandWord, variablesIn } from "../dockerfile/variables.ts";
import type { Stage } from "../image/model.ts";
import type { Edit } from "../text.ts";
import { replaceImage } from "./base.ts";

/**
 * Another tag of the same image in a stage's FROM; `newName` is the whole new name, as the catalogue says it. Variables stay where
 * they can: `python:${VERSION}` becomes `python:${VERSION}-slim`, which is right for every VERSION. Where a variable holds what
 * changes, its ARG gets the new default, if nothing else uses it but stages that move `along`. Undefined where it cannot be done so.
 */
export function swapTag(subject: Subject, stage: Stage, newName: string, along: readonly Stage[] = []): Edit[] | undefined {
  const word = stage.from?.args[0];
  if (!word || stage.baseStage !== undefined || stage.base === "scratch" || stage.base === newName) return undefined;
  // A name over a continued line is not written in one piece.
  if (word.end - word.start !== word.text.length) return undefined;
  if (word.text === stage.base) return [replaceImage(word, newName)];
  return behindVariables(subject, word, newName) ?? inArg(subject, [stage, ...along], word, newName);
}

/** A variable that alone says which image it is: `$IMAGE:$TAG`. What a build sets it to may have no such tag. */
function imageVariable({ file }: Subject, { from }: Stage): string | undefined {
  const text = from?.args[0]?.text ?? "";
  const variables = variablesIn(text, file.escape);
  const literal = variables.reduceRight((before, v) => `${before.slice(0, v.start)}$${before.slice(v.end)}`, text);
  return /(?:^|\/)\$+:/.test(literal) ? variables.find((v) => text[v.end] === ":")?.name : undefined;
}

/** That of `imageVariable`, as something to check. */
export function imageNote(subject: Subject, stage: Stage): string[] {
  const name = imageVariable(subject, stage);
  return name === undefined ? [] : [`whatever else builds set ${name} to needs such a tag`];
}

/** The literal end of the word, where the variables stand before the tag or at its beginning. */
function behindVariables({ file, image }: Subject, word: Argument, newName: string): Edit[] | undefined {
  const last = variablesIn(word.text, file.escape).at(-1);
  if (!last) return undefined;
  const before = word.text.slice(0, last.start);
  const behind = word.text.slice(last.end);
  const inTag = before.lastIndexOf(":") > before.lastIndexOf("/");
  // A variable that holds name and tag may hold any other image as well.
  if (!inTag && !behind.includes(":")) return undefined;
  const kept = expandWord(word.text.slice(0, last.end), (name) => image.globals.get(name), file.escape);
  if (!kept.known || !newName.startsWith(kept.text)) return undefined;
  return [{ start: word.start + last.end, end: word.end, text: newName.slice(kept.text.length) }];
}

function inArg({ file, image, world }: Subject, stages: readonly Stage[], word: Argument, newName: string): Edit[] | undefined {
  const [variable, ...more] = variablesIn(word.text, file.escape);
  if (!variable || more.length > 0 || !/^\$(?:\w+|\{\w+\})$/.test(word.text.slice(variable.start, variable.end))) return undefined;
  const { name } = variable;
  const before = word.text.slice(0, variable.start);
  const behind = word.text.slice(variable.end);
  const value = newName.slice(before.length, newName.length - behind.length);
  if (before + value + behind !== newName || Object.hasOwn(world.buildArgs ?? {}, name)) return undefined;
  const others = file.instructions.filter((i) => !stages.some((s) => s.from === i));
  const declared = others.flatMap((i) => (i.keyword === "ARG" ? i.properties.filter((p) => p.name === name) : []));
  const [property] = declared;
  if (!property || declared.length > 1 || others.some((i) => uses(i, name, file.escape))) return undefined;
  const old = image.globals.get(name)?.text ?? "";
  const written = file.text.slice(property.start, property.end);
  const quote = written.at(-1) === '"' || written.at(-1) === "'" ? written.at(-1) : "";
  const start = property.start + name.length + 1;
  return written === `${name}=${quote}${old}${quote}` ? [{ start, end: property.end, text: `${quote}${value}${quote}` }] : undefined;
}

/** Whether FROM or a global ARG names the variable. Inside a stage it is seen only where ARG declares it again. */
const uses = (instruction: Instruction, name: string, escape: string): boolean =>
  (instruction.keyword === "FROM" || instruction.keyword === "ARG") &&
  variablesIn(instruction.source.slice(instruction.start, instruction.end), escape).some((v) => v.name === name);

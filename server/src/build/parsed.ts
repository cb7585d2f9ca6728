// Scripts, parsed once: second runs, and the run of the next version of a text, carry out the same instructions.
import { type Instruction, type Joined, joinedFrom } from "../dockerfile/instruction.ts";
import { parseShell } from "../shell/parse.ts";
import type { Command, Script } from "../shell/syntax.ts";

const ofInstructions = new WeakMap<Instruction, { readonly braces: boolean; readonly script: Script }>();

export function parsedOnce(instruction: Instruction, source: Joined, braces: boolean, errexit: boolean): Script {
  const known = ofInstructions.get(instruction);
  if (known?.braces === braces && known.script.errexit === errexit) return known.script;
  const script = { ...parseShell(source, braces), errexit };
  ofInstructions.set(instruction, { braces, script });
  return script;
}

/** More are forgotten: texts that a loop makes up come once each. */
const maximumTexts = 200;
const ofTexts = new Map<string, Script>();

/** What a command hands to a shell, or the file that it calls: all of it lies where the command begins. */
export function parsedIn(command: Command | undefined, text: string, braces: boolean): Script {
  const start = command?.start ?? 0;
  const key = `${start} ${braces} ${text}`;
  const known = ofTexts.get(key);
  if (known) return known;
  const pieces = [{ at: 0, start, end: start }];
  const script = parseShell({ ...joinedFrom(text), pieces }, braces);
  if (ofTexts.size >= maximumTexts) ofTexts.clear();
  ofTexts.set(key, script);
  return script;
}

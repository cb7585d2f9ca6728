import type { Subject } from "../build/subject.ts";
import { refactorings as kinds } from "../refactorings/index.ts";
import { type Refusal, refusalsOf } from "../refactorings/refactoring.ts";
import { applyEdits } from "../text.ts";
import { titleWithGain } from "../topics/gain.ts";
import { nearest } from "../topics/nearest.ts";
import type { Arguments } from "./arguments.ts";
import type { Looked } from "./inputs.ts";
import { lookAtOne } from "./one.ts";
import { complain, type ExitCode, UsageError, write } from "./output.ts";
import { replaceFile } from "./replace.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const [id, operand, more] = args.operands;
  const ids = kinds.map((kind) => kind.id);
  if (id === undefined || operand === undefined || more !== undefined)
    throw new UsageError(`apply takes a refactoring and a Dockerfile: ballast apply ID PATH; there are ${ids.join(", ")}`);
  if (!ids.includes(id)) {
    const near = nearest(id, ids);
    throw new UsageError(`unknown refactoring ${id}; ${near ? `did you mean ${near}?` : `there are ${ids.join(", ")}`}`);
  }
  const line = lineOf(args);
  if (args.has("write") && operand === "-")
    throw new UsageError("--write needs a file; the new text of standard input goes to standard output");
  const looked = await lookAtOne(operand, args);
  if (!looked) return 2;
  const offer = looked.analysis.refactorings.find((o) => o.id === id && (line === undefined || coversLine(looked, o, line)));
  if (!offer) {
    const why = refusals(looked.analysis.subject, id).find((r) => line === undefined || coversLine(looked, r, line));
    const reason = why ? `: ${why.refused}` : line === undefined ? `: ${nothing(looked.analysis.subject, id)}` : "";
    complain(`${looked.input.name}: ${id} is not possible${line === undefined ? " here" : ` at line ${line}`}${reason}`);
    return 1;
  }
  const text = applyEdits(looked.analysis.lines.text, offer.edits);
  if (!args.has("write") || looked.input.path === undefined) await write(text);
  else {
    await replaceFile(looked.input.path, text);
    await write(`${looked.input.name}: ${titleWithGain(offer.title, offer.saving)}\n`);
  }
  return 0;
}

function lineOf(args: Arguments): number | undefined {
  const text = args.value("line");
  if (text !== undefined && !/^[1-9]\d*$/.test(text)) throw new UsageError(`--line ${text}: lines count from 1`);
  return text === undefined ? undefined : Number(text);
}

const refusals = (subject: Subject, id: string): Refusal[] => kinds.flatMap((kind) => (kind.id === id ? refusalsOf(kind, subject) : []));

const nothing = (subject: Subject, id: string): string => kinds.find((kind) => kind.id === id)?.nothing(subject) ?? "";

function coversLine({ analysis }: Looked, offer: Pick<Refusal, "span">, line: number): boolean {
  const { start, end } = analysis.lines.range(offer.span);
  return start.line < line && line <= end.line + 1;
}

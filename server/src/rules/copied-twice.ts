import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { copySources, isCopy } from "../dockerfile/instruction.ts";
import { removeInstruction } from "../edits/chain.ts";
import type { Step } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { elsewhere, isThereAlready } from "../queries/copied.ts";
import { lineNumber } from "../queries/places.ts";
import type { Span } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const copiedTwice: Rule = {
  id: "copied-twice",
  summary: "The same files are copied twice",
  why:
    "Each `COPY` stores all it copies in a layer of its own, even what lies there already, byte for byte. After `COPY . .` a `COPY package.json .` changes nothing and costs the file once more. " +
    "And what is copied to two places is stored twice: a symbolic link to the first one, made by a `RUN`, costs nothing.",
  about: "bytes",
  example: {
    before: "FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nCOPY models/small.bin models/\n",
    after: "FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n",
    context: { "app.py": 3000, "models/small.bin": 40_000_000 },
  },
  *check(subject) {
    const copies = shippedSteps(subject).filter((s) => isCopy(s.instruction));
    for (const step of copies) {
      if (isThereAlready(subject, step)) yield again(subject, step);
      else yield* inTwoPlaces(subject, step, copies);
    }
  },
};

/** The sources, as far as they stand on one line. */
function sourcesOf({ instruction }: Step): Span {
  const words = copySources(instruction);
  const [first] = words;
  const last = words.findLast((w) => !instruction.source.slice(first?.start, w.end).includes("\n"));
  return first && last ? { start: first.start, end: last.end } : instruction.keywordSpan;
}

/** The names of its files, and the path where another one has the same name. */
function namesOf({ layer }: Step): string[] {
  const paths = [...new Set(layer?.entries.map(({ path }) => path) ?? [])];
  const counts = new Map<string, number>();
  for (const name of paths.map(basename)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return paths.map((path) => (counts.get(basename(path)) === 1 ? basename(path) : path));
}

function again({ file, steps }: Subject, step: Step): Draft {
  const writers = new Set(step.changes.flatMap((c) => (c.how === "overwritten" ? (steps[c.entry.layer] ?? []) : [])));
  const lines = listed([...writers].map((w) => String(lineNumber(file, w))));
  const names = namesOf(step);
  const [lie, them] = names.length > 1 ? ["lie", "them"] : ["lies", "it"];
  return {
    span: sourcesOf(step),
    message: (saving) =>
      `${listed(names)} ${lie} there already: line${writers.size > 1 ? "s" : ""} ${lines} brought ${them}. Stored a second time: ${formatSaving(saving)}.`,
    fixes: [{ title: "Remove this second copy", safety: "review", edits: [removeInstruction(file, step)] }],
    unnecessary: true,
  };
}

function* inTwoPlaces(subject: Subject, step: Step, copies: readonly Step[]): Iterable<Draft> {
  const { file } = subject;
  const earlier = elsewhere(subject, step, copies);
  const [first] = earlier ?? [];
  if (!earlier || !first || !isOwn(subject, step)) return;
  const names = namesOf(step);
  const where = earlier.length === 1 ? first.path : `in line ${lineNumber(file, first.by)}`;
  yield {
    span: sourcesOf(step),
    message: (saving) =>
      `${listed(names)} ${names.length > 1 ? "are" : "is"} in the image already, copied ${earlier.length === 1 ? `to ${where} by line ${lineNumber(file, first.by)}` : where}: ${formatSaving(saving)} twice. A symbolic link made in a RUN costs nothing.`,
    fixes: [],
    instead: [removeInstruction(file, step)],
  };
}

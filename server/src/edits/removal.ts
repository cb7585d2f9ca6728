import { foundBy, mayLook } from "../build/found.ts";
import { knowsFolder } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { type Place, useOf } from "../build/uses.ts";
import type { Lookup } from "../dockerfile/variables.ts";
import { type Ran, type State, type Step, variableIn } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { commandsIn, type Node, type Word } from "../shell/syntax.ts";
import { expand, quoted } from "../shell/words.ts";
import { contains, type Edit } from "../text.ts";
import { statementAt } from "./chain.ts";
import { mergeRuns } from "./merge.ts";

/** Where a RUN no longer needs some places: behind a statement, and the folder in which the shell then stands, if known. */
export interface Spot {
  readonly statement: Node;
  readonly cwd?: string;
}

/** Behind the last command of a RUN that uses these places, or may. */
export function spotBehindUse(step: Step, places: readonly Place[]): Spot | undefined {
  const { script, ran } = step;
  const isFound = places.some((place) => foundBy(step, ran, place) !== "no");
  const last = ran.findLast((r) => (isFound && mayLook(r)) || places.some((place) => useOf(r, place) !== "no"));
  const end = script?.body.items.at(-1);
  if (!script || !end) return undefined;
  // Written by what is no command, `> file`: at the end, then.
  const statement = last ? last.command && statementAt(script, last.command) : end;
  if (!statement) return undefined;
  const inside = ran.filter((r) => r.command && contains(statement, r.command));
  const cwd = inside.some((r) => /^(?:cd|pushd|popd)$/.test(r.name)) ? undefined : inside[0]?.cwd;
  return { statement, ...(cwd !== undefined && { cwd }) };
}

const lookupOf =
  (state: State): Lookup =>
  (name) =>
    variableIn(state, name);

/** A word that names a path in one RUN, for a place in another: as written where that means the same there, else the path in full. */
export function spelledAt(
  word: Word | undefined,
  path: string,
  ran: Ran,
  from: Step,
  to: Step,
  cwd: string | undefined,
): string | undefined {
  // On a base that nobody knows a relative path starts nobody knows where.
  const rooted = ran.args.every((a) => a.text.startsWith("-") || a.text.startsWith("/")) || knowsFolder(from);
  const literal = /[$`\n]/.test(path) || !rooted ? undefined : quoted(path);
  if (!word || word.end <= word.start || word.parts.some((p) => p.kind !== "text" && p.kind !== "variable")) return literal;
  const texts = [from, to].map((step) => expand(word, lookupOf(step.before)));
  const [here, there] = texts.map((args) => (args.length === 1 ? args[0]?.text : undefined));
  const named = new Set(word.parts.flatMap((p) => (p.kind === "variable" ? [p.name] : [])));
  const assigned =
    to.script &&
    [...commandsIn(to.script.body)].some(
      (c) => c.assignments.some((a) => named.has(a.name)) || c.words.some((w) => named.has(w.raw.split("=", 1)[0] ?? "")),
    );
  if (here === undefined || here !== there || assigned || absolute(here, ran.cwd) !== path) return literal;
  if (here.startsWith("/") || cwd === ran.cwd) return word.raw;
  if (!rooted) return undefined;
  return named.size === 0
    ? literal
    : /^[\w./@+-]+$/.test(ran.cwd) && /^[\w$"{]/.test(word.raw)
      ? `${ran.cwd === "/" ? "" : ran.cwd}/${word.raw}`
      : undefined;
}

/** `sudo` with its flags, where a command has it before its name: another one in its place needs the same rights. */
export function privilegeOf(ran: Ran): string[] {
  const [name] = ran.words;
  const words = ran.command?.words ?? [];
  const before = words.slice(0, Math.max(0, name ? words.indexOf(name) : 0)).map((w) => w.raw);
  const sudo = before.findIndex((word) => /^(?:sudo|doas)$/.test(word));
  if (sudo < 0) return [];
  const flags = before.slice(sudo + 1);
  const end = flags.findIndex((word, i) => !word.startsWith("-") && !/^-[ugpC]$/.test(flags[i - 1] ?? ""));
  return [before[sudo] ?? "", ...flags.slice(0, end < 0 ? undefined : end)];
}

/** The steps from one RUN to a later one, when there is nothing but RUNs between: they can be merged. */
export function mergeFrom(
  subject: Subject,
  first: Step,
  last: Step,
  inner: readonly Edit[] = [],
): { edit: Edit; count: number } | undefined {
  const row = subject.steps.slice(first.index, last.index + 1);
  // Somebody has said there that they are apart on purpose.
  const between = subject.file.comments.filter((c) => c.start > first.instruction.start && c.end < last.instruction.end);
  if (between.some((c) => /\blayers?\b/i.test(subject.file.text.slice(c.start, c.end)))) return undefined;
  if (row.some((s) => s.instruction.keyword !== "RUN" || s.stage !== last.stage || !isOwn(subject, s))) return undefined;
  const edit = mergeRuns(subject.file, row, inner);
  return edit && { edit, count: row.length };
}

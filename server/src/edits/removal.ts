import { foundBy, mayLook } from "../build/found.ts";
import { knowsFolder } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { allOf, commandsNaming, lastOf, type Place, useOf } from "../build/uses.ts";
import { movesShell } from "../commands/kinds.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Lookup } from "../dockerfile/variables.ts";
import { type Ran, type State, type Step, variableIn, variableInShell } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import { type Command, commandsIn, type Node, type Word } from "../shell/syntax.ts";
import { expand, quoted } from "../shell/words.ts";
import { contains, type Edit, type Span } from "../text.ts";
import { insertAfter, isPlain, pathTo, statementAt } from "./chain.ts";
import { mergeRuns } from "./merge.ts";

/** Where a RUN no longer needs some places: behind a statement, and the folder in which the shell then stands, if known. */
export interface Spot {
  readonly statement: Node;
  readonly cwd?: string;
}

/** Behind the last command of a RUN that uses these places, or may. */
export function spotBehindUse(step: Step, places: readonly Place[]): Spot | undefined {
  const { script } = step;
  const isFound = places.some((place) => foundBy(step, allOf(step), place) !== "no");
  const near = commandsNaming(step, places);
  const last = lastOf(step, (r) => (isFound && mayLook(r)) || (near.has(r) && places.some((place) => useOf(r, place) !== "no")));
  const end = script?.body.items.at(-1);
  if (!script || !end) return undefined;
  // Written by what is no command, `> file`: at the end, then.
  const statement = last ? last.command && statementAt(script, last.command) : end;
  if (!statement) return undefined;
  const inside = allOf(step).filter((r) => r.command && contains(statement, r.command));
  const cwd = inside.some((r) => movesShell(r.name)) ? undefined : inside[0]?.cwd;
  return { statement, ...(cwd !== undefined && { cwd }) };
}

/**
 * A removal of these folders, or of what is in them, behind a statement. None where a mount of the RUN lies in one: there rm fails
 * ("Device or resource busy"), and so does each tool that empties its cache.
 */
export function removeBehind(file: Dockerfile, step: Step, after: Span, text: string, folders: Iterable<string>): Edit | undefined {
  const isBusy = [...folders].some((folder) => step.mounts.some((mount) => isWithin(mount, folder)));
  return isBusy ? undefined : insertAfter(file, step, after, text);
}

const lookupOf =
  (state: State): Lookup =>
  (name) =>
    variableInShell(state, name);

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
  const rooted = ran.args.every((a) => a.text.startsWith("-") || a.text.startsWith("/")) || standsKnown(from, ran);
  const named = new Set(word?.parts.flatMap((p) => (p.kind === "variable" ? [p.name] : [])));
  // What a branch gives it holds for this platform, or for these arguments.
  const varies = [from, to].some((step) => settersOf(step, named).some((c) => !isPlainly(step, c)));
  const literal = /[$`\n]/.test(path) || !rooted || varies ? undefined : writtenOut(path, to);
  if (!word || word.end <= word.start || word.parts.some((p) => p.kind !== "text" && p.kind !== "variable")) return literal;
  const texts = [from, to].map((step) => expand(word, lookupOf(step.before)));
  const [here, there] = texts.map((args) => (args.length === 1 ? args[0]?.text : undefined));
  const assigned = settersOf(to, named).length > 0;
  // Set before in this RUN, it means the same behind that.
  if (assigned && from === to && setBefore(ran, to, named)) {
    if (/^["']?\//.test(word.raw) || cwd === ran.cwd) return word.raw;
    // With the value of today the next one would not be found.
    return rooted ? inFull(word, ran.cwd) : undefined;
  }
  if (here === undefined || here !== there || assigned || absolute(here, ran.cwd) !== path) return literal;
  if (here.startsWith("/") || cwd === ran.cwd) return word.raw;
  if (!rooted) return undefined;
  return named.size === 0 ? literal : inFull(word, ran.cwd);
}

/** A relative word with the folder before it. */
const inFull = ({ raw }: Word, cwd: string): string | undefined =>
  /^[\w./@+-]+$/.test(cwd) && /^[\w$"{]/.test(raw) ? `${cwd === "/" ? "" : cwd}/${raw}` : undefined;

/** The commands of a RUN that set some variables. */
const settersOf = ({ script }: Step, names: ReadonlySet<string>): Command[] =>
  script && names.size > 0
    ? [...commandsIn(script.body)].filter(
        (c) => c.assignments.some((a) => names.has(a.name)) || c.words.some((w) => names.has(w.raw.split("=", 1)[0] ?? "")),
      )
    : [];

function isPlainly({ script }: Step, command: Node): boolean {
  const path = script && pathTo(script, command);
  return path !== undefined && isPlain(path);
}

/** Whether all that sets these variables in a RUN stands before a command of it which surely runs: behind that they mean the same. */
const setBefore = ({ command }: Ran, step: Step, names: ReadonlySet<string>): boolean =>
  command !== undefined && isPlainly(step, command) && settersOf(step, names).every((c) => c.end <= command.start);

/** A path in full; what a variable is that the RUN names, a version say, stays the variable's: tomorrow it is another one. */
function writtenOut(path: string, { instruction, before }: Step): string {
  if (!/^[\w./@+-]+$/.test(path)) return quoted(path);
  const names = new Set([...instruction.rest.text.matchAll(/\$\{?(\w+)/g)].flatMap(([, name]) => name ?? []));
  let written = path;
  for (const name of names) {
    const value = variableIn(before, name);
    if (!value?.known || !/\d/.test(value.text) || value.text.length <= 2) continue;
    // Not within the name of another one.
    written = written
      .split(/(\$\{\w+\})/)
      .map((part) => (part.startsWith("$") ? part : part.replaceAll(value.text, `\${${name}}`)))
      .join("");
  }
  return written;
}

/** `sudo` with its flags, where a command has it before its name: another one in its place needs the same rights. */
export function privilegeOf(ran: Ran): string[] {
  const [name] = ran.words;
  const words = ran.command?.words ?? [];
  const before = words.slice(0, Math.max(0, name ? words.indexOf(name) : 0)).map((w) => w.raw);
  const sudo = before.findIndex((word) => /^(?:sudo|doas)$/.test(word));
  if (sudo < 0) return [];
  const flags = before.slice(sudo + 1);
  const end = flags.findIndex((word, i) => !word.startsWith("-") && !/^-\w*[ugpC]$|^--(?:user|group|prompt)$/.test(flags[i - 1] ?? ""));
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

/** Whether the folder that a command stands in is known: that of its step, or one that it was sent to in full. */
export const standsKnown = (step: Step, ran: Ran): boolean =>
  knowsFolder(step) ||
  step.ran.slice(0, step.ran.indexOf(ran)).some((r) => {
    const [folder] = movesShell(r.name) ? r.args : [];
    return folder?.known === true && folder.text.startsWith("/") && isWithin(ran.cwd, absolute(folder.text, "/"));
  });

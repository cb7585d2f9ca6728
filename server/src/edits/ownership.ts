import { isKnown } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { makesAccount, type OwnerCall, ownerParts } from "../commands/owners.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import { find, unfold } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { hasGlob, isWithin, join } from "../image/paths.ts";
import { isByArgument } from "../queries/by-argument.ts";
import { type Changer, copiedOverBy, givenToRoot, missingAccounts, renumberedBetween, writersOf, writtenAs } from "../queries/changers.ts";
import { mayLackFind } from "../queries/find-there.ts";
import { losesMarks } from "../queries/marked.ts";
import { heaviest, sourcesOf } from "../queries/stored-again.ts";
import { areApart, contains, type Edit } from "../text.ts";
import { printsFile, startWithComments, withoutCommands } from "./chain.ts";
import { lookOf, mindedBetween } from "./ownership-copy.ts";
import { changeInRun, isBarred, type OwnerFix } from "./ownership-run.ts";
import { isOfSystem, isSoAlready, linesFor, runsBetween, whereWritten, writersOfAll } from "./ownership-words.ts";

/**
 * The change made where the files are written: the COPYs give owner and mode, or the RUN does it itself. `related` are all changers of the
 * RUN that touch the same files, in order. Else in words what to do; undefined where nobody knows who wrote them, or where that cannot be done.
 */
export function changeWhereWritten(subject: Subject, step: Step, related: readonly Changer[]): OwnerFix | string | undefined {
  const all = [...new Set(related.flatMap((c) => writersOf(subject, step, c)))];
  const sources = sourcesOf(subject, step, related);
  const where = whereWritten(subject, step, related, sources);
  if (where === undefined) return undefined;
  const writers = [...new Set(all.map((s) => copiedOverBy(subject, s, step) ?? s))];
  const heavy = writersOfAll(subject, step, heaviest(sources.filter((s) => !isSoAlready(s.step, step, related))));
  // What weighs comes from RUNs alone: what a COPY says of its own files would help nobody.
  const isOfRuns = writers.some((s) => isCopy(s.instruction)) && heavy.length > 0 && heavy.every((s) => s.instruction.keyword === "RUN");
  const isForNothing = isOfRuns || isOfSystem(related) || all.some((s) => s !== step && isInVain(s, related));
  const outcome = isForNothing ? undefined : changeAt(subject, step, related, writers);
  if (!outcome) return heavy.some((s) => isBarred(s, related)) ? undefined : where;
  const rest = heavy.filter((s) => !(isCopy(s.instruction) && s.stage === step.stage));
  return { ...outcome, advice: where, ...(rest.length > 0 && { rest: linesFor(subject, rest) }) };
}

/** A chown that has given to root, whose they are, what these give an owner anew: it is to go, and not to be joined. */
function isInVain(step: Step, related: readonly Changer[]): boolean {
  const inVain = givenToRoot(step);
  return (
    inVain?.call.paths.every((path) =>
      related.some((c) => c.call.verb === "chown" && c.call.recursive && c.call.paths.some((p) => isWithin(path, p))),
    ) === true
  );
}

function changeAt(subject: Subject, step: Step, related: readonly Changer[], writers: readonly Step[]): OwnerFix | undefined {
  if (
    related.some(({ ran, call }) => call.paths.some(hasGlob) || isByArgument(ran, call.pathWords, writers)) ||
    !writers.some((s) => s.stage === step.stage)
  )
    return undefined;
  const copies = writers.filter((s) => isCopy(s.instruction) && s.stage === step.stage && isOwn(subject, s));
  const [first] = copies;
  if (!first) return changeInRun(subject, step, related, writers);
  if (renumberedBetween(subject, first, step, related) || losesMarks(subject, copies, related)) return undefined;
  const looks = copies.flatMap((copy) => lookOf(step, copy, related) ?? []);
  const rests = related.flatMap((changer) => restOf(subject, step, changer, copies) ?? []);
  const accounts = accountsFor(subject, step, copies, related);
  if (looks.length < copies.length || rests.length < related.length || !accounts) return undefined;
  const taken = rests.flatMap((r) => (r.text === undefined ? [r.command] : []));
  const gone = withoutCommands(subject.file, step, [...taken, ...accounts.fromHere]);
  const edits: Edit[] = [
    ...copies.flatMap((copy, i) => flagEdits(copy, looks[i]?.flags ?? [])),
    ...accounts.edits,
    ...(gone ?? []),
    ...rests.flatMap(({ command, text }) => (text === undefined ? [] : [{ start: command.start, end: command.end, text }])),
  ];
  if (!gone || !areApart(edits)) return undefined;
  const sure = accounts.edits.length === 0 && [...rests, ...looks].every((r) => r.sure);
  const flags = [...new Set(looks.map((l) => l.flags.join(" ")))].filter((text) => text !== "");
  const keyword = copies.every((c) => c.instruction.keyword === "ADD") ? "ADD" : "COPY";
  const searches = rests.some((r) => r.text?.startsWith("find "));
  const says = copies.map((c, i) => [`${c.instruction.keyword} ${looks[i]?.flags.join(" ")}`, looks[i]?.flags.length ?? 0] as const);
  const copy = { flags: flags.join(", "), says: [...new Set(says.flatMap(([text, count]) => (count > 0 ? [text] : [])))] };
  const title = copy.flags === "" ? "Remove what changes nothing" : `${keyword === "ADD" ? "Add" : "Copy"} with ${copy.flags}`;
  return { title, copy, safety: sure ? "safe" : "review", edits, searches };
}

function flagEdits({ instruction }: Step, flags: readonly string[]): Edit[] {
  const fresh: string[] = [];
  const edits = flags.flatMap((text): Edit[] => {
    const flag = instruction.flags.find((f) => f.name === text.slice(2, 7));
    if (!flag) fresh.push(` ${text}`);
    return flag ? [{ start: flag.start, end: flag.end, text }] : [];
  });
  const at = instruction.keywordSpan.end;
  return fresh.length > 0 ? [{ start: at, end: at, text: fresh.join("") }, ...edits] : edits;
}

interface Rest {
  readonly command: { readonly start: number; readonly end: number };
  /** What stands in the command's place; undefined where nothing is left to do. */
  readonly text?: string;
  readonly sure: boolean;
}

/**
 * What is left to do for a changer: nothing; the folder itself, when it was there before the COPY, which --chown leaves alone; or, where others
 * may have written there, whatever is not the owner's yet.
 */
function restOf(subject: Subject, step: Step, changer: Changer, copies: readonly Step[]): Rest | undefined {
  const { ran, call } = changer;
  const written = writtenAs(step, changer);
  if (!written) return undefined;
  const { place: command, flags, value, paths } = written;
  if (subject.file.comments.some((c) => contains(command, c)) || (step.script && printsFile(step.script, command))) return undefined;
  const states = call.paths.map((path) => stateOf(subject, step, ran, call, copies, path));
  const which = (state: State): string[] => paths.filter((_, i) => states[i] === state);
  const [folders, shared, foreign] = [which("folder"), which("shared"), which("foreign")];
  // One who is not root could read it before, and no longer: or the other way round.
  const places = call.paths.map((path) => ({ path, folder: find(step.before.root, path, true)?.type === "folder" }));
  const sure = places.every((place) => mindedBetween(subject, step, ran, copies, place) === "no");
  if (folders.length + shared.length + foreign.length === 0) return { command, sure };
  if (folders.length + shared.length === 0) return { command, text: [call.verb, ...flags, value, ...foreign].join(" "), sure };
  if (shared.length + foreign.length === 0) return { command, text: [call.verb, value, ...folders].join(" "), sure };
  const parts = call.verb === "chown" ? ownerParts(call, value.replace(/["']/g, "")) : undefined;
  if (!parts?.user || mayLackFind(subject, step)) return undefined;
  const test = parts.group === "" ? `! -user ${parts.user}` : `! \\( -user ${parts.user} -group ${parts.group} \\)`;
  const searched = paths.filter((_, i) => states[i] !== "covered");
  return { command, text: `find ${searched.join(" ")} ${test} -exec chown -h ${value} {} +`, sure: false };
}

/** The COPYs bring all that lies at a path; also, its folder was there before; or others may have written there; or only others did. */
type State = "covered" | "folder" | "shared" | "foreign";

function stateOf(subject: Subject, step: Step, ran: Ran, call: OwnerCall, copies: readonly Step[], path: string): State {
  const first = copies.find((c) => c.changes.some((change) => isWithin(change.path, path)));
  if (!first) return "foreign";
  const node = find(first.before.root, path, true);
  const before = node !== undefined;
  if (!call.recursive) return before && find(step.before.root, path, true)?.type === "folder" ? "folder" : "covered";
  const layers = new Set(copies.map((c) => c.index));
  const stays = (name: string): boolean => {
    const now = find(step.before.root, join(path, name));
    return now?.type !== "file" || !layers.has(now.entry.layer);
  };
  // A file that a COPY wrote over is its own; a folder that was there keeps its owner.
  const held = node?.type === "folder" && (node.content.size > 0 || [...unfold(node).children.keys()].some(stays));
  const place = { path, folder: true };
  const between = mindedBetween(subject, step, ran, copies, place);
  if (held || between !== "no" || !isKnown(first.before, path)) return "shared";
  // A folder that COPY makes gets its owner, but always the mode 755.
  return before || (call.verb === "chmod" && !/^0?755$/.test(call.value.text)) ? "folder" : "covered";
}

interface Accounts {
  readonly edits: readonly Edit[];
  /** Commands of this RUN that move before the COPY. */
  readonly fromHere: readonly { readonly start: number; readonly end: number }[];
}

/** Commands that make the owner, moved before the first COPY where they come later; undefined where that cannot be. */
function accountsFor(subject: Subject, step: Step, copies: readonly Step[], related: readonly Changer[]): Accounts | undefined {
  const { steps, file } = subject;
  const [first] = copies;
  const missing = first ? missingAccounts(subject, first, related) : [];
  // Where nothing runs between them, it was there before the COPY as well.
  if (!first || missing.length === 0 || !runsBetween(subject, first, step, related)) return { edits: [], fromHere: [] };
  const later = steps
    .slice(first.index + 1, step.index + 1)
    .filter((s) => s.stage === step.stage && s.ran.some((r) => !r.maybe && makesAccount(r)));
  const [maker, another] = later;
  const makers = maker?.ran.filter(makesAccount) ?? [];
  const paths = related.flatMap(({ call }) => call.paths);
  const movable = makers.every(
    (r) =>
      r.command &&
      !r.maybe &&
      r.command.words[0] === r.words[0] &&
      r.args.every((a) => a.known && !paths.some((p) => isWithin(a.text, p) || isWithin(p, a.text))),
  );
  const makesAll = missing.every((n) => makers.some((r) => r.args.some((a) => a.text === n)));
  // On Alpine useradd comes with a package, BusyBox's adduser does not.
  const busybox = first.before.base?.os?.id === "alpine" && makers.some((r) => r.name.endsWith("add"));
  const commands = makers.flatMap((r) => (r.command ? [r.command] : []));
  const text = commands.map((c) => file.text.slice(c.start, c.end)).join(" && ");
  if (!maker?.script || another || !movable || !makesAll || busybox || text.includes("\n")) return undefined;
  const at = startWithComments(file, first.instruction);
  const made: Edit = { start: at, end: at, text: `RUN ${text}${file.newline}` };
  if (maker === step) return { edits: [made], fromHere: commands };
  const gone = withoutCommands(file, maker, commands);
  return gone && { edits: [made, ...gone], fromHere: [] };
}

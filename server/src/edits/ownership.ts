import { isKnown } from "../build/holds.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { allOf, ownerUseOf, type Place, stepUses, strongest, type Use } from "../build/uses.ts";
import { isKnownAccount, makesAccount, modeAfter, type OwnerCall, ownerCall, ownerParts } from "../commands/owners.ts";
import { flagValue, isCopy } from "../dockerfile/instruction.ts";
import { find, isUnpacked, type Node, unfold } from "../image/files.ts";
import { type Change, type Ran, type Step, variableIn } from "../image/model.ts";
import { dirname, hasGlob, isWithin, join } from "../image/paths.ts";
import { accountMakers, type Changer, copiedOverBy, givenToRoot, renumberedBetween, writersOf, writtenAs } from "../queries/changers.ts";
import { mayLackFind } from "../queries/find-there.ts";
import { lineNumber } from "../queries/places.ts";
import { heaviest, sourcesOf } from "../queries/stored-again.ts";
import type { Part } from "../shell/syntax.ts";
import { isLiteral } from "../shell/words.ts";
import { areApart, contains, type Edit } from "../text.ts";
import { listed } from "../topics/lists.ts";
import { startWithComments, withoutCommands } from "./chain.ts";
import { changeInRun, isBarred, type OwnerFix } from "./ownership-run.ts";
import { adviceFor, isOfUser, linesOf } from "./ownership-words.ts";

/**
 * The change made where the files are written: the COPYs give owner and mode, or the RUN does it itself. `related` are all changers of the
 * RUN that touch the same files, in order. Else the reason why that would not be the same; undefined where there is no way to have it.
 */
export function changeWhereWritten(subject: Subject, step: Step, related: readonly Changer[]): OwnerFix | string | undefined {
  const all = [...new Set(related.flatMap((c) => writersOf(subject, step, c)))];
  for (const vain of all) {
    const inVain = vain === step ? undefined : givenToRoot(vain);
    if (inVain && isCoveredBy(inVain, related)) return adviceBehind(subject, step, related, vain, inVain);
  }
  const written = (s: Step): Step => copiedOverBy(subject, s, step) ?? s;
  const writers = [...new Set(all.map(written))];
  const heavy = [...new Set(heaviest(sourcesOf(subject, step, related)).map(written))];
  const advised = heavy.length > 0 ? heavy : writers;
  const advice = (): string => adviceFor(subject, step, related, advised, writers);
  const runs = advised.filter((s) => s.instruction.keyword === "RUN" && s.stage === step.stage && !isOfUser(s, related));
  // What weighs comes from RUNs alone: what a COPY says of its own files would help nobody.
  const isOfRuns = runs.length > 0 && runs.length === advised.length && writers.some((s) => isCopy(s.instruction));
  const outcome = isOfRuns ? {} : changeAt(subject, step, related, writers);
  if ((typeof outcome === "string" || !("title" in outcome)) && advised.some((s) => isBarred(s, related))) return undefined;
  if (typeof outcome !== "string" && !("title" in outcome))
    return outcome.obstacle === undefined ? advice() : `${advice()}. No fix is offered: ${outcome.obstacle}`;
  const others = runs.length > 0 && runs.length < advised.length ? `what ${linesOf(subject, runs)} wrote can be changed there` : undefined;
  if (typeof outcome === "string") return others === undefined ? outcome : `${outcome}; ${others}`;
  return { ...outcome, advice: advice(), ...(others !== undefined && { others }) };
}

/** All that one of them changes the others give an owner anew. */
const isCoveredBy = ({ call }: Changer, related: readonly Changer[]): boolean =>
  call.paths.every((path) =>
    related.some((c) => c.call.verb === "chown" && c.call.recursive && c.call.paths.some((p) => isWithin(path, p))),
  );

/** What a chown has given to root in vain is stored twice by that alone: it goes, and the change is made where the files were written. */
function adviceBehind(subject: Subject, step: Step, related: readonly Changer[], vain: Step, inVain: Changer): string {
  const writers = writersOf(subject, vain, inVain);
  const heavy = heaviest(sourcesOf(subject, vain, [inVain]));
  const [first] = writers;
  const renumbered = first && renumberedBetween(subject, first, step, related);
  const advice = renumbered
    ? `Where ${renumbered} comes before them, the COPY and the RUN that write it do it in place`
    : adviceFor(subject, step, related, heavy.length > 0 ? heavy : writers, writers);
  return `Leave out the ${inVain.call.verb} of line ${lineNumber(subject.file, vain)}, which stores it once more for nothing. ${advice}`;
}

/** Why no fix is offered; absent where what to do says it. */
interface Refusal {
  readonly obstacle?: string;
}

function isBroughtByCopy({ steps }: Subject, { entry }: Change): boolean {
  const writer = steps[entry.layer];
  return writer !== undefined && isCopy(writer.instruction);
}

function changeAt(subject: Subject, step: Step, related: readonly Changer[], writers: readonly Step[]): OwnerFix | Refusal | string {
  if (related.some(({ ran }) => ran.changes.some((c) => isUnpacked(c.entry) && isBroughtByCopy(subject, c))))
    return "What ADD unpacks it leaves as it was packed: unpack it in a RUN, and change it there";
  if (related.some(({ call }) => call.paths.some(hasGlob))) return {};
  const elsewhere = [...new Set(writers.map((s) => String(lineNumber(subject.file, s))))];
  if (!writers.some((s) => s.stage === step.stage))
    return `Do it where line${elsewhere.length > 1 ? "s" : ""} ${listed(elsewhere)} in another stage wrote it`;
  const copies = writers.filter((s) => isCopy(s.instruction) && s.stage === step.stage && isOwn(subject, s));
  if (copies.length === 0) return changeInRun(subject, step, related, writers) ?? {};
  const [first] = copies;
  const renumbered = first && renumberedBetween(subject, first, step, related);
  if (renumbered) return `Where ${renumbered} comes before the COPY, COPY --chown does it in place`;
  const looks: Look[] = [];
  for (const copy of copies) {
    const look = lookOf(step, copy, related);
    if (typeof look === "string" || !("flags" in look)) return look;
    looks.push(look);
  }
  const rests: Rest[] = [];
  for (const changer of related) {
    const rest = restOf(subject, step, changer, copies);
    if (!("command" in rest)) return rest;
    rests.push(rest);
  }
  const accounts = accountsFor(subject, step, copies, related);
  if (typeof accounts === "string") return accounts;
  const taken = rests.flatMap((r) => (r.text === undefined ? [r.command] : []));
  const gone = withoutCommands(subject.file, step, [...taken, ...accounts.fromHere]);
  const edits: Edit[] = [
    ...copies.flatMap((copy, i) => flagEdits(copy, looks[i]?.flags ?? [])),
    ...accounts.edits,
    ...(gone ?? []),
    ...rests.flatMap(({ command, text }) => (text === undefined ? [] : [{ start: command.start, end: command.end, text }])),
  ];
  if (!gone || !areApart(edits)) return { obstacle: "other commands hang on it" };
  const sure = accounts.edits.length === 0 && [...rests, ...looks].every((r) => r.sure);
  const flags = [...new Set(looks.map((l) => l.flags.join(" ")))].filter((text) => text !== "");
  const keyword = copies.every((c) => c.instruction.keyword === "ADD") ? "ADD" : "COPY";
  const searches = rests.some((r) => r.text?.startsWith("find "));
  const says = copies.map((c, i) => [`${c.instruction.keyword} ${looks[i]?.flags.join(" ")}`, looks[i]?.flags.length ?? 0] as const);
  const copy = { flags: flags.join(", "), says: [...new Set(says.flatMap(([text, count]) => (count > 0 ? [text] : [])))] };
  const title = copy.flags === "" ? "Remove what changes nothing" : `${keyword === "ADD" ? "Add" : "Copy"} with ${copy.flags}`;
  return { title, copy, safety: sure ? "safe" : "review", edits, searches };
}

interface Look {
  /** `--chown=app:0`: what the COPY has to say. */
  readonly flags: readonly string[];
  readonly sure: boolean;
}

/** What a COPY must say for its files to be as the changers leave them. */
function lookOf(step: Step, copy: Step, related: readonly Changer[]): Look | Refusal | string {
  let [user, group] = flagValue(copy.instruction, "chown")?.split(":") ?? ["0", "0"];
  let mode: string | undefined;
  let owned = false;
  let sure = true;
  const written = copy.layer?.entries.map((e) => e.path) ?? [];
  for (const { call } of related) {
    const touched = written.filter((path) => call.paths.some((p) => (call.recursive ? isWithin(path, p) : path === p)));
    const partly = written.some((path) => !touched.includes(path) && call.paths.some((p) => isWithin(p, path)));
    if (touched.length === 0 && !partly) continue;
    if (touched.length < written.length) {
      return {};
    }
    const value = valueAt(call, step, copy);
    if (call.verb === "chmod") {
      // A variable in --chmod needs BuildKit 0.16.
      const masked = step.ran.some((r) => r.name === "umask") && /^\+|[,]\+/.test(call.value.text);
      if (value === undefined || /[$`]/.test(value) || masked) return { obstacle: "its mode is known only when it is built" };
      const found = modeFor(
        call,
        written.map((path) => find(copy.after.root, path)),
      );
      // Symbols are known from Dockerfile 1.14 on (docs.docker.com/reference/dockerfile, "COPY --chmod").
      if (!found && /^[ugoa]+[+=-]/.test(value)) return `From Dockerfile 1.14 on COPY --chmod=${value} does it in place for what it brings`;
      if (!found) return "COPY --chmod gives one mode, in figures, to files and folders alike: give them their modes where they are made";
      mode = found.mode;
      sure &&= found.sure;
      continue;
    }
    // Linux takes these bits off a file that gets another owner (chown(2)); COPY gives the mode last.
    if (/^[2-7][0-7]{3}$/.test(mode ?? flagValue(copy.instruction, "chmod") ?? ""))
      return { obstacle: "chown takes the set-uid bit off again, which COPY --chmod leaves" };
    const parts = value === undefined ? undefined : ownerParts(call, value);
    if (!parts) return { obstacle: "its owner is known only when it is built" };
    if (parts.group === "" && group === undefined) return { obstacle: "the group that its COPY gives is not known here" };
    user = parts.user || user;
    group = parts.group || group;
    owned = true;
  }
  const flags = [...(owned ? [`--chown=${user ?? "0"}:${group ?? "0"}`] : []), ...(mode === undefined ? [] : [`--chmod=${mode}`])];
  // What it says already, or what COPY does anyway, need not be said.
  const said = copy.instruction.flags.map((f) => `--${f.name}=${f.value ?? ""}`);
  const usual = (flag: string): boolean =>
    /^--chown=(?:0|root):(?:0|root)$/.test(flag) && flagValue(copy.instruction, "chown") === undefined;
  return { flags: flags.filter((flag) => !said.includes(flag) && !usual(flag)), sure: sure && !(owned && makesMore(copy, related)) };
}

/** One mode for all: for single files, or for a folder that is given figures throughout. */
function modeFor(call: OwnerCall, nodes: readonly (Node | undefined)[]): (Look & { mode: string }) | undefined {
  const { text } = call.value;
  const figures = /^[0-7]{3,4}$/.test(text);
  const isFolder = nodes.some((n) => n?.type !== "file");
  if (isFolder && figures) return call.recursive ? { mode: text, sure: false, flags: [] } : undefined;
  const before = nodes.flatMap((n) => modesIn(n));
  // Where nobody looked: the usual 644. What others of the group may write goes by the umask of whoever checked it out.
  const [mode, other] = new Set(before.map((m) => withoutGroup(modeAfter(text, m ?? 0o644))));
  if (mode === undefined || other !== undefined) return undefined;
  // Folders have 755 as a rule.
  if (isFolder && (!call.recursive || mode !== 0o755)) return undefined;
  const isSame = before.every((m) => m !== undefined && modeAfter(text, m) === mode);
  return { mode: figures ? text : mode.toString(8), sure: figures || (isSame && !isFolder), flags: [] };
}

const withoutGroup = (mode: number | undefined): number | undefined => (mode === undefined ? undefined : mode & ~0o022);

/** The modes of the files in a tree; one that nobody knows, where it holds more than files and folders with names. */
function modesIn(node: Node | undefined): (number | undefined)[] {
  if (node?.type === "file") return [node.mode];
  if (node?.type !== "folder") return [undefined];
  const { children, content } = unfold(node);
  return content.size > 0 ? [undefined, 0] : [...children.values()].flatMap(modesIn);
}

/**
 * Owner or mode as the COPY can write it: as it stands, where its variables are the same there (a flag expands ARG and ENV); else what they
 * stand for, unless a build argument may say otherwise.
 */
function valueAt({ word, value }: OwnerCall, step: Step, copy: Step): string | undefined {
  const isSame = (name: string): boolean => {
    const [a, b] = [step.before, copy.before].map((s) => variableIn(s, name));
    return a !== undefined && a.text === b?.text;
  };
  if (!word || isLiteral(word)) return value.text;
  // The operators that Docker knows as well.
  const isPlain = (part: Part): boolean =>
    part.kind === "text" ||
    (part.kind === "variable" &&
      isSame(part.name) &&
      (part.operator === undefined || (/^:?-$/.test(part.operator) && part.operand !== undefined && isLiteral(part.operand))));
  const raw = word.raw.replace(/["']/g, "");
  // Owner and group in one variable cannot be told apart.
  if (word.parts.every(isPlain) && !/\s/.test(raw)) return value.text.includes(":") && !raw.includes(":") ? undefined : raw;
  return value.known && step.before.args.size === 0 ? value.text : undefined;
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
function restOf(subject: Subject, step: Step, changer: Changer, copies: readonly Step[]): Rest | Refusal {
  const { ran, call } = changer;
  const written = writtenAs(step, changer);
  if (!written) return { obstacle: "it is not a command of its own here" };
  const { place: command, flags, value, paths } = written;
  if (subject.file.comments.some((c) => contains(command, c))) return { obstacle: "a comment stands in it" };
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
  if (!parts?.user) return {};
  if (mayLackFind(subject, step)) return { obstacle: "what is left to do needs find, which the image may not have" };
  const test = parts.group === "" ? `! -user ${parts.user}` : `! \\( -user ${parts.user} -group ${parts.group} \\)`;
  const searched = paths.filter((_, i) => states[i] !== "covered");
  return { command, text: `find ${searched.join(" ")} ${test} -exec chown -h ${value} {} +`, sure: false };
}

/** Whether anything between the first COPY and a changer puts files into a place, or cares whose they are. */
function mindedBetween(subject: Subject, step: Step, ran: Ran, copies: readonly Step[], place: Place): Use {
  const first = copies.find((c) => c.changes.some((change) => isWithin(change.path, place.path)));
  const between = subject.steps.slice((first?.index ?? step.index) + 1, step.index).filter((s) => s.stage === step.stage);
  const { base } = step.before;
  // Who changes an owner is root, and so are those before, but where a USER comes between on a base that nobody knows.
  const isSure = base === undefined || base.standardLayout === true || !between.some((s) => s.instruction.keyword === "USER");
  const use = (r: Ran): Use => ownerUseOf(r, place, isSure && /^(?:root|0)(?::|$)/.test(r.before.user));
  return strongest([
    ...between
      .filter((s) => !copies.includes(s))
      .flatMap((s) => (s.instruction.keyword === "RUN" ? allOf(s).map(use) : stepUses(s, place))),
    ...step.ran
      .slice(0, step.ran.indexOf(ran))
      .filter((r) => !ownerCall(r))
      .map(use),
  ]);
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

/** Whether a COPY with an owner would make folders above what the changers name: those would get the owner too. */
function makesMore(copy: Step, related: readonly Changer[]): boolean {
  const isThere = (path: string): boolean => find(copy.before.root, path, true) !== undefined;
  const places = related.flatMap(({ call }) => call.paths);
  return copy.changes.some(({ path }) => {
    for (let at = dirname(path); !isThere(at); at = dirname(at)) if (!places.some((p) => isWithin(at, p))) return true;
    return false;
  });
}

interface Accounts {
  readonly edits: readonly Edit[];
  /** Commands of this RUN that move before the COPY. */
  readonly fromHere: readonly { readonly start: number; readonly end: number }[];
}

/** Commands that make the owner, moved before the first COPY where they come later. */
function accountsFor(subject: Subject, step: Step, copies: readonly Step[], related: readonly Changer[]): Accounts | string {
  const { steps, file } = subject;
  const [first] = copies;
  const names = related.flatMap(({ call }) => {
    const parts = call.verb === "chmod" ? undefined : ownerParts(call, call.value.text);
    return parts ? [parts.user, parts.group] : [];
  });
  const earlier = accountMakers(subject, first?.index ?? 0);
  const missing = first ? [...new Set(names)].filter((n) => !/[$`]/.test(n) && !isKnownAccount(n, first.before, earlier)) : [];
  const [name] = missing;
  // Where nothing runs between them, it was there before the COPY as well.
  const runs = steps.slice((first?.index ?? 0) + 1, step.index).some((s) => s.stage === step.stage && s.instruction.keyword === "RUN");
  const isFirst = related[0] !== undefined && step.ran.slice(0, step.ran.indexOf(related[0].ran)).every((r) => ownerCall(r));
  if (!first || name === undefined || (!runs && isFirst)) return { edits: [], fromHere: [] };
  const reason = `Where ${name} exists before the COPY, COPY --chown does it in place`;
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
  if (!maker?.script || another || !movable || !makesAll || busybox || text.includes("\n")) return reason;
  const at = startWithComments(file, first.instruction);
  const made: Edit = { start: at, end: at, text: `RUN ${text}${file.newline}` };
  if (maker === step) return { edits: [made], fromHere: commands };
  const gone = withoutCommands(file, maker, commands);
  return gone ? { edits: [made, ...gone], fromHere: [] } : reason;
}

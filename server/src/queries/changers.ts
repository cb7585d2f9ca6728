import type { Subject } from "../build/subject.ts";
import {
  accountsNamed,
  isKnownAccount,
  makesAccount,
  modeAfter,
  type OwnerCall,
  ownerCall,
  ownerParts,
  renumbers,
  writesAccounts,
} from "../commands/owners.ts";
import { flagValue, isCopy } from "../dockerfile/instruction.ts";
import { expandWord } from "../dockerfile/variables.ts";
import { entriesOf, find, storedAgainIn } from "../image/files.ts";
import { type Ran, type Step, variableIn } from "../image/model.ts";
import { absolute, hasGlob, isWithin, join } from "../image/paths.ts";
import { quoted } from "../shell/words.ts";
import { type Span, spanOver } from "../text.ts";

/** A chown, chgrp or chmod of a RUN that certainly runs. */
export interface Changer {
  readonly ran: Ran;
  readonly call: OwnerCall;
}

export const changersOf = (step: Step): Changer[] =>
  step.ran.flatMap((ran) => {
    const call = ran.maybe ? undefined : ownerCall(ran);
    return call ? [{ ran, call }] : [];
  });

/** A changer as it is written: the place of its command, and what it would be in a shell. */
export interface Written {
  readonly place: Span;
  readonly flags: readonly string[];
  readonly value: string;
  readonly paths: readonly string[];
}

/** Undefined for one that is no command of its own: in another one's words, behind a wrapper, in a script. */
export function writtenAs({ instruction }: Step, { ran, call }: Changer): Written | undefined {
  const { command } = ran;
  if (instruction.exec) return inExecForm(instruction.exec, instruction.source, ran, call);
  const paths = call.pathWords.flatMap((w) => (w && w.end > w.start ? [w.raw] : []));
  if (!command || !call.word || command.words[0] !== ran.words[0] || paths.length < call.paths.length) return undefined;
  const flags = ran.words.slice(1).flatMap((w) => (w.raw.startsWith("-") ? [w.raw] : []));
  return { place: command, flags, value: call.word.raw, paths };
}

/** Exec form is one command; no shell reads its words. */
function inExecForm(
  exec: readonly (Span & { readonly text: string })[],
  source: string,
  { args }: Ran,
  call: OwnerCall,
): Written | undefined {
  const words = spanOver(exec);
  const isAll = exec.length === args.length + 1 && args.every((a, i) => a.text === exec[i + 1]?.text && !a.text.includes("$"));
  if (!words || !isAll) return undefined;
  const place = { start: source.lastIndexOf("[", words.start), end: source.indexOf("]", words.end) + 1 };
  const flags = args.flatMap((a) => (a.text.startsWith("-") ? [a.text] : []));
  return { place, flags, value: quoted(call.value.text), paths: call.paths.map(quoted) };
}

/** The steps whose files a changer stores again. */
export function writersOf({ steps }: Subject, step: Step, { call }: Changer): Step[] {
  const layers = call.paths.flatMap((path) => {
    const node = find(step.before.root, path, true);
    return node && (call.recursive || node.type === "file") ? entriesOf(node, path).map(({ entry }) => entry.layer) : [];
  });
  return [...new Set(layers)].sort((a, b) => a - b).flatMap((layer) => steps[layer] ?? []);
}

/**
 * `a+rX` behind a COPY that gives its files those rights itself: it changes folders, which weigh nothing. Whether what stays as it was is stored again
 * depends on who builds: BuildKit's own snapshots leave it out, Docker's overlay2 does not.
 */
export function changesFoldersOnly({ steps }: Subject, { ran, call }: Changer): boolean {
  const { text } = call.value;
  if (call.verb !== "chmod" || !call.recursive || !text.includes("X")) return false;
  // What lies there under no name may be anybody's.
  if (ran.changes.some(({ entry }) => storedAgainIn(entry) !== undefined)) return false;
  const again = ran.changes.filter((c) => c.how === "stored again");
  const writers = new Set(again.map(({ entry }) => steps[entry.layer]?.instruction));
  return [...writers].every((instruction) => {
    const given = instruction && isCopy(instruction) ? (flagValue(instruction, "chmod") ?? "") : "";
    if (!/^[0-7]{3,4}$/.test(given)) return false;
    const mode = Number.parseInt(given, 8);
    // A capital X is for folders, and for what anybody may run already.
    return modeAfter(text.replace("X", mode & 0o111 ? "x" : ""), mode) === mode;
  });
}

/**
 * The COPY that brings the same folder of the same stage, and what an earlier one has brought of it with it: that is copied over, and what the earlier
 * one says of owner and mode is nobody's.
 */
export function copiedOverBy({ steps }: Subject, copy: Step, before: Step): Step | undefined {
  const early = onlySource(copy);
  if (!early) return undefined;
  return steps.slice(copy.index + 1, before.index).find((s) => {
    const late = s.stage === copy.stage ? onlySource(s) : undefined;
    if (!late || late.from !== early.from || !isWithin(early.source, late.source)) return false;
    const below = early.source.slice(late.source.length).replace(/^\//, "");
    return early.to === (below === "" ? late.to : join(late.to, below));
  });
}

/** Of a COPY from another stage, with one source and no pattern in it. */
function onlySource({ instruction, before }: Step): { from: string; source: string; to: string } | undefined {
  const from = isCopy(instruction) ? flagValue(instruction, "from") : undefined;
  const [source, to, more] = instruction.args.map((word) => expandWord(word.text, (name) => variableIn(before, name)).text);
  if (from === undefined || source === undefined || to === undefined || more !== undefined || hasGlob(source)) return undefined;
  return { from, source: absolute(source, "/"), to: absolute(to, before.cwd) };
}

/** A chown that gives a RUN's files to root, whose they are: what it stores a second time others wrote. */
export function givenToRoot(step: Step): Changer | undefined {
  const [only, ...more] = changersOf(step);
  const parts = only && only.call.verb !== "chmod" ? ownerParts(only.call, only.call.value.text) : undefined;
  return parts && more.length === 0 && [parts.user, parts.group].every((name) => /^(?:root|0)?$/.test(name)) ? only : undefined;
}

const makersOf = new WeakMap<Subject, readonly { readonly index: number; readonly ran: Ran }[]>();

/** The commands before a step that make users or groups. */
export function accountMakers(subject: Subject, before: number): Ran[] {
  let all = makersOf.get(subject);
  if (!all) {
    const shipped = subject.steps.filter((s) => subject.image.ships.has(s.stage));
    all = shipped.flatMap((s) => s.ran.filter(makesAccount).map((ran) => ({ index: s.index, ran })));
    makersOf.set(subject, all);
  }
  return all.flatMap(({ index, ran }) => (index < before ? [ran] : []));
}

/** The owners that these changers give, and that nobody knows to be there at a step already. */
export function missingAccounts(subject: Subject, at: Step, related: readonly Changer[]): string[] {
  const earlier = accountMakers(subject, at.index + 1);
  const names = new Set(related.flatMap(({ call }) => accountsNamed(call)));
  return [...names].filter((name) => !/[$`]/.test(name) && !isKnownAccount(name, at.before, earlier));
}

/** What comes between a step and these changers and may give their owners other numbers: a name that was written before it is another owner. */
export function renumberedBetween({ steps }: Subject, from: Step, step: Step, related: readonly Changer[]): string | undefined {
  const names = related.flatMap(({ call }) => accountsNamed(call));
  const last = related.at(-1)?.ran;
  for (const s of steps.slice(from.index, step.index + 1)) {
    const ran = last && s === step ? s.ran.slice(0, s.ran.indexOf(last)) : s.ran;
    const found = ran.find((r) => renumbers(r, names));
    if (found) return found.name;
    if (s.instruction.keyword !== "RUN" && names.some((n) => !/^\d*$/.test(n)) && s.changes.some(writesAccounts))
      return s.instruction.keyword;
  }
  return undefined;
}

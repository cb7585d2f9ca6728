import type { Subject } from "../build/subject.ts";
import { makesAccount, type OwnerCall, ownerCall, ownerParts, renumbers, writesAccounts } from "../commands/owners.ts";
import { entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
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

/** What comes between a step and these changers and may give their owners other numbers: a name that was written before it is another owner. */
export function renumberedBetween({ steps }: Subject, from: Step, step: Step, related: readonly Changer[]): string | undefined {
  const parts = related.flatMap(({ call }) => (call.verb === "chmod" ? [] : (ownerParts(call, call.value.text) ?? [])));
  const names = parts.flatMap(({ user, group }) => [user, group]);
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

import type { Subject } from "../build/subject.ts";
import { makesAccount, type OwnerCall, ownerCall } from "../commands/owners.ts";
import { entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";

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

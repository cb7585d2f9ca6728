import { listsFolder } from "../commands/apt.ts";
import { aptCall } from "../commands/apt-call.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { updatesSurely } from "../queries/apt-settings.ts";
import { areApart, type Edit } from "../text.ts";
import { removeCommand } from "./chain.ts";

/**
 * RUNs that become one need one `apt-get update`: a body that begins with the same as the one before it goes on with its lists, which are
 * then removed where the last one removes them. Nothing where that would take a comment along.
 */
export function withOneUpdate(file: Dockerfile, steps: readonly Step[]): Edit[] {
  const edits = steps.flatMap((step, i) => {
    const next = steps[i + 1];
    return next ? joined(file, step, next) : [];
  });
  return areApart(edits) ? edits : [];
}

function joined(file: Dockerfile, step: Step, next: Step): Edit[] {
  const update = step.ran.find(updates);
  const again = next.ran.find((r) => !isIdle(r));
  if (!update || !again || !updates(again) || textOf(again) !== textOf(update) || !step.ran.every(leavesSources)) return [];
  // Wherever the lists are removed, `apt-get clean` may follow: the installs of the next body need them.
  const edits = [taken(file, next, again), ...step.ran.filter(removesLists).map((removal) => taken(file, step, removal))];
  return edits.every((e) => e !== undefined) ? edits : [];
}

function taken(file: Dockerfile, { script }: Step, { command }: Ran): Edit | undefined {
  const edit = script && command && removeCommand(file, script, command);
  return edit && edit !== "everything" && edit.text === "" ? edit : undefined;
}

const textOf = ({ words }: Ran): string => words.map((w) => w.raw).join(" ");

const updates = (ran: Ran): boolean => aptCall(ran)?.does === "updates" && updatesSurely(ran);

const removesLists = ({ name, args, maybe }: Ran): boolean =>
  name === "rm" && !maybe && args.every(({ text }) => text.startsWith("-") || text === `${listsFolder}/*`);

/** The same packages are on offer behind it as before. */
function leavesSources(ran: Ran): boolean {
  const call = aptCall(ran);
  return (
    !ran.maybe &&
    !ran.changes.some((c) => isWithin(c.path, "/etc/apt")) &&
    (call ? call.packages.every((p) => p.known && !p.text.includes("/")) : removesLists(ran) || isIdle(ran))
  );
}

/** Commands that have nothing to do with packages. */
const isIdle = ({ name }: Ran): boolean => /^(?:set|export|true|:|mkdir|ln|useradd|groupadd|adduser|addgroup)$/.test(name);

import { baseMayHold } from "../build/holds.ts";
import type { Subject } from "../build/subject.ts";
import { isUnread, useOf } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { aptCall, readsLists, usesLists } from "../commands/apt-call.ts";
import { mayUpdate } from "../commands/installs.ts";
import { isRoot } from "../image/homes.ts";
import type { Ran, Step } from "../image/model.ts";
import { type Follower, isUpdatedAgain, mayNeedOlder, onlyUpdates } from "../queries/apt-lists.ts";
import { mayInstall } from "../queries/installs-unseen.ts";
import type { Node, Script } from "../shell/syntax.ts";
import { quoted } from "../shell/words.ts";
import type { Edit, Span } from "../text.ts";
import { insertAfter, isPlain, pathTo, removeWords, statementAt, withoutCommand } from "./chain.ts";
import { privilegeOf, removeBehind } from "./removal.ts";
import { updateBefore } from "./update.ts";

// Package lists kept out of the layers: each RUN that needs them updates, installs and removes them.

const listsRemoval = `rm -rf ${listsFolder}/*`;

/** The lists removed there, too; undefined where that cannot be, or something may install from them. */
export function listsRemovedBefore(subject: Subject, writer: Step, fetching: readonly Step[]): Edit[] | undefined {
  const first = fetching[0]?.index ?? writer.index;
  const between = subject.steps.filter((s) => s.index > first && s.index < writer.index);
  const isUsed = between.some((s) => mayNeedOlder(subject, s));
  const edits = fetching.map((s) => (isUsed ? undefined : removalIn(subject, s)));
  return edits.every((e) => e !== undefined) ? edits : undefined;
}

/** What is lost: these lists removed at the end of their RUN. In exec form there is no room for a second command: then the RUN is written anew. */
export function listsLost({ file }: Subject, step: Step): Edit[] {
  const { instruction, script } = step;
  if (!instruction.exec)
    return [insertAfter(file, step, script?.body ?? { start: instruction.headEnd, end: instruction.headEnd }, listsRemoval) ?? []].flat();
  const [first, last] = [instruction.exec[0], instruction.exec.at(-1)];
  const start = first && instruction.source.lastIndexOf("[", first.start);
  const end = last && instruction.source.indexOf("]", last.end) + 1;
  const words = instruction.exec.map((a) => quoted(a.text));
  return start === undefined || !end ? [] : [{ start, end, text: `${words.join(" ")} && ${listsRemoval}` }];
}

const updateOf = (step: Step): Ran | undefined => step.ran.find((r) => aptCall(r)?.does === "updates");

export function listsRemoved(subject: Subject, step: Step, followers: readonly Follower[], closing: Step | undefined): Edit[] | undefined {
  const { file } = subject;
  if (!step.script) return undefined;
  const edits: Edit[] = [...pointless(subject, step, closing)];
  const update = updateOf(step);
  if (isUpdatedAgain(subject, step) || (onlyUpdates(step) && followers.some((f) => !f.updates))) {
    // This RUN only updates: its command moves to where it is needed, if it is.
    const taken = withoutCommand(file, step, update?.command);
    if (!taken) return undefined;
    edits.push(taken);
  } else {
    const edit = removalIn(subject, step);
    if (!edit) return undefined;
    edits.push(edit);
  }
  for (const [i, { step: user, updates, removes, elsewhere, barred }] of followers.entries()) {
    if (elsewhere || barred !== undefined) return undefined;
    // Likewise: those behind it get an update of their own, or there is nothing but a removal.
    const taken =
      !removes && (i < followers.length - 1 || closing) && onlyUpdates(user)
        ? withoutCommand(file, user, updateOf(user)?.command)
        : undefined;
    if (taken) {
      edits.push(taken);
      continue;
    }
    const end = removes ? undefined : removalIn(subject, user);
    if (!end && !removes) return undefined;
    if (!updates) {
      const install = user.ran.find((r) => usesLists(aptCall(r)));
      const path = install?.command && user.script && pathTo(user.script, install.command);
      if (!path || !isPlain(path)) return undefined;
      // The update that docker-clean watches takes away what was downloaded before (/etc/apt/apt.conf.d/docker-clean).
      if (install?.args.some((a) => a.text === "--no-download")) return undefined;
      const put = update && updateBefore(file, step, update, user, install);
      if (!put) return undefined;
      edits.push(put);
    }
    if (end) edits.push(end);
  }
  return edits;
}

/** The removal that comes too late: with the lists gone in each RUN it does nothing. Of a base that nobody knows it may hide what is there. */
function pointless({ file, steps }: Subject, writer: Step, closing: Step | undefined): Edit[] {
  const ran = closing?.ran.find((r) => r.name === "rm" && r.changes.some((c) => c.entry.id === listsId));
  if (!closing?.script || !ran?.command || ran.maybe || ran.chosen || baseMayHold(closing.before, listsFolder)) return [];
  const path = pathTo(closing.script, ran.command);
  // A script that nobody knows may have fetched lists of its own.
  const before = [...steps.slice(writer.index, closing.index).flatMap((s) => s.ran), ...closing.ran.slice(0, closing.ran.indexOf(ran))];
  if (!path || !isPlain(path) || before.some(isUnread)) return [];
  const isTheirs = (text: string): boolean => text === `${listsFolder}/*`;
  const operands = ran.words.slice(1).filter((w) => !w.raw.startsWith("-"));
  const theirs = operands.filter((w) => isTheirs(w.raw));
  if (theirs.length < operands.length) return removeWords(file, ran, theirs) ?? [];
  return [withoutCommand(file, closing, ran.command) ?? []].flat();
}

/** Surely: whose a base is that nobody knows is not said. */
const isSurelyRoot = ({ before: { user, base } }: Step): boolean => isRoot(user) && (base === undefined || base.standardLayout === true);

/** The removal behind the last apt command of a RUN; at the RUN's end when something unknown may still need the lists. */
function removalIn(subject: Subject, step: Step): Edit | undefined {
  if (!step.script) return undefined;
  const apt = step.ran.findLastIndex((r) => aptCall(r) !== undefined || readsLists(r));
  const fetched = step.ran.findLastIndex(mayUpdate);
  if (fetched > apt) return behindInstaller(subject, step, fetched);
  // du, tar or find behind it see them.
  const last = Math.max(
    apt,
    step.ran.findLastIndex((r) => r.name !== "rm" && useOf(r, { path: listsFolder, folder: true }) === "yes"),
  );
  const ran = step.ran[last];
  const command = ran?.command;
  const unknownAfter = step.ran.slice(last + 1).some((r) => isUnread(r) || mayInstall(subject, r));
  const path = command && pathTo(step.script, command);
  if (!command || !path) return undefined;
  const statement = isPlain(path) ? command : pipeEndedBy(step.script, command);
  if (!statement) return undefined;
  const end = step.script.body.items.at(-1);
  // A branch that is not taken here may need them.
  const elsewhere = step.notRun.some((r) => aptCall(r) !== undefined && (r.command?.start ?? 0) > command.start);
  const after = (unknownAfter || elsewhere) && end ? end : statement;
  const text = [...(isSurelyRoot(step) ? [] : privilegeOf(step.ran[apt] ?? ran)), listsRemoval].join(" ");
  return removeBehind(subject.file, step, after, text, [listsFolder]);
}

/** `yes | apt-get install`: it ends as its last command does. */
function pipeEndedBy(script: Script, command: Span): Node | undefined {
  const pipe = statementAt(script, command);
  return pipe?.kind === "pipeline" && !pipe.negated && pipe.items.at(-1) === command ? pipe : undefined;
}

/** The script may be run anywhere behind what fetches it: at the RUN's end nobody needs the lists any more. */
function behindInstaller({ file }: Subject, step: Step, at: number): Edit | undefined {
  const ran = step.ran[at];
  const statement = step.script && ran?.command && statementAt(step.script, ran.command);
  const end = step.script?.body.items.at(-1);
  if (!statement || !end || ran?.maybe) return undefined;
  const privilege =
    step.ran
      .slice(at)
      .map(privilegeOf)
      .find((words) => words.length > 0) ?? [];
  // Some of them call sudo by themselves.
  if (!isRoot(step.before.user) && privilege.length === 0) return undefined;
  return removeBehind(file, step, end, [...(isSurelyRoot(step) ? [] : privilege), listsRemoval].join(" "), [listsFolder]);
}

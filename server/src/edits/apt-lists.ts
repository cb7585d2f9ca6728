import { baseMayHold } from "../build/holds.ts";
import { isBuiltOn, type Subject } from "../build/subject.ts";
import { isUnread, useOf } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { type AptCall, aptCall, readsLists, usesLists } from "../commands/apt-call.ts";
import { mayUpdate, updatesByItself } from "../commands/installs.ts";
import { isRepositoryTool } from "../commands/kinds.ts";
import { isRoot } from "../image/homes.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { installsFromLists, mayInstall, startIsTold } from "../queries/installs-unseen.ts";
import type { Node, Script } from "../shell/syntax.ts";
import { quoted } from "../shell/words.ts";
import type { Edit, Span } from "../text.ts";
import { insertAfter, isPlain, pathTo, removeWords, statementAt, withoutCommand } from "./chain.ts";
import { privilegeOf } from "./removal.ts";
import { type Hindrance, hindrance, updateBefore } from "./update.ts";

// Package lists kept out of the layers: each RUN that needs them updates, installs and removes them.

const listsRemoval = `rm -rf ${listsFolder}/*`;

/** A later RUN that uses apt while these lists are there. */
export interface Follower extends Hindrance {
  readonly step: Step;
  /** It has an update of its own: without the older lists that writes them anew. Else it lives on the older ones. */
  readonly updates: boolean;
  /** It removes them itself. */
  readonly removes: boolean;
  /** With other values of its variables, or on another platform, it lives on the older ones: a second run of the model does not see that. */
  readonly elsewhere?: boolean;
}

interface Followers {
  readonly followers: readonly Follower[];
  /** A later command tells what is in them. */
  readonly isRead: boolean;
  /** A later RUN that runs what nobody can read, and what may install from them, or update them. */
  readonly unseen?: Step;
  /** A later RUN that does no more than remove them. */
  readonly closing?: Step;
}

/**
 * Earlier RUNs that add a repository with a tool which, on a base that nobody knows, may have had apt update the lists there: then these
 * stay, and what is fetched later is next to nothing (add-apt-repository(1), from Ubuntu 18.04 on).
 */
export const mayHaveFetched = ({ steps, image }: Subject, writer: Step): Step[] =>
  steps.filter(
    (s) =>
      s.index < writer.index &&
      image.ships.has(s.stage) &&
      isBuiltOn(image, writer.stage, s.stage) &&
      s.before.base?.os?.id !== "ubuntu" &&
      s.ran.findLastIndex(updatesAsItAdds) >
        s.ran.findLastIndex((r) => r.name === "rm" && r.args.some((a) => a.text.startsWith("/var/lib/apt"))),
  );

const updatesAsItAdds = (ran: Ran): boolean => isRepositoryTool(ran.name) && !ran.args.some((a) => /^(?:-n|--no-update)$/.test(a.text));

/** The lists removed there, too; undefined where that cannot be, or something may install from them. */
export function listsRemovedBefore(subject: Subject, writer: Step, fetching: readonly Step[]): Edit[] | undefined {
  const first = fetching[0]?.index ?? writer.index;
  const between = subject.steps.filter((s) => s.index > first && s.index < writer.index);
  const isUsed = between.some((s) => usersIn(s).some((r) => aptCall(r)?.updates === false) || installsUnseen(subject, s));
  const edits = fetching.map((s) => (isUsed ? undefined : removalIn(subject, s)));
  return edits.every((e) => e !== undefined) ? edits : undefined;
}

/** The later RUNs that the lists matter to, up to the one that removes them. */
export function followersOf(subject: Subject, writer: Step): Followers {
  const { steps, image } = subject;
  const found: Follower[] = [];
  const { triggers } = image.stages[image.target]?.end ?? writer.after;
  let unseen: Step | undefined;
  let isRead = startIsTold(subject) || triggers.some((t) => installsFromLists(t.rest.text));
  // Stages beside the image's own that have removed them, or updated for themselves.
  const apart = new Set<number>();
  for (const step of steps) {
    const { stage } = step;
    isRead ||= step.touched.some((t) => t.stage !== stage && isBuiltOn(image, t.stage, writer.stage) && isWithin(t.path, "/var/lib/apt"));
    if (step.index <= writer.index || !isBuiltOn(image, stage, writer.stage)) continue;
    if ([...apart].some((other) => isBuiltOn(image, stage, other))) continue;
    const ships = image.ships.has(stage);
    const users = usersIn(step);
    const [first] = users;
    const updates = first !== undefined && aptCall(first)?.updates !== false;
    const removes = step.changes.some((c) => c.how === "removed" && c.entry.id === listsId);
    if (installsUnseen(subject, step)) unseen ??= step;
    isRead ||= step.ran.some(readsLists) || step.notRun.some(readsLists) || unseen !== undefined;
    if (livesElsewhere(step)) found.push({ step, updates: false, removes, elsewhere: true });
    else if (first && !(updates && (removes || !ships))) {
      found.push({ step, updates, removes, ...(!updates && hindrance(subject, writer, step, first)) });
    }
    if (!ships && (removes || updates)) apart.add(stage);
    if (ships && removes) return { followers: found, isRead, ...(unseen && { unseen }), ...(users.length === 0 && { closing: step }) };
  }
  return { followers: found, isRead, ...(unseen && { unseen }) };
}

/** The commands that install from the lists, or write them; of a tool that adds a repository it matters only where there is no other. */
function usersIn({ ran }: Step): readonly Ran[] {
  const users = ran.filter((r) => usesLists(aptCall(r)) || updatesByItself(r));
  return users.length > 0 ? users : ran.filter(mayUpdate);
}

const listCalls = (step: Step): AptCall[] => step.ran.flatMap((ran) => aptCall(ran) ?? []).filter(usesLists);

/** Something that is not followed may install from older lists. */
const installsUnseen = (subject: Subject, { ran, notRun }: Step): boolean => {
  const update = ran.findIndex((r) => (aptCall(r)?.updates === true || updatesByItself(r)) && !r.maybe && !r.chosen);
  const before = update < 0 ? [...ran, ...notRun] : ran.slice(0, update);
  return before.some((r) => mayInstall(subject, r));
};

/** With other values of its variables, or on another platform, it installs from older lists. */
export const livesElsewhere = ({ ran, notRun }: Step): boolean => {
  const uses = (r: Ran): boolean => usesLists(aptCall(r));
  const start = (r: Ran): number => r.words[0]?.start ?? 0;
  const [first] = [...ran.filter((r) => !r.chosen), ...notRun].filter(uses).sort((a, b) => start(a) - start(b));
  return first !== undefined && !aptCall(first)?.updates && first !== ran.find(uses);
};

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

/** No other apt command is in it. */
export const onlyUpdates = (step: Step): boolean => step.ran.every((r) => (aptCall(r)?.does ?? "updates") === "updates");
const updateOf = (step: Step): Ran | undefined => step.ran.find((r) => aptCall(r)?.does === "updates");

/** Whether this RUN does no more than an update, and a later one updates again before anything could need the lists. */
export function isUpdatedAgain({ steps, image }: Subject, step: Step): boolean {
  const next = steps.find((s) => s.index > step.index && image.ships.has(s.stage) && listCalls(s).length > 0);
  return (
    onlyUpdates(step) &&
    next !== undefined &&
    listCalls(next)[0]?.updates === true &&
    !steps.slice(step.index, next.index).some((s) => s.ran.some(isUnread))
  );
}

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
  if (!path || !isPlain(path) || steps.slice(writer.index, closing.index).some((s) => s.ran.some(isUnread))) return [];
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
  return insertAfter(subject.file, step, after, [...(isSurelyRoot(step) ? [] : privilegeOf(step.ran[apt] ?? ran)), listsRemoval].join(" "));
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
  return insertAfter(file, step, end, [...(isSurelyRoot(step) ? [] : privilege), listsRemoval].join(" "));
}

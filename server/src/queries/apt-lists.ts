import { isBuiltOn, type Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { listsFolder, listsId } from "../commands/apt.ts";
import { type AptCall, aptCall, readsLists, usesLists } from "../commands/apt-call.ts";
import { updatesAsItAdds } from "../commands/apt-sources.ts";
import { mayUpdate, updatesByItself } from "../commands/installs.ts";
import { isMountedOver, type Ran, type Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { type Hindrance, hindrance, updatesSurely } from "./apt-settings.ts";
import { installsFromLists, mayInstall, startIsTold } from "./installs-unseen.ts";

// Who lives on the package lists that a RUN leaves, who updates them anew, and who removes them.

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
      !isMountedOver(s, listsFolder) &&
      image.ships.has(s.stage) &&
      isBuiltOn(image, writer.stage, s.stage) &&
      s.before.base?.os?.id !== "ubuntu" &&
      s.ran.findLastIndex(updatesAsItAdds) >
        s.ran.findLastIndex((r) => r.name === "rm" && r.args.some((a) => a.text.startsWith("/var/lib/apt"))),
  );

/**
 * The later steps that stand on what a RUN leaves, in order; not those that have lists in a mount. A step that sets its stage apart is the
 * last one of that: from there on the stage, and those built from it, have lists of their own, or none.
 */
export function* stepsBehind({ steps, image }: Subject, writer: Step, setsApart: (step: Step) => boolean): Generator<Step> {
  const apart = new Set<number>();
  for (const step of steps) {
    if (step.index <= writer.index || !isBuiltOn(image, step.stage, writer.stage) || isMountedOver(step, listsFolder)) continue;
    if ([...apart].some((other) => isBuiltOn(image, step.stage, other))) continue;
    yield step;
    if (setsApart(step)) apart.add(step.stage);
  }
}

/** The later RUNs that the lists matter to, up to the one that removes them. */
export function followersOf(subject: Subject, writer: Step): Followers {
  const { steps, image } = subject;
  const found: Follower[] = [];
  const { triggers } = image.stages[image.target]?.end ?? writer.after;
  let unseen: Step | undefined;
  let removal: Step | undefined;
  let isRead = startIsTold(subject) || triggers.some((t) => installsFromLists(t.rest.text));
  // Of the stages beside the image's own.
  const setsApart = (step: Step): boolean => !image.ships.has(step.stage) && (removesLists(step) || updatesFirst(step));
  for (const step of stepsBehind(subject, writer, setsApart)) {
    const ships = image.ships.has(step.stage);
    const [first] = usersIn(step);
    const updates = updatesFirst(step);
    const removes = removesLists(step);
    if (installsUnseen(subject, step)) unseen ??= step;
    isRead ||= step.ran.some(readsLists) || step.notRun.some(readsLists) || unseen !== undefined;
    if (livesElsewhere(step)) found.push({ step, updates: false, removes, elsewhere: true });
    else if (first && !(updates && (removes || !ships))) {
      found.push({ step, updates, removes, ...(!updates && hindrance(subject, writer, step, first)) });
    }
    if (ships && removes) {
      removal = step;
      break;
    }
  }
  const isCopied = ({ touched, stage }: Step): boolean =>
    touched.some((t) => t.stage !== stage && isBuiltOn(image, t.stage, writer.stage) && isWithin(t.path, "/var/lib/apt"));
  isRead ||= steps.slice(0, removal && removal.index + 1).some(isCopied);
  const closing = removal && usersIn(removal).length === 0 ? removal : undefined;
  return { followers: found, isRead, ...(unseen && { unseen }), ...(closing && { closing }) };
}

const removesLists = ({ changes }: Step): boolean => changes.some((c) => c.how === "removed" && c.entry.id === listsId);

/** Before anything else that needs them. */
function updatesFirst(step: Step): boolean {
  const [first] = usersIn(step);
  return first !== undefined && aptCall(first)?.fetchesLists !== false;
}

/** Whether it installs from older lists, or something in it may. */
export const mayNeedOlder = (subject: Subject, step: Step): boolean =>
  usersIn(step).some((r) => aptCall(r)?.fetchesLists === false) || installsUnseen(subject, step);

/** The commands that install from the lists, or write them; of a tool that adds a repository it matters only where there is no other. */
function usersIn({ ran }: Step): readonly Ran[] {
  const users = ran.filter((r) => usesLists(aptCall(r)) || updatesByItself(r));
  return users.length > 0 ? users : ran.filter(mayUpdate);
}

/** Something that is not followed may install from older lists. */
const installsUnseen = (subject: Subject, { ran, notRun }: Step): boolean => {
  const update = ran.findIndex(updatesSurely);
  const before = update < 0 ? [...ran, ...notRun] : ran.slice(0, update);
  return before.some((r) => mayInstall(subject, r));
};

/** With other values of its variables, or on another platform, it installs from older lists. */
export const livesElsewhere = ({ ran, notRun }: Step): boolean => {
  const uses = (r: Ran): boolean => usesLists(aptCall(r));
  const start = (r: Ran): number => r.words[0]?.start ?? 0;
  const [first] = [...ran.filter((r) => !r.chosen), ...notRun].filter(uses).sort((a, b) => start(a) - start(b));
  return first !== undefined && !aptCall(first)?.fetchesLists && first !== ran.find(uses);
};

/** No other apt command is in it. */
export const onlyUpdates = (step: Step): boolean => step.ran.every((r) => (aptCall(r)?.does ?? "updates") === "updates");

const listCalls = (step: Step): AptCall[] => step.ran.flatMap((ran) => aptCall(ran) ?? []).filter(usesLists);

/** Whether this RUN does no more than an update, and a later one updates again before anything could need the lists. */
export function isUpdatedAgain({ steps, image }: Subject, step: Step): boolean {
  const isNext = (s: Step): boolean => image.ships.has(s.stage) && listCalls(s).length > 0 && !isMountedOver(s, listsFolder);
  const next = steps.find((s) => s.index > step.index && isNext(s));
  return (
    onlyUpdates(step) &&
    next !== undefined &&
    listCalls(next)[0]?.fetchesLists === true &&
    !steps.slice(step.index, next.index).some((s) => s.ran.some(isUnread))
  );
}

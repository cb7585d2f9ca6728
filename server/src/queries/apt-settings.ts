import { isBuiltOn, type Subject } from "../build/subject.ts";
import { allOf, isUnread, mayReach } from "../build/uses.ts";
import { aptCall, isPackageFile } from "../commands/apt-call.ts";
import { architectures, fetchesUpdater } from "../commands/apt-sources.ts";
import { addsSource, updatesByItself } from "../commands/installs.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import { find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { mayInstall } from "./installs-unseen.ts";
import { lineNumber } from "./places.ts";

// Whether apt updates as it did before: from the same sources, with the same keys and settings.

/** What apt reads as it updates (apt.conf(5), sources.list(5), apt_auth.conf(5)); keys lie in either folder (apt-secure(8)). */
const folders = ["/etc/apt", "/usr/share/keyrings"];
const places = [...folders, architectures];

export const isAptSetting = (path: string): boolean => places.some((place) => isWithin(path, place));

/**
 * The last step that changes what apt reads, or may, between a command that lives on older lists and the update that fetched these: nobody has
 * updated with that yet. A key may come later than its source, as may the certificates that an https source needs.
 */
function changedSinceUpdate(subject: Subject, user: Step, at: Ran): Step | undefined {
  const before = user.ran.slice(0, Math.max(0, user.ran.indexOf(at)));
  if (endsInUpdate(before)) return changes(subject, sinceUpdate(before)) ? user : undefined;
  if (changes(subject, before)) return user;
  for (const step of subject.steps.slice(0, user.index).reverse()) {
    if (!isBuiltOn(subject.image, user.stage, step.stage)) continue;
    const updated = endsInUpdate(step.ran);
    if (changes(subject, updated ? sinceUpdate(step.ran) : allOf(step)) || (step.ran.length === 0 && brings(step))) return step;
    if (updated) return undefined;
  }
  return undefined;
}

/** Why apt had better not update there: what has changed is for a later update, and what that needs, a key say, may come only then. */
function whyNotBehind({ image, steps, file }: Subject, changed: Step, user: Step, at: Ran): string | undefined {
  const updatesIn = (s: Step): boolean =>
    s === user
      ? s.ran.slice(s.ran.indexOf(at)).some(updatesSurely)
      : s.index > user.index && isBuiltOn(image, s.stage, user.stage) && s.ran.some(updatesSurely);
  const next = steps.find(updatesIn);
  return (
    next &&
    `line ${lineNumber(file, changed)} may change apt's sources, keys or settings, and the first to update with these is line ${lineNumber(file, next)}`
  );
}

/** What somebody must know before apt updates behind such a step. */
export const mayNotUpdate = (file: Dockerfile, changed: Step): string =>
  `whether apt can update behind line ${lineNumber(file, changed)}, which may change its sources, keys or settings`;

/** Why the update of one RUN cannot be run in another. */
export function whyNoUpdate(from: Step, to: Step): string | undefined {
  if (to.instruction.flags.some((f) => f.name === "network" && f.value === "none")) return "it has no network";
  const targets = new Set(mountsOf(to.instruction).map((m) => m.target));
  const missed = mountsOf(from.instruction).find(({ target }) => target !== undefined && isAptSetting(target) && !targets.has(target));
  return missed && `it lacks the mount ${missed.target}`;
}

/** What speaks against an update in a RUN that lives on the lists of an earlier one. */
export interface Hindrance {
  /** Since the update that it lives on, this step has changed what apt reads as it updates: whether it can nobody knows. */
  readonly changed?: Step;
  /** Why no update can go there. */
  readonly barred?: string;
}

export function hindrance(subject: Subject, writer: Step, user: Step, ran: Ran): Hindrance {
  const changed = changedSinceUpdate(subject, user, ran);
  const barred = whyNoUpdate(writer, user) ?? (changed && whyNotBehind(subject, changed, user, ran));
  return { ...(changed && { changed }), ...(barred !== undefined && { barred }) };
}

/** It has apt update the lists, on each platform and with each build argument: else what comes behind it may still live on the lists of before. */
export const updatesSurely = (ran: Ran): boolean =>
  (aptCall(ran)?.fetchesLists === true || updatesByItself(ran)) && !ran.maybe && !ran.chosen;
const endsInUpdate = (rans: readonly Ran[]): boolean => rans.some(updatesSurely);

function sinceUpdate(rans: readonly Ran[]): readonly Ran[] {
  const at = rans.findLastIndex(updatesSurely);
  const last = rans[at];
  // Behind what fetches a script that updates by itself stands what runs that.
  return rans.slice(at + (last && fetchesUpdater(last) ? 2 : 1));
}

const changes = (subject: Subject, rans: readonly Ran[]): boolean => rans.some((ran) => changesSettings(subject, ran));

function changesSettings(subject: Subject, ran: Ran): boolean {
  const { name, args, command } = ran;
  if (ran.changes.some((c) => isAptSetting(c.path)) || addsSource(ran) || name === "apt-key") return true;
  // A vendor's package may bring its repository.
  const installs = aptCall(ran)?.does === "installs" || (name === "dpkg" && args.some((a) => /^(?:-i|--install)$/.test(a.text)));
  if (installs && args.some((a) => isPackageFile(a.text))) return true;
  if (isUnread(ran) && mayInstall(subject, ran)) return true;
  const targets = command?.redirects.flatMap((r) => r.target?.raw ?? []) ?? [];
  return [...args.map((a) => a.text), ...targets].some((text) => folders.some((folder) => text.includes(folder)));
}

/** COPY or ADD, of a whole folder too in which it may lie. */
function brings({ changes: made, before, after }: Step): boolean {
  return (
    made.some((c) => isAptSetting(c.path) || folders.some((folder) => mayReach(c.entry, c.path, folder))) ||
    (made.length > 0 && folders.some((folder) => find(before.root, folder) !== find(after.root, folder)))
  );
}

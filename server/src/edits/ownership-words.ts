import { isBuiltOn, isOwn, type Subject } from "../build/subject.ts";
import { makesAccount, ownerParts } from "../commands/owners.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import { isRoot } from "../image/homes.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import { type Changer, copiedOverBy, missingAccounts, renumberedBetween } from "../queries/changers.ts";
import { losesMarks } from "../queries/marked.ts";
import { lineNumber, linesOf } from "../queries/places.ts";
import { folderOf, type Source } from "../queries/stored-again.ts";
import { capital } from "../topics/lists.ts";
import { lookOf, mindedBetween, namesForLink } from "./ownership-copy.ts";
import { privilegeOf } from "./removal.ts";

/** What to do where no fix can be written: the COPYs that give owner or mode in place, or else the lines that wrote what is stored again. */
export function whereWritten(subject: Subject, step: Step, related: readonly Changer[], all: readonly Source[]): string | undefined {
  const weighs = (s: Source): boolean => s.more || s.bytes >= nextToNothing;
  // What useradd puts into a home is its user's.
  const sources = all.filter((s) => weighs(s) || !s.step.ran.some(makesAccount));
  const so = sources.filter((s) => isSoAlready(s.step, step, related));
  const others = sources.filter((s) => !so.includes(s));
  const writers = writersOfAll(subject, step, others);
  const lines = linesFor(subject, writers);
  if (so.length > 0 && !others.some(weighs)) return writtenSo(subject, step, so, others);
  if (isOfSystem(related) && isOnOthers(subject, step))
    return "Files of the base image and of packages are among it: change only what needs it";
  const first = writers.reduce<Step | undefined>((a, b) => (a && a.index < b.index ? a : b), undefined);
  if (!first) return undefined;
  const inPlace = flagsInPlace(subject, step, related, writers);
  if (inPlace !== undefined) return `${inPlace} at ${lines} does it in place`;
  const unnamed = writers.every((s) => isCopy(s.instruction) && s.stage === step.stage && namesForLink(s, related).length > 0);
  if (unnamed) return `With --link ${lines} can give owners as numbers only: give those there, or leave --link out`;
  if (losesMarks(subject, writers, related) && writers.every((s) => isCopy(s.instruction) && s.stage === step.stage))
    return `--chown at ${lines} does it in place, but leaves on capabilities and set-user-ID bits, which ${verbOf(related)} takes off`;
  // Of what nobody knows some may have written there.
  const where = step.before.unknownWrites ? `, in ${lines} among others` : `: ${lines}`;
  const ofBase = mayBeOfBase(subject, step, related) ? "; some may be the base image's" : "";
  return `Change it where it is written${where}${ofBase}${whenOf(subject, first, step, related)}`;
}

const verbOf = (related: readonly Changer[]): string => related.find(({ call }) => call.verb !== "chmod")?.call.verb ?? "chown";

function writtenSo(subject: Subject, step: Step, so: readonly Source[], others: readonly Source[]): string {
  const run = so.find((s) => s.step.instruction.keyword === "RUN");
  const lines = linesFor(subject, writersOfAll(subject, step, so));
  const text = `${capital(lines)} wrote it ${run ? `as ${run.step.before.user}` : "like that"} already`;
  return others.length > 0
    ? `${text}; change the rest where it is written: ${linesFor(subject, writersOfAll(subject, step, others))}`
    : text;
}

/** What has to come before the first one that writes there. */
function whenOf(subject: Subject, first: Step, step: Step, related: readonly Changer[]): string {
  const renumbered = renumberedBetween(subject, first, step, related);
  if (renumbered !== undefined) return `; ${renumbered} must come before that`;
  const never = missingAccounts(subject, step, related);
  const missing = missingAccounts(subject, first, related).find((name) => !never.includes(name));
  return missing === undefined ? "" : `; ${missing} must exist by then`;
}

/** Whether a base image that nobody knows may have made a folder, which this file puts something into and never names. */
function mayBeOfBase({ steps }: Subject, step: Step, related: readonly Changer[]): boolean {
  if (!step.before.base || step.before.base.standardLayout) return false;
  const isNamedIn = ({ instruction, after, changes, ran }: Step, place: string): boolean =>
    instruction.keyword === "RUN"
      ? ran.some((r) => r.args.some((a) => a.text.includes(place) || isWithin(absolute(a.text, r.cwd), place)))
      : isWithin(after.cwd, place) || changes.some((c) => isWithin(c.path, place));
  const places = related.flatMap(({ call }) => (call.recursive ? call.paths.map(folderOf) : []));
  return places.some((place) => !steps.slice(0, step.index).some((s) => isNamedIn(s, place)));
}

/** Less than this, and nobody moves a command for it. */
const nextToNothing = 10_000;

/** What is there when a layer of this file comes on top: of most, nobody changes more than a part. */
const ofTheSystem = new Set("/ /bin /etc /lib /lib64 /sbin /usr /usr/bin /usr/lib /usr/sbin /usr/share /var /var/lib".split(" "));

/** Whether they change such a folder as a whole. */
export const isOfSystem = (related: readonly Changer[]): boolean =>
  related.some(({ call }) => call.recursive && call.paths.some((p) => ofTheSystem.has(p)));

/** Not where all that lies there was copied onto nothing. */
const isOnOthers = ({ image, steps }: Subject, step: Step): boolean =>
  step.before.base !== undefined ||
  steps.some((s) => s.index < step.index && isBuiltOn(image, step.stage, s.stage) && s.changes.some((c) => c.entry.kind === "package"));

export const linesFor = ({ file }: Subject, steps: readonly Step[]): string =>
  linesOf([...new Set(steps.map((s) => lineNumber(file, s)))], 8);

/** A COPY that another one copies over is that one's. */
export const writersOfAll = (subject: Subject, step: Step, sources: readonly Source[]): Step[] => [
  ...new Set(sources.map((source) => copiedOverBy(subject, source.step, step) ?? source.step)),
];

/** `COPY --chown=app:app`, where all that these steps bring gets the same, and nobody else puts files there or minds whose they are. */
function flagsInPlace(subject: Subject, step: Step, related: readonly Changer[], writers: readonly Step[]): string | undefined {
  if (losesMarks(subject, writers, related)) return undefined;
  const [changer] = related;
  const said = new Set<string>();
  for (const copy of writers) {
    const look = isCopy(copy.instruction) && copy.stage === step.stage && isOwn(subject, copy) ? lookOf(step, copy, related) : undefined;
    if (!look || look.flags.length === 0 || !areThere(subject, copy, step, related)) return undefined;
    said.add(`${copy.instruction.keyword} ${look.flags.join(" ")}`);
  }
  const [flags, another] = said;
  const places = related.flatMap(({ call }) => call.paths.map((p) => ({ path: folderOf(p), folder: true })));
  if (!changer || another !== undefined || places.some((p) => mindedBetween(subject, step, changer.ran, writers, p) !== "no"))
    return undefined;
  return flags;
}

/** Whether the owners are there, as the same ones, when a COPY comes: or nothing runs between, which could make them. */
function areThere(subject: Subject, copy: Step, step: Step, related: readonly Changer[]): boolean {
  if (renumberedBetween(subject, copy, step, related)) return false;
  return missingAccounts(subject, copy, related).length === 0 || !runsBetween(subject, copy, step, related);
}

/** Whether anything runs behind a COPY and before these changers. */
export function runsBetween({ steps }: Subject, copy: Step, step: Step, [first]: readonly Changer[]): boolean {
  const isRun = (s: Step): boolean => s.stage === step.stage && s.instruction.keyword === "RUN";
  const before: readonly Ran[] = first ? step.ran.slice(0, step.ran.indexOf(first.ran)) : [];
  return steps.slice(copy.index + 1, step.index).some(isRun) || before.some((r) => !/^ch(?:own|grp|mod)$/.test(r.name));
}

/** Commands of root that leave, or give, other owners than root. */
const givesOwners = /^(?:bsdtar|chgrp|chown|cp|cpio|install|mv|rsync|tar)$/;

/** Whether what a step wrote has had this owner from the start: a COPY says so, or a RUN is the owner's own work. */
export function isSoAlready(writer: Step, step: Step, related: readonly Changer[]): boolean {
  const { instruction, ran } = writer;
  if (isCopy(instruction)) return writer.stage === step.stage && lookOf(step, writer, related)?.flags.length === 0;
  const { user } = writer.before;
  const isOthers = (r: Ran): boolean => r.user !== undefined || privilegeOf(r).length > 0 || (isRoot(user) && givesOwners.test(r.name));
  if (instruction.keyword !== "RUN" || ran.some(isOthers)) return false;
  // A number may be his.
  const isHis = (name: string): boolean =>
    name === "" ||
    name === user ||
    (user === "0" ? name === "root" : user === "root" ? name === "0" : /^\d|\$/.test(name) || /^\d/.test(user));
  return related.every(({ call }) => {
    const parts = call.verb === "chown" ? ownerParts(call, call.value.text.replace(/:$/, "")) : undefined;
    return parts !== undefined && isHis(parts.user) && isHis(parts.group);
  });
}

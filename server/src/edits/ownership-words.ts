import { stageNamed } from "../build/build.ts";
import { isOwn, type Subject } from "../build/subject.ts";
import { isKnownAccount, modeAfter, ownerParts } from "../commands/owners.ts";
import { flagValue, isCopy } from "../dockerfile/instruction.ts";
import type { Step } from "../image/model.ts";
import { hasGlob, isWithin } from "../image/paths.ts";
import { accountMakers, type Changer } from "../queries/changers.ts";
import { lineNumber } from "../queries/places.ts";
import { listed } from "../topics/lists.ts";

/** What to do where no fix can be written: in the COPYs that bring what weighs, in the RUNs that write it, and in all other COPYs of `writers` as well. */
export function adviceFor(
  subject: Subject,
  step: Step,
  related: readonly Changer[],
  heavy: readonly Step[],
  writers: readonly Step[],
): string {
  const isCopied = (s: Step): boolean => s.stage === step.stage && isOwn(subject, s) && isCopy(s.instruction);
  const ofStage = heavy.filter((s) => s.stage === step.stage && s.instruction.keyword === "RUN");
  const runs = ofStage.filter((s) => !isOfUser(s, related));
  const others = heavy.filter((s) => s.stage !== step.stage);
  const copies = heavy.filter(isCopied);
  const light = writers.filter((s) => isCopied(s) && !heavy.includes(s));
  const isInCopies = copies.length > 0;
  const texts = [
    isInCopies
      ? byCopies(
          subject,
          related,
          [...light, ...copies].sort((a, b) => a.index - b.index),
        )
      : undefined,
    byRuns(subject, related, runs),
    ...ofStage.flatMap((s) => byUser(subject, related, s)),
    byOthers(subject, related, others),
    isInCopies ? undefined : byCopies(subject, related, light),
  ];
  const [first, ...rest] = texts.filter((text) => text !== undefined);
  return first === undefined ? "Do it in the RUN that writes them" : [first, ...rest.map(lower)].join("; ");
}

function byUser({ file }: Subject, related: readonly Changer[], run: Step): string[] {
  if (!isOfUser(run, related)) return [];
  const user = run.before.user.replace(/:.*/, "");
  const owners = related.flatMap(({ call }) => ownerParts(call, call.value.text)?.user ?? []);
  const another = owners.find((name) => /^[a-z]/i.test(name) && name !== user && !/^\d/.test(user));
  const line = lineNumber(file, run);
  return [another === undefined ? `What line ${line} writes is ${user}'s already` : `Let line ${line} run as ${another}, not ${user}`];
}

function byOthers(subject: Subject, related: readonly Changer[], others: readonly Step[]): string | undefined {
  const [first] = others;
  return first && afterMaking(missingAccount(subject, related, first), `Do it where ${linesOf(subject, others)} in another stage wrote it`);
}

const afterMaking = (name: string | undefined, text: string): string =>
  name === undefined ? text : `Make ${name} before that, and ${lower(text)}`;

/** Nobody but root gives files away: what a RUN of somebody else writes is his. */
export const isOfUser = ({ before: { user } }: Step, related: readonly Changer[]): boolean =>
  !/^(?:root|0)?(?::|$)/.test(user) && related.every(({ call }) => call.verb !== "chmod");

function byRuns(subject: Subject, related: readonly Changer[], runs: readonly Step[]): string | undefined {
  const [first] = runs;
  if (!first) return undefined;
  return afterMaking(missingAccount(subject, related, first), `Do it in the RUN${runs.length > 1 ? "s" : ""} of ${linesOf(subject, runs)}`);
}

const lower = (text: string): string => (/^(?:COPY|ADD)/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1));

export const linesOf = ({ file }: Subject, steps: readonly Step[]): string =>
  `line${steps.length > 1 ? "s" : ""} ${listed(steps.map((s) => String(lineNumber(file, s))))}`;

function byCopies(subject: Subject, related: readonly Changer[], copies: readonly Step[]): string | undefined {
  const [first] = copies;
  if (!first) return undefined;
  const flags = flagsOf(related).join(" ");
  const name = missingAccount(subject, related, first);
  const when = name === undefined ? "" : `Where ${name} exists before it, `;
  const whole = copies.filter((s) => bringsAll(s, related));
  const apart = copies.filter((s) => !whole.includes(s));
  const keywords = [...new Set(whole.map((s) => `${s.instruction.keyword} ${flags}`))];
  const inPlace = `${when}${listed(keywords)} at ${linesOf(subject, whole)} ${keywords.length > 1 ? "do" : "does"} it in place`;
  if (apart.length === 0) return inPlace;
  const fromContext = copies.every((s) => flagValue(s.instruction, "from") === undefined);
  const isMode = related.every(({ call }) => call.verb === "chmod");
  const isOfStages = copies.every((s) => stageNamed(subject.image.stages, flagValue(s.instruction, "from") ?? "") !== undefined);
  // A COPY keeps the mode.
  if (isMode && isOfStages) return `Do it in the stage that ${linesOf(subject, copies)} ${copies.length > 1 ? "copy" : "copies"} from`;
  const isExecutable = isMode && related.every(({ call }) => /\+\w*x/.test(call.value.text));
  if (fromContext && isExecutable)
    return `Make ${isOne(related) ? "it" : "them"} executable before the COPY: where ${isOne(related) ? "it is" : "they are"} made, or in git (git update-index --chmod=+x)`;
  const them = isOne(related) ? "it" : "them";
  if (whole.length > 0) {
    const places = [...new Set(related.flatMap(({ call }) => call.paths))].filter((p) => apart.some((s) => brings(s, p)));
    return `${inPlace}; copy ${listed(places)} apart in the same way, and leave ${places.length > 1 ? "them" : "it"} out of ${linesOf(subject, apart)} (--exclude)`;
  }
  // What two COPYs bring is stored twice as well.
  return `${when === "" ? "C" : `${when}c`}opy ${them} apart with ${flags}, and leave ${them} out of ${linesOf(subject, copies)} (--exclude)`;
}

const isOne = (related: readonly Changer[]): boolean =>
  new Set(related.flatMap(({ call }) => call.paths)).size === 1 &&
  related.every(({ call }) => !call.recursive && !call.paths.some(hasGlob));

/** `--chown=app`, `--chmod=755`: the mode only where the figures are sure. */
function flagsOf(related: readonly Changer[]): string[] {
  const flags = related.map(({ call: { verb, value, word } }) => {
    const text = (word?.raw ?? value.text).replace(/["']/g, "");
    if (verb !== "chmod") return `--chown=${text}`;
    const mode = /^[0-7]{3,4}$/.test(text) ? text : /^(?:a|ugo)?\+r?x$/.test(text) ? modeAfter(text, 0o644)?.toString(8) : undefined;
    return mode === undefined ? "--chmod" : `--chmod=${mode}`;
  });
  return [...new Set(flags)];
}

/** One of the owners, where only a command behind this step makes it. */
function missingAccount(subject: Subject, related: readonly Changer[], at: Step): string | undefined {
  const earlier = accountMakers(subject, at.index + 1);
  const later = accountMakers(subject, subject.steps.length).filter((r) => !earlier.includes(r));
  const names = related.flatMap(({ call }) => {
    const parts = call.verb === "chmod" ? undefined : ownerParts(call, call.value.text);
    return parts ? [parts.user, parts.group] : [];
  });
  return names.find((name) => !isKnownAccount(name, at.before, earlier) && later.some((r) => r.args.some((a) => a.text === name)));
}

const brings = (copy: Step, place: string): boolean =>
  (copy.layer?.entries ?? []).some(({ path }) => isWithin(path, place) || isWithin(place, path));

/** All that the COPY brings is changed; what a pattern names at the end of a path is all that lies there. */
function bringsAll(copy: Step, related: readonly Changer[]): boolean {
  const changed = related.flatMap(({ ran }) => ran.changes.flatMap((c) => (c.how === "stored again" ? [c.path] : [])));
  const folders = related.flatMap(({ call }) => (call.recursive ? call.paths.map((p) => p.replace(/\/\*+$/, "")) : []));
  const entries = copy.layer?.entries ?? [];
  return entries.every(({ path }) => [...changed, ...folders].some((c) => isWithin(path, c)));
}

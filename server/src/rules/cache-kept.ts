import { isBuiltOn, isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { runsScript } from "../commands/builders.ts";
import type { KeptCache, ToolCache } from "../commands/cache.ts";
import { caches } from "../commands/caches.ts";
import { carries } from "../commands/kinds.ts";
import { cleanedUp, failedRemoval, type KeptAt, mounted, switchedOff, unmountable, verbOf } from "../edits/cache.ts";
import { insertAfter, removeInstruction } from "../edits/chain.ts";
import { type Entry, entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, dirname, isWithin } from "../image/paths.ts";
import {
  type At,
  isLostInMount,
  isReadElsewhere,
  isWanted,
  keptBy,
  looksAt,
  readersOf,
  readingSteps,
  writes,
} from "../queries/cache-wanted.ts";
import { lineNumber, linesOf } from "../queries/places.ts";
import { printsIntoFile } from "../queries/printed.ts";
import { isOfWindows } from "../queries/windows.ts";
import { formatSaving } from "../topics/gain.ts";
import { capital, listed } from "../topics/lists.ts";
import { cacheWords } from "./cache-words.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

/** A rule for each tool of the table. */
export const cachesKept: readonly Rule[] = caches.map(ruleOf);

function ruleOf(cache: ToolCache): Rule {
  const { why, example } = cacheWords[cache.tool];
  return {
    id: `${cache.tool}-cache-kept`,
    summary: `${capital(cache.what)} stays in the layer`,
    why: `${why} Only what the same \`RUN\` does about it helps: in a later one the files are hidden, but their bytes stay in the layer below.`,
    about: "bytes",
    ...(cache.alias && { aliases: [cache.alias] }),
    example,
    *check(subject) {
      // A RUN that works from an earlier one's cache is that one's finding: what is done about the earlier decides about it.
      const covered = new Set<Step>();
      for (const step of shippedSteps(subject)) {
        const kept = covered.has(step) ? undefined : keptBy(subject, cache, step);
        if (!kept || !isOwn(subject, step) || isWanted(subject, cache, step, kept) || isToldBy(subject, step, kept)) continue;
        for (const reader of readingSteps(subject, step, cache)) covered.add(reader);
        const alike = keptBehind(subject, step, cache);
        for (const other of alike) covered.add(other.step);
        yield finding(subject, cache, { step, kept }, alike);
      }
    },
  };
}

/** Another tool has the same folder, and its own finding in this RUN: bundler and gem. */
const isToldBy = (subject: Subject, step: Step, kept: KeptCache): boolean =>
  caches.some((other) => {
    const its = other.ids.some((id) => kept.folders.has(id)) ? undefined : keptBy(subject, other, step);
    const folders = new Set(its?.folders.values());
    const isLater = its !== undefined && step.ran.indexOf(its.ran) > step.ran.indexOf(kept.ran);
    return isLater && [...kept.folders.values()].every((f) => folders.has(f)) && !isWanted(subject, other, step, its);
  });

/** A way to be rid of it, with what the message says of it. */
type Way = DraftFix & { readonly advice: string };

/** What all ways to be rid of it start from. */
interface Case extends KeptAt {
  readonly subject: Subject;
  readonly cache: ToolCache;
  /** RUNs behind it that leave it, too, and go with it. */
  readonly alike: readonly KeptAt[];
  readonly readers: readonly At[];
  /** Nothing else lies in its folders. */
  readonly isAlone: boolean;
  /** Nobody can mean to have it. */
  readonly isSure: boolean;
}

function finding(subject: Subject, cache: ToolCache, { step, kept }: KeptAt, alike: readonly KeptAt[]): Draft {
  const text = cache.clean(kept);
  const isAlone = ![...kept.folders.values()].some((folder) => holdsMore(cache, step, kept, folder));
  // Who says where it shall lie may mean to find it there.
  const isPlaced = step.ran.some((r) => writes(cache, r) && r.args.some((a) => /^--cache(?:-dir|-folder)?(?:=|$)/.test(a.text)));
  const isSure = !isPlaced && !isReadElsewhere(subject, step, cache) && !(kept.ran.chosen && !cleanedByName(text));
  const it: Case = { subject, cache, step, kept, alike, readers: readersOf(subject, step, cache), isAlone, isSure };
  const idle = leftOut(it);
  const never = idle ?? switchOff(it);
  const mount = idle ? undefined : mountInstead(it);
  const ways = [never ?? removeIt(it), typeof mount === "string" ? undefined : mount].flatMap((way) => way ?? []);
  const failed = never ? undefined : failedRemoval(cache, step);
  const [{ advice } = { advice: noWay(it, typeof mount === "string" ? mount : "") }] = ways;
  const end = step.script?.body.items.at(-1);
  const lost = ways.length === 0 && isAlone && end && text !== undefined ? insertAfter(subject.file, step, end, text) : undefined;
  return {
    span: spanOf(cache, step.ran.find((r) => writes(cache, r)) ?? kept.ran, step),
    message: (saving) =>
      `${capital(cache.what)} stays in the layer: ${formatSaving(saving)}. ${failed ? failureOf(cache, failed) : advice}.`,
    fixes: ways,
    ...(lost && { instead: [lost] }),
  };
}

/** It does nothing but fetch what the tool would fetch by itself: the RUN goes. */
function leftOut({ subject, cache, step, alike, readers, isSure }: Case): Way | undefined {
  if (readers.length > 0 || alike.length > 0 || !isOfNoUse(cache, step)) return undefined;
  return {
    title: "Leave out this RUN",
    safety: isSure ? "safe" : "review",
    edits: [removeInstruction(subject.file, step)],
    advice: `${ofNoUse(cache)}: leave it out`,
  };
}

const ofNoUse = ({ tool }: ToolCache): string => `Nothing in this RUN needs it, and the next ${tool} fetches it anew`;

/** The tool's own switch, for all who write it or work from it. */
function switchOff({ subject, cache, step, kept, readers, isSure }: Case): Way | undefined {
  const all = [...step.ran.filter((r) => writes(cache, r) || cache.reads?.(r)).map((ran) => ({ step, ran })), ...readers];
  // What looks at the folder behind it would find none.
  const isLookedAt = step.ran.some((r) => looksAt(r, kept));
  const edits = !isLookedAt && all.every((a) => isOwn(subject, a.step)) ? switchedOff(subject.file, cache, all) : undefined;
  if (!edits) return undefined;
  // What only fills it goes, where all others have the switch.
  const fills = all.filter(({ ran }) => cache.onlyFills?.(ran));
  const idle = listed([...new Set(fills.map(({ ran }) => [ran.name, verbOf(cache, ran)?.raw].join(" ")))]);
  const isAllIdle = fills.length === all.length;
  const flag = cache.flag?.text ?? "";
  const titles = [...(isAllIdle ? [] : [`add ${flag}`]), ...(idle ? [`leave out ${idle}`] : [])];
  return {
    title: capital(titles.join(", and ")),
    safety: isSure ? "safe" : "review",
    edits,
    advice: isAllIdle ? `No command works from it: leave out ${idle}` : `${flag} keeps it out`,
  };
}

/** Its removal in the RUNs that leave it; who would have worked from it later is told to do without. */
function removeIt(it: Case): Way | undefined {
  const { cache, step, kept, alike, readers, isAlone, isSure } = it;
  const { file } = it.subject;
  if (!isAlone || isOfWindows(step.before)) return undefined;
  const places = [{ step, kept }, ...alike];
  const removed = places.map((at) =>
    isOfNoUse(cache, at.step) ? removeInstruction(file, at.step) : cleanedUp(file, cache, at.step, at.kept),
  );
  const others = readers.length === 0 ? [] : switchedOff(file, cache, readers);
  const edits = removed.flatMap((edit) => edit ?? []);
  if (!others || edits.length < places.length) return undefined;
  const refused = refusedAnew(it);
  const heed =
    refused.length > 0 ? `${linesOf(refused.map((s) => lineNumber(file, s)))} must get it without ${cache.takesAnything}` : cache.heed;
  const anew = alike.length > 0 ? linesOf(alike.map((a) => lineNumber(file, a.step))) : undefined;
  const isIdle = anew !== undefined && isOfNoUse(cache, step);
  const title = isIdle
    ? `Leave out this RUN, and remove ${cache.what} in ${alike.length} later ${alike.length > 1 ? "RUNs" : "RUN"}`
    : `Remove ${cache.what} in ${theseRuns(places.length)}`;
  return {
    title: `${title}${heed ? ` (check first: ${heed})` : ""}`,
    safety: cache.startedBy || !isSure || refused.length > 0 ? "review" : "safe",
    edits: [...edits, ...others],
    advice: isIdle
      ? `${ofNoUse(cache)}: leave this RUN out, and remove it in ${anew}`
      : `Remove it in this RUN${anew === undefined ? "" : `, and where it is fetched anew: ${anew}`}`,
  };
}

/** Later RUNs that may not get it once more: what these take they are not told to take. */
function refusedAnew({ subject, cache, step, alike }: Case): Step[] {
  const isTold = (ran: Ran): boolean => ran.args.some((a) => a.text === cache.takesAnything);
  const first = [step, ...alike.map((a) => a.step)].find((s) => s.ran.some((r) => writes(cache, r) && isTold(r)));
  if (cache.takesAnything === undefined || !first) return [];
  const behind = subject.steps.filter((s) => s.index > first.index && isBuiltOn(subject.image, s.stage, first.stage));
  return behind.filter((s) => s.ran.some((r) => writes(cache, r) && !isTold(r)));
}

/** A cache mount for all RUNs that have to do with it; or why there can be none. */
function mountInstead(it: Case): Way | string {
  const { subject, cache, step, kept, alike, readers, isAlone } = it;
  const later = readingSteps(subject, step, cache);
  if (!isAlone) return "other files lie in its folder as well";
  if (isOfWindows(step.before)) return "Windows has other folders";
  if (makesFolderAbove(step, kept)) return "what its folder lies in is made by the same RUN, and would be there already";
  if (!later.every((s) => isOwn(subject, s))) return "an ONBUILD works from it";
  if (isLostInMount(subject, cache, step, later)) return "what is installed there would be in the mount alone";
  // What another one of them leaves in folders of its own is kept out by its mounts too.
  const all = [...new Set([step, ...later, ...alike.map((a) => a.step)])].map((s) => ({
    step: s,
    kept: { ...kept, folders: new Map([...kept.folders, ...ownFolders(subject, cache, s, kept)]) },
  }));
  return (
    unmountable(cache, all) ?? {
      title: `Mount a cache for ${theseRuns(all.length)} (needs BuildKit)`,
      safety: "review",
      edits: mounted(cache, all),
      advice: `${readers.length > 0 ? `${readersOn(it)} from it: a` : "A"} cache mount keeps it out`,
    }
  );
}

function noWay(it: Case, obstacle: string): string {
  const removal = isFarApart(it) ? "a removal at the end of each of these RUNs" : "one RUN for all, with a removal at its end,";
  const way = it.readers.length > 0 ? `${readersOn(it)} from it: ${removal}` : "A removal in the same RUN";
  return `${way} keeps it out. No fix is offered: ${obstacle}`;
}

/** Other RUNs stand between them, and the first is there for more than to fill it. */
function isFarApart({ subject, cache, step }: Case): boolean {
  const later = readingSteps(subject, step, cache);
  const last = later.at(-1)?.index ?? step.index;
  const isAnother = (s: Step): boolean =>
    s.instruction.keyword === "RUN" && isBuiltOn(subject.image, s.stage, step.stage) && !later.includes(s);
  const isForOthers = step.ran.every((r) => !writes(cache, r) || cache.onlyFills?.(r));
  return !isForOthers && subject.steps.slice(step.index + 1, last).some(isAnother);
}

/** "Lines 4 and 6 work" */
function readersOn({ subject, cache, step, readers }: Case): string {
  const later = readingSteps(subject, step, cache);
  const work = readers.every((r) => runsScript(r.ran)) ? "may work" : later.length > 1 ? "work" : "works";
  return `${capital(linesOf(later.map((s) => lineNumber(subject.file, s))))} ${work}`;
}

const failureOf = ({ fails }: ToolCache, ran: Ran): string =>
  `${[ran.name, ...ran.args.map((a) => a.text)].join(" ")} removes nothing ${fails?.why(ran)}${fails?.flag ? "" : ". Remove it by name"}`;

const theseRuns = (count: number): string => (count > 1 ? `these ${count} RUNs` : "this RUN");

/** Later RUNs on top of this layer that leave what is fetched by all as well: what is done about this one is done about them. */
const keptBehind = (subject: Subject, step: Step, cache: ToolCache): KeptAt[] =>
  (cache.fetchedByAll ? shippedSteps(subject) : []).flatMap((s) => {
    const kept = s.index > step.index && isBuiltOn(subject.image, s.stage, step.stage) ? keptBy(subject, cache, s) : undefined;
    return kept && isOwn(subject, s) && !isWanted(subject, cache, s, kept) ? [{ step: s, kept }] : [];
  });

/** Where a RUN leaves more of the cache, and nothing else. */
const ownFolders = (subject: Subject, cache: ToolCache, step: Step, kept: KeptCache): [string, string][] =>
  [...(keptBy(subject, cache, step)?.folders ?? [])].filter(([, folder]) => !holdsMore(cache, step, kept, folder));

/** Folders that every image has (the Filesystem Hierarchy Standard). */
const ofEveryImage =
  /^\/(?:(?:bin|boot|dev|etc|home|lib\d*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?|home\/[^/]+|usr\/(?:local\/)?\w+|var\/\w+)$/;

/** A cache that was told to lie where other files are as well, or where the commands stand: to remove or hide the folder takes those too. */
function holdsMore(cache: ToolCache, step: Step, { ran }: KeptCache, folder: string): boolean {
  const node = find(step.after.root, folder, true);
  const isOther = ({ entry }: { entry: Entry }): boolean => entry.kind !== "cache" && !cache.ids.includes(entry.id);
  return (
    ofEveryImage.test(folder) ||
    isWithin(ran.cwd, folder) ||
    (node !== undefined && entriesOf(node, folder).some(isOther)) ||
    step.ran.some((r) => !writes(cache, r) && mayPutThere(r, folder))
  );
}

/** What it brings there nobody may see: a copy of what is not known, a program that is told of the folder. */
const mayPutThere = (ran: Ran, folder: string): boolean =>
  (carries(ran.name) || isUnread(ran)) && ran.args.some((a) => isWithin(absolute(a.text, ran.cwd), folder));

/** `sh miniconda.sh -p /opt/conda` fails where the mount has made the folder. */
const makesFolderAbove = ({ ran, before }: Step, { folders }: KeptCache): boolean =>
  [...folders.values()].map(dirname).some((above) => {
    const isMade = ofEveryImage.test(above) || find(before.root, above, true) !== undefined;
    return !isMade && ran.some((r) => r.args.some((a) => absolute(a.text, r.cwd) === above));
  });

const isOfNoUse = ({ fetchesAnew }: ToolCache, { script, ran }: Step): boolean =>
  fetchesAnew !== undefined && script !== undefined && ran.every(fetchesAnew) && !printsIntoFile(script.body);

/** Where the tool itself may be missing, with other values of variables, only this is sure to work. */
const cleanedByName = (text: string | undefined): boolean => text === undefined || text.startsWith("rm ");

/** The tool and its verb, as far as they stand on one line. */
function spanOf(cache: ToolCache, ran: Ran, step: Step): Draft["span"] {
  const [name] = ran.words;
  if (!name || name.end <= name.start) return step.instruction.keywordSpan;
  const verb = verbOf(cache, ran);
  return { start: name.start, end: verb && verb.end > name.end ? verb.end : name.end };
}

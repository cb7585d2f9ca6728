import { isKnown, isThere } from "../build/holds.ts";
import { isBuiltOn, isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { runsScript } from "../commands/builders.ts";
import type { KeptCache, ToolCache } from "../commands/cache.ts";
import { caches } from "../commands/caches.ts";
import { carries, lookedInto } from "../commands/kinds.ts";
import { cleanedUp, failedRemoval, type KeptAt, mounted, switchedOff, unmountable, verbOf } from "../edits/cache.ts";
import { insertAfter, removeInstruction } from "../edits/chain.ts";
import { type Entry, entriesOf, find, type Stored } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin } from "../image/paths.ts";
import { findsNothing } from "../queries/nothing-asked.ts";
import { lineNumber } from "../queries/places.ts";
import { startsProgram } from "../queries/started.ts";
import { startedThrough } from "../queries/started-through.ts";
import { isOfWindows } from "../queries/windows.ts";
import { isBuiltToWorkIn, isWorkplace } from "../queries/workplace.ts";
import type { Edit } from "../text.ts";
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
        const kept = covered.has(step) ? undefined : keptBy(cache, step);
        if (!kept || !isOwn(subject, step) || isWanted(subject, cache, step, kept) || isToldBy(subject, step, kept)) continue;
        for (const reader of readingSteps(subject, step, cache)) covered.add(reader);
        const alike = keptBehind(subject, step, cache);
        if (!isOfNoUse(cache, step)) for (const other of alike) covered.add(other.step);
        yield finding(subject, cache, { step, kept }, alike);
      }
    },
  };
}

const cached = new WeakMap<Step, readonly Stored[]>();

/** What is of any tool's cache in a layer: asked once for each tool. */
function cachesIn(step: Step): readonly Stored[] {
  const found = cached.get(step) ?? step.layer?.entries.filter(({ entry }) => allIds.has(entry.id) && !entry.maybe) ?? [];
  cached.set(step, found);
  return found;
}

const allIds = new Set(caches.flatMap(({ ids }) => ids));

/** What is left of a cache in the layer of the RUN whose commands wrote it. */
function keptBy(cache: ToolCache, step: Step): KeptCache | undefined {
  const entries = cachesIn(step).filter(({ entry }) => cache.ids.includes(entry.id));
  if (entries.length === 0) return undefined;
  const ran = step.ran.findLast((r) => !r.maybe && writes(cache, r));
  return ran ? { folders: new Map(entries.map(({ path, entry }) => [entry.id, path])), ran, user: step.before.user } : undefined;
}

/** Another tool has the same folder, and its own finding in this RUN: bundler and gem. */
const isToldBy = (subject: Subject, step: Step, kept: KeptCache): boolean =>
  caches.some((other) => {
    const its = other.ids.some((id) => kept.folders.has(id)) ? undefined : keptBy(other, step);
    const folders = new Set(its?.folders.values());
    const isLater = its !== undefined && step.ran.indexOf(its.ran) > step.ran.indexOf(kept.ran);
    return isLater && [...kept.folders.values()].every((f) => folders.has(f)) && !isWanted(subject, other, step, its);
  });

/** What is copied elsewhere is a file like others. */
const writes = (cache: ToolCache, ran: Ran): boolean =>
  !carries(ran.name) && ran.changes.some((c) => c.how === "written" && cache.ids.includes(c.entry.id));

/** Somebody takes it out of this stage, works from it when the image runs, or removes it later (which removed-later tells). */
function isWanted(subject: Subject, cache: ToolCache, step: Step, { folders }: KeptCache): boolean {
  const { steps, image } = subject;
  const { cmd, entrypoint } = image.stages[image.target]?.end ?? step.after;
  // Only a switch is the same there.
  if (!cache.flag && isOfWindows(step.before)) return true;
  if (step.ran.some((r) => cache.wants?.(r))) return true;
  // Who builds in it builds from it.
  if (cache.startedBy && isWorkplace(subject, "says so")) return true;
  if (cache.startedBy && step.ran.some((r) => writes(cache, r) && isBuiltToWorkIn(subject, step, r))) return true;
  if (cache.startedBy && [cmd, entrypoint].some((form) => form && cache.startedBy?.test(form.exec?.join(" ") ?? form.text))) return true;
  if (startedThrough(subject).some(({ name, args }) => cache.startedBy?.test([name, ...args.map((a) => a.text)].join(" ")))) return true;
  if (step.ran.filter((r) => writes(cache, r)).every((r) => isMissing(step, r) || findsNothing(subject, step, r))) return true;
  const { linkedFrom: linked } = cache;
  const isThin = linked && !step.ran.some((r) => r.args.some((a) => linked.whole.test(a.text)));
  if (isThin && [cmd, entrypoint].some((form) => form && linked.started.test(form.exec?.join(" ") ?? form.text))) return true;
  // At the home of a number, or of whom a variable names: nobody knows where that is.
  if ([...folders.values()].some((f) => /^\/home\/(?:[^/]*\$|\d+(?::\w*)?\/)/.test(f))) return true;
  const writers = step.ran.filter((r) => writes(cache, r));
  const { leavesLittle } = cache;
  if (leavesLittle && writers.every(leavesLittle)) return true;
  const behind = step.ran.slice(step.ran.findLastIndex((r) => writes(cache, r)));
  // Removed by a variable that the base may set: `"${CARGO_HOME}/registry"`.
  const isGone = ({ name, args }: Ran): boolean =>
    name === "rm" && args.some((a) => !a.known && [...folders.values()].some((f) => a.text.endsWith(`/${basename(f)}`)));
  if (behind.some(isGone)) return true;
  const filled = writers.flatMap((r) => r.changes.map((c) => c.entry.id)).filter((id) => cache.ids.includes(id));
  if (cache.inSome && filled.some((id) => !folders.has(id))) return true;
  const { fetchesForOthers } = cache;
  if (fetchesForOthers && !startsProgram(subject) && writers.some(fetchesForOthers)) return true;
  const [first] = writers;
  const last = writers.at(-1);
  const isCleaned = first && last && cache.onlyFills?.(last) && takesNothing(step.ran.slice(step.ran.indexOf(first)));
  if (last && cache.inPlace && (isThrownAway(behind, last) || (isCleaned && last.args.some((a) => a.text === "clean")))) return true;
  const readers = readersOf(subject, step, cache);
  if (
    cache.runsFrom?.(
      steps.filter((s) => image.ships.has(s.stage)).flatMap((s) => s.ran.filter((r) => writes(cache, r) || cache.reads?.(r))),
    )
  )
    return true;
  const { keepsWork } = cache;
  if (keepsWork && readers.length === 0 && writers.some((w) => keepsWork(w) && isAllThatIsLeft(subject, behind, w))) return true;
  // It is all that this RUN does, and nothing here builds from it: whoever runs the image will.
  if (!cache.flag && cache.reads && cache.onlyFills && writers.every(cache.onlyFills) && readers.every((r) => runsScript(r.ran)))
    return true;
  const later = steps.slice(step.index + 1);
  return later.some(
    (s) =>
      (isBuiltOn(image, s.stage, step.stage) && s.ran.some((r) => looksAt(r, { folders }))) ||
      (s.stage !== step.stage && s.touched.some((t) => t.stage === step.stage && [...folders.values()].some((f) => isWithin(t.path, f)))) ||
      (isBuiltOn(image, s.stage, step.stage) && s.ran.some((r) => missesIt(r, folders))) ||
      (image.ships.has(s.stage) &&
        s.changes.some((c) => c.how === "removed" && c.entry.layer === step.index && cache.ids.includes(c.entry.id))),
  );
}

/** `./gradlew` that surely is not there: the RUN fails. */
function isMissing({ before, ran: rans }: Step, ran: Ran): boolean {
  const path = absolute(ran.name, ran.cwd);
  return ran.name.includes("/") && rans.indexOf(ran) === 0 && !isThere(before, path) && isKnown(before, path);
}

/** `rm pkg/*` without -f fails where there is nothing. */
const missesIt = ({ name, args, cwd }: Ran, folders: ReadonlyMap<string, string>): boolean =>
  name === "rm" &&
  !args.some((a) => /^(?:-\w*f|--force$)/.test(a.text)) &&
  args.some((a) => [...folders.values()].some((f) => isWithin(absolute(a.text, cwd), f)));

/** Nothing is started here, or what was built elsewhere is removed: whoever builds on the image finds it in the cache. */
const isAllThatIsLeft = (subject: Subject, behind: readonly Ran[], ran: Ran): boolean =>
  !startsProgram(subject) || isThrownAway(behind, ran);

/** The folder it was called in is removed, and nothing was taken from there: it was there for what it fetched. */
function isThrownAway(behind: readonly Ran[], ran: Ran): boolean {
  const folder = ran.name.startsWith("/") && ran.cwd === "/" ? dirname(ran.name) : ran.cwd;
  const isRemoval = ({ name, args, cwd }: Ran): boolean =>
    name === "rm" && folder !== "/" && args.some((a) => isWithin(folder, absolute(a.text, cwd).replace(/\/\*$/, "") || "/"));
  const at = behind.findIndex(isRemoval);
  return at > 0 && takesNothing(behind.slice(1, at));
}

/** Commands that take nothing of what was built elsewhere. */
const takesNothing = (rans: readonly Ran[]): boolean => rans.every((r) => idle.test(r.name));
const idle = /(?:^|\/)(?:cd|pushd|popd|rm|echo|true|set|export|apk|apt|apt-get|yum|dnf|mvnw?|gradlew?|sbt)$/;

/** In a mount it would be in no image; and gone when the mount is emptied, though the RUN that made it is taken from the build cache. */
const isLostInMount = (subject: Subject, { keepsWork }: ToolCache, step: Step, later: readonly Step[]): boolean =>
  keepsWork !== undefined &&
  ((later.length > 0 && step.ran.some(keepsWork)) ||
    later.some((s) => s.ran.some((r, i) => keepsWork(r) && isAllThatIsLeft(subject, s.ran.slice(i), r))));

/** A command that names a folder of the cache, or one above it, to see what is in it or to take it elsewhere. */
const looksAt = (ran: Ran, { folders }: Pick<KeptCache, "folders">): boolean =>
  lookedInto(ran).some(({ text, known }) => {
    const at = absolute(text, ran.cwd);
    return known && [...folders.values()].some((f) => isWithin(at, f) || (text.startsWith("/") && at !== "/" && isWithin(f, at)));
  });

/** A command in its RUN. */
interface At {
  readonly step: Step;
  readonly ran: Ran;
}

function finding(subject: Subject, cache: ToolCache, { step, kept }: KeptAt, alike: readonly KeptAt[]): Draft {
  const { file } = subject;
  const first = step.ran.find((r) => writes(cache, r)) ?? kept.ran;
  const readers = readersOf(subject, step, cache);
  const later = readingSteps(subject, step, cache);
  const all = [...step.ran.filter((r) => writes(cache, r) || cache.reads?.(r)).map((ran) => ({ step, ran })), ...readers];
  // What looks at the folder behind it would find none.
  const isLookedAt = step.ran.some((r) => looksAt(r, kept));
  const off = !isLookedAt && all.every((a) => isOwn(subject, a.step)) ? switchedOff(file, cache, all) : undefined;
  const text = cache.clean(kept);
  const takesMore = [...kept.folders.values()].some((folder) => holdsMore(cache, step, kept, folder));
  const cleaned = off || takesMore || isOfWindows(step.before) ? undefined : removal(subject, cache, [{ step, kept }, ...alike], readers);
  // What another one of them leaves in folders of its own is kept out by its mounts too.
  const mountable = [...new Set([step, ...later, ...alike.map((a) => a.step)])].map((s) => ({
    step: s,
    kept: { ...kept, folders: new Map([...kept.folders, ...ownFolders(cache, s, kept)]) },
  }));
  const obstacle = takesMore
    ? "other files lie in its folder as well"
    : isOfWindows(step.before)
      ? "Windows has other folders"
      : makesFolderAbove(step, kept)
        ? "what its folder lies in is made by the same RUN, and would be there already"
        : later.every((s) => isOwn(subject, s))
          ? isLostInMount(subject, cache, step, later)
            ? "what is installed there would be in the mount alone"
            : unmountable(cache, mountable)
          : "an ONBUILD works from it";
  const mount = obstacle === undefined ? mounted(cache, mountable) : undefined;
  const flag = cache.flag?.text ?? "";
  const fixes: DraftFix[] = [];
  // Who says where it shall lie may mean to find it there.
  const isPlaced = step.ran.some((r) => writes(cache, r) && r.args.some((a) => /^--cache(?:-dir|-folder)?(?:=|$)/.test(a.text)));
  const isSure = !isPlaced && !isReadElsewhere(subject, step, cache) && !(kept.ran.chosen && !cleanedByName(text));
  // What only fills it goes, where all others have the switch.
  const fills = all.filter(({ ran }) => cache.onlyFills?.(ran));
  const idle = listed([...new Set(fills.map(({ ran }) => [ran.name, verbOf(cache, ran)?.raw].join(" ")))]);
  const isIdle = readers.length === 0 && isOfNoUse(cache, step);
  if (isIdle)
    fixes.push({ title: "Leave out this RUN", safety: isSure ? "safe" : "review", edits: [removeInstruction(file, step.instruction)] });
  else if (off) {
    const titles = [...(fills.length < all.length ? [`add ${flag}`] : []), ...(idle ? [`leave out ${idle}`] : [])];
    fixes.push({ title: capital(titles.join(", and ")), safety: isSure ? "safe" : "review", edits: off });
  } else if (cleaned)
    fixes.push({
      title: `Remove ${cache.what} in ${theseRuns(alike.length + 1)}${cache.heed ? ` (check first: ${cache.heed})` : ""}`,
      safety: cache.startedBy || !isSure ? "review" : "safe",
      edits: cleaned,
    });
  if (mount && !isIdle) {
    fixes.push({ title: `Mount a cache for ${theseRuns(mountable.length)} (needs BuildKit)`, safety: "review", edits: mount });
  }
  const lines = listed(later.map((s) => String(lineNumber(file, s))));
  const work = readers.every((r) => runsScript(r.ran)) ? "may work" : later.length > 1 ? "work" : "works";
  const readersAre = `Line${later.length > 1 ? "s" : ""} ${lines} ${work}`;
  const failed = failedRemoval(cache, step);
  const advice = isIdle
    ? `Nothing in this RUN needs it, and the next ${cache.tool} fetches it anew: leave it out`
    : off
      ? fills.length === all.length
        ? `No command works from it: leave out ${idle}`
        : `${flag} keeps it out`
      : failed
        ? `${[failed.name, ...failed.args.map((a) => a.text)].join(" ")} removes nothing ${cache.fails?.why(failed)}${cache.fails?.flag ? "" : ". Remove it by name"}`
        : cleaned
          ? `Remove it in this RUN${alike.length > 0 ? `, and where it is fetched anew: line${alike.length > 1 ? "s" : ""} ${listed(alike.map((a) => String(lineNumber(file, a.step))))}` : ""}`
          : mount
            ? `${readers.length > 0 ? `${readersAre} from it: a` : "A"} cache mount keeps it out`
            : `${readers.length > 0 ? `${readersAre} from it: one RUN for all, with a removal at its end, keeps` : "A removal in the same RUN keeps"} it out. No fix is offered: ${obstacle}`;
  const end = step.script?.body.items.at(-1);
  const lost = fixes.length === 0 && !takesMore && end && text !== undefined ? insertAfter(file, step, end, text) : undefined;
  return {
    span: spanOf(cache, first, step),
    message: (saving) => `${capital(cache.what)} stays in the layer: ${formatSaving(saving)}. ${advice}.`,
    fixes,
    ...(lost && { instead: [lost] }),
  };
}

const theseRuns = (count: number): string => (count > 1 ? `these ${count} RUNs` : "this RUN");

/** Later RUNs on top of this layer that leave what is fetched by all as well: what is done about this one is done about them. */
const keptBehind = (subject: Subject, step: Step, cache: ToolCache): KeptAt[] =>
  (cache.fetchedByAll ? shippedSteps(subject) : []).flatMap((s) => {
    const kept = s.index > step.index && isBuiltOn(subject.image, s.stage, step.stage) ? keptBy(cache, s) : undefined;
    return kept && isOwn(subject, s) && !isWanted(subject, cache, s, kept) ? [{ step: s, kept }] : [];
  });

/** Where a RUN leaves more of the cache, and nothing else. */
const ownFolders = (cache: ToolCache, step: Step, kept: KeptCache): [string, string][] =>
  [...(keptBy(cache, step)?.folders ?? [])].filter(([, folder]) => !holdsMore(cache, step, kept, folder));

/** Folders that every image has (the Filesystem Hierarchy Standard). */
const ofEveryImage =
  /^\/(?:(?:bin|boot|dev|etc|home|lib\d*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?|home\/[^/]+|usr\/(?:local\/)?\w+|var\/\w+)$/;

/** A cache that was told to lie where other files are as well, or where the commands stand: to remove or hide the folder takes those too. */
function holdsMore(cache: ToolCache, step: Step, { ran }: KeptCache, folder: string): boolean {
  const node = find(step.after.root, folder, true);
  const isOther = ({ entry }: { entry: Entry }): boolean => entry.kind !== "cache" && !cache.ids.includes(entry.id);
  return ofEveryImage.test(folder) || isWithin(ran.cwd, folder) || (node !== undefined && entriesOf(node, folder).some(isOther));
}

/** `sh miniconda.sh -p /opt/conda` fails where the mount has made the folder. */
const makesFolderAbove = ({ ran, before }: Step, { folders }: KeptCache): boolean =>
  [...folders.values()].map(dirname).some((above) => {
    const isMade = ofEveryImage.test(above) || find(before.root, above, true) !== undefined;
    return !isMade && ran.some((r) => r.args.some((a) => absolute(a.text, r.cwd) === above));
  });

/** Its removal in the RUNs that leave it; who would have worked from it later is told to do without. */
function removal(subject: Subject, cache: ToolCache, places: readonly KeptAt[], readers: readonly At[]): Edit[] | undefined {
  const edits = places.map(({ step, kept }) =>
    isOfNoUse(cache, step) ? removeInstruction(subject.file, step.instruction) : cleanedUp(subject.file, cache, step, kept),
  );
  const others = readers.length === 0 ? [] : switchedOff(subject.file, cache, readers);
  const all = edits.flatMap((edit) => edit ?? []);
  return others && all.length === places.length ? [...all, ...others] : undefined;
}

/** It does nothing but fetch what the tool would fetch by itself. */
const isOfNoUse = ({ fetchesAnew }: ToolCache, { script, ran }: Step): boolean =>
  fetchesAnew !== undefined && script !== undefined && ran.every(fetchesAnew);

/** Commands of later RUNs on top of this layer that work from what is in the cache. */
function readersOf({ steps, image }: Subject, step: Step, cache: ToolCache): At[] {
  const { reads, onlyFills } = cache;
  if (!reads) return [];
  const before = step.ran.filter((r) => writes(cache, r));
  return steps
    .slice(step.index + 1)
    .filter((s) => image.needed.has(s.stage) && isBuiltOn(image, s.stage, step.stage))
    .flatMap((s) => {
      // Behind a command that fills the cache anew they work from what that brings.
      const own = onlyFills ? s.ran.findIndex(onlyFills) : -1;
      return (own < 0 ? s.ran : s.ran.slice(0, own)).filter((r) => reads(r, before) && !isBrought(s, r)).map((ran) => ({ step: s, ran }));
    });
}

/** With other values of its variables, or on another platform, a command works from it. */
function isReadElsewhere({ steps, image }: Subject, step: Step, cache: ToolCache): boolean {
  const before = step.ran.filter((r) => writes(cache, r));
  return steps.slice(step.index).some((s) => isBuiltOn(image, s.stage, step.stage) && s.notRun.some((r) => cache.reads?.(r, before)));
}

/** Where the tool itself may be missing, with other values of variables, only this is sure to work. */
const cleanedByName = (text: string | undefined): boolean => text === undefined || text.startsWith("rm ");

/** A script, or a makefile, of something that its RUN fetches: another project's. */
const isBrought = ({ ran: rans }: Step, ran: Ran): boolean =>
  runsScript(ran) &&
  rans
    .slice(0, rans.indexOf(ran))
    .some((r) =>
      r.changes.some(
        (c) =>
          c.how === "written" &&
          (scriptsOf(ran).includes(c.path) ||
            (["download", "source"].includes(c.entry.kind) && (isWithin(ran.cwd, c.path) || isWithin(c.path, ran.cwd)))),
      ),
    );

const scriptsOf = ({ name, args, cwd }: Ran): string[] => [name, ...args.map((a) => a.text)].map((text) => absolute(text, cwd));

/** The steps of those, and of what fills the cache once more between them: one mount serves all. */
function readingSteps(subject: Subject, step: Step, cache: ToolCache): Step[] {
  const readers = new Set(readersOf(subject, step, cache).map((r) => r.step));
  const last = [...readers].at(-1)?.index ?? step.index;
  return subject.steps
    .slice(step.index + 1, last + 1)
    .filter((s) => readers.has(s) || (isBuiltOn(subject.image, s.stage, step.stage) && s.ran.some((r) => writes(cache, r))));
}

/** The tool and its verb, as far as they stand on one line. */
function spanOf(cache: ToolCache, ran: Ran, step: Step): Draft["span"] {
  const [name] = ran.words;
  if (!name || name.end <= name.start) return step.instruction.keywordSpan;
  const verb = verbOf(cache, ran);
  return { start: name.start, end: verb && verb.end > name.end ? verb.end : name.end };
}

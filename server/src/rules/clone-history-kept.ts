import { isOwn, type Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { historyId } from "../commands/downloads.ts";
import {
  asksForHistory,
  checksOut,
  cloneAbove,
  gitOptions,
  isForCommits,
  isOfSettings,
  isRemote,
  mainBranch,
  needsNoClone,
  takesOlder,
  tendsHistory,
  updates,
  worksByGit,
} from "../commands/git-call.ts";
import { isPip, isPython, isShell, startsForNode } from "../commands/kinds.ts";
import { insertAfter } from "../edits/chain.ts";
import { privilegeOf, removeBehind, type Spot, spelledAt, spotBehindUse, standsKnown } from "../edits/removal.ts";
import { entriesOf } from "../image/files.ts";
import { holdsRecipes } from "../image/little.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin, join } from "../image/paths.ts";
import { wordOf } from "../queries/kept.ts";
import { lineNumber, linesOf, wordsOf } from "../queries/places.ts";
import { startsProgram } from "../queries/started.ts";
import { isOfWindows } from "../queries/windows.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { quoted } from "../shell/words.ts";
import { formatSaving } from "../topics/gain.ts";
import { capital, listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const cloneHistoryKept: Rule = {
  id: "clone-history-kept",
  summary: "A clone keeps its whole history in the image",
  why:
    "`git clone` fetches every version that ever was, and the folder `.git` stays in the layer, often many times the source itself. `--depth 1` fetches the one commit that is checked out, and no other branch. " +
    "That is not enough where something asks git for tags or older commits; then `.git` can still be removed in the same `RUN`, when nobody needs it any more. Clones of one `RUN` that the same helps are one finding.",
  about: "bytes",
  example: {
    before: 'FROM alpine/git\nRUN git clone https://github.com/pyenv/pyenv.git /opt/pyenv\nENTRYPOINT ["/opt/pyenv/bin/pyenv"]\n',
    after: 'FROM alpine/git\nRUN git clone --depth 1 https://github.com/pyenv/pyenv.git /opt/pyenv\nENTRYPOINT ["/opt/pyenv/bin/pyenv"]\n',
  },
  *check(subject) {
    const { image, steps } = subject;
    let shipped: ReadonlySet<string> | undefined;
    for (const step of steps) {
      if (!image.needed.has(step.stage) || isOfWindows(step.before)) continue;
      const told = new Set<number>();
      const kept: Kept[] = [];
      for (const ran of step.ran) {
        const history = ran.maybe ? undefined : ran.changes.find((c) => c.how === "written" && c.entry.id.startsWith(`${historyId}:`));
        const root = image.stages[image.target]?.end.root;
        if (history && root) shipped ??= new Set(entriesOf(root, "/").flatMap(({ entry }) => (entry.maybe ? [] : [entry.id])));
        // Removed by a later layer: that is another finding.
        if (!history || !shipped?.has(history.entry.id) || !isOwn(subject, step)) continue;
        // `~/.config/nvim` holds somebody's settings, whatever their project is called.
        const isLittle =
          ran.args.some((a) => isOfSettings(a.text) || holdsRecipes(a.text)) || /\/\.config\/[^/]+$/.test(dirname(history.path));
        if (
          isForCommits(gitOptions(ran.args)) ||
          isLittle ||
          ran.args.some((a) => worksByGit(a.text)) ||
          isWorkplace(subject, "says so") ||
          isForGit(steps, step, dirname(history.path))
        )
          continue;
        // Once for what a loop clones.
        const at = ran.words[0]?.start ?? -1;
        const one = told.has(at) ? undefined : keptBy(subject, step, ran, history);
        if (one) kept.push(one);
        told.add(at);
      }
      yield* draftsOf(kept);
    }
  },
};

/** A clone that keeps its history, and what may ask for that. */
interface Clone {
  readonly subject: Subject;
  readonly step: Step;
  readonly ran: Ran;
  readonly folder: string;
  /** All that runs behind it. */
  readonly behind: readonly Behind[];
  /** Of that, git's commands there. */
  readonly gits: readonly Behind[];
  /** Of those, the ones that ask for its history. */
  readonly asking: readonly Behind[];
  /** The one that it is told to check out, or the next command is. */
  readonly branch: string | undefined;
  readonly strange: Behind | undefined;
  /** Builds it in another RUN. */
  readonly builder: Behind | undefined;
  /** No other RUN has to do with it. */
  readonly isAlone: boolean;
  /** Behind all of its RUN that needs it. */
  readonly spot: Spot | undefined;
}

/** What there is to be said of it. */
interface Kept {
  readonly clone: Clone;
  readonly advice: string;
  readonly shallow: DraftFix | undefined;
  readonly isRemovable: boolean;
}

function keptBy(subject: Subject, step: Step, ran: Ran, { path: git }: Change): Kept | undefined {
  const folder = dirname(git);
  const behind = commandsBehind(subject.steps, step, ran);
  const gits = behind.filter(({ ran: r }) => r.name === "git" && isAbout(r, folder));
  const named = mainBranch(gits[0]?.ran);
  // Not by a variable, which may name a commit another time.
  const main = gits[0]?.ran.words.some((w) => w.raw === named) ? named : undefined;
  const branch = gitOptions(ran.args).value("-b", "--branch") ?? main;
  const strange = behind.find(({ ran: r }) => isStrange(r, folder));
  const builder = behind.find(({ step: s, ran: r }) => s !== step && r.name !== "git" && mayBuild(r, folder));
  const clone: Clone = {
    ...{ subject, step, ran, folder, behind, gits, branch, strange, builder },
    asking: gits.filter(({ ran: r }) => asksForHistory(r, branch) || checksOutByVariable(r, ran)),
    isAlone:
      builder === undefined &&
      (strange === undefined || strange.step === step) &&
      step.ran.filter((r) => r.command === ran.command).length === 1 &&
      gits.every((g) => g.step === step),
    spot: spotBehindUse(step, [{ path: folder, folder: true }]),
  };
  const shallow = cloneShallow(clone);
  // In one RUN with the clone, or without .git, it would update nothing.
  if (!shallow && gits.some((g) => g.step !== step && updates(g.ran))) return undefined;
  const isRemovable = removeHistory([clone]) !== undefined;
  const advice = shallow?.advice ?? adviceOf(clone) ?? (isRemovable ? "Remove .git in this RUN" : "Remove .git in the RUN that clones");
  return { clone, advice, shallow: shallow?.fix, isRemovable };
}

/** Of what one RUN clones one finding for all that the same helps, if that can be done to all at once. */
function draftsOf(kept: readonly Kept[]): Draft[] {
  const groups = new Map<string, [Kept, ...Kept[]]>();
  for (const one of kept) {
    const key = JSON.stringify([one.advice, one.shallow?.title, one.isRemovable]);
    const group = groups.get(key);
    groups.set(key, group ? [...group, one] : [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const together = draftOf(group);
    if (group.length === 1) return [together];
    const apart = group.map((one) => draftOf([one]));
    return apart.some((one) => one.fixes.length > together.fixes.length) ? apart : [together];
  });
}

function draftOf(group: readonly [Kept, ...Kept[]]): Draft {
  const [{ clone, advice, shallow }] = group;
  const clones = group.map((k) => k.clone);
  const all = shallow && { ...shallow, edits: group.flatMap((k) => k.shallow?.edits ?? []) };
  const fixes = [all, removeHistory(clones)].flatMap((fix) => fix ?? []);
  const spot = lastSpot(clones);
  const folders = clones.map((c) => quoted(join(c.folder, ".git")));
  const keep = clones.length > 1 ? "keep their" : "keeps its";
  return {
    span: wordsOf(clone.subject.file, clone.ran, clone.step),
    message: (saving) => `${listed(clones.map(placeOf), 5)} ${keep} whole history, in .git: ${formatSaving(saving)}. ${advice}.`,
    fixes,
    ...(fixes.length === 0 &&
      spot && { instead: [insertAfter(clone.subject.file, clone.step, spot.statement, ["rm", "-rf", ...folders].join(" ")) ?? []].flat() }),
  };
}

/** Its folder, without its beginning where nobody knows that. */
const placeOf = ({ step, ran, folder }: Clone): string =>
  standsKnown(step, ran) || ran.args.some((a) => isWithin(folder, a.text)) ? folder : folder.slice(1);

/** Behind all of them. */
const lastSpot = (clones: readonly Clone[]): Spot | undefined => {
  const spots = clones.map((c) => c.spot);
  return spots.reduce((last, spot) => last && spot && (spot.statement.end > last.statement.end ? spot : last));
};

/** `git checkout $REVISION`: HEAD today, another commit with another build argument. */
const checksOutByVariable = ({ args, words }: Ran, clone: Ran): boolean =>
  checksOut({ args }) && words.some((w) => w.raw.includes("$") && !clone.words.some((o) => o.raw === w.raw));

/** Where nothing asks for more than the last commit; a script that clones gets no fix. */
function cloneShallow({ subject, ran, folder, behind, asking, branch, strange }: Clone): { advice: string; fix?: DraftFix } | undefined {
  const o = gitOptions(ran.args);
  const [, url] = o.operands;
  if (!isRemote(url?.text ?? "") || takesOlder(o) || asking.length > 0 || strange) return undefined;
  const flags = branch === undefined || o.has("-b", "--branch") ? "--depth 1" : `--depth 1 -b ${branch}`;
  // A tag that the clone is told comes with it.
  const isTag = branch !== undefined && /^(?:[a-z]*[-_/]?)?v?\d+(?:[._]\d+)/i.test(branch) && !/^(?:branch|release|stable)/i.test(branch);
  const isBuilt = !isTag && behind.some(({ ran: r }) => buildsThere(r, folder));
  // Whoever works in the image may want another branch; a clone that is that deep has one alone (git-clone(1), --single-branch).
  const isShell = subject.image.stages[subject.image.target]?.end.cmd?.instruction !== undefined && !startsProgram(subject);
  const isWorkedIn = isShell || isWorkplace(subject, "typed in");
  const checks = [
    ...(isBuilt ? ["whether a build asks git for tags"] : []),
    ...(isWorkedIn ? ["whether somebody wants another branch: only one is fetched"] : []),
  ];
  const verb = ran.words.find((w) => w.raw === "clone" && w.end > w.start);
  const advice = `${verb ? "" : "Cloned by a script: "}${flags} fetches only what is checked out${isBuilt ? ", and no tags that the build may name its version by" : ""}`;
  if (!verb) return { advice };
  const title = `Clone with ${flags}${checks.length > 0 ? ` (check first: ${checks.join("; ")})` : ""}`;
  return { advice, fix: { title, safety: "review", edits: [{ start: verb.end, end: verb.end, text: ` ${flags}` }] } };
}

/** Where no other RUN has to do with them. */
function removeHistory(clones: readonly Clone[]): DraftFix | undefined {
  const [first] = clones;
  const spot = lastSpot(clones);
  if (!first || !spot || !clones.every((c) => c.isAlone)) return undefined;
  const names = clones.map(({ step, ran, folder }) => nameOf(step, ran, folder, spot));
  const privileges = new Set(clones.map(({ ran }) => privilegeOf(ran).join(" ")));
  if (names.includes(undefined) || privileges.size > 1) return undefined;
  const command = [...privilegeOf(first.ran), "rm", "-rf", ...names].join(" ");
  const folders = clones.map(({ folder }) => join(folder, ".git"));
  const edit = removeBehind(first.subject.file, first.step, spot.statement, command, folders);
  return edit && { title: "Remove .git in this RUN", safety: "review", edits: [edit] };
}

/** What to do for the sake of those that ask git, or may. */
function adviceOf({ subject: { file }, step, gits, asking, strange, builder }: Clone): string | undefined {
  const later = new Set(asking.length > 0 ? gits.flatMap((g) => (g.step !== step && !needsNoClone(g.ran) ? [g.step] : [])) : []);
  const lines = [...later].map((s) => lineNumber(file, s));
  const ask = `${capital(linesOf(lines, 8))} ${later.size > 1 ? "ask" : "asks"} git for it`;
  if (later.size > 0 && builder && !later.has(builder.step))
    return `${ask}, and what line ${lineNumber(file, builder.step)} builds may: clone, ask, build and remove .git in one RUN`;
  if (later.size > 0) return `${ask}: clone, ask and remove .git in one RUN`;
  if (strange && strange.step !== step)
    return `Line ${lineNumber(file, strange.step)} may ask git for it: clone, ask and remove .git in one RUN`;
  if (builder) return `What line ${lineNumber(file, builder.step)} builds may ask git, too: clone, build and remove .git in one RUN`;
  if (strange) return "What is run there may ask git for more than the last commit: remove .git behind that";
  return asking.length > 0 ? "Git is asked for more than the last commit: remove .git behind that" : undefined;
}

interface Behind {
  readonly step: Step;
  readonly ran: Ran;
}

const commandsBehind = (steps: readonly Step[], step: Step, ran: Ran): Behind[] =>
  steps.flatMap((s) =>
    s.index < step.index ? [] : s.ran.slice(s === step ? s.ran.indexOf(ran) + 1 : 0).map((r): Behind => ({ step: s, ran: r })),
  );

/** Builds that ask git describe for their version in many projects: `make`, Ant, setuptools-scm and versioneer, GoReleaser, git-commit-id of Maven. */
const mayAskVersion = ({ name, args }: Ran, folder: string, cwd: string): boolean =>
  /^(?:make|gmake|cmake|meson|scons|bazel|ant|mvnw?|gradlew?|sbt|lein|cargo|go|dotnet|mix|rebar3|stack|cabal|swift|rake|goreleaser|autoreconf|autogen\.sh|configure|poetry|uv|hatch|flit|tox|nox)$/.test(
    basename(name),
  ) ||
  (isPython(basename(name)) && args.some((a) => /(?:^|\/)setup\.py$|^(?:build|pip)$/.test(a.text))) ||
  (isPip(basename(name)) && args.some((a) => isWithin(projectAt(a.text, cwd), folder)));

/** `-e ./a[extra]`; neither a name, nor an address, nor a list of requirements. */
function projectAt(text: string, cwd: string): string {
  const isPath = /^\.|\//.test(text) && !/^(?!file:)[\w+]+:\/\/|\.(?:txt|in)$/.test(text);
  return isPath ? absolute(text.replace(/^file:\/\//, "").replace(/\[[^\]]*\]$/, ""), cwd) : "/";
}

/** What a project has them run may ask git, too: webpack with git-rev-sync. */
const runsScripts = ({ name }: Ran): boolean => startsForNode(basename(name)) || /^(?:webpack|grunt|gulp)$/.test(basename(name));

/** It stands in a clone, or is told a place in it: `make -C /opt/b`. */
const isAt = (ran: Ran, folder: string): boolean =>
  [".", ...ran.args.map((a) => a.text.replace(/^(?:-\w|--[\w-]+=)(?=[./])/, ""))].some((at) => isOf(ran, absolute(at, ran.cwd), folder));

/** Whether the repository that git finds from a place is that clone: one below it is another (git(1), `--git-dir`). */
const isOf = ({ before }: Ran, place: string, folder: string): boolean => cloneAbove(before.root, place, folder) === folder;

/** It builds what was cloned, or is a script of its own. */
const buildsThere = (ran: Ran, folder: string): boolean =>
  (isAt(ran, folder) && (mayAskVersion(ran, folder, ran.cwd) || runsScripts(ran))) ||
  (isUnread(ran) && scriptOf(ran).includes("/") && isWithin(absolute(scriptOf(ran), ran.cwd), folder));

/** Likewise, or nobody knows what it does there, or above it: `cd /src && ./build-all.sh`. */
const mayBuild = (ran: Ran, folder: string): boolean =>
  buildsThere(ran, folder) || (isUnread(ran) && (isAt(ran, folder) || (ran.cwd !== "/" && isWithin(folder, ran.cwd))));

/** The file that is run: of a shell what it is told to read, `./build.sh` by another spelling. */
function scriptOf({ name, args }: Ran): string {
  if (!isShell(name)) return name;
  const [first] = args.filter((a) => !a.text.startsWith("-"));
  return first === undefined || first.text.includes("/") ? (first?.text ?? "") : `./${first.text}`;
}

/** A script of somebody else's that stands in the clone, or is told of it: that may check out another commit. */
function isStrange(ran: Ran, folder: string): boolean {
  const path = scriptOf(ran);
  if (!isUnread(ran) || !path.includes("/") || /\/s?bin\/[\w-]+$/.test(path) || isWithin(absolute(path, ran.cwd), folder)) return false;
  return isWithin(ran.cwd, folder) || ran.args.some((a) => a.text === folder);
}

/** Its history is tended, it lies where benchmarks have agents work, git is told to trust the folder, or a program to find its history there: it will be asked when the image runs. */
const isForGit = (steps: readonly Step[], { index }: Step, folder: string): boolean =>
  basename(folder) === "testbed" ||
  steps.some((s) => s.index >= index && s.ran.some((r) => r.name === "git" && isAbout(r, folder) && tendsHistory(r))) ||
  steps.some(
    (s) =>
      s.index >= index &&
      s.ran.some((r) => r.name === "git" && ["safe.directory", folder].every((text) => r.args.some((a) => a.text === text))),
  ) ||
  [...(steps.at(-1)?.after.env ?? [])].some(([name, value]) => /(?:^|_)GIT(?:_|$)/.test(name) && value?.text === folder);

/** `.git` as the clone's own words name it, else in full: where the folder is known that the base image starts in. */
function nameOf(step: Step, ran: Ran, folder: string, { cwd }: Spot): string | undefined {
  const word = wordOf(ran, folder);
  const known = word || standsKnown(step, ran);
  const spelled = known ? spelledAt(word, folder, ran, step, step, cwd) : undefined;
  return spelled?.replace(/["']?$/, (quote) => `/.git${quote}`);
}

/** Asks the clone in a folder: it stands in it, or is sent there. */
function isAbout(ran: Ran, folder: string): boolean {
  const o = gitOptions(ran.args);
  const places = [absolute(o.value("-C") ?? ".", ran.cwd), ...o.values("--git-dir", "--work-tree").map((p) => absolute(p, ran.cwd))];
  return places.some((p) => isOf(ran, p, folder));
}

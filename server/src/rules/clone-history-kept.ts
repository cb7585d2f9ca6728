import { isOwn, type Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { historyId } from "../commands/downloads.ts";
import { asksForHistory, gitOptions, isForCommits, isOfSettings, takesOlder, tendsHistory, worksByGit } from "../commands/git-call.ts";
import { isPip, isShell, startsForNode } from "../commands/kinds.ts";
import { insertAfter } from "../edits/chain.ts";
import { privilegeOf, type Spot, spelledAt, spotBehindUse, standsKnown } from "../edits/removal.ts";
import { entriesOf } from "../image/files.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin } from "../image/paths.ts";
import { wordOf } from "../queries/kept.ts";
import { lineNumber, wordsOf } from "../queries/places.ts";
import { startsProgram } from "../queries/started.ts";
import { isOfWindows } from "../queries/windows.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { quoted } from "../shell/words.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const cloneHistoryKept: Rule = {
  id: "clone-history-kept",
  summary: "A clone keeps its whole history in the image",
  why:
    "`git clone` fetches every version that ever was, and the folder `.git` stays in the layer, often many times the source itself. `--depth 1` fetches the one commit that is checked out, and no other branch. " +
    "That is not enough where something asks git for tags or older commits; then `.git` can still be removed in the same `RUN`, when nobody needs it any more.",
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
      for (const ran of step.ran) {
        const history = ran.maybe ? undefined : ran.changes.find((c) => c.how === "written" && c.entry.id.startsWith(`${historyId}:`));
        const root = image.stages[image.target]?.end.root;
        if (history && root) shipped ??= new Set(entriesOf(root, "/").flatMap(({ entry }) => (entry.maybe ? [] : [entry.id])));
        // Removed by a later layer: that is another finding.
        if (!history || !shipped?.has(history.entry.id) || !isOwn(subject, step)) continue;
        // `~/.config/nvim` holds somebody's settings, whatever their project is called.
        const isLittle = ran.args.some((a) => isOfSettings(a.text)) || /\/\.config\/[^/]+$/.test(dirname(history.path));
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
        if (!told.has(at)) yield finding(subject, step, ran, history);
        told.add(at);
      }
    }
  },
};

function finding(subject: Subject, step: Step, ran: Ran, { path: git }: Change): Draft {
  const { file, steps } = subject;
  const folder = dirname(git);
  const fixes: DraftFix[] = [];
  const o = gitOptions(ran.args);
  const branch = o.value("-b", "--branch");
  const asking = commandsBehind(steps, step, ran).filter(
    ({ ran: r }) => r.name === "git" && isAbout(r, folder) && asksForHistory(r, branch),
  );
  const clone = ran.words.find((w) => w.raw === "clone" && w.end > w.start);
  const [, url] = o.operands;
  const isRemote = /^(?:[a-z+]+:\/\/|[\w.-]+@[\w.-]+:)/.test(url?.text ?? "");
  const all = commandsBehind(steps, step, ran);
  const strange = all.find(({ ran: r }) => isStrange(r, folder));
  const isShallow = isRemote && !takesOlder(o) && asking.length === 0 && !strange;
  // A tag that the clone is told comes with it.
  const isTag = branch !== undefined && /^(?:[a-z]*[-_/]?)?v?\d+(?:[._]\d+)/i.test(branch) && !/^(?:branch|release|stable)/i.test(branch);
  const built = isShallow && !isTag && all.some(({ ran: r }) => buildsThere(r, folder));
  // Whoever works in the image may want another branch; a clone that is that deep has one alone (git-clone(1), --single-branch).
  const isShell = subject.image.stages[subject.image.target]?.end.cmd?.instruction !== undefined && !startsProgram(subject);
  const worked = isShell || isWorkplace(subject, "typed in");
  const checks = [
    ...(built ? ["whether its build asks git for tags"] : []),
    ...(worked ? ["whether somebody wants another branch of it: it fetches one alone"] : []),
  ];
  if (clone && isShallow)
    fixes.push({
      title: `Clone with --depth 1${checks.length > 0 ? ` (check first: ${checks.join("; ")})` : ""}`,
      safety: "review",
      edits: [{ start: clone.end, end: clone.end, text: " --depth 1" }],
    });
  const spot = spotBehindUse(step, [{ path: folder, folder: true }]);
  const gits = all.filter(({ ran: r }) => r.name === "git" && isAbout(r, folder));
  const builder = all.find(({ step: s, ran: r }) => s !== step && mayBuild(r, folder));
  const alone =
    builder === undefined &&
    (strange === undefined || strange.step === step) &&
    step.ran.filter((r) => r.command === ran.command).length === 1 &&
    gits.every((g) => g.step === step);
  const name = spot && alone ? nameOf(step, ran, folder, spot) : undefined;
  const removal = spot && name && insertAfter(file, step, spot.statement, [...privilegeOf(ran), "rm", "-rf", name].join(" "));
  if (removal) fixes.push({ title: "Remove .git in this RUN", safety: "review", edits: [removal] });
  const isPlaced = standsKnown(step, ran) || ran.args.some((a) => isWithin(folder, a.text));
  const later = asking.find((a) => a.step !== step);
  const advice = isShallow
    ? `${clone ? "" : "Cloned by a script: "}--depth 1 fetches only what is checked out${built ? ", and no tags that the build may name its version by" : ""}`
    : later
      ? `Line ${lineNumber(file, later.step)} asks git for it: clone, ask and remove .git in one RUN`
      : strange && strange.step !== step
        ? `Line ${lineNumber(file, strange.step)} may ask git for it: clone, ask and remove .git in one RUN`
        : builder
          ? `What line ${lineNumber(file, builder.step)} builds may ask git, too: clone, build and remove .git in one RUN`
          : strange
            ? "What is run there may ask git for more than the last commit: remove .git behind that"
            : asking.length > 0
              ? "Git is asked for more than the last commit: remove .git behind that"
              : removal
                ? "Remove .git in this RUN"
                : "Remove .git in the RUN that clones";
  return {
    span: wordsOf(file, ran, step),
    message: (saving) => `${isPlaced ? folder : folder.slice(1)} keeps its whole history, in .git: ${formatSaving(saving)}. ${advice}.`,
    fixes,
    ...(fixes.length === 0 && spot && { instead: [insertAfter(file, step, spot.statement, `rm -rf ${quoted(git)}`) ?? []].flat() }),
  };
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
  (/^python[\d.]*$/.test(basename(name)) && args.some((a) => /(?:^|\/)setup\.py$|^(?:build|pip)$/.test(a.text))) ||
  (isPip(basename(name)) && args.some((a) => isWithin(projectAt(a.text, cwd), folder)));

/** `-e ./a[extra]`; neither a name, nor an address, nor a list of requirements. */
function projectAt(text: string, cwd: string): string {
  const isPath = /^\.|\//.test(text) && !/^(?!file:)[\w+]+:\/\/|\.(?:txt|in)$/.test(text);
  return isPath ? absolute(text.replace(/^file:\/\//, "").replace(/\[[^\]]*\]$/, ""), cwd) : "/";
}

/** What a project has them run may ask git, too: webpack with git-rev-sync. */
const runsScripts = ({ name }: Ran): boolean => startsForNode(basename(name)) || /^(?:webpack|grunt|gulp)$/.test(basename(name));

/** It stands in a clone, or is told a place in it: `make -C /opt/b`. */
const isAt = ({ cwd, args }: Ran, folder: string): boolean =>
  isWithin(cwd, folder) || args.some((a) => isWithin(absolute(a.text.replace(/^(?:-\w|--[\w-]+=)(?=[./])/, ""), cwd), folder));

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
  return places.some((p) => isWithin(p, folder));
}

import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { aptCallsOf } from "../commands/apt-call.ts";
import { packagesOf } from "../commands/apt-installed.ts";
import { isBuildOnly, isBuildTool, isInterpreter, mayCompile } from "../commands/build-only.ts";
import { forPeople, mayBeCalled } from "../commands/for-people.ts";
import { namedPackages, removalText } from "../commands/installs.ts";
import { mayRunPrograms } from "../commands/servers.ts";
import { tidies } from "../commands/tidying.ts";
import { insertAfter } from "../edits/chain.ts";
import { privilegeOf } from "../edits/removal.ts";
import { withoutPackages } from "../edits/without-packages.ts";
import type { Ran, Step } from "../image/model.ts";
import { bringsCompiler, type WithCompiler } from "../queries/brings-compiler.ts";
import {
  behind,
  bringsDeveloperPackage,
  hasMakefile,
  isBuiltInByOthers,
  keepsResults,
  mayBuildWhenItRuns,
  mayHaveCompilers,
  saysItBuilds,
  servesWithCompilers,
  startsBuilding,
} from "../queries/compiles.ts";
import { type PackageWord, packagesNamed, packageWords, togetherBy } from "../queries/package-words.ts";
import { callsDefaultPython, runsPython } from "../queries/runs-python.ts";
import { servicesOf } from "../queries/services.ts";
import { servesOnPort, startsProgram } from "../queries/started.ts";
import { startedThrough } from "../queries/started-through.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { multiStageKind } from "../refactorings/multi-stage.ts";
import { fixesOf } from "../refactorings/refactoring.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const buildToolsKept: Rule = {
  id: "build-tools-kept",
  summary: "Compilers and build tools stay in the image",
  why:
    "What compiles a dependency or the program is of no use once that is done, and weighs a hundred megabytes and more. Install, build and remove it in one `RUN`: a removal in a later one frees nothing. " +
    "Or build in a stage of its own and copy the result. Libraries that the build linked against have to stay: look at what `--auto-remove` takes. " +
    "An image that starts a shell or nothing, that builds when it starts, starts what it is told or runs the jobs of a CI, or whose file, folder or stage is called dev, test, ci, build, builder or compiler, is there to build in: nothing is said of it, nor of a file that says at its head that it tests a build. " +
    "Nor is anything said where it may build when it runs: where a script that is started cannot be read, or has packages installed; on bases for graphics cards, and beside packages such as torch or Stan, which have C compiled when they are used; or where the base is nobody's that is known, and may have the compilers already.",
  about: "bytes",
  example: {
    before:
      'FROM python:3.14-slim\nCOPY requirements.txt .\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && pip install --no-cache-dir -r requirements.txt && rm -rf /var/lib/apt/lists/*\nCOPY app.py .\nCMD ["python", "app.py"]\n',
    after:
      'FROM python:3.14-slim\nCOPY requirements.txt .\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && pip install --no-cache-dir -r requirements.txt && rm -rf /var/lib/apt/lists/* && apt-get purge -y --auto-remove gcc\nCOPY app.py .\nCMD ["python", "app.py"]\n',
  },
  *check(subject) {
    if (!startsProgram(subject) || isWorkplace(subject, "logged in to") || startsBuilding(subject) || isBuiltInByOthers(subject)) return;
    if (mayHaveCompilers(subject) || mayBuildWhenItRuns(subject) || isUsedByPeople(subject)) return;
    if (saysItBuilds(subject) || servesWithCompilers(subject) || keepsResults(subject) || bringsDeveloperPackage(subject)) return;
    const tools = packagesNamed(subject).filter(
      (p) =>
        (isBuildTool(p.name) || bringsCompiler(subject, p)) &&
        (isUsed(subject, p) || isIdle(subject, p)) &&
        !isOfBase(subject, p) &&
        !isTidied(p) &&
        !(p.name === "make" && hasMakefile(subject)),
    );
    const stages = tools.length > 0 ? fixesOf(multiStageKind, subject) : [];
    for (const group of togetherBy(tools, (p) => p.step)) {
      const [first] = group;
      // make alone is little, and serves people as well as builds.
      if (first && group.some((p) => p.name !== "make")) yield finding(subject, first.step, first, group, stages);
    }
  },
};

/** Whether it serves anybody nobody knows, and it has an editor or a debugger: people may build in it. */
const isUsedByPeople = (subject: Subject): boolean =>
  packageWords(subject).some((p) => forPeople(p.name) !== undefined && !mayBeCalled(p.name)) &&
  servicesOf(subject) === undefined &&
  !servesOnPort(subject);

/** Something of the file does build with it; else the tools are what the image is for. */
const isUsed = (subject: Subject, { name, step, ran }: PackageWord): boolean =>
  behind(subject, step, ran).some((r) => (name === repositories ? r.name === "add-apt-repository" : builds(r)));

/** Nothing behind it builds, and what is started surely needs none: a server that everybody knows; or a project's own on Node, beside what npm compiles with. */
function isIdle(subject: Subject, { name, step, ran }: PackageWord): boolean {
  if (!isBuildTool(name) || name === repositories || behind(subject, step, ran).some((r) => isUnread(r) || builds(r))) return false;
  const services = servicesOf(subject);
  const started = startedThrough(subject).map((s) => s.name);
  return services === "servers"
    ? !started.some(mayRunPrograms)
    : services === "own" && started.every((s) => s === "node") && isForNodeGyp([ran]);
}

/** node-gyp's own needs (its README, "Installation"): who has sources of others compiled has no use for all three of them. */
function isForNodeGyp(rans: readonly Ran[]): boolean {
  const names = namedPackages(rans).all.map((p) => p.name);
  const needs = [/^python3?$/, /^(?:make|build-base|build-essential|alpine-sdk)$/, /^(?:g\+\+|build-base|build-essential|alpine-sdk)$/];
  return needs.every((need) => names.some((name) => need.test(name)));
}

const builds = (ran: Ran): boolean => mayCompile(ran) || isBuildTool(ran.name);

/** The base has it already: it comes with nothing, and stays whatever is done here. */
function isOfBase({ world: { packages } }: Subject, { name, manager, step }: PackageWord): boolean {
  const there = manager === "apt" ? packagesOf({ state: step.before, ...(packages && { packages }) }) : undefined;
  return there?.present.own.has(name) === true;
}

/** What nobody can read may have removed them. */
const isTidied = ({ step, ran }: PackageWord): boolean => step.ran.slice(step.ran.indexOf(ran)).some((r) => isUnread(r) && tidies(r));

/** Debian's package of add-apt-repository. */
const repositories = "software-properties-common";

/** Compilers weigh far more: where so little goes, others that are left keep what weighs. */
const least = { bytes: 10_000_000 };

function finding(subject: Subject, step: Step, first: PackageWord, tools: readonly PackageWord[], stages: readonly DraftFix[]): Draft {
  const later = shippedSteps(subject).filter((s) => s.index > step.index);
  const onlyRepositories = tools.every((t) => t.name === repositories);
  const python = bringsPython(subject, tools);
  const isNeeded = later.some((s) => s.ran.some((r) => (isUnread(r) && !isInterpreter(r.name)) || builds(r))) || python !== undefined;
  const bringers = tools.filter((t) => !isBuildTool(t.name));
  const isUnused = tools.every((t) => isIdle(subject, t));
  const unused = isUnused ? leftOut(subject, tools, python) : [];
  const edits = isUnused || isNeeded || bringers.length > 0 ? undefined : purge(subject, step, first, tools);
  const names = [...new Set(tools.map((p) => p.name))];
  const [stay, them] = names.length > 1 ? ["stay", "them"] : ["stays", "it"];
  const ofRepository = edits
    ? "remove it at the end of this RUN"
    : python
      ? "python3, named itself, and a file in /etc/apt/sources.list.d with the repository's key do the same"
      : "a file in /etc/apt/sources.list.d and the repository's key do the same";
  const advice =
    stages.length > 0
      ? "Two stages leave it behind."
      : onlyRepositories
        ? `It only adds a repository${python ? ", and brings the Python that runs here" : ""}: ${ofRepository}.`
        : isUnused
          ? `Nothing behind this RUN builds: leave ${them} out.`
          : edits
            ? "Nothing behind this RUN builds: remove what builds at its end."
            : `At most the build needs ${them}: build in a stage of its own, and copy what it makes.`;
  const headers = bringers.map((t) => headersText(t, bringsCompiler(subject, t))).join("");
  const gone = librariesWith(subject, first, names);
  const title = `Remove ${listed(names)} at the end of this RUN${gone ? ` (check first: ${gone})` : ""}`;
  return {
    span: { start: first.word.start, end: first.word.end },
    message: (saving) => `${listed(names)} ${stay} in the image: ${formatSaving(saving)}. ${advice}${headers}`,
    least,
    fixes: [
      ...stages,
      ...(edits ? [{ title, safety: "review" as const, edits }] : []),
      ...(unused.length > 0 ? [{ title: `Leave out ${listed(names)}`, safety: "review" as const, edits: unused }] : []),
    ],
    ...(!edits && unused.length === 0 && stages.length === 0 && { instead: leftOut(subject, tools, python) }),
  };
}

/** The package that stands on Python, which goes with it where nothing else asked for that and the image runs it. */
function bringsPython(subject: Subject, tools: readonly PackageWord[]): PackageWord | undefined {
  const isNamed = packageWords(subject).some((p) => /^python3?(?:-minimal)?$/.test(p.name));
  // One of a version that is named runs by that, or in an environment made with it.
  const named = namedPackages(shippedSteps(subject).flatMap((s) => s.ran)).left;
  const hasVersion = named.some((p) => /^python3\.\d+(?:-minimal|-full)?$/.test(p.name)) && !callsDefaultPython(subject);
  return isNamed || hasVersion || !runsPython(subject) ? undefined : tools.find((t) => t.name === repositories);
}

/** ` postgresql-dev brings clang, and libraries, such as libpq, that have to stay.` */
function headersText({ name }: PackageWord, brings: WithCompiler | undefined): string {
  if (!brings) return "";
  const [library] = brings.libraries;
  return ` ${name} brings ${brings.compiler}${library === undefined ? "" : `, and libraries that have to stay, such as ${library}`}.`;
}

/** These not installed at all; of what brings Python only that, and of headers the libraries. */
function leftOut(subject: Subject, tools: readonly PackageWord[], python: PackageWord | undefined): Edit[] {
  const others = tools.filter((t) => t !== python && !t.among && isBuildTool(t.name));
  const edits = others.length > 0 ? withoutPackages(subject, others) : [];
  const names = new Set(tools.map((t) => t.name));
  const lists = new Map(tools.flatMap(({ word, among }) => (among ? [[word, among.filter((name) => !names.has(name))] as const] : [])));
  for (const t of tools.filter((t) => !t.among)) {
    const libraries = bringsCompiler(subject, t)?.libraries;
    if (libraries) edits?.push({ start: t.word.start, end: t.word.end, text: libraries.join(" ") });
  }
  for (const [{ start, end }, rest] of lists) edits?.push({ start, end, text: rest.join(" ") });
  return edits ? [...edits, ...(python ? [{ start: python.word.start, end: python.word.end, text: "python3" }] : [])] : [];
}

/** Libraries that come with a compiler, and that what it compiled needs when it runs: the removal takes them, too. */
function librariesWith(subject: Subject, { manager }: PackageWord, names: readonly string[]): string | undefined {
  const named = packageWords(subject).map((p) => p.name);
  const goes = (library: string, compilers: RegExp): boolean => names.some((n) => compilers.test(n)) && !named.includes(library);
  if (manager === "apk" && goes("libstdc++", /^(?:build-base|alpine-sdk|g\+\+|gcc|clang\d*)$/))
    return "libstdc++ and libgcc go with it, which compiled C++ needs";
  if (goes("libgfortran5", /^gfortran/)) return "libgfortran goes with it, which compiled Fortran needs";
  if (manager === "apt" && goes("libgomp1", /^(?:build-essential|gcc|g\+\+)$/)) return "libgomp1 goes with it, which OpenMP needs";
  return undefined;
}

/** The package manager's own removal behind the last statement of the RUN that installs. */
function purge({ file }: Subject, step: Step, { manager, ran, group }: PackageWord, tools: readonly PackageWord[]): Edit[] | undefined {
  const last = step.script?.body.items.at(-1);
  if (!last || tools.some((p) => p.ran !== ran) || group !== undefined) return undefined;
  if (manager === "apt" && leavesOrphans(step)) return undefined;
  const command = removalText(manager, [...new Set(tools.map((p) => (isForBuilds(p) ? p.word.raw : p.name)))]);
  const edit = insertAfter(file, step, last, [...privilegeOf(ran), command].join(" "));
  return edit && [edit];
}

/** A variable of the base that is called so, or one that names nothing else: it removes what it installed. */
const isForBuilds = ({ among, word }: PackageWord): boolean =>
  among?.every((name) => isBuildTool(name) || isBuildOnly(name)) === true || /^\$\{?PHPIZE_DEPS\b/.test(word.raw);

/** A removal that left what came along: --auto-remove would take that too, and the program may need it by now. */
const leavesOrphans = (step: Step): boolean => aptCallsOf(step).some(({ call }) => call.does === "removes" && !call.sweeps);

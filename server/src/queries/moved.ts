import { type Subject, stepsOn } from "../build/subject.ts";
import { firstWithout } from "../commands/base-tools.ts";
import { namedPackages } from "../commands/installs.ts";
import type { StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { lineNumber, linesOf, naming } from "./places.ts";
import { isBefore, onDistribution, staysOnRelease } from "./release-line.ts";
import { spoken } from "./spoken.ts";
import { startedBy } from "./started.ts";

// What a file says that holds on one release and not on another, beside its packages (release-line.ts) and its names (tied.ts).

/** A language or a server with its version, as folders and programs of a release are called: python3.6, php/7.3, java-8-openjdk. */
const versioned =
  /(?<![\w.-])(?:lib)?(python\d\.\d+|php\d\.\d|ruby\d\.\d|lua5\.\d|tomcat\d+|java-[\d.]+-openjdk(?:-\w+)?)(?![\d.]\d)|\/((?:php|ruby|perl|postgresql|mysql)\/\d[\d.]*|openjdk-\d+)/g;

/** More of them would hide the rest of a title. */
const mostVersions = 3;

/** Lines that name such a version, but those that need no word; what they download goes by no release. */
export function versionsNamed(subject: Subject, stage: Stage, but: readonly string[]): string[] {
  const found = new Map<string, Set<number>>();
  for (const step of stepsOn(subject, stage))
    for (const { line, text } of spoken(subject, step))
      for (const [, program, folder] of text.replace(/\w+:\/\/\S+/g, "").matchAll(versioned)) {
        const name = (program ?? folder ?? "").replace("/", "").replace(/\.$/, "");
        if (but.includes(name)) continue;
        found.set(name, (found.get(name) ?? new Set()).add(line));
      }
  if (found.size > mostVersions) return [naming([...new Set([...found.values()].flatMap((lines) => [...lines]))], "versions of programs")];
  return [...found].map(([name, lines]) => naming([...lines], name));
}

/** From these releases on the images of Debian and Ubuntu have their repositories in a file of another form and name (their release notes). */
const firstWithSources: Readonly<Record<string, string>> = { debian: "12", ubuntu: "24.04" };

/** The line that reads or changes /etc/apt/sources.list, where another image has its repositories elsewhere. */
export function sourcesMoved(subject: Subject, stage: Stage, name: string): string | undefined {
  const { world } = subject;
  const [from, to] = [stage.steps[0]?.after.base, world.bases?.find(name)].map((base) => onDistribution(world, base));
  const first = to && firstWithSources[to.image];
  if (!from || !to || first === undefined || isBefore(to.line.name, first)) return undefined;
  if (from.image === to.image && !isBefore(from.line.name, first)) return undefined;
  const own = stepsOn(subject, stage);
  const isChanged = (text: string): boolean =>
    /(?:^|[;&|(\s])(?:sed|cat|cp|mv|grep|perl|awk)\s[^;&|]*\/etc\/apt\/sources\.list(?![\w.])/.test(text);
  const [line] = own.flatMap((s) => spoken(subject, s).filter(({ text }) => isChanged(text)));
  return line && `its repositories are in sources.list.d/${to.image}.sources, not in the sources.list of line ${line.line}`;
}

/** What adds repositories by a script of theirs. */
const adding =
  /deb\.nodesource\.com\/|rpm\.nodesource\.com\/|packagecloud\.io\/|script\.deb\.sh|script\.rpm\.sh|install-release|get\.docker\.com|bootstrap\.saltstack|epel-release|config-manager --add-repo|yum-config-manager/;

/** Lines that add repositories of others: whether those have packages for another release nobody here knows. */
export function othersRepositories(subject: Subject, stage: Stage, name: string, said: readonly number[]): string | undefined {
  const { file } = subject;
  if (staysOnRelease(subject, stage, name)) return undefined;
  const lines = new Set<number>();
  for (const step of stepsOn(subject, stage)) {
    for (const { line, text } of spoken(subject, step)) if (adding.test(text) || /\badd-apt-repository\s/.test(text)) lines.add(line);
    const isList = step.changes.some((c) => c.how === "written" && isWithin(c.path, "/etc/apt/sources.list.d"));
    if (isList && !spoken(subject, step).some(({ line }) => lines.has(line))) lines.add(lineNumber(file, step));
  }
  const all = [...lines].filter((line) => !said.includes(line));
  if (all.length === 0) return undefined;
  return `the ${all.length === 1 ? "repository" : "repositories"} of ${linesOf(all)} may have no packages for it`;
}

/** Installers of one and the same program for any release, in a folder of its own. */
const forAnyRelease =
  /nvm-sh\/nvm\/|pyenv\/pyenv-installer\/|pyenv\.run|sh\.rustup\.rs|astral\.sh\/uv\/|\bbun\.sh\/install|deno\.land\/|get\.sdkman\.io|get\.volta\.sh|fnm\.vercel\.app|get\.pnpm\.io|yarnpkg\.com\/install\.sh|ohmyzsh\/|helm\/scripts\/get-helm/;

/** A script from elsewhere that is run as it comes: what it does goes by the release that it finds. */
export function othersScripts(subject: Subject, stage: Stage, name: string): string | undefined {
  if (staysOnRelease(subject, stage, name)) return undefined;
  const isRun = (text: string): boolean =>
    /\b(?:curl|wget)\b[^;&]*\|\s*(?:sudo\s+)?(?:-\w+\s+)*(?:\w+=\S*\s+)*(?:ba|da|a)?sh\b/.test(text) && !forAnyRelease.test(text);
  const lines = stepsOn(subject, stage).flatMap((s) => spoken(subject, s).filter(({ text }) => isRun(text) && !adding.test(text)));
  const all = [...new Set(lines.map(({ line }) => line))];
  return all.length === 0 ? undefined : `the ${all.length === 1 ? "script" : "scripts"} of ${linesOf(all)} may not know it`;
}

/** Commands and packages that later releases of an image, or of the distribution beneath, do without. */
export function commandsGone(subject: Subject, stage: Stage, name: string): string[] {
  const { world } = subject;
  const [from, to] = [stage.steps[0]?.after.base, world.bases?.find(name)].map((base) => onDistribution(world, base));
  const rans = stepsOn(subject, stage).flatMap((s) => s.ran);
  const gone = ofImageGone(subject, stage, name);
  if (to?.image === "amazonlinux" && rans.some((r) => r.name === "amazon-linux-extras")) gone.push("amazon-linux-extras");
  if (from?.image !== "alpine" || to?.image !== "alpine") return gone;
  const names = rans.filter((r) => r.name === "apk").flatMap((r) => r.args.map((a) => a.text));
  const left = splitOff.filter(
    ({ since, package: of, brings, called }) =>
      isBefore(from.line.name, since) &&
      !isBefore(to.line.name, since) &&
      names.includes(of) &&
      !names.some((name) => brings.test(name)) &&
      rans.some((r) => called.test(r.name)),
  );
  return [...gone, ...left.map(({ tool }) => tool)];
}

/** What a package of Alpine's had in it before a release: pip (3.12's release notes), npm (alpinelinux/aports#981). */
const splitOff = [
  { since: "3.12", package: "python3", tool: "pip3", brings: /^py3-pip$/, called: /^pip3?$/ },
  { since: "3.6", package: "nodejs", tool: "npm", brings: /^(?:nodejs-)?npm$/, called: /^npm$/ },
];

/** What the stage calls, in a RUN or when it starts, that the image itself brought up to some line, and that the stage does not install. */
function ofImageGone(subject: Subject, stage: Stage, name: string): string[] {
  const { bases, releases } = subject.world;
  const [from, to] = [stage.steps[0]?.after.base, bases?.find(name)].map((base) => base && releases?.of(base)[0]);
  if (!from || to?.image !== from.image) return [];
  const isGone = (command: string): boolean => {
    const first = firstWithout(from.image, command);
    return first !== undefined && isBefore(from.line.name, first) && !isBefore(to.line.name, first);
  };
  const own = stepsOn(subject, stage);
  const rans = own.flatMap((s) => s.ran);
  const called = [...rans, ...own.flatMap(({ instruction, after }) => (starts(instruction.keyword) ? startedBy(instruction, after) : []))];
  const gone = [...new Set(called.map((c) => c.name))].filter(isGone);
  if (gone.length === 0) return [];
  const written = rans.flatMap((r) => r.changes.flatMap((c) => (c.how === "written" ? [c.entry.id] : [])));
  const isBrought = (tool: string): boolean =>
    written.some((id) => id === `npm:${tool}` || id.startsWith(`npm:${tool}@`)) || namedPackages(rans).all.some((p) => p.name === tool);
  // Corepack brings Yarn.
  return gone.filter((tool) => !isBrought(tool.replace(/pkg$/, "")) && !isBrought("corepack"));
}

const starts = (keyword: string): boolean => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword);

/** `go get` installs no program any more (Go 1.18's release notes): the line that has it do so, outside of a module. */
export function installsByGet(subject: Subject, stage: Stage, { image, line }: StandsOn): number | undefined {
  if (image !== "golang" || !isBefore(line.name, "1.18")) return undefined;
  const own = stepsOn(subject, stage);
  const inModule = own.some((s) => s.ran.some((r) => r.name === "go" && r.args[0]?.text === "mod"));
  const [first] = inModule
    ? []
    : own.flatMap((s) => spoken(subject, s).filter(({ text }) => /\bgo get\s+(?:-\S+\s+)*[\w.]+\.\w+\//.test(text)));
  return first?.line;
}

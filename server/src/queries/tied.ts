import { type Subject, stepsOn } from "../build/subject.ts";
import { options } from "../commands/call.ts";
import { namedPackages } from "../commands/installs.ts";
import type { BaseImage, StandsOn } from "../image/base.ts";
import { contextText, find } from "../image/files.ts";
import type { Ran, Stage, Step } from "../image/model.ts";
import { dirname, isWithin, join } from "../image/paths.ts";
import { installedOn } from "../sizes/packages/chains.ts";
import { lineNumber, lineOfRan, naming } from "./places.ts";
import { isBefore, linesAfter, onDistribution } from "./release-line.ts";

// What a file has of the release that it stands on, and that another release has not.

/** Its file, or a folder around it, is called after a release that its base stands on: there it is for that release. */
export function isCalledAfter({ world: { name = "", releases } }: Subject, base: BaseImage): boolean {
  const parts = name.split(/[\\/]/).map((part) => part.toLowerCase().replace(/(?<=[a-z])[-_ ](?=\d)/g, ""));
  const near = parts.slice(-3);
  return (releases?.of(base) ?? []).some(({ image, line }) => {
    const short = /[^/]+$/.exec(image)?.[0] ?? image;
    const whole = [`${short}${line.name}`, `${short}${line.name.replace(".", "")}`];
    const names = [line.codename ?? "", ...(line.name.includes(".") ? [line.name] : [])].filter((n) => n !== "");
    return (
      near.some((part) => isVersionOf(part, line.name)) ||
      near.some((part) => names.some((n) => hasWord(part, n))) ||
      parts.some((part) => whole.some((n) => hasWord(part, n)))
    );
  });
}

/** Another stage runs the same commands on a later line of the image: there is one for each release, and each is for its own. */
export function hasTwinOnLater(subject: Subject, stage: Stage, ended: StandsOn): boolean {
  const { image, world } = subject;
  const commandsOf = (s: Stage): string =>
    stepsOn(subject, s)
      .flatMap((step) => step.ran.map((r) => r.name))
      .join(" ");
  const own = commandsOf(stage);
  const isLater = ({ steps: [from] }: Stage): boolean =>
    from?.after.base !== undefined &&
    (world.releases?.of(from.after.base).some((on) => on.image === ended.image && on.line.released > ended.line.released) ?? false);
  return own !== "" && image.stages.some((s) => s !== stage && s.baseStage === undefined && isLater(s) && commandsOf(s) === own);
}

/** `16`, `v16.14.2`, `16-slim`. */
const isVersionOf = (part: string, line: string): boolean => {
  const text = part.replace(/^v(?=\d)/, "");
  return text === line || text.startsWith(`${line}.`) || text.startsWith(`${line}-`);
};

/** Neither in the middle of a longer word nor of a longer number. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isLetters = /[a-z]/.test(word[0] ?? "");
    const before = text[at - 1] ?? "";
    const behind = text.slice(at + word.length, at + word.length + 2);
    const endsInDigit = /\d$/.test(word);
    if (!(isLetters ? /[a-z]/ : /[\d.]/).test(before) && !(endsInDigit ? /^\.?\d/ : /^[a-z]/).test(behind)) return true;
  }
  return false;
}

/** What is said of the lines that name a release. */
export interface Naming {
  readonly notes: readonly string[];
  readonly lines: readonly number[];
}

/** Lines that name the release beneath the stage, in an address, a list of repositories or a word for the package manager: those are for no other one. */
export function linesNaming(subject: Subject, stage: Stage, name: string): Naming {
  const { file, world } = subject;
  const from = stage.steps[0]?.after.base;
  const old = from && onDistribution(world, from);
  const next = onDistribution(world, world.bases?.find(name));
  if (!old || !next || old.image !== next.image || old.line.name === next.line.name) return { notes: [], lines: [] };
  const { codename, name: version } = old.line;
  const words = [
    ...(codename === undefined ? [] : [codename]),
    ...(old.image === "alpine"
      ? [`v${version}`]
      : [`${old.image}${version}`, `${old.image}/${version}`, `${old.image}-${version}`, `${old.image}${version.replace(".", "")}`]),
  ];
  // A list of repositories may be for a third release, which has even less to do with the next.
  const ofLists = [...words, ...codenames(subject, old.image).filter((word) => word !== next.line.codename && !words.includes(word))];
  const named = (text: string, those = /^deb(?:-src)?\s/.test(text) ? ofLists : words): string[] =>
    those.filter((word) => hasWord(text.toLowerCase(), word)).slice(0, 1);
  const found = new Map<string, Set<number>>();
  const copied = new Set<string>();
  for (const step of stepsOn(subject, stage)) {
    for (const r of step.ran)
      for (const word of r.args.flatMap((a) => named(a.text)))
        found.set(word, (found.get(word) ?? new Set()).add(lineOfRan(file, r, step)));
    for (const word of lists(subject, step).flatMap((text) => named(text, ofLists)))
      copied.add(`what line ${lineNumber(file, step)} copies names ${word}`);
  }
  return {
    notes: [...[...found].map(([word, lines]) => naming([...lines], word)), ...copied],
    lines: [...found.values()].flatMap((lines) => [...lines]),
  };
}

const codenames = ({ world: { releases } }: Subject, image: string): string[] =>
  releases ? linesAfter(releases, { image, line: { name: "", released: "" } }, "").flatMap((line) => line.codename ?? []) : [];

/** Lists of repositories that an instruction copies. */
const lists = ({ world }: Subject, { instruction, changes, after }: Step): string[] =>
  changes.flatMap((c) =>
    /^(?:COPY|ADD)$/.test(instruction.keyword) &&
    c.how === "written" &&
    (isWithin(c.path, "/etc/apt") || c.path === "/etc/apk/repositories")
      ? (contextText(after.root, c.path, world.context) ?? [])
      : [],
  );

/** From this release on Ubuntu's image has a user and a group with the first id for people (its release notes). */
const firstWithUser = "23.04";

/** Where the id is given that the user of another release's image has already: the build ends there. */
export function idTaken(subject: Subject, stage: Stage, name: string): number | undefined {
  const { file, world } = subject;
  const [from, to] = [stage.steps[0]?.after.base, world.bases?.find(name)].map((base) => onDistribution(world, base));
  if (to?.image !== "ubuntu" || isBefore(to.line.name, firstWithUser)) return undefined;
  if (from?.image === "ubuntu" && !isBefore(from.line.name, firstWithUser)) return undefined;
  const own = stepsOn(subject, stage);
  const goes = own.some((s) => s.ran.some((r) => /^(?:userdel|deluser)$/.test(r.name) && r.args.some((a) => a.text === "ubuntu")));
  const [line] = goes ? [] : own.flatMap((s) => s.ran.filter(givesFirstId).map((r) => lineOfRan(file, r, s)));
  return line;
}

function givesFirstId({ name, args }: Ran): boolean {
  if (!/^(?:useradd|adduser|groupadd|addgroup)$/.test(name)) return false;
  const o = options(
    args,
    "u g G d s c k p b --uid --gid --groups --home --home-dir --shell --comment --password --base-dir --gecos --ingroup",
  );
  const flags = name === "useradd" ? ["-u", "--uid"] : name === "adduser" ? ["--uid", "-u"] : ["-g", "--gid"];
  return o.value(...flags) === "1000" && !o.has("-o", "--non-unique");
}

/** apt 2.9.15 gave it up (its changelog): it was last in Debian 12 and Ubuntu 24.10. */
const firstWithoutAptKey: Readonly<Record<string, string>> = { debian: "13", ubuntu: "25.04" };

/**
 * Commands that older bases had and newer ones have not, by the package that has them: Debian's up to 8 had gnupg, those up to 12 adduser; openjdk
 * stood on buildpack-deps, with git and unzip, and eclipse-temurin stands on Ubuntu alone.
 */
const calledTools: Readonly<Record<string, string>> = {
  gpg: "gnupg",
  "apt-key": "gnupg",
  adduser: "adduser",
  addgroup: "adduser",
  unzip: "unzip",
  git: "git",
  hg: "mercurial",
  ps: "procps",
  bzip2: "bzip2",
  xz: "xz-utils",
};
/** Ubuntu's images had these before they were made from its minimal ones. */
const ofOldUbuntu: Readonly<Record<string, string>> = { "locale-gen": "locales", sudo: "sudo" };
const firstWithoutThese = "16.04";

/** What the stage calls without installing it, and another image has not. */
export function toolsGone(subject: Subject, stage: Stage, name: string): string[] {
  const { world } = subject;
  const to = world.bases?.find(name);
  const line = onDistribution(world, to);
  const there = to && world.packages && installedOn(world.packages, to);
  if (!line || !there || there.standsIn || there.isPartOf) return [];
  const rans = stepsOn(subject, stage).flatMap((s) => s.ran.filter((r) => !r.maybe));
  const first = firstWithoutAptKey[line.image];
  const hasNoAptKey = first !== undefined && !isBefore(line.line.name, first) && rans.some((r) => r.name === "apt-key");
  const named = namedPackages(rans).all.map((p) => p.name);
  // What they bring with them is in no table for an old release.
  const brings = (tool: string): boolean =>
    named.some(
      (n) => n.startsWith(tool) || (tool === "gnupg" && /^(?:gpg|dirmngr|software-properties-common|debsig|debian-keyring)/.test(n)),
    );
  const from = onDistribution(world, stage.steps[0]?.after.base);
  const isOldUbuntu = from?.image === "ubuntu" && isBefore(from.line.name, firstWithoutThese);
  const tools = isOldUbuntu ? { ...calledTools, ...ofOldUbuntu } : calledTools;
  // sudo is a wrapper: the command that it starts is the one that ran.
  const words = rans.flatMap((r) => [r.name, r.command?.words[0]?.raw ?? r.name]);
  const called = words.flatMap((word) => (Object.hasOwn(tools, word) ? (tools[word] ?? []) : []));
  const gone = [...new Set(called)].filter((tool) => !there.packages.has(tool) && !brings(tool));
  return [...(hasNoAptKey ? ["apt-key"] : []), ...gone];
}

/** Go from 1.16 on builds in a module, and `go get` brings no program any more from 1.18 on (its release notes). */
const modules = "1.16";

/** A project of before there were modules, which a later Go does not build as it is. */
export function needsModules(subject: Subject, stage: Stage, { image, line }: StandsOn): boolean {
  if (!/(?:^|\/)golang$|^go$/.test(image) || !isBefore(line.name, modules)) return false;
  const rans = stepsOn(subject, stage).flatMap((step) => step.ran.map((ran) => ({ step, ran })));
  if (rans.some(({ ran }) => ran.name === "go" && ran.args[0]?.text === "mod")) return false;
  const builds = rans.filter(
    ({ ran: { name, args } }) => name === "go" && /^(?:get|install|build|test|vet|run)$/.test(args[0]?.text ?? ""),
  );
  const inModule = ({ step, ran }: (typeof builds)[number]): boolean => {
    for (let at = ran.cwd; ; at = dirname(at)) {
      if (find(step.before.root, join(at, "go.mod"), true)?.type === "file") return true;
      if (at === "/") return false;
    }
  };
  const manages = rans.some(({ ran }) => /^(?:dep|glide|godep|govendor|gb|gvt|retool|trash)$/.test(ran.name));
  const isInPath = ({ ran }: (typeof builds)[number]): boolean => ran.args[0]?.text === "get" || /\/go\/src(?:\/|$)/.test(ran.cwd);
  return manages || stage.end.env.get("GO111MODULE")?.text === "off" || builds.some((b) => isInPath(b) && !inModule(b));
}

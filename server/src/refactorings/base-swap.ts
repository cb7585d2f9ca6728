import { rootOf, type Subject } from "../build/subject.ts";
import { isUnknown } from "../build/uses.ts";
import { accountOnAlpine, makesAccount } from "../commands/alpine-accounts.ts";
import { aptCall, packageName } from "../commands/apt.ts";
import { isMissingOnAlpine, isMissingOnSlim, packageThatBrings, standsOnBuildpack } from "../commands/base-tools.ts";
import { namesGemsInC, namesSources } from "../commands/compiled.ts";
import { installText } from "../commands/installs.ts";
import { isBundler, isPip } from "../commands/kinds.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { swapTag } from "../edits/swap-tag.ts";
import type { SmallerBase } from "../image/base.ts";
import { contextText, find } from "../image/files.ts";
import type { Ran, Stage, State, Step } from "../image/model.ts";
import { absolute, dirname, join, usualPath } from "../image/paths.ts";
import { type Started, startedBy } from "../queries/started.ts";
import { commandsIn } from "../shell/syntax.ts";
import { parseReference } from "../sizes/reference.ts";
import type { Edit } from "../text.ts";
import { listed } from "../topics/lists.ts";
import type { Refactoring, RefactoringKind, Refusal } from "./refactoring.ts";

/** musl instead of glibc: never without a word on what that touches, and not at all where the build would fail. */
export const alpineBaseKind: RefactoringKind = {
  id: "alpine-base",
  summary: "Swap to the alpine variant of the base image: musl instead of glibc",
  needsGain: true,
  inAll: "never",
  nothing: (subject) => noVariant(subject, "alpine"),
  *attempts(subject) {
    for (const { stage, smaller, steps, image } of swaps(subject, "alpine")) {
      const accounts = accountEdits(subject, steps);
      const edits = swapTag(subject, stage, smaller.name);
      const tool = missingTool(subject, steps, (name) => !makesAccount(name) && isMissingOnAlpine(name, image));
      const unread = unreadScript(subject, steps);
      if (!edits) yield refusal("alpine-base", stage, `${smaller.name} cannot be said with the variables in this line`);
      else if (tool !== undefined) yield refusal("alpine-base", stage, `a RUN needs ${tool}, which ${smaller.name} has not`);
      else if (!accounts) yield refusal("alpine-base", stage, "it makes a user in a way that BusyBox's adduser has no word for");
      else if (unread !== undefined)
        yield refusal("alpine-base", stage, `it runs ${unread}, and whether that needs bash or tools of Debian's nobody knows here`);
      else if (runsBash(subject, steps)) yield refusal("alpine-base", stage, `it runs bash, which ${smaller.name} has not`);
      else {
        const notes = [...digestNote(stage), ...bound(subject, steps), ...startNotes(steps, (name) => isMissingOnAlpine(name, image))];
        const title =
          notes.length === 0
            ? `Swap to ${smaller.name}: musl instead of glibc`
            : `Swap to ${smaller.name} (check first: musl instead of glibc; ${notes.join("; ")})`;
        yield offer("alpine-base", title, stage, [...edits, ...accounts]);
      }
    }
  },
};

/** The same distribution with less on it. */
export const slimBaseKind: RefactoringKind = {
  id: "slim-base",
  summary: "Swap to the slim variant of the base image: the same distribution with less on it",
  needsGain: true,
  nothing: (subject) => noVariant(subject, "slim"),
  *attempts(subject) {
    for (const { stage, smaller, steps, image } of swaps(subject, "slim")) {
      const edits = swapTag(subject, stage, smaller.name);
      const isFull = standsOnBuildpack(image);
      // Debian's own slim lacks documentation alone; what stands on it, as openjdk, what fetches, too (docker-library's Dockerfiles).
      const isSystem = image === "debian";
      const tools = isSystem ? [] : missingTools(subject, steps, isMissingOnSlim);
      const brought = broughtBy(stage, tools);
      const lacks = linksManuals(steps)
        ? "what it installs links manual pages into /usr/share/man/man1, which"
        : readsDocuments(steps)
          ? "it takes files from /usr/share/doc, which"
          : undefined;
      if (!edits || !brought || lacks !== undefined) {
        const why =
          lacks !== undefined && edits
            ? `${lacks} ${smaller.name} has not`
            : edits
              ? `a RUN needs ${tools.find((name) => packageThatBrings(name) === undefined) ?? tools[0]}, which ${smaller.name} has not`
              : `${smaller.name} cannot be said with the variables in this line`;
        yield refusal("slim-base", stage, why);
        continue;
      }
      const goes = isFull
        ? "without compilers, headers, curl, wget and git"
        : `without ${isSystem ? "" : "curl, wget, git, "}manual pages, documentation and translations, also of what is installed later`;
      const notes = [
        ...digestNote(stage),
        ...(isFull ? compilers(steps) : []),
        ...startNotes(steps, (name) => !isSystem && isMissingOnSlim(name, installedIn(steps))),
      ];
      const named = brought.length > 0 ? `, ${listed(brought)} installed by name` : "";
      const title = `Swap to ${smaller.name}${named}${notes.length ? ` (check first: ${notes.join("; ")})` : ""}: ${goes}`;
      yield offer("slim-base", title, stage, [...edits, ...installed(subject, stage, brought)]);
    }
  },
};

const offer = (id: string, title: string, stage: Stage, edits: readonly Edit[]): Refactoring => ({
  id,
  title,
  span: { start: stage.from?.start ?? 0, end: stage.from?.end ?? 0 },
  edits,
});

const refusal = (id: string, stage: Stage, refused: string): Refusal => ({
  id,
  refused,
  span: { start: stage.from?.start ?? 0, end: stage.from?.end ?? 0 },
});

function noVariant({ image }: Subject, variant: SmallerBase["variant"]): string {
  const bases = image.stages.filter((s) => image.ships.has(s.index) && s.baseStage === undefined).map((s) => s.base);
  return `${bases.join(" and ") || "no base"} has no ${variant} variant that is known to be smaller`;
}

interface Swap {
  readonly stage: Stage;
  readonly smaller: SmallerBase;
  /** Everything that runs on this base: this stage's steps, and those of the stages that are built on it. */
  readonly steps: readonly Step[];
  /** `python` */
  readonly image: string;
}

function* swaps({ image, world }: Subject, variant: SmallerBase["variant"]): Iterable<Swap> {
  for (const stage of image.stages) {
    const found = image.ships.has(stage.index) ? world.bases?.smaller(stage.base).find((s) => s.variant === variant) : undefined;
    if (!found || stage.baseStage !== undefined || !isOfRelease(stage.base, found.name)) continue;
    // Whoever wrote `lts` wants to move on with it.
    const moving = world.bases?.find(`${stage.base}-${variant}`);
    const smaller = /:(?:lts|stable|current)$/.test(stage.base) && moving?.resolved !== undefined ? { ...found, name: moving.name } : found;
    const steps = image.stages.filter((s) => rootOf(image, s) === stage).flatMap((s) => s.steps);
    yield { stage, smaller, steps, image: (parseReference(stage.base)?.path ?? "").replace(/^library\//, "") };
  }
}

/** A release that is named stays: of an old one there may be no slim image left, only that of a later one. */
const isOfRelease = (image: string, smaller: string): boolean => {
  const release = /:.*(?<![a-z])(jessie|stretch|buster|bullseye|bookworm|trixie)(?![a-z])/.exec(image)?.[1];
  return release === undefined || !smaller.includes("slim") || smaller.includes(release);
};

/** A command that runs, and that the smaller image has not and the Dockerfile does not bring: the build would fail. */
const missingTool = (subject: Subject, steps: readonly Step[], isMissing: IsMissing): string | undefined =>
  missingTools(subject, steps, isMissing)[0];

type IsMissing = (name: string, installed: ReadonlySet<string>) => boolean;

function missingTools(subject: Subject, steps: readonly Step[], isMissing: IsMissing): string[] {
  const missing = steps.flatMap((step) => {
    const names = step.ran.map((r) => r.name);
    // pip calls git by itself.
    const asked = step.ran.flatMap((r) => (isPip(r.name) ? askedOf(subject, step, r) : []));
    if (asked.some((text) => /(?:^|[\s@])git\+/m.test(text))) names.push("git");
    if (asked.some(namesSources) || step.ran.some((r) => compilesGems(subject, step, r))) names.push("gcc");
    // So does tar the program that unpacks.
    if (
      step.ran.some(
        (r) =>
          r.name === "tar" && r.args.some((a, i) => /^--xz$|\.t?xz$/.test(a.text) || (i === 0 && /^-?[a-zA-Z]*J[a-zA-Z]*$/.test(a.text))),
      )
    )
      names.push("xz");
    // apt-key calls gpg, and that dirmngr for a key of a server.
    for (const r of step.ran.filter((r) => r.name === "apt-key")) names.push("gpg", ...(r.args[0]?.text === "adv" ? ["dirmngr"] : []));
    // It clones what it is told to get, or did before there was a proxy.
    if (step.ran.some((r) => r.name === "go" && r.args[0]?.text === "get")) names.push("git");
    names.push(...written(step).filter((name) => name === "bash"));
    const there = packagesOf(step, steps);
    return names.filter((name) => isMissing(name, there));
  });
  return [...new Set(missing)];
}

/** What a pip command is to install: its words, and the lists of packages that it reads. */
function askedOf({ world }: Subject, step: Step, ran: Ran): string[] {
  const readText = (path: string): string => contextText(step.after.root, path, world.context) ?? "";
  return ran.args.flatMap(({ text }, i) => {
    const list = /^(?:-r|--requirement)$/.test(ran.args[i - 1]?.text ?? "") ? text : /^(?:-r|--requirement=)(.+)$/.exec(text)?.[1];
    if (list === undefined) return [text];
    const path = absolute(list, step.after.cwd);
    const named = readText(path);
    const more = [...named.matchAll(/^[ \t]*(?:-r|--requirement)[ \t=]*(\S+)/gm)].map(([, other = ""]) =>
      readText(absolute(other, dirname(path))),
    );
    return [text, named, ...more];
  });
}

/** `bundle install` for a Gemfile, or its lock file, that names a gem in C which rubygems.org has no Linux build of. */
function compilesGems({ world }: Subject, { after }: Step, ran: Ran): boolean {
  if (!isBundler(ran.name) || !(ran.args.length === 0 || ran.args.some((a) => a.text === "install"))) return false;
  const takesBuilds = after.env.get("BUNDLE_FORCE_RUBY_PLATFORM")?.text !== "true";
  const texts = ["Gemfile", "Gemfile.lock"].flatMap((name) => contextText(after.root, absolute(name, ran.cwd), world.context) ?? []);
  // Most applications have one of them; of a list that nobody can read that is taken to be so.
  return texts.length === 0 || texts.some((text) => namesGemsInC(text, takesBuilds));
}

/**
 * Their installation links manual pages from a folder of their own into /usr/share/man/man1, and fails where that is not there:
 * Debian's slim images have none (debuerreotype/debuerreotype, scripts/.slimify-excludes; Debian's bug 863199).
 */
const linking = /^(?:openjdk-\d+-|default-(?:jre|jdk)|postgresql(?:-client)?(?:-[\d.]+)?$)/;

const linksManuals = (steps: readonly Step[]): boolean =>
  [...installedIn(steps)].some((name) => linking.test(name)) &&
  !steps.some((s) => s.ran.some((r) => r.name === "mkdir" && r.args.some((a) => a.text.startsWith("/usr/share/man"))));

/** Documentation of packages that a command reads: dpkg of a slim image leaves it out (debuerreotype/debuerreotype, scripts/.slimify-excludes). */
const readsDocuments = (steps: readonly Step[]): boolean =>
  steps.some((s) => s.ran.some((r) => !/^(?:rm|find|mkdir)$/.test(r.name) && r.args.some((a) => a.text.startsWith("/usr/share/doc/"))));

/** The packages that bring these commands back; undefined where one of them needs more than that, or nobody may install. */
function broughtBy({ steps }: Stage, tools: readonly string[]): string[] | undefined {
  if (tools.length === 0) return [];
  const packages = tools.map(packageThatBrings);
  const { user = "" } = steps[0]?.after ?? {};
  if (packages.includes(undefined) || !/^(?:|root|0)$/.test(user)) return undefined;
  // Slim images have no certificates, without which nothing is fetched from https.
  const fetches = packages.some((name) => name === "curl" || name === "wget" || name === "git");
  return [...new Set([...(fetches ? ["ca-certificates"] : []), ...packages])].filter((name) => name !== undefined).sort();
}

/** A RUN behind FROM. */
function installed({ file }: Subject, { from }: Stage, packages: readonly string[]): Edit[] {
  if (packages.length === 0 || !from) return [];
  const text = `${file.newline}RUN ${installText("apt", packages, false)}`;
  return [{ start: from.end, end: from.end, text }];
}

const installedIn = (steps: readonly Step[]): ReadonlySet<string> => new Set(steps.flatMap((s) => [...packagesOf(s, steps)]));

/**
 * Debian packages that are there when the step ends: what its own first commands install serves the later ones. What the full image
 * has already is not in the tree, but the smaller one gets it where it is named.
 */
const packagesOf = (step: Step, steps: readonly Step[]): ReadonlySet<string> =>
  new Set([
    ...[...step.after.root.content].filter((e) => e.id.startsWith("deb:")).map((e) => e.id.slice("deb:".length)),
    ...steps.filter((s) => s.index <= step.index).flatMap((s) => s.ran.flatMap(installedBy)),
  ]);

function installedBy(ran: Ran): string[] {
  const call = aptCall(ran);
  return call?.verb === "install" ? call.packages.map((p) => packageName(p.text)) : [];
}

/** The names of the commands as they are written: wrappers are not in `ran`, and `bash -c` is one. */
const written = ({ script, instruction }: Step): string[] => {
  const names = script ? [...commandsIn(script.body)].map((c) => c.words[0]?.raw) : [instruction.exec?.[0]?.text];
  return names.map((name) => (name ?? "").replace(/^\/(?:usr\/)?bin\//, ""));
};

/** Commands that make users, for BusyBox's tools; undefined where one of them cannot be said so. */
function accountEdits({ file }: Subject, steps: readonly Step[]): Edit[] | undefined {
  const edits: Edit[] = [];
  for (const ran of steps.flatMap((s) => s.ran)) {
    const [first] = ran.words;
    const last = ran.words.at(-1);
    if (!makesAccount(ran.name) || !first || !last) continue;
    const text = accountOnAlpine(ran);
    const isHere =
      file.text.startsWith(first.raw, first.start) && ran.words.every((w, i) => i === 0 || w.start > (ran.words[i - 1]?.start ?? 0));
    if (text === undefined || !isHere) return undefined;
    const isAsWritten = file.text.slice(first.start, last.end) === text;
    if (!isAsWritten && !edits.some((e) => e.start === first.start)) edits.push({ start: first.start, end: last.end, text });
  }
  return edits;
}

/** bash as the shell of the stage, as the program that runs, or as the interpreter that a script of the context names. */
function runsBash({ world }: Subject, steps: readonly Step[]): boolean {
  const isBash = (text: string | undefined): boolean => /(?:^|\/)bash$/.test(text ?? "");
  if (steps.some((s) => isBash(s.after.shell[0]) || isBash(s.after.env.get("SHELL")?.text))) return true;
  const forms = steps.flatMap(({ instruction, after }) => {
    const runs = instruction.keyword === "CMD" || instruction.keyword === "ENTRYPOINT";
    return runs && isBash(instruction.exec?.[0]?.text)
      ? [{ name: "bash", after }]
      : startedIn(instruction, after).map((s) => ({ name: s.name, after }));
  });
  if (forms.some((f) => isBash(f.name))) return true;
  const scripts = [
    ...steps.flatMap((s) => s.touched.map((t) => ({ root: s.before.root, path: t.path }))),
    ...forms.map(({ name, after }) => ({ root: after.root, path: absolute(name, after.cwd) })),
  ];
  return scripts.some(
    ({ root, path }) => path.startsWith("/") && /^#!.*\bbash\b/.test(contextText(root, path, world.context)?.slice(0, 200) ?? ""),
  );
}

/** A shell script that the build or the container runs and whose text is not at hand, or a program that the Dockerfile downloads for a RUN. */
function unreadScript({ world }: Subject, steps: readonly Step[]): string | undefined {
  for (const { instruction, before, after, ran } of steps) {
    const starts = /^(?:CMD|ENTRYPOINT)$/.test(instruction.keyword);
    const words = starts
      ? (instruction.exec?.map((w) => w.text) ?? instruction.rest.text.split(/[\s"']+/))
      : ran.flatMap((r) => r.words.map((w) => w.raw));
    const script = words.find((word) => {
      if (!/^[\w./-]+\.sh$/.test(word)) return false;
      return [after, before].every(({ root, cwd }) => contextText(root, absolute(word, cwd), world.context) === undefined);
    });
    if (script !== undefined) return script;
    const fetched = ran.find((r) => isUnknown(r) && isDownloaded(before, r.words[0]?.raw ?? r.name));
    if (fetched) return fetched.name;
  }
  return undefined;
}

function isDownloaded({ root, cwd }: State, name: string): boolean {
  const paths = name.includes("/") ? [absolute(name, cwd)] : usualPath.map((folder) => join(folder, name));
  return paths.some((path) => {
    const node = find(root, path, true);
    return node?.type === "file" && node.entry.kind === "download";
  });
}

const startedIn = (instruction: Instruction, state: State): Started[] =>
  /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(instruction.keyword) ? startedBy(instruction, state) : [];

/** What the container runs: the last of each counts. A tool that is missing then is said: the image is built all the same. */
function startNotes(steps: readonly Step[], isMissing: (name: string) => boolean): string[] {
  return ["HEALTHCHECK", "ENTRYPOINT", "CMD"].flatMap((keyword) => {
    const step = steps.findLast((s) => s.instruction.keyword === keyword);
    const names = step ? startedIn(step.instruction, step.after).map((s) => s.name) : [];
    const missing = [...new Set(names.filter(isMissing))];
    return missing.length ? [`${keyword} runs ${missing.join(", ")}, which it lacks`] : [];
  });
}

/** Without a verb yarn and bundle install. */
const installsWith = (steps: readonly Step[], isTool: (name: string) => boolean): boolean =>
  steps.some((s) =>
    s.ran.some(
      ({ name, args }) =>
        isTool(name) &&
        (args.some((a) => /^(?:install|i|ci|add)$/.test(a.text)) ||
          ((name === "yarn" || isBundler(name)) && args.every((a) => a.text.startsWith("-")))),
    ),
  );
const installsNode = (name: string): boolean => /^(?:npm|yarn|pnpm)$/.test(name);
const installsGems = (name: string): boolean => name === "gem" || isBundler(name);

/** What the Dockerfile brings that may have been made for glibc. */
function bound({ image }: Subject, steps: readonly Step[]): string[] {
  const notes: string[] = [];
  if (installsWith(steps, isPip)) notes.push("pip takes musllinux wheels, or needs a compiler where there are none");
  if (installsWith(steps, installsNode)) notes.push("native Node modules are fetched or compiled for musl");
  if (installsWith(steps, installsGems)) notes.push("gems with native parts need a compiler");
  const downloads = steps.some((s) => s.changes.some((c) => c.how === "written" && c.entry.kind === "download"));
  if (downloads || steps.some((s) => s.ran.some((r) => r.name === "wget" || r.name === "curl")))
    notes.push("programs that it downloads may be built for glibc");
  const others = new Set(
    steps.flatMap((s) => (s.instruction.keyword === "COPY" ? s.touched.map((t) => t.stage).filter((at) => at !== s.stage) : [])),
  );
  const names = [...others].flatMap((at) => {
    const other = image.stages[at];
    return other && other.end.base?.os?.id !== "alpine" ? [other.name ?? String(at)] : [];
  });
  if (names.length) notes.push(`what comes from stage ${names.join(", ")} was made on glibc`);
  return notes;
}

const compilers = (steps: readonly Step[]): string[] => {
  if (installsWith(steps, isPip)) return ["pip needs a compiler for what has no wheel"];
  if (installsWith(steps, installsNode)) return ["native Node modules without a prebuilt binary need a compiler"];
  return installsWith(steps, installsGems) ? ["gems with native parts need a compiler"] : [];
};

const digestNote = (stage: Stage): string[] =>
  parseReference(stage.base)?.digest === undefined ? [] : ["the digest goes, it names the other image"];

import { rootOf, type Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { accountOnAlpine, isAccountTool } from "../commands/alpine-accounts.ts";
import { isMissingOnAlpine, isMissingOnSlim, packageThatBrings, standsOnBuildpack } from "../commands/base-tools.ts";
import { isCompiler } from "../commands/build-only.ts";
import { installText } from "../commands/installs.ts";
import { isBundler, isPython, isShell } from "../commands/kinds.ts";
import { imageNote, swapTag } from "../edits/swap-tag.ts";
import { isImage, partsOfName, type SmallerBase } from "../image/base.ts";
import { isRoot } from "../image/homes.ts";
import type { Stage, Step } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { standsOnWindows } from "../queries/windows.ts";
import { isArchived } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import type { Edit } from "../text.ts";
import { listed } from "../topics/lists.ts";
import { asksForGlibc, callsPip, unknownOfCrates } from "./asked-for.ts";
import {
  bringsBrowserLibraries,
  calledByScripts,
  hasManualFolder,
  installedIn,
  librariesLoaded,
  linksManuals,
  makefileToRun,
  missingAccountTools,
  missingTools,
  programsStarted,
  readsDocuments,
  runsBash,
  unreadScript,
} from "./base-needs.ts";
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
      const [tool] = missingTools(subject, steps, (name) => !isAccountTool(name) && isMissingOnAlpine(name, image));
      const unread = unreadScript(subject, steps);
      const browser = bringsBrowserLibraries(steps);
      if (!edits) yield refusal("alpine-base", stage, `${smaller.name} cannot be said with the variables in this line`);
      else if (tool !== undefined) yield refusal("alpine-base", stage, `a RUN needs ${tool}, which ${smaller.name} has not`);
      else if (browser) yield refusal("alpine-base", stage, "it has the libraries of a browser installed, which is made for glibc");
      else if (asksForGlibc(subject, steps)) yield refusal("alpine-base", stage, "pip installs what there is for glibc alone");
      else if (!accounts) yield refusal("alpine-base", stage, "it makes a user in a way that BusyBox's adduser has no word for");
      else if (unread !== undefined)
        yield refusal("alpine-base", stage, `it runs ${unread}, and whether that needs bash or tools of Debian's nobody knows here`);
      else if (runsBash(subject, steps)) yield refusal("alpine-base", stage, `it runs bash, which ${smaller.name} has not`);
      else {
        const notes = [
          ...digestNote(stage),
          ...imageNote(subject, stage),
          ...bound(subject, steps),
          ...librariesLoaded(subject, steps),
          ...startNotes(subject, steps, (name) => isMissingOnAlpine(name, image)),
        ];
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
      const isMissing: typeof isMissingOnSlim = (name, there) => !(isRust(stage.base) && ofGcc.has(name)) && isMissingOnSlim(name, there);
      const tools = isSystem ? [] : [...missingTools(subject, steps, isMissing), ...missingAccountTools(subject, steps)];
      const there = installedIn(steps);
      // Of what scripts call not all is called: what is more than a small tool is nothing to go without for it.
      if (!isSystem)
        tools.push(...calledByScripts(subject, steps).filter((n) => isMissing(n, there) && packageThatBrings(n) !== undefined));
      const isLeft = isArchived(subject.world.bases?.find(smaller.name).os);
      const brought = isLeft && tools.length > 0 ? undefined : broughtBy(stage, tools);
      const lacks =
        linksManuals(steps) && !hasManualFolder(subject.world.bases?.find(smaller.name))
          ? "what it installs links manual pages into /usr/share/man/man1, which"
          : readsDocuments(steps)
            ? "it takes files from /usr/share/doc, which"
            : bringsBrowserLibraries(steps)
              ? "it has the libraries of a browser installed, some of which"
              : undefined;
      if (!edits || !brought || lacks !== undefined) {
        const why =
          lacks !== undefined && edits
            ? `${lacks} ${smaller.name} has not`
            : edits
              ? `a RUN needs ${tools.find((name) => packageThatBrings(name) === undefined) ?? tools[0]}, which ${smaller.name} has not${isLeft ? ", and its packages are on archive.debian.org alone" : ""}`
              : `${smaller.name} cannot be said with the variables in this line`;
        yield refusal("slim-base", stage, why);
        continue;
      }
      const all = new Set([...there, ...brought]);
      const goes = withoutThese(isFull ? (isRust(stage.base) ? ofFullRust : ofFull) : isSystem ? ofSystem : ofOthers, all);
      const notes = [
        ...digestNote(stage),
        ...imageNote(subject, stage),
        ...(isFull ? [...compilers(subject, steps, isRust(stage.base), all), ...librariesLoaded(subject, steps)] : []),
        ...startNotes(subject, steps, (name) => !isSystem && isMissing(name, all)),
      ];
      const named = brought.length > 0 ? `, ${listed(brought)} installed by name` : "";
      const title = `Swap to ${smaller.name}${named}${notes.length ? ` (check first: ${notes.join("; ")})` : ""}: ${goes}`;
      yield offer("slim-base", title, stage, [...edits, ...installed(subject, stage, brought)]);
    }
  },
};

/** What goes with a smaller base, and what is to be said of it. */
const ofFull = { words: ["compilers", "headers", "curl", "wget", "git"], more: "" };
const ofFullRust = { words: ["g++", "make", "git", "curl", "wget", "the headers of libraries"], more: " (gcc stays)" };
const ofSystem = { words: ["manual pages", "documentation", "translations"], more: ", also of what is installed later" };
const ofOthers = { ...ofSystem, words: ["curl", "wget", "git", ...ofSystem.words] };

/** All of it but for what is installed by name. */
function withoutThese({ words, more }: typeof ofFull, there: ReadonlySet<string>): string {
  const left = words.filter((word) => !there.has(word) && !(word === "compilers" && [...there].some(isCompiler)));
  return `without ${[left.slice(0, -1).join(", "), ...left.slice(-1)].filter((text) => text !== "").join(" and ")}${more}`;
}

/** docker-library/rust, Dockerfile-slim.template: gcc and libc6-dev are installed there, too. */
const ofGcc: ReadonlySet<string> = new Set(["gcc", "cc", "cpp"]);
const isRust = (base: string): boolean => partsOfName(base).image === "rust";

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

function* swaps(subject: Subject, variant: SmallerBase["variant"]): Iterable<Swap> {
  const { image, world } = subject;
  for (const stage of image.stages) {
    const found = image.ships.has(stage.index) ? world.bases?.smaller(stage.base).find((s) => s.variant === variant) : undefined;
    if (!found || stage.baseStage !== undefined || !isOfRelease(stage.base, found.name) || standsOnWindows(subject, stage)) continue;
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

/** The packages that bring these commands back; undefined where one of them needs more than that, or nobody may install. */
function broughtBy({ steps }: Stage, tools: readonly string[]): string[] | undefined {
  if (tools.length === 0) return [];
  const packages = tools.map(packageThatBrings);
  const [from] = steps;
  if (packages.includes(undefined) || (from && !isRoot(from.after.user))) return undefined;
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

/** Commands that make users, for BusyBox's tools; undefined where one of them cannot be said so. */
function accountEdits({ file }: Subject, steps: readonly Step[]): Edit[] | undefined {
  const edits: Edit[] = [];
  for (const ran of steps.flatMap((s) => s.ran)) {
    const [first] = ran.words;
    const last = ran.words.at(-1);
    if (!isAccountTool(ran.name) || !first || !last) continue;
    const text = accountOnAlpine(ran);
    const isHere =
      file.text.startsWith(first.raw, first.start) && ran.words.every((w, i) => i === 0 || w.start > (ran.words[i - 1]?.start ?? 0));
    if (text === undefined || !isHere) return undefined;
    const isAsWritten = file.text.slice(first.start, last.end) === text;
    if (!isAsWritten && !edits.some((e) => e.start === first.start)) edits.push({ start: first.start, end: last.end, text });
  }
  return edits;
}

/** What the container runs: the last of each counts. A tool that is missing then is said: the image is built all the same. */
function startNotes(subject: Subject, steps: readonly Step[], isMissing: (name: string) => boolean): string[] {
  const makefile = isMissing("make") ? makefileToRun(subject) : undefined;
  const told = makefile === undefined ? [] : [`whoever runs its ${makefile} needs make, which it lacks`];
  const started = ["HEALTHCHECK", "ENTRYPOINT", "CMD"].flatMap((keyword) => {
    const step = steps.findLast((s) => s.instruction.keyword === keyword);
    const names = step ? programsStarted(step.instruction, step.after).map((s) => s.name) : [];
    const missing = [...new Set(names.filter(isMissing))];
    return missing.length ? [`${keyword} runs ${missing.join(", ")}, which it lacks`] : [];
  });
  return [...told, ...started];
}

/** Beside pip a project's own setup.py. */
const installsPython = (steps: readonly Step[]): boolean =>
  steps.some((s) =>
    s.ran.some(
      (r) =>
        (callsPip(r) && r.args.some((a) => a.text === "install")) ||
        (isPython(r.name) && r.args[0]?.text === "setup.py" && /^(?:install|develop|build)/.test(r.args[1]?.text ?? "")),
    ),
  );

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
function bound(subject: Subject, steps: readonly Step[]): string[] {
  const notes: string[] = [];
  if (installsPython(steps)) notes.push("pip takes musllinux wheels, or needs a compiler where there are none");
  if (installsWith(steps, installsNode)) notes.push("native Node modules are fetched or compiled for musl");
  if (installsWith(steps, installsGems)) notes.push("gems with native parts need a compiler and headers");
  if (steps.some((s) => isImage(s.after.base, "rust")) && unknownOfCrates(subject, steps) === "all")
    notes.push("crates that link to C libraries need headers such as openssl-dev");
  const downloads = steps.some((s) => s.changes.some((c) => c.how === "written" && c.entry.kind === "download"));
  if (downloads || steps.some((s) => s.ran.some((r) => r.name === "wget" || r.name === "curl")))
    notes.push("programs that it downloads may be built for glibc");
  const others = new Set(
    steps.flatMap((s) => (s.instruction.keyword === "COPY" ? s.touched.map((t) => t.stage).filter((at) => at !== s.stage) : [])),
  );
  const names = [...others].flatMap((at) => {
    const other = subject.image.stages[at];
    return other && other.end.base?.os?.id !== "alpine" ? [other.name ?? String(at)] : [];
  });
  if (names.length) notes.push(`what comes from stage ${names.join(", ")} was made on glibc`);
  return notes;
}

/** The files that pip is told to read, by name. */
const pipsLists = (steps: readonly Step[]): string[] =>
  steps.flatMap((s) =>
    s.ran.flatMap((r) =>
      callsPip(r) ? r.args.flatMap((a, i) => (/^(?:-r|--requirement)$/.test(r.args[i - 1]?.text ?? "") ? [basename(a.text)] : [])) : [],
    ),
  );

/** The names of files that are copied, where they are such. */
const brings = (steps: readonly Step[], what: RegExp): string[] =>
  steps.flatMap(({ instruction, changes }) =>
    instruction.keyword === "COPY" ? changes.flatMap((c) => (what.test(c.path) ? [basename(c.path)] : [])) : [],
  );

const inFile = (names: readonly string[]): string => (names.length > 0 ? ` in ${listed([...new Set(names)])}` : "");

/** What is compiled needs headers as well: nobody knows which, where the lists of packages do not tell. */
function compilers(subject: Subject, steps: readonly Step[], isRust: boolean, there: ReadonlySet<string>): string[] {
  const isThere = [...there].some(isCompiler);
  const tools = isThere ? "headers" : "a compiler and headers";
  const notes = [
    ...(installsPython(steps) ? [`pip needs ${tools} for what${inFile(pipsLists(steps))} has no wheel`] : []),
    ...(installsWith(steps, installsNode)
      ? [
          `native Node modules${inFile(brings(steps, /(?:^|\/)package\.json$/))} without a prebuilt binary need Python${isThere ? "" : ", a compiler"} and headers`,
        ]
      : []),
    ...(installsWith(steps, installsGems) ? [`gems${inFile(brings(steps, /(?:^|\/)Gemfile$/))} with native parts need ${tools}`] : []),
  ];
  // What of a library is optional `configure` leaves out without a word where its headers are missing.
  const unread = isThere ? namesOfUnread(steps) : [];
  if (unread.length > 0) notes.push(`what ${listed(unread)} ${unread.length > 1 ? "compile" : "compiles"} may need headers`);
  const unknown = isRust ? unknownOfCrates(subject, steps) : undefined;
  const need = [
    ...(isMissingOnSlim("pkg-config", there) ? ["pkg-config"] : []),
    isMissingOnSlim("libssl-dev", there) ? "headers such as libssl-dev" : "their headers",
  ];
  if (unknown === "all") notes.push(`crates that link to C libraries need ${listed(need)}`);
  if (unknown === "SQLite" && isMissingOnSlim("libsqlite3-dev", there))
    notes.push("libsqlite3-sys needs libsqlite3-dev where it does not bring SQLite");
  return notes;
}

/** Scripts that nobody can read, and what finds out by itself which libraries are there. */
const namesOfUnread = (steps: readonly Step[]): string[] => {
  const names = steps.flatMap((s) =>
    s.ran.flatMap((r) => {
      const [script] = isShell(r.name) ? r.args.filter((a) => !a.text.startsWith("-")) : [];
      const name = basename(script?.text ?? r.name);
      return /^(?:configure|cmake|meson)$/.test(name) || (isUnread(r) && name.endsWith(".sh")) ? [name] : [];
    }),
  );
  return [...new Set(names)];
};

const digestNote = (stage: Stage): string[] =>
  parseReference(stage.base)?.digest === undefined ? [] : ["the digest goes, it names the other image"];

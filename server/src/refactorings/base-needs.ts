import type { Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { interpreterOf, isShellScript } from "../build/wrappers.ts";
import { isInBusyBoxWords } from "../commands/alpine-accounts.ts";
import { isMissingElsewhere, loadedBy } from "../commands/base-tools.ts";
import { namedPackages } from "../commands/installs.ts";
import { type Instruction, joinedFrom } from "../dockerfile/instruction.ts";
import type { BaseImage } from "../image/base.ts";
import { contextText, find } from "../image/files.ts";
import type { Ran, State, Step } from "../image/model.ts";
import { absolute, join, usualPath } from "../image/paths.ts";
import { lineOfRan } from "../queries/places.ts";
import { type Started, startedBy, startedByImage, startedIn as startedInScript, startsProgram } from "../queries/started.ts";
import { startedThrough } from "../queries/started-through.ts";
import { parseShell } from "../shell/parse.ts";
import { commandsIn } from "../shell/syntax.ts";
import { callsPip, neededByLists, pipIsAsked } from "./asked-for.ts";

// What a build and its container need of the base image that a smaller one may lack.

type IsMissing = (name: string, installed: ReadonlySet<string>) => boolean;

/** Commands that run, and that the smaller image has not and the Dockerfile does not bring: the build would fail. */
export function missingTools(subject: Subject, steps: readonly Step[], isMissing: IsMissing): string[] {
  const missing = steps.flatMap((step) => {
    const names = step.ran.map((r) => r.name);
    names.push(...neededByLists(subject, step));
    // tar calls the program that unpacks.
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
    const suspects = names.filter((name) => isMissing(name, nothing));
    if (suspects.length === 0) return [];
    const there = packagesOf(step, steps);
    return suspects.filter((name) => isMissing(name, there));
  });
  return [...new Set(missing)];
}

/** Debian's own tools for accounts, where the base of the release beneath has them no longer; a full image got them with its other packages. */
export function missingAccountTools({ world }: Subject, steps: readonly Step[], base = steps[0]?.after.base): string[] {
  const isThere = world.packages?.release(base?.os?.id ?? "", base?.os?.release)?.base.has("adduser") ?? true;
  const called = steps.flatMap((s) => s.ran).find((r) => r.name === "adduser" || r.name === "addgroup");
  return isThere || !called || installedIn(steps).has("adduser") ? [] : [called.name];
}

/**
 * What a RUN calls and an image of another distribution has not: `line 2 needs microdnf, which … has not`. Undefined on the same one with the
 * same package manager: what its releases differ by is asked elsewhere (queries/moved.ts).
 */
export function lackedBy(subject: Subject, steps: readonly Step[], image: string): string | undefined {
  const from = steps[0]?.after.base;
  const to = subject.world.bases?.find(image);
  if (!to || (from?.os?.id === to.os?.id && from?.packageManager === to.packageManager)) return undefined;
  const calls = steps.flatMap((step) => step.ran.map((ran) => ({ step, ran })));
  const [tool] = [
    ...missingTools(subject, steps, (name, there) => isMissingElsewhere(name, to, there)),
    ...missingAccountTools(subject, steps, to),
  ];
  const call = calls.find(({ ran }) => (tool === undefined ? to.packageManager === "apt" && isInBusyBoxWords(ran) : ran.name === tool));
  if (tool === undefined && !call) return undefined;
  const at = call ? `line ${lineOfRan(subject.file, call.ran, call.step)}` : "a RUN";
  return `${at} needs ${tool ?? `BusyBox's ${call?.ran.name}`}, which ${to.name} has not`;
}

/** Commands of scripts that are copied by name, or that the container starts. */
export function calledByScripts(subject: Subject, steps: readonly Step[]): string[] {
  const { world } = subject;
  const copied = steps.flatMap(({ instruction, changes, after }) =>
    /^(?:COPY|ADD)$/.test(instruction.keyword) ? changes.flatMap((c) => (c.how === "written" ? [{ path: c.path, after }] : [])) : [],
  );
  const names = copied.flatMap(({ path, after }) => {
    const text = contextText(after.root, path, world.context);
    if (text === undefined || !isShellScript(text) || (interpreterOf(text) === undefined && !path.endsWith(".sh"))) return [];
    return startedInScript(parseShell(joinedFrom(text)), after, after.cwd, (name) => after.env.get(name));
  });
  // What the container starts by itself is told by the instruction that does it.
  const direct = startedByImage(subject).map((s) => s.name);
  const through = startedThrough(subject).filter((s) => !direct.includes(s.name));
  return [...new Set([...names, ...through].map((s) => s.name))];
}

/** The libraries that a browser needs are installed by its own installer: how much that is nobody knows. */
export const bringsBrowserLibraries = (steps: readonly Step[]): boolean =>
  steps.some((s) => s.ran.some((r) => r.args.some((a) => /^(?:install-deps|--with-deps|--install-deps)$/.test(a.text))));

/** Libraries that what pip installs loads, and that are not installed by name: a smaller image may not have them. */
export function librariesLoaded(subject: Subject, steps: readonly Step[]): string[] {
  const there = steps.flatMap((s) => s.ran.flatMap(installedBy));
  const asked = steps.flatMap((step) => step.ran.flatMap((r) => (callsPip(r) ? pipIsAsked(subject, step, r) : [])));
  const found = asked.flatMap(loadedBy).filter(([, library]) => !there.some((name) => name.startsWith(library)));
  return [...new Set(found.map(([name, library]) => `${name} loads ${library}, which it lacks`))];
}

/** Their installation links manual pages from a folder of their own into /usr/share/man/man1, and fails where that is not there (Debian's bug 863199). */
const linking =
  /^(?:openjdk-\d+-|default-(?:jre|jdk)|zulu-?\d|temurin-\d|adoptopenjdk-\d|bellsoft-java|java-\d.*-corretto|oracle-java|postgresql(?:-client)?(?:-[\d.]+)?$)/;

/**
 * Debian's slim images have that folder since August 2021 (debuerreotype/debuerreotype#116): those whose tag names buster or a later
 * release are built anew since then. What stands on buster and does not say so moved to bullseye in that very month.
 */
export const hasManualFolder = (base: BaseImage | undefined): boolean =>
  base !== undefined &&
  (/[:-](?:buster|bullseye|bookworm|trixie)/.test(base.name) || !/^(?:jessie|stretch|buster)$/.test(base.os?.release ?? "buster"));

export const linksManuals = (steps: readonly Step[]): boolean =>
  [...installedIn(steps)].some((name) => linking.test(name)) &&
  !steps.some((s) => s.ran.some((r) => r.name === "mkdir" && r.args.some((a) => a.text.startsWith("/usr/share/man"))));

/** Documentation of packages that a command reads: dpkg of a slim image leaves it out (debuerreotype/debuerreotype, scripts/.slimify-excludes). */
export const readsDocuments = (steps: readonly Step[]): boolean =>
  steps.some((s) => s.ran.some((r) => !/^(?:rm|find|mkdir)$/.test(r.name) && r.args.some((a) => a.text.startsWith("/usr/share/doc/"))));

/** Packages that any of the steps installs. */
export const installedIn = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set(
    steps.flatMap((s) => [
      ...s.changes.flatMap(({ how, entry: { id } }) => (how === "written" && id.startsWith("deb:") ? [id.slice("deb:".length)] : [])),
      ...s.ran.flatMap(installedBy),
    ]),
  );

const nothing: ReadonlySet<string> = new Set();

/**
 * Packages that are there when the step ends: what its own first commands install serves the later ones. What the full image
 * has already is not in the tree, but the smaller one gets it where it is named.
 */
const packagesOf = (step: Step, steps: readonly Step[]): ReadonlySet<string> =>
  new Set([
    ...[...step.after.root.content].filter((e) => e.id.startsWith("deb:")).map((e) => e.id.slice("deb:".length)),
    ...steps.filter((s) => s.index <= step.index).flatMap((s) => s.ran.flatMap(installedBy)),
  ]);

const installedBy = (ran: Ran): string[] => namedPackages([ran]).all.map((p) => p.name);

/** The names of the commands as they are written: wrappers are not in `ran`, and `bash -c` is one. */
const written = ({ script, instruction }: Step): string[] => {
  const names = script ? [...commandsIn(script.body)].map((c) => c.words[0]?.raw) : [instruction.exec?.[0]?.text];
  return names.map((name) => (name ?? "").replace(/^\/(?:usr\/)?bin\//, ""));
};

/** bash as the shell of the stage, as the program that runs, or as the interpreter that a script of the context names. */
export function runsBash({ world }: Subject, steps: readonly Step[]): boolean {
  const isBash = (text: string | undefined): boolean => /(?:^|\/)bash$/.test(text ?? "");
  if (steps.some((s) => isBash(s.after.shell[0]) || isBash(s.after.env.get("SHELL")?.text))) return true;
  const forms = steps.flatMap(({ instruction, after }) => {
    const runs = instruction.keyword === "CMD" || instruction.keyword === "ENTRYPOINT";
    return runs && isBash(instruction.exec?.[0]?.text)
      ? [{ name: "bash", after }]
      : programsStarted(instruction, after).map((s) => ({ name: s.name, after }));
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

/** An image without a program of its own starts what it is told: where a makefile lies where that is done, make. */
export function makefileToRun(subject: Subject): string | undefined {
  const end = subject.image.stages[subject.image.target]?.end;
  if (!end || startsProgram(subject)) return undefined;
  return ["GNUmakefile", "makefile", "Makefile"].find((name) => find(end.root, join(end.cwd, name), true)?.type === "file");
}

/** A shell script that the build or the container runs and whose text is not at hand, or a program that the Dockerfile downloads for a RUN. */
export function unreadScript({ world }: Subject, steps: readonly Step[]): string | undefined {
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
    const fetched = ran.find((r) => isUnread(r) && isDownloaded(before, r.words[0]?.raw ?? r.name));
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

export const programsStarted = (instruction: Instruction, state: State): Started[] =>
  /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(instruction.keyword) ? startedBy(instruction, state) : [];

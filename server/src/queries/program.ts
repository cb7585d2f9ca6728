import { implicitSource } from "../commands/compilers.ts";
import { carries } from "../commands/kinds.ts";
import { compilesWithCargo, makesPackage } from "../commands/outputs.ts";
import { find, realPath } from "../image/files.ts";
import type { Ran, Stage, State, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin, join, usualPath } from "../image/paths.ts";
import type { Started } from "./started.ts";

/** A program that a RUN of the stage compiled, traced back from the command that starts it. */
export interface Program {
  /** Where it is started: a link may lead from here to where it was written. */
  readonly path: string;
  /** Started by its bare name, found in PATH. */
  readonly bare: boolean;
  readonly language: Language;
  /** The RUN that wrote it, and its command. */
  readonly step: Step;
  readonly ran: Ran;
}

type Language = "go" | "c" | "c++" | "java" | "rust";

/** The folders in which a bare name is looked for: PATH as far as it is known, then the usual ones. */
export const searchPath = (state: State): string[] => [
  ...(state.env
    .get("PATH")
    ?.text.split(":")
    .filter((folder) => folder.startsWith("/")) ?? []),
  ...usualPath,
];

/** The file of the tree that a command starts. */
export function fileOf(state: State, { name, cwd }: Started): { path: string; bare: boolean } | undefined {
  const bare = !name.includes("/");
  const candidates = bare ? searchPath(state).map((folder) => join(folder, name)) : [absolute(name, cwd)];
  const path = candidates.find((candidate) => find(state.root, candidate, true)?.type === "file");
  return path === undefined ? undefined : { path, bare };
}

/** Undefined where the file is not in the tree, was not compiled in this stage, or only perhaps. */
export function programOf(stage: Stage, started: Started): Program | undefined {
  const { end } = stage;
  if (started.name === "java") return jarOf(stage, started);
  const cargo = cargoBuilt(stage, started);
  if (cargo) return cargo;
  const found = fileOf(end, started);
  const node = found && find(end.root, found.path, true);
  if (!found || node?.type !== "file") return undefined;
  const { id } = node.entry;
  const real = realPath(end.root, found.path, true);
  for (const step of [...stage.steps].reverse()) {
    if (step.ran.length === 0 && step.changes.some((c) => c.how === "written" && c.path === real)) return undefined;
    for (const ran of [...step.ran].reverse()) {
      if (!ran.changes.some((c) => c.how === "written" && c.entry.id === id)) continue;
      // What is moved or copied is the same file: who wrote it stands further up.
      if (moves(ran.name)) continue;
      const language = languageOf(step, ran);
      return language && !ran.maybe ? { ...found, language, step, ran } : undefined;
    }
  }
  return undefined;
}

const moves = (name: string): boolean => carries(name) || name === "ln";

const languages: Readonly<Record<string, Language>> = { cc: "c", gcc: "c", clang: "c", "c++": "c++", "g++": "c++", "clang++": "c++" };

function languageOf(step: Step, ran: Ran): Language | undefined {
  if (ran.name === "go") return "go";
  if (ran.name === "make") {
    const sources = ran.changes.map(({ path }) => sourceOf(step.before, path) ?? sourceOf(step.after, path));
    if (sources.length === 0 || sources.includes(undefined)) return undefined;
    return sources.every((source) => source?.endsWith(".c")) ? "c" : "c++";
  }
  return Object.hasOwn(languages, ran.name) ? languages[ran.name] : undefined;
}

const sourceOf = (state: State, path: string): string | undefined => implicitSource({ state }, dirname(path), basename(path));

/** The word behind `java -jar`. */
export const jarNamed = ({ name, args }: Started): Started["args"][number] | undefined =>
  name === "java" ? args[args.findIndex((a) => a.text === "-jar") + 1 || args.length] : undefined;

/**
 * The jar that `java -jar` starts: where Maven or Gradle put it, or where a later command put it from there. Its name is known to be
 * written by the build where one on this machine has left it.
 */
function jarOf(stage: Stage, started: Started): Program | undefined {
  const jar = jarNamed(started);
  if (!jar?.known || jar.glob || !jar.text.endsWith(".jar")) return undefined;
  const path = absolute(jar.text, started.cwd);
  const builds = stage.steps.flatMap((step) => step.ran.filter((r) => makesPackage(r) && !r.maybe).map((ran) => ({ step, ran })));
  const found = builds.at(-1);
  const isOutput = (text: string, cwd: string): boolean =>
    found !== undefined && isWithin(absolute(text, cwd), found.ran.cwd) && /(?:^|\/)(?:target|build\/libs)\/[^/]+$/.test(text);
  const mover = stage.steps.flatMap((s) => s.ran).findLast((r) => r.changes.some((c) => c.how === "written" && c.path === path));
  const isMoved = mover && moves(mover.name) && !mover.maybe && mover.args.some((a) => isOutput(a.text, mover.cwd));
  if (!found || !(isMoved || ((!mover || makesPackage(mover)) && isOutput(path, "/")))) return undefined;
  return { path, bare: false, language: "java", ...found };
}

/** A program that `cargo build` left below target/, or that a later command put elsewhere from there. */
function cargoBuilt(stage: Stage, { name, cwd }: Started): Program | undefined {
  const found = stage.steps
    .flatMap((step) => step.ran.filter((r) => compilesWithCargo(r) && !r.maybe).map((ran) => ({ step, ran })))
    .at(-1);
  if (!found) return undefined;
  const isOutput = (text: string, from: string): boolean =>
    isWithin(absolute(text, from), found.ran.cwd) && /(?:^|\/)target\/(?:[\w-]+\/)?(?:release|debug)\/[\w-]+$/.test(text);
  const bare = !name.includes("/");
  const candidates = bare ? searchPath(stage.end).map((folder) => join(folder, name)) : [absolute(name, cwd)];
  const rans = stage.steps.flatMap((s) => s.ran);
  for (const path of candidates) {
    const mover = rans.findLast((r) => r.changes.some((c) => c.how === "written" && c.path === path));
    const isMoved = mover && moves(mover.name) && !mover.maybe && mover.args.some((a) => isOutput(a.text, mover.cwd));
    if (isMoved || ((!mover || compilesWithCargo(mover)) && isOutput(path, "/"))) return { path, bare, language: "rust", ...found };
  }
  return undefined;
}

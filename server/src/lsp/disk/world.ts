import { dirname, join, relative, resolve } from "node:path";
import type { AnalysisWorld } from "../../analysis.ts";
import type { Dockerfile } from "../../dockerfile/instruction.ts";
import type { BuildContext, Guess } from "../../image/context.ts";
import { builtin, today } from "../../sizes/builtin.ts";
import { builtHere, floatingBases } from "./built.ts";
import type { Wishes } from "./config.ts";
import type { Measurer } from "./measure.ts";
import { namedFiles, textsOf } from "./named.ts";
import { textIfThere, Unreadable } from "./read.ts";
import { contextFolder, isFolder, topOf } from "./root.ts";
import { type Sources, sourcesOf } from "./sources.ts";

/** A build context on disk. */
export interface DiskContext {
  readonly folder: string;
  readonly context: BuildContext;
  /** The scripts that the Dockerfile runs, and the lock files of what it installs, by their paths in the context. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Where {
  /** The folder that the user names (`--context`, a setting). */
  readonly context?: string;
  /** The folder the user works in: a Dockerfile's context is not looked for above it, unless the repository begins there. */
  readonly workspace?: string;
  readonly measurer: Measurer;
  readonly signal?: AbortSignal;
}

/**
 * The build context of a Dockerfile as it lies on disk; undefined where nobody can say which folder it is, or nothing of it is
 * used. Throws `Unreadable` for a folder that the user names and that is none.
 */
export async function diskContext(dockerfile: string | undefined, file: Dockerfile, where: Where): Promise<DiskContext | undefined> {
  const sources = sourcesOf(file);
  if (where.context !== undefined && !(await isFolder(where.context)))
    throw new Unreadable(`the build context ${where.context} is not a folder`);
  if (!sources.any) return undefined;
  const found =
    where.context !== undefined
      ? { folder: resolve(where.context) }
      : dockerfile && (await findContext(dockerfile, sources, where.workspace));
  if (!found) return undefined;
  const { folder } = found;
  const options = where.signal ? { signal: where.signal } : {};
  const ignore = await ignoreFile(dockerfile, folder);
  const first = await where.measurer.measure(folder, options);
  const names = namedFiles(first, file, sources);
  // What ADD, or a tar in RUN, may unpack is among them.
  const root = await where.measurer.measure(folder, { ...options, archives: names.map((name) => join(folder, name)) });
  const texts = await textsOf(folder, root, file, names);
  return {
    folder,
    texts,
    context: { root, ...(ignore && { ignore }), ...("guess" in found && { guess: found.guess }), readText: (path) => texts.get(path) },
  };
}

/** What lies on disk around a Dockerfile. */
export interface Surroundings {
  readonly disk: DiskContext | undefined;
  /** Base images without a tag of its own. */
  readonly floating: ReadonlySet<string>;
  /** Those of them that the repository builds itself. */
  readonly built: ReadonlySet<string>;
}

/** Throws as `diskContext` does. For the same base images as before the repository is not looked through again. */
export async function surroundingsOf(
  dockerfile: string | undefined,
  file: Dockerfile,
  where: Where,
  before?: Surroundings,
): Promise<Surroundings> {
  const floating = dockerfile === undefined ? new Set<string>() : floatingBases(file);
  const isSame = [...(before?.floating ?? [])].join() === [...floating].join();
  const built = before && isSame ? before.built : builtHere(dockerfile ?? "", floating, where.workspace);
  return { disk: await diskContext(dockerfile, file, where), floating, built: await built };
}

/** The World of a Dockerfile: what Ballast knows by itself, what lies on disk, what is wished for. */
export function worldOn(name: string | undefined, { disk, built }: Surroundings, { context: _, ...wishes }: Wishes): AnalysisWorld {
  return { ...builtin, today: today(), built, ...(name !== undefined && { name }), ...(disk && { context: disk.context }), ...wishes };
}

async function findContext(
  dockerfile: string,
  sources: Sources,
  workspace: string | undefined,
): Promise<{ folder: string; guess?: Guess } | undefined> {
  const path = resolve(dockerfile);
  const top = await topOf(dirname(path), workspace);
  const found = await contextFolder(path, sources, top);
  if (found?.doubt === undefined) return found;
  return { folder: found.folder, guess: { folder: relative(top, found.folder), because: found.doubt } };
}

/** Docker's own order: `<Dockerfile>.dockerignore` beside the Dockerfile, then `.dockerignore` in the context. */
async function ignoreFile(dockerfile: string | undefined, folder: string): Promise<{ file: string; text: string } | undefined> {
  for (const file of [...(dockerfile !== undefined ? [`${resolve(dockerfile)}.dockerignore`] : []), join(folder, ".dockerignore")]) {
    const text = await textIfThere(file);
    if (text !== undefined) return { file: relative(folder, file), text };
  }
  return undefined;
}

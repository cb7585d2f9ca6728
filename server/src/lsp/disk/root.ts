import { access, readdir, stat } from "node:fs/promises";
import { dirname, join, posix, relative, resolve } from "node:path";
import { components, hasGlob, matches } from "../../image/paths.ts";
import type { Sources } from "./sources.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/** The folder of the repository that a folder lies in; else the workspace it lies in; else itself. */
export async function topOf(folder: string, workspace: string | undefined): Promise<string> {
  for (const at of upward(folder)) if (await exists(join(at, ".git"))) return at;
  return workspace !== undefined && isWithin(folder, workspace) ? resolve(workspace) : folder;
}

/**
 * The build context of a Dockerfile: its own folder, or the nearest one above, up to `top`, that has all its sources. `COPY package*.json`
 * fails nowhere, and says where the package.json is: what matches such patterns goes before what is nearer. Where none has all, since one
 * is yet to be built or downloaded: the one that has more than any other, and half of them at least.
 */
export async function contextFolder(dockerfile: string, { required, patterns }: Where, top: string): Promise<Found | undefined> {
  const nearest: string[] = [];
  const matching: string[] = [];
  const partly: { folder: string; count: number; lacks: string }[] = [];
  for (const at of upward(dirname(dockerfile), top)) {
    const there = await Promise.all(required.map((source) => exists(join(at, posix.join("/", source)))));
    const lacks = required[there.indexOf(false)];
    if (lacks !== undefined) {
      partly.push({ folder: at, count: there.filter(Boolean).length, lacks });
      continue;
    }
    const matched = await Promise.all(patterns.map((sources) => hasOneOf(at, sources)));
    (matched.every(Boolean) ? matching : nearest).push(at);
    if (matching.length > 1) break;
  }
  const [folder, another] = matching.length > 0 ? matching : nearest;
  if (folder === undefined) {
    const [most, second] = partly.sort((a, b) => b.count - a.count);
    if (!most || most.count * 2 < required.length || most.count === second?.count) return undefined;
    return { folder: most.folder, doubt: `it has no ${most.lacks}` };
  }
  if (another === undefined || (folder === resolve(dirname(dockerfile)) && (await isProject(folder)))) return { folder };
  return { folder, doubt: "a folder above it has all that COPY names, too" };
}

/** What the folder of a project holds: a Dockerfile beside it is the project's, and so is the build context. */
const ofProject =
  /^(?:package\.json|go\.mod|Cargo\.toml|pyproject\.toml|setup\.py|requirements[\w.-]*\.txt|pom\.xml|build\.gradle(?:\.kts)?|build\.sbt|composer\.json|Gemfile|mix\.exs|[^/]+\.(?:cs|fs|vb)proj|[^/]+\.slnx?)$/;
const isProject = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => [])).some((name) => ofProject.test(name));

interface Found {
  readonly folder: string;
  /** Why another one may be meant, in words. */
  readonly doubt?: string;
}

type Where = Pick<Sources, "required" | "patterns">;

async function hasOneOf(folder: string, patterns: readonly string[]): Promise<boolean> {
  const there = await Promise.all(patterns.map((pattern) => hasMatch(folder, components(posix.join("/", pattern)))));
  return there.includes(true);
}

async function hasMatch(folder: string, [part, ...below]: readonly string[]): Promise<boolean> {
  if (part === undefined) return exists(folder);
  if (!hasGlob(part)) return hasMatch(join(folder, part), below);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (matches(part, name) && (await hasMatch(join(folder, name), below))) return true;
  return false;
}

/** A folder and those above it, up to and with `top`. */
export function* upward(folder: string, top?: string): Generator<string> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    yield at;
    if (at === top || dirname(at) === at) return;
  }
}

export const isWithin = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && resolve(folder, way) === resolve(path));
};

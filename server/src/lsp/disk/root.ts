import { access } from "node:fs/promises";
import { dirname, join, posix, relative, resolve } from "node:path";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The folder of the repository that a folder lies in; else the workspace it lies in; else itself. */
export async function topOf(folder: string, workspace: string | undefined): Promise<string> {
  for (const at of upward(folder)) if (await exists(join(at, ".git"))) return at;
  return workspace !== undefined && isWithin(folder, workspace) ? resolve(workspace) : folder;
}

/** The build context of a Dockerfile: its own folder, or the nearest one above, up to `top`, that has all its sources. */
export async function contextFolder(dockerfile: string, sources: readonly string[], top: string): Promise<string | undefined> {
  for (const at of upward(dirname(dockerfile), top)) {
    const there = await Promise.all(sources.map((source) => exists(join(at, posix.join("/", source)))));
    if (there.every(Boolean)) return at;
  }
  return undefined;
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

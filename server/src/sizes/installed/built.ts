import { type ContextNode, findInContext } from "../../image/context.ts";
import type { Project } from "./project.ts";

/** A file or folder that a build on this machine has made: the build in the image makes one like it, for another platform. */
export interface Built {
  /** From the project's folder. */
  readonly path: string;
  readonly node: ContextNode;
}

/** The file at a path. */
export function builtAt({ folder }: Project, path: string): Built[] {
  const node = findInContext(folder, path);
  return node?.kind === "file" ? [{ path, node }] : [];
}

/** What lies in a folder of the project, as far as it is chosen. */
export function builtIn({ folder }: Project, path: string, isChosen: (name: string, node: ContextNode) => boolean): Built[] {
  const found = findInContext(folder, path);
  if (found?.kind !== "folder") return [];
  return [...found.children].flatMap(([name, node]) => (isChosen(name, node) ? [{ path: `${path}/${name}`, node }] : []));
}

/** The same in the modules of a project, each a folder with such a manifest. */
export function builtInModules(
  project: Project,
  isManifest: (name: string) => boolean,
  path: string,
  isChosen: (name: string, node: ContextNode) => boolean,
): Built[] {
  const modules = [...project.folder.children].flatMap(([name, node]) =>
    node.kind === "folder" && [...node.children.keys()].some(isManifest) ? [`${name}/${path}`] : [],
  );
  return [path, ...modules].flatMap((at) => builtIn(project, at, isChosen));
}

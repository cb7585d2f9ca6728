import { isArchiveName } from "./paths.ts";

/** What lies in the build context, as a host measured it. Immutable. */
export type ContextNode = ContextFile | ContextFolder | ContextLink;

interface ContextFile {
  readonly kind: "file";
  readonly bytes: number;
  /** Permission bits. */
  readonly mode: number;
  /** Files with the same value are one file (hard links); absent for a file with one name. */
  readonly inode?: string;
  /** Set for a local archive that ADD would unpack: what it holds, in bytes of files; unknown where it could not be read. */
  readonly archive?: { readonly bytes?: number };
}

interface ContextLink {
  readonly kind: "link";
  readonly target: string;
}

export interface ContextFolder {
  readonly kind: "folder";
  readonly mode: number;
  readonly children: ReadonlyMap<string, ContextNode>;
  /** Sum over everything below; a file with several names once. */
  readonly bytes: number;
  /** Bytes of the files below that have several names, by their `inode`; absent where there are none. */
  readonly linked?: ReadonlyMap<string, number>;
  readonly files: number;
  /** False while the host still measures, or where it stopped at its bound: what is here is then a lower bound. */
  readonly complete: boolean;
}

export interface Guess {
  /** As a path from the repository's folder. */
  readonly folder: string;
  /** Why another one may be meant, in words. */
  readonly because: string;
}

export interface BuildContext {
  readonly root: ContextFolder;
  /** The ignore file in force, by Docker's rules: `<Dockerfile>.dockerignore` before `.dockerignore`; its path from the root. */
  readonly ignore?: { readonly file: string; readonly text: string };
  /** Where nobody named it, and it may be another one. */
  readonly guess?: Guess;
  /** The text of a small file of the context (a script that RUN calls), where the host has it at hand. */
  readText?(path: string): string | undefined;
}

export function folder(children: ReadonlyMap<string, ContextNode>, mode = 0o755, complete = true): ContextFolder {
  let bytes = 0;
  let files = 0;
  let whole = complete;
  const linked = new Map<string, number>();
  const addLinked = (inode: string, size: number): void => {
    if (!linked.has(inode)) bytes += size;
    linked.set(inode, size);
  };
  for (const child of children.values()) {
    if (child.kind === "file") {
      if (child.inode === undefined) bytes += child.bytes;
      else addLinked(child.inode, child.bytes);
      files += 1;
    } else if (child.kind === "folder") {
      bytes += child.bytes;
      for (const [inode, size] of child.linked ?? []) {
        bytes -= size;
        addLinked(inode, size);
      }
      files += child.files;
      whole &&= child.complete;
    }
  }
  return { kind: "folder", mode, children, bytes, files, complete: whole, ...(linked.size > 0 && { linked }) };
}

/** A build context of files with these bytes, by their paths. What is called an archive is one. */
export function contextFolder(files: Readonly<Record<string, number>>): ContextFolder {
  const children = new Map<string, ContextNode>();
  const below = new Map<string, Record<string, number>>();
  for (const [path, bytes] of Object.entries(files)) {
    const [name = "", ...rest] = path.split("/");
    if (rest.length === 0) children.set(name, { kind: "file", bytes, mode: 0o644, ...(isArchiveName(name) && { archive: {} }) });
    else below.set(name, { ...below.get(name), [rest.join("/")]: bytes });
  }
  for (const [name, inner] of below) children.set(name, contextFolder(inner));
  return folder(children);
}

/** The node at a path relative to the context's root. */
export function findInContext(root: ContextFolder, path: string): ContextNode | undefined {
  let node: ContextNode | undefined = root;
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    node = node?.kind === "folder" ? node.children.get(part) : undefined;
  }
  return node;
}

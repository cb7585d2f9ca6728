import { Content } from "./content.ts";
import type { BuildContext, ContextFolder, ContextNode } from "./context.ts";
import { absolute, components, join } from "./paths.ts";
import { add, atLeast, type Size, unknown, zero } from "./size.ts";
import { Table } from "./table.ts";

export type EntryKind = "base" | "package" | "lists" | "cache" | "download" | "source" | "artifact" | "context" | "metadata" | "unknown";

/** What is stored once in one layer: a file, or content whose single files are not known. */
export interface Entry {
  /** The same for the same content in two runs of the model, and kept through COPY --from, mv and chown. */
  readonly id: string;
  readonly kind: EntryKind;
  /** What to call it: a package's name, or a path. */
  readonly what: string;
  readonly size: Size;
  /** The layer it is stored in. */
  readonly layer: number;
  /** Written only if a condition holds that is not known here: it counts as an unknown, and never as waste. */
  readonly maybe?: boolean;
  /** Two names for one file: it is stored once. */
  readonly inode?: string;
  /** Where its bytes come from, in words for the user; absent where the basis says it all. */
  readonly source?: string;
  /** A package that nobody named: another one needs it, or only recommends it. */
  readonly brought?: "needed" | "recommended";
  /** Whose content without names is, where a COPY said so; else its folder's. */
  readonly owner?: string;
  /** What is in a file that a command wrote, where it is short and known: settings that later commands read. */
  readonly text?: string;
  /** A name as its files have them, where all of them lie right in its folder: a pattern may choose them. */
  readonly like?: string;
  /** Of a base image: the parts of it that were written anew or removed since. Its size is what is left to be seen of it. */
  readonly replaced?: readonly string[];
  /** Some of it was removed or moved since, or is counted elsewhere: what is stored of it again weighs nobody knows how much. */
  readonly parted?: true;
  /** What a command did that nobody can read. */
  readonly unread?: true;
  /** A tar archive of the build context: the bytes of the files in it, where they could be read. */
  readonly archive?: number;
}

/** What came out of an archive, under names that nobody knows. */
export const isUnpacked = ({ id }: Entry): boolean => id.startsWith("unpacked:");

/** The place of which a layer stores something again, nobody knows which files. */
export const storedAgainIn = ({ id, what }: Entry): string | undefined => (id.startsWith("again:") ? what : undefined);

/** Where something that a COPY brought lies in the build context; a folder with a slash at its end. */
export const contextOf = ({ id }: Entry): string | undefined => (id.startsWith("context:") ? id.slice("context:".length) : undefined);

export interface FileNode {
  readonly type: "file";
  readonly entry: Entry;
  readonly mode?: number;
  readonly owner?: string;
}

interface LinkNode {
  readonly type: "link";
  readonly target: string;
  readonly layer: number;
}

export interface FolderNode {
  readonly type: "folder";
  readonly children: Table<Node>;
  /** Content somewhere below this folder whose names are not known. */
  readonly content: Content;
  /** A folder of the build context whose children nobody has asked for yet; then `children` and `content` are empty. */
  readonly context?: {
    readonly folder: ContextFolder;
    readonly layer: number;
    readonly path: string;
    readonly maybe?: boolean;
    /** It is like that folder, but made anew: where its bytes are from, in words for the user. */
    readonly likeHere?: string;
  };
  readonly mode?: number;
  readonly owner?: string;
  /** The layer that made the folder, or changed it last. */
  readonly layer: number;
}

export type Node = FileNode | LinkNode | FolderNode;

/** Files, links, folders and unnamed content at and below a node; a folder that is not unfolded counts as one. */
export const countOf = (node: Node): number => (node.type === "folder" ? 1 + node.content.size + node.children.weight : 1);

export const childrenOf = (children: Iterable<readonly [string, Node]>): Table<Node> => Table.of(children, countOf);

const nothing = childrenOf([]);

/** What a mount holds is in no layer. */
export const mountedLayer = -1;

export const emptyFolder = (layer: number): FolderNode => ({ type: "folder", children: nothing, content: Content.empty, layer });

/** A node of the build context as it is stored in an image, or (`likeHere`) one like it. A folder is unfolded when somebody looks inside. */
export function fromContext(
  node: ContextNode,
  path: string,
  layer: number,
  look: { owner?: string; mode?: number; maybe?: boolean; likeHere?: string } = {},
): Node {
  const { maybe, likeHere, ...kept } = look;
  const whence = { ...(maybe && { maybe }), ...(likeHere !== undefined && { likeHere }) };
  if (node.kind === "link") return { type: "link", target: node.target, layer };
  if (node.kind === "folder") {
    return { ...emptyFolder(layer), mode: node.mode, ...kept, context: { folder: node, layer, path, ...whence } };
  }
  const inode = node.inode !== undefined ? { inode: `context:${node.inode}` } : {};
  const entry: Entry = {
    ...asStored(path, "", node.bytes, true, likeHere),
    ...(maybe && { size: unknown }),
    layer,
    ...inode,
    ...(node.archive?.bytes !== undefined && { archive: node.archive.bytes }),
    ...(maybe && { maybe }),
  };
  return { type: "file", entry, mode: node.mode, ...kept };
}

const unfolded = new WeakMap<FolderNode, FolderNode>();

/** The folder with its children there to see. */
export function unfold(node: FolderNode): FolderNode {
  if (!node.context) return node;
  const { context, ...rest } = node;
  let result = unfolded.get(node);
  if (!result) {
    const children: [string, Node][] = [];
    for (const [name, child] of context.folder.children) {
      const { maybe, likeHere } = context;
      const look = {
        ...(node.owner !== undefined && { owner: node.owner }),
        ...(maybe && { maybe }),
        ...(likeHere !== undefined && { likeHere }),
      };
      children.push([name, fromContext(child, context.path === "" ? name : `${context.path}/${name}`, context.layer, look)]);
    }
    const missing: Entry[] = context.folder.complete ? [] : [contextEntry(context)];
    result = {
      ...rest,
      children: childrenOf(children),
      content: Content.of(
        missing.map((entry) => ({ ...entry, size: atLeast(zero), ...(node.owner !== undefined && { owner: node.owner }) })),
      ),
    };
    unfolded.set(node, result);
  }
  return result;
}

/** The same for all folders below. */
export function unfoldAll(node: Node): Node {
  if (node.type !== "folder") return node;
  const open = unfold(node);
  return { ...open, children: childrenOf([...open.children].map(([name, child]) => [name, unfoldAll(child)])) };
}

/** The entry of a folder of the build context that stays folded. */
function contextEntry({ folder, layer, path, maybe, likeHere }: NonNullable<FolderNode["context"]>): Entry {
  return {
    ...asStored(path, "/", folder.bytes, folder.complete, likeHere),
    layer,
    ...(maybe && { maybe, size: unknown }),
  };
}

function asStored(
  path: string,
  end: "" | "/",
  bytes: number,
  complete: boolean,
  likeHere: string | undefined,
): Pick<Entry, "id" | "kind" | "what" | "size" | "source"> {
  const [lowerBound, id] = [!complete, `${path}${end}`];
  return likeHere === undefined
    ? { id: `context:${id}`, kind: "context", what: path === "" ? "." : path, size: { bytes, lowerBound, basis: "measured" } }
    : { id: `built-here:${id}`, kind: "artifact", what: `/${path}`, size: { bytes, lowerBound, basis: "typical" }, source: likeHere };
}

/** What one node itself stores, not its children: at most one entry for a file, the unnamed content for a folder. */
export function ownEntries(node: Node): Iterable<Entry> {
  if (node.type === "file") return [node.entry];
  if (node.type === "link") return [];
  if (node.context) return [contextEntry(node.context)];
  return node.content.size > 0 ? node.content : [];
}

/** What is stored, and where. */
export interface Stored {
  readonly path: string;
  readonly entry: Entry;
}

/** Everything stored at and below a node, with its path. */
export function entriesOf(node: Node, path: string, found: Stored[] = []): readonly Stored[] {
  for (const entry of ownEntries(node)) found.push({ path, entry });
  if (node.type === "folder") node.children.forEach((child, name) => void entriesOf(child, join(path, name), found));
  return found;
}

/** Entries, each counted once however many names it has. */
export function sizeOf(entries: Iterable<{ entry: Entry }>): Size {
  const seen = new Set<string>();
  let total = zero;
  for (const { entry } of entries) {
    if (entry.inode !== undefined) {
      const key = `${entry.layer}:${entry.inode}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    total = add(total, entry.size);
  }
  return total;
}

/** The node at an absolute path, links in the folders before it followed. */
export function find(root: FolderNode, path: string, followLast = false): Node | undefined {
  return locate(root, path, followLast, 0).node;
}

/** Whether the RUN that is carried out has a folder mounted right there. */
export function isMounted(root: FolderNode, path: string): boolean {
  const folder = find(root, path, true);
  return folder?.type === "folder" && folder.layer === mountedLayer;
}

/** What lies in a folder without names; links are followed. */
export function contentAt(root: FolderNode, path: string): Content {
  const node = find(root, path, true);
  return node?.type === "folder" ? node.content : Content.empty;
}

/** The file of the build context that lies at a path, by its path there. */
export function contextPath(root: FolderNode, path: string): string | undefined {
  const node = find(root, path, true);
  return node?.type === "file" && node.entry.kind === "context" ? contextOf(node.entry) : undefined;
}

/** The text of a file of the build context that lies at a path, where the host has it at hand. */
export function contextText(root: FolderNode, path: string, context: BuildContext | undefined): string | undefined {
  const source = contextPath(root, path);
  return source === undefined ? undefined : context?.readText?.(source);
}

/** An absolute path with the links of its folders resolved; the path itself where they are not known. */
export function realPath(root: FolderNode, path: string, followLast = false): string {
  return locate(root, path, followLast, 0).path;
}

/** Both: the path with its links resolved, that of the last name too, and what lies there. */
export const reach = (root: FolderNode, path: string): Located => locate(root, path, true, 0);

/** The paths that somebody goes through on a path: its own, each link on the way, and where they lead. */
export function pathsThrough(root: FolderNode, path: string): readonly string[] {
  const way: string[] = [];
  const end = locate(root, path, true, 0, way).path;
  return way.length === 0 ? [path] : [path, ...way, end];
}

interface Located {
  readonly path: string;
  readonly node: Node | undefined;
}

function locate(root: FolderNode, path: string, followLast: boolean, depth: number, way?: string[]): Located {
  const parts = components(path);
  let node: Node | undefined = root;
  for (let i = 0; i < parts.length; i++) {
    const name = parts[i] ?? "";
    node = node?.type === "folder" ? unfold(node).children.get(name) : undefined;
    const last = i === parts.length - 1;
    if (node?.type === "link" && (!last || followLast) && depth < 20) {
      const folder = `/${parts.slice(0, i).join("/")}`;
      way?.push(join(folder, name));
      return locate(root, [absolute(node.target, folder), ...parts.slice(i + 1)].join("/"), followLast, depth + 1, way);
    }
  }
  return { path: `/${parts.join("/")}`, node };
}

/** The tree with another node at a path; missing folders are made in `layer`, a file in the way of a folder is replaced. Undefined removes. */
export function put(root: FolderNode, path: string, node: Node | undefined, layer: number): FolderNode {
  const result = putAt(root, components(path), 0, node, layer);
  return result?.type === "folder" ? result : emptyFolder(layer);
}

function putAt(at: Node | undefined, parts: readonly string[], index: number, node: Node | undefined, layer: number): Node | undefined {
  const name = parts[index];
  if (name === undefined) return node;
  if (node === undefined && at?.type !== "folder") return at;
  const folder = at?.type === "folder" ? unfold(at) : emptyFolder(layer);
  const child = putAt(folder.children.get(name), parts, index + 1, node, layer);
  if (child === folder.children.get(name)) return at?.type === "folder" ? at : folder;
  return { ...folder, children: folder.children.with(name, child) };
}

/** A folder with its unnamed content replaced; itself where that stays the same. */
export function withContent(node: Node | undefined, change: (content: Content) => Content, layer: number): FolderNode {
  const folder = node?.type === "folder" ? unfold(node) : emptyFolder(layer);
  const content = change(folder.content);
  return content === folder.content && node?.type === "folder" ? node : { ...folder, content };
}

/** Each node at and below, replaced; `change` gets a folder after its children. */
export function rewrite(node: Node, path: string, change: (node: Node, path: string) => Node | undefined): Node | undefined {
  if (node.type !== "folder" || node.context || node.children.size === 0) return change(node, path);
  const children: [string, Node][] = [];
  let same = true;
  node.children.forEach((child, name) => {
    const next = rewrite(child, join(path, name), change);
    same &&= next === child;
    if (next) children.push([name, next]);
  });
  return change(same ? node : { ...node, children: childrenOf(children) }, path);
}

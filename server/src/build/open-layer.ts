import type { Content } from "../image/content.ts";
import { type Entry, type FolderNode, find, type Node, ownEntries, pathsThrough, put, reach, withContent } from "../image/files.ts";
import type { Change, State } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { baseMayHold, contentMayHold } from "./holds.ts";

/** One layer while it is written. The only mutable thing of a run. */
export interface OpenLayer {
  state: State;
  /** Whom the command runs as that writes now, where that is another than the RUN's user. */
  user?: string | undefined;
  readonly layer: number;
  readonly stage: number;
  changes: Change[];
  /** Stored in this layer, nobody knows where: no later step can reach it. */
  readonly loose: Entry[];
  readonly touched: { path: string; stage: number }[];
  /** Where the tree was changed: a node with all below it, or a folder's own content. */
  readonly places: Map<string, "whole" | "own">;
  /** Where a RUN has something mounted. */
  mounts: readonly string[];
}

/** For a step that may depend on any of the root's content without names: on which packages are there. */
export const allContent = (stage: number): { path: string; stage: number } => ({ path: "content:*", stage });

/** Whose it is what is written now. */
export const writerOf = ({ user, state }: OpenLayer): string => user ?? state.user;

/** Puts a node at a path whose links are resolved; undefined takes away what is there. `own`: what lies below it stays as it was. */
export function store(open: OpenLayer, path: string, node: Node | undefined, how: "whole" | "own" = "whole"): void {
  const { root } = open.state;
  const next = put(root, path, node, open.layer);
  if (next === root) return;
  open.state = { ...open.state, root: next };
  noteChanged(open, path, how);
}

export function noteChanged(open: OpenLayer, path: string, how: "whole" | "own"): void {
  if (how === "whole" || !open.places.has(path)) open.places.set(path, how);
}

/** Replaces the unnamed content of a folder, which is made where it is missing. */
export function storeContent(open: OpenLayer, path: string, change: (content: Content) => Content): void {
  const at = reach(open.state.root, path);
  store(open, at.path, withContent(at.node, change, open.layer), "own");
}

export const note = (open: OpenLayer, how: Change["how"], path: string, entry: Entry): void => {
  open.changes.push({ how, path, entry });
};

export const look = (open: OpenLayer, path: string): void => lookAt(open, path, open.stage, open.state.root);

/** Whether the tree shows it: a look, like others. */
export function isSeen(open: OpenLayer, path: string): boolean {
  look(open, path);
  return find(open.state.root, path, true) !== undefined;
}

/** The same as `look` in another stage, whose tree it is. */
export function lookAt(open: OpenLayer, path: string, stage: number, root: FolderNode): void {
  for (const through of pathsThrough(root, path)) open.touched.push({ path: through, stage });
}

/** Whether something that the tree does not show may be at or below a path. */
export const mayHold = (open: OpenLayer, path: string): boolean => mayHoldBelow(open, path, Number.POSITIVE_INFINITY);

/** The same of lower layers: changed, it is stored in this one, too. What this layer's packages have there is in it already. */
export const mayStoreAgain = (open: OpenLayer, path: string): boolean => mayHoldBelow(open, path, open.layer);

function mayHoldBelow(open: OpenLayer, path: string, below: number): boolean {
  if (baseMayHold(open.state, path)) return true;
  const held = contentMayHold(open.state, path, below);
  if (held) open.touched.push({ path: "content:?", stage: open.stage });
  return held;
}

/** Device files and kernel file systems are not in a layer. */
export const isNoFile = (path: string): boolean => isWithin(path, "/dev") || isWithin(path, "/proc") || isWithin(path, "/sys");

export function mapEntries(node: Node, change: (entry: Entry) => Entry): Node {
  if (node.type === "file") {
    const entry = change(node.entry);
    return entry === node.entry ? node : { ...node, entry };
  }
  if (node.type === "link") return node;
  const { context } = node;
  if (context) {
    const [entry] = ownEntries(node);
    const next = entry && change(entry);
    if (!next || next === entry) return node;
    return next.size === entry?.size
      ? { ...node, context: { ...context, layer: next.layer } }
      : { ...node, context: { ...context, maybe: true } };
  }
  const content = node.content.map(change);
  return content === node.content ? node : { ...node, content };
}

/**
 * The node as this layer stores it again: files and unnamed content of lower layers move here. Each name of a file gets a file of its own
 * (overlayfs, "Non-standard behavior"), unless `keepsLinks` says that they come together.
 */
export function storedAgain(
  open: OpenLayer,
  node: Node,
  path: string,
  look: { mode?: number; owner?: string },
  maybe: boolean,
  chosen: (entry: Entry) => boolean = () => true,
  keepsLinks = false,
): Node {
  const change = (entry: Entry): Entry => {
    if (maybe || !chosen(entry)) return entry;
    const changed = look.owner === undefined ? entry : withoutOwner(entry);
    if (entry.layer === open.layer) return changed;
    note(open, "stored again", path, entry);
    const left = whatIsLeft(changed);
    return { ...(keepsLinks ? left : alone(left)), layer: open.layer };
  };
  const changed = mapEntries(node, change);
  const isAsItWas = changed === node && look.owner === undefined && look.mode === undefined;
  // What this layer made is its own already.
  if (isAsItWas && (node.type === "file" ? node.entry : node).layer === open.layer) return node;
  if (changed.type === "link") return { ...changed, layer: open.layer };
  return {
    ...changed,
    ...(changed.type === "folder" && { layer: open.layer }),
    ...(look.owner !== undefined && { owner: look.owner }),
    ...(look.mode !== undefined && changed.type === "file" && { mode: look.mode }),
  };
}

function withoutOwner(entry: Entry): Entry {
  if (entry.owner === undefined) return entry;
  const { owner: _, ...rest } = entry;
  return rest;
}

/** A file of its own, with no other names. */
function alone(entry: Entry): Entry {
  if (entry.inode === undefined) return entry;
  const { inode: _, ...rest } = entry;
  return rest;
}

/** What is stored again of something of which a part has gone. */
export function whatIsLeft(entry: Entry): Entry {
  if (!entry.parted) return entry;
  const { parted: _, ...rest } = entry;
  return { ...rest, size: unknown };
}

export const maybeGone = (open: OpenLayer, entry: Entry): Entry =>
  entry.layer === open.layer ? { ...entry, size: unknown, maybe: true } : entry;

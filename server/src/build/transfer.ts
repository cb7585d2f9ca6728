import { knownFile } from "../commands/known-files.ts";
import type { Effect } from "../image/effects.ts";
import {
  countOf,
  type Entry,
  emptyFolder,
  entriesOf,
  type FileNode,
  type FolderNode,
  find,
  type Node,
  put,
  reach,
  realPath,
  rewrite,
  unfold,
} from "../image/files.ts";
import { basename, components, dirname, join, maximumDepth } from "../image/paths.ts";
import { unknown, zero } from "../image/size.ts";
import {
  look,
  mapEntries,
  mayHold,
  mayStoreAgain,
  note,
  noteChanged,
  type OpenLayer,
  store,
  storedAgain,
  whatIsLeft,
} from "./open-layer.ts";
import { takePart } from "./parts.ts";
import { fillAll, loosen, mkdir, write } from "./write.ts";

/** Where mv, cp and ln put something: in the target when that is a folder. */
function destination(open: OpenLayer, from: string, to: string): string {
  const { root } = open.state;
  const isFolder = to.endsWith("/") || find(root, to, true)?.type === "folder";
  return isFolder ? join(realPath(root, to, true).replace(/(.)\/$/, "$1"), basename(from)) : realPath(root, to, true);
}

export function transfer(open: OpenLayer, from: string, effect: Effect & { do: "move" | "copy" }, maybe: boolean): void {
  const { root } = open.state;
  const source = realPath(
    root,
    from.replace(/(.)?\/\.$/, "$1") || "/",
    effect.do === "copy" && ((effect.follows ?? !effect.recursive) || from.endsWith("/")),
  );
  const node = find(root, source);
  const to = destination(open, from.replace(/\/\.$/, ""), effect.to);
  look(open, to);
  if (source === to) return;
  if (maybe) return fillAll(open, dirname(to), [{ id: `file:${to}`, kind: "artifact", what: to, size: unknown }], maybe);
  if (!node) {
    if (effect.do === "move") takePart(open, source);
    // A file that this layer's packages bring is counted with them, whatever it is called.
    const isCounted = effect.do === "move" && !mayStoreAgain(open, source) && mayHold(open, source);
    const there = mayHold(open, source) ? knownFile(open.state, source, open.layer) : undefined;
    const isOwn = isCounted || (effect.do === "move" && there?.counted === true);
    if (isOwn || there)
      return write(open, { do: "write", path: to, size: isOwn ? zero : (there?.size ?? unknown), kind: "artifact" }, false, isOwn);
    // Not a file that the tree knows: then it is the base's, or an unknown command's.
    if (mayHold(open, source)) write(open, { do: "write", path: to, size: unknown, kind: "artifact" }, false);
    return;
  }
  if (node.type === "folder" && effect.do === "copy" && !effect.recursive) return;
  const there = effect.spares && find(root, to, true);
  if (there && there.type !== "folder" && effect.spares === "existing") return;
  // Which files are there, or are newer, is not known.
  if (effect.spares && (there || mayHold(open, to)))
    return loosen(open, { id: `file:${to}`, kind: "artifact", what: to, size: unknown, layer: open.layer, maybe: true });
  if (isTooMuch(open, node, to))
    return loosen(open, { id: `copy:${source}`, kind: "artifact", what: to, size: unknown, layer: open.layer });
  // What the base or an unknown command has put into the folder goes with it.
  const hidden = node.type === "folder" && mayHold(open, source);
  const inside = effect.do === "copy" && from.endsWith("/.") && node.type === "folder" ? effect.to.replace(/(.)\/$/, "$1") : to;
  if (effect.do === "move") {
    // A folder of a lower layer cannot be renamed: mv copies it, and keeps which names are one file.
    const isFolder = node.type === "folder";
    const moved = rewrite(node, source, (n, at) => storedAgain(open, n, at, {}, false, undefined, isFolder));
    store(open, source, undefined);
    if (moved) merge(open, inside, moved);
  } else merge(open, inside, copied(open, node, effect.keepsLinks ? `copy:${source}:${inside}` : undefined));
  if (hidden) fillAll(open, inside, [{ id: `copy:${source}`, kind: "artifact", what: source, size: unknown }], false);
}

/** A tree that is copied into itself doubles each time: with more files than this it is not followed. */
const maximumNodes = 100_000;

/** Whether a tree would make the file system bigger, or deeper, than can be walked. */
export function isTooMuch(open: OpenLayer, node: Node, path: string): boolean {
  if (countOf(open.state.root) + countOf(node) > maximumNodes) return true;
  const left = maximumDepth - components(path).length;
  return countOf(node) > left && isDeeper(node, left);
}

function isDeeper(node: Node, depth: number): boolean {
  if (depth <= 0) return true;
  if (node.type === "folder") for (const [, child] of node.children) if (isDeeper(child, depth - 1)) return true;
  return false;
}

/**
 * The same content once more, in this layer: a copy is a file of its own, with no other names but those that come with it where links are
 * kept, as those of `set`.
 */
export function copied(open: OpenLayer, node: Node, set?: string): Node {
  const result = rewrite(node, "/", (n) => {
    const next = mapEntries(n, (entry) => {
      const { inode, maybe: _, ...rest } = whatIsLeft(entry);
      return { ...rest, layer: open.layer, ...(set !== undefined && inode !== undefined && { inode: `${set}:${inode}` }) };
    });
    return next.type === "folder" ? { ...next, layer: open.layer } : next;
  });
  return result ?? emptyFolder(open.layer);
}

/** Puts a node at a path, into a folder that may be there already; files that it replaces are stored in vain. */
export function merge(open: OpenLayer, path: string, node: Node): void {
  const { root } = open.state;
  look(open, path);
  const { path: real, node: existing } = reach(root, path);
  const linked: { path: string; node: Node }[] = [];
  const next = merged(open, real, existing, node, linked);
  open.state = { ...open.state, root: put(root, real, next, open.layer) };
  for (const other of linked) merge(open, other.path, other.node);
}

/** A node over what lies at a path. What goes where a link leads, `linked`, is another place's. */
function merged(open: OpenLayer, path: string, existing: Node | undefined, node: Node, linked: { path: string; node: Node }[]): Node {
  if (node.type !== "folder" || existing?.type !== "folder") {
    const replaced = existing && node.type !== "folder" ? entriesOf(existing, path) : [];
    for (const { path: at, entry } of replaced) if (entry.layer !== open.layer) note(open, "overwritten", at, entry);
    return placed(open, path, existing, node);
  }
  const old = unfold(existing);
  if (old.children.size === 0 && old.content.size === 0) return placed(open, path, existing, node);
  const fresh = unfold(node);
  // What a stage has from below, and a COPY brings from it once more, is there once.
  const isSame = (a: Entry, b: Entry): boolean => a.size.bytes > 0 && a.size.bytes === b.size.bytes && a.layer !== open.layer;
  const keep = (entry: Entry): Entry | undefined => {
    if (!fresh.content.of(entry.id).some((e) => isSame(entry, e))) return entry;
    note(open, "overwritten", path, entry);
    return undefined;
  };
  const kept = old.content.map(keep, [...new Set([...fresh.content].map((e) => e.id))]);
  noteChanged(open, path, "own");
  for (const entry of fresh.content) note(open, "written", path, entry);
  let { children } = old;
  for (const [name, child] of fresh.children) {
    const [at, there] = [join(path, name), children.get(name)];
    if (there?.type === "link") linked.push({ path: at, node: child });
    else {
      open.touched.push({ path: at, stage: open.stage });
      children = children.with(name, merged(open, at, there, child, linked));
    }
  }
  return { ...old, children, content: kept.with(fresh.content), layer: open.layer };
}

function placed(open: OpenLayer, path: string, existing: Node | undefined, node: Node): Node {
  if (node !== existing) noteChanged(open, path, "whole");
  for (const { path: at, entry } of entriesOf(node, path)) if (entry.layer === open.layer) note(open, "written", at, entry);
  return node;
}

/** `cp -l` of a folder: folders of their own, and in them more names of the same files. */
function linkAll(open: OpenLayer, folder: FolderNode, source: string, to: string): void {
  if (isTooMuch(open, folder, to))
    return loosen(open, { id: `copy:${source}`, kind: "artifact", what: to, size: unknown, layer: open.layer });
  mkdir(open, to);
  if (mayHold(open, source)) fillAll(open, to, [{ id: `copy:${source}`, kind: "artifact", what: source, size: unknown }], false);
  for (const [name, child] of unfold(folder).children) {
    const [from, target] = [join(source, name), join(to, name)];
    if (child.type === "link") store(open, target, child);
    else if (child.type === "folder") linkAll(open, child, from, target);
    else link(open, { do: "link", from, to: target, symbolic: false }, false);
  }
}

export function link(open: OpenLayer, effect: Effect & { do: "link" }, maybe: boolean): void {
  const { root } = open.state;
  // A link that is there is replaced, and not written through.
  const isEntered = !effect.here && find(root, effect.to, true)?.type === "folder";
  const to = isEntered || effect.to.endsWith("/") ? destination(open, effect.from, effect.to) : realPath(root, effect.to);
  look(open, to);
  if (maybe) return;
  if (effect.symbolic) return store(open, to, { type: "link", target: effect.from, layer: open.layer });
  const source = realPath(open.state.root, effect.from, effect.follows);
  look(open, source);
  const node = find(open.state.root, source);
  if (source === to) return;
  if (node?.type === "link") return store(open, to, { ...node, layer: open.layer });
  if (node?.type === "folder") return linkAll(open, node, source, to);
  if (node?.type !== "file") {
    if (!node && mayHold(open, source)) write(open, { do: "write", path: to, size: unknown, kind: "artifact" }, false);
    return;
  }
  const linked: FileNode = { ...node, entry: { ...node.entry, inode: node.entry.inode ?? `link:${node.entry.id}`, layer: open.layer } };
  if (node.entry.layer !== open.layer) note(open, "stored again", source, node.entry);
  store(open, source, linked);
  store(open, to, linked);
  note(open, "written", to, linked.entry);
}

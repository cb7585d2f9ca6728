import type { Effect } from "../image/effects.ts";
import { countOf, emptyFolder, entriesOf, type FileNode, find, type Node, realPath, rewrite, unfold } from "../image/files.ts";
import { basename, components, join, maximumDepth } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { type Draft, look, mapEntries, mayHold, note, store, storedAgain } from "./draft.ts";
import { fillAll, loosen, together, write } from "./write.ts";

/** Where mv, cp and ln put something: in the target when that is a folder. */
function destination(draft: Draft, from: string, to: string): string {
  const { root } = draft.state;
  const isFolder = to.endsWith("/") || find(root, to, true)?.type === "folder";
  return isFolder ? join(realPath(root, to, true).replace(/(.)\/$/, "$1"), basename(from)) : realPath(root, to, true);
}

export function transfer(draft: Draft, from: string, effect: Effect & { do: "move" | "copy" }, maybe: boolean): void {
  const { root } = draft.state;
  const source = realPath(root, from.replace(/(.)?\/\.$/, "$1") || "/", effect.do === "copy" && !effect.recursive);
  const node = find(root, source);
  const to = destination(draft, from.replace(/\/\.$/, ""), effect.to);
  look(draft, to);
  if (maybe) return loosen(draft, { id: `file:${to}`, kind: "artifact", what: to, size: unknown, layer: draft.layer, maybe });
  if (!node) {
    // Not a file that the tree knows: then it is the base's, or an unknown command's.
    if (mayHold(draft, source)) write(draft, { do: "write", path: to, size: unknown, kind: "artifact" }, false);
    return;
  }
  if (node.type === "folder" && effect.do === "copy" && !effect.recursive) return;
  if (isTooMuch(draft, node, to))
    return loosen(draft, { id: `copy:${source}`, kind: "artifact", what: to, size: unknown, layer: draft.layer });
  // What the base or an unknown command has put into the folder goes with it.
  const hidden = node.type === "folder" && mayHold(draft, source);
  const inside = effect.do === "copy" && from.endsWith("/.") && node.type === "folder" ? effect.to.replace(/(.)\/$/, "$1") : to;
  if (effect.do === "move") {
    const moved = rewrite(node, source, (n, at) => storedAgain(draft, n, at, {}, false));
    store(draft, source, undefined);
    if (moved) merge(draft, inside, moved);
  } else merge(draft, inside, copied(draft, node));
  if (hidden) fillAll(draft, inside, [{ id: `copy:${source}`, kind: "artifact", what: source, size: unknown }], false);
}

/** A tree that is copied into itself doubles each time: with more files than this it is not followed. */
const maximumNodes = 100_000;

/** Whether a tree would make the file system bigger, or deeper, than can be walked. */
export function isTooMuch(draft: Draft, node: Node, path: string): boolean {
  if (countOf(draft.state.root) + countOf(node) > maximumNodes) return true;
  const left = maximumDepth - components(path).length;
  return countOf(node) > left && isDeeper(node, left);
}

function isDeeper(node: Node, depth: number): boolean {
  let level: readonly Node[] = [node];
  for (let i = 0; level.length > 0; i++) {
    if (i >= depth) return true;
    level = level.flatMap((n) => (n.type === "folder" ? [...n.children.values()] : []));
  }
  return false;
}

/** The same content once more, in this layer: a copy is a file of its own, with no other names. */
export function copied(draft: Draft, node: Node): Node {
  const result = rewrite(node, "/", (n) => {
    const next = mapEntries(n, (entry) => {
      const { inode: _, maybe: __, ...rest } = entry;
      return { ...rest, layer: draft.layer };
    });
    return next.type === "folder" ? { ...next, layer: draft.layer } : next;
  });
  return result ?? emptyFolder(draft.layer);
}

/** Puts a node at a path, into a folder that may be there already; files that it replaces are stored in vain. */
export function merge(draft: Draft, path: string, node: Node): void {
  const { root } = draft.state;
  look(draft, path);
  const existing = find(root, path, true);
  const real = realPath(root, path, true);
  if (node.type === "folder" && existing?.type === "folder") {
    const old = unfold(existing);
    if (old.children.size === 0 && old.content.length === 0) return place(draft, real, node);
    const fresh = unfold(node);
    store(draft, real, { ...old, content: together(old.content, fresh.content), layer: draft.layer }, "own");
    for (const entry of fresh.content) note(draft, "written", real, entry);
    for (const [name, child] of fresh.children) merge(draft, join(real, name), child);
    return;
  }
  if (existing && node.type !== "folder") {
    for (const { path: at, entry } of entriesOf(existing, real)) if (entry.layer !== draft.layer) note(draft, "overwritten", at, entry);
  }
  place(draft, real, node);
}

function place(draft: Draft, path: string, node: Node): void {
  store(draft, path, node);
  for (const { path: at, entry } of entriesOf(node, path)) if (entry.layer === draft.layer) note(draft, "written", at, entry);
}

export function link(draft: Draft, effect: Effect & { do: "link" }, maybe: boolean): void {
  const to = destination(draft, effect.from, effect.to);
  look(draft, to);
  if (maybe) return;
  if (effect.symbolic) return store(draft, to, { type: "link", target: effect.from, layer: draft.layer });
  const source = realPath(draft.state.root, effect.from);
  look(draft, source);
  const node = find(draft.state.root, source);
  if (node?.type !== "file") {
    if (!node && mayHold(draft, source)) write(draft, { do: "write", path: to, size: unknown, kind: "artifact" }, false);
    return;
  }
  const linked: FileNode = { ...node, entry: { ...node.entry, inode: node.entry.inode ?? `link:${node.entry.id}`, layer: draft.layer } };
  if (node.entry.layer !== draft.layer) note(draft, "stored again", source, node.entry);
  store(draft, source, linked);
  store(draft, to, linked);
  note(draft, "written", to, linked.entry);
}

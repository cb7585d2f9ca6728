import type { Effect } from "../image/effects.ts";
import { emptyFolder, entriesOf, type FileNode, find, type Node, put, realPath, rewrite, unfold } from "../image/files.ts";
import { basename, join } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { type Draft, look, mapEntries, mayHold, note, setRoot, storedAgain } from "./draft.ts";
import { loosen, write } from "./write.ts";

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
  if (effect.do === "move") {
    const moved = rewrite(node, source, (n, at) => storedAgain(draft, n, at, {}, false));
    setRoot(draft, put(root, source, undefined, draft.layer));
    if (moved) merge(draft, to, moved);
    return;
  }
  const inside = from.endsWith("/.") && node.type === "folder" ? effect.to : to;
  merge(draft, inside.replace(/(.)\/$/, "$1"), copied(draft, node));
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
    setRoot(draft, put(root, real, { ...old, content: [...old.content, ...fresh.content], layer: draft.layer }, draft.layer));
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
  setRoot(draft, put(draft.state.root, path, node, draft.layer));
  for (const { path: at, entry } of entriesOf(node, path)) if (entry.layer === draft.layer) note(draft, "written", at, entry);
}

export function link(draft: Draft, effect: Effect & { do: "link" }, maybe: boolean): void {
  const to = destination(draft, effect.from, effect.to);
  look(draft, to);
  if (maybe) return;
  if (effect.symbolic)
    return setRoot(draft, put(draft.state.root, to, { type: "link", target: effect.from, layer: draft.layer }, draft.layer));
  const source = realPath(draft.state.root, effect.from);
  look(draft, source);
  const node = find(draft.state.root, source);
  if (node?.type !== "file") {
    if (!node && mayHold(draft, source)) write(draft, { do: "write", path: to, size: unknown, kind: "artifact" }, false);
    return;
  }
  const linked: FileNode = { ...node, entry: { ...node.entry, inode: node.entry.inode ?? `link:${node.entry.id}`, layer: draft.layer } };
  if (node.entry.layer !== draft.layer) note(draft, "stored again", source, node.entry);
  setRoot(draft, put(put(draft.state.root, source, linked, draft.layer), to, linked, draft.layer));
  note(draft, "written", to, linked.entry);
}

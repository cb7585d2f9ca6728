import type { Effect } from "../image/effects.ts";
import {
  type Entry,
  emptyFolder,
  entriesOf,
  type FileNode,
  type FolderNode,
  find,
  type Node,
  ownEntries,
  put,
  putContent,
  realPath,
  rewrite,
  unfold,
} from "../image/files.ts";
import type { Change, State } from "../image/model.ts";
import { basename, components, hasGlob, isWithin, join, matches } from "../image/paths.ts";
import { add, atLeast, unknown } from "../image/size.ts";
import { baseMayHold, contentMayHold } from "./holds.ts";

/** One layer while it is written. The only mutable thing of a run. */
export interface Draft {
  state: State;
  readonly layer: number;
  readonly stage: number;
  changes: Change[];
  readonly touched: { path: string; stage: number }[];
}

/** A file system effect, carried out. With `maybe` the smaller image is assumed, and nothing is called waste. */
export function apply(draft: Draft, effect: Effect, maybe: boolean): void {
  switch (effect.do) {
    case "write":
      return write(draft, effect, maybe);
    case "fill":
      return fill(draft, effect.path, { ...effect.entry, layer: draft.layer, ...(maybe && { maybe }) }, maybe);
    case "take":
      return take(draft, effect.path, effect.id, maybe);
    case "remove":
      for (const path of expandPath(draft, effect.path)) remove(draft, path, effect, maybe);
      return removeContent(draft, effect, maybe);
    case "touch":
      for (const path of expandPath(draft, effect.path)) touch(draft, path, effect, maybe);
      return;
    case "move":
    case "copy":
      for (const path of expandPath(draft, effect.from)) transfer(draft, path, effect, maybe);
      return;
    case "link":
      return link(draft, effect, maybe);
    case "mkdir":
      return mkdir(draft, effect.path);
    case "unknown":
      return fill(draft, "/", { id: effect.id, kind: "unknown", what: effect.what, size: unknown, layer: draft.layer }, false);
    default:
  }
}

/** Content without names at the root of a tree: packages, and what unknown commands wrote. */
export const packageContent = (stage: number): { path: string; stage: number } => ({ path: "content:/", stage });

const setRoot = (draft: Draft, root: FolderNode): void => {
  if (root !== draft.state.root) draft.state = { ...draft.state, root };
};

const note = (draft: Draft, how: Change["how"], path: string, entry: Entry): void => {
  draft.changes.push({ how, path, entry });
};

const look = (draft: Draft, path: string): void => {
  draft.touched.push({ path, stage: draft.stage });
};

/** Whether something that the tree does not show may be at or below a path. */
function mayHold(draft: Draft, path: string): boolean {
  if (baseMayHold(draft.state, path)) return true;
  const held = contentMayHold(draft.state, path);
  if (held) draft.touched.push(packageContent(draft.stage));
  return held;
}

/** Device files and kernel file systems are not in a layer. */
const isNoFile = (path: string): boolean => isWithin(path, "/dev") || isWithin(path, "/proc") || isWithin(path, "/sys");

export function write(draft: Draft, effect: Effect & { do: "write" }, maybe: boolean): void {
  if (isNoFile(effect.path)) return;
  const { root } = draft.state;
  const path = realPath(root, effect.path, true);
  look(draft, path);
  const existing = find(root, path);
  if (existing?.type === "folder") return;
  if (maybe && existing) return;
  const old = existing?.type === "file" ? existing.entry : undefined;
  let size = maybe ? unknown : effect.size;
  if (effect.append) {
    if (old) size = add(old.size, size);
    else if (mayHold(draft, path)) size = atLeast(size);
  }
  if (old && old.layer !== draft.layer) note(draft, effect.append ? "stored again" : "overwritten", path, old);
  const entry: Entry = {
    id: `file:${path}`,
    kind: effect.append && old ? old.kind : effect.kind,
    what: path,
    size,
    layer: draft.layer,
    ...(maybe && { maybe }),
  };
  const mode = effect.mode ?? (existing?.type === "file" ? existing.mode : undefined);
  setRoot(draft, put(root, path, { type: "file", entry, ...(mode !== undefined && { mode }), owner: draft.state.user }, draft.layer));
  note(draft, "written", path, entry);
}

function fill(draft: Draft, path: string, entry: Entry, maybe: boolean): void {
  look(draft, path === "/" ? packageContent(draft.stage).path : path);
  const stored = maybe ? { ...entry, size: unknown } : entry;
  setRoot(
    draft,
    putContent(
      draft.state.root,
      path,
      (content) => [...content.filter((e) => e.id !== entry.id || e.layer !== entry.layer), stored],
      draft.layer,
    ),
  );
  note(draft, "written", path, stored);
}

function take(draft: Draft, path: string, id: string, maybe: boolean): void {
  look(draft, path === "/" ? packageContent(draft.stage).path : path);
  setRoot(
    draft,
    putContent(draft.state.root, path, (content) => withoutEntries(draft, path, content, (e) => e.id === id, maybe), draft.layer),
  );
}

/** Content without the chosen entries: freed where this layer wrote them, stored in vain where a lower one did. */
function withoutEntries(
  draft: Draft,
  path: string,
  content: readonly Entry[],
  chosen: (entry: Entry) => boolean,
  maybe: boolean,
): readonly Entry[] {
  if (!content.some(chosen)) return content;
  return content.flatMap((entry) => {
    if (!chosen(entry)) return [entry];
    if (maybe) return [maybeGone(draft, entry)];
    if (entry.layer !== draft.layer) note(draft, "removed", path, entry);
    return [];
  });
}

const maybeGone = (draft: Draft, entry: Entry): Entry => (entry.layer === draft.layer ? { ...entry, size: unknown, maybe: true } : entry);

/** The paths that a pattern stands for in the tree; a path without wildcards stands for itself, there or not. */
export function expandPath(draft: Draft, pattern: string): string[] {
  look(draft, staticPart(pattern));
  if (!hasGlob(pattern)) return [pattern];
  let found: { path: string; node: Node | undefined }[] = [{ path: "/", node: draft.state.root }];
  for (const part of components(pattern)) {
    found = found.flatMap(({ path, node }) => {
      if (!hasGlob(part)) return [{ path: join(path, part), node: find(draft.state.root, join(path, part), true) }];
      if (node?.type !== "folder") return [];
      return [...unfold(node).children]
        .filter(([name]) => matches(part, name))
        .map(([name, child]) => ({ path: join(path, name), node: child }));
    });
  }
  return found.filter(({ node }) => node !== undefined).map(({ path }) => path);
}

/** The folder above the first wildcard. */
export function staticPart(pattern: string): string {
  const parts = components(pattern);
  const first = parts.findIndex(hasGlob);
  return first < 0 ? pattern : `/${parts.slice(0, first).join("/")}`;
}

function remove(draft: Draft, path: string, effect: Effect & { do: "remove" }, maybe: boolean): void {
  const { root } = draft.state;
  const real = realPath(root, path);
  const node = find(root, real);
  if (!node || (node.type === "folder" && !effect.recursive && !effect.only)) return;
  if (effect.only) return removeSome(draft, real, node, effect.only, maybe);
  if (maybe) {
    const kept = rewrite(node, real, (n) => mapEntries(n, (entry) => maybeGone(draft, entry)));
    return setRoot(draft, put(root, real, kept, draft.layer));
  }
  for (const { path: at, entry } of entriesOf(node, real)) if (entry.layer !== draft.layer) note(draft, "removed", at, entry);
  setRoot(draft, put(root, real, real === "/" ? emptyFolder(draft.layer) : undefined, draft.layer));
}

/** `find FOLDER -name PATTERN -delete` and its like: the files of a tree whose name fits. */
function removeSome(draft: Draft, path: string, node: Node, fits: (name: string) => boolean, maybe: boolean): void {
  const kept = rewrite(unfoldAll(node), path, (n, at) => {
    if (n.type === "folder" || !fits(basename(at))) return n;
    if (maybe) return mapEntries(n, (entry) => maybeGone(draft, entry));
    for (const entry of ownEntries(n)) if (entry.layer !== draft.layer) note(draft, "removed", at, entry);
    return undefined;
  });
  setRoot(draft, put(draft.state.root, path, kept, draft.layer));
}

/** `rm -rf FOLDER/*`: what lies there without names goes too. */
function removeContent(draft: Draft, effect: Effect & { do: "remove" }, maybe: boolean): void {
  const last = basename(effect.path);
  if (!hasGlob(last) || effect.only) return;
  const all = last === "*";
  for (const folder of expandPath(draft, effect.path.slice(0, -last.length - 1) || "/")) {
    const chosen = (entry: Entry): boolean =>
      (all && effect.recursive) || (entry.kind === "lists" && /^(?:\*|\*_\*|\*[._]\S*)$/.test(last)) || (all && entry.kind === "download");
    setRoot(
      draft,
      putContentWhereThere(draft, folder, (content) => withoutEntries(draft, folder, content, chosen, maybe)),
    );
  }
}

function putContentWhereThere(draft: Draft, path: string, change: (content: readonly Entry[]) => readonly Entry[]): FolderNode {
  const { root } = draft.state;
  return path !== "/" && find(root, path, true)?.type === "folder" ? putContent(root, path, change, draft.layer) : root;
}

function touch(draft: Draft, path: string, effect: Effect & { do: "touch" }, maybe: boolean): void {
  if (isNoFile(path)) return;
  const { root } = draft.state;
  const real = realPath(root, path, true);
  const node = find(root, real);
  if (node) {
    const change = (n: Node, at: string): Node => storedAgain(draft, n, at, effect, maybe);
    const next = effect.recursive
      ? rewrite(node, real, change)
      : node.type === "folder"
        ? folderChanged(draft, node, effect)
        : change(node, real);
    setRoot(draft, put(root, real, next, draft.layer));
  } else if (effect.create && !maybe && !baseMayHold(draft.state, real)) {
    return write(draft, { do: "write", path: real, size: { bytes: 0, lowerBound: false, basis: "measured" }, kind: "artifact" }, false);
  }
  const reaches = effect.recursive || !node;
  if (reaches && mayHold(draft, real)) unknownCopy(draft, real);
}

/** Files of the base, or of commands whose files are not known, stored again in this layer: an unknown amount. */
function unknownCopy(draft: Draft, path: string): void {
  const entry: Entry = { id: `again:${path}`, kind: "unknown", what: path, size: unknown, layer: draft.layer };
  const node = find(draft.state.root, path);
  if (node && node.type !== "folder") return;
  fill(draft, node ? path : "/", entry, false);
}

const folderChanged = (draft: Draft, node: FolderNode, effect: Effect & { do: "touch" }): FolderNode => ({
  ...unfold(node),
  layer: draft.layer,
  ...(effect.mode !== undefined && { mode: effect.mode }),
  ...(effect.owner !== undefined && { owner: effect.owner }),
});

/** The node as this layer stores it again: files and unnamed content of lower layers move here. */
function storedAgain(draft: Draft, node: Node, path: string, look: { mode?: number; owner?: string }, maybe: boolean): Node {
  const change = (entry: Entry): Entry => {
    if (entry.layer === draft.layer) return entry;
    if (maybe) return entry;
    note(draft, "stored again", path, entry);
    return { ...entry, layer: draft.layer };
  };
  const changed = mapEntries(node, change);
  if (changed.type === "link") return { ...changed, layer: draft.layer };
  const kept = changed.type === "folder" ? { ...changed, layer: draft.layer } : changed;
  return {
    ...kept,
    ...(look.owner !== undefined && { owner: look.owner }),
    ...(look.mode !== undefined && changed.type === "file" && { mode: look.mode }),
  };
}

function mapEntries(node: Node, change: (entry: Entry) => Entry): Node {
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
  return content.every((entry, i) => entry === node.content[i]) ? node : { ...node, content };
}

const unfoldAll = (node: Node): Node => {
  if (node.type !== "folder") return node;
  const open = unfold(node);
  return { ...open, children: new Map([...open.children].map(([name, child]) => [name, unfoldAll(child)])) };
};

/** Where mv, cp and ln put something: in the target when that is a folder. */
function destination(draft: Draft, from: string, to: string): string {
  const { root } = draft.state;
  const isFolder = to.endsWith("/") || find(root, to, true)?.type === "folder";
  return isFolder ? join(realPath(root, to, true).replace(/(.)\/$/, "$1"), basename(from)) : realPath(root, to, true);
}

function transfer(draft: Draft, from: string, effect: Effect & { do: "move" | "copy" }, maybe: boolean): void {
  const { root } = draft.state;
  const source = realPath(root, from.replace(/(.)?\/\.$/, "$1") || "/", effect.do === "copy" && !effect.recursive);
  const node = find(root, source);
  const to = destination(draft, from.replace(/\/\.$/, ""), effect.to);
  look(draft, to);
  if (maybe) return fill(draft, "/", { id: `file:${to}`, kind: "artifact", what: to, size: unknown, layer: draft.layer, maybe }, true);
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

function link(draft: Draft, effect: Effect & { do: "link" }, maybe: boolean): void {
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

export function mkdir(draft: Draft, path: string): void {
  const real = realPath(draft.state.root, path, true);
  if (!find(draft.state.root, real))
    setRoot(draft, put(draft.state.root, real, { ...emptyFolder(draft.layer), owner: draft.state.user }, draft.layer));
}

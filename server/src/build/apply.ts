import type { Effect } from "../image/effects.ts";
import {
  type Entry,
  emptyFolder,
  entriesOf,
  type FolderNode,
  find,
  type Node,
  ownEntries,
  realPath,
  rewrite,
  unfold,
  unfoldAll,
} from "../image/files.ts";
import { basename, components, hasGlob, join, matches } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { type Draft, isNoFile, look, mapEntries, maybeGone, mayHold, note, store, storeContent, storedAgain } from "./draft.ts";
import { baseMayHold } from "./holds.ts";
import { hollow } from "./hollow.ts";
import { link, transfer } from "./transfer.ts";
import { fillAll, loosen, mkdir, write } from "./write.ts";

/** A file system effect, carried out. With `maybe` the smaller image is assumed, and nothing is called waste. */
export function apply(draft: Draft, effect: Effect, maybe: boolean): void {
  switch (effect.do) {
    case "write":
      return write(draft, effect, maybe);
    case "fill":
      return fillAll(draft, effect.path, [effect.entry], maybe);
    case "look":
      for (const id of effect.ids) draft.touched.push({ path: `content:${id}`, stage: draft.stage });
      return;
    case "take":
      return take(draft, effect.path, effect.id, maybe);
    case "remove":
      for (const path of expandPath(draft, effect.path)) remove(draft, path, effect, maybe);
      removeContent(draft, effect, maybe);
      return hollow(draft, effect);
    case "touch":
      for (const path of expandPath(draft, effect.path)) touch(draft, path, effect, maybe);
      return hidden(draft, effect.path);
    case "move":
    case "copy":
      for (const path of expandPath(draft, effect.from)) transfer(draft, path, effect, maybe);
      return hidden(draft, effect.from);
    case "link":
      return link(draft, effect, maybe);
    case "mkdir":
      return mkdir(draft, effect.path);
    case "unknown":
      loosen(draft, { id: effect.id, kind: "unknown", what: effect.what, size: unknown, layer: draft.layer });
      draft.state = draft.state.unknownWrites ? draft.state : { ...draft.state, unknownWrites: true };
      return;
    default:
  }
}

/** `cp /etc/*`: the pattern stands for files as well that the tree does not show. */
function hidden(draft: Draft, pattern: string): void {
  const folder = staticPart(pattern);
  if (hasGlob(pattern) && mayHold(draft, folder)) unknownCopy(draft, folder);
}

function take(draft: Draft, path: string, id: string, maybe: boolean): void {
  look(draft, path === "/" ? `content:${id}` : path);
  storeContent(draft, path, (content) => withoutEntries(draft, path, content, (e) => e.id === id, maybe));
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
    return store(draft, real, kept);
  }
  for (const { path: at, entry } of entriesOf(node, real)) if (entry.layer !== draft.layer) note(draft, "removed", at, entry);
  store(draft, real, real === "/" ? emptyFolder(draft.layer) : undefined);
}

/** `find FOLDER -name PATTERN -delete` and its like: the files of a tree whose name fits. */
function removeSome(draft: Draft, path: string, node: Node, fits: (name: string) => boolean, maybe: boolean): void {
  const kept = rewrite(unfoldAll(node), path, (n, at) => {
    if (n.type === "folder" || !fits(basename(at))) return n;
    if (maybe) return mapEntries(n, (entry) => maybeGone(draft, entry));
    for (const entry of ownEntries(n)) if (entry.layer !== draft.layer) note(draft, "removed", at, entry);
    return undefined;
  });
  store(draft, path, kept);
}

/** `rm -rf FOLDER/*`: what lies there without names goes too. */
function removeContent(draft: Draft, effect: Effect & { do: "remove" }, maybe: boolean): void {
  const last = basename(effect.path);
  if (!hasGlob(last) || effect.only) return;
  const all = last === "*";
  for (const folder of expandPath(draft, effect.path.slice(0, -last.length - 1) || "/")) {
    const chosen = (entry: Entry): boolean =>
      (all && effect.recursive) ||
      (entry.kind === "lists" && /^(?:\*|\*_\*|\*[._]\S*)$/.test(last)) ||
      (all && entry.kind === "download") ||
      (last === "*-old" && entry.id.endsWith(last.slice(1))) ||
      // `cache/*.gem`: what a cache is full of.
      (entry.kind === "cache" && /^\*\.\w+$/.test(last));
    if (folder !== "/" && find(draft.state.root, folder, true)?.type === "folder")
      storeContent(draft, folder, (content) => withoutEntries(draft, folder, content, chosen, maybe));
  }
}

function touch(draft: Draft, path: string, effect: Effect & { do: "touch" }, maybe: boolean): void {
  if (isNoFile(path)) return;
  const { root } = draft.state;
  const real = realPath(root, path, true);
  const node = find(root, real);
  if (node) {
    const change = (n: Node, at: string): Node => (isOwned(n, effect.unless) ? n : storedAgain(draft, n, at, effect, maybe));
    const next = effect.recursive
      ? rewrite(node, real, change)
      : node.type === "folder"
        ? folderChanged(draft, node, effect)
        : change(node, real);
    store(draft, real, next, effect.recursive || node.type !== "folder" ? "whole" : "own");
  } else if (effect.create && !maybe && !baseMayHold(draft.state, real)) {
    return write(draft, { do: "write", path: real, size: { bytes: 0, lowerBound: false, basis: "measured" }, kind: "artifact" }, false);
  }
  const reaches = effect.recursive || !node;
  if (reaches && mayHold(draft, real)) unknownCopy(draft, real);
}

function isOwned(node: Node, by: { user: string; group?: string } | undefined): boolean {
  if (!by || node.type === "link") return false;
  const [user, group] = (node.owner ?? "root").split(":");
  return user === by.user && (by.group === undefined || group === by.group);
}

/** Files of the base, or of commands whose files are not known, stored again in this layer: an unknown amount. */
function unknownCopy(draft: Draft, path: string): void {
  const entry: Entry = { id: `again:${path}`, kind: "unknown", what: path, size: unknown, layer: draft.layer };
  const node = find(draft.state.root, path);
  if (node && node.type !== "folder") return;
  loosen(draft, entry);
}

const folderChanged = (draft: Draft, node: FolderNode, effect: Effect & { do: "touch" }): FolderNode => ({
  ...unfold(node),
  layer: draft.layer,
  ...(effect.mode !== undefined && { mode: effect.mode }),
  ...(effect.owner !== undefined && { owner: effect.owner }),
});

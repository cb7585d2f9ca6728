import { knownFile } from "../commands/known-files.ts";
import type { Content } from "../image/content.ts";
import type { Effect } from "../image/effects.ts";
import {
  type Entry,
  emptyFolder,
  entriesOf,
  type FolderNode,
  find,
  fromContext,
  isUnpacked,
  type Node,
  realPath,
  rewrite,
  unfold,
  unfoldAll,
} from "../image/files.ts";
import { basename, components, dirname, hasGlob, join, matches } from "../image/paths.ts";
import { isUnknown, type Size, typical, unknown, weaker } from "../image/size.ts";
import { baseMayHold } from "./holds.ts";
import { hollow, replace } from "./hollow.ts";
import {
  isNoFile,
  look,
  mapEntries,
  maybeGone,
  mayHold,
  mayStoreAgain,
  note,
  type OpenLayer,
  store,
  storeContent,
  storedAgain,
  writerOf,
} from "./open-layer.ts";
import { takePart, takeParts } from "./parts.ts";
import { tidy } from "./tidy.ts";
import { link, merge, transfer } from "./transfer.ts";
import { isMktemp, maybeRemoved, maybeTouched, unsureFolder } from "./unsure.ts";
import { fillAll, loosen, mkdir, write } from "./write.ts";

/** A file system effect, carried out. With `maybe` the smaller image is assumed, and nothing is called waste. */
export function apply(open: OpenLayer, effect: Effect, maybe: boolean): void {
  switch (effect.do) {
    case "write":
      return write(open, effect, maybe);
    case "fill":
      return fillAll(open, effect.path, [effect.entry], maybe);
    case "make":
      return make(open, effect, maybe);
    case "lookAt":
      return look(open, effect.path);
    case "look":
      for (const id of effect.ids) open.touched.push({ path: `content:${id}`, stage: open.stage });
      return;
    case "replace":
      return replace(open, effect);
    case "take":
      return take(open, effect.path, effect.id, maybe);
    case "remove": {
      const anywhere = unsureFolder(open, effect.path);
      if (anywhere !== undefined) return maybeRemoved(open, anywhere, effect.path);
      removeInside(open, effect);
      removeUnpacked(open, effect, maybe);
      partRemoved(open, effect);
      if (effect.below) removeBelow(open, dirname(effect.path), effect.below.links);
      for (const path of expandPath(open, effect.path)) if (!effect.below) remove(open, path, effect, maybe);
      removeContent(open, effect, maybe);
      return hollow(open, effect);
    }
    case "touch": {
      const anywhere = unsureFolder(open, effect.path);
      if (anywhere !== undefined) return maybeTouched(open, anywhere, effect.path);
      for (const path of expandPath(open, effect.path)) touch(open, path, effect, maybe);
      if (hasGlob(effect.path) && mayStoreAgain(open, staticPart(effect.path))) unknownCopy(open, staticPart(effect.path));
      return;
    }
    case "move":
    case "copy":
      return carry(open, effect, maybe);
    case "link":
      return link(open, effect, maybe);
    case "mkdir":
      return mkdir(open, effect.path, effect.owner);
    case "tidy":
      return tidy(open);
    case "renew":
      for (const path of expandPath(open, effect.path)) renew(open, path, effect.about === true);
      return;
    case "unknown":
      loosen(open, { id: effect.id, kind: "unknown", what: effect.what, size: unknown, layer: open.layer, unread: true });
      open.state = open.state.unknownWrites ? open.state : { ...open.state, unknownWrites: true };
      return;
    default:
  }
}

/** Where a build may not run the smaller image is assumed. */
function make(open: OpenLayer, { path, like, source }: Effect & { do: "make" }, maybe: boolean): void {
  if (maybe) return;
  merge(open, path, fromContext(like, path.slice(1), open.layer, { owner: writerOf(open), likeHere: source }));
}

/** cp and mv. `cp target/*.jar /app.jar`: what a pattern stands for is not known, that it becomes this file is. */
function carry(open: OpenLayer, effect: Effect & { do: "move" | "copy" }, maybe: boolean): void {
  if (unsureFolder(open, effect.from) !== undefined)
    return loosen(open, { id: `copy:${effect.from}`, kind: "artifact", what: effect.to, size: unknown, layer: open.layer });
  const paths = expandPath(open, effect.from);
  for (const path of paths) transfer(open, path, effect, maybe);
  const { root } = open.state;
  // Named by what is known only when it runs: it may be anything.
  if (/[$`]/.test(effect.from) && !paths.some((path) => find(root, path)))
    return loosen(open, { id: `copy:${effect.from}`, kind: "unknown", what: effect.to, size: unknown, layer: open.layer });
  const becomes = paths.length === 0 && !maybe && /\.\w+$/.test(effect.to) && find(root, effect.to, true)?.type !== "folder";
  if (becomes && hasGlob(effect.from) && mayHold(open, staticPart(effect.from)))
    return write(open, { do: "write", path: effect.to, size: unknown, kind: "artifact" }, false);
  return hidden(open, effect.from);
}

/** `cp /etc/*`: the pattern stands for files as well that the tree does not show. */
function hidden(open: OpenLayer, pattern: string): void {
  const folder = staticPart(pattern);
  if (hasGlob(pattern) && mayHold(open, folder)) unknownCopy(open, folder);
}

function take(open: OpenLayer, path: string, id: string, maybe: boolean): void {
  look(open, path === "/" ? `content:${id}` : path);
  storeContent(open, path, (content) => withoutEntries(open, path, content, () => true, maybe, [id]));
}

/** Content without the chosen entries, of these ids or of any: freed where this layer wrote them, stored in vain where a lower one did. */
function withoutEntries(
  open: OpenLayer,
  path: string,
  content: Content,
  chosen: (entry: Entry) => boolean,
  maybe: boolean,
  ids?: readonly string[],
): Content {
  const change = (entry: Entry): Entry | undefined => {
    if (!chosen(entry)) return entry;
    if (maybe) return maybeGone(open, entry);
    if (entry.layer !== open.layer) note(open, "removed", path, entry);
    return undefined;
  };
  return content.map(change, ids);
}

/** The paths that a pattern stands for in the tree; a path without wildcards stands for itself, there or not. */
function expandPath(open: OpenLayer, pattern: string): string[] {
  look(open, staticPart(pattern));
  if (!hasGlob(pattern)) return [pattern];
  let found: { path: string; node: Node | undefined }[] = [{ path: "/", node: open.state.root }];
  for (const part of components(pattern)) {
    found = found.flatMap(({ path, node }) => {
      if (!hasGlob(part)) return [{ path: join(path, part), node: find(open.state.root, join(path, part), true) }];
      if (node?.type !== "folder") return [];
      return [...unfold(node).children]
        .filter(([name]) => matches(part, name) || (isMktemp(name) && matches(part, "tmp.0123456789")))
        .map(([name, child]) => ({ path: join(path, name), node: child }));
    });
  }
  // `*/` names folders only.
  const isMeant = ({ path, node }: { path: string; node: Node | undefined }): boolean =>
    pattern.endsWith("/") ? find(open.state.root, path, true)?.type === "folder" : node !== undefined;
  return found.filter(isMeant).map(({ path }) => path);
}

/** The folder above the first wildcard. */
export function staticPart(pattern: string): string {
  const parts = components(pattern);
  const first = parts.findIndex(hasGlob);
  return first < 0 ? pattern : `/${parts.slice(0, first).join("/")}`;
}

function remove(open: OpenLayer, path: string, effect: Effect & { do: "remove" }, maybe: boolean): void {
  const { root } = open.state;
  const real = realPath(root, path);
  const node = find(root, real);
  if (!node || (node.type === "folder" && !effect.recursive && !effect.only)) return;
  if (effect.only) return removeSome(open, real, node, { fits: effect.only, whole: effect.whole === true }, maybe);
  if (maybe) {
    const kept = rewrite(node, real, (n) => mapEntries(n, (entry) => maybeGone(open, entry)));
    return store(open, real, kept);
  }
  for (const { path: at, entry } of entriesOf(node, real)) if (entry.layer !== open.layer) note(open, "removed", at, entry);
  store(open, real, real === "/" ? emptyFolder(open.layer) : undefined);
}

/** `find FOLDER -name PATTERN -delete` and its like: the files of a tree whose name fits, and with `rm -r` the folders. */
function removeSome(
  open: OpenLayer,
  path: string,
  node: Node,
  { fits, whole }: { fits(name: string): boolean; whole: boolean },
  maybe: boolean,
): void {
  const kept = rewrite(unfoldAll(node), path, (n, at) => {
    if ((n.type === "folder" && !whole) || !fits(basename(at))) return n;
    if (maybe) return rewrite(n, at, (below) => mapEntries(below, (entry) => maybeGone(open, entry)));
    for (const { path: below, entry } of entriesOf(n, at)) if (entry.layer !== open.layer) note(open, "removed", below, entry);
    return undefined;
  });
  store(open, path, kept);
}

/** `find FOLDER -delete`: also what has a dot before its name; `find FOLDER -type f -delete` leaves folders and links. */
function removeBelow(open: OpenLayer, path: string, links: boolean): void {
  const real = realPath(open.state.root, path, true);
  const node = find(open.state.root, real);
  if (node?.type !== "folder") return;
  const kept = rewrite(unfoldAll(node), real, (n, at) => {
    if (n.type === "folder" || (n.type === "link" && !links)) return n;
    for (const { path: below, entry } of entriesOf(n, at)) if (entry.layer !== open.layer) note(open, "removed", below, entry);
    return undefined;
  });
  store(open, real, kept);
}

/** `rm -rf FOLDER/*`: what lies there without names goes too. */
function removeContent(open: OpenLayer, effect: Effect & { do: "remove" }, maybe: boolean): void {
  const last = basename(effect.path);
  if (!hasGlob(last) || effect.only) return;
  const all = last === "*";
  for (const folder of expandPath(open, effect.path.slice(0, -last.length - 1) || "/")) {
    const chosen = (entry: Entry): boolean =>
      (all && effect.recursive) ||
      (entry.kind === "lists" && /^(?:\*|\*_\*|\*[._]\S*)$/.test(last)) ||
      (all && entry.kind === "download") ||
      (entry.like !== undefined && matches(last, entry.like)) ||
      (last === "*-old" && entry.id.endsWith(last.slice(1))) ||
      // `cache/*.gem`: what a cache is full of.
      (entry.kind === "cache" && /^\*\.\w+$/.test(last));
    if (folder !== "/" && find(open.state.root, folder, true)?.type === "folder")
      storeContent(open, folder, (content) => withoutEntries(open, folder, content, chosen, maybe));
  }
}

/**
 * `tar xf tool-1.2.tar.gz && … && rm -rf tool-1.2`: the folder that the archive is called after is what was in it. Another folder that nobody
 * wrote by name may be.
 */
function removeUnpacked(open: OpenLayer, { path, recursive, only }: Effect & { do: "remove" }, maybe: boolean): void {
  const name = basename(path);
  if (!recursive || only || name === "*") return;
  const isThere = hasGlob(name) || find(open.state.root, path) !== undefined;
  const folder = dirname(path);
  if (hasGlob(folder) || find(open.state.root, folder, true)?.type !== "folder") return;
  const isCalledSo = (entry: Entry): boolean => {
    const archive = basename(entry.id).replace(/(?:\.orig)?\.(?:tar(?:\.\w+)?|t[gbx]z2?|zip)$/, "");
    return hasGlob(name) ? matches(name, archive) : archive === name;
  };
  const isFresh = (entry: Entry): boolean => isUnpacked(entry) && entry.layer === open.layer;
  const isIt = (entry: Entry): boolean => isCalledSo(entry) && (isFresh(entry) || (isUnpacked(entry) && !hasGlob(name) && !maybe));
  storeContent(open, folder, (content) => {
    const left = withoutEntries(open, path, content, isIt, maybe);
    return isThere ? left : withoutEntries(open, folder, left, isFresh, true);
  });
}

/** `rm -rf /opt/tool/doc`, `rm /opt/tool/*.txt`, `find /opt -name '*.a' -delete` behind an archive that was unpacked there. */
function partRemoved(open: OpenLayer, { path, recursive, only, below }: Effect & { do: "remove" }): void {
  const folder = staticPart(path);
  if (only || below) return takeParts(open, folder);
  if (!hasGlob(path)) return takePart(open, path);
  // All that lies there goes as a whole.
  if (find(open.state.root, folder, true) && !(recursive && basename(path) === "*" && dirname(path) === folder))
    return takeParts(open, folder);
  takePart(open, folder);
}

/** What a command put into a folder without names: packages of a language, what it built or unpacked. */
const isInside = (open: OpenLayer, { kind, id, layer }: Entry): boolean =>
  layer === open.layer && /^(?:package|source|artifact)$/.test(kind) && !id.startsWith("deb");

/** `rm -rf venv/lib`, `find venv -name '*.pyc' -delete`: some of what lies in a folder without names; how much of it nobody knows. */
function removeInside(open: OpenLayer, { path, recursive, only, below }: Effect & { do: "remove" }): void {
  const folder = staticPart(path);
  const maybeTaken = (at: string, isMeant: (entry: Entry) => boolean): void =>
    storeContent(open, at, (content) => content.map((e) => (isInside(open, e) && isMeant(e) ? maybeGone(open, e) : e)));
  if (only || below) {
    const node = find(open.state.root, folder, true);
    const within = node?.type === "folder" ? entriesOf(unfoldAll(node), folder) : [];
    for (const at of new Set(within.flatMap((e) => (isInside(open, e.entry) && e.path !== "/" ? [e.path] : []))))
      if (find(open.state.root, at, true)?.type === "folder") maybeTaken(at, () => true);
  }
  // A name with a dot before it is a cache's, or one's own.
  if (!recursive || find(open.state.root, path) || basename(path).startsWith(".") || (hasGlob(path) && dirname(path) === folder)) return;
  for (let at = dirname(path); at !== "/"; at = dirname(at))
    if (find(open.state.root, at, true)?.type === "folder") maybeTaken(at, (e) => e.kind === "package" || e.kind === "artifact");
}

/** Files keep their names, so that a removal of them is still one; a lower layer stays what it is. */
function renew(open: OpenLayer, path: string, about: boolean): void {
  const real = realPath(open.state.root, path, true);
  const node = find(open.state.root, real);
  if (!node) return;
  const renewed = (size: Size): Size => (about ? { ...size, basis: weaker(size.basis, "typical") } : unknown);
  const change = (entry: Entry): Entry => (isUnknown(entry.size) ? entry : { ...entry, size: renewed(entry.size) });
  store(
    open,
    real,
    rewrite(unfoldAll(node), real, (n) => mapEntries(n, change)),
  );
}

function touch(open: OpenLayer, path: string, effect: Effect & { do: "touch" }, maybe: boolean): void {
  if (isNoFile(path)) return;
  const { root } = open.state;
  const real = realPath(root, path, effect.link !== true);
  const node = find(root, real);
  if (node) {
    const isOther = (n: Node | Entry): boolean => !isOwned(n, effect.unless) && mayBeFrom(n, effect.from);
    const isMeant = (n: Node, at: string): boolean => isOther(n) && (!effect.only || (n.type === "file" && effect.only(basename(at))));
    const change = (n: Node, at: string): Node =>
      isMeant(n, at) ? storedAgain(open, n, at, effect, maybe, (e) => isOther(e.owner === undefined ? n : e)) : n;
    const next = effect.recursive
      ? rewrite(effect.only || hasSeveralNames(node) ? unfoldAll(node) : node, real, change)
      : node.type === "folder"
        ? folderChanged(open, node, effect)
        : change(node, real);
    store(open, real, next, effect.recursive || node.type !== "folder" ? "whole" : "own");
  } else if (effect.create && !maybe && !baseMayHold(open.state, real)) {
    return write(open, { do: "write", path: real, size: { bytes: 0, lowerBound: false, basis: "measured" }, kind: "artifact" }, false);
  } else if (effect.create && !maybe && isMadeHere(open, dirname(real))) {
    return write(open, { do: "write", path: real, size: typical(0), kind: "artifact" }, false);
  }
  const there = node || maybe ? undefined : knownFile(open.state, real, open.layer);
  if (there?.counted) return;
  if (there) return write(open, { do: "write", path: real, size: there.size, kind: "metadata" }, false);
  const reaches = effect.recursive || !node;
  if (reaches && mayStoreAgain(open, real)) unknownCopy(open, real);
}

/** By `mkdir`, which says whose it is, and with nothing in it but what has a name: who makes a folder knows of none that is there. */
function isMadeHere({ state: { root } }: OpenLayer, folder: string): boolean {
  const node = find(root, folder);
  return node?.type === "folder" && node.owner !== undefined && !node.context && [...node.content].length === 0;
}

/** Whether a folder of the build context holds files of several names, seen as one sum: each is stored again for itself. */
const hasSeveralNames = (node: Node): boolean =>
  node.type === "folder" && (node.context ? node.context.folder.linked !== undefined : [...node.children.values()].some(hasSeveralNames));

function isOwned(what: Node | Entry, by: { user: string; group?: string } | undefined): boolean {
  if (!by || ("type" in what && what.type === "link")) return false;
  // A folder of its own may hold what a COPY gave to others.
  if ("content" in what && what.content.some((e) => e.owner !== undefined && !isOwned(e, by))) return false;
  const [user, group] = (what.owner ?? "root").split(":");
  return user === by.user && (by.group === undefined || group === by.group);
}

/** Whether it may be this owner's: `chown app` leaves a group that is not known. */
function mayBeFrom(what: Node | Entry, from: { user?: string; group?: string } | undefined): boolean {
  const named = (id: string | undefined): string | undefined => (id === "0" ? "root" : id);
  const owner = "owner" in what ? what.owner : undefined;
  const [user, group] = (owner ?? "root").split(":").map(named);
  const ofRoot = user === "root" ? "root" : undefined;
  const isSame = (wanted: string | undefined, is: string | undefined): boolean =>
    wanted === undefined || is === undefined || named(wanted) === is;
  return !from || (isSame(from.user, user) && isSame(from.group, group ?? ofRoot));
}

/** Files of the base, or of commands whose files are not known, stored again in this layer: an unknown amount. */
function unknownCopy(open: OpenLayer, path: string): void {
  const entry: Entry = { id: `again:${path}`, kind: "unknown", what: path, size: unknown, layer: open.layer };
  const node = find(open.state.root, path);
  if (node && node.type !== "folder") return;
  loosen(open, entry);
}

const folderChanged = (open: OpenLayer, node: FolderNode, effect: Effect & { do: "touch" }): FolderNode => ({
  ...unfold(node),
  layer: open.layer,
  ...(effect.mode !== undefined && { mode: effect.mode }),
  ...(effect.owner !== undefined && { owner: effect.owner }),
});

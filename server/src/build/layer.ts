import { Content } from "../image/content.ts";
import { type Entry, type FolderNode, find, type Node, ownEntries, type Stored, sizeOf } from "../image/files.ts";
import type { Layer } from "../image/model.ts";
import { join } from "../image/paths.ts";
import type { OpenLayer } from "./open-layer.ts";

/** What a layer's archive holds: the entries of the new tree that are stored in it. Only the places that were changed are looked at. */
export function layerOf(before: FolderNode, after: FolderNode, { layer, loose, places }: OpenLayer): Layer {
  const entries: Stored[] = [];
  for (const [path, how] of places) {
    const node = find(after, path);
    if (!node || isWithinWhole(places, path)) continue;
    if (how === "whole") addChanged(entries, find(before, path), node, path, layer);
    else addOwn(entries, find(before, path), node, path, layer);
  }
  for (const entry of loose) entries.push({ path: "/", entry });
  return { index: layer, entries, size: sizeOf(entries) };
}

function isWithinWhole(places: OpenLayer["places"], path: string): boolean {
  for (let at = path; at !== "/"; ) {
    at = at.slice(0, at.lastIndexOf("/")) || "/";
    if (places.get(at) === "whole") return true;
  }
  return false;
}

function addOwn(entries: Stored[], before: Node | undefined, node: Node, path: string, layer: number): void {
  const old = before?.type === "folder" && !before.context ? before.content : Content.empty;
  const own = node.type === "folder" && !node.context ? node.content.ofChanges(old) : ownEntries(node);
  for (const entry of own) if (entry.layer === layer) entries.push({ path, entry });
}

/** What this layer stores at and below the nodes that are not the very same as before. */
function addChanged(entries: Stored[], before: Node | undefined, after: Node, path: string, layer: number): void {
  if (before === after) return;
  addOwn(entries, before, after, path, layer);
  if (after.type !== "folder") return;
  const old = before?.type === "folder" && !before.context ? before.children : undefined;
  after.children.forEach((child, name) => {
    addChanged(entries, old?.get(name), child, join(path, name), layer);
  });
}

/** Where the numbers of what is in a layer come from, in words; of its biggest part that says so. */
export function sourceOf(layer: Layer): string | undefined {
  let biggest: Entry | undefined;
  for (const { entry } of layer.entries) {
    if (entry.source !== undefined && entry.size.bytes >= (biggest?.size.bytes ?? 0)) biggest = entry;
  }
  return biggest?.source;
}

import { type Entry, type FolderNode, type Node, ownEntries, sizeOf } from "../image/files.ts";
import type { Layer } from "../image/model.ts";
import { join } from "../image/paths.ts";

/** What a layer's archive holds: the entries of the new tree that are stored in it. Only what changed is walked. */
export function layerOf(before: FolderNode, after: FolderNode, index: number, loose: readonly Entry[]): Layer {
  const named = [...changed(before, after, "/")].filter(({ entry }) => entry.layer === index);
  const entries = [...named, ...loose.map((entry) => ({ path: "/", entry }))];
  return { index, entries, size: sizeOf(entries) };
}

/** Where the numbers of what is in a layer come from, in words; of its biggest part that says so. */
export function sourceOf(layer: Layer): string | undefined {
  let biggest: Entry | undefined;
  for (const { entry } of layer.entries) {
    if (entry.source !== undefined && entry.size.bytes >= (biggest?.size.bytes ?? 0)) biggest = entry;
  }
  return biggest?.source;
}

/** Entries of `after` at and below the nodes that are not the very same in `before`. */
export function* changed(before: Node | undefined, after: Node, path: string): Generator<{ path: string; entry: Entry }> {
  if (before === after) return;
  const sameContent =
    before?.type === "folder" && after.type === "folder" && before.content === after.content && before.context === after.context;
  if (!sameContent) for (const entry of ownEntries(after)) yield { path, entry };
  if (after.type !== "folder") return;
  const old = before?.type === "folder" && !before.context ? before.children : undefined;
  for (const [name, child] of after.children) yield* changed(old?.get(name), child, join(path, name));
}

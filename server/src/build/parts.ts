import { type Entry, entriesOf, find, isUnpacked, unfoldAll } from "../image/files.ts";
import { dirname } from "../image/paths.ts";
import { isUnknown, unknown } from "../image/size.ts";
import { type OpenLayer, storeContent } from "./open-layer.ts";

// Content without names that some of has gone: what an archive held, as a whole, is known to the byte; how much a part of it is nobody knows.

const isWhole = (entry: Entry): boolean => isUnpacked(entry) && !entry.parted && !isUnknown(entry.size);

/** Here the rest weighs nobody knows how much; a lower layer stays as it is, but what is stored of it again is unknown. */
const withoutPart = (open: OpenLayer, entry: Entry): Entry =>
  !isWhole(entry) ? entry : entry.layer === open.layer ? { ...entry, size: unknown } : { ...entry, parted: true };

/** Something at or below a path has gone, and what the tree shows there was all of it: where it shows nothing it was a part of what lies above. */
export function takePart(open: OpenLayer, path: string): void {
  if (find(open.state.root, path)) return;
  for (let at = dirname(path); ; at = dirname(at)) {
    const node = find(open.state.root, at, true);
    if (node?.type === "folder" && node.content.some(isWhole))
      storeContent(open, at, (content) => content.map((e) => withoutPart(open, e)));
    if (at === "/") return;
  }
}

/** Some of what lies below a folder has gone, by the names of files. */
export function takeParts(open: OpenLayer, folder: string): void {
  const node = find(open.state.root, folder, true);
  if (!node) return takePart(open, folder);
  if (node.type !== "folder") return;
  const holders = entriesOf(unfoldAll(node), folder).flatMap(({ path, entry }) => (isWhole(entry) ? [path] : []));
  for (const at of new Set(holders)) storeContent(open, at, (content) => content.map((e) => withoutPart(open, e)));
}

import { knownFile } from "../commands/known-files.ts";
import { Content } from "../image/content.ts";
import type { Effect } from "../image/effects.ts";
import { type Entry, emptyFolder, entriesOf, find, reach } from "../image/files.ts";
import { isNowhere } from "../image/homes.ts";
import { isWithin } from "../image/paths.ts";
import { add, atLeast, unknown } from "../image/size.ts";
import { isNoFile, look, mayHold, mayStoreAgain, note, type OpenLayer, store, storeContent, writerOf } from "./open-layer.ts";

/** A settings file is shorter; in UTF-16 units. */
const longestText = 2000;

/** `parted`: more of the file is counted elsewhere. */
export function write(open: OpenLayer, effect: Effect & { do: "write" }, maybe: boolean, parted = false): void {
  if (isNoFile(effect.path)) return;
  if (isNowhere(effect.path)) return lose(open, { id: effect.id ?? `file:${effect.path}`, what: effect.path, size: effect.size }, maybe);
  const { path, node: existing } = reach(open.state.root, effect.path);
  look(open, path);
  if (existing?.type === "folder") return;
  if (maybe && existing) return;
  const old = existing?.type === "file" ? existing.entry : undefined;
  let size = maybe ? unknown : effect.size;
  const isAdded = effect.append === true && !old;
  const there = isAdded && mayHold(open, path) ? knownFile(open.state, path, open.layer) : undefined;
  // What this layer's packages have in the file is counted with them.
  const isCounted = there ? there.counted : isAdded && !mayStoreAgain(open, path) && mayHold(open, path);
  const isParted = parted || isCounted || (effect.append === true && old?.parted === true);
  if (effect.append) {
    if (old) size = add(isParted && old.layer !== open.layer ? atLeast(old.size) : old.size, size);
    else if (there) size = there.counted ? size : add(there.size, size);
    else if (mayStoreAgain(open, path)) size = atLeast(size);
  }
  const text =
    maybe || !effect.append || !old
      ? effect.text
      : old.text !== undefined && effect.text !== undefined
        ? old.text + effect.text
        : undefined;
  if (old && old.layer !== open.layer) note(open, effect.append ? "stored again" : "overwritten", path, old);
  const entry: Entry = {
    id: effect.id ?? `file:${path}`,
    kind: effect.append && old ? old.kind : effect.kind,
    what: path,
    size,
    layer: open.layer,
    ...(maybe && { maybe }),
    ...(isParted && { parted: true as const }),
    ...(text !== undefined && text.length <= longestText && { text }),
  };
  const mode = effect.mode ?? (existing?.type === "file" ? existing.mode : undefined);
  const owner = effect.owner ?? writerOf(open);
  store(open, path, { type: "file", entry, ...(mode !== undefined && { mode }), owner });
  note(open, "written", path, entry);
  if (old?.inode !== undefined && old.layer === open.layer) shareWith(open, path, old.inode, entry);
}

/** What is written to one of the names that this layer gave a file is in all of them. */
function shareWith(open: OpenLayer, path: string, inode: string, entry: Entry): void {
  const { root } = open.state;
  const named = entriesOf(root, "/").filter((e) => e.path === path || (e.entry.inode === inode && e.entry.layer === open.layer));
  for (const { path: at } of named) {
    const node = find(root, at);
    if (node?.type === "file") store(open, at, { ...node, entry: { ...entry, inode } });
  }
}

/** In so many layers the same content may be, or not; of more a later step need not know where. */
const maximumMaybes = 8;
/** So much content one folder may have: the packages of a few desktops. More of it is somewhere, an unknown amount. */
const maximumContent = 10_000;

/** Content that comes to lie in one folder, all at once: what has the same id and was stored by this layer is replaced. */
export function fillAll(
  open: OpenLayer,
  path: string,
  contents: readonly Pick<Entry, "id" | "kind" | "what" | "size">[],
  maybe: boolean,
): void {
  if (isNoFile(path)) return;
  if (isNowhere(path)) return contents.forEach((what) => void lose(open, what, maybe));
  if (path !== "/") look(open, path);
  const { node: known, path: at } = reach(open.state.root, path);
  const content = known?.type === "folder" ? known.content : Content.empty;
  const isFull = content.size + contents.length > maximumContent;
  const isBeyond = (id: string): boolean => isFull || (maybe && content.of(id).length >= maximumMaybes);
  // A cache may lie in the part that is mounted, or beside it.
  const isPartlyMounted = open.mounts.some((m) => m !== at && isWithin(m, at));
  const stored: Entry[] = [];
  for (const what of contents) {
    const isUnsure = maybe || (isPartlyMounted && what.kind === "cache");
    const entry: Entry = { ...what, layer: open.layer, ...(isUnsure && { maybe: true, size: unknown }) };
    if (isBeyond(entry.id)) loosen(open, { ...entry, size: unknown });
    else stored.push(entry);
  }
  storeContent(open, path, (content) => content.with(stored));
  for (const entry of stored) {
    if (path === "/") open.touched.push({ path: `content:${entry.id}`, stage: open.stage });
    note(open, "written", path, entry);
  }
}

export function loosen(open: OpenLayer, entry: Entry): void {
  open.loose.push(entry);
  note(open, "written", "/", entry);
}

/** It is stored in a home that nobody knows: no rule says where. */
const lose = (open: OpenLayer, { id, what, size }: Pick<Entry, "id" | "what" | "size">, maybe: boolean): void =>
  loosen(open, { id: `home:${id}`, kind: "unknown", what, size: maybe ? unknown : size, layer: open.layer });

export function mkdir(open: OpenLayer, path: string, owner = writerOf(open)): void {
  const at = reach(open.state.root, path);
  if (!at.node && !isNowhere(path)) store(open, at.path, { ...emptyFolder(open.layer), owner });
}

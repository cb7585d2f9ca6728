import type { Effect } from "../image/effects.ts";
import { type Entry, emptyFolder, find, realPath } from "../image/files.ts";
import { add, atLeast, unknown } from "../image/size.ts";
import { type Draft, isNoFile, look, mayHold, note, store, storeContent } from "./draft.ts";

/** A settings file is shorter; in UTF-16 units. */
const longestText = 2000;

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
  const text =
    maybe || !effect.append || !old
      ? effect.text
      : old.text !== undefined && effect.text !== undefined
        ? old.text + effect.text
        : undefined;
  if (old && old.layer !== draft.layer) note(draft, effect.append ? "stored again" : "overwritten", path, old);
  const entry: Entry = {
    id: `file:${path}`,
    kind: effect.append && old ? old.kind : effect.kind,
    what: path,
    size,
    layer: draft.layer,
    ...(maybe && { maybe }),
    ...(text !== undefined && text.length <= longestText && { text }),
  };
  const mode = effect.mode ?? (existing?.type === "file" ? existing.mode : undefined);
  const owner = effect.owner ?? draft.state.user;
  store(draft, path, { type: "file", entry, ...(mode !== undefined && { mode }), owner });
  note(draft, "written", path, entry);
}

/** Content that comes to lie in one folder, all at once: what has the same id and was stored by this layer is replaced. */
export function fillAll(
  draft: Draft,
  path: string,
  contents: readonly Pick<Entry, "id" | "kind" | "what" | "size">[],
  maybe: boolean,
): void {
  if (isNoFile(path)) return;
  if (path !== "/") look(draft, path);
  const stored = contents.map((c): Entry => ({ ...c, layer: draft.layer, ...(maybe && { maybe, size: unknown }) }));
  storeContent(draft, path, (content) => together(content, stored));
  for (const entry of stored) {
    if (path === "/") draft.touched.push({ path: `content:${entry.id}`, stage: draft.stage });
    note(draft, "written", path, entry);
  }
}

/** Unnamed content and more of it: what has the same id in the same layer is the same once more. */
export function together(content: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  if (more.length === 0) return content;
  const layers = new Map(more.map((entry) => [entry.id, entry.layer]));
  const lowest = Math.min(...layers.values());
  return content.filter((e) => e.layer < lowest || layers.get(e.id) !== e.layer).concat(more);
}

export function loosen(draft: Draft, entry: Entry): void {
  draft.loose.push(entry);
  note(draft, "written", "/", entry);
}

export function mkdir(draft: Draft, path: string): void {
  const real = realPath(draft.state.root, path, true);
  if (!find(draft.state.root, real)) store(draft, real, { ...emptyFolder(draft.layer), owner: draft.state.user });
}

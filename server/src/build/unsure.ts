import { type Entry, entriesOf, find, rewrite, unfoldAll } from "../image/files.ts";
import { basename, components, dirname, matches } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { mapEntries, maybeGone, mayStoreAgain, type OpenLayer, store } from "./open-layer.ts";
import { loosen } from "./write.ts";

// Paths with parts that are not known stand as they were written: `/srv/$f`, `$(find …)`, `!(keep)`. Where the tree has nothing of that very
// name, they may name whatever lies in the folder above.

/** Where a path stops being known. */
const unsure = /[$`]|[!@+*?]\(/;

/** What mktemp names is nobody else's: `tmp.` and ten letters, unless it is told otherwise (mktemp(1)). */
export const isMktemp = (path: string): boolean => /(?:\$\(|`)mktemp\b/.test(path);

/** The folder in which a path with parts that are not known lies; undefined for one that is known, or that the tree has. */
export function unsureFolder(open: OpenLayer, path: string): string | undefined {
  const at = path.search(unsure);
  if (at < 0 || isMktemp(path) || find(open.state.root, path)) return undefined;
  return dirname(`${path.slice(0, at)}x`);
}

/** Of a package manager, or of a base: what is told to remove those names them. */
const isManaged = ({ kind, id }: Entry): boolean => /^(?:base|package|lists|metadata)$/.test(kind) || id.startsWith("deb");

/** A removal of nobody knows what: whatever this layer wrote there, under that last name where it is known, may be gone. */
export function maybeRemoved(open: OpenLayer, folder: string, path: string): void {
  const node = find(open.state.root, folder, true);
  if (node?.type !== "folder") return;
  const last = basename(path);
  const change = (entry: Entry): Entry => (isManaged(entry) ? entry : maybeGone(open, entry));
  // `gcc-$V` is none of those whose names begin otherwise.
  const begins = basename(`${path.slice(0, path.search(unsure))}x`).slice(0, -1);
  const isMeant = (at: string): boolean => {
    const name = components(at)[components(folder).length];
    return begins === "" || name === undefined || matches(`${begins}*`, name);
  };
  // The text of a command may have slashes of its own.
  const kept =
    unsure.test(last) || /\$\(|`/.test(path)
      ? rewrite(node, folder, (n, at) => (isMeant(at) ? mapEntries(n, change) : n))
      : rewrite(unfoldAll(node), folder, (n, at) =>
          isMeant(at) && matches(last, basename(at)) ? rewrite(n, at, (below) => mapEntries(below, change)) : n,
        );
  store(open, folder, kept);
}

/** A change of nobody knows what: a lower layer's files may be stored again. */
export function maybeTouched(open: OpenLayer, folder: string, path: string): void {
  const node = find(open.state.root, folder, true);
  const held = node && entriesOf(node, folder).some(({ entry }) => entry.layer !== open.layer);
  if (held || mayStoreAgain(open, folder))
    loosen(open, { id: `again:${path}`, kind: "unknown", what: path, size: unknown, layer: open.layer });
}

import { type ContextFolder, type ContextNode, folder } from "../image/context.ts";
import { type Exclusion, exclusion, patternsIn } from "../image/patterns.ts";

const filtered = new WeakMap<ContextFolder, Map<string, ContextFolder>>();

/** The build context without what an ignore file leaves out. Worked out once for each text. */
export function visible(root: ContextFolder, ignoreText: string | undefined): ContextFolder {
  const patterns = patternsIn(ignoreText ?? "");
  if (patterns.length === 0) return root;
  const key = patterns.join("\n");
  const known = filtered.get(root) ?? new Map<string, ContextFolder>();
  filtered.set(root, known);
  let result = known.get(key);
  if (!result) {
    result = without(root, exclusion(patterns));
    if (known.size > 8) known.clear();
    known.set(key, result);
  }
  return result;
}

/** A folder of the build context without what is left out. `path` is what the patterns see of its own. */
export const without = (root: ContextFolder, exclusion: Exclusion, path = ""): ContextFolder =>
  keep(root, path, exclusion) ?? folder(new Map(), root.mode);

function keep(node: ContextFolder, path: string, exclusion: Exclusion): ContextFolder | undefined {
  const children = new Map<string, ContextNode>();
  let same = true;
  for (const [name, child] of node.children) {
    const at = path === "" ? name : `${path}/${name}`;
    const ignored = exclusion.excludes(at);
    if (child.kind !== "folder") {
      if (!ignored) children.set(name, child);
      same &&= !ignored;
      continue;
    }
    // Without an exception nothing below an ignored folder can come back.
    const kept = ignored && !exclusion.hasExceptions ? undefined : keep(child, at, exclusion);
    // An ignored folder is there only for the exceptions below it.
    if (kept && !(ignored && kept.files === 0)) children.set(name, kept);
    same &&= kept === child && !ignored;
  }
  return same ? node : folder(children, node.mode, node.complete);
}

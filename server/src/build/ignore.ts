import dockerignore from "@balena/dockerignore";
import { type ContextFolder, type ContextNode, folder } from "../image/context.ts";

const filtered = new WeakMap<ContextFolder, Map<string, ContextFolder>>();

/** The build context without what an ignore file leaves out, by Docker's own matching. Worked out once for each text. */
export function visible(root: ContextFolder, ignoreText: string | undefined): ContextFolder {
  if (ignoreText === undefined || ignoreText.trim() === "") return root;
  const known = filtered.get(root) ?? new Map<string, ContextFolder>();
  filtered.set(root, known);
  let result = known.get(ignoreText);
  if (!result) {
    const text = ignoreText.replace(/^\uFEFF/, "");
    const matcher = dockerignore({ ignorecase: false }).add(text);
    // Without an exception nothing below an ignored folder can come back.
    const exceptions = /^\s*!/m.test(text);
    result = keep(root, "", (path) => matcher.ignores(path), exceptions) ?? folder(new Map(), root.mode);
    if (known.size > 8) known.clear();
    known.set(ignoreText, result);
  }
  return result;
}

function keep(node: ContextFolder, path: string, ignores: (path: string) => boolean, exceptions: boolean): ContextFolder | undefined {
  const children = new Map<string, ContextNode>();
  let same = true;
  for (const [name, child] of node.children) {
    const at = path === "" ? name : `${path}/${name}`;
    const ignored = ignores(at);
    if (child.kind !== "folder") {
      if (!ignored) children.set(name, child);
      same &&= !ignored;
      continue;
    }
    const kept = ignored && !exceptions ? undefined : keep(child, at, ignores, exceptions);
    // An ignored folder is there only for the exceptions below it.
    if (kept && !(ignored && kept.files === 0)) children.set(name, kept);
    same &&= kept === child && !ignored;
  }
  return same ? node : folder(children, node.mode, node.complete);
}

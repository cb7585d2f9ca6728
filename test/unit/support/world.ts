import type { AnalysisWorld } from "../../../server/src/analyze.ts";
import { type ContextFolder, type ContextNode, folder } from "../../../server/src/image/context.ts";
import { catalogue } from "../../../server/src/sizes/builtin.ts";

/** A build context of files with these bytes. A value of text is a file with that content. */
export function contextOf(files: Readonly<Record<string, number | string>>): ContextFolder {
  const root = new Map<string, ContextNode>();
  const folders = new Map<string, Map<string, ContextNode>>([["", root]]);
  const folderAt = (path: string): Map<string, ContextNode> => {
    let found = folders.get(path);
    if (!found) {
      found = new Map();
      folders.set(path, found);
    }
    return found;
  };
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split("/");
    for (let i = 1; i < parts.length; i++) folderAt(parts.slice(0, i).join("/"));
    const bytes = typeof content === "number" ? content : new TextEncoder().encode(content).length;
    folderAt(parts.slice(0, -1).join("/")).set(parts.at(-1) ?? "", { kind: "file", bytes, mode: 0o644 });
  }
  // Children before parents, so that each folder is made of finished ones.
  for (const path of [...folders.keys()].sort((a, b) => b.length - a.length)) {
    if (path === "") continue;
    const parts = path.split("/");
    folderAt(parts.slice(0, -1).join("/")).set(parts.at(-1) ?? "", folder(folderAt(path)));
  }
  return folder(root);
}

/** The built-in catalogue, and a context where one is given. */
export function worldOf(files?: Readonly<Record<string, number | string>>, ignore?: string): AnalysisWorld {
  if (!files) return { bases: catalogue };
  return {
    bases: catalogue,
    context: {
      root: contextOf(files),
      ...(ignore !== undefined && { ignore: { file: ".dockerignore", text: ignore } }),
      readText: (path) => (typeof files[path] === "string" ? (files[path] as string) : undefined),
    },
  };
}

import type { AnalysisWorld } from "../../../server/src/analyze.ts";
import { type ContextFolder, folderOf } from "../../../server/src/image/context.ts";
import { catalogue, packages } from "../../../server/src/sizes/builtin.ts";

/** A build context of files with these bytes. A value of text is a file with that content. */
export function contextOf(files: Readonly<Record<string, number | string>>): ContextFolder {
  const bytesOf = (content: number | string): number => (typeof content === "number" ? content : new TextEncoder().encode(content).length);
  return folderOf(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)])));
}

/** The built-in catalogue, and a context where one is given. */
export function worldOf(files?: Readonly<Record<string, number | string>>, ignore?: string): AnalysisWorld {
  if (!files) return { bases: catalogue, packages };
  return {
    bases: catalogue,
    packages,
    context: {
      root: contextOf(files),
      ...(ignore !== undefined && { ignore: { file: ".dockerignore", text: ignore } }),
      readText: (path) => (typeof files[path] === "string" ? (files[path] as string) : undefined),
    },
  };
}

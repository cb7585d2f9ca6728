import type { AnalysisWorld } from "../../../server/src/analysis.ts";
import { analyze } from "../../../server/src/analyze.ts";
import { type ContextFolder, contextFolder } from "../../../server/src/image/context.ts";
import { exampleDay } from "../../../server/src/rules/index.ts";
import { builtin } from "../../../server/src/sizes/builtin.ts";

const world = { ...builtin, today: exampleDay };

/** A build context of files with these bytes. A value of text is a file with that content. */
export function contextOf(files: Readonly<Record<string, number | string>>): ContextFolder {
  const bytesOf = (content: number | string): number => (typeof content === "number" ? content : new TextEncoder().encode(content).length);
  return contextFolder(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)])));
}

/** The built-in catalogue, and a context where one is given. */
export function worldOf(files?: Readonly<Record<string, number | string>>, ignore?: string): AnalysisWorld {
  if (!files) return world;
  return {
    ...world,
    context: {
      root: contextOf(files),
      ...(ignore !== undefined && { ignore: { file: ".dockerignore", text: ignore } }),
      readText: (path) => (typeof files[path] === "string" ? (files[path] as string) : undefined),
    },
  };
}

/** Everything that the analysis says, so that nothing lazy is left unasked. */
export const everything = (text: string, world = worldOf()): unknown => analyze(text, { ...world, settings: { minSaving: 0 } }).toJSON();

import type { Subject } from "../build/subject.ts";
import type { ContextFolder } from "../image/context.ts";

/** Files of a context that are looked into. */
const maximumFiles = 2000;

/** Which of these words the Dockerfile, or a file of the build context whose text is at hand, has. */
export function namedAnywhere({ file, world: { context } }: Subject, words: readonly string[]): Set<string> {
  const texts = [file.text, ...(context?.readText ? textsOf(context.root, (path) => context.readText?.(path)) : [])];
  return new Set(words.filter((word) => texts.some((text) => new RegExp(`\\b${word}\\b`, "i").test(text))));
}

function textsOf(root: ContextFolder, readText: (path: string) => string | undefined): string[] {
  const texts: string[] = [];
  const open = [{ path: "", node: root }];
  let count = 0;
  for (const { path, node } of open)
    for (const [name, child] of node.children) {
      const at = path === "" ? name : `${path}/${name}`;
      if (child.kind === "folder") open.push({ path: at, node: child });
      if (child.kind !== "file" || ++count > maximumFiles) continue;
      const text = readText(at);
      if (text !== undefined) texts.push(text);
    }
  return texts;
}

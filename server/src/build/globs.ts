import { find, unfold } from "../image/files.ts";
import { absolute, hasGlob, join, matches } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import { look, mayHold, type OpenLayer } from "./open-layer.ts";

/** The files that a pattern names, in a folder of which all is known; the word itself where it is none, something else may lie there, or none fits. */
export function filesFor(open: OpenLayer, word: Argument, cwd: string): readonly Argument[] {
  if (!word.glob || !word.known) return [word];
  // `*/` names folders only, with the slash.
  const [pattern = "", slash = ""] = /^(.*?[^/])(\/*)$/s.exec(word.text)?.slice(1) ?? [];
  const absoluteOne = pattern.startsWith("/");
  let found: { text: string; path: string }[] = [{ text: absoluteOne ? "/" : "", path: absoluteOne ? "/" : cwd }];
  const parts = pattern.split("/").filter((part) => part !== "");
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    const next: typeof found = [];
    for (const { text, path } of found) {
      if (!hasGlob(part)) {
        next.push({ text: `${text}${part}${isLast ? "" : "/"}`, path: absolute(part, path) });
        continue;
      }
      const names = namesIn(open, path, part, !isLast || slash !== "");
      if (!names) return [word];
      for (const name of names) next.push({ text: `${text}${name}${isLast ? "" : "/"}`, path: join(path, name) });
    }
    found = next.length <= maximumFiles ? next : [];
  }
  const there = found.filter(({ path }) => find(open.state.root, path) !== undefined);
  return there.length > 0 ? there.map(({ text }) => ({ text: `${text}${slash}`, known: true, glob: false })) : [word];
}

/** More names than these are not worked out. */
const maximumFiles = 1000;

/** The names in a folder that fit; undefined where something else may lie there. */
function namesIn(open: OpenLayer, folder: string, pattern: string, foldersOnly: boolean): string[] | undefined {
  if (mayHold(open, folder)) return undefined;
  const { root } = open.state;
  const node = find(root, folder, true);
  if (node?.type !== "folder" || node.content.size > 0) return undefined;
  look(open, join(folder, pattern));
  return [...unfold(node).children.keys()]
    .filter((name) => matches(pattern, name) && (!foldersOnly || find(root, join(folder, name), true)?.type === "folder"))
    .sort();
}

import { find, unfold } from "../image/files.ts";
import { absolute, basename, dirname, hasGlob, join, wildcard } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import { look, mayHold, type OpenLayer } from "./open-layer.ts";

/** The files that a pattern names, in a folder of which all is known; the word itself where it is none, something else may lie there, or none fits. */
export function filesFor(open: OpenLayer, word: Argument, cwd: string): readonly Argument[] {
  if (!word.glob || !word.known) return [word];
  const path = absolute(word.text, cwd);
  const folder = dirname(path);
  if (hasGlob(folder) || mayHold(open, folder)) return [word];
  const node = find(open.state.root, folder, true);
  if (node?.type !== "folder" || node.content.size > 0) return [word];
  look(open, path);
  const fits = wildcard(basename(path));
  const names = [...unfold(node).children].flatMap(([name]) => (name.startsWith(".") || !fits(name) ? [] : [name])).sort();
  return names.length > 0 ? names.map((name) => ({ text: join(folder, name), known: true, glob: false })) : [word];
}

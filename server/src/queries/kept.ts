import type { Subject } from "../build/subject.ts";
import type { Use } from "../build/uses.ts";
import { type Entry, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename } from "../image/paths.ts";
import type { Word } from "../shell/syntax.ts";

/** An archive that lies in the image though a command has taken out what is in it. */
export interface Kept {
  readonly step: Step;
  readonly ran: Ran;
  readonly writer: Step;
  readonly path: string;
  readonly use: Use;
  /** The word that names the archive. */
  readonly word: Word | undefined;
}

/** The archive as it lies in the finished image, when it is the file that was there at this step. */
export function keptAt({ image }: Subject, step: Step, path: string): Entry | undefined {
  const node = find(image.stages[image.target]?.end.root ?? step.after.root, path, true);
  const now = find(step.after.root, path, true);
  const kept = node?.type === "file" && now?.type === "file" && node.entry.layer === now.entry.layer ? node.entry : undefined;
  return kept && !kept.maybe && ["download", "context", "source"].includes(kept.kind) ? kept : undefined;
}

/** The word of a command that names a path. */
export function wordOf(ran: Ran, path: string): Word | undefined {
  const word = ran.words[ran.args.findIndex((a) => absolute(a.text, ran.cwd) === path) + 1];
  return word && word !== ran.words[0] && word.end > word.start ? word : undefined;
}

/** Whether parts of a path are not known. */
export const isOpen = (path: string): boolean => /[$`]/.test(path);

/** Its last name; with variables as it is written. */
export function nameOf({ path, word }: Pick<Kept, "path" | "word">): string {
  if (!word || !isOpen(path)) return basename(path);
  const written = word.raw.replace(/["']/g, "");
  return written.replace(/^.*\/(?![^{]*\})/, "");
}

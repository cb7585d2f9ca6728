import type { Subject } from "../build/subject.ts";
import type { ContextFolder } from "../image/context.ts";
import { basename } from "../image/paths.ts";

/** Files of a context that are looked into. */
const maximumFiles = 2000;

/** Which of these words the Dockerfile, or a file of the build context whose text is at hand, has. */
export function namedAnywhere(subject: Subject, words: readonly string[]): Set<string> {
  const texts = [subject.file.text, ...[...textsOf(subject)].map(({ text }) => text)];
  return new Set(words.filter((word) => texts.some((text) => new RegExp(`\\b${word}\\b`, "i").test(text))));
}

/** Whether a file of the build context names a path: not one that a RUN calls, which may be what made it. */
export function namedByOthers(subject: Subject, path: string): boolean {
  const called = new Set(
    subject.steps.flatMap((s) => s.ran.flatMap((r) => [r.name, ...r.args.map((a) => a.text)].map((word) => basename(word)))),
  );
  return [...textsOf(subject)].some(
    ({ name, text }) =>
      !called.has(name) &&
      text
        .split(path)
        .slice(1)
        .some((rest) => !/^[\w.-]/.test(rest)),
  );
}

/** The texts of the Go sources of the build context that are at hand: not tests, nor what is for another system. */
export const goSources = (subject: Subject): string[] =>
  [...textsOf(subject, (name) => /(?<!_(?:test|windows|darwin|js|wasm))\.go$/.test(name))].map(({ text }) => text);

function* textsOf(
  { world: { context } }: Subject,
  isWanted: (name: string) => boolean = () => true,
): Generator<{ name: string; text: string }> {
  if (!context?.readText) return;
  const open: { path: string; node: ContextFolder }[] = [{ path: "", node: context.root }];
  let count = 0;
  for (const { path, node } of open)
    for (const [name, child] of node.children) {
      const at = path === "" ? name : `${path}/${name}`;
      if (child.kind === "folder") open.push({ path: at, node: child });
      if (child.kind !== "file" || !isWanted(name) || ++count > maximumFiles) continue;
      const text = context.readText(at);
      if (text !== undefined) yield { name, text };
    }
}

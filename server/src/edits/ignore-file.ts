import type { BuildContext } from "../image/context.ts";
import type { FileText } from "../text.ts";

/** The context's ignore file with more lines in it; made where there is none. */
export function ignoring(context: BuildContext, lines: readonly string[]): FileText {
  const added = lines.map((line) => `${line}\n`).join("");
  const { ignore } = context;
  if (!ignore) return { file: ".dockerignore", text: added };
  const newline = ignore.text === "" || ignore.text.endsWith("\n") ? "" : "\n";
  const end = ignore.text.includes("\r\n") ? "\r\n" : "\n";
  return { file: ignore.file, text: ignore.text + (newline + added).replaceAll("\n", end), replaces: ignore.text };
}

import { dirname, join, relative } from "node:path";
import { type AppliedFix, fixAll } from "../fixall.ts";
import { type Arguments, inWords } from "./arguments.ts";
import { changedOnDisk, type Input, type Looked, lookAt, tell } from "./inputs.ts";
import { UsageError } from "./output.ts";
import { createFile, replaceFile } from "./replace.ts";

/** What `check` does about its findings. */
export interface Mending {
  /** Standard input has no file: its new text goes to standard output. */
  readonly to: "files" | "standard output" | "diff";
  /** Fixes to review, too. */
  readonly unsafe: boolean;
}

/** What the fixes make of a Dockerfile; nothing is written yet. */
export interface Mended {
  readonly text: string;
  readonly applied: readonly AppliedFix[];
  /** Absolute paths. */
  readonly creates: readonly { readonly path: string; readonly text: string; readonly replaces?: string }[];
}

export function mendingOf(args: Arguments, operands: readonly string[]): Mending | undefined {
  const unsafe = args.has("unsafe-fixes");
  const fix = args.has("fix");
  const diff = args.has("diff");
  if (unsafe && !fix && !diff) throw new UsageError("--unsafe-fixes goes with --fix or --diff");
  if (!fix && !diff) return undefined;
  const format = args.value("format") ?? "text";
  if (diff && format !== "text") throw new UsageError("--diff has a format of its own, and takes no --format");
  const standardInput = operands.includes("-");
  if (fix && !diff && standardInput && (operands.length > 1 || format !== "text"))
    throw new UsageError(
      `--fix writes the new text of standard input to standard output, and takes no ${inWords(["other PATH", "--format"])} with it`,
    );
  return { to: diff ? "diff" : standardInput ? "standard output" : "files", unsafe };
}

export function mend({ analysis, world, input, contextFolder }: Looked, unsafe: boolean): Mended {
  const { text, applied, creates } = fixAll(analysis.lines.text, world, { unsafe });
  const folder = contextFolder ?? dirname(input.path ?? "");
  return { text, applied, creates: creates.map(({ file, ...texts }) => ({ path: join(folder, file), ...texts })) };
}

/** Writes what the fixes make of a Dockerfile, and looks at it again. Throws `Unreadable`. */
export async function mendOnDisk(looked: Looked, unsafe: boolean): Promise<Looked> {
  const { input, analysis } = looked;
  const mended = mend(looked, unsafe);
  if (input.path === undefined || (mended.text === analysis.lines.text && mended.creates.length === 0)) return looked;
  const created: string[] = [];
  for (const { path, text, replaces } of mended.creates) {
    if (replaces !== undefined) await replaceFile(path, text);
    if (replaces !== undefined || (await createFile(path, text))) created.push(fromHere(path));
    else tell({ file: fromHere(path), message: "is there already, and is left as it is" });
    changedOnDisk(path);
  }
  if (mended.text !== analysis.lines.text) await replaceFile(input.path, mended.text);
  changedOnDisk(input.path);
  return { ...(await again(looked, input, mended.text)), fixed: { applied: mended.applied, before: analysis.image.size, created } };
}

const again = (looked: Looked, input: Input, text: string): Promise<Looked> => lookAt(input, text, looked.wishes);

/** What the user has to look at of what was applied: `base-ended: Move to debian:bookworm: debian 12, test before you ship`. */
export const toReview = (applied: readonly AppliedFix[]): string[] =>
  applied.filter(({ fix }) => fix.safety === "review").map(({ rule, fix }) => `${rule.id}: ${fix.title}`);

export const fromHere = (path: string): string => relative(process.cwd(), path) || path;

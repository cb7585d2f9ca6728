import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Analysis, AnalysisWorld } from "../analysis.ts";
import { analyze } from "../analyze.ts";
import { stageNamed } from "../build/build.ts";
import { isSomethingElse, keywords, parseDockerfile } from "../dockerfile/parse.ts";
import type { AppliedFix } from "../fixall.ts";
import { isUnknown, type Size } from "../image/size.ts";
import type { Wishes } from "../lsp/disk/config.ts";
import { findDockerfiles } from "../lsp/disk/find.ts";
import { Measurer } from "../lsp/disk/measure.ts";
import { decode, maximumBytes, readDockerfile, reasonOf, Unreadable } from "../lsp/disk/read.ts";
import { surroundingsOf, worldOn } from "../lsp/disk/world.ts";
import { formatSize } from "../topics/bytes.ts";
import { fails } from "../topics/fail-on.ts";
import { nearest } from "../topics/nearest.ts";
import { complain, type ExitCode, UsageError } from "./output.ts";
import type { WishesFor } from "./settings.ts";
import { printable } from "./terminal.ts";

/** A Dockerfile to look at. */
export interface Input {
  /** As the report calls it. */
  readonly name: string;
  /** Where it lies; undefined for standard input that stands for no file. */
  readonly path?: string;
  /** Its text comes from standard input, whatever lies there. */
  readonly isStandardInput?: true;
  /** The folder that was named, or where the user is. */
  readonly workspace: string;
}

/** What `--fix` made of a file. */
export interface Fixed {
  readonly applied: readonly AppliedFix[];
  readonly before: Size;
  /** Files that were created or got another text, as paths from where the user is. */
  readonly created: readonly string[];
}

/** A Dockerfile, looked at. */
export interface Looked {
  readonly input: Input;
  readonly analysis: Analysis;
  readonly wishes: Wishes;
  readonly world: AnalysisWorld;
  /** The folder of its build context, where it is known and used. */
  readonly contextFolder?: string;
  readonly fixed?: Fixed;
}

export interface Failure {
  readonly file: string;
  readonly message: string;
}

/** The Dockerfiles that the operands name, each once; folders are searched. */
export async function inputsOf(operands: readonly string[], stdinName = "Dockerfile"): Promise<{ inputs: Input[]; failures: Failure[] }> {
  const inputs = new Map<string, Input>();
  const failures: Failure[] = [];
  for (const operand of operands.length > 0 ? operands : ["."]) {
    if (operand === "-") {
      inputs.set("-", { name: stdinName, workspace: process.cwd(), isStandardInput: true });
      continue;
    }
    try {
      const isFolder = (await stat(operand)).isDirectory();
      const paths = isFolder ? await findDockerfiles(operand) : [operand];
      if (paths.length === 0) failures.push({ file: operand, message: "no Dockerfile in this folder" });
      for (const path of paths)
        if (!inputs.has(resolve(path))) inputs.set(resolve(path), { name: path, path, workspace: isFolder ? operand : process.cwd() });
    } catch (error) {
      failures.push({ file: operand, message: reasonOf(error) });
    }
  }
  return { inputs: [...inputs.values()], failures };
}

const measurer = new Measurer();

/** Files came or changed on disk: what was measured there is measured anew. */
export const changedOnDisk = (path: string): void => measurer.changed(path);

/** Reads, measures and analyses. Throws `Unreadable`, for a stage that is not there, too. */
export async function look(input: Input, wishesFor: WishesFor): Promise<Looked> {
  const wishes = await wishesFor(input.path, input.workspace);
  if (input.path === undefined || input.isStandardInput) return lookAt(input, decode(await standardInput()), wishes);
  const text = await readDockerfile(input.path);
  if (isSomethingElse(parseDockerfile(text))) throw new Unreadable("is no Dockerfile: none of its lines is an instruction");
  return lookAt(input, text, wishes);
}

export async function lookAt(input: Input, text: string, wishes: Wishes): Promise<Looked> {
  const { context: named } = wishes;
  const file = parseDockerfile(text);
  const where = { ...(named !== undefined && { context: named }), workspace: input.workspace, measurer };
  const found = await surroundingsOf(input.path, file, where);
  const world = worldOn(input.name, found, wishes);
  const analysis = analyze(text, world, { file });
  const { stages } = analysis.image;
  if (wishes.target !== undefined && stageNamed(stages, wishes.target) === undefined)
    throw new Unreadable(`has no stage ${wishes.target}; its stages: ${stages.map((s) => s.name ?? s.index).join(", ") || "none"}`);
  return { input, analysis, wishes, world, ...(found.disk && { contextFolder: found.disk.folder }) };
}

async function standardInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    parts.push(part);
    length += part.length;
    if (length > maximumBytes) break;
  }
  return Buffer.concat(parts);
}

/** What is to be told of an error on the way to a Dockerfile. One that is ours is no reason to leave the other files unchecked. */
export const failureOf = (input: Pick<Input, "name">, error: unknown): Failure => ({ file: input.name, message: messageOf(error) });

function messageOf(error: unknown): string {
  if (error instanceof Unreadable || error instanceof UsageError) return error.message;
  return `an error of its own, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** What is to be kept in mind of a Dockerfile, beside its findings. */
export function doubtsOf({ analysis, wishes }: Looked): string[] {
  const { size } = analysis.image;
  const { budget, target, isComposeTarget } = wishes;
  return [
    ...(isComposeTarget && analysis.image.target < analysis.image.stages.length - 1
      ? [`stage ${target}, as its Compose file builds it (--target for another)`]
      : []),
    ...startOf(analysis),
    ...(budget !== undefined && size.lowerBound && size.bytes <= budget
      ? [`weighs ${isUnknown(size) ? "an unknown amount" : formatSize(size)}: whether that is within the budget is not known`]
      : []),
  ];
}

/** That there is no FROM, or where the first one is misspelt. */
function startOf({ lines, subject }: Analysis): string[] {
  const { text, instructions } = subject.file;
  const first = instructions.find((i) => i.keyword === "FROM" || !keywords.has(i.keyword));
  if (first?.keyword === "FROM") return [];
  const misspelt = first && nearest(first.keyword, [...keywords]) === "FROM" ? first.keywordSpan : undefined;
  return [
    ...(misspelt
      ? [`line ${lines.lineAt(misspelt.start) + 1}: ${printable(text.slice(misspelt.start, misspelt.end))} is no instruction; FROM?`]
      : []),
    ...(instructions.some((i) => i.keyword === "FROM") ? [] : ["has no FROM: it is read as a stage on an unknown base"]),
  ];
}

/** A path as it is written from where the user is. */
export const fromHere = (path: string): string => relative(process.cwd(), path).replaceAll("\\", "/") || ".";

export const exitOf = ({ analysis, wishes }: Looked): ExitCode => (analysis.findings.some((f) => fails(f.level, wishes.failOn)) ? 1 : 0);

export const tell = ({ file, message }: Failure): void => complain(`${file}: ${message}`);

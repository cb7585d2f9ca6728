import type { Wishes } from "../lsp/disk/config.ts";
import { maximumBytes } from "../lsp/disk/read.ts";
import { fileJSON } from "./formats/json.ts";
import { exitOf, failureOf, lookAt } from "./inputs.ts";
import { type ExitCode, worse, write } from "./output.ts";
import type { WishesFor } from "./settings.ts";

/** `check --format ndjson -`: for each line {"file", "text"} of standard input one line with its result, in the same order. */
export async function mapLines(wishesFor: WishesFor): Promise<ExitCode> {
  const wishes = await wishesFor(undefined, process.cwd());
  let code: ExitCode = 0;
  let number = 0;
  for await (const line of linesOf(process.stdin)) {
    number++;
    const { result, exit } = await answer(line, number, wishes);
    code = worse(code, exit);
    await write(`${JSON.stringify(result)}\n`);
  }
  return code;
}

async function answer(line: string, number: number, wishes: Wishes): Promise<{ result: object; exit: ExitCode }> {
  const fail = (file: string, error: string): { result: object; exit: ExitCode } => ({ result: { file, error }, exit: 2 });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fail(`line ${number}`, "not JSON");
  }
  const file = fieldOf(value, "file");
  const text = fieldOf(value, "text");
  const name = typeof file === "string" ? file : `line ${number}`;
  if (typeof file !== "string" || typeof text !== "string") return fail(name, 'expected {"file": "…", "text": "…"}');
  if (text.length > maximumBytes) return fail(name, `is too long for a Dockerfile (more than ${maximumBytes / 1_000_000} MB)`);
  try {
    const looked = await lookAt({ name, workspace: process.cwd() }, text, wishes);
    return { result: fileJSON(looked), exit: exitOf(looked) };
  } catch (error) {
    return fail(name, failureOf({ name }, error).message);
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** Lines end at \n only: JSON may hold every other line break as it is. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const bytes of stream) {
    const pieces = decoder.decode(bytes, { stream: true }).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      yield parts.join("") + piece;
      parts = [];
    }
    parts.push(last);
  }
  const rest = parts.join("") + decoder.decode();
  if (rest !== "") yield rest;
}

import { join } from "node:path";
import type { Arguments } from "./arguments.ts";
import { type ExitCode, UsageError } from "./output.ts";

/** The server is a bundle of its own beside this one, so that nothing of it is here twice. It reads `--stdio` itself, and ends the process. */
export async function run(args: Arguments): Promise<ExitCode> {
  if (!args.has("stdio") || args.operands.length > 0) throw new UsageError("lsp talks over standard input and output: ballast lsp --stdio");
  await import(join(__dirname, "server.js"));
  return 0;
}

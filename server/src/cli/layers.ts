import type { Arguments } from "./arguments.ts";
import { lookAtOne } from "./one.ts";
import { type ExitCode, UsageError, write } from "./output.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const [operand = ".", more] = args.operands;
  if (more !== undefined) throw new UsageError(`layers takes one Dockerfile, and ${more} is a second`);
  const looked = await lookAtOne(operand, args);
  if (!looked) return 2;
  if (args.value("format") === "html") await write(await (await import("./formats/layers-html.ts")).layersPage(looked));
  else if (args.value("format") === "json") {
    const { file, image } = looked.analysis.toJSON(looked.input.name);
    await write(`${JSON.stringify({ version: 1, file, image })}\n`);
  } else await write((await import("./formats/layers-text.ts")).layersTable(looked));
  return 0;
}

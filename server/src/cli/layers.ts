import type { Arguments } from "./arguments.ts";
import { failureOf, type Input, look } from "./inputs.ts";
import { complain, type ExitCode, UsageError, write } from "./output.ts";
import { wishesOf } from "./settings.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const [operand = "Dockerfile", more] = args.operands;
  if (more !== undefined) throw new UsageError(`layers takes one Dockerfile; ${more} is a second`);
  const input: Input =
    operand === "-"
      ? { name: args.value("stdin-name") ?? "Dockerfile", workspace: process.cwd() }
      : { name: operand, path: operand, workspace: process.cwd() };
  try {
    const { analysis } = await look(input, wishesOf(args));
    const { file, image } = analysis.toJSON(input.name);
    await write(`${JSON.stringify({ version: 1, file, image }, undefined, 1)}\n`);
    return 0;
  } catch (error) {
    const failure = failureOf(input, error);
    complain(`${failure.file}: ${failure.message}`);
    return 2;
  }
}

import type { Arguments } from "./arguments.ts";
import { exitOf, overBudget } from "./budget.ts";
import type { Reporter } from "./formats/reporter.ts";
import { type Failure, failureOf, inputsOf, type Looked, look, tell } from "./inputs.ts";
import { mapLines } from "./lines.ts";
import { type ExitCode, worse } from "./output.ts";
import { wishesOf } from "./settings.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const format = args.value("format") ?? "text";
  const wishes = await wishesOf(args);
  if (format === "ndjson" && args.operands.length === 1 && args.operands[0] === "-") return mapLines(wishes);
  const reporter = await reporterOf(format);
  const { inputs, failures } = await inputsOf(args.operands, args.value("stdin-name"));
  let code: ExitCode = 0;
  await reporter.begin();
  const fail = async (failure: Failure): Promise<void> => {
    tell(failure);
    code = 2;
    await reporter.failure(failure);
  };
  for (const failure of failures) await fail(failure);
  for (const input of inputs) {
    try {
      const looked = await look(input, wishes);
      code = worse(code, exitOf(looked));
      if (format !== "text") tellOver(looked);
      await reporter.file(looked);
    } catch (error) {
      await fail(failureOf(input, error));
    }
  }
  await reporter.end();
  return code;
}

function tellOver(looked: Looked): void {
  const over = overBudget(looked);
  if (over !== undefined) tell({ file: looked.input.name, message: over });
}

async function reporterOf(format: string): Promise<Reporter> {
  if (format === "json") return (await import("./formats/json.ts")).jsonReporter();
  if (format === "sarif") return (await import("./formats/sarif.ts")).sarifReporter();
  if (format === "github") return (await import("./formats/github.ts")).githubReporter();
  if (format === "ndjson") return (await import("./formats/ndjson.ts")).ndjsonReporter();
  return (await import("./formats/text.ts")).textReporter();
}

import type { Arguments } from "./arguments.ts";
import type { Reporter } from "./formats/reporter.ts";
import { type Failure, failureOf, inputsOf, look, tell } from "./inputs.ts";
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
      if (looked.analysis.findings.length > 0) code = worse(code, 1);
      await reporter.file(looked);
    } catch (error) {
      await fail(failureOf(input, error));
    }
  }
  await reporter.end();
  return code;
}

async function reporterOf(format: string): Promise<Reporter> {
  if (format === "json") return (await import("./formats/json.ts")).jsonReporter();
  if (format === "ndjson") return (await import("./formats/ndjson.ts")).ndjsonReporter();
  return (await import("./formats/text.ts")).textReporter();
}

import type { Arguments } from "./arguments.ts";
import { type Mending, mend, mendingOf, mendOnDisk, toReview } from "./fix.ts";
import type { Reporter } from "./formats/reporter.ts";
import { doubtsOf, exitOf, type Failure, failureOf, type Input, inputsOf, type Looked, look, lookAt, tell } from "./inputs.ts";
import { mapLines } from "./lines.ts";
import { type ExitCode, UsageError, worse, write } from "./output.ts";
import { type WishesFor, wishesOf } from "./settings.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const format = args.value("format") ?? "text";
  const mending = mendingOf(args, args.operands);
  const wishes = await wishesOf(args);
  if (format === "ndjson" && args.operands.includes("-")) {
    if (args.operands.length > 1) throw new UsageError("--format ndjson reads lines from standard input: no other PATH with it");
    return mapLines(wishes);
  }
  const reporter = await reporterOf(format, mending);
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
      const looked = await lookAndMend(input, wishes, mending);
      code = worse(code, exitOf(looked));
      for (const message of doubtsOf(looked)) tell({ file: input.name, message });
      await reporter.file(looked);
    } catch (error) {
      await fail(failureOf(input, error));
    }
  }
  await reporter.end();
  return code;
}

async function lookAndMend(input: Input, wishes: WishesFor, mending: Mending | undefined): Promise<Looked> {
  const looked = await look(input, wishes);
  if (mending?.to === "files") return mendOnDisk(looked, mending.unsafe);
  if (mending?.to !== "standard output") return looked;
  const { text, applied } = mend(looked, mending.unsafe);
  for (const fix of toReview(applied)) tell({ file: input.name, message: `applied, to review: ${fix}` });
  return lookAt(input, text, looked.wishes);
}

async function reporterOf(format: string, mending: Mending | undefined): Promise<Reporter> {
  if (mending?.to === "diff") return (await import("./formats/diff.ts")).diffReporter(mending.unsafe);
  if (mending?.to === "standard output") return newText();
  if (format === "json") return (await import("./formats/json.ts")).jsonReporter();
  if (format === "sarif") return (await import("./formats/sarif.ts")).sarifReporter();
  if (format === "github") return (await import("./formats/github.ts")).githubReporter();
  if (format === "ndjson") return (await import("./formats/ndjson.ts")).ndjsonReporter();
  return (await import("./formats/text.ts")).textReporter();
}

/** Standard input, mended. */
const newText = (): Reporter => ({
  begin: async () => {},
  file: ({ analysis }) => write(analysis.lines.text),
  failure: async () => {},
  end: async () => {},
});

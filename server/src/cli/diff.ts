import type { Arguments } from "./arguments.ts";
import { type Compared, type Growth, growthOf } from "./growth.ts";
import { lookAtOne } from "./one.ts";
import { complain, type ExitCode, UsageError, write } from "./output.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const [old, now, more] = args.operands;
  if (old === undefined || now === undefined || more !== undefined)
    throw new UsageError("diff takes two Dockerfiles: ballast diff OLD NEW");
  if (old === "-" && now === "-") throw new UsageError("standard input can be only one of them");
  const most = args.size("max-growth");
  const before = await lookAtOne(old, args, now);
  const after = await lookAtOne(now, args, old);
  if (!before || !after) return 2;
  const compared = { before, after, growth: growthOf(before.analysis, after.analysis) };
  await write(await report(args.value("format") ?? "text", compared));
  return most !== undefined && isPast(compared.growth, most) ? 1 : 0;
}

async function report(format: string, compared: Compared): Promise<string> {
  if (format === "json") return (await import("./formats/growth-json.ts")).growthJSON(compared);
  if (format === "markdown") return (await import("./formats/growth-markdown.ts")).growthMarkdown(compared);
  return (await import("./formats/growth-text.ts")).growthText(compared);
}

/** What is not known never breaks a limit; it is told. */
function isPast({ bytes, bound }: Growth, most: number): boolean {
  if (bytes === undefined || (bound !== undefined && bytes <= most)) complain("how much the image grows is not wholly known");
  return bytes !== undefined && bytes > most && bound !== "at most";
}

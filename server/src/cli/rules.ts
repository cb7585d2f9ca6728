import { rules } from "../rules/index.ts";
import type { Arguments } from "./arguments.ts";
import { type ExitCode, UsageError, write } from "./output.ts";
import { terminal } from "./terminal.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  if (args.operands.length > 0) throw new UsageError("rules takes no operand; ballast explain RULE says more of one");
  const format = args.value("format") ?? "text";
  await write(format === "json" ? asJSON() : format === "markdown" ? asMarkdown() : asText());
  return 0;
}

const asJSON = (): string =>
  `${JSON.stringify(
    {
      version: 1,
      rules: rules.map(({ id, summary, why, about, aliases, example }) => ({ id, summary, why, about, aliases: aliases ?? [], example })),
    },
    undefined,
    2,
  )}\n`;

const asMarkdown = (): string =>
  ["| Rule | What it finds | About | hadolint |", "|---|---|---|---|"]
    .concat(rules.map(({ id, summary, about, aliases }) => `| \`${id}\` | ${summary} | ${about} | ${(aliases ?? []).join(", ")} |`))
    .join("\n")
    .concat("\n");

function asText(): string {
  const screen = terminal();
  const width = Math.max(...rules.map((rule) => rule.id.length));
  const lines = rules.map(
    ({ id, summary, about }) => `${screen.style("bold", id.padEnd(width))}  ${about.padEnd("build cache".length)}  ${summary}`,
  );
  return `${lines.join("\n")}\n\nballast explain RULE says why, and shows an example.\n`;
}

import { ruleById, rules } from "../rules/index.ts";
import type { Rule } from "../rules/rule.ts";
import { nearest } from "../topics/nearest.ts";
import type { Arguments } from "./arguments.ts";
import { exampleOf } from "./example.ts";
import { type ExitCode, UsageError, write } from "./output.ts";
import { type Terminal, terminal } from "./terminal.ts";

export async function run(args: Arguments): Promise<ExitCode> {
  const [id, more] = args.operands;
  if (id === undefined || more !== undefined) throw new UsageError("explain takes one rule: ballast explain RULE (see ballast rules)");
  const rule = ruleById(id) ?? rules.find((r) => r.aliases?.includes(id.toUpperCase()));
  if (!rule) {
    const near = nearest(
      id,
      rules.map((r) => r.id),
    );
    throw new UsageError(`unknown rule ${id}${near ? `; did you mean ${near}?` : " (see ballast rules)"}`);
  }
  await write(explanation(rule, terminal()));
  return 0;
}

function explanation(rule: Rule, screen: Terminal): string {
  const code = (text: string): string => text.trimEnd().replace(/^/gm, "    ");
  const aliases = rule.aliases ? ` (hadolint: ${rule.aliases.join(", ")})` : "";
  const fix = exampleOf(rule)?.fixes[0];
  return [
    `${screen.style("bold", rule.id)}${aliases}: ${rule.summary}`,
    screen.wrap(rule.why, 0).join("\n"),
    ...(rule.example.context
      ? [
          `With ${Object.keys(rule.example.context).join(", ")} in the build context${rule.example.ignore === undefined ? "" : `, and a .dockerignore that names ${rule.example.ignore.trim().replaceAll("\n", ", ")}`}:`,
        ]
      : []),
    code(rule.example.before),
    ...(fix ? [screen.wrap(`${fix.title}. ${safety[fix.safety]}`, 0).join("\n")] : []),
    ...(rule.example.after !== undefined ? [code(rule.example.after)] : []),
    ...(rule.example.creates
      ? [`and ${rule.example.creates.join(", ")} ${rule.example.ignore === undefined ? "is created" : "gets another line"}`]
      : []),
    screen
      .wrap(
        `To silence it: # ballast ignore=${rule.id} in the line above the instruction, or "rules": { "${rule.id}": "off" } in the settings.`,
        0,
      )
      .join("\n"),
  ]
    .join("\n\n")
    .concat("\n");
}

const safety = {
  safe: "The fix is safe: the image stays the same but for what it names, so --fix applies it.",
  review: "The fix is to be looked at: it changes what the image holds or does, so only --fix --unsafe-fixes applies it.",
} as const;

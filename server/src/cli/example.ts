import type { AnalysisWorld, Finding } from "../analysis.ts";
import { analyze } from "../analyze.ts";
import { utf8Length } from "../commands/printing.ts";
import { contextFolder } from "../image/context.ts";
import { exampleDay } from "../rules/index.ts";
import type { Rule } from "../rules/rule.ts";
import { builtin } from "../sizes/builtin.ts";

/** The one finding of a rule's own example. */
export function exampleOf(rule: Rule): Finding | undefined {
  const { before, context, ignore } = rule.example;
  const world: AnalysisWorld = {
    ...builtin,
    today: exampleDay,
    settings: { minSaving: 0 },
    ...(context && {
      context: {
        root: contextFolder(
          Object.fromEntries(
            Object.entries(context).map(([path, content]) => [path, typeof content === "number" ? content : utf8Length(content)]),
          ),
        ),
        readText: (path: string) => (typeof context[path] === "string" ? context[path] : undefined),
        ...(ignore !== undefined && { ignore: { file: ".dockerignore", text: ignore } }),
      },
    }),
  };
  return analyze(before, world).findings.find((finding) => finding.rule === rule);
}

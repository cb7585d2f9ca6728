import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

export const textReporter = (): Reporter => ({
  begin: async () => {},
  async file({ analysis, input }) {
    for (const finding of analysis.findings) {
      const { line, character } = analysis.lines.position(finding.span.start);
      await write(`${input.name}:${line + 1}:${character + 1} ${finding.level} ${finding.message} (${finding.rule.id})\n`);
    }
  },
  failure: async () => {},
  end: async () => {},
});

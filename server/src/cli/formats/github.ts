import type { Level } from "../../protocol.ts";
import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

const commands = { error: "error", warning: "warning", info: "notice", hint: "notice" } as const satisfies Record<Level, string>;

/** Workflow commands that GitHub Actions shows at the lines of a change. */
export const githubReporter = (): Reporter => ({
  begin: async () => {},
  async file({ analysis, input }) {
    for (const finding of analysis.findings) {
      const { start, end } = analysis.lines.range(finding.span);
      // Columns count only where the range is on one line.
      const columns = start.line === end.line ? { col: start.character + 1, endColumn: end.character + 1 } : {};
      await write(
        command(commands[finding.level], finding.message, {
          file: input.name,
          line: start.line + 1,
          endLine: end.line + 1,
          ...columns,
          title: `Ballast: ${finding.rule.id}`,
        }),
      );
    }
  },
  failure: ({ file, message }) => write(command("error", message, { file, title: "Ballast" })),
  end: async () => {},
});

function command(name: string, message: string, properties: Readonly<Record<string, string | number>>): string {
  const list = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`,
  );
  return `::${name} ${list.join(",")}::${escaped(message)}\n`;
}

const escaped = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

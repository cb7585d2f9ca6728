import { lacksShell } from "../build/holds.ts";
import { shippedSteps } from "../build/subject.ts";
import { slice } from "../dockerfile/parse.ts";
import { parseShell } from "../shell/parse.ts";
import { builtins, plainWords } from "../shell/plain.ts";
import { execText } from "../topics/forms.ts";
import type { Rule } from "./rule.ts";

export const healthcheckShell: Rule = {
  id: "healthcheck-shell",
  summary: "HEALTHCHECK starts a shell for a single command",
  why:
    "A health check in shell form starts a shell every time, and the shell the command. Where the command needs nothing of it (no variables, no `||`), exec form starts the command itself, " +
    "and the check goes on working on a base without a shell.",
  about: "form",
  level: "hint",
  aliases: ["DL3025"],
  example: {
    before: 'FROM nginx:1.31\nHEALTHCHECK --interval=1m CMD curl -f http://localhost/\nCMD ["nginx", "-g", "daemon off;"]\n',
    after: 'FROM nginx:1.31\nHEALTHCHECK --interval=1m CMD ["curl", "-f", "http://localhost/"]\nCMD ["nginx", "-g", "daemon off;"]\n',
  },
  *check(subject) {
    const { image } = subject;
    const step = shippedSteps(subject).findLast((s) => s.instruction.keyword === "HEALTHCHECK");
    const end = image.stages[image.target]?.end;
    if (!step || !end || lacksShell(end)) return;
    const { rest, headEnd } = step.instruction;
    const command = /^CMD[ \t]+(?!\[)/i.exec(rest.text);
    const [piece] = rest.pieces;
    const words = command && plainWords(parseShell(slice(rest, command[0].length)));
    if (!command || !piece || !words || builtins.has(words[0] ?? "")) return;
    const start = piece.start + command[0].length;
    const json = execText(words);
    yield {
      span: { start, end: piece.end },
      message: () => `Each check starts ${end.shell[0] ?? "a shell"}, which starts ${words[0]}. Exec form spares the shell: CMD ${json}`,
      fixes: [{ title: `Write the check in exec form: ${json}`, safety: "review", edits: [{ start, end: headEnd, text: json }] }],
    };
  },
};

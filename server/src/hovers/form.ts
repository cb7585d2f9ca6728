import { isPosixShell } from "../build/run-instruction.ts";
import { flagValue, type Instruction, type Joined } from "../dockerfile/instruction.ts";
import { slice } from "../dockerfile/parse.ts";
import type { Step } from "../image/model.ts";
import { parseShell } from "../shell/parse.ts";
import { plainWords } from "../shell/plain.ts";
import { execForm, firstProcess, shellFormOf, shellIsFirst } from "../topics/forms.ts";
import type { Shown } from "./shown.ts";

/** RUN, CMD, ENTRYPOINT, HEALTHCHECK: the form this one is in, and what follows from it for this very line. Markdown. */
export function formText(shown: Shown, step: Step): string | undefined {
  const { instruction, before } = step;
  if (instruction.rest.text === "" || instruction.heredocs.length > 0) return undefined;
  const starts = instruction.keyword === "CMD" || instruction.keyword === "ENTRYPOINT";
  if (instruction.exec)
    return [execForm, ...(starts ? [firstProcess] : []), ...surprises(instruction), ...afterEntrypoint(shown, step)].join("\n\n");
  const line = commandLine(instruction);
  if (line === undefined) return undefined;
  const lines = [shellFormOf(before.shell)];
  if (starts) lines.push(shellIsFirst);
  const script = isPosixShell(before.shell) ? parseShell(line) : undefined;
  const words = script && plainWords(script);
  if (instruction.keyword !== "RUN") {
    if (words)
      lines.push(
        `In exec form: \`${instruction.keyword === "HEALTHCHECK" ? "CMD" : instruction.keyword} [${words.map((w) => JSON.stringify(w)).join(", ")}]\``,
      );
    else
      lines.push(
        "This line needs the shell: variables, pipes, `&&` or quotes of the shell are in it. Begin it with `exec`, so that the program takes the shell's place.",
      );
  } else if (flagValue(instruction, "mount") !== undefined) lines.push("What is written below a mounted path is not in the layer.");
  lines.push(...afterEntrypoint(shown, step));
  return lines.join("\n\n");
}

/** HEALTHCHECK's command stands behind CMD. */
function commandLine({ keyword, rest }: Instruction): Joined | undefined {
  if (keyword !== "HEALTHCHECK") return rest;
  const match = /^CMD[ \t]+/i.exec(rest.text);
  return match ? slice(rest, match[0].length) : undefined;
}

/** What people expect a shell to do, in an exec form that has none. */
function surprises({ exec }: Instruction): string[] {
  const words = exec?.map((a) => a.text) ?? [];
  if (/^(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|a)?sh$/.test(words[0] ?? "")) return [];
  const odd = words.find((w) => /^\$|\$\{|^(?:&&|\|\||[|;])$/.test(w));
  return odd === undefined ? [] : [`\`${odd}\` is handed on as it is written: no shell replaces it.`];
}

function afterEntrypoint({ image }: Shown, step: Step): string[] {
  const end = image.stages[step.stage]?.end;
  if (step.instruction.keyword === "ENTRYPOINT" && !step.instruction.exec && end?.cmd)
    return ["An ENTRYPOINT in shell form ignores CMD and the arguments of `docker run`."];
  if (step.instruction.keyword === "CMD" && end?.entrypoint)
    return [end.entrypoint.exec ? "These are arguments to the ENTRYPOINT." : "The ENTRYPOINT is in shell form: this CMD is ignored."];
  return [];
}

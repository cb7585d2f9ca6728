import type { Step } from "../image/model.ts";
import { onlyCommand, plainWords } from "../shell/plain.ts";
import { commandsIn, type Script } from "../shell/syntax.ts";
import * as say from "../topics/forms.ts";
import type { Shown } from "./shown.ts";

/** What CMD or ENTRYPOINT starts: through a shell, with the script it gets where that could be read; else the program itself. */
interface Start {
  readonly shell: readonly string[] | undefined;
  readonly script: Script | undefined;
}

/** What becomes of a CMD or an ENTRYPOINT when the container starts: who is process 1, and what the one means for the other. */
export function atStart({ image }: Shown, { instruction, stage, before }: Step, start: Start): string[] {
  const { keyword } = instruction;
  const end = image.stages[stage]?.end;
  if ((keyword !== "CMD" && keyword !== "ENTRYPOINT") || !end) return [];
  const inForce = keyword === "CMD" ? end.cmd : end.entrypoint;
  if (inForce?.instruction !== instruction) return [say.replacedLater(keyword)];
  if (keyword === "ENTRYPOINT") {
    const cmd =
      instruction.exec && end.cmd
        ? [`CMD comes as its arguments: ${say.code(end.cmd.exec?.join(" ") ?? `${end.shell.join(" ")} ${end.cmd.text}`)}`]
        : [];
    const forgets = before.cmd && !before.cmd.instruction && !end.cmd ? [say.forgetsCmd] : [];
    return [first(start), ...(instruction.exec ? [] : [say.ignoresArguments]), ...cmd, ...forgets];
  }
  const { entrypoint } = end;
  if (!entrypoint) return [first(start)];
  if (!entrypoint.exec) return [say.isIgnored];
  const by = `The ENTRYPOINT ${say.code(entrypoint.exec.join(" "))}${entrypoint.instruction ? "" : " of the base image"}`;
  return [
    instruction.exec
      ? `${by} gets it as its arguments.`
      : `${by} gets ${start.shell?.map(say.code).join(", ") ?? "the shell"} and the line as its arguments.`,
  ];
}

function first({ shell, script }: Start): string {
  if (!shell) return say.programIsFirst;
  const last = script && [...commandsIn(script.body)].at(-1);
  if (last?.words[0]?.raw === "exec") return say.execIsFirst;
  if (script && onlyCommand(script) && /(?:^|\/)bash$/.test(shell[0] ?? "")) return say.bashGivesWay;
  return script && plainWords(script) ? say.shellIsFirst : `${say.shellIsFirst} ${say.beginWithExec}`;
}

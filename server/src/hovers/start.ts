import type { Step } from "../image/model.ts";
import { endsWithExec } from "../queries/start-text.ts";
import { stopSignal } from "../queries/stop-signal.ts";
import { onlyCommand, plainWords } from "../shell/plain.ts";
import type { Script } from "../shell/syntax.ts";
import * as say from "../topics/forms.ts";
import type { Shown } from "./shown.ts";

/** What CMD or ENTRYPOINT starts: through a shell, with the script it gets where that could be read; else the program itself. */
interface Start {
  readonly shell: readonly string[] | undefined;
  readonly script: Script | undefined;
}

/** What becomes of a CMD or an ENTRYPOINT when the container starts: who is process 1, and what the one means for the other. */
export function atStart(shown: Shown, step: Step, start: Start): string[] {
  const { instruction, stage, before } = step;
  const { keyword } = instruction;
  const end = shown.image.stages[stage]?.end;
  if ((keyword !== "CMD" && keyword !== "ENTRYPOINT") || !end) return [];
  const inForce = keyword === "CMD" ? end.cmd : end.entrypoint;
  if (inForce?.instruction !== instruction) return [say.replacedLater(keyword)];
  if (keyword === "ENTRYPOINT") {
    const cmd =
      instruction.exec && end.cmd
        ? [`CMD comes as its arguments: ${say.code(end.cmd.exec?.join(" ") ?? `${end.shell.join(" ")} ${end.cmd.text}`)}`]
        : [];
    const forgets = before.cmd && !before.cmd.instruction && !end.cmd ? [say.forgetsCmd] : [];
    return [...first(shown, step, start), ...(instruction.exec ? [] : [say.ignoresArguments]), ...cmd, ...forgets];
  }
  const { entrypoint } = end;
  if (!entrypoint) return first(shown, step, start);
  if (!entrypoint.exec) return [say.ignoredCmd];
  const by = `The ENTRYPOINT ${say.code(entrypoint.exec.join(" "))}${entrypoint.instruction ? "" : " of the base image"}`;
  return [
    instruction.exec
      ? `${by} gets it as its arguments.`
      : `${by} gets ${start.shell?.map(say.code).join(", ") ?? "the shell"} and the line as its arguments.`,
  ];
}

/** Who is process 1, and what that means for the stop signal. */
function first({ image }: Shown, { instruction, stage }: Step, { shell, script }: Start): string[] {
  const built = image.stages[stage];
  if (!shell) return [say.programIsFirst];
  if (!script || !built) return [];
  if (endsWithExec(script)) return [say.execIsFirst];
  const signal = stopSignal(built, instruction.keyword, shell, script);
  if (signal.is === "left to the program")
    return [onlyCommand(script) ? say.shellLeaves(shell) : `${say.shellMayLeave(shell)} ${say.beginWithExec}`];
  if (signal.is === "passed on") return [];
  return [plainWords(script) ? say.shellIsFirst(signal) : `${say.shellIsFirst(signal)} ${say.beginWithExec}`];
}

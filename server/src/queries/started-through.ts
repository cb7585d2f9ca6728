import type { Subject } from "../build/subject.ts";
import { isShellScript } from "../build/wrappers.ts";
import { joinedFrom } from "../dockerfile/instruction.ts";
import type { Lookup } from "../dockerfile/variables.ts";
import { contextPath } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { parseShell } from "../shell/parse.ts";
import type { Argument } from "../shell/words.ts";
import { fileOf } from "./program.ts";
import { type Started, startedByImage, startedIn } from "./started.ts";

/** Scripts that start each other are followed this deep. */
const maximumDepth = 4;

/** What the image starts, by the scripts of the build context, too, as far as they can be read: what they start stands in their place. */
export function startedThrough(subject: Subject): Started[] {
  const end = subject.image.stages[subject.image.target]?.end;
  if (!end) return [];
  const { entrypoint, cmd } = end;
  // An entrypoint in exec form gets what CMD says.
  const given = entrypoint?.instruction?.exec && cmd?.instruction ? (cmd.exec ?? ["/bin/sh", "-c", cmd.text]) : [];
  const more = given.map((text) => ({ text, known: true, glob: false }));
  return startedByImage(subject).flatMap((s) => followed(subject, end, { ...s, args: [...s.args, ...more] }, 0));
}

function followed(subject: Subject, state: State, started: Started, depth: number): Started[] {
  const text = depth < maximumDepth ? scriptText(subject, state, started) : undefined;
  if (text === undefined) return [started];
  const own = new Set([...text.matchAll(/^[ \t]*(?:function[ \t]+)?([\w-]+)[ \t]*\(\)/gm)].map(([, name]) => name));
  const script = parseShell(joinedFrom(text, { start: 0, end: text.length }));
  return startedIn(script, state, started.cwd, environment(state, started.args))
    .filter((s) => !own.has(s.name))
    .flatMap((s) => followed(subject, state, s, depth + 1));
}

function scriptText({ world }: Subject, state: State, started: Started): string | undefined {
  const file = fileOf(state, started);
  const source = file && contextPath(state.root, file.path);
  const text = source === undefined ? undefined : world.context?.readText?.(source);
  return text !== undefined && isShellScript(text) ? text : undefined;
}

/** The image's environment, and the script's arguments. */
const environment =
  (state: State, args: readonly Argument[]): Lookup =>
  (name) => {
    if (/^[1-9]\d*$/.test(name)) return args[Number(name) - 1] ?? { text: "", known: true };
    if (name === "#") return { text: String(args.length), known: true };
    if (name === "@" || name === "*") return { text: args.map((a) => a.text).join(" "), known: args.every((a) => a.known) };
    return state.env.get(name);
  };

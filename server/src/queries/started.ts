import { type Subject, shippedSteps } from "../build/subject.ts";
import { unwrap } from "../build/wrappers.ts";
import { printsAndEnds, waitsForPeople } from "../commands/for-people.ts";
import { commandName, isShell } from "../commands/kinds.ts";
import { servesByItself } from "../commands/servers.ts";
import { type Instruction, joinedFrom } from "../dockerfile/instruction.ts";
import { slice } from "../dockerfile/parse.ts";
import type { Lookup } from "../dockerfile/variables.ts";
import type { State } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { parseShell } from "../shell/parse.ts";
import { allCommandsIn, type Script } from "../shell/syntax.ts";
import { type Argument, expand } from "../shell/words.ts";

/** A program as CMD, ENTRYPOINT or HEALTHCHECK starts it: wrappers such as exec, env and `sh -c` taken off. */
export interface Started {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly cwd: string;
}

/** Shells that call each other are followed this deep. */
const maximumDepth = 5;

/** All that the instruction may start, in the order it is written; with `state` as it is when the container starts. */
export function startedBy(instruction: Instruction, state: State): Started[] {
  if (instruction.exec)
    return unwrapped(
      instruction.exec.map((a) => ({ text: a.text, known: true, glob: false })),
      state,
      state.cwd,
      0,
    );
  const { rest } = instruction;
  if (instruction.keyword !== "HEALTHCHECK") return inScript(parseShell(rest), state, state.cwd, 0);
  const command = /^CMD[ \t]+/i.exec(rest.text);
  return command ? inScript(parseShell(slice(rest, command[0].length)), state, state.cwd, 0) : [];
}

/** The shell's own words: they start nothing. */
const builtins = new Set("export set unset exec : true false echo test [ umask ulimit trap wait exit shift read printf".split(" "));

/** All that a script may start, in the order it is written. */
export const startedIn = (script: Script, state: State, cwd: string, lookup: Lookup): Started[] => inScript(script, state, cwd, 0, lookup);

const environmentOf =
  ({ env }: State): Lookup =>
  (name) =>
    env.get(name);

function inScript(script: Script, state: State, cwd: string, depth: number, lookup = environmentOf(state)): Started[] {
  const found: Started[] = [];
  let at = cwd;
  for (const command of allCommandsIn(script.body)) {
    const args = command.words.flatMap((word) => expand(word, lookup));
    const [name, folder] = args;
    if (!name || (builtins.has(name.text) && !(name.text === "exec" && folder))) continue;
    if (name.text === "cd") at = folder ? absolute(folder.text, at) : at;
    else found.push(...unwrapped(args, state, at, depth));
  }
  return found;
}

function unwrapped(args: readonly Argument[], state: State, cwd: string, depth: number): Started[] {
  const [name, ...rest] = args;
  if (!name) return [];
  const inner = depth < maximumDepth ? unwrap(name.text, rest) : undefined;
  // The wrapper itself must be there too: a shell always is, of the others only what BusyBox and the coreutils have.
  if (inner?.text !== undefined && inner.user === undefined) {
    const script = parseShell(joinedFrom(inner.text));
    return inScript(script, state, cwd, depth + 1);
  }
  if (inner && everywhere.has(commandName(name.text))) return unwrapped(args.slice(inner.skip + 1), state, cwd, depth + 1);
  // What another machine's programs run on; the image may bring it, too.
  if (/^qemu-\w+$/.test(commandName(name.text).replace(/-static$/, "")) && rest[0]?.text.startsWith("/"))
    return unwrapped(rest, state, cwd, depth + 1);
  // `sh start.sh`: the script is what is started.
  const [script, ...more] = rest;
  if (isShell(name.text) && script?.known && /\.sh$|\//.test(script.text)) return [{ name: commandName(script.text), args: more, cwd }];
  return [{ name: commandName(name.text), args: rest, cwd }];
}

const everywhere = new Set(["exec", "env", "nice", "nohup", "timeout", "command"]);

/** What the image starts: ENTRYPOINT's program, else CMD's; where this file does not say, the server of its base. */
export function startedByImage({ image }: Subject): Started[] {
  const end = image.stages[image.target]?.end;
  const main = end?.entrypoint?.instruction ?? end?.cmd?.instruction;
  return end ? (main ? startedBy(main, end) : servedByBase(end)) : [];
}

/** What an official image starts by itself nobody says again, where it serves; an interpreter or a shell waits to be told. */
function servedByBase({ cmd, cwd }: State): Started[] {
  const [name, ...args] = cmd?.exec ?? [];
  if (name === undefined || !servesByItself(commandName(name))) return [];
  return [{ name: commandName(name), args: args.map((text) => ({ text, known: true, glob: false })), cwd }];
}

/** Whether the image starts a program: not a shell for somebody to work in, and not nothing, as one that others build in, or take files from. */
export function startsProgram(subject: Subject): boolean {
  const started = startedByImage(subject);
  const end = subject.image.stages[subject.image.target]?.end;
  // An entrypoint of one's own starts what CMD says.
  const told = end?.entrypoint && end.cmd?.instruction ? startedBy(end.cmd.instruction, end) : [];
  if (started.every((s) => printsAndEnds(s.name))) return false;
  return ![...started, ...told].some((s) => waitsForPeople(s.name, s.args));
}

/** Whether it says that somebody asks it things: by a port, or whether it is well. */
export const servesOnPort = (subject: Subject): boolean =>
  shippedSteps(subject).some((s) => s.instruction.keyword === "EXPOSE" || s.instruction.keyword === "HEALTHCHECK");

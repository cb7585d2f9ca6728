import type { Subject } from "../build/subject.ts";
import { isShellScript, unwrap, type Wrapped } from "../build/wrappers.ts";
import { commandName, isPackageManager } from "../commands/kinds.ts";
import { joinedFrom } from "../dockerfile/instruction.ts";
import type { Lookup } from "../dockerfile/variables.ts";
import { contextText, find } from "../image/files.ts";
import type { Ran, State } from "../image/model.ts";
import { absolute, basename } from "../image/paths.ts";
import { parseShell } from "../shell/parse.ts";
import { commandsIn } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";
import { fileOf } from "./program.ts";
import { type Started, startedBy, startedByImage, startedIn } from "./started.ts";

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
  return startedByImage(subject).flatMap((s) => followed(subject, end, { ...s, args: [...s.args, ...more] }));
}

/** `texts` gets those of the scripts on the way. */
function followed(subject: Subject, state: State, started: Started, texts: string[] = [], depth = 0): Started[] {
  const text = depth < maximumDepth ? scriptText(subject, state, started) : undefined;
  if (text === undefined) return [started];
  texts.push(text);
  const own = new Set([...text.matchAll(/^[ \t]*(?:function[ \t]+)?([\w-]+)[ \t]*\(\)/gm)].map(([, name]) => name));
  const script = parseShell(joinedFrom(text));
  return startedIn(script, state, started.cwd, environment(state, started.args))
    .filter((s) => !own.has(s.name))
    .flatMap((s) => followed(subject, state, s, texts, depth + 1));
}

function scriptText(subject: Subject, state: State, started: Started): string | undefined {
  const file = fileOf(state, readIn(started) ?? started);
  const text = file && textAt(subject, state, file.path);
  return text !== undefined && isShellScript(text) ? text : undefined;
}

/** `. ./lib.sh`: the file stands in its place. */
function readIn({ name, args: [file, ...args], cwd }: Started): Started | undefined {
  return (name === "." || name === "source") && file?.known ? { name: absolute(file.text, cwd), args, cwd } : undefined;
}

/** A file's text as the context has it, though a RUN went over its lines: who takes carriage returns out leaves the commands. */
function textAt({ steps, image, world }: Subject, state: State, path: string): string | undefined {
  const own = steps.filter((s) => image.ships.has(s.stage));
  const changed = own.findLast((s) => s.changes.some((c) => c.how === "written" && c.path === path));
  const isGoneOver = changed?.ran.some((r) => /^(?:sed|dos2unix|perl)$/.test(r.name) && r.changes.some((c) => c.path === path));
  const root = (isGoneOver ? changed?.before : state)?.root ?? state.root;
  const node = find(root, path, true);
  // Its lines may stand in the Dockerfile itself.
  return contextText(root, path, world.context) ?? (node?.type === "file" ? node.entry.text : undefined);
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

/** Whether one of these programs is called, or named, in a RUN, or when a container starts or is checked; by a script of the build context, too. */
export function calls(subject: Subject, names: readonly string[]): boolean {
  const inRuns = subject.steps.some((s) => s.ran.some((r) => names.includes(basename(r.name)) || namesOne(r, names)));
  if (inRuns) return true;
  const { started, texts } = startedWith(subject);
  const words = new Set(texts.flatMap((text) => text.match(/[\w.+-]+/g) ?? []));
  return started.some((s) => names.includes(basename(s.name))) || names.some((name) => words.has(name));
}

/** The scripts of the build context that run when a container starts or is checked. */
export const startedScripts = (subject: Subject): readonly string[] => startedWith(subject).texts;

/** A script that starts its arguments, as `exec "$@"` does: one that hands them to a program of its own does not. */
export function startsWhatItIsTold(text: string): boolean {
  const script = parseShell(joinedFrom(text));
  return [...commandsIn(script.body)].some(({ words }) => {
    const told = words.findIndex(({ raw }) => /^"?\$(?:@|\{@\})"?$/.test(raw));
    let args = words.slice(0, told + 1).map(({ raw }): Argument => ({ text: raw, known: false, glob: false }));
    for (let inner = wrapped(args); inner && inner.text === undefined; inner = wrapped(args)) args = args.slice(1 + inner.skip);
    return args.length === 1;
  });
}

const wrapped = ([name, ...args]: readonly Argument[]): Wrapped | undefined => name && unwrap(name.text, args);

function startedWith(subject: Subject): { started: Started[]; texts: string[] } {
  const forms = subject.steps.filter((s) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(s.instruction.keyword));
  const texts: string[] = [];
  const started = forms.flatMap((s) =>
    startedBy(s.instruction, s.after).flatMap((one) => [one, ...followed(subject, s.after, one, texts)]),
  );
  return { started, texts };
}

/** As a word of another command, or by its settings, such as `~/.vimrc`; a package manager's words are packages. */
const namesOne = (ran: Ran, names: readonly string[]): boolean =>
  !isPackageManager(ran.name) &&
  ran.name !== "rm" &&
  ran.args.some((a) => names.some((name) => commandName(a.text) === name || a.text.includes(`/.${name}`)));

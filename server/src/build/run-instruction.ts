import type { Indexes } from "../commands/call.ts";
import { isShell } from "../commands/kinds.ts";
import { concat, type Heredoc, type Instruction, type Joined, joinedFrom } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import { expandWord, type Lookup } from "../dockerfile/variables.ts";
import { findInContext } from "../image/context.ts";
import { emptyFolder, find, fromContext, mountedLayer, put, realPath } from "../image/files.ts";
import type { Ran, State } from "../image/model.ts";
import { absolute, basename } from "../image/paths.ts";
import type { Script } from "../shell/syntax.ts";
import { apply } from "./apply.ts";
import type { Sources } from "./copy.ts";
import { lookAt, type OpenLayer, store } from "./open-layer.ts";
import { parsedOnce } from "./parsed.ts";
import type { Scope } from "./scope.ts";
import { ScriptRun } from "./script.ts";
import { expandsBraces } from "./wrappers.ts";

/** `["/bin/bash", "-c"]`, `["busybox", "sh", "-c"]`. */
export const isPosixShell = ([shell = ""]: readonly string[]): boolean => isShell(shell) || basename(shell) === "busybox";

/** The shell that reads the text where another program starts it: `["conda", "run", "-n", "env", "/bin/bash", "-c"]`. */
function innerShell(words: readonly string[]): readonly string[] {
  const at = words.findLastIndex((word) => isPosixShell([word]));
  return at > 0 && words.slice(at + 1).some((word) => /^-[a-z]*c$/.test(word)) ? words.slice(at) : words;
}

/** `["/bin/bash", "-eo", "pipefail", "-c"]`. */
const stopsAtFailure = (shell: readonly string[]): boolean => shell.slice(1).some((word) => /^-[a-z]*e[a-z]*$|^errexit$/i.test(word));

/** The text that RUN hands to the shell, with the way back to the source: the joined line, then the bodies of its heredocs. */
export function scriptText(instruction: Instruction): { source: Joined; interpreter?: string } {
  const { rest, heredocs, source: text } = instruction;
  const [first] = heredocs;
  if (!first) return { source: rest };
  const alone = heredocs.length === 1 && rest.text.trim() === text.slice(first.mark.start, first.mark.end);
  if (!alone)
    return {
      source: concat([
        rest,
        lineBreak,
        ...heredocs.map((h) => joinedFrom(text, { start: h.body.start, end: h.closed ? endMarkEnd(text, h) : h.body.end })),
      ]),
    };
  const interpreter = /^#!\s*(\S+(?:[ \t]+\S+)*)/.exec(text.slice(first.body.start, first.body.end).trimStart())?.[1];
  return { source: first.stripTabs ? withoutTabs(text, first) : withoutReturns(text, first), ...(interpreter && { interpreter }) };
}

const lineBreak: Joined = { text: "\n", pieces: [] };

const endMarkEnd = (text: string, heredoc: Heredoc): number => {
  const newline = text.indexOf("\n", heredoc.body.end);
  return newline < 0 ? text.length : newline + 1;
};

const withoutTabs = (text: string, heredoc: Heredoc): Joined => lineByLine(text, heredoc, /^\t*/);
/** A CRLF file hands its \r to the shell; for what the commands are, they are white space. */
const withoutReturns = (text: string, heredoc: Heredoc): Joined => lineByLine(text, heredoc, /^/);

function lineByLine(text: string, { body }: Heredoc, prefix: RegExp): Joined {
  const parts: Joined[] = [];
  for (let at = body.start; at < body.end; ) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 || newline >= body.end ? body.end : newline + 1;
    const start = at + (prefix.exec(text.slice(at, next))?.[0].length ?? 0);
    const crlf = text.slice(next - 2, next) === "\r\n";
    parts.push(joinedFrom(text, { start, end: crlf ? next - 2 : next }));
    if (crlf) parts.push({ text: "\n", pieces: [{ at: 0, start: next - 1, end: next }] });
    at = next;
  }
  return concat(parts);
}

/** Carries out a RUN. */
export function run(
  open: OpenLayer,
  instruction: Instruction,
  lookup: Lookup,
  sources: Sources,
  { packages, apk, npm, pip }: Indexes,
): { ran: readonly Ran[]; notRun: readonly Ran[]; script?: Script } {
  const before = open.state;
  const mounted = mount(open, instruction, sources, lookup);
  open.mounts = mounted;
  const indexes: Indexes = { ...(packages && { packages }), ...(apk && { apk }), ...(npm && { npm }), ...(pip && { pip }) };
  const script = new ScriptRun(open, { context: sources.context, indexes });
  const scope: Scope = {
    variables: new Map(),
    onPlatform: new Map(),
    functions: new Map(),
    outer: lookup,
    shell: before.shell[0] ?? "sh",
    cwd: before.cwd,
    pushed: [],
    user: before.user,
    ended: false,
  };
  const flow = { maybe: false, needed: true };
  let parsed: Script | undefined;
  if (instruction.exec) {
    const args = instruction.exec.map((a) => ({ text: a.text, known: true, glob: false }));
    script.invoke(args, [], undefined, scope, scope, flow);
  } else {
    const { source, interpreter } = scriptText(instruction);
    const shell =
      interpreter === undefined
        ? innerShell(before.shell)
        : interpreter.split(/[ \t]+/).filter((w) => !/(?:^|\/)env$/.test(w) && !w.startsWith("-"));
    if (isPosixShell(shell)) {
      scope.shell = shell[0] ?? scope.shell;
      parsed = parsedOnce(instruction, source, expandsBraces(scope.shell, before.base), stopsAtFailure(shell));
      script.list(parsed.body, scope, flow);
    } else if (source.text.trim() !== "") {
      apply(open, { do: "unknown", id: `command:${source.text.trim().slice(0, 200)}`, what: `${shell[0] ?? "a"} script` }, false);
    }
  }
  script.finish();
  unmount(open, before, mounted);
  return {
    ran: mounted.length > 0 ? withoutMounted(script.ran, open) : script.ran,
    notRun: script.notRun,
    ...(parsed && { script: parsed }),
  };
}

function withoutMounted(ran: readonly Ran[], { changes }: OpenLayer): readonly Ran[] {
  const stays = new Set(changes);
  return ran.map((r) => ({ ...r, changes: r.changes.filter((c) => stays.has(c)) }));
}

/** Puts what is mounted into the tree; the paths are given back when the RUN ends: what is written there is not in the layer. */
function mount(open: OpenLayer, instruction: Instruction, sources: Sources, lookup: Lookup): string[] {
  const paths: string[] = [];
  for (const m of mountsOf(instruction)) {
    const target = m.target ?? (m.type === "secret" ? "/run/secrets" : undefined);
    if (target === undefined || m.type === "ssh") continue;
    // BuildKit replaces variables in a mount's fields (frontend/dockerfile/instructions, parseMount).
    const path = realPath(open.state.root, absolute(expandWord(target, lookup).text, open.state.cwd), true);
    paths.push(path);
    const source = absolute(m.source ?? "/", "/");
    const stage = m.from === undefined ? undefined : sources.stage(m.from);
    if (stage) lookAt(open, source, stage.index, stage.state.root);
    const fromStage = stage && find(stage.state.root, source, true);
    const inContext = m.from === undefined && m.type === "bind" && sources.visible ? findInContext(sources.visible, source) : undefined;
    const node =
      fromStage ??
      (inContext ? fromContext(inContext, source.slice(1), mountedLayer) : m.type === "secret" ? undefined : emptyFolder(mountedLayer));
    if (node) open.state = { ...open.state, root: put(open.state.root, path, node, open.layer) };
  }
  return paths;
}

function unmount(open: OpenLayer, before: State, paths: readonly string[]): void {
  for (const path of [...paths].reverse()) {
    const node = find(before.root, path);
    // The folder that it was mounted on stays.
    if (!node) store(open, path, emptyFolder(open.layer));
    else open.state = { ...open.state, root: put(open.state.root, path, node, open.layer) };
  }
  if (paths.length) open.changes = open.changes.filter((c) => !paths.some((p) => c.path === p || c.path.startsWith(`${p}/`)));
}

import { lacksShell } from "../build/holds.ts";
import type { Subject } from "../build/subject.ts";
import { isShellScript } from "../build/wrappers.ts";
import { isInterpreter } from "../commands/build-only.ts";
import { packageEnding } from "../commands/kinds.ts";
import { type Instruction, joinedFrom } from "../dockerfile/instruction.ts";
import { contextText, find } from "../image/files.ts";
import { type Form, type State, variableIn } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { fileOf } from "../queries/program.ts";
import { startedBy } from "../queries/started.ts";
import { isOfWindows } from "../queries/windows.ts";
import { parseShell } from "../shell/parse.ts";
import { builtins, onlyCommand, plainWords, programIn } from "../shell/plain.ts";
import { type Command, commandsIn, type Node, type Script } from "../shell/syntax.ts";
import { expandWhole, isLiteral } from "../shell/words.ts";
import { execText, ignoresArguments, noJson } from "../topics/forms.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const shellForm: Rule = {
  id: "shell-form",
  summary: "CMD or ENTRYPOINT in shell form",
  why:
    'In shell form Docker starts `/bin/sh -c "…"`, and the shell is process 1: it gets the stop signal and does not hand it on, so `docker stop` waits ten seconds and then kills. ' +
    "An ENTRYPOINT in shell form also ignores CMD and the arguments of `docker run`. In exec form, a JSON array, the program itself is process 1, and ends at once where it heeds the signal; for one that does not, such as `sleep`, there is `docker run --init`. " +
    "Variables, pipes and `&&` need a shell: keep it then, and let the last command begin with `exec`.",
  about: "form",
  level: "warning",
  aliases: ["DL3025"],
  checks: ["JSONArgsRecommended"],
  example: {
    before: "FROM debian:trixie-slim\nCOPY server /usr/local/bin/server\nCMD server --port 8080\n",
    after: 'FROM debian:trixie-slim\nCOPY server /usr/local/bin/server\nCMD ["server", "--port", "8080"]\n',
  },
  *check(subject) {
    const { image } = subject;
    const end = image.stages[image.target]?.end;
    // Where there is no shell that is what has to be said; Windows has another one.
    if (!end || lacksShell(end) || isOfWindows(end)) return;
    for (const form of [end.entrypoint, end.cmd]) {
      if (form?.instruction && form.exec === undefined && form.text !== "" && !isArgument(form, end)) yield* finding(subject, form, end);
    }
  },
};

/** Who installs other packages than Debian's has bash or BusyBox as /bin/sh, whatever the base is. */
function isOfOtherSystem({ image }: Subject): boolean {
  const endings = image.stages[image.target]?.steps.flatMap((s) => s.ran.flatMap((r) => packageEnding(r.name) ?? [])) ?? [];
  return endings.length > 0 && !endings.includes("deb");
}

/**
 * Words for a program that ENTRYPOINT, or the base's own, starts in exec form: what that does with `/bin/sh -c …` is its own affair. A script, or an
 * init, starts it; AWS Lambda's takes the name of a function (docs.aws.amazon.com/lambda, "Create a Lambda function using a container image").
 */
function isArgument(form: Form, { cmd, entrypoint, base }: State): boolean {
  if (form !== cmd) return false;
  const program = entrypoint?.exec?.[0];
  return (
    (!entrypoint?.instruction && /(?:^|[/-])lambda[/-]/.test(base?.name ?? "")) ||
    (program !== undefined && /^[\w-]+$/.test(program) && !/entrypoint/.test(program) && !isStarter.test(program))
  );
}

/**
 * What a program of the file's own ENTRYPOINT does with the words of CMD: an init starts them, and so does a script with "$@"; one that looks at
 * them gets `/bin/sh -c …`; where nobody can read it, nobody knows.
 */
function useOfArguments(subject: Subject, form: Form, end: State): "starts" | "looks" | "unknown" {
  const { cmd, entrypoint } = end;
  if (form !== cmd || !entrypoint?.instruction || !entrypoint.exec?.length) return "starts";
  const script = scriptStarted(subject, entrypoint, end);
  if (script) return /\$[@*]|\$\{[@*]\}/.test(script.text) ? "starts" : "looks";
  return isStarter.test(basename(entrypoint.exec[0] ?? "")) ? "starts" : "unknown";
}

const isStarter = /init$|^(?:tini|tini-static|catatonit|gosu|su-exec|env|exec|nice|\w*sh)$/;

/** The last that is started, where it is a script whose text is known. */
function scriptStarted({ world }: Subject, { instruction }: Form, end: State): { path: string; text: string } | undefined {
  const started = instruction ? startedBy(instruction, end).at(-1) : undefined;
  const file = started && fileOf(end, started);
  const node = file && find(end.root, file.path, true);
  const text = file && (contextText(end.root, file.path, world.context) ?? (node?.type === "file" ? node.entry.text : undefined));
  return file && text !== undefined && text !== "" && isShellScript(text) ? { path: file.path, text } : undefined;
}

/**
 * Whether a script that is started by its name begins with `#!`: without it a shell runs it, the system does not (execve(2)). The path of one that
 * does not; `unread` for what is called a script, and nobody knows its text.
 */
function bareScript(script: ReturnType<typeof scriptStarted>, words: readonly string[]): { path?: string; unread?: true } {
  if (script) return script.text.startsWith("#!") ? {} : { path: script.path };
  return isCalledScript(words[0] ?? "") ? { unread: true } : {};
}

const isCalledScript = (name: string): boolean => /\.(?:ba)?sh$/.test(name);

/**
 * The base's own ENTRYPOINT, where it makes ready what a server needs only if that is its first word, which in shell form is the shell
 * (`if [ "$1" = nginx ]`; nginx/docker-nginx and docker-library's own, docker-entrypoint.sh).
 */
function preparedBy({ entrypoint, base }: State, [first = ""]: readonly string[]): string | undefined {
  const program = entrypoint?.instruction ? undefined : entrypoint?.exec?.[0];
  return program?.endsWith("docker-entrypoint.sh") && base?.cmd?.[0] === first && lookedFor.has(first) ? program : undefined;
}

const lookedFor = new Set(["nginx", "postgres", "mysqld", "mariadbd", "mongod", "redis-server", "valkey-server", "rabbitmq-server"]);

/** A command of which only the program's path has variables, with what they stand for. */
function spelledOut(command: Command | undefined, end: State): string[] | undefined {
  const [first, ...rest] = command?.words ?? [];
  const path = first && expandWhole(first, (name) => variableIn(end, name));
  const isPlain = command?.redirects.length === 0 && command.assignments.length === 0 && rest.every(isLiteral);
  return path?.known && path.text.startsWith("/") && isPlain ? [path.text, ...rest.map((w) => expandWhole(w, noVariable).text)] : undefined;
}

const noVariable = (): undefined => undefined;

/**
 * Whether the stop signal comes further when what runs last takes the shell's place. Exec does nothing in a pipeline, a subshell or the background, and
 * ends a loop; a script keeps the signal to itself unless it has exec or a trap; and some programs start another one and hand nothing on, or
 * do not heed the signal as process 1, where it has no effect by itself (pid_namespaces(7)).
 */
function isOfUse(script: Script, started: ReturnType<typeof scriptStarted>): boolean {
  const last = lastOf(script.body);
  if (last === undefined) return true;
  if (last.kind !== "command" || deaf.has(basename(programIn(last)))) return false;
  if (!started) return true;
  const { body } = parseShell(joinedFrom(started.text, { start: 0, end: started.text.length }));
  return [...commandsIn(body)].some(({ words: [word] }) => word?.raw === "exec" || word?.raw === "trap");
}

const deaf = new Set("cat chronic dbus-run-session flock script sleep strace tail time watch xargs xvfb-run yes".split(" "));

function* finding(subject: Subject, form: Form, end: State): Iterable<Draft> {
  const { instruction } = form;
  const [first] = instruction?.rest.pieces ?? [];
  if (!instruction || !first) return;
  const span = { start: first.start, end: first.end };
  const fixTo = (words: readonly string[], title: string): DraftFix => ({
    title: `${title}: ${execText(words)}`,
    safety: "review",
    edits: [{ start: span.start, end: instruction.headEnd, text: execText(words) }],
  });
  const shell = end.shell.join(" ");
  const meant = wordsMeant(form.text.trim());
  if (meant || /^\[\s*["'\u201c\u2018]|^\[.*,/s.test(form.text)) {
    const fixes = meant ? [fixTo(meant, "Write it as JSON")] : [];
    return yield { span, aliases: ["DL3025"], message: () => `${noJson} Here that is ${shell}.`, fixes };
  }
  // PowerShell and cmd know no signals and no exec: where it is their words, the base is of Windows, whatever it is called.
  if (/^(?:powershell|cmd)(?:\.exe)?\s|%\w+%|(?:^|[\s"'])[a-z]:[\\/]/i.test(form.text)) return;
  if (!/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(end.shell[0] ?? "")) return;
  const script = parseShell(instruction.rest);
  const command = onlyCommand(script);
  const name = command?.words[0]?.raw;
  if (endsWithExec(script)) return;
  const plain = plainWords(script);
  const isEntrypoint = instruction.keyword === "ENTRYPOINT";
  const started = scriptStarted(subject, form, end);
  const { path: bare, unread } = plain === undefined ? {} : bareScript(started, plain);
  const words = bare !== undefined && plain ? ["/bin/sh", bare, ...plain.slice(1)] : plain;
  const consequence = isOfUse(script, started) ? consequenceOf(end, script, isOfOtherSystem(subject), instruction) : reaches;
  // Nobody has to stop it.
  if (instruction.keyword === "CMD" && (tellsOfItself(script) || (!end.entrypoint && endsAtOnce(script)))) return;
  if (words && !isEntrypoint && isPrompt(words)) return;
  const inner = words && unwrapsShell(words) ? words[0] : undefined;
  // A shell that gives way leaves one shell only, and what ends in a loop or a short wait hears of nothing in either form.
  if (inner && words && (consequence === givesWay || !isWorthExec(textOf(words)))) return;
  const canExec =
    command && !builtins.has(name ?? "") && command.redirects.length === 0 && command.assignments.length === 0 && !script.broken;
  const use = useOfArguments(subject, form, end);
  // What it looks at is no program that a shell has to start.
  if (use !== "starts" && !words) return;
  // The shell gives way as it is, and exec would say the same.
  if (consequence === givesWay && !words) return;
  const last = lastOf(script.body);
  const endsInShell = last?.kind === "command" && isShell(programIn(last));
  // Whoever types there ends it himself; and one shell in the place of another hands on no more.
  if (!isEntrypoint && endsInShell && (consequence === givesWay ? last.words.length === 1 : !words && !canExec)) return;
  // There is nothing to be done about it.
  if (endsInShell && !words && !canExec) return;
  // The signal reaches the program as it is, or does not either way.
  if (consequence === reaches && !isEntrypoint && bare === undefined) return;
  const preparing = words && instruction.keyword === "CMD" ? preparedBy(end, words) : undefined;
  const isUnread = consequence !== reaches && !started && last?.kind === "command" && isCalledScript(programIn(last));
  const scriptsPart = isUnread ? " A script has to hand the signal on, too: by exec, or a trap." : "";
  const checks = [
    ...(unread ? [`${words?.[0]} must begin with #!`] : []),
    ...(preparing ? [`${preparing} then prepares what it has for ${words?.[0]}`] : []),
  ];
  const spelled = isEntrypoint && consequence === reaches && !words ? spelledOut(command, end) : undefined;
  // Behind `sh -c TEXT` there is no more room for arguments in either form.
  const also = isEntrypoint && !inner ? ` ${ignoresArguments}` : "";
  yield {
    span,
    aliases: ["DL3025"],
    ...(consequence === givesWay && !isEntrypoint && !inner && { level: "info" }),
    message: () =>
      use !== "starts" && words
        ? `The ENTRYPOINT is given ${[...end.shell, "…"].join(" ")} as its arguments, not these words. Exec form hands on the words themselves: ${execText(words)}`
        : inner
          ? `Runs ${inner} under ${shell}. Exec form spares one of the two shells${words && handsOver(words) ? "." : "; the other one may keep the stop signal to itself: let its last command begin with exec."}`
          : words && bare !== undefined
            ? `${bare} begins with no #!: only a shell can start it.${also} Exec form spares one of the two shells: ${execText(words)}`
            : words && isShell(words[0]) && consequence !== givesWay
              ? `Runs ${words[0]} under ${shell}.${also} Exec form spares one of the two shells: ${execText(words)}`
              : consequence === reaches
                ? `Runs under ${shell}.${also}${words ? ` Exec form starts the program itself: ${execText(words)}` : spelled ? ` Exec form does not; it needs the path written out: ${execText(spelled)}` : ""}`
                : words
                  ? `Runs under ${shell}, which ${consequence}.${also}${preparing ? ` ${preparing} does not see ${words[0]} behind it, and leaves out what it prepares for it.` : ""}${scriptsPart} Exec form starts the program itself: ${execText(words)}`
                  : endsInShell
                    ? `Runs under ${shell}.${also} Begun with exec, it spares one of the two shells.`
                    : `Runs under ${shell}, which ${consequence}.${also} It needs the shell as it stands: ${canExec ? "begin it with exec, so that the program takes the shell's place" : `let ${command ? "it" : "its last command"} begin with exec`}.${scriptsPart}`,
    fixes: words
      ? [fixTo(words, `Write it in exec form${checks.length > 0 ? ` (check first: ${checks.join("; ")})` : ""}`)]
      : canExec && consequence !== reaches
        ? [{ title: "Begin it with exec", safety: "review", edits: [{ start: command.start, end: command.start, text: "exec " }] }]
        : [],
  };
}

/**
 * Measured with Debian 12's dash 0.5.12: `sh -c "sleep 5"` stays the program's parent. docker stop waits ten seconds (its reference). bash (5.2,
 * measured: without a redirection) and BusyBox (ash.c, evalstring with EV_EXIT) give way to the last command of `-c`.
 */
function ofShell({ shell, base }: State, script: Script, isOther: boolean, loses: string): string {
  const [program = ""] = shell;
  const last = lastOf(script.body);
  const id = base?.os?.id;
  if (last?.kind !== "command" || (isSh(program) && /^(?:debian|ubuntu)$/.test(id ?? ""))) return loses;
  if (isSh(program) && (id === "alpine" || /alpine|busybox/.test(base?.name ?? ""))) return givesWay;
  if (last.redirects.length > 0) return loses;
  if (isSh(program) && shIsBash.test(base?.name ?? "")) return givesWay;
  return isSh(program) && id === undefined && !isOther ? `on Debian and Ubuntu ${loses}` : givesWay;
}

/**
 * An init that starts CMD is process 1 in the shell's place: dumb-init, and tini with -g, send the signal to all of the group, the program too;
 * tini sends it to the shell, which ends, and the container with it (their READMEs).
 */
function consequenceOf(end: State, script: Script, isOther: boolean, { keyword }: Instruction): string {
  const { entrypoint, base } = end;
  const [init = "", ...flags] = keyword === "CMD" ? (entrypoint?.exec ?? (underTini.test(base?.name ?? "") ? ["tini"] : [])) : [];
  const name = basename(init);
  const isTini = /^(?:tini|docker-init)(?:-|$)/.test(name);
  const own = ofShell(end, script, isOther, `does not pass the stop signal on: ${isTini ? atOnce : late}`);
  const isGroup = isTini
    ? flags.some((f) => /^-[a-z]*g/.test(f))
    : name === "dumb-init" && !flags.some((f) => /^(?:-c|--single-child)$/.test(f));
  return isGroup && own !== givesWay ? reaches : own;
}

const late = "docker stop waits 10 s, then kills the program";
const atOnce = "docker stop ends the shell, and the program is killed at once";
const reaches = "";
/** Their ENTRYPOINT is tini (conda-forge/miniforge-images). */
const underTini = /(?:^|\/)condaforge\/(?:mambaforge|miniforge3|linux-anvil)/;
const givesWay = "leaves its place to the program, as the sh of Debian and Ubuntu does not: on such a base the stop signal would be lost";
/** Distributions whose /bin/sh is bash. */
const shIsBash = /(?:^|\/)(?:fedora|centos|rockylinux|almalinux|ubi\d+|oraclelinux|amazonlinux|opensuse|archlinux)\b/;
const isSh = (program: string): boolean => /(?:^|\/)(?:sh|dash)$/.test(program);

/** What runs last, if all before it lets it. */
function lastOf(node: Node): Node | undefined {
  const last = node.kind === "list" || node.kind === "andor" ? node.items.at(-1) : node;
  return last === undefined || last === node ? last : lastOf(last);
}

/** All that it runs tells of itself: `tool --help && other -h`. */
function tellsOfItself(script: Script): boolean {
  const commands = [...commandsIn(script.body)];
  return (
    commands.length > 0 && commands.every(({ words: [, word, more] }) => !more && /^(?:-h|(?:--)?(?:help|version))$/.test(word?.raw ?? ""))
  );
}

/** The last of it prints a line, or changes some files. */
function endsAtOnce(script: Script): boolean {
  const last = lastOf(script.body);
  return last?.kind === "command" && brief.has(programIn(last));
}

/** What it runs last, in its own place, is what runs long. */
const isWorthExec = (script: Script): boolean => isOfUse(script, undefined) && !endsAtOnce(script);

const brief = new Set("[ test echo printf true false : sed grep cp mv rm ln mkdir touch chown chmod date env pwd".split(" "));

const endsWithExec = (script: Script): boolean => [...commandsIn(script.body)].at(-1)?.words[0]?.raw === "exec";

/** What this shell is told to run takes its place: by exec, or as the last command of a bash (see `consequenceOf`). */
function handsOver(words: readonly string[]): boolean {
  const script = textOf(words);
  const last = lastOf(script.body);
  return endsWithExec(script) || (/(?:^|\/)bash$/.test(words[0] ?? "") && last?.kind === "command" && last.redirects.length === 0);
}

/** What a shell is told behind `-c`. */
function textOf(words: readonly string[]): Script {
  const text = words[words.findIndex(isTold) + 1] ?? "";
  return parseShell(joinedFrom(text, { start: 0, end: text.length }));
}

const isTold = (word: string): boolean => /^-[a-z]*c$/.test(word);
const isShell = (name: string | undefined): boolean => /(?:^|\/)(?:sh|bash|dash|ash|zsh)$/.test(name ?? "");

/** An interpreter that is told nothing waits for somebody who types, who ends it himself; as process 1 it heeds no SIGTERM in either form. */
const isPrompt = ([program = "", ...rest]: readonly string[]): boolean =>
  (isInterpreter(basename(program)) || prompts.has(basename(program))) && rest.every((word) => word === "-i");

const prompts = new Set(["ipython", "ipython3", "irb", "iex", "ghci", "julia", "R"]);

/** `sh -c "…"`, `bash -lc "…"`. */
const unwrapsShell = ([name, ...rest]: readonly string[]): boolean => isShell(name) && rest.some(isTold);

/** The strings of what was meant as an array: other quotes or none, commas too many or none. Undefined where that is not clear. */
function wordsMeant(text: string): string[] | undefined {
  const item = /"[^"'\\]*"|'[^"'\\]*'|\u201c[^"'\\\u201c\u201d]*\u201d|[\w./:@%+=-]+/;
  const between = text.includes(",") ? "\\s*,\\s*" : "\\s+";
  if (!new RegExp(`^\\[\\s*(?:${item.source})(?:${between}(?:${item.source}))*\\s*,?\\s*\\]$`).test(text)) return undefined;
  const words = [...text.matchAll(new RegExp(item.source, "g"))].map(([word]) => (/^[\w./:@%+=-]/.test(word) ? word : word.slice(1, -1)));
  return isTest(text, words) ? undefined : words;
}

/** What `[` is in a shell: `[ -f /ready ]`, `[ "$MODE" = full ]`; a bare word in brackets without blanks is not (test(1)). */
const isTest = (text: string, words: readonly string[]): boolean =>
  /^\[\s.*\s\]$/s.test(text) &&
  !text.includes(",") &&
  (/^-\w$/.test(words[0] ?? "") || words.some((w) => /^(?:[!=]=?|-(?:eq|ne|[gl][et]|ef|nt|ot))$/.test(w)));

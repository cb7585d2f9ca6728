import { commandName, isShell } from "../commands/kinds.ts";
import type { Value } from "../dockerfile/variables.ts";
import type { BaseImage } from "../image/base.ts";
import { homeOf } from "../image/model.ts";
import { absolute, usualPath } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";

interface Wrapped {
  /** How many arguments the wrapper itself takes. */
  readonly skip: number;
  readonly user?: string;
  readonly variables: readonly (readonly [string, Value])[];
  /** A script in one argument: `sh -c`, `eval`. */
  readonly text?: string;
  /** Behind the text of a shell of its own: what it finds in $0, $1 … */
  readonly given?: readonly Argument[];
}

/** Whether a shell makes `a b` of `{a,b}`: bash does, dash and BusyBox do not. `sh` is one of those on Debian, Ubuntu and Alpine, bash elsewhere. */
export function expandsBraces(shell: string, base: BaseImage | undefined): boolean {
  const name = shell.replace(/^.*\//, "");
  return name === "sh" ? !/^(?:debian|ubuntu|alpine)$/.test(base?.os?.id ?? "") : !/^(?:dash|ash|busybox)$/.test(name);
}

/** Commands that run another: sudo, env, nice, time …, and shells with -c. */
export function unwrap(name: string, args: readonly Argument[]): Wrapped | undefined {
  const command = commandName(name);
  if (isShell(command)) {
    const at = args.findIndex((a) => /^-[a-z]*c$/.test(a.text));
    const text = args[at + 1];
    return at >= 0 && text ? { skip: 0, variables: [], text: text.text, given: args.slice(at + 2) } : undefined;
  }
  if (command === "eval") return { skip: 0, variables: [], text: args.map((a) => a.text).join(" ") };
  const valued: Record<string, string> = {
    sudo: "u g p C",
    gosu: "",
    nice: "n",
    ionice: "c n",
    time: "o f",
    timeout: "s k",
    nohup: "",
    exec: "a",
    command: "",
    env: "u S C",
    setpriv: "",
    stdbuf: "i o e",
    eatmydata: "",
    unshare: "",
    chronic: "",
    "su-exec": "",
    doas: "u",
  };
  const letters = valued[command];
  if (letters === undefined || !Object.hasOwn(valued, command)) return undefined;
  if (command === "command" && /^-[vV]$/.test(args[0]?.text ?? "")) return undefined;
  const takes = new Set(letters.split(" ").filter((l) => l !== ""));
  let skip = 0;
  let user: string | undefined;
  const variables: [string, Value][] = [];
  if (command === "gosu" || command === "su-exec") user = args[skip++]?.text.replace(/:.*$/, "");
  for (; skip < args.length; skip++) {
    const text = args[skip]?.text ?? "";
    const assignment = command === "env" || command === "sudo" ? /^(\w+)=(.*)$/s.exec(text) : undefined;
    if (assignment?.[1]) variables.push([assignment[1], { text: assignment[2] ?? "", known: args[skip]?.known ?? false }]);
    else if (text.startsWith("-") && text !== "-") {
      if (takes.has(text.slice(1))) {
        skip++;
        if (text === "-u" && (command === "sudo" || command === "doas")) user = args[skip]?.text;
      }
    } else break;
  }
  if (command === "timeout") skip++;
  return skip < args.length ? { skip, variables, ...(user !== undefined && { user }) } : undefined;
}

/** The script files that a command line may mean, and what they get: `./install.sh x`, `sh install.sh x`, `. ./env`. */
export function scriptFiles(
  name: string,
  args: readonly Argument[],
  cwd: string,
): { paths: string[]; args: readonly Argument[]; sourced: boolean } {
  const sourced = name === "." || name === "source";
  if (!sourced && !isShell(name))
    return { paths: name.includes("/") ? [absolute(name, cwd)] : usualPath.map((f) => `${f}/${name}`), args, sourced };
  const at = args.findIndex((a) => !/^[-+]/.test(a.text));
  const file = args[at];
  return { paths: file?.known ? [absolute(file.text, cwd)] : [], args: args.slice(at + 1), sourced };
}

/** Whether a file's text is for a shell we read; without a first line that names one, it is. */
export function isShellScript(text: string): boolean {
  const interpreter = interpreterOf(text);
  return interpreter === undefined ? !text.includes("\0") : isShell(interpreter);
}

/** What a script's first line names. */
export const interpreterOf = (text: string): string | undefined => /^#!\s*(?:\S*\/env\s+(?:-\S+\s+)*)?(\S+)/.exec(text)?.[1];

/** sudo, gosu and their like set HOME for the user they change to (sudoers(5), env_reset). */
export const homeOfUser = (user: string): [string, Value] => ["HOME", { text: homeOf(user), known: true }];

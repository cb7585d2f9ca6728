import { options } from "../commands/call.ts";
import { commandName, isShell } from "../commands/kinds.ts";
import type { Value } from "../dockerfile/variables.ts";
import type { BaseImage } from "../image/base.ts";
import { type Accounts, homeOfUser, isRoot } from "../image/homes.ts";
import { absolute, usualPath } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";

export interface Wrapped {
  /** How many arguments the wrapper itself takes. */
  readonly skip: number;
  readonly user?: string;
  /** What HOME becomes. */
  readonly home?: string;
  /** A shell as if that user logged in: at home, with an environment of its own. */
  readonly login?: boolean;
  /** Where a home is that only /etc/passwd knows: unless it is there, the command is not followed. */
  readonly guessed?: string;
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

/** How a command is told that runs another one. */
interface Wrapper {
  /** Its options with a value, as `options` takes them. */
  readonly valued?: string;
  /** How many words of its own stand before the command. */
  readonly operands?: number;
  /** What says whom it changes to. */
  readonly user?: "-u" | "operand";
  /** To whom where nothing says it. */
  readonly usually?: string;
}

const wrappers = new Map<string, Wrapper>(
  Object.entries({
    sudo: {
      valued: "u g p C D R T U h r t --user --group --prompt --chdir --chroot --command-timeout --host --role --type",
      user: "-u",
      usually: "root",
    },
    doas: { valued: "u C", user: "-u", usually: "root" },
    runuser: { valued: "u g G --user --group --supp-group", user: "-u" },
    gosu: { operands: 1, user: "operand" },
    "su-exec": { operands: 1, user: "operand" },
    nice: { valued: "n --adjustment" },
    ionice: { valued: "c n --class --classdata" },
    time: { valued: "o f --output --format" },
    timeout: { valued: "s k --signal --kill-after", operands: 1 },
    nohup: {},
    exec: { valued: "a" },
    command: {},
    env: { valued: "u S C --unset --chdir" },
    setpriv: { valued: "--reuid --regid --groups --inh-caps --ambient-caps --bounding-set" },
    stdbuf: { valued: "i o e --input --output --error" },
    eatmydata: {},
    unshare: {},
    chronic: {},
  }),
);

/** Runs what stands behind it. */
export const isWrapper = (name: string): boolean => wrappers.has(name);

/** Runs it as somebody else, or can. */
export const changesUser = (name: string): boolean => wrappers.get(name)?.user !== undefined;

/** Commands that run another: sudo, env, nice, time …, su, and shells with -c. */
export function unwrap(name: string, args: readonly Argument[], accounts?: Accounts): Wrapped | undefined {
  const command = commandName(name);
  if (isShell(command)) {
    const at = args.findIndex((a) => /^-[a-z]*c$/.test(a.text));
    const text = args[at + 1];
    return at >= 0 && text ? { skip: 0, variables: [], text: text.text, given: args.slice(at + 2) } : undefined;
  }
  if (command === "eval") return { skip: 0, variables: [], text: args.map((a) => a.text).join(" ") };
  const asked = command === "command" && /^-[vV]$/.test(args[0]?.text ?? "");
  const wrapper = asked ? undefined : wrappers.get(command);
  const found = wrapper && behind(command, wrapper, args, accounts);
  if (command !== "su" && command !== "runuser") return found;
  // Without -u runuser is told what su is.
  const told = found?.user === undefined ? bySu(args, accounts) : found;
  return told && { ...told, ...(told.user !== undefined && !isRoot(told.user) && { guessed: homeOfUser(told.user, accounts) }) };
}

function behind(command: string, wrapper: Wrapper, args: readonly Argument[], accounts?: Accounts): Wrapped | undefined {
  const { valued = "", operands = 0, user: from } = wrapper;
  const takes = new Set(valued.split(" "));
  let skip = 0;
  let user = wrapper.usually;
  const variables: [string, Value][] = [];
  if (from === "operand") user = args[0]?.text.replace(/:.*$/, "");
  else
    for (; skip < args.length; skip++) {
      const text = args[skip]?.text ?? "";
      const assignment = command === "env" || command === "sudo" ? /^(\w+)=(.*)$/s.exec(text) : undefined;
      if (assignment?.[1]) variables.push([assignment[1], { text: assignment[2] ?? "", known: args[skip]?.known ?? false }]);
      else if (!text.startsWith("-") || text === "-") break;
      else {
        const [option, glued] = optionIn(text, takes);
        const value = glued ?? (option === undefined ? undefined : args[++skip]?.text);
        if (from === "-u" && (option === "u" || option === "--user")) user = value;
      }
    }
  const isKept = command === "sudo" && keepsHome(args.slice(0, skip), accounts?.base);
  skip += operands;
  return skip < args.length
    ? { skip, variables, ...(user !== undefined && { user, ...(!isKept && { home: homeOfUser(user, accounts) }) }) }
    : undefined;
}

/** sudo sets HOME (sudoers(5), env_reset) but for -E; Ubuntu's patched one did not before 19.10 (askubuntu.com/q/1186999). */
function keepsHome(own: readonly Argument[], base: BaseImage | undefined): boolean {
  const has = (option: RegExp): boolean => own.some((a) => option.test(a.text));
  if (has(/^-[A-Za-z]*[Hi]|^--(?:set-home|login)$/)) return false;
  const isOld = base?.os?.id === "ubuntu" && Number(base.os.release ?? Number.NaN) < 19.1;
  return isOld || has(/^-[A-Za-z]*E|^--preserve-env(?:$|=(?:.*,)?HOME(?:,|$))/);
}

/** The option of a word that takes a value, and the value where it is glued to it: `-Hu app`, `-n5`, `--user=app`. */
function optionIn(text: string, takes: ReadonlySet<string>): [option?: string | undefined, glued?: string | undefined] {
  const [, long = "", glued] = /^(--[\w-]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (long !== "") return takes.has(long) ? [long, glued] : [];
  const at = [...text].findIndex((letter, i) => i > 0 && takes.has(letter));
  return at < 0 ? [] : [text[at], text.slice(at + 1) || undefined];
}

/** `su - app -c "…"`: what is told to the shell of that user. */
function bySu(args: readonly Argument[], accounts?: Accounts): Wrapped | undefined {
  const o = options(args, "c g G s T w --command --group --supp-group --shell --whitelist-environment");
  const text = o.value("-c", "--command");
  const [named, ...given] = o.operands.filter((a) => a.text !== "-");
  const user = named?.text ?? "root";
  if (text === undefined) return undefined;
  const login = o.has("-l", "--login") || o.operands.length > given.length + (named ? 1 : 0);
  const keepsHome = !login && o.has("-m", "-p", "--preserve-environment");
  return { skip: 0, user, ...(!keepsHome && { home: homeOfUser(user, accounts) }), login, variables: [], text, given };
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

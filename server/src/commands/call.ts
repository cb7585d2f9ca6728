import type { Lookup } from "../dockerfile/variables.ts";
import type { Effect, Packed } from "../image/effects.ts";
import { find, type Node } from "../image/files.ts";
import { homeOfUser as usualHome } from "../image/homes.ts";
import type { State } from "../image/model.ts";
import { absolute, hasGlob } from "../image/paths.ts";
import type { Size } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import type { ApkIndex } from "../sizes/apk.ts";
import type { Project } from "../sizes/installed/project.ts";
import type { NpmIndex } from "../sizes/npm.ts";
import type { PackageIndex } from "../sizes/packages/package.ts";
import type { PipIndex } from "../sizes/pip.ts";

/** What packages weigh. */
export interface Indexes {
  /** Debian's and Ubuntu's. */
  readonly packages?: PackageIndex;
  /** Alpine's. */
  readonly apk?: ApkIndex;
  /** Tools that npm installs for all. */
  readonly npm?: NpmIndex;
  /** What pip downloads. */
  readonly pip?: PipIndex;
}

/** One command with what it needs to know. */
export interface Call extends Indexes {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly cwd: string;
  readonly user: string;
  readonly variable: Lookup;
  readonly state: State;
  /** The layer that is being written. */
  readonly layer: number;
  /** The text of a small file of the build context that lies at this path now, where it is at hand. */
  readonly textAt?: (path: string) => string | undefined;
  /** What lies on this machine beside the file of the build context that was copied to this path. */
  readonly projectAt?: (path: string) => Project | undefined;
  /** What is piped or redirected into it: its bytes, and a name for it. */
  readonly stdin?: { readonly size: Size; readonly what: string; readonly text?: string; readonly packed?: Packed };
}

/** What a command does; undefined when it is used in a way that is not understood: then it is an unknown command. */
export type Handler = (call: Call) => readonly Effect[] | undefined;

export interface Options {
  has(...names: string[]): boolean;
  /** The last value given under one of these names. */
  value(...names: string[]): string | undefined;
  values(...names: string[]): string[];
  readonly operands: readonly Argument[];
}

/** The handlers' own lists: as many as there are handlers. */
const known = new Map<string, ReadonlySet<string>>();

/**
 * Reads options as getopt_long does: `-abc`, `-ofile`, `-o file`, `--name=value`, `--name value`, `--`.
 * `valued` names those that take a value, short ones without their dash: "o C --output --directory".
 */
export function options(args: readonly Argument[], valued = ""): Options {
  const takesValue = known.get(valued) ?? new Set(valued.split(" "));
  known.set(valued, takesValue);
  const found: { name: string; value?: string }[] = [];
  const operands: Argument[] = [];
  let onlyOperands = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (!arg) continue;
    const { text } = arg;
    if (onlyOperands || text === "-" || !text.startsWith("-")) operands.push(arg);
    else if (text === "--") onlyOperands = true;
    else if (text.startsWith("--")) {
      const equals = text.indexOf("=");
      const name = equals < 0 ? text : text.slice(0, equals);
      const value = equals >= 0 ? text.slice(equals + 1) : takesValue.has(name) ? args[++i]?.text : undefined;
      found.push({ name, ...(value !== undefined && { value }) });
    } else {
      for (let k = 1; k < text.length; k++) {
        const letter = text[k] ?? "";
        if (!takesValue.has(letter)) {
          found.push({ name: `-${letter}` });
          continue;
        }
        const value = k + 1 < text.length ? text.slice(k + 1) : args[++i]?.text;
        found.push({ name: `-${letter}`, ...(value !== undefined && { value }) });
        break;
      }
    }
  }
  return {
    has: (...names) => found.some((f) => names.includes(f.name)),
    value: (...names) => found.findLast((f) => names.includes(f.name) && f.value !== undefined)?.value,
    values: (...names) => found.flatMap((f) => (names.includes(f.name) && f.value !== undefined ? [f.value] : [])),
    operands,
  };
}

/** Operands that name something: a pattern in quotes stays as it is, and no file is called so. */
export const named = (operands: readonly Argument[]): readonly Argument[] => operands.filter((a) => a.glob || !a.known || !hasGlob(a.text));

/** A path, from the folder of whoever names it; what mktemp names lies in /tmp (mktemp(1)). */
export const placed = (text: string, cwd: string): string => absolute(text, /^(?:\$\(|`)mktemp\b/.test(text) ? "/tmp" : cwd);

export const pathOf = (call: Pick<Call, "cwd">, text: string): string => placed(text, call.cwd);

/** The path of a word that may be a pattern: a slash at its end chooses folders. */
export const patternOf = (call: Call, { text, glob }: Argument): string => `${pathOf(call, text)}${glob && text.endsWith("/") ? "/" : ""}`;

/** Where mv, cp and install put something: `.` and `folder/.` are folders, as `folder/` is. */
export const placeOf = (call: Call, text: string): string => targetOf(call, text).replace(/\/\.$/, "/");

/** A path with the slash at its end kept, and `/.`: mv, cp and ln care. */
export function targetOf(call: Call, text: string): string {
  const path = pathOf(call, text);
  if (/\/\.$/.test(text) || text === ".") return path === "/" ? "/." : `${path}/.`;
  return text.endsWith("/") && path !== "/" ? `${path}/` : path;
}

export const nodeAt = (call: Call, text: string): Node | undefined => find(call.state.root, pathOf(call, text), true);

export const homeOf = (call: Pick<Call, "variable" | "user" | "state">): string =>
  call.variable("HOME")?.text ?? usualHome(call.user, call.state);

/** An unknown amount, anywhere: what a command does that is not known. */
export function unknownWork(call: Call): Effect {
  const line = [call.name, ...call.args.map((a) => a.text)].join(" ");
  return { do: "unknown", id: `command:${line}`, what: line.length > 60 ? `${line.slice(0, 59)}…` : line };
}

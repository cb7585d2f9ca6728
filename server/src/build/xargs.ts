import type { Value } from "../dockerfile/variables.ts";
import { dirname, hasGlob } from "../image/paths.ts";
import type { List } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";
import type { Input } from "./streams.ts";

/** What `xargs` is told: the command behind its options, and how the items of its input become arguments of it. */
export interface Xargs {
  /** How many arguments are its own. */
  readonly skip: number;
  /** The file that `-a` names. */
  readonly file?: string;
  /** The command with its items, one list for each run; `one` stands for items that are not known. */
  runs(command: readonly Argument[], input: string | undefined, one: Argument): (readonly Argument[])[];
}

/** More runs are not followed. */
const maximumRuns = 64;

/** The value of `--replace` and `--max-lines`, and of the older `-i`, `-l` and `-e`, may only follow at once (its manual). */
const valued = /^-(?:[adEILnPs]|-arg-file|-delimiter|-max-args|-max-procs|-max-chars)$/;

/** Undefined where it runs no command, or one with words that are not followed. */
export function xargs(args: readonly Argument[]): Xargs | undefined {
  const own = new Map<string, string>();
  let skip = 0;
  for (; skip < args.length; skip++) {
    const text = args[skip]?.text ?? "";
    if (!text.startsWith("-")) break;
    if (valued.test(text)) own.set(text, args[++skip]?.text ?? "");
    else if (/^-[adEILnPsile]./.test(text)) own.set(text.slice(0, 2), text.slice(2));
    else if (/^--[a-z-]+=/.test(text)) own.set(text.replace(/=.*/s, ""), text.replace(/^[^=]*=/, ""));
    else own.set(text, "");
  }
  if (skip >= args.length) return undefined;
  const value = (...names: string[]): string | undefined => names.map((n) => own.get(n)).find((v) => v !== undefined);
  const replaced = value("-I") ?? (value("-i", "--replace") === "" ? "{}" : value("-i", "--replace"));
  const file = value("-a", "--arg-file");
  const delimiter = own.has("-0") || own.has("--null") ? "\0" : value("-d", "--delimiter")?.replace("\\n", "\n");
  const each = Number(value("-n", "--max-args"));
  const byLine = ["-L", "-l", "--max-lines"].some((name) => own.has(name));
  const items = (input: string): string[] =>
    (replaced !== undefined && delimiter === undefined ? input.replace(/^[ \t]+/gm, "") : input)
      .split(delimiter ?? (replaced === undefined ? /[ \t\n]+/ : /\n/))
      .filter((item) => item !== "");
  return {
    skip,
    ...(file !== undefined && { file }),
    runs(command, input, one) {
      const put = (item: Argument): Argument[] =>
        replaced === undefined
          ? [...command, item]
          : command.map((arg) =>
              arg.text.includes(replaced)
                ? { ...arg, text: arg.text.replaceAll(replaced, item.text), known: arg.known && item.known }
                : arg,
            );
      // Quotes and backslashes would be taken off. Lines are items of several words, and a blank at the end joins two.
      if (input === undefined || byLine || (delimiter === undefined && /["'\\]/.test(input))) return [put(one)];
      const all = items(input).map((text): Argument => ({ text, known: true, glob: false }));
      const runs =
        replaced !== undefined
          ? all.map(put)
          : each > 0
            ? Array.from({ length: Math.ceil(all.length / each) }, (_, i) => [...command, ...all.slice(i * each, (i + 1) * each)])
            : [[...command, ...all]];
      return runs.length > maximumRuns ? [put(one)] : runs;
    },
  };
}

export const unknownItem: Argument = { text: "$(xargs)", known: false, glob: false };

/** `find … | xargs rm` as find would do it itself: the words of `find … -exec rm {} +`. */
export function findForXargs(find: readonly Argument[], command: readonly Argument[]): Argument[] {
  const word = (text: string): Argument => ({ text, known: true, glob: false });
  return [...find.filter((a) => a.text !== "-print0" && a.text !== "-print"), word("-exec"), ...command, word("{}"), word("+")];
}

/** The one folder in which a `find` looks, where it is told one. */
function rootOf(find: readonly Argument[]): string | undefined {
  const [root, next] = find.slice(1);
  return root?.known && !root.glob && !/^[-(!]/.test(root.text) && (!next || /^[-(!]/.test(next.text)) ? root.text : undefined;
}

const within = (folder: string, name: string): Value => ({
  text: folder === "/" ? `/$${name}` : `${folder.replace(/\/$/, "")}/$${name}`,
  known: false,
});

/** What `find` found, one of many. */
export const oneFound = (find: readonly Argument[]): Argument => {
  const root = rootOf(find);
  return root === undefined ? unknownItem : { ...within(root, "(xargs)"), glob: false };
};

/** `while read f` behind a `find`: the variable, one of what was found. */
export function lineOf(condition: List | undefined, stdin: Input | undefined): { name: string; value: Value } | undefined {
  const [command] = condition?.items ?? [];
  const name = command?.kind === "command" && command.words[0]?.raw === "read" ? command.words.at(-1)?.raw : undefined;
  const root = stdin?.found && rootOf(stdin.found);
  return name === undefined || root === undefined || !/^\w+$/.test(name) ? undefined : { name, value: within(root, name) };
}

/** One of the files that a pattern stands for. */
export function oneOf(pattern: string, name: string): Value | undefined {
  if (!pattern.startsWith("/") || !hasGlob(pattern)) return undefined;
  return within(dirname(`${pattern.slice(0, pattern.search(/[*?[]/))}x`), name);
}

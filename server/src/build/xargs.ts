import type { Argument } from "../shell/words.ts";

/** What `xargs` is told: the command behind its options, and how the items of its input become arguments of it. */
export interface Xargs {
  /** How many arguments are its own. */
  readonly skip: number;
  /** The file that `-a` names. */
  readonly file?: string;
  /** The commands' arguments behind the first ones, one list for each run of the command. */
  runs(command: readonly Argument[], input: string): (readonly Argument[])[];
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
    runs(command, input) {
      // Quotes and backslashes would be taken off. Lines are items of several words, and a blank at the end joins two.
      if (byLine || (delimiter === undefined && /["'\\]/.test(input))) return [[...command, unknownItem]];
      const all = items(input).map((text): Argument => ({ text, known: true, glob: false }));
      const runs =
        replaced !== undefined
          ? all.map((item) => command.map((arg) => ({ ...arg, text: arg.text.replaceAll(replaced, item.text) })))
          : each > 0
            ? Array.from({ length: Math.ceil(all.length / each) }, (_, i) => [...command, ...all.slice(i * each, (i + 1) * each)])
            : [[...command, ...all]];
      return runs.length > maximumRuns ? [[...command, unknownItem]] : runs;
    },
  };
}

export const unknownItem: Argument = { text: "$(xargs)", known: false, glob: false };

/** `find … | xargs rm` as find would do it itself: the words of `find … -exec rm {} +`. */
export function findForXargs(find: readonly Argument[], command: readonly Argument[]): Argument[] {
  const word = (text: string): Argument => ({ text, known: true, glob: false });
  return [...find.filter((a) => a.text !== "-print0" && a.text !== "-print"), word("-exec"), ...command, word("{}"), word("+")];
}

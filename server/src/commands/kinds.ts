import type { Ran } from "../image/model.ts";
import type { Argument } from "../shell/words.ts";

// Sorts of commands that rules ask for.

const named = (names: string): ((name: string) => boolean) => {
  const all = new Set(names.split(" "));
  return (name) => all.has(name);
};

/** Puts files elsewhere: what comes to lie there is a file like others. */
export const carries = named("cp mv install rsync");

const looks = named("tar zip cp mv rsync du ls cat");

/** The words of a command that looks at whatever is in a folder that they name, or takes it elsewhere: not where it puts something. */
export function lookedInto({ name, args }: Pick<Ran, "name" | "args">): readonly Argument[] {
  if (!looks(name)) return [];
  if (name === "tar")
    return args.some((a, i) => /^(?:--extract|--get|-[A-Za-z]*x[A-Za-z]*)$/.test(a.text) || (i === 0 && /^\w*x/.test(a.text))) ? [] : args;
  return carries(name) && !args.some((a) => /^(?:-t|--target-directory)/.test(a.text)) ? args.slice(0, -1) : args;
}

/** What it prints, or changes in a file, is some lines of text. */
export const writesLines = named("echo printf cat sed envsubst tee date hostname mcookie htpasswd vncpasswd");

/** Takes the symbols out of a program, or packs it. */
export const strips = named("strip llvm-strip eu-strip upx");

/** `pip3.11`. */
export const isPip = (name: string): boolean => /^pip[\d.]*$/.test(name);

/** `python3.11`. */
export const isPython = (name: string): boolean => /^python[\d.]*$/.test(name);

/** The two names of bundler. */
export const isBundler = named("bundle bundler");

/** Starts what a package.json names. */
export const startsForNode = named("npm npx yarn pnpm bun");

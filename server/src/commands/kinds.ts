// Sorts of commands that rules ask for.

const named = (names: string): ((name: string) => boolean) => {
  const all = new Set(names.split(" "));
  return (name) => all.has(name);
};

/** Puts files elsewhere: what comes to lie there is a file like others. */
export const carries = named("cp mv install rsync");

/** Looks at whatever is in a folder that it names, or takes it elsewhere. */
export const looksInto = named("tar zip cp mv rsync du ls cat");

/** What it prints, or changes in a file, is some lines of text. */
export const writesLines = named("echo printf cat sed envsubst tee date hostname mcookie htpasswd vncpasswd");

/** Takes the symbols out of a program, or packs it. */
export const strips = named("strip llvm-strip eu-strip upx");

/** Starts what a package.json names. */
export const startsForNode = named("npm npx yarn pnpm bun");

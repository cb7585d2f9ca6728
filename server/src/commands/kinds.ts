import type { Ran } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";

// Sorts of commands that rules ask for.

const named = (names: string): ((name: string) => boolean) => {
  const all = new Set(names.split(" "));
  return (name) => all.has(name);
};

/** A command's name without the folders where every image has it. */
export const commandName = (name: string): string => (name.startsWith("/") ? name.replace(/^\/(?:usr\/)?(?:local\/)?s?bin\//, "") : name);

export const dnfs = ["dnf", "dnf5", "microdnf", "yum", "tdnf"] as const;
/** dnf and its like, which are told the same words. */
export const isDnf = (name: string): name is (typeof dnfs)[number] => dnfs.some((dnf) => dnf === name);

const apts = ["apt-get", "apt", "aptitude"] as const;
/** apt in its three forms, which know the same verbs. */
export const isApt = (name: string): boolean => apts.some((apt) => apt === name);

/** Debian's and Ubuntu's tool that adds a repository, by both its names. */
export const isRepositoryTool = named("add-apt-repository apt-add-repository");

/** The package managers of distributions, by the ending of their packages. */
const managers = { deb: [...apts, "dpkg"], apk: ["apk"], rpm: [...dnfs, "rpm", "zypper"], "pkg.tar": ["pacman"] } as const;
const packageEndings = new Map(
  (Object.keys(managers) as (keyof typeof managers)[]).flatMap((ending) =>
    managers[ending].map((name): [string, string] => [name, ending]),
  ),
);
/** The ending of the packages that a package manager installs; undefined for any other command. */
export const packageEnding = (name: string): string | undefined => packageEndings.get(name);
export const isPackageManager = (name: string): boolean => packageEndings.has(name);

const shells = named("sh bash dash ash ksh zsh");
/** Reads what it is told, or a file, as sh does: by its name, wherever it lies. */
export const isShell = (name: string): boolean => shells(basename(name));

/** Takes the shell to another folder. */
export const movesShell = named("cd pushd popd");

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

/** Makes folders and links, and says whose they are: nothing of its own. */
export const arranges = named("mkdir chown chmod ln");

/** Takes the symbols out of a program, or packs it. */
export const strips = named("strip llvm-strip eu-strip upx");

/** `pip3.11`. */
export const isPip = (name: string): boolean => /^pip[\d.]*$/.test(name);

/** `python3.11`. */
export const isPython = (name: string): boolean => /^python[\d.]*$/.test(name);

/** The two names of bundler. */
export const isBundler = named("bundle bundler");

/** What a tool is called without its version and its place, or by the first of its names: `pip` for `pip3.11`, `bundle` for `bundler`. */
export function familyOf(name: string): string {
  const tool = name.replace(/^.*\/bin\//, "");
  return isPip(tool) ? "pip" : isPython(tool) ? "python" : isBundler(tool) ? "bundle" : isApt(tool) ? "apt-get" : name;
}

/** Starts what a package.json names. */
export const startsForNode = named("npm npx yarn pnpm bun");

import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { cacheIn, filled, removeAll, type ToolCache } from "./cache.ts";
import { type Call, type Handler, options } from "./call.ts";
import { withDatabase } from "./database.ts";

const folder = "/var/cache/pacman/pkg";

/**
 * From April 2017 to August 2020 the official image emptied the folder behind each transaction, by a hook of its own (archlinux-docker,
 * package-cleanup.hook): `archlinux:20200505`, and archlinux/base, which ended then. It went with the merge of "no-root-build" on 2020-08-28; later ones keep all.
 */
function emptiesItself(base: BaseImage | undefined): boolean {
  if (/^(?:docker\.io\/)?archlinux\/base(?:$|[:@])/.test(base?.name ?? "")) return true;
  const [, date] = /^(?:docker\.io\/)?(?:library\/)?archlinux:(\d{8})(?:@|$)/.exec(base?.name ?? "") ?? [];
  return date !== undefined && date < "20200828";
}

/** `-Scc` means all of it, `-Sc` only what is not installed any more; behind -R a c is --cascade, behind -Q --changelog (pacman(8)). */
const cleanings = (args: Ran["args"]): number =>
  !args.some(({ text }) => text === "--sync" || /^-[a-zA-Z]*S/.test(text))
    ? 0
    : args.reduce((n, { text }) => n + (text === "--clean" ? 1 : /^-[a-zA-Z]+$/.test(text) ? text.split("c").length - 1 : 0), 0);

const isUnasked = (args: Ran["args"]): boolean => args.some((a) => a.text === "--noconfirm");

/** It asks whether it shall, and takes the default, which is no, where nobody answers; with `--noconfirm` it does not listen (pacman's sync.c, util.c). */
const isAnswered = ({ args, stdin }: Call): boolean =>
  stdin !== undefined && !isUnasked(args) && (stdin.text === undefined || /^\s*y/i.test(stdin.text));

/** pacman keeps each package that it downloads, packed. */
const pacman: Handler = (call) => {
  const o = options(call.args, "b r --dbpath --root --cachedir --config --gpgdir --hookdir --logfile --ignore --ignoregroup --overwrite");
  const packages = o.operands.map((a) => a.text);
  if (o.has("-R", "--remove")) return packages.map((p): Effect => ({ do: "take", path: "/", id: `pacman:${p}` }));
  if (!o.has("-S", "--sync")) return o.has("-U", "--upgrade") ? packages.map((p) => filled("/", `pacman:${p}`, "package", p)) : [];
  if (o.has("-c", "--clean")) return cleanings(call.args) > 1 && isAnswered(call) ? [removeAll(`${folder}/*`)] : [];
  if (o.has("-s", "-i", "-l", "-p", "--search", "--info", "--print")) return [];
  // It fetches them for whoever installs them later.
  if (o.has("-w", "--downloadonly")) return [filled(folder, "pacman-downloads", "download", "packages to install later")];
  const upgraded = o.has("-u", "--sysupgrade") ? [filled("/", "pacman-upgrade", "package", "upgraded packages")] : [];
  const effects = [...upgraded, ...packages.map((p) => filled("/", `pacman:${p}`, "package", p))];
  return effects.length > 0 && !emptiesItself(call.state.base)
    ? [...effects, cacheIn(folder, "pacman-cache", "downloaded packages")]
    : effects;
};

/** The helpers for AUR hand on what they are told of the cache (their manuals); what else they do, nobody knows. */
const helper: Handler = (call) => (cleanings(call.args) > 1 ? pacman(call) : undefined);

export const pacmanCommands: Record<string, Handler> = { pacman: withDatabase(pacman), yay: helper, paru: helper };

export const pacmanCache: ToolCache = {
  tool: "pacman",
  what: "the pacman cache",
  ids: ["pacman-cache"],
  verbs: ["-S", "-Sy", "-Syu", "-Syyu"],
  clean: () => `rm -rf ${folder}/*`,
  fails: {
    isMeant: ({ name, args }) => name === "pacman" && cleanings(args) > 0,
    why: ({ args }) => {
      if (cleanings(args) === 1) return "of what is installed";
      return isUnasked(args) ? "with --noconfirm: it answers its own question with no" : "without an answer";
    },
  },
};

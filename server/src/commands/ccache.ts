import type { Effect } from "../image/effects.ts";
import { cacheIn, removeAll, removeFolders, setting, type ToolCache, userCache } from "./cache.ts";
import { type Call, type Handler, homeOf, pathOf } from "./call.ts";
import { compilers } from "./compilers.ts";

// ccache keeps what a compiler made, for the same source once more (its manual).

/** Up to version 3 in the home itself (the manual of 4.0, "Location of the cache"): Debian 10 and Ubuntu 20.04 are the last to have that. */
const hadVersion3 = /^(?:jessie|stretch|buster|trusty|xenial|bionic|focal)$/;

const folderOf = (call: Call): string => {
  const told = setting(call, "CCACHE_DIR");
  if (told !== undefined) return pathOf(call, told);
  return hadVersion3.test(call.state.base?.os?.release ?? "") ? pathOf(call, `${homeOf(call)}/.ccache`) : userCache(call, "ccache");
};

const cached = (call: Call): Effect => cacheIn(folderOf(call), "ccache", "ccache's cache");

/** Where the packages of ccache have links that are called like the compilers; where the base is not known, in any of these. */
function foldersOfLinks(call: Call): readonly string[] {
  const [own, below] = [["/usr/lib/ccache", "/usr/lib64/ccache"], ["/usr/lib/ccache/bin"]];
  const { id } = call.state.base?.os ?? {};
  // Alpine's APKBUILD and Arch's PKGBUILD of ccache; else as Debian's and Fedora's have it.
  return id === undefined ? [...own, ...below] : id === "alpine" || id === "archlinux" ? below : own;
}

/** Before the compiler's own name, or in its place: by the folder of links, or by CC. */
function isWrapped(call: Call): boolean {
  if (/^(?:1|true)$/i.test(setting(call, "CCACHE_DISABLE") ?? "")) return false;
  const path = (setting(call, "PATH") ?? "").split(":").map((folder) => folder.replace(/\/$/, ""));
  const named = call.name === "make" && ["CC", "CXX"].some((name) => /(?:^|\/)ccache(?:\s|$)/.test(setting(call, name) ?? ""));
  const given = call.args.some((a) => /^(?:CC|CXX)=(?:\S*\/)?ccache(?:\s|$)/.test(a.text));
  return named || given || foldersOfLinks(call).some((folder) => path.includes(folder));
}

/** What is compiled and linked in one go is not kept (the manual, "called for link"); what make does with the compiler its Makefile says. */
const isKept = ({ name, args }: Pick<Call, "name" | "args">): boolean => name === "make" || args.some((a) => a.text === "-c");

/** `ccache gcc -c x.c`; with options it looks after its cache. */
const ccache: Handler = (call) => {
  const [first, ...rest] = call.args;
  if (!first) return [];
  if (first.text.startsWith("-")) return /^(?:-C|--clear)$/.test(first.text) ? [removeAll(`${folderOf(call)}/*`)] : [];
  const compiler = Object.hasOwn(compilers, first.text) ? compilers[first.text] : undefined;
  const compile = { ...call, name: first.text, args: rest };
  const work = compiler?.(compile);
  return work && isKept(compile) ? [...work, cached(call)] : work;
};

const through =
  (handler: Handler): Handler =>
  (call) => {
    const work = handler(call);
    return work && isKept(call) && isWrapped(call) ? [...work, cached(call)] : work;
  };

/** ccache, and the compilers that it may stand before. */
export const ccacheCommands: Record<string, Handler> = {
  ...Object.fromEntries(Object.entries(compilers).map(([name, handler]) => [name, through(handler)])),
  ccache,
};

export const ccacheCache: ToolCache = {
  tool: "ccache",
  what: "the cache of ccache",
  ids: ["ccache"],
  verbs: [],
  reads: ({ name }) => name === "ccache" || Object.hasOwn(compilers, name) || /^(?:cmake|ninja|meson)$/.test(name),
  // Its own `--clear` writes a file of statistics for each folder (measured: case ccache-cache-kept/hits).
  clean: removeFolders,
};

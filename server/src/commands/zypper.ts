import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { cacheIn, filled, removeAll, type ToolCache } from "./cache.ts";
import { type Handler, options } from "./call.ts";
import { withDatabase } from "./database.ts";

const folder = "/var/cache/zypp";

/** Without it `zypper clean` removes downloaded packages alone (openSUSE/zypper, src/commands/clean.cc, and zypper(8)). */
const namesMetadata = (args: Ran["args"]): boolean =>
  args.some(({ text }) => /^(?:-[a-zA-Z]*[amM][a-zA-Z]*|--all|--(?:raw-)?metadata)$/.test(text));

/**
 * zypper: packages, without what they recommend (solver.onlyRequires of openSUSE's images since 2016, openSUSE/docker-containers#21, and of
 * SUSE's BCI), and the metadata of the repositories, which stays until `clean`.
 */
const zypper: Handler = (call) => {
  const o = options(call.args, "C D R t r c p --config --root --type --repo --from --plus-repo --installroot");
  const [verb, ...rest] = o.operands.map((a) => a.text);
  const metadata = o.has("--no-refresh") ? [] : [cacheIn(folder, "zypper-cache", "package metadata")];
  switch (verb) {
    case "install":
    case "in":
      return [...metadata, ...rest.map((p) => filled("/", `rpm:${p}`, "package", p))];
    case "update":
    case "up":
    case "dup":
    case "dist-upgrade":
    case "patch":
      return [...metadata, filled("/", "rpm-upgrade", "package", "upgraded packages")];
    case "refresh":
    case "ref":
      return metadata;
    case "remove":
    case "rm":
      return rest.map((p): Effect => ({ do: "take", path: "/", id: `rpm:${p}` }));
    case "clean":
    case "cc":
      return [removeAll(namesMetadata(call.args) ? `${folder}/*` : `${folder}/packages`)];
    default:
      return [];
  }
};

export const zypperCommands: Record<string, Handler> = { zypper: withDatabase(zypper) };

const unchecked = "--no-gpg-checks";

export const zypperCache: ToolCache = {
  tool: "zypper",
  what: "the zypper cache",
  ids: ["zypper-cache"],
  fetchedByAll: true,
  alias: "DL3036",
  verbs: ["install", "in", "update", "up", "dup", "dist-upgrade", "patch", "refresh", "ref"],
  reads: (ran) => ran.name === "zypper" && ran.args.some((a) => a.text === "--no-refresh"),
  // Keys that it is told to take are there for the next one.
  fetchesAnew: ({ name, args }) =>
    name === "zypper" &&
    args.some((a) => /^ref(?:resh)?$/.test(a.text)) &&
    !args.some((a) => a.text === "--gpg-auto-import-keys" || a.text === unchecked),
  // It trusts a key this once; the other option has it kept (openSUSE/zypper, src/callbacks/keyring.h).
  takesAnything: unchecked,
  clean: () => "zypper clean --all",
  fails: {
    isMeant: ({ name, args }) => name === "zypper" && args.some((a) => /^(?:clean|cc)$/.test(a.text)) && !namesMetadata(args),
    why: () => "of the metadata without --all",
    flag: "--all",
  },
};

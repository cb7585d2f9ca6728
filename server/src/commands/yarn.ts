import type { Effect } from "../image/effects.ts";
import { contentAt, find, isMounted } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import { dirname } from "../image/paths.ts";
import { typical, unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { cacheIn, filled, prints, removeAll, removeFolders, setting, type ToolCache, userCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf, unknownWork } from "./call.ts";
import { compiledYarn, isKnownIn } from "./compile-cache.ts";
import { dependenciesId, developmentId, globalTools, modulesHere, nodeModules } from "./node-modules.ts";

const valued =
  "--cwd --cache-folder --modules-folder --registry --mutex --network-timeout --network-concurrency --use-yarnrc --preferred-cache-folder";

/**
 * Yarn 2 and later keep packages in the cache for good: with Plug'n'Play the program runs from there. Yarn 1 it is where nothing says
 * otherwise: the official Node images bring it.
 */
function isBerry(call: Call, o: ReturnType<typeof options>): boolean {
  if (o.has("--immutable", "--immutable-cache", "--check-cache", "--mode")) return true;
  if (hasOtherYarn(call)) return true;
  // Which release a cloned project asks for nobody can read here.
  if (isCloned(call)) return true;
  if (/"packageManager"\s*:\s*"yarn@[2-9]/.test(call.textAt?.(pathOf(call, "package.json")) ?? "")) return true;
  return [".yarnrc.yml", ".yarn", ".pnp.cjs"].some((name) => find(call.state.root, pathOf(call, name), true) !== undefined);
}

/** The folder, or one above it, is a clone. */
function isCloned(call: Call): boolean {
  for (let at = call.cwd; at !== "/"; at = dirname(at)) {
    if ([...contentAt(call.state.root, at)].some((e) => e.id.startsWith("clone:"))) return true;
  }
  return false;
}

/** `yarn set version berry`, `yarn policies set-version 3.x`: from there on the project's yarn is that one, unless it is another Yarn 1. */
function setsBerry([verb, ...more]: readonly Argument[]): boolean {
  const version = verb?.text === "version" || verb?.text === "set-version" ? more[0] : undefined;
  return version !== undefined && !/^(?:classic$|[v^~]?1(?:\.|$))/.test(version.text);
}

/** Where the image's own yarn lies is another one, or one that calls another. */
const otherYarnId = "other-yarn";
const otherYarn = (what: string): Effect => filled("/usr/local/bin", otherYarnId, "metadata", what);
const hasOtherYarn = ({ state }: Call): boolean => contentAt(state.root, "/usr/local/bin").of(otherYarnId).length > 0;

/**
 * Yarn 4 keeps packages in a folder of its own for all projects, unless the project says otherwise (yarnpkg.com/configuration/yarnrc,
 * enableGlobalCache); where it is told to make node_modules, nothing runs from there. Of any other way of it nobody knows.
 */
function berry(call: Call): Effect[] | undefined {
  const settings = call.textAt?.(pathOf(call, ".yarnrc.yml")) ?? "";
  const isFourth =
    /"packageManager"\s*:\s*"yarn@[4-9]/.test(call.textAt?.(pathOf(call, "package.json")) ?? "") ||
    /^yarnPath:.*yarn-[4-9]/m.test(settings);
  const isPlain =
    /^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(settings) && !/^(?:enableGlobalCache|cacheFolder|globalFolder)\s*:/m.test(settings);
  if (!isFourth || !isPlain || setting(call, "YARN_ENABLE_GLOBAL_CACHE") !== undefined || setting(call, "YARN_CACHE_FOLDER") !== undefined)
    return undefined;
  const folder = pathOf(call, `${setting(call, "YARN_GLOBAL_FOLDER") ?? `${homeOf(call)}/.yarn/berry`}/cache`);
  return [cacheIn(folder, "yarn-berry-cache", "yarn's cache"), unknownWork(call)];
}

/** Yarn 1 as root keeps its cache beside its own programs (yarn 1, src/util/user-dirs.js). */
function cacheFolder(call: Call, given: string | undefined): string {
  const told = given ?? setting(call, "YARN_CACHE_FOLDER");
  if (told !== undefined) return pathOf(call, told);
  return isRoot(call.user) ? "/usr/local/share/.cache/yarn" : userCache(call, "yarn");
}

/** All that yarn 1.22 keeps lies in this folder of its cache (yarn 1, src/constants.js, CACHE_VERSION). */
const layout = "v6";

const yarn: Handler = (call) => {
  const o = options(call.args, valued);
  const words = o.operands.map((a) => a.text);
  const isGlobal = words[0] === "global";
  const [verb, ...packages] = isGlobal ? words.slice(1) : words;
  const folder = pathOf(call, o.value("--cwd") ?? ".");
  const cache = cacheFolder(call, o.value("--cache-folder"));
  switch (verb) {
    case undefined:
    case "install":
    case "add": {
      if (o.has("--version", "-v", "--help")) return [];
      if (isBerry(call, o)) return berry(call);
      const cached = cacheIn(isMounted(call.state.root, `${cache}/${layout}`) ? `${cache}/${layout}` : cache, "yarn-cache", "yarn's cache");
      const compiled = (effects: Effect[]): Effect[] => [...effects, cached, ...(isKnownIn(call, effects) ? compiledYarn(call) : [])];
      if (isGlobal) return compiled(globalTools(call, packages));
      const production = o.has("--production", "--prod") && !/^false$/.test(o.value("--production") ?? "");
      const omits = production || call.variable("NODE_ENV")?.text === "production" || packages.length > 0;
      const seen = o.has("--modules-folder", "--focus") ? undefined : modulesHere(call, folder, { optional: o.has("--ignore-optional") });
      return compiled(nodeModules(call, folder, packages, omits, seen));
    }
    case "remove":
      return packages.map((p) => ({ do: "take", path: `${folder}/node_modules`, id: `npm:${folder}:${p}` }));
    case "cache":
      if (packages[0] === "dir") return prints(cache);
      // With names it takes what it has of these (yarn 1's documentation, "yarn cache").
      return packages[0] === "clean" && packages.length === 1
        ? [removeAll(`${cache}/*`), removeAll(`${homeOf(call)}/.yarn/berry/cache/*`)]
        : [];
    case "set":
    case "policies":
      return setsBerry(o.operands.slice(1)) ? [unknownWork(call), otherYarn("the yarn that the project asks for")] : undefined;
    case "config":
    case "list":
    case "info":
    case "versions":
    case "audit":
      return [];
    default:
      return undefined;
  }
};

/** pnpm's store: node_modules holds hard links of its files. In one layer they are one file; only a copy, or another layer, stores both. */
const pnpm: Handler = (call) => {
  const o = options(call.args, "C F --dir --filter --store-dir --package-import-method --registry --reporter --prefix");
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const home = setting(call, "PNPM_HOME") ?? `${setting(call, "XDG_DATA_HOME") ?? "~/.local/share"}/pnpm`;
  const store = pathOf(
    call,
    o.value("--store-dir") ??
      setting(call, "npm_config_store_dir") ??
      `${home.replace(/^~/, call.variable("HOME")?.text ?? "/root")}/store`,
  );
  const folder = pathOf(call, o.value("-C", "--dir", "--prefix") ?? ".");
  const modules = `${folder}/node_modules`;
  const copies = (o.value("--package-import-method") ?? setting(call, "npm_config_package_import_method")) === "copy";
  const stored = copies ? [cacheIn(store, "pnpm-store", "pnpm's store")] : [];
  switch (verb) {
    // It fills node_modules/.pnpm, which a later install only links into (pnpm 7.33 and 9.15: that writes two small files).
    case "fetch":
      return [...nodeModules(call, folder, [], o.has("-P", "--prod"), undefined), ...stored, ...pnpmIndex(call, o, { fetches: true })];
    case "install":
    case "i":
    case "add": {
      if (o.has("-g", "--global")) return [...globalTools(call, packages), ...pnpmIndex(call, o)];
      const isThere = contentAt(call.state.root, modules).of(dependenciesId(folder)).length > 0;
      const isProduction = o.has("-P", "--prod", "--production") || call.variable("NODE_ENV")?.text === "production";
      const pruned: Effect[] = isProduction ? [{ do: "take", path: modules, id: developmentId(folder) }] : [];
      if (packages.length === 0 && isThere)
        return [filled(modules, "pnpm-links", "metadata", "pnpm's links"), ...pruned, ...stored, ...pnpmIndex(call, o)];
      const omits = isProduction || packages.length > 0;
      const isOfWorkspace = o.has("-F", "--filter", "-r", "--recursive");
      const seen = isOfWorkspace ? undefined : modulesHere(call, folder, { optional: o.has("--no-optional") });
      return [...nodeModules(call, folder, packages, omits, seen), ...stored, ...pnpmIndex(call, o)];
    }
    case "prune":
      return o.has("-P", "--prod", "--production") || call.variable("NODE_ENV")?.text === "production"
        ? [{ do: "take", path: modules, id: developmentId(folder) }]
        : [];
    // `store prune` empties the index's cache as well; of the store it takes only what nothing links to.
    case "store":
    case "cache":
      return /^(?:prune|delete)$/.test(packages[0] ?? "") ? [removeAll(`${userCache(call, "pnpm")}/*`)] : [];
    case "config":
    case "list":
      return [];
    default:
      return verb === undefined ? [] : undefined;
  }
};

/**
 * What it keeps of the registry's index (installs with 7.33.7, 8.15.9, 9.15.9, 10.34.9, 11.28.11 and 12.21.0, November 2026): up to 10 it
 * looks for a newer pnpm, 3,257,854 bytes, but not where it is told not to, or CI is set; 11 and 12 ask for every package, also when they
 * fetch by a lock file: 3.6 MB for express, 80 MB for a small project. Where nobody knows the release,
 * it may. Those before 7 keep it elsewhere.
 */
function pnpmIndex(call: Call, o: ReturnType<typeof options>, { fetches = false } = {}): Effect[] {
  const installed = [...contentAt(call.state.root, "/usr")].findLast((e) => e.id.startsWith("npm:pnpm@"))?.id;
  const chosen = /"packageManager"\s*:\s*"(pnpm@\d+)/.exec(call.textAt?.(pathOf(call, "package.json")) ?? "")?.[1];
  const major = Number(/@(?:latest-|next-)?[~^]?(\d+)/.exec(chosen ?? installed?.slice("npm:".length) ?? "")?.[1] ?? Number.NaN);
  const notifies = setting(call, "npm_config_update_notifier") ?? setting(call, "NPM_CONFIG_UPDATE_NOTIFIER");
  const staysSilent = fetches || setting(call, "CI") !== undefined || notifies === "false" || o.has("--prefer-offline");
  const looked: Effect = { do: "lookAt", path: "/usr" };
  if (o.has("--offline") || major < 7 || (major <= 10 && staysSilent)) return [looked];
  const id = !(major > 10) && staysSilent ? "pnpm-index-maybe" : pnpmIndexId;
  const size = major <= 10 ? typical(3_257_854) : unknown;
  return [looked, cacheIn(userCache(call, "pnpm"), id, "what pnpm keeps of the registry's index", size)];
}

const pnpmIndexId = "pnpm-index";

/** bun links from its cache as pnpm does. */
const bun: Handler = (call) => {
  const o = options(call.args, "--cwd --backend --cache-dir --registry");
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const cache = pathOf(
    call,
    o.value("--cache-dir") ?? setting(call, "BUN_INSTALL_CACHE_DIR") ?? `${call.variable("HOME")?.text ?? "/root"}/.bun/install/cache`,
  );
  const folder = pathOf(call, o.value("--cwd") ?? ".");
  if (verb === "pm") return packages[0] === "cache" && packages[1] === "rm" ? [removeAll(`${cache}/*`)] : [];
  if (verb !== "install" && verb !== "i" && verb !== "add") return verb === undefined ? [] : undefined;
  if (o.has("-g", "--global")) return globalTools(call, packages);
  const copied = o.value("--backend") === "copyfile" ? [cacheIn(cache, "bun-cache", "bun's cache")] : [];
  return [...nodeModules(call, folder, packages, o.has("--production", "-p"), modulesHere(call, folder)), ...copied];
};

/** corepack brings the yarn that package.json names: nobody here knows which. */
const corepack: Handler = () => [otherYarn("corepack's links")];

export const yarnCommands: Record<string, Handler> = { yarn, yarnpkg: yarn, pnpm, bun, corepack };

const offline = (name: string) => (ran: Parameters<NonNullable<ToolCache["reads"]>>[0]) =>
  ran.name === name && ran.args.some((a) => /^--(?:offline|prefer-offline)$/.test(a.text));

export const yarnCaches: readonly ToolCache[] = [
  {
    tool: "yarn",
    what: "the yarn cache",
    ids: ["yarn-cache", "yarn-berry-cache"],
    alias: "DL3060",
    verbs: ["install", "add"],
    reads: offline("yarn"),
    // Debian calls it yarnpkg: there `yarn` is another program.
    clean: ({ ran, folders }) => `${ran.words[0]?.raw ?? "yarn"} cache clean${folders.has("yarn-berry-cache") ? " --all" : ""}`,
  },
  {
    tool: "pnpm",
    what: "the pnpm cache",
    ids: ["pnpm-store", pnpmIndexId],
    verbs: ["fetch", "install", "i", "add"],
    // 11 and 12 check the lock file by what they kept.
    reads: offline("pnpm"),
    clean: removeFolders,
  },
  {
    tool: "bun",
    what: "the bun cache",
    ids: ["bun-cache"],
    verbs: ["install", "i", "add"],
    clean: removeFolders,
  },
];

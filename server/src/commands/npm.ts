import type { Effect } from "../image/effects.ts";
import { contentAt, find } from "../image/files.ts";
import { dirname } from "../image/paths.ts";
import { atLeast, isUnknown, type Size, typical, unknown } from "../image/size.ts";
import { cacheIn, filled, type KeptCache, prints, removeAll, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";
import { compiledNpm, isKnownIn } from "./compile-cache.ts";
import { developmentId, modulesHere, nodeModules } from "./node-modules.ts";

const valued =
  "C w --prefix --registry --cache --workspace --loglevel --omit --include --only --tag --userconfig --fetch-retries --fetch-timeout --maxsockets --script-shell";

/** npm keeps what it downloads in _cacache below its cache folder (npm's documentation, "npm cache"). */
const npmCacheFolder = (call: Call, given?: string): string =>
  pathOf(call, `${given ?? setting(call, "npm_config_cache") ?? setting(call, "NPM_CONFIG_CACHE") ?? `${homeOf(call)}/.npm`}/_cacache`);

const leavesDevelopmentOut = (call: Call, o: ReturnType<typeof options>): boolean =>
  o.has("--production") ||
  o.values("--omit").includes("dev") ||
  /^prod/.test(o.value("--only") ?? "") ||
  (call.variable("NODE_ENV")?.text === "production" && !o.values("--include").includes("dev"));

const cacheId = "npm-cache";

/** Each tool lies in a folder of its own, with all that it needs; but what it wants its user to have is there once where that is installed too. */
function tools({ npm: index }: Call, names: readonly string[]): Effect[] {
  const plain = new Set(names.map((name) => name.replace(/(?<=.)@.*/, "")));
  return names.map((name): Effect => {
    const found = index?.tool(name);
    const size = (found?.wanted ?? [])
      .filter((other) => plain.has(other))
      .reduce((rest, other) => less(rest, index?.tool(other)?.size), found?.size ?? unknown);
    const source = !isUnknown(size) && index ? { source: index.source } : {};
    return { do: "fill", path: "/usr", entry: { id: `npm:${name}`, kind: "package", what: name, size, ...source } };
  });
}

/** Without a part of it: unknown where nobody knows how big that is. */
const less = (size: Size, part: Size | undefined): Size =>
  part === undefined || part.bytes > size.bytes ? unknown : { ...size, bytes: size.bytes - part.bytes };

/** What several tools download overlaps: the biggest at least. What is there already grows by nobody knows how much. */
function cacheOf({ npm: index, state, layer }: Call, names: readonly string[], folder: string): Size {
  const isThere = contentAt(state.root, folder)
    .of(cacheId)
    .some((e) => e.layer === layer);
  const sizes = names.map((name) => index?.tool(name)?.cache ?? unknown);
  const biggest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a), unknown);
  if (isThere || isUnknown(biggest)) return unknown;
  return sizes.length > 1 ? atLeast(biggest) : biggest;
}

const cleans = (verb: string | undefined): boolean => /^(?:clean|clear|rm)$/.test(verb ?? "");

/** From npm 5 on `npm cache clean` without --force fails and removes nothing (npm's documentation, "npm cache"); Node 8 came with it. */
const heedsNoForce = (call: Call): boolean => {
  const { name = "", resolved = name } = call.state.base ?? {};
  return (
    setting(call, "npm_config_force") === "true" ||
    /(?:^|[/-])node:(?:[0-7](?!\d)|argon|boron)|:(?:argon|boron)(?!\w)/.test(resolved) ||
    isOfOldDistribution(call)
  );
};

/** npm 3 and before: of Alpine up to 3.6, of Ubuntu up to 18.04, of Debian 8 and before (pkgs.alpinelinux.org, packages.ubuntu.com, packages.debian.org). */
function isOfOldDistribution({ state: { base, root } }: Call): boolean {
  const { id, release = "" } = base?.os ?? {};
  if (!root.content.some((e) => /^(?:apk:nodejs(?:-npm|-lts|-current)?|deb:npm)(?:=|$)/.test(e.id))) return false;
  if (id === "alpine") return Number(/^3\.(\d+)/.exec(release)?.[1]) <= 6;
  return id === "ubuntu" ? Number(release) <= 18.04 : id === "debian" && /^(?:squeeze|wheezy|jessie)$/.test(release);
}

const npm: Handler = (call) => {
  const effects = installs(call);
  return effects && isKnownIn(call, effects) ? [...effects, ...compiledNpm(call)] : effects;
};

/** npm: node_modules of the folder it runs in (or the global one), and its cache. */
const installs: Handler = (call) => {
  const o = options(call.args, valued);
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const cache = npmCacheFolder(call, o.value("--cache"));
  const folder = pathOf(call, o.value("--prefix", "-C") ?? ".");
  const modules = `${folder}/node_modules`;
  const isGlobal = o.has("-g", "--global") || o.value("--location") === "global";
  switch (verb) {
    case "ci":
    case "clean-install":
    case "install":
    case "i":
    case "add":
    case "install-clean": {
      if (isGlobal) return [...tools(call, packages), cacheIn(cache, cacheId, "npm's cache", cacheOf(call, packages, cache))];
      // What a package.json asks for comes on top.
      const cached = cacheIn(cache, cacheId, "npm's cache", atLeast(cacheOf(call, packages, cache)));
      const fresh: Effect[] = verb === "ci" || verb.includes("clean") ? [removeAll(modules)] : [];
      const omits = leavesDevelopmentOut(call, o);
      const leftOptional = o.has("--no-optional") || o.values("--omit").includes("optional");
      const isOfWorkspace = o.has("-w", "--workspace", "--workspaces");
      const seen = isOfWorkspace ? undefined : modulesHere(call, folder, { optional: leftOptional, fresh: fresh.length > 0 });
      return [...fresh, ...nodeModules(call, folder, packages, omits, seen), cached];
    }
    case "prune":
      // Else it takes what package.json does not ask for, and that asks for those of development (npm's documentation, "npm prune").
      return [
        ...(leavesDevelopmentOut(call, o) ? [{ do: "take", path: modules, id: developmentId(folder) } as const] : []),
        ...notes(call, folder),
      ];
    case "uninstall":
    case "un":
    case "rm":
    case "remove":
      return packages.map((p): Effect => ({ do: "take", path: "/usr", id: `npm:${p}` }));
    case "cache":
      if (packages[0] === "add") return [cacheIn(cache, cacheId, "npm's cache")];
      return packages.length === 1 && cleans(packages[0]) && (o.has("-f", "--force") || heedsNoForce(call))
        ? [removeAll(`${cache}/*`)]
        : [];
    case "config":
    case "get":
      return packages.at(-1) === "cache" && [verb, ...packages].includes("get") ? prints(dirname(cache)) : [];
    default:
      return verb === undefined || quiet.has(verb) ? [] : undefined;
  }
};

/**
 * It writes the lock file anew, its list in node_modules, half as long, and a log: 1.85 times the lock file for express and mocha (npm
 * 11.19.1, 61,550, 30,783 and 21,693 bytes).
 */
function notes(call: Call, folder: string): Effect[] {
  const path = `${folder}/package-lock.json`;
  const lock = find(call.state.root, path, true);
  const looked: Effect = { do: "lookAt", path };
  if (lock?.type !== "file" || lock.entry.size.lowerBound) return [looked];
  const size = typical(Math.round(1.85 * lock.entry.size.bytes));
  return [looked, filled(`${folder}/node_modules`, "npm-notes", "metadata", "npm's lock files and log", size)];
}

const quiet = new Set("set ls list view info show version audit fund whoami ping outdated explain root prefix bin help".split(" "));

export const npmCommands: Record<string, Handler> = { npm };

/** Before npm 5 what is downloaded lies beside, not in _cacache. */
const sharedBy = (folder: string): string => folder.replace(/\/_cacache$/, "");

const shared = ({ folders, ...kept }: KeptCache): KeptCache => ({
  ...kept,
  folders: new Map([...folders].map(([id, folder]) => [id, sharedBy(folder)])),
});

export const npmCache: ToolCache = {
  tool: "npm",
  what: "the npm cache",
  ids: [cacheId],
  verbs: ["ci", "install", "i", "add", "clean-install", "install-clean"],
  wants: ({ name, args }) => name === "npm" && args[0]?.text === "cache" && args[1]?.text === "add",
  reads: (ran) => ran.name === "npm" && ran.args.some((a) => /^--(?:offline|prefer-offline)(?:=true)?$/.test(a.text)),
  // A new npm may not run on the Node that is there: what it is not asked cannot fail.
  clean: (kept) => (kept.ran.args.some((a) => /^npm(?:@|$)/.test(a.text)) ? removeFolders(shared(kept)) : "npm cache clean --force"),
  fails: {
    isMeant: ({ name, args }) => name === "npm" && args.length === 2 && args[0]?.text === "cache" && cleans(args[1]?.text),
    why: () => "without --force",
    flag: "--force",
  },
  mounted: sharedBy,
};

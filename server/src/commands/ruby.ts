import type { Effect } from "../image/effects.ts";
import { cacheIn, filled, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, options, pathOf } from "./call.ts";
import { gemDocuments } from "./extras.ts";

/** Where gems are installed; undefined where nothing says. The release's number stays a `*`, for the shell and for the model. */
function gemHome(call: Call): string | undefined {
  const told = setting(call, "GEM_HOME");
  if (told !== undefined) return pathOf(call, told);
  const { base } = call.state;
  if (base?.os?.id === "debian" || base?.os?.id === "ubuntu") return "/var/lib/gems/*";
  return base?.os?.id === "alpine" ? "/usr/lib/ruby/gems/*" : undefined;
}

const cacheOf = (home: string | undefined, id: string): Effect[] =>
  home === undefined ? [] : [cacheIn(`${home}/cache`, id, "downloaded gems")];

const gem: Handler = (call) => {
  const o = options(call.args, "v i n p --version --install-dir --bindir --source --platform --http-proxy --trust-policy");
  const [verb, ...gems] = o.operands.map((a) => a.text);
  const at = o.value("-i", "--install-dir");
  const home = at === undefined ? gemHome(call) : pathOf(call, at);
  switch (verb) {
    case "install":
    case "update":
      return [
        ...(gems.length ? gems : ["gems"]).map((g) => filled(home ?? "/usr", `gem:${g}`, "package", g)),
        ...(o.has("-N", "--no-document", "--no-ri", "--no-rdoc") ? [] : gemDocuments(call, home ?? "/usr", gems)),
        ...cacheOf(home, "gem-cache"),
      ];
    case "uninstall":
      return gems.map((g): Effect => ({ do: "take", path: home ?? "/usr", id: `gem:${g}` }));
    case "build":
    case "fetch":
    case "unpack":
      return undefined;
    default:
      return [];
  }
};

const bundle: Handler = (call) => {
  const o = options(call.args, "j --jobs --retry --path --without --with --gemfile --binstubs");
  const [verb] = o.operands.map((a) => a.text);
  if (o.has("--version", "-v", "-V", "--help", "-h")) return [];
  if (verb === "config" || verb === "check" || verb === "show" || verb === "list") return [];
  if (verb !== undefined && verb !== "install" && verb !== "update") return undefined;
  const path = o.value("--path") ?? setting(call, "BUNDLE_PATH");
  const home = path === undefined || o.has("--system") ? gemHome(call) : `${pathOf(call, path)}/ruby/*`;
  const place = home ?? "/usr";
  const without = `${o.value("--without") ?? ""} ${call.variable("BUNDLE_WITHOUT")?.text ?? ""}`;
  const leaves = /development/.test(without) || /^(?:1|true)$/.test(call.variable("BUNDLE_DEPLOYMENT")?.text ?? "");
  const dev = leaves ? [] : [filled(place, `bundle-dev:${call.cwd}`, "package", "development and test gems")];
  return [filled(place, `bundle:${call.cwd}`, "package", "gems of the Gemfile"), ...dev, ...cacheOf(home, "bundler-cache")];
};

export const rubyCommands: Record<string, Handler> = { gem, bundle, bundler: bundle };

export const rubyCaches: readonly ToolCache[] = [
  { tool: "gem", what: "the cache of gem", ids: ["gem-cache"], verbs: ["install", "update"], clean: removeFolders },
  {
    tool: "bundler",
    what: "the bundler cache",
    ids: ["bundler-cache"],
    verbs: ["install", "update"],
    reads: (ran) => /^bundler?$/.test(ran.name) && ran.args.some((a) => a.text === "--local" || a.text === "cache"),
    clean: removeFolders,
  },
];

import { isImage, partsOfName } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import { type Ran, variableIn } from "../image/model.ts";
import { typical } from "../image/size.ts";
import type { Word } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";
import { cacheIn, filled, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, type Options, options, pathOf } from "./call.ts";
import { gemDocuments } from "./extras.ts";
import { isBundler } from "./kinds.ts";
import { isOtherRuby, rubyManagers } from "./which-ruby.ts";

/** Where gems are installed; undefined where nothing says. The release's number stays a `*`, for the shell and for the model. */
function gemHome(call: Call): string | undefined {
  const told = setting(call, "GEM_HOME");
  if (told !== undefined) return pathOf(call, told);
  const { base } = call.state;
  // Another ruby has its gems where it was told to, and who is not root in his home, if anywhere.
  if (isOtherRuby(call) || !isRoot(call.user)) return undefined;
  if (base?.os?.id === "debian" || base?.os?.id === "ubuntu") return "/var/lib/gems/*";
  return base?.os?.id === "alpine" ? "/usr/lib/ruby/gems/*" : undefined;
}

const cacheOf = (home: string | undefined, id: string): Effect[] =>
  home === undefined ? [] : [cacheIn(`${home}/cache`, id, "downloaded gems")];

const gemWords = (args: Call["args"]): Options =>
  options(args, "v i n p --version --install-dir --bindir --source --platform --http-proxy --trust-policy");

const gem: Handler = (call) => {
  const o = gemWords(call.args);
  const [verb, ...gems] = o.operands.map((a) => a.text);
  const at = o.value("-i", "--install-dir");
  const home = at !== undefined ? pathOf(call, at) : o.has("--user-install") ? pathOf(call, `${homeOf(call)}/.gem/ruby/*`) : gemHome(call);
  switch (verb) {
    case "install":
    case "update":
      return [
        ...(gems.length ? gems : ["gems"]).map((g) => filled(home ?? "/usr", `gem:${g}`, "package", g)),
        ...(o.has("-N") || call.args.some((a) => /^--no-(?:d|ri|rd)/.test(a.text)) ? [] : gemDocuments(call, home ?? "/usr", gems)),
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

/** `bundle config set --local path vendor/bundle`, or without `set`: a line in a file. */
function configured(call: Call, words: readonly Argument[], isGlobal: boolean): Effect[] {
  const [key, ...value] = words.filter((w) => w.text !== "set");
  if (!key || value.length === 0 || /^(?:get|list|unset)$/.test(key.text)) return [];
  const text = value.every((w) => w.known) ? value.map((w) => w.text).join(" ") : "";
  return [filled(configFolder(call, isGlobal), `bundle-setting:${key.text}=${text}`, "metadata", "bundler's settings", typical(30))];
}

/** What its settings depend on. */
type Settled = Pick<Call, "cwd" | "variable" | "user" | "state">;

/** Where bundler keeps its settings: by the project, unless told otherwise (bundler's documentation, "bundle config"). */
const configFolder = (call: Settled, isGlobal: boolean): string =>
  isGlobal ? pathOf(call, `${homeOf(call)}/.bundle`) : pathOf(call, setting(call, "BUNDLE_APP_CONFIG") ?? ".bundle");

/** A setting: the project's, else the environment's, else the user's. */
const told = (call: Settled, key: string, variable: string): string | undefined =>
  inFile(call, key, false) ?? setting(call, variable) ?? inFile(call, key, true);

function inFile(call: Settled, key: string, isGlobal: boolean): string | undefined {
  const start = `bundle-setting:${key}=`;
  return [...contentAt(call.state.root, configFolder(call, isGlobal))].findLast((e) => e.id.startsWith(start))?.id.slice(start.length);
}

/** The words behind `--without`, which takes all up to the next option. */
function behindWithout<T>(words: readonly T[], textOf: (word: T) => string): readonly T[] {
  const at = words.findLastIndex((w) => /^--without(?:=|$)/.test(textOf(w)));
  const end = words.findIndex((w, i) => i > at && textOf(w).startsWith("-"));
  const all = at < 0 ? [] : words.slice(at, end < 0 ? undefined : end);
  const [flag, ...named] = all;
  return flag !== undefined && textOf(flag).includes("=") ? all : named;
}

const groupsIn = (text: string): string[] => text.match(/[^\s:]+/g) ?? [];

/** The groups that an install is told to leave out. */
export interface LeftOut {
  readonly groups: readonly string[];
  /** The last word of the flag that names them: bundler writes that down, where it outranks the environment (its Settings#[]). */
  readonly behind?: Word;
}

/** Undefined where nobody knows all of them, or ENV does not say: its own variable outranks that, and a build argument or bundler's file may. */
export function groupsLeftOut({
  args,
  words,
  command,
  cwd,
  before,
  user = before.user,
}: Pick<Ran, "args" | "words" | "command" | "cwd" | "user" | "before">): LeftOut | undefined {
  const named = behindWithout(args, (a) => a.text);
  const behind = behindWithout(words, (w) => w.raw).at(-1);
  if (named.length > 0)
    return behind !== undefined && named.every((a) => a.known)
      ? { groups: named.flatMap((a) => groupsIn(a.text.replace(/^--without=/, ""))), behind }
      : undefined;
  const call: Settled = { cwd, user, state: before, variable: (name) => variableIn(before, name) };
  const variable = "BUNDLE_WITHOUT";
  const value = before.env.get(variable);
  const isElsewhere =
    before.args.get(variable) !== undefined ||
    command?.assignments.some((a) => a.name === variable) ||
    [true, false].some((isGlobal) => inFile(call, "without", isGlobal) !== undefined);
  return isElsewhere || value?.known === false ? undefined : { groups: groupsIn(value?.text ?? "") };
}

/** Bundler has a folder for each engine. */
const engineOf = ({ state }: Call): string => (isImage(state.base, "jruby") ? "jruby" : "ruby");

/** Up to Ruby 2.5 the official images bring bundler 1, which takes BUNDLE_PATH for the folder itself (its Settings#path). */
function isFirst({ state }: Call): boolean {
  const { image, major, minor } = partsOfName(state.base?.name);
  return image === "ruby" && (major === 1 || (major === 2 && minor !== undefined && minor <= 5));
}

const bundle: Handler = (call) => {
  const o = options(call.args, "j --jobs --retry --path --without --with --gemfile --binstubs");
  const [verb] = o.operands.map((a) => a.text);
  if (o.has("--version", "-v", "-V", "--help", "-h")) return [];
  if (verb === "config") return configured(call, o.operands.slice(1), o.has("--global"));
  if (verb === "check" || verb === "show" || verb === "list") return [];
  if (verb !== undefined && verb !== "install" && verb !== "update") return undefined;
  const deploys = o.has("--deployment") || /^(?:1|true)$/.test(told(call, "deployment", "BUNDLE_DEPLOYMENT") ?? "");
  const path = o.value("--path") ?? told(call, "path", "BUNDLE_PATH") ?? (deploys ? "vendor/bundle" : undefined);
  const isOnlySet = o.value("--path") === undefined && path !== undefined && path === setting(call, "BUNDLE_PATH");
  const below = isOnlySet && isFirst(call) ? "" : `/${engineOf(call)}/*`;
  const home = path === undefined || o.has("--system") ? gemHome(call) : path === "" ? undefined : `${pathOf(call, path)}${below}`;
  const place = home ?? "/usr";
  const flag = behindWithout(call.args, (a) => a.text).map((a) => a.text);
  const without = `${flag.join(" ")} ${told(call, "without", "BUNDLE_WITHOUT") ?? ""}`;
  const leaves = /development/.test(without) || deploys;
  const dev = leaves ? [] : [filled(place, `bundle-dev:${call.cwd}`, "package", "development and test gems")];
  return [filled(place, `bundle:${call.cwd}`, "package", "gems of the Gemfile"), ...dev, ...cacheOf(home, "bundler-cache")];
};

export const rubyCommands: Record<string, Handler> = { gem, bundle, bundler: bundle, ...rubyManagers };

export const rubyCaches: readonly ToolCache[] = [
  {
    tool: "gem",
    what: "the cache of gem",
    ids: ["gem-cache"],
    verbs: ["install", "update"],
    // bundler's archive has 0.4 MB, rake's 0.1 MB (rubygems.org; the gem "bundle" only asks for bundler), and that of RubyGems itself little more.
    leavesLittle: ({ args }) => {
      if (args.some((a) => /^--system\b/.test(a.text))) return true;
      const gems = gemWords(args).operands.slice(1);
      return gems.length > 0 && gems.every((a) => /^(?:bundler?|rake)(?::|$)/.test(a.text));
    },
    clean: removeFolders,
  },
  {
    tool: "bundler",
    what: "the bundler cache",
    ids: ["bundler-cache"],
    verbs: ["install", "update"],
    reads: (ran) => isBundler(ran.name) && ran.args.some((a) => a.text === "--local" || a.text === "cache"),
    clean: removeFolders,
  },
];

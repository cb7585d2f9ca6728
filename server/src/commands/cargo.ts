import type { Effect } from "../image/effects.ts";
import { dirname, join } from "../image/paths.ts";
import { buildsWith, started } from "./builders.ts";
import { cacheIn, filled, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, type Options, options, pathOf, unknownWork } from "./call.ts";

const valued =
  "p F j Z C --package --bin --example --test --bench --features --jobs --profile --target --target-dir --manifest-path --message-format --config --color " +
  "--path --git --branch --tag --rev --root --registry --index --version --vers";

const cargoHome = (call: Call): string => pathOf(call, setting(call, "CARGO_HOME") ?? `${homeOf(call)}/.cargo`);

const downloading = new Set(
  "build b check c run r test t bench rustc clippy doc install fetch update vendor add chef tree metadata".split(" "),
);
const quiet = new Set("fetch update tree metadata login search".split(" "));
const building = new Set("build b rustc".split(" "));

/** A dependency that comes from a repository: in the manifest, or as the lock file has it (the Cargo book, "Specifying Dependencies"). */
const fromGit = /\bgit\s*=\s*["']|^source\s*=\s*"git\+/m;

const usesGit = (call: Call, o: Options): boolean =>
  o.has("--git") || ["Cargo.toml", "Cargo.lock"].some((name) => fromGit.test(call.textAt?.(pathOf(call, name)) ?? ""));

const cargo: Handler = (call) => {
  const args = call.args.filter((a) => !a.text.startsWith("+"));
  const o = options(args, valued);
  const verb = o.operands[0]?.text;
  if (verb === undefined) return [];
  const work = quiet.has(verb) ? [] : [unknownWork(call)];
  if (!downloading.has(verb)) return work;
  const home = cargoHome(call);
  const target = targetOf(call, verb, o);
  const built: Effect[] =
    target === undefined ? [] : [filled(target, `${cargoTargetId}${target}`, "artifact", "what cargo builds on the way")];
  return [
    cacheIn(`${home}/registry`, "cargo-registry", "downloaded crates"),
    ...(usesGit(call, o) ? [cacheIn(`${home}/git`, "cargo-git", "repositories of crates")] : []),
    ...built,
    ...work,
  ];
};

export const cargoTargetId = "cargo-target:";

/** The folder that cargo builds in; undefined where it takes one of its own and removes it, and where nobody can tell. */
function targetOf(call: Call, verb: string, o: Options): string | undefined {
  const source = verb === "install" ? o.value("--path") : ".";
  if (source === undefined || (verb !== "install" && !building.has(verb)) || o.has("--manifest-path")) return undefined;
  const told = o.value("--target-dir") ?? setting(call, "CARGO_TARGET_DIR") ?? setting(call, "CARGO_BUILD_TARGET_DIR");
  if (told !== undefined) return pathOf(call, told);
  // The members of a workspace are built in its own folder (the Cargo book, "Workspaces").
  const folder = pathOf(call, source);
  for (let at = folder; ; at = dirname(at)) {
    const isWorkspace = /^\s*\[workspace\b/m.test(call.textAt?.(join(at, "Cargo.toml")) ?? "");
    if (isWorkspace || at === "/") return join(isWorkspace ? at : folder, "target");
  }
}

export const cargoCommands: Record<string, Handler> = { cargo };

export const cargoCache: ToolCache = {
  tool: "cargo",
  what: "the cargo cache",
  ids: ["cargo-registry", "cargo-git"],
  verbs: ["build", "b", "install", "fetch", "check", "test", "run"],
  reads: buildsWith(/^cargo$/),
  onlyFills: (ran) => ran.name === "cargo" && ran.args.some((a) => a.text === "fetch"),
  startedBy: started("cargo|bacon"),
  clean: removeFolders,
};

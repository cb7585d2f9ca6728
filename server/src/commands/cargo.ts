import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { dirname, join } from "../image/paths.ts";
import { buildsWith, started } from "./builders.ts";
import { cacheIn, filled, removeAll, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, nodeAt, type Options, options, pathOf, unknownWork } from "./call.ts";

const valued =
  "p F j Z C --package --bin --example --test --bench --features --jobs --profile --target --target-dir --manifest-path --message-format --config --color " +
  "--path --git --branch --tag --rev --root --registry --index --version --vers";

const cargoHome = (call: Call): string => pathOf(call, setting(call, "CARGO_HOME") ?? `${homeOf(call)}/.cargo`);

const downloading = new Set(
  "build b check c run r test t bench rustc clippy doc install fetch update vendor add chef tree metadata".split(" "),
);
const quiet = new Set("fetch update tree metadata login search".split(" "));
const building = new Set("build b rustc clean".split(" "));

/** A dependency that comes from a repository: in the manifest, or as the lock file has it (the Cargo book, "Specifying Dependencies"). */
const fromGit = /\bgit\s*=\s*["']|^source\s*=\s*"git\+/m;
/** A dependency, whatever it comes from: a line of such a table, or a table of its own. */
const dependency =
  /^[ \t]*\[(?:[^\]\n]*\.)?(?:dev-|build-)?dependencies(?:\.[^\]\n]+)?\][ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*[\w"']/m;
const workspace = /^[ \t]*\[workspace\b/m;

/** The folder that holds the manifest, and those above it, where that of a workspace may be. */
function* above(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (at === "/") return;
  }
}

const sourceOf = (call: Call, verb: string, o: Options): string | undefined => {
  const path = verb === "install" ? o.value("--path") : ".";
  return path === undefined || o.has("--manifest-path") ? undefined : pathOf(call, path);
};

const usesGit = (call: Call, o: Options, folder: string | undefined): boolean =>
  o.has("--git") ||
  [...(folder === undefined ? [] : above(folder))].some((at) =>
    ["Cargo.toml", "Cargo.lock"].some((name) => fromGit.test(call.textAt?.(join(at, name)) ?? "")),
  );

/** A crate that stands alone, and depends on nothing: nothing is downloaded, and next to nothing left beside the program. */
function standsAlone(call: Call, folder: string | undefined): boolean {
  const manifest = folder === undefined ? undefined : call.textAt?.(join(folder, "Cargo.toml"));
  return manifest !== undefined && !dependency.test(manifest) && !workspace.test(manifest);
}

const cargo: Handler = (call) => {
  const args = call.args.filter((a) => !a.text.startsWith("+"));
  const o = options(args, valued);
  const verb = o.operands[0]?.text;
  if (verb === undefined) return [];
  if (verb === "clean") return cleaned(call, o);
  const work = quiet.has(verb) ? [] : [unknownWork(call)];
  if (!downloading.has(verb)) return work;
  const home = cargoHome(call);
  const folder = sourceOf(call, verb, o);
  const isAlone = standsAlone(call, folder);
  const target = folder === undefined ? undefined : targetOf(call, verb, o, folder);
  const built: Effect[] =
    target === undefined
      ? []
      : [filled(target, `${cargoTargetId}${target}`, "artifact", isAlone ? ofAlone : "what cargo builds on the way")];
  if (isAlone) return [...built, ...work];
  return [
    cacheIn(`${home}/registry`, "cargo-registry", "downloaded crates"),
    ...(usesGit(call, o, folder) ? [cacheIn(`${home}/git`, "cargo-git", "repositories of crates")] : []),
    ...built,
    ...work,
  ];
};

export const cargoTargetId = "cargo-target:";
/** What it is called where it is next to nothing beside the program. */
const ofAlone = "what cargo builds of a crate that depends on nothing";
/** What cargo has made on the way to a program: its dependencies, compiled. */
export const isOfDependencies = ({ id, what }: Entry): boolean => id.startsWith(cargoTargetId) && what !== ofAlone;

/** The folder that cargo builds in; undefined where it takes one of its own and removes it, and where nobody can tell. */
function targetOf(call: Call, verb: string, o: Options, folder: string): string | undefined {
  if (verb !== "install" && !building.has(verb)) return undefined;
  const told = o.value("--target-dir") ?? setting(call, "CARGO_TARGET_DIR") ?? setting(call, "CARGO_BUILD_TARGET_DIR");
  if (told !== undefined) return pathOf(call, told);
  // The members of a workspace are built in its own folder (the Cargo book, "Workspaces").
  for (const at of above(folder)) {
    if (workspace.test(call.textAt?.(join(at, "Cargo.toml")) ?? "")) return join(at, "target");
    if (at !== folder && mayHoldManifest(call, at)) return undefined;
  }
  return join(folder, "target");
}

/** `cargo clean`: what it built, a part of it, or neither; where nobody can tell in which folder, perhaps that of any (cargo-clean(1)). */
function cleaned(call: Call, o: Options): Effect[] {
  if (o.has("-n", "--dry-run", "--doc")) return [];
  const folder = dirname(pathOf(call, o.value("--manifest-path") ?? "Cargo.toml"));
  const target = targetOf(call, "clean", o, folder);
  const maybe = target === undefined || o.has("-p", "--package", "-r", "--release", "--profile", "--target");
  return (target === undefined ? [...above(folder)].map((at) => join(at, "target")) : [target]).map((at) => ({ ...removeAll(at), maybe }));
}

/** A manifest that nobody can read, or a folder that was filled with files nobody knows. */
const mayHoldManifest = (call: Call, folder: string): boolean =>
  (nodeAt(call, join(folder, "Cargo.toml")) !== undefined && call.textAt?.(join(folder, "Cargo.toml")) === undefined) ||
  (folder !== "/" && [...contentAt(call.state.root, folder)].some(({ kind }) => /^(?:source|context|download)$/.test(kind)));

export const cargoCommands: Record<string, Handler> = { cargo };

/** It builds nothing: `cargo init`, and what a tool of its own sets up (`cargo pgrx init`). */
const isSettingUp = ({ name, args }: Ran): boolean =>
  name === "cargo" && args.some((a) => /^(?:init|new|login|logout|uninstall|clean)$/.test(a.text));

/** `cargo install tool`: no project's crate, unless it says where that lies. */
function namesAll({ name, args }: Ran): boolean {
  const o = options(
    args.filter((a) => !a.text.startsWith("+")),
    valued,
  );
  const [verb, ...crates] = o.operands;
  return name === "cargo" && verb?.text === "install" && o.value("--path") === undefined && (crates.length > 0 || o.has("--git"));
}

export const cargoCache: ToolCache = {
  tool: "cargo",
  what: "the cargo cache",
  ids: ["cargo-registry", "cargo-git"],
  verbs: ["build", "b", "install", "fetch", "check", "test", "run"],
  reads: (ran, before) => buildsWith(/^cargo$/)(ran, before) && !isSettingUp(ran),
  namesAll,
  onlyFills: (ran) => ran.name === "cargo" && ran.args.some((a) => a.text === "fetch"),
  startedBy: started("cargo|bacon"),
  clean: removeFolders,
};

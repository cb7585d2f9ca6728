import { isImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import type { Ran } from "../image/model.ts";
import { basename, dirname, isWithin, join } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { standsBy } from "./builders.ts";
import { cacheIn, type KeptCache, removeAll, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, nodeAt, pathOf } from "./call.ts";
import { program } from "./compilers.ts";
import { goMinor } from "./go-version.ts";

/**
 * The files that a `go build` or `go install` leaves: `-o` first (a folder when it ends in a slash), else the last part of the
 * package's path in the working folder, or in GOBIN, GOPATH/bin for install.
 */
export function goOutputs(from: Call): string[] {
  const folder = goFlag(from.args, "C");
  const call = folder === undefined ? from : { ...from, cwd: pathOf(from, folder) };
  const [verb, ...packages] = goOperands(call.args);
  const output = goFlag(call.args, "o");
  if (isStandard(packages)) return [];
  const names = packages.filter((p) => !p.endsWith(".go")).map((p) => packageBinary(p, call));
  const files = packages.filter((p) => p.endsWith(".go"));
  if (files.length) names.push(basename(files[0] ?? "").replace(/\.go$/, ""));
  if (names.length === 0) names.push(packageBinary(".", call));
  if (verb === "install") {
    const bin = call.variable("GOBIN")?.text ?? `${goPath(call)}/bin`;
    return names.map((name) => pathOf(call, `${bin}/${name}`));
  }
  if (verb !== "build") return [];
  if (output === undefined) return [pathOf(call, names[0] ?? "main")];
  return output.endsWith("/") ? names.map((name) => pathOf(call, output + name)) : [pathOf(call, output)];
}

/** The standard library: no program comes of it (`go help packages`). */
const isStandard = (packages: readonly string[]): boolean => packages.length > 0 && packages.every((p) => p === "std");

/** Its compiled packages, kept beside Go until 1.20 (Go 1.20 release notes). */
const standardPackages: Effect = {
  do: "fill",
  path: "/usr/local/go/pkg",
  entry: { id: "go-std", kind: "package", what: "Go's standard library, compiled", size: unknown },
};

/** Go's own flags have one dash; these take the next word as their value. */
const goValued = new Set([
  "o",
  "p",
  "C",
  "ldflags",
  "gcflags",
  "asmflags",
  "tags",
  "mod",
  "modfile",
  "buildmode",
  "compiler",
  "installsuffix",
  "overlay",
  "pgo",
  "pkgdir",
  "toolexec",
  "exec",
  "covermode",
  "coverpkg",
]);

function goFlag(args: Call["args"], name: string): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const text = args[i]?.text.replace(/^--?/, "-") ?? "";
    if (text === `-${name}`) return args[i + 1]?.text;
    if (text.startsWith(`-${name}=`)) return text.slice(name.length + 2);
  }
  return undefined;
}

function goOperands(args: Call["args"]): string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const text = args[i]?.text ?? "";
    if (!text.startsWith("-")) out.push(text);
    else if (goValued.has(text.replace(/^--?/, ""))) i++;
  }
  return out;
}

function packageBinary(path: string, call: Call): string {
  const plain = path
    .replace(/@.*$/, "")
    .replace(/\/\.\.\.$/, "")
    .replace(/\/v\d+$/, "");
  if (plain === "." || plain === "./" || plain === "..." || plain === "")
    return moduleName(call.textAt?.(join(call.cwd, "go.mod"))) ?? (basename(call.cwd) || "main");
  return basename(plain);
}

/** A program in a module's own folder is called as the last part of the module's path, a major version (`/v2`) not counted. */
function moduleName(goMod: string | undefined): string | undefined {
  const path = /^[ \t]*module[ \t]+["`]?([^\s"`]+)/m.exec(goMod ?? "")?.[1];
  return path && basename(path.replace(/\/v\d+$/, ""));
}

const modulesId = "go-modules";
const buildsId = "go-build";
/**
 * Of a Go whose `clean -cache` and `clean -modcache` take the programs of the current folder's package as well (golang/go#29925; the words of
 * `go help clean` have changed by 1.15).
 */
const takesMore = "of-old-go";
const idOf = (call: Call, id: string): string => ((goMinor(call) ?? 0) < 15 ? `${id}-${takesMore}` : id);

/**
 * Where nothing sets it Go takes `go` in the home (`go help gopath`): so it is with a distribution's own Go. The official image sets
 * GOPATH=/go, and what nobody knows is taken to be built on that. Of several folders Go fills the first.
 */
function goPath(call: Call): string {
  const { base } = call.state;
  const [told] = setting(call, "GOPATH")?.split(":") ?? [];
  const isOfficial = isImage(base, "golang") || (isRoot(call.user) && base !== undefined && !base.standardLayout);
  return told || (isOfficial ? "/go" : `${homeOf(call)}/go`);
}

/** Modules that an earlier RUN downloaded are not downloaded again. */
function modulesOf(call: Call, folder: string, verb: string | undefined, packages: readonly string[]): Effect[] {
  if (!hasModules(call, verb)) return [];
  // A package of a version is built from modules of its own, not from those of the project (`go help install`).
  const tools = packages.filter((p) => p.includes("@")).sort();
  const what = tools.length > 0 ? `Go's modules of ${tools.join(" ")}` : "Go's module cache";
  const there = contentAt(call.state.root, folder)
    .of(idOf(call, modulesId))
    .some((e) => !e.maybe && e.layer !== call.layer && e.what === what);
  return [{ do: "lookAt", path: folder }, ...(there ? [] : [cacheIn(folder, idOf(call, modulesId), what)])];
}

/**
 * Go 1.11 brought modules, 1.16 made them the default; before that, and where `auto` is told, a go.mod in the folder or above it asks for
 * them, and until 1.12 not below GOPATH/src (Go's release notes). Without them the sources lie in GOPATH/src: nothing is cached.
 */
function hasModules(call: Call, verb: string | undefined): boolean {
  const minor = goMinor(call) ?? 0;
  const told = setting(call, "GO111MODULE");
  if (minor < 11 || told === "off") return false;
  // It ends the build where there are none.
  if (told === "on" || verb === "mod" || (minor >= 16 && told !== "auto")) return true;
  return (minor >= 13 || !isWithin(call.cwd, `${goPath(call)}/src`)) && hasModuleFile(call, call.cwd);
}

function hasModuleFile(call: Call, folder: string): boolean {
  return nodeAt(call, join(folder, "go.mod")) !== undefined || (folder !== "/" && hasModuleFile(call, dirname(folder)));
}

/** Go 1.10 brought the build cache (its release notes). */
const hasBuildCache = (call: Call): boolean => (goMinor(call) ?? 0) >= 10;

/** `go get -d` compiles nothing. */
const onlyDownloads = ({ args }: Pick<Ran, "args">): boolean => args[0]?.text === "get" && args.some((a) => /^--?d$/.test(a.text));

const go: Handler = (call) => {
  const [verb, ...packages] = goOperands(call.args);
  const [second] = packages;
  const folder = pathOf(call, setting(call, "GOMODCACHE") ?? `${goPath(call)}/pkg/mod`);
  const buildFolder = pathOf(call, setting(call, "GOCACHE") ?? `${homeOf(call)}/.cache/go-build`);
  const modules = call.args.some((a) => a.text === "-mod=vendor") ? [] : modulesOf(call, folder, verb, packages);
  const builds = hasBuildCache(call) ? [cacheIn(buildFolder, idOf(call, buildsId), "Go's build cache")] : [];
  switch (verb) {
    case "build":
    case "install":
      if (isStandard(packages)) return (goMinor(call) ?? 20) < 20 && verb === "install" ? [standardPackages, ...builds] : builds;
      return [...goOutputs(call).map(program), ...modules, ...builds];
    case "get":
      return onlyDownloads(call) ? modules : [...modules, ...builds];
    case "mod":
      if (second === "vendor") return undefined;
      return second === "download" || second === "tidy" ? modules : [];
    case "clean":
      return [
        ...(call.args.some((a) => a.text === "-modcache") ? [removeAll(folder)] : []),
        ...(call.args.some((a) => a.text === "-cache") ? [removeAll(`${buildFolder}/*`)] : []),
      ];
    case "test":
    case "run":
    case "generate":
      return undefined;
    default:
      return [];
  }
};

export const goCommands: Record<string, Handler> = { go };

const isGo = (ran: Ran, before: readonly Ran[] = [ran]): boolean =>
  (ran.name === "go" &&
    ran.args.some((a) => /^(?:build|install|get|test|run|generate|vet|list)$/.test(a.text)) &&
    !onlyDownloads({ args: ran.args })) ||
  (mayCallGo(ran) && standsBy(ran, before));

const mayCallGo = ({ name, args }: Ran): boolean =>
  /^(?:make|task|mage|goreleaser|gox|just)$/.test(name) ||
  name.startsWith("./") ||
  (!placesOnly.test(name) && args.some((a) => /^(?!\w+:\/\/).*\.sh$/.test(a.text)));

/** `go install example.com/tool@v1`: what has a version is built alike in each folder (`go help install`). */
function namesAll({ name, args }: Ran): boolean {
  const [verb, ...packages] = goOperands(args);
  return name === "go" && verb === "install" && packages.length > 0 && packages.every((p) => p.includes("@"));
}

/** A script is a file like others to them. */
const placesOnly = /^(?:chmod|chown|chgrp|cp|mv|rm|ln|sed|touch|install|dos2unix|cat|ls|test|\[)$/;

const isOldGo = ({ folders }: KeptCache): boolean => [...folders.keys()].some((id) => id.endsWith(takesMore));

/** The folders of the module cache cannot be written to: only root removes them so. */
const removedByHand = (kept: KeptCache): string | undefined =>
  [...kept.folders.keys()].some((id) => id.startsWith(modulesId)) && !isRoot(kept.user) ? undefined : removeFolders(kept);

const cleaned = ({ folders }: KeptCache): string =>
  `go clean${folders.has(buildsId) ? " -cache" : ""}${folders.has(modulesId) ? " -modcache" : ""}`;

export const goCache: ToolCache = {
  tool: "go",
  what: "the Go cache",
  ids: [modulesId, buildsId].flatMap((id) => [id, `${id}-${takesMore}`]),
  verbs: ["build", "install", "get", "mod"],
  reads: isGo,
  namesAll,
  onlyFills: ({ args }) => args[0]?.text === "mod",
  fetchesForOthers: ({ args }) => args[0]?.text === "get",
  startedBy: /(?:^|[\s/'"])(?:go|air|gow|reflex|fresh|dlv|CompileDaemon|gin|modd|realize|revel|bee|buffalo)(?:[\s'"]|$)/,
  liesAnywhere: (base) => base !== undefined && !base.standardLayout && !isImage(base, "golang"),
  clean: (kept) => (isOldGo(kept) ? removedByHand(kept) : cleaned(kept)),
  cleanByHand: removedByHand,
};

import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { basename, join } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { cacheIn, removeAll, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, pathOf } from "./call.ts";

const program = (path: string): Effect => ({ do: "write", path, size: unknown, kind: "artifact", mode: 0o755 });

/**
 * The files that a `go build` or `go install` leaves: `-o` first (a folder when it ends in a slash), else the last part of the
 * package's path in the working folder, or in GOBIN, GOPATH/bin for install.
 */
export function goOutputs(from: Call): string[] {
  const folder = goFlag(from.args, "C");
  const call = folder === undefined ? from : { ...from, cwd: pathOf(from, folder) };
  const [verb, ...packages] = goOperands(call.args);
  const output = goFlag(call.args, "o");
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
 * Where nothing sets it Go takes `go` in the home (`go help gopath`): so it is with a distribution's own Go. The official image sets
 * GOPATH=/go, and what nobody knows is taken to be built on that.
 */
const goPath = (call: Call): string =>
  setting(call, "GOPATH") ??
  (isRoot(call) && !/^(?:debian|ubuntu|alpine|fedora)(?::|$)/.test(call.state.base?.name ?? "") ? "/go" : `${homeOf(call)}/go`);

const isRoot = ({ user }: Call): boolean => user === "root" || user === "0";

/** Modules that an earlier RUN downloaded are not downloaded again. */
function modulesOf(call: Call, folder: string): Effect[] {
  if (!hasModules(call)) return [];
  const there = contentAt(call.state.root, folder)
    .of(modulesId)
    .some((e) => !e.maybe && e.layer !== call.layer);
  return there ? [] : [cacheIn(folder, modulesId, "Go's module cache")];
}

/** Go 1.10 brought the build cache (its release notes): Alpine has had it since 3.8. */
const hasBuildCache = (call: Call): boolean =>
  !/(?:^|\/)alpine:(?:2\.|3\.[0-7](?:\.|$))/.test(call.state.base?.name ?? "") && (minorOf(call) ?? 10) >= 10;

/** Go 1.11 brought modules, and Alpine 3.9 that; before, all lies among the sources. */
const hasModules = (call: Call): boolean =>
  !/(?:^|\/)alpine:(?:2\.|3\.[0-8](?:\.|$))/.test(call.state.base?.name ?? "") && (minorOf(call) ?? 11) >= 11;

/** What old releases have as golang-go (packages.debian.org, packages.ubuntu.com): at most that. */
const ofDistribution: readonly (readonly [RegExp, number])[] = [
  [/(?:^|\/)debian:(?:[789]\b|wheezy|jessie|stretch)/, 7],
  [/(?:^|\/)ubuntu:(?:1[0-6]\.|precise|trusty|xenial)/, 6],
  [/(?:^|\/)ubuntu:(?:18\.04|bionic)/, 10],
];

/** The 7 of Go 1.7: of the official image, of the archive that is unpacked where Go says, or as a variable names it. */
function minorOf(call: Call): number | undefined {
  const archives = [...contentAt(call.state.root, "/usr/local")].map((e) => e.id);
  const texts = [
    /(?:^|\/)golang:(1\.\d+)/.exec(call.state.base?.name ?? "")?.[1],
    ...archives.map((id) => /(?:^|[/:])go(1\.\d+)[\w.]*\.(?:linux|src)\b/.exec(id)?.[1]),
    call.variable("GOLANG_VERSION")?.text,
    call.variable("GO_VERSION")?.text,
  ];
  const [minor] = texts.flatMap((t) => /^(?:go)?1\.(\d+)/.exec(t ?? "")?.[1] ?? []);
  return minor === undefined ? ofDistribution.find(([name]) => name.test(call.state.base?.name ?? ""))?.[1] : Number(minor);
}

const go: Handler = (call) => {
  const [verb, second] = goOperands(call.args);
  const folder = pathOf(call, setting(call, "GOMODCACHE") ?? `${goPath(call)}/pkg/mod`);
  const buildFolder = pathOf(call, setting(call, "GOCACHE") ?? `${homeOf(call)}/.cache/go-build`);
  const modules = call.args.some((a) => a.text === "-mod=vendor") ? [] : modulesOf(call, folder);
  const builds = hasBuildCache(call) ? [cacheIn(buildFolder, buildsId, "Go's build cache")] : [];
  switch (verb) {
    case "build":
    case "install":
      return [...goOutputs(call).map(program), ...modules, ...builds];
    case "get":
      return [...modules, ...builds];
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

const isGo = ({ name, args }: Ran): boolean =>
  (name === "go" && args.some((a) => /^(?:build|install|get|test|run|generate|vet|list)$/.test(a.text))) ||
  /^(?:make|task|mage|goreleaser|gox|just)$/.test(name) ||
  name.startsWith("./") ||
  (!placesOnly.test(name) && args.some((a) => /^(?!\w+:\/\/).*\.sh$/.test(a.text)));

/** A script is a file like others to them. */
const placesOnly = /^(?:chmod|chown|chgrp|cp|mv|rm|ln|sed|touch|install|dos2unix|cat|ls|test|\[)$/;

export const goCache: ToolCache = {
  tool: "go",
  what: "the Go cache",
  ids: [modulesId, buildsId],
  verbs: ["build", "install", "get", "mod"],
  reads: isGo,
  onlyFills: ({ args }) => args[0]?.text === "mod",
  fetchesForOthers: ({ args }) => args[0]?.text === "get",
  startedBy: /(?:^|[\s/'"])(?:go|air|gow|reflex|fresh|dlv|CompileDaemon|gin|modd|realize)(?:[\s'"]|$)/,
  clean: ({ folders }) => `go clean${folders.has(buildsId) ? " -cache" : ""}${folders.has(modulesId) ? " -modcache" : ""}`,
};

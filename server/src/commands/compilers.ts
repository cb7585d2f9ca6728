import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import { basename, dirname, join } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";

const program = (path: string): Effect => ({ do: "write", path, size: unknown, kind: "artifact", mode: 0o755 });
const cache = (path: string, id: string, what: string): Effect => ({ do: "fill", path, entry: { id, kind: "cache", what, size: unknown } });

/** C compilers: one file, named by -o, else a.out or the object files. */
const cc: Handler = (call) => {
  const o = options(call.args, "o I L l D x --output");
  const asks = call.args.length > 0 && call.args.every((a) => /^-{1,2}(?:v|version|dumpmachine|dumpversion|help)$/.test(a.text));
  if (asks) return [];
  const output = o.value("-o", "--output");
  if (output !== undefined) return [program(pathOf(call, output))];
  const sources = o.operands.filter((a) => /\.(?:c|cc|cpp|cxx|C|m|s|S|f|f90)$/.test(a.text));
  if (!o.has("-c")) return [program(pathOf(call, "a.out"))];
  return sources.map(
    (s): Effect => ({ do: "write", path: pathOf(call, `${basename(s.text).replace(/\.\w+$/, "")}.o`), size: unknown, kind: "artifact" }),
  );
};

/**
 * The files that a `go build` or `go install` leaves: `-o` first (a folder when it ends in a slash), else the last part of the
 * package's path in the working folder, or in GOBIN, GOPATH/bin for install.
 */
function goOutputs(from: Call): string[] {
  const folder = goFlag(from.args, "C");
  const call = folder === undefined ? from : { ...from, cwd: pathOf(from, folder) };
  const [verb, ...packages] = goOperands(call.args);
  const output = goFlag(call.args, "o");
  const names = packages.filter((p) => !p.endsWith(".go")).map((p) => packageBinary(p, call));
  const files = packages.filter((p) => p.endsWith(".go"));
  if (files.length) names.push(basename(files[0] ?? "").replace(/\.go$/, ""));
  if (names.length === 0) names.push(packageBinary(".", call));
  if (verb === "install") {
    const bin =
      call.variable("GOBIN")?.text ?? `${call.variable("GOPATH")?.text ?? (call.user === "root" ? "/go" : `/home/${call.user}/go`)}/bin`;
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

const go: Handler = (call) => {
  const [verb, second] = goOperands(call.args);
  const root = call.variable("GOPATH")?.text ?? "/go";
  const modules = cache(`${root}/pkg/mod`, "go-modules", "Go's module cache");
  const builds = cache(call.variable("GOCACHE")?.text ?? `${homeOf(call)}/.cache/go-build`, "go-build", "Go's build cache");
  switch (verb) {
    case "build":
    case "install":
      return [...goOutputs(call).map(program), modules, builds];
    case "get":
      return [modules, builds];
    case "mod":
      return second === "download" || second === "tidy" || second === "vendor" ? (second === "vendor" ? undefined : [modules]) : [];
    case "clean":
      return call.args.some((a) => a.text === "-modcache")
        ? [{ do: "remove", path: `${root}/pkg/mod`, recursive: true }]
        : [{ do: "remove", path: `${homeOf(call)}/.cache/go-build`, recursive: true }];
    case "test":
    case "run":
    case "generate":
      return undefined;
    default:
      return [];
  }
};

/**
 * make without a Makefile in sight builds a single C program by its implicit rule: `make hello` from hello.c. Else unknown.
 */
const make: Handler = (call) => {
  const o = options(call.args, "C f j o --directory --file");
  const folder = pathOf(call, o.value("-C", "--directory") ?? ".");
  const targets = o.operands.map((a) => a.text).filter((t) => !t.includes("="));
  const unknownWork: Effect = {
    do: "unknown",
    id: `make ${call.args.map((a) => a.text).join(" ")}`.trim(),
    what: `make ${targets.join(" ")}`.trim(),
  };
  const programs = targets
    .filter((t) => /\.(?:c|cc|cpp)$/.test(t) === false && implicitSource(call, folder, t) !== undefined)
    .map((t) => program(pathOf({ ...call, cwd: folder }, t)));
  return programs.length === targets.length && programs.length > 0 ? programs : [...programs, unknownWork];
};

/** The source that make's implicit rule compiles for a target, when the tree shows it and no Makefile is there. */
export function implicitSource(call: Pick<Call, "state">, folder: string, target: string): string | undefined {
  const at = pathOf({ ...(call as Call), cwd: folder }, target);
  const state = call.state;
  for (const name of ["Makefile", "makefile", "GNUmakefile"]) if (fileIn(state, dirname(at), name)) return undefined;
  return [".c", ".cc", ".cpp", ".C"].map((end) => at + end).find((path) => fileIn(state, dirname(path), basename(path)));
}

const fileIn = (state: Call["state"], folder: string, name: string): boolean => find(state.root, join(folder, name), true)?.type === "file";

export const compilers: Record<string, Handler> = { cc, gcc: cc, "g++": cc, "c++": cc, clang: cc, "clang++": cc, gfortran: cc, go, make };

import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { absolute, basename, dirname, join } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Call, type Handler, options, pathOf } from "./call.ts";
import { isPython } from "./kinds.ts";

/** What a compiler makes that runs. */
export const program = (path: string): Effect => ({ do: "write", path, size: unknown, kind: "artifact", mode: 0o755 });

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
  const at = pathOf({ cwd: folder }, target);
  const state = call.state;
  for (const name of ["Makefile", "makefile", "GNUmakefile"]) if (fileIn(state, dirname(at), name)) return undefined;
  return [".c", ".cc", ".cpp", ".C"].map((end) => at + end).find((path) => fileIn(state, dirname(path), basename(path)));
}

const fileIn = (state: Call["state"], folder: string, name: string): boolean => find(state.root, join(folder, name), true)?.type === "file";

export const compilers: Record<string, Handler> = { cc, gcc: cc, "g++": cc, "c++": cc, clang: cc, "clang++": cc, gfortran: cc, make };

/** The folder in which a command makes a target: `make install`, `ninja -C build install`, `cmake --build build --target install`. */
function madeIn({ name, args, cwd }: Pick<Ran, "name" | "args" | "cwd">, target: RegExp): string | undefined {
  if (!args.some((a) => target.test(a.text))) return undefined;
  if (/^g?make$|^ninja$|^meson$/.test(name)) return absolute(valueOf(args, "-C", "--directory"), cwd);
  return name === "cmake" ? absolute(valueOf(args, "--build"), cwd) : undefined;
}

/** The word behind one of these. */
function valueOf(args: readonly Argument[], ...names: readonly string[]): string {
  const at = args.findIndex((a) => names.includes(a.text));
  return at < 0 ? "." : (args[at + 1]?.text ?? ".");
}

/** The folder from which a command installs what was built there: `make install`, `cmake --install build`. */
export function installedFrom(ran: Pick<Ran, "name" | "args" | "cwd">): string | undefined {
  const { name, args, cwd } = ran;
  if (name === "cmake" && args.some((a) => a.text === "--install")) return absolute(valueOf(args, "--install"), cwd);
  if (isPython(name) && args[0]?.text === "setup.py" && args[1]?.text === "install") return cwd;
  return madeIn(ran, /^(?:alt)?install(?:[-/]strip)?$/);
}

/** The folder in which a command removes what was built there, and leaves the sources. */
export const cleanedIn = (ran: Pick<Ran, "name" | "args" | "cwd">): string | undefined =>
  madeIn(ran, /^(?:dist|mostly|real|maintainer-)?clean$/);

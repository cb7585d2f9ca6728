import type { Subject } from "../build/subject.ts";
import { broughtOnAlpine } from "../commands/apk.ts";
import { isBuildOnly, isCompiler, isHeaders } from "../commands/build-only.ts";
import type { PackageWord } from "./package-words.ts";

/** Headers that need a compiler: `postgresql-dev` on Alpine brings clang, with LLVM. */
export interface WithCompiler {
  readonly compiler: string;
  /** What they bring that no compiler needs, and no build alone: what is linked against that needs it when it runs. */
  readonly libraries: readonly string[];
}

/** Undefined for other packages, and where nobody knows what they bring. */
export function bringsCompiler({ world: { apk } }: Subject, { name, manager, step }: PackageWord): WithCompiler | undefined {
  if (!apk || manager !== "apk" || !isHeaders(name)) return undefined;
  const brought = (names: readonly string[]): readonly string[] => broughtOnAlpine({ apk, state: step.before }, names);
  const all = brought([name]);
  const compiler = all.find(isCompiler);
  // Older releases had none of them need one: where the index of the release itself is not there, the one before it must say so too.
  const isSure = broughtOnAlpine({ apk, state: step.before }, [name], true).some(isCompiler);
  if (compiler === undefined || !isSure) return undefined;
  const builds = all.filter((other) => isBuildOnly(other) || isCompiler(other));
  const ofBuilds = new Set([...builds, ...brought(builds.filter((other) => !isHeaders(other)))]);
  // Another release has another version.
  return { compiler: compiler.replace(/-?\d[\d.]*$/, ""), libraries: all.filter((other) => !ofBuilds.has(other)) };
}

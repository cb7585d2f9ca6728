import { copySources, type Dockerfile, type Instruction, isFromContext } from "../../dockerfile/instruction.ts";
import { mountsOf } from "../../dockerfile/mounts.ts";

/** What a Dockerfile takes from its build context, as written there; paths are relative to the context's root. */
export interface Sources {
  /** Of COPY and ADD; those with variables are left out. */
  readonly all: readonly string[];
  /** Those that must be there: no wildcards, and not in an ONBUILD, which runs with the context of another build. */
  readonly required: readonly string[];
  /** Those of each COPY or ADD that names nothing but wildcards: the context has something for one of them. */
  readonly patterns: readonly (readonly string[])[];
  /** Whether anything of the context counts at all. */
  readonly any: boolean;
}

export function sourcesOf(file: Dockerfile): Sources {
  const all: string[] = [];
  const required: string[] = [];
  const patterns: string[][] = [];
  let any = false;
  for (const written of file.instructions) {
    const instruction = written.trigger ?? written;
    const sources = local(instruction);
    any ||= sources.length > 0 || mountsOf(instruction).some((m) => m.type === "bind" && m.from === undefined);
    const plain = sources.filter((source) => !source.includes("$"));
    all.push(...plain);
    if (written.trigger) continue;
    required.push(...plain.filter((source) => !isPattern(source)));
    if (sources.length > 0 && plain.length === sources.length && plain.every(isPattern)) patterns.push(plain);
  }
  return { all, required, patterns, any };
}

const isPattern = (source: string): boolean => /[*?[\\]/.test(source);

function local(instruction: Instruction): string[] {
  if (!isFromContext(instruction)) return [];
  const marks = new Set(instruction.heredocs.map((h) => h.mark.start));
  return copySources(instruction)
    .filter((word) => !marks.has(word.start))
    .map((word) => unquoted(word.text))
    .filter((source) => !isRemote(source));
}

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/, "$2");
const isRemote = (source: string): boolean => /^[a-z][a-z+.-]*:\/\/|^git@/i.test(source);

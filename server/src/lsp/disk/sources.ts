import { type Dockerfile, flagValue, type Instruction } from "../../dockerfile/instruction.ts";
import { mountsOf } from "../../dockerfile/mounts.ts";

/** What a Dockerfile takes from its build context, as written there; paths are relative to the context's root. */
export interface Sources {
  /** COPY and ADD; those with variables or wildcards are left out. */
  readonly named: readonly string[];
  /** ADD alone, wildcards included: archives among them are unpacked. */
  readonly added: readonly string[];
  /** Whether anything of the context counts at all. */
  readonly any: boolean;
}

export function sourcesOf(file: Dockerfile): Sources {
  const named: string[] = [];
  const added: string[] = [];
  let any = false;
  for (const written of file.instructions) {
    const instruction = written.trigger ?? written;
    const sources = local(instruction);
    any ||= sources.length > 0 || mountsOf(instruction).some((m) => m.type === "bind" && m.from === undefined);
    if (instruction.keyword === "ADD") added.push(...sources);
    // A trigger runs in another build, with that one's context.
    if (!written.trigger) named.push(...sources.filter((source) => !/[$*?[\\]/.test(source)));
  }
  return { named, added, any };
}

function local(instruction: Instruction): string[] {
  if ((instruction.keyword !== "COPY" && instruction.keyword !== "ADD") || flagValue(instruction, "from") !== undefined) return [];
  const marks = new Set(instruction.heredocs.map((h) => h.mark.start));
  const words = (instruction.exec ?? instruction.args).slice(0, -1);
  return words
    .filter((word) => !marks.has(word.start))
    .map((word) => unquoted(word.text))
    .filter((source) => !isRemote(source));
}

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/, "$2");
const isRemote = (source: string): boolean => /^[a-z][a-z+.-]*:\/\/|^git@/i.test(source);

// What is installed on this machine beside a project's own files: what an install in the image will store as well, for another platform.
import type { ContextFolder } from "../../image/context.ts";
import { atLeast, type Size, typical, unknown } from "../../image/size.ts";

/** A folder of the build context as it lies on disk, with what an ignore file keeps from the build. */
export interface Project {
  readonly folder: ContextFolder;
  /** The text of a manifest or a lock file, by its path from the folder, where the host has it at hand. */
  text(path: string): string | undefined;
}

/** What an install stores, by what this machine shows. Typical: it was installed for this machine's platform, on some other day. */
export interface Installed {
  readonly all: Size;
  /** What the program needs of it, and what development needs on top. Absent where nothing tells the one from the other. */
  readonly parts?: { readonly needed: Size; readonly development: Size };
  /** Where the numbers are from, in words for the user. */
  readonly source: string;
}

/** A folder's bytes, and those that are needed of them. */
export function installed(source: string, all: ContextFolder, needed: ContextFolder | undefined, isWhole = true): Installed {
  const sizeOf = (bytes: number): Size => (isWhole && all.complete ? typical(bytes) : bytes > 0 ? atLeast(typical(bytes)) : unknown);
  return {
    all: sizeOf(all.bytes),
    ...(needed && { parts: { needed: sizeOf(needed.bytes), development: sizeOf(all.bytes - needed.bytes) } }),
    source,
  };
}

/** Results that are kept of one folder: an edit asks for as many in turn. */
const maximumKept = 4;

/** Remembers what was worked out of a folder, for each key. */
export function remembering<T>(): (folder: ContextFolder, key: string, work: () => T) => T | undefined {
  const known = new WeakMap<ContextFolder, Map<string, T>>();
  return (folder, key, work) => {
    const results = known.get(folder) ?? new Map<string, T>();
    known.set(folder, results);
    if (!results.has(key)) {
      if (results.size > maximumKept) results.clear();
      results.set(key, work());
    }
    return results.get(key);
  };
}

/** A JSON object; undefined for anything else. */
export function parsed(text: string | undefined): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;

import { absolute, bracketTest } from "./paths.ts";

/** Whether a path (relative, `/` between) is left out by a list of patterns, or lies in a folder that is. */
export interface Exclusion {
  excludes(path: string): boolean;
  /** A later pattern takes something back (`!keep`): then below a folder that is left out something may stay. */
  readonly hasExceptions: boolean;
}

/**
 * The patterns of .dockerignore and of COPY --exclude, by the rules of github.com/moby/patternmatcher: `*` and `?` stay within a name,
 * `**` spans folders, a pattern holds for all below what it names, and the last one that fits decides.
 */
export function exclusion(lines: readonly string[]): Exclusion {
  const patterns = lines.flatMap((line) => {
    const exception = line.startsWith("!");
    const text = (exception ? line.slice(1) : line).trim();
    return text === "" ? [] : [{ exception, fits: pathPattern(absolute(text, "/").slice(1)) }];
  });
  // A tree is asked about folder by folder: which patterns fit a folder is worked out once for all below it.
  const folders = new Map<string, readonly boolean[]>([["", patterns.map(() => false)]]);
  const fitting = (path: string): readonly boolean[] => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const above = folders.get(folder) ?? fitting(folder);
    folders.set(folder, above);
    return patterns.map(({ fits }, i) => above[i] === true || fits(path));
  };
  return {
    hasExceptions: patterns.some((p) => p.exception),
    excludes: (path) => patterns[fitting(path).lastIndexOf(true)]?.exception === false,
  };
}

/** The lines of an ignore file that are patterns. */
export const patternsIn = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "");

type Part = "*" | "**" | "inside **" | "rest" | ((character: string) => boolean);

/** All states of the pattern that a path can be in, character by character: however many stars, the time is bounded. */
function pathPattern(pattern: string): (path: string) => boolean {
  const parts = partsOf([...pattern]);
  if (!parts) return () => false;
  if (!/[*?[\\]/.test(pattern)) return (path) => path === pattern;
  const start = /^[^*?[\\]*/.exec(pattern)?.[0] ?? "";
  const end = /[^*?[\]\\]*$/.exec(pattern)?.[0] ?? "";
  // `**/x` fits x itself.
  const ending = end.startsWith("/") ? end.slice(1) : end;
  return (path) => path.startsWith(start) && path.endsWith(ending) && reachesEnd(parts, path);
}

function reachesEnd(parts: readonly Part[], path: string): boolean {
  // Which states the path so far leads to; those that are reached without a character come later in the list, so one pass is enough.
  let now = new Uint8Array(parts.length + 1);
  let next = new Uint8Array(parts.length + 1);
  const close = (states: Uint8Array): void => {
    for (let i = 0; i < parts.length; i++) {
      if (states[i] !== 1) continue;
      if (parts[i] === "*" || parts[i] === "rest") states[i + 1] = 1;
      else if (parts[i] === "**") states[i + 1] = states[i + 2] = 1;
    }
  };
  now[0] = 1;
  close(now);
  for (const c of path) {
    next.fill(0);
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (now[i] !== 1 || part === undefined) continue;
      if (part === "rest" || part === "inside **" || (part === "*" && c !== "/")) next[i] = 1;
      if (typeof part === "function" ? part(c) : part === "inside **" && c === "/") next[i + 1] = 1;
    }
    close(next);
    [now, next] = [next, now];
  }
  return now[parts.length] === 1;
}

/** Undefined for a pattern that is none. */
function partsOf(pattern: readonly string[]): Part[] | undefined {
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    if (c === "*" && pattern[i + 1] === "*") {
      i += pattern[i + 2] === "/" ? 2 : 1;
      if (i + 1 >= pattern.length) parts.push("rest");
      else parts.push("**", "inside **");
    } else if (c === "*") parts.push("*");
    else if (c === "?") parts.push((character) => character !== "/");
    else if (c === "[") {
      const end = pattern.indexOf("]", i + 2);
      const test = end < 0 ? undefined : bracketTest(pattern.slice(i + 1, end), "^"); // Go's
      if (!test) return undefined;
      parts.push(test);
      i = end;
    } else {
      const literal = c === "\\" ? pattern[++i] : c;
      parts.push((character) => character === literal);
    }
  }
  return parts;
}

// Compilers that write debug information unless they are told not to.
import type { Ran } from "../image/model.ts";

export interface StripFlags {
  readonly text: string;
  /** The word it goes behind, as written. */
  readonly behind: string;
  /** What is given up, and what is not. */
  readonly without: string;
  /** The file in which a project says by itself how it is built, and variables that do: without its text, or where one fits, nothing is said. */
  readonly unless?: { readonly file: string; readonly text: RegExp; readonly settings: readonly string[] };
}

/** The flag that is missing; undefined where one is there, or the command's way of building is not known. */
export function stripFlags({ name, args, words }: Pick<Ran, "name" | "args" | "words">): StripFlags | undefined {
  const texts = args.map((a) => a.text);
  if (args.some((a) => !a.known)) return undefined;
  if (name === "go") {
    const verb = texts.find((t) => t === "build" || t === "install");
    // Flags for the linker are there: whoever wrote them decided.
    if (verb === undefined || texts.some((t) => /^--?ldflags/.test(t))) return undefined;
    return { text: '-ldflags="-s -w"', behind: verb, without: "stack traces stay, a debugger has less to show" };
  }
  if (/^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/.test(name)) {
    const isLink = texts.some((t) => /\.(?:c|cc|cpp|cxx|o)$/.test(t)) && !texts.includes("-c") && !texts.includes("-shared");
    const first = words[0]?.raw;
    // Without -g only the symbols are there.
    if (!isLink || first === undefined || texts.includes("-s") || texts.some((t) => /^-g\d?$/.test(t)) === false) return undefined;
    return { text: "-s", behind: first, without: "a debugger has less to show" };
  }
  if (name === "cargo") {
    const verb = texts.find((t) => t === "build" || t === "b");
    const isRelease = texts.some((t, i) => t === "--release" || t === "-r" || (texts[i - 1] === "--profile" && t === "release"));
    if (verb === undefined || !isRelease || texts.includes("--config")) return undefined;
    return {
      text: "--config profile.release.strip=true",
      behind: verb,
      without: "traces of a panic have no names",
      // The Cargo book, "Profiles": strip, and debug; and "Configuration".
      unless: {
        file: "Cargo.toml",
        text: /^\s*(?:strip|debug)\s*=/m,
        settings: ["CARGO_PROFILE_RELEASE_STRIP", "CARGO_PROFILE_RELEASE_DEBUG"],
      },
    };
  }
  return undefined;
}

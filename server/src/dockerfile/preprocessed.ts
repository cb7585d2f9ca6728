import type { Dockerfile } from "./instruction.ts";

/** Directives of the C preprocessor (cpp's manual, "Overview"): with a sign or a name in capitals behind them they are no prose. */
const directive =
  /^#(?:include[ \t]*["<]|define[ \t]+[A-Z_]\w*(?:\(|[ \t]|$)|(?:ifdef|ifndef|undef)[ \t]+\w+\s*$|(?:el)?if[ \t]+!?defined\b)/;
/** A call of its macros, where a shell would take a bracket with something in it for an error. */
const macro = /(?:^|&&)\s*[A-Z][A-Z\d_]+\((?!\s*\))/;

const known = new WeakMap<Dockerfile, boolean>();

/** Whether cpp makes the Dockerfile of it, as in `cpp -P Dockerfile.in`: what is built stands elsewhere, and what a macro does nobody can tell. */
export function isPreprocessed(file: Dockerfile): boolean {
  let is = known.get(file);
  if (is === undefined) {
    is =
      file.comments.some((c) => directive.test(file.text.slice(c.start, c.end))) ||
      file.instructions.some((i) => i.keyword === "RUN" && !i.exec && macro.test(i.rest.text));
    known.set(file, is);
  }
  return is;
}

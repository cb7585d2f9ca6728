/** Paths inside an image: always absolute, `/` between, no `.` or `..`, no slash at the end but for the root. */

export function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The same few hundred paths are asked for again and again. */
const known = new Map<string, readonly string[]>();

export function components(path: string): readonly string[] {
  let parts = known.get(path);
  if (!parts) {
    parts = path.split("/").filter((part) => part !== "");
    if (known.size > 5_000) known.clear();
    known.set(path, parts);
  }
  return parts;
}

export const basename = (path: string): string => components(path).at(-1) ?? "";

export const dirname = (path: string): string => `/${components(path).slice(0, -1).join("/")}`;

export const join = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

/** The path itself, or one below it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || folder === "/" || path.startsWith(`${folder}/`);

export const hasGlob = (text: string): boolean => /[*?[]/.test(text);

const compiled = new Map<string, (name: string) => boolean>();

/** One path component against a shell pattern; a leading dot must be written out. */
export function matches(pattern: string, name: string): boolean {
  let test = compiled.get(pattern);
  if (!test) {
    test = compile(pattern);
    if (compiled.size > 500) compiled.clear();
    compiled.set(pattern, test);
  }
  return test(name);
}

/** Many stars make a regular expression try for ever: those are matched one literal piece after the other. */
const maximumStars = 3;

function compile(pattern: string): (name: string) => boolean {
  if (!hasGlob(pattern)) return (name) => name === pattern;
  if (pattern.split("*").length - 1 > maximumStars && !/[?[]/.test(pattern)) return manyStars(pattern);
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    if (c === "*") source += ".*";
    else if (c === "?") source += ".";
    else if (c === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) source += "\\[";
      else {
        source += `[${pattern
          .slice(i + 1, end)
          .replace(/^!/, "^")
          .replace(/[\\\]]/g, "\\$&")}]`;
        i = end;
      }
    } else source += c.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  }
  try {
    const regexp = new RegExp(`^${source}$`, "su");
    const dotted = pattern.startsWith(".");
    return (name) => (dotted || !name.startsWith(".")) && regexp.test(name);
  } catch {
    return (name) => name === pattern; // a range the wrong way round: the shell then takes the pattern for a name
  }
}

/** Each piece between stars at its first place behind the last: that is enough for `*`. */
function manyStars(pattern: string): (name: string) => boolean {
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  return (name) => {
    if (!name.startsWith(first) || (name.startsWith(".") && !pattern.startsWith(".")) || name.length < first.length + last.length)
      return false;
    let at = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return name.length - last.length >= at && name.endsWith(last);
  };
}

/** The usual names of what ADD may unpack: tar, plain or compressed (Docker's reference, "ADD"). What it is its content says. */
export const isArchiveName = (name: string): boolean => /\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|lzma|Z)$/i.test(name);

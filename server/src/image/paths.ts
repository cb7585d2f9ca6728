/** Paths inside an image: always absolute, `/` between, no `.` or `..`, no slash at the end but for the root. */

/** Deeper than anybody nests folders (Linux takes no path of more than 4,096 characters): what a text names below that is left out. */
export const maximumDepth = 256;

export function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else if (parts.length < maximumDepth) parts.push(part);
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
    if (path.length < 300) known.set(path, parts);
  }
  return parts;
}

export const basename = (path: string): string => components(path).at(-1) ?? "";

export const dirname = (path: string): string => `/${components(path).slice(0, -1).join("/")}`;

export const join = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

/** The path itself, or one below it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || folder === "/" || path.startsWith(`${folder}/`);

export const hasGlob = (text: string): boolean => /[*?[]/.test(text);

/** Where a name without a slash is looked for: BuildKit's default for an image that sets no PATH (util/system/path.go), and what the distributions set. */
export const usualPath: readonly string[] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const compiled = new Map<string, (name: string) => boolean>();

/** One path component against a shell pattern; a leading dot must be written out. */
export function matches(pattern: string, name: string): boolean {
  let test = compiled.get(pattern);
  if (!test) {
    const whole = wildcard(pattern);
    const dotted = pattern.startsWith(".");
    test = hasGlob(pattern) ? (text) => (dotted || !text.startsWith(".")) && whole(text) : whole;
    if (compiled.size > 500) compiled.clear();
    compiled.set(pattern, test);
  }
  return test(name);
}

type Test = (character: string) => boolean;

/** A pattern's parts: a star, or a test of one character. Undefined for a range the wrong way round: the shell then takes the pattern for a name. */
function partsOf(pattern: string): ("*" | Test)[] | undefined {
  const characters = [...pattern];
  const parts: ("*" | Test)[] = [];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] ?? "";
    const end = c === "[" ? characters.indexOf("]", i + 2) : -1;
    if (c === "*") parts.push("*");
    else if (c === "?") parts.push(() => true);
    else if (end < 0) parts.push((character) => character === c);
    else {
      const test = bracketTest(characters.slice(i + 1, end), "!^");
      if (!test) return undefined;
      parts.push(test);
      i = end;
    }
  }
  return parts;
}

/** What stands between brackets: characters and ranges of them, or all others. Undefined for a range the wrong way round. */
export function bracketTest(characters: readonly string[], negations: string): Test | undefined {
  const negated = negations.includes(characters[0] ?? "-");
  const single = new Set<string>();
  const ranges: [number, number][] = [];
  for (let i = negated ? 1 : 0; i < characters.length; i++) {
    const [first = "", dash, last] = characters.slice(i, i + 3);
    if (dash === "-" && last !== undefined) {
      ranges.push([codeOf(first), codeOf(last)]);
      i += 2;
    } else single.add(first);
  }
  if (ranges.some(([from, to]) => from > to)) return undefined;
  const holds: Test = (c) => single.has(c) || ranges.some(([from, to]) => from <= codeOf(c) && codeOf(c) <= to);
  return (c) => holds(c) !== negated;
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/**
 * A name against a shell pattern as a whole, dots like any character. No regular expression: many stars make one try for ever. Here
 * only the last star is ever tried longer, which is enough: what stands before it lies as far in front as it can.
 */
export function wildcard(pattern: string): (name: string) => boolean {
  const parts = hasGlob(pattern) ? partsOf(pattern) : undefined;
  if (!parts) return (name) => name === pattern;
  return (name) => {
    const characters = [...name];
    let part = 0;
    let star = -1;
    let behindStar = 0;
    for (let at = 0; at < characters.length; ) {
      const test = parts[part];
      if (test === "*") {
        star = part++;
        behindStar = at;
      } else if (test?.(characters[at] ?? "")) {
        part++;
        at++;
      } else if (star >= 0) {
        part = star + 1;
        at = ++behindStar;
      } else return false;
    }
    while (parts[part] === "*") part++;
    return part === parts.length;
  };
}

/** The usual names of what ADD may unpack: tar, plain or compressed (Docker's reference, "ADD"). What it is its content says. */
export const isArchiveName = (name: string): boolean => /\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|lzma|Z)$/i.test(name);

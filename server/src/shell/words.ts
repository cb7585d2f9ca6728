import { type Lookup, maximumValue } from "../dockerfile/variables.ts";
import type { Part, Word } from "./syntax.ts";

/** One argument that a command gets. */
export interface Argument {
  readonly text: string;
  /** False when a part of it is not known; that part then stands as it was written. */
  readonly known: boolean;
  /** The text holds `*`, `?` or `[` that the shell would match against files. */
  readonly glob: boolean;
}

/** More than this from one word is not worked out. */
const maximumFields = 256;

/** The arguments that a word becomes: variables replaced and split, braces multiplied, quotes gone. */
export function expand(word: Word, lookup: Lookup): Argument[] {
  const fields = new Fields();
  word.parts.forEach((part, i) => {
    addPart(fields, part, i === 0, lookup);
  });
  return fields.done();
}

/** The word as one text, as in an assignment: no splitting. A heredoc knows no `~` either. */
export function expandWhole(word: Word, lookup: Lookup, { tilde = true } = {}): Argument {
  const whole = (p: Part): Part => ("quoted" in p && !(tilde && p.kind === "text") ? { ...p, quoted: true } : p);
  const parts = expand({ ...word, parts: word.parts.map(whole) }, lookup);
  return { text: parts.map((p) => p.text).join(" "), known: parts.every((p) => p.known), glob: false };
}

/** True when nothing of the word depends on the moment it runs. */
export const isLiteral = (word: Word): boolean => word.parts.every((p) => p.kind === "text");

interface Field {
  text: string;
  known: boolean;
  glob: boolean;
}

class Fields {
  private finished: Field[] = [];
  private open: Field[] = [];
  /** Code units of all that was put in. */
  private length = 0;

  /** A value ends here, and so do all values of one word together. */
  get isFull(): boolean {
    return this.length > maximumValue;
  }

  append(text: string, known = true, glob = false): void {
    if (this.open.length === 0) this.open = [{ text: "", known: true, glob: false }];
    this.length += text.length;
    for (const field of this.open) {
      if (field.text.length + text.length > maximumValue && text.length <= maximumValue) {
        field.known = false; // as long as it is: what follows is not taken up
        continue;
      }
      field.text += text;
      field.known &&= known;
      field.glob ||= glob;
    }
  }

  split(): void {
    this.finished.push(...this.open);
    this.open = [];
  }

  multiply(alternatives: readonly string[]): void {
    this.append("");
    if (this.open.length * alternatives.length > maximumFields) return this.append("", false);
    this.open = this.open.flatMap((field) =>
      alternatives.map((text) => ({ ...field, text: field.text + text, glob: field.glob || /[*?[]/.test(text) })),
    );
  }

  done(): Argument[] {
    this.split();
    return this.finished;
  }
}

function addPart(fields: Fields, part: Part, first: boolean, lookup: Lookup): void {
  switch (part.kind) {
    case "text": {
      const home = first && !part.quoted && /^~(?=\/|$)/.test(part.text) ? lookup("HOME") : undefined;
      return home ? fields.append(home.text + part.text.slice(1), home.known) : fields.append(part.text);
    }
    case "glob":
      return fields.append(part.text, true, true);
    case "braces": {
      const alternatives = braces(part.text);
      return alternatives ? fields.multiply(alternatives) : fields.append(part.text);
    }
    case "variable": {
      if (part.name === "@" && part.quoted && !part.operator) return addPositional(fields, part.raw, lookup);
      const value = variable(part, lookup);
      if (!value) return fields.append(part.raw, false);
      return part.quoted || !value.known ? fields.append(value.text, value.known) : addSplit(fields, value.text);
    }
    case "script":
      if (part.printed === undefined) return fields.append(part.raw, false);
      return part.quoted ? fields.append(part.printed) : addSplit(fields, part.printed);
    case "other":
      return fields.append(part.raw, false);
  }
}

/** An unquoted value is split at white space, and its wildcards count. */
function addSplit(fields: Fields, text: string): void {
  if (fields.isFull) return fields.append("", false);
  text.split(/[ \t\n]+/).forEach((piece, i) => {
    if (i > 0) fields.split();
    if (piece !== "") fields.append(piece, true, /[*?[]/.test(piece));
  });
}

/** `"$@"`: each argument as it is. */
function addPositional(fields: Fields, raw: string, lookup: Lookup): void {
  const count = lookup("#");
  if (!count?.known) return fields.append(raw, false);
  for (let i = 1; i <= Number(count.text); i++) {
    if (i > 1) fields.split();
    const value = lookup(String(i));
    fields.append(value?.text ?? "", value?.known ?? false);
  }
}

function variable(part: Part & { kind: "variable" }, lookup: Lookup): { text: string; known: boolean } | undefined {
  const value = lookup(part.name);
  const { operator, operand } = part;
  if (!operator || !operand) return value;
  const word = (): { text: string; known: boolean } => expandWhole(operand, lookup);
  switch (operator) {
    case ":-":
    case ":=":
      return value && (value.text !== "" || !value.known) ? value : word();
    case "-":
    case "=":
      return value ?? word();
    case "%":
    case "%%":
    case "#":
    case "##":
      return value?.known ? strip(value.text, operator, word()) : undefined;
    default:
      return undefined;
  }
}

/** `${file%.tar.gz}` and its like, for patterns whose only wildcard is a star at the open end: the last part of a path or URL. */
function strip(text: string, operator: string, pattern: { text: string; known: boolean }): { text: string; known: boolean } | undefined {
  if (!pattern.known) return undefined;
  const front = operator.startsWith("#");
  const star = front ? pattern.text.startsWith("*") : pattern.text.endsWith("*");
  const literal = star ? (front ? pattern.text.slice(1) : pattern.text.slice(0, -1)) : pattern.text;
  if (/[*?[]/.test(literal)) return undefined;
  const longest = operator.length === 2;
  const known = true;
  if (!star) {
    const fits = front ? text.startsWith(literal) : text.endsWith(literal);
    return { known, text: !fits ? text : front ? text.slice(literal.length) : text.slice(0, text.length - literal.length) };
  }
  const at = front === longest ? text.lastIndexOf(literal) : text.indexOf(literal);
  if (at < 0) return { known, text };
  return { known, text: front ? text.slice(at + literal.length) : text.slice(0, at) };
}

/** `{a,b}` and `{1..3}`, not nested. */
function braces(text: string): string[] | undefined {
  const inner = text.slice(1, -1);
  if (/[{}$`"'\\]/.test(inner)) return undefined;
  const range = /^(\d+)\.\.(\d+)$/.exec(inner);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    const count = Math.abs(to - from) + 1;
    return count > maximumFields ? undefined : Array.from({ length: count }, (_, i) => String(from < to ? from + i : from - i));
  }
  return inner.includes(",") ? inner.split(",") : undefined;
}

/** A path as one word of the shell. */
export const quoted = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/** The same for a pattern: its stars stay the shell's to expand. */
export const quotedPattern = (path: string): string => (/^[\w./@%+=:,*-]+$/.test(path) ? path : quoted(path));

import type { Span } from "../text.ts";

/**
 * One line as BuildKit reads it: what is left of an instruction when line continuations are joined and the comment and
 * blank lines between them dropped. A shell parser gets this, never the raw text.
 */
export interface Joined {
  readonly text: string;
  /** Where each piece of `text` comes from, in order. */
  readonly pieces: readonly Piece[];
}

interface Piece extends Span {
  /** Where in the joined text this piece begins; its source is `start` to `end`. */
  readonly at: number;
}

/** A word of an instruction; `text` has its continuations removed. */
export interface Argument extends Span {
  readonly text: string;
}

/** `--name=value` after the keyword. */
export interface Flag extends Span {
  readonly name: string;
  readonly value?: string;
}

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs are dropped from body and end mark. */
  readonly stripTabs: boolean;
  /** False when the name is quoted: variables in the body stay as they are. */
  readonly expand: boolean;
  /** The `<<NAME` in the instruction's line. */
  readonly mark: Span;
  /** The lines between, with their line breaks. */
  readonly body: Span;
  /** Whether the end mark is there: it is missing while one types. */
  readonly closed: boolean;
}

/** `name=value` of ENV, ARG or LABEL; quotes are removed from the value, variables not yet replaced. */
export interface Property extends Span {
  readonly name: string;
  readonly value?: string;
}

export interface Instruction extends Span {
  /** The text that all its spans are places in. */
  readonly source: string;
  /** Upper case. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  readonly flags: readonly Flag[];
  /** Everything after keyword and flags, joined; its heredoc bodies are not in it. */
  readonly rest: Joined;
  /** The words of `rest`. Empty for RUN: its words are the shell's. */
  readonly args: readonly Argument[];
  /** The strings of the exec form (a valid JSON array of strings), else undefined: shell form. */
  readonly exec?: readonly Argument[];
  readonly heredocs: readonly Heredoc[];
  readonly properties: readonly Property[];
  /** ONBUILD's own instruction. */
  readonly trigger?: Instruction;
  /** Where the instruction's own line ends, before the bodies of its heredocs. */
  readonly headEnd: number;
}

export interface Comment extends Span {
  /** Without the # and the white space around. */
  readonly text: string;
}

export interface Dockerfile {
  readonly text: string;
  /** Line continuation: a backslash, or a backtick. */
  readonly escape: string;
  readonly directives: Readonly<Record<string, string>>;
  readonly instructions: readonly Instruction[];
  /** Whole-line comments, those inside continued instructions too. Directives are not among them. */
  readonly comments: readonly Comment[];
  /** "\r\n" when the text's first line ends so, else "\n". */
  readonly newline: string;
}

/** The place in the source of an offset in joined text. At a seam the end of the earlier piece is meant for `end`. */
function sourceOffset(joined: Joined, offset: number, side: "start" | "end"): number {
  const { pieces } = joined;
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const piece = pieces[middle];
    if (piece && (side === "start" ? piece.at <= offset : piece.at < offset)) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece ? Math.min(piece.start + Math.max(0, offset - piece.at), piece.end) : 0;
}

export const sourceSpan = (joined: Joined, start: number, end: number): Span => ({
  start: sourceOffset(joined, start, "start"),
  end: sourceOffset(joined, Math.max(start, end), "end"),
});

/** A piece of source, or a text of its own, as joined text: the map is one to one. */
export const joinedFrom = (text: string, span: Span = { start: 0, end: text.length }): Joined => ({
  text: text.slice(span.start, span.end),
  pieces: [{ at: 0, ...span }],
});

/** One joined text after another. */
export function concat(parts: readonly Joined[]): Joined {
  let text = "";
  const pieces: Piece[] = [];
  for (const part of parts) {
    for (const piece of part.pieces) pieces.push({ ...piece, at: piece.at + text.length });
    text += part.text;
  }
  return { text, pieces };
}

/** The flag's value; "" for a flag without one, undefined when the flag is not there. */
export const flagValue = (instruction: Instruction, name: string): string | undefined => {
  const flag = instruction.flags.find((f) => f.name === name);
  return flag && (flag.value ?? "");
};

/** COPY, and ADD, which is read alike. */
export const isCopy = ({ keyword }: Instruction): boolean => keyword === "COPY" || keyword === "ADD";

/** A COPY or ADD that takes nothing from a stage or an image. */
export const isFromContext = (instruction: Instruction): boolean => isCopy(instruction) && flagValue(instruction, "from") === undefined;

/** The words of a COPY or ADD in either form: its sources, then its target. */
export const copyWords = ({ exec, args }: Instruction): readonly Argument[] => exec ?? args.map(unquoted);

/** A plain name in quotes is the same name. */
const unquoted = (word: Argument): Argument => {
  const [, name] = /^(["'])([\w./@+:,=-]*)\1$/.exec(word.text)?.slice(1) ?? [];
  return name === undefined ? word : { ...word, text: name };
};

export const copySources = (instruction: Instruction): readonly Argument[] => copyWords(instruction).slice(0, -1);

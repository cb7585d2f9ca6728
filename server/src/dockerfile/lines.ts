import type { Span } from "../text.ts";
import type { Comment, Heredoc, Joined } from "./instruction.ts";

/** One instruction's text, cut as BuildKit cuts it. */
export interface Logical extends Span {
  readonly joined: Joined;
  readonly heredocs: readonly Heredoc[];
  readonly headEnd: number;
}

interface Cut {
  readonly directives: Record<string, string>;
  readonly escape: string;
  readonly lines: readonly Logical[];
  readonly comments: readonly Comment[];
}

interface Line extends Span {
  /** After the line break. */
  readonly next: number;
}

const directive = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(.+?)[ \t]*$/;
const heredocMark = /^(\d*)<<(-?)([^<]+)$/;
const mayHoldHeredoc = /^(?:ONBUILD[ \t]+)?(?:RUN|COPY|ADD)[ \t]/i;

/**
 * Cuts a text into instructions by the rules of BuildKit's own parser (frontend/dockerfile/parser): directives first, comment
 * and blank lines inside a continued instruction dropped, two escape characters at the end of a line are no continuation, a
 * heredoc's mark counts only outside quotes. Any text has an answer; what is left open at the end of the text ends there.
 */
export function cut(text: string, escapeOf?: string): Cut {
  const comments: Comment[] = [];
  const lines: Logical[] = [];
  const directives: Record<string, string> = {};
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  if (escapeOf === undefined) {
    for (let line = readLine(text, at); line; line = readLine(text, at)) {
      const match = directive.exec(text.slice(line.start, line.end));
      const name = match?.[1]?.toLowerCase();
      if (!name || !match?.[2] || name in directives) break;
      directives[name] = match[2];
      at = line.next;
    }
  }
  const escape = (escapeOf ?? directives.escape) === "`" ? "`" : "\\";

  while (at < text.length) {
    const line = readLine(text, at);
    if (!line) break;
    at = line.next;
    const start = skipBlanks(text, line);
    if (start === line.end) continue;
    if (text[start] === "#") {
      comments.push(comment(text, start, line.end));
      continue;
    }
    const logical = readInstruction(text, { ...line, start }, escape, comments);
    lines.push(logical.line);
    at = logical.next;
  }
  return { directives, escape, lines, comments };
}

function readInstruction(text: string, first: Line, escape: string, comments: Comment[]): { line: Logical; next: number } {
  let joined = "";
  const pieces: (Span & { at: number })[] = [];
  let line: Line | undefined = first;
  let end = first.end;
  let next = first.next;
  let open = true;
  while (line && open) {
    next = line.next;
    const start = skipBlanks(text, line);
    if (line !== first && (start === line.end || text[start] === "#")) {
      if (start < line.end) comments.push(comment(text, start, line.end));
    } else {
      const cutAt = continuation(text, line, escape);
      open = cutAt !== undefined;
      const pieceEnd = cutAt ?? trimEnd(text, line);
      pieces.push({ at: joined.length, start: line.start, end: pieceEnd });
      joined += text.slice(line.start, pieceEnd);
      end = trimEnd(text, line);
    }
    if (open) line = readLine(text, next);
  }
  const headEnd = end;
  const heredocs: Heredoc[] = [];
  if (mayHoldHeredoc.test(joined) && joined.includes("<<")) {
    for (const mark of heredocMarks(joined, escape)) {
      const read = readHeredoc(text, next, mark.name, mark.stripTabs);
      const place = pieces.findLast((piece) => piece.at <= mark.at);
      const markStart = place ? place.start + mark.at - place.at : first.start;
      heredocs.push({ ...mark, mark: { start: markStart, end: markStart + mark.length }, body: read.body, closed: read.closed });
      next = read.next;
      end = read.end;
    }
  }
  return { line: { start: first.start, end, headEnd, joined: { text: joined, pieces }, heredocs }, next };
}

/** The offset at which a continued line is cut, or undefined when it is not continued. */
function continuation(text: string, line: Line, escape: string): number | undefined {
  const last = trimEnd(text, line) - 1;
  if (last < line.start || text[last] !== escape) return undefined;
  return last > line.start && text[last - 1] === escape ? undefined : last;
}

interface Mark extends Pick<Heredoc, "name" | "stripTabs" | "expand"> {
  readonly at: number;
  readonly length: number;
}

function heredocMarks(joined: string, escape: string): Mark[] {
  const marks: Mark[] = [];
  for (const word of shellWords(joined, escape)) {
    const match = heredocMark.exec(word.text);
    const rest = match?.[3];
    if (!rest) continue;
    const name = rest.replace(/^(['"])(.*)\1$/, "$2");
    if (name === "" || /['"]/.test(name)) continue;
    marks.push({ name, stripTabs: match[2] === "-", expand: name === rest, at: word.at, length: word.text.length });
  }
  return marks;
}

/** Words split at white space outside quotes, quotes kept. */
function* shellWords(line: string, escape: string): Generator<{ at: number; text: string }> {
  let start = -1;
  let quote = "";
  for (let i = 0; i <= line.length; i++) {
    const c = line[i];
    if (c === undefined || (quote === "" && (c === " " || c === "\t"))) {
      if (start >= 0) yield { at: start, text: line.slice(start, i) };
      start = -1;
      continue;
    }
    if (start < 0) start = i;
    if (c === escape && quote !== "'") i++;
    else if (quote === "") quote = c === "'" || c === '"' ? c : "";
    else if (c === quote) quote = "";
  }
}

function readHeredoc(
  text: string,
  from: number,
  name: string,
  stripTabs: boolean,
): { body: Span; next: number; end: number; closed: boolean } {
  let at = from;
  for (let line = readLine(text, at); line; line = readLine(text, at)) {
    const content = text.slice(line.start, line.end);
    if ((stripTabs ? content.replace(/^\t+/, "") : content) === name) {
      return { body: { start: from, end: line.start }, next: line.next, end: line.end, closed: true };
    }
    at = line.next;
  }
  return { body: { start: Math.min(from, text.length), end: text.length }, next: text.length, end: text.length, closed: false };
}

function readLine(text: string, start: number): Line | undefined {
  if (start >= text.length) return undefined;
  const newline = text.indexOf("\n", start);
  if (newline < 0) return { start, end: text.length, next: text.length };
  return { start, end: text[newline - 1] === "\r" && newline > start ? newline - 1 : newline, next: newline + 1 };
}

function skipBlanks(text: string, line: Line): number {
  let i = line.start;
  while (i < line.end && (text[i] === " " || text[i] === "\t")) i++;
  return i;
}

function trimEnd(text: string, line: Line): number {
  let i = line.end;
  while (i > line.start && (text[i - 1] === " " || text[i - 1] === "\t")) i--;
  return i;
}

const comment = (text: string, start: number, end: number): Comment => ({
  start,
  end,
  text: text.slice(start, end).replace(/^#+/, "").trim(),
});

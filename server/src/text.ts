/** A place in a text as LSP counts it: 0-based line, 0-based UTF-16 column. */
export interface Position {
  line: number;
  character: number;
}

/** Half-open, as in LSP. */
export interface Range {
  start: Position;
  end: Position;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

/** A half-open piece of a text in UTF-16 offsets. What the core works with; a Range is made from it at the boundary. */
export interface Span {
  start: number;
  end: number;
}

/** Replaces a span of a text. */
export interface Edit extends Span {
  text: string;
}

export const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Applies edits that do not overlap, in any order. An edit that overlaps an earlier one is left out. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** Where a piece of a text lies when edits that do not overlap are applied: with what is put in at its ends, and with all that one wrote across its ends. */
export function movedBy({ start, end }: Span, edits: readonly Edit[]): Span {
  const now = { start, end };
  for (const edit of edits) {
    const growth = edit.text.length - (edit.end - edit.start);
    if (edit.start < start) now.start += edit.end <= start ? growth : edit.start - start;
    if (edit.start < end || edit.end === end) now.end += growth + Math.max(0, edit.end - end);
  }
  return now;
}

/** The smallest edit that makes one text of another: what both begin and end with stays. Splits neither a character nor a \r\n. */
export function editBetween(before: string, after: string): Edit {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  while (start > 0 && (isWithin(before, start) || isWithin(after, start))) start--;
  let tail = 0;
  while (tail < shortest - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  while (tail > 0 && (isWithin(before, before.length - tail) || isWithin(after, after.length - tail))) tail--;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}

/** Whether a place lies inside a surrogate pair or a \r\n. */
function isWithin(text: string, at: number): boolean {
  const pair = text.slice(at - 1, at + 1);
  return pair === "\r\n" || /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair);
}

/** A file beside the Dockerfile (a .dockerignore), by its path from the build context, with the whole text it gets. */
export interface FileText {
  readonly file: string;
  readonly text: string;
  /** The text that is there now; absent for a file that comes new. */
  readonly replaces?: string;
}

/** True when no two of the edits share a character or a place of insertion. */
export function areApart(edits: readonly Edit[]): boolean {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  return sorted.every((edit, i) => {
    const before = sorted[i - 1];
    return !before || (before.end <= edit.start && before.start < edit.start);
  });
}

/** Offsets of a text to positions and back. Lines end at \n, \r\n or \r, as in LSP. */
export class Lines {
  readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) this.starts.push(i + 1);
    }
  }

  /** The 0-based line an offset lies on. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  position(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(clamped);
    return { line, character: clamped - (this.starts[line] ?? 0) };
  }

  /** A position outside the text is moved to the nearest place inside it. */
  offset(position: Position): number {
    const start = this.starts[position.line];
    if (start === undefined) return position.line < 0 ? 0 : this.text.length;
    return Math.max(start, Math.min(start + position.character, this.endOfLine(position.line)));
  }

  /** The offset where a line's text ends, before its line break. */
  endOfLine(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    const crlf = this.text.charCodeAt(next - 1) === 10 && this.text.charCodeAt(next - 2) === 13;
    return Math.max(next - (crlf ? 2 : 1), this.starts[line] ?? 0);
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }

  span(range: Range): Span {
    return { start: this.offset(range.start), end: this.offset(range.end) };
  }

  edit(edit: Edit): TextEdit {
    return { range: this.range(edit), newText: edit.text };
  }
}

/** From the first word to the last. */
export function spanOver(words: readonly Span[]): Span | undefined {
  const [first, last] = [words[0], words.at(-1)];
  return first && last && { start: first.start, end: last.end };
}

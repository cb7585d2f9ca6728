/**
 * Numbers of packages by release: one row for each name, its cells those of the releases that are marked. Lines: three for the marks (a number
 * whose bits are the releases, the oldest the highest), then for each field three for the first cell of each row and three for the others, as
 * the difference from the cell before. A number is written in three digits, each in a line of its own, the last first: so what varies much and
 * what varies little are apart. Zeros at the end of a line are left out.
 */
import { alphabet, valueAt } from "./format.ts";

const base = alphabet.length;
const digits = 3;

export const linesOfTable = (fields: number): number => digits * (1 + 2 * fields);

/** 0, 1, -1, 2, -2 … as 0, 2, 1, 4, 3 …: small ones first, whatever their sign. */
const signed = (n: number): number => (n % 2 === 0 ? n / 2 : -(n + 1) / 2);
const unsigned = (n: number): number => (n >= 0 ? 2 * n : -2 * n - 1);

export class NumberTable {
  /** Marks of each row, and how many cells but for the first ones stand before it. */
  private readonly marks: Uint16Array;
  private readonly firsts: Uint32Array;
  private readonly others: Uint32Array;

  constructor(
    private readonly lines: readonly string[],
    private readonly fields: number,
    private readonly releases: number,
    rows: number,
  ) {
    this.marks = new Uint16Array(rows);
    this.firsts = new Uint32Array(rows + 1);
    this.others = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      const marks = this.number(0, row);
      this.marks[row] = marks;
      let cells = 0;
      for (let left = marks; left > 0; left &= left - 1) cells++;
      this.firsts[row + 1] = (this.firsts[row] ?? 0) + (cells > 0 ? 1 : 0);
      this.others[row + 1] = (this.others[row] ?? 0) + Math.max(0, cells - 1);
    }
  }

  /** The releases that have a cell in this row, oldest first. */
  releasesIn(row: number): number[] {
    return Array.from({ length: this.releases }, (_, release) => release).filter((release) => this.has(row, release));
  }

  has(row: number, release: number): boolean {
    return (((this.marks[row] ?? 0) >> (this.releases - 1 - release)) & 1) === 1;
  }

  cell(row: number, release: number): number[] | undefined {
    if (!this.has(row, release)) return undefined;
    const cell = Array.from({ length: this.fields }, (_, i) => signed(this.number(digits * (1 + 2 * i), this.firsts[row] ?? 0)));
    let at = this.others[row] ?? 0;
    for (let other = release - 1; other >= 0; other--) if (this.has(row, other)) at++;
    for (let other = this.others[row] ?? 0; other < at; other++)
      for (let i = 0; i < this.fields; i++) cell[i] = (cell[i] ?? 0) + signed(this.number(digits * (2 + 2 * i), other));
    return cell;
  }

  private number(line: number, at: number): number {
    let value = 0;
    for (let digit = digits - 1; digit >= 0; digit--) value = value * base + valueAt(this.lines[line + digit] ?? "", at);
    return value;
  }
}

/** Rows of cells by release, undefined where there is none. */
export type Rows = readonly (readonly (readonly number[] | undefined)[])[];

/** The lines of a table. */
export function writeNumbers(rows: Rows, fields: number): string[] {
  const marks: number[] = [];
  const firsts: number[][] = [];
  const others: number[][] = [];
  for (const row of rows) {
    marks.push(row.reduce((sum, cell) => 2 * sum + (cell ? 1 : 0), 0));
    let before: readonly number[] | undefined;
    for (const cell of row) {
      if (!cell) continue;
      (before ? others : firsts).push(cell.map((n, i) => unsigned(n - (before?.[i] ?? 0))));
      before = cell;
    }
  }
  const field = (cells: readonly number[][], i: number): string[] => writeDigits(cells.map((cell) => cell[i] ?? 0));
  return [writeDigits(marks), ...Array.from({ length: fields }, (_, i) => [...field(firsts, i), ...field(others, i)])].flat();
}

function writeDigits(numbers: readonly number[]): string[] {
  const zero = alphabet[0] ?? "";
  return Array.from({ length: digits }, (_, digit) => {
    const line = numbers.map((n) => alphabet[Math.floor(n / base ** digit) % base]).join("");
    let end = line.length;
    while (end > 0 && line[end - 1] === zero) end--;
    return line.slice(0, end);
  });
}

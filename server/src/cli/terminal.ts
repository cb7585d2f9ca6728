import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** How standard output shows text. */
export interface Terminal {
  readonly width: number;
  style(style: Style, text: string): string;
  /** Lines that fit behind `indent` characters. A pipe or a file gets one line, which grep finds whole. */
  wrap(text: string, indent: number): string[];
}

export function terminal(): Terminal {
  const { stdout, env } = process;
  const colored = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== "0" : stdout.isTTY === true && env.TERM !== "dumb";
  const width = Math.min(Math.max(stdout.columns || 80, 40), 120);
  return {
    width,
    style: (style, text) => (colored ? styleText(style, text) : text),
    wrap: (text, indent) => (stdout.columns ? wrap(text, width - indent) : [text]),
  };
}

/** What a Dockerfile says is not trusted: it must not steer the terminal. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (c) => (c === "\t" || c === "\n" ? " " : "\uFFFD"));

/** Lines of at most `width` characters, broken at blanks; a longer word stays whole, and so does a number with its mark and unit. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<![≈≥ ]) +(?![kMGT]?B\b)/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** At most `width` characters, with an ellipsis where something is left out. */
export const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

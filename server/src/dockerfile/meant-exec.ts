/**
 * A text in brackets that looks like exec form and is no JSON array of strings: with the strings that were meant, where they are clear. Undefined for
 * any other text, such as a shell's `[ -f /ready ]`. `CMD = ["a"]` is a setting of other files.
 */
export function meantAsExec(text: string): { words: readonly string[] | undefined } | undefined {
  const array = text.trim().replace(/^=\s*(?=\[)/, "");
  if (isTest(array)) return undefined;
  const words = wordsMeant(array);
  return words || /^\[\s*["'\u201c\u2018]|^\[.*,/s.test(array) ? { words: isProgram(words?.[0]) ? words : undefined } : undefined;
}

/** `["serve --all"]` names none: what was meant as its arguments would be its name. */
const isProgram = (word: string | undefined): boolean => word !== undefined && !/\s/.test(word);

/** Other quotes or none, commas too many or none. */
function wordsMeant(text: string): string[] | undefined {
  const item = /"[^"'\\]*"|'[^"'\\]*'|\u201c[^"'\\\u201c\u201d]*\u201d|[\w./:@%+=-]+/;
  const between = text.includes(",") ? "\\s*,\\s*" : "\\s+";
  if (!new RegExp(`^\\[\\s*(?:${item.source})(?:${between}(?:${item.source}))*\\s*,?\\s*\\]$`).test(text)) return undefined;
  return [...text.matchAll(new RegExp(item.source, "g"))].map(([word]) => (/^[\w./:@%+=-]/.test(word) ? word : word.slice(1, -1)));
}

/** What `[` is in a shell: `[ -f /ready ] && serve`, `[ "$MODE" = full ]`; a bare word in brackets without blanks is not (test(1)). */
function isTest(text: string): boolean {
  const [, inside] = /^\s*\[\s+([^\],]*)\s\]/.exec(text) ?? [];
  const words = inside?.split(/\s+/) ?? [];
  return /^-\w$/.test(words[0] ?? "") || words.some((w) => /^(?:[!=]=?|-(?:eq|ne|[gl][et]|ef|nt|ot))$/.test(w));
}

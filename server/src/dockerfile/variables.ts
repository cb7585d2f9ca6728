/**
 * A value as far as it is known. What is not known stays in the text as it was written (`${VERSION}`): two mentions of one
 * unknown variable then still name the same file.
 */
export interface Value {
  readonly text: string;
  readonly known: boolean;
}

export type Lookup = (name: string) => Value | undefined;

/** A longer value is not worked out: each variable of forty may hold the one before it twice. */
export const maximumValue = 65_536;
/** Default values within default values are followed this deep: the walk must not overflow the stack. */
const maximumDepth = 20;

const isNameStart = (c: string | undefined): boolean => c !== undefined && /[A-Za-z_]/.test(c);
const isName = (c: string | undefined): boolean => c !== undefined && /\w/.test(c);

/**
 * A word of a Dockerfile as BuildKit's own word processor reads it: quotes removed, escapes resolved, variables replaced
 * ($x, ${x}, ${x:-word}, ${x:+word}, ${x-word}, ${x+word}; others are unknown). A variable that is not set is empty.
 */
export function expandWord(word: string, lookup: Lookup, escape = "\\", depth = 0): Value {
  let text = "";
  let known = true;
  let quote = "";
  for (let i = 0; i < word.length; i++) {
    const c = word[i] ?? "";
    if (quote === "'") {
      if (c === "'") quote = "";
      else text += c;
    } else if (c === escape && i + 1 < word.length) {
      const next = word[++i] ?? "";
      text += quote === '"' && next !== '"' && next !== "$" && next !== escape ? escape + next : next;
    } else if (c === '"' || (c === "'" && quote === "")) {
      quote = quote === c ? "" : c;
    } else if (c === "$" && (isNameStart(word[i + 1]) || word[i + 1] === "{")) {
      const end = variableEnd(word, i);
      const raw = word.slice(i, end);
      const value = depth < maximumDepth ? expandVariable(raw, lookup, escape, depth) : { text: raw, known: false };
      if (text.length + value.text.length > Math.max(maximumValue, word.length)) return { text: word, known: false };
      text += value.text;
      known &&= value.known;
      i = end - 1;
    } else text += c;
  }
  return { text, known };
}

/** The variables that a word names, where each begins and ends in it; those inside an operator's word are part of it. */
export function variablesIn(
  word: string,
  escape = "\\",
): readonly { readonly name: string; readonly start: number; readonly end: number }[] {
  const found = [];
  let quoted = false;
  for (let start = 0; start < word.length; start++) {
    const c = word[start];
    if (c === "'") quoted = !quoted;
    else if (c === escape && !quoted) start++;
    else if (c === "$" && !quoted && (isNameStart(word[start + 1]) || word[start + 1] === "{")) {
      const end = variableEnd(word, start);
      found.push({ name: /\w+/.exec(word.slice(start, end))?.[0] ?? "", start, end });
      start = end - 1;
    }
  }
  return found;
}

/** Where the variable that begins at `$` ends: behind its name, or behind its closing brace. */
function variableEnd(word: string, dollar: number): number {
  let end = dollar + 1;
  if (word[end] !== "{") {
    while (isName(word[end])) end++;
    return end;
  }
  let depth = 0;
  for (; end < word.length; end++) {
    if (word[end] === "{") depth++;
    if (word[end] === "}" && --depth === 0) return end + 1;
  }
  return word.length;
}

function expandVariable(raw: string, lookup: Lookup, escape: string, depth: number): Value {
  const match = /^\$\{?(\w+)(?:(:?[-+])([\s\S]*?))?\}?$/.exec(raw);
  const name = match?.[1];
  if (!name) return { text: raw, known: false };
  const value = lookup(name);
  const operator = match[2];
  if (!operator) return value ?? { text: "", known: true };
  // An ARG without a value, which nobody gave one: it stands as it was written, and is not set.
  const isUnset = value === undefined || (!value.known && value.text === `\${${name}}`);
  const isSet = !isUnset && (operator.length === 1 || value.text !== "" || !value.known);
  const word = (): Value => expandWord(match[3] ?? "", lookup, escape, depth + 1);
  if (operator.endsWith("-")) return isSet && value ? value : word();
  if (value && !value.known && !isUnset) return { text: raw, known: false };
  return isSet ? word() : { text: "", known: true };
}

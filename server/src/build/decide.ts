import { find } from "../image/files.ts";
import { absolute, hasGlob, wildcard } from "../image/paths.ts";
import type { List, Node, Word } from "../shell/syntax.ts";
import { type Argument, expand, expandWhole, isLiteral } from "../shell/words.ts";
import { isKnown, mayBeFolderOfBase } from "./holds.ts";
import { look, type OpenLayer } from "./open-layer.ts";
import { lookupIn, type Scope } from "./scope.ts";

/** Whether a condition holds; undefined where only the build can tell. */
export function holds(node: Node, scope: Scope, open: OpenLayer): boolean | undefined {
  switch (node.kind) {
    case "list":
      return node.items.length === 1 && node.items[0] ? holds(node.items[0], scope, open) : undefined;
    case "pipeline": {
      const [only, more] = node.items;
      const answer = only && !more ? holds(only, scope, open) : undefined;
      return answer === undefined ? undefined : answer !== node.negated;
    }
    case "andor": {
      const operator = node.operators[0];
      if (!operator || node.operators.some((o) => o !== operator)) return undefined;
      const answers = node.items.map((item) => holds(item, scope, open));
      const decisive = operator === "||";
      return answers.includes(decisive) ? decisive : answers.includes(undefined) ? undefined : !decisive;
    }
    case "command": {
      const [name, ...args] = node.words.flatMap((word) => valuesOf(word, scope));
      if (!name?.known || node.redirects.length > 0) return undefined;
      if (name.text === "true" || name.text === ":") return true;
      if (name.text === "false") return false;
      if (name.text === "test") return compared(args, false, scope, open);
      return name.text === "[" && args.at(-1)?.text === "]" ? compared(args.slice(0, -1), false, scope, open) : undefined;
    }
    case "test": {
      const words = node.words?.map((word) => wholeOf(word, scope));
      return words && compared(words, true, scope, open);
    }
    default:
      return undefined;
  }
}

/** Whether a condition says something else where variables have other values, or on another platform. */
export function dependsOnValues(condition: Node): boolean {
  const isOpen = (word: Word): boolean => word.parts.some((p) => p.kind === "variable" || p.kind === "script");
  switch (condition.kind) {
    case "list":
    case "pipeline":
    case "andor":
      return condition.items.some(dependsOnValues);
    case "command":
      return condition.words.some(isOpen);
    case "test":
      return condition.words?.some(isOpen) ?? true;
    default:
      return true;
  }
}

/** The body of a `case` that runs, or "none" of them; undefined where only the build can tell. */
export function chosen(node: Node & { kind: "case" }, scope: Scope): List | "none" | undefined {
  const value = wholeOf(node.word, scope);
  if (!value.known) return undefined;
  for (const { patterns, body } of node.items) {
    for (const word of patterns) {
      const [pattern, more] = valuesOf(word, scope);
      if (!pattern?.known || more) return undefined;
      if (pattern.glob ? wildcard(pattern.text)(value.text) : pattern.text === value.text) return body;
    }
  }
  return "none";
}

/** The words of a `[ … ]`, or of a `[[ … ]]`, where the right side is a pattern. */
function compared(words: readonly Argument[], patterns: boolean, scope: Scope, open: OpenLayer): boolean | undefined {
  if (!words.every((w) => w.known)) return undefined;
  const [first, second, third, more] = words.map((w) => w.text);
  if (more === undefined && first === "!" && second !== undefined) {
    const answer = compared(words.slice(1), patterns, scope, open);
    return answer === undefined ? undefined : !answer;
  }
  if (first === undefined) return false;
  if (second === undefined) return first !== "";
  if (third === undefined) return asked(first, second, scope, open);
  if (more !== undefined) return undefined;
  const [left, right] = [Number(first), Number(third)];
  const numbers = /^-?\d+$/.test(first) && /^-?\d+$/.test(third);
  const isEqual = patterns && hasGlob(third) ? wildcard(third)(first) : first === third;
  switch (second) {
    case "=":
    case "==":
      return isEqual;
    case "!=":
      return !isEqual;
    case "-eq":
      return numbers ? left === right : undefined;
    case "-ne":
      return numbers ? left !== right : undefined;
    case "-lt":
      return numbers ? left < right : undefined;
    case "-le":
      return numbers ? left <= right : undefined;
    case "-gt":
      return numbers ? left > right : undefined;
    case "-ge":
      return numbers ? left >= right : undefined;
    default:
      return undefined;
  }
}

function asked(operator: string, operand: string, scope: Scope, open: OpenLayer): boolean | undefined {
  if (operator === "-n") return operand !== "";
  if (operator === "-z") return operand === "";
  if (!/^-[efd]$/.test(operator)) return undefined;
  const path = absolute(operand, scope.cwd);
  look(open, path);
  const node = find(open.state.root, path, true);
  if (node?.type === "file" && node.entry.maybe) return undefined;
  if (!node && operator !== "-f" && mayBeFolderOfBase(open.state, path)) return undefined;
  if (!node || node.type === "link") return isKnown(open.state, path) && !node ? false : undefined;
  return operator === "-e" || (operator === "-d") === (node.type === "folder");
}

/** What these print on amd64, the platform of all sizes. A script writes them to ask for it. */
const printed: ReadonlyMap<string, string> = new Map([
  ["dpkg --print-architecture", "amd64"],
  ["uname -m", "x86_64"],
  ["uname -s", "Linux"],
  ["arch", "x86_64"],
  ["apk --print-arch", "x86_64"],
]);

/**
 * The word on this platform. Only conditions are answered so: elsewhere such a word stays as it is written, for a fix must be right on every
 * platform.
 */
function onPlatform(word: Word): Word {
  if (!word.parts.some((p) => p.kind === "script")) return word;
  const parts = word.parts.map((part) => {
    const text = part.kind === "script" ? printed.get(commandIn(part.body) ?? "") : undefined;
    return text === undefined ? part : ({ kind: "text", text, quoted: true } as const);
  });
  return { ...word, parts };
}

function commandIn({ items: [only, more] }: List): string | undefined {
  if (only?.kind !== "command" || more || only.redirects.length > 0 || !only.words.every(isLiteral)) return undefined;
  return only.words.map((w) => w.raw).join(" ");
}

const lookup = (scope: Scope) => (name: string) => scope.onPlatform.get(name) ?? lookupIn(scope)(name);
const valuesOf = (word: Word, scope: Scope): Argument[] => expand(onPlatform(word), lookup(scope));
export const wholeOf = (word: Word, scope: Scope): Argument => expandWhole(onPlatform(word), lookup(scope));

import { builtins } from "./plain.ts";
import type { Command, Node, Part, Script, Word } from "./syntax.ts";

/** What of a script only a shell does, as it is written: `&&`, `$PORT`, `>`. Each once, in order; empty where none is needed. */
export function shellNeeds(script: Script): readonly string[] {
  return [...new Set(needsOf(script.body))];
}

function* needsOf(node: Node): Generator<string> {
  switch (node.kind) {
    case "command":
      return yield* ofCommand(node);
    case "list":
      if (node.items.length > 1) yield ";";
      for (const item of node.items) yield* needsOf(item);
      return;
    case "andor":
      yield* node.operators;
      for (const item of node.items) yield* needsOf(item);
      return;
    case "pipeline":
      if (node.negated) yield "!";
      if (node.items.length > 1) yield "|";
      for (const item of node.items) yield* needsOf(item);
      return;
    case "if":
    case "for":
    case "case":
      return yield node.kind;
    case "loop":
      return yield "while";
    case "background":
      return yield "&";
    case "test":
      return yield "[[";
    case "group":
      return yield node.subshell ? "(" : "{";
    case "function":
      return yield `${node.name}()`;
  }
}

function* ofCommand(command: Command): Generator<string> {
  for (const { name } of command.assignments) yield `${name}=`;
  const [name] = command.words;
  if (name && builtins.has(name.raw)) yield name.raw;
  for (const word of command.words) yield* ofWord(word);
  for (const { operator } of command.redirects) yield operator;
}

const ofWord = (word: Word): string[] => word.parts.flatMap((part, i) => ofPart(part, i === 0));

function ofPart(part: Part, first: boolean): string[] {
  switch (part.kind) {
    case "text":
      return first && !part.quoted && part.text.startsWith("~") ? ["~"] : [];
    case "glob":
    case "braces":
      return [part.text];
    default:
      return [part.raw];
  }
}

/** The variables that a script reads, by name. */
export function variablesRead(script: Script): ReadonlySet<string> {
  return new Set(words(script.body).flatMap(variablesOf));
}

const variablesOf = (word: Word): string[] =>
  word.parts.flatMap((part) =>
    part.kind === "variable"
      ? [part.name, ...(part.operand ? variablesOf(part.operand) : [])]
      : part.kind === "script"
        ? words(part.body).flatMap(variablesOf)
        : [],
  );

/** What a statement asks about the one before it: how it ended (`$?`), or more than that (`$_`, `PIPESTATUS`); of `[[ … ]]` nobody looks. */
export function looksBack(node: Node): "status" | "more" | undefined {
  if (node.kind === "test") return "more";
  const read = words(node);
  const names = read.flatMap(variablesOf);
  const others = read.flatMap((word) => word.parts.flatMap((part) => (part.kind === "other" ? [part.raw] : [])));
  if (names.some((name) => name === "_" || name === "PIPESTATUS") || others.some((raw) => /\$_|PIPESTATUS/.test(raw))) return "more";
  return names.includes("?") || others.some((raw) => raw.includes("$?")) ? "status" : undefined;
}

function words(node: Node): readonly Word[] {
  switch (node.kind) {
    case "command":
      return [
        ...node.words,
        ...node.assignments.flatMap((a) => a.value ?? []),
        ...node.redirects.flatMap((r) => r.target ?? (r.heredoc?.expand ? r.heredoc.body : [])),
      ];
    case "list":
    case "andor":
    case "pipeline":
      return node.items.flatMap(words);
    case "if":
      return [...node.branches.flatMap((b) => [b.condition, b.body]), ...(node.otherwise ? [node.otherwise] : [])].flatMap(words);
    case "loop":
      return [...(node.condition ? words(node.condition) : []), ...words(node.body)];
    case "for":
      return [...(node.words ?? []), ...words(node.body)];
    case "case":
      return [node.word, ...node.items.flatMap((item) => words(item.body))];
    case "group":
    case "function":
    case "background":
      return words(node.body);
    case "test":
      return [];
  }
}

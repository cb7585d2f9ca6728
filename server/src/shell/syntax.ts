import type { Span } from "../text.ts";

// The shell as Ballast sees it: what decides which commands run and what their words are. All spans are in the Dockerfile's text.

/** A piece of a word. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: "variable";
      readonly name: string;
      readonly operator?: string;
      readonly operand?: Word;
      readonly raw: string;
      readonly quoted: boolean;
    }
  /** `$(…)`; what it prints is there once it has run, where it is known. */
  | { readonly kind: "script"; readonly body: List; readonly raw: string; readonly quoted: boolean; readonly printed?: string }
  | { readonly kind: "glob"; readonly text: string }
  | { readonly kind: "braces"; readonly text: string }
  /** `<(…)` with its commands, and what else a shell has. */
  | { readonly kind: "other"; readonly raw: string; readonly body?: List };

export interface Word extends Span {
  /** As written, continuations removed. */
  readonly raw: string;
  readonly parts: readonly Part[];
}

export interface Assignment extends Span {
  readonly name: string;
  /** Absent for an array. */
  readonly value?: Word;
  readonly append: boolean;
}

export interface Redirect extends Span {
  /** `>`, `>>`, `<`, `&>` …; `<<` for a heredoc, `<<<` for a string. */
  readonly operator: string;
  /** The file descriptor written before it. */
  readonly descriptor?: number;
  readonly target?: Word;
  /** A heredoc's text: its body, and whether its variables are replaced. */
  readonly heredoc?: { readonly body: Word; readonly expand: boolean };
}

export interface Command extends Span {
  readonly kind: "command";
  readonly assignments: readonly Assignment[];
  /** Name first. Empty for a command that only assigns or redirects. */
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** Statements one after another: `;`, a new line or `&`. */
export interface List extends Span {
  readonly kind: "list";
  readonly items: readonly Node[];
}

export type Node =
  | Command
  | List
  | (Span & { readonly kind: "andor"; readonly items: readonly Node[]; readonly operators: readonly ("&&" | "||")[] })
  | (Span & { readonly kind: "pipeline"; readonly items: readonly Node[]; readonly negated: boolean })
  | (Span & {
      readonly kind: "if";
      readonly branches: readonly { readonly condition: List; readonly body: List }[];
      readonly otherwise?: List;
    })
  | (Span & { readonly kind: "for"; readonly name: string; readonly words?: readonly Word[]; readonly body: List })
  | (Span & { readonly kind: "loop"; readonly condition?: List; readonly body: List })
  | (Span & {
      readonly kind: "case";
      readonly word: Word;
      readonly items: readonly { readonly patterns: readonly Word[]; readonly body: List }[];
    })
  | (Span & { readonly kind: "group"; readonly subshell: boolean; readonly body: List; readonly redirects: readonly Redirect[] })
  | (Span & { readonly kind: "function"; readonly name: string; readonly body: Node })
  /** `[[ … ]]` with the words of a single comparison, or `(( … ))` and others without. */
  | (Span & { readonly kind: "test"; readonly words?: readonly Word[] })
  | (Span & { readonly kind: "background"; readonly body: Node });

export interface Script {
  readonly body: List;
  /** The shell would refuse this text: what could be read of it is there all the same. */
  readonly broken: boolean;
  /** The shell that reads it was started with `-e`: it stops at the first command that fails. */
  readonly errexit?: boolean;
}

/** Every command of a tree in source order, those in substitutions of words left out. */
export function* commandsIn(node: Node): Generator<Command> {
  if (node.kind === "command") yield node;
  for (const inner of innerNodes(node)) yield* commandsIn(inner);
}

/** And those in substitutions of words, each behind the command whose word it is: `exec app --host "$(hostname)"`. */
export function* allCommandsIn(node: Node): Generator<Command> {
  if (node.kind === "command") yield node;
  for (const word of wordsOf(node)) yield* inSubstitutions(word);
  for (const inner of innerNodes(node)) yield* allCommandsIn(inner);
}

function* inSubstitutions(word: Word): Generator<Command> {
  for (const part of word.parts) {
    if ((part.kind === "script" || part.kind === "other") && part.body) yield* allCommandsIn(part.body);
    else if (part.kind === "variable" && part.operand) yield* inSubstitutions(part.operand);
  }
}

const inRedirects = (redirects: readonly Redirect[]): Word[] =>
  redirects.flatMap(({ target, heredoc }) => [...(target ? [target] : []), ...(heredoc?.expand ? [heredoc.body] : [])]);

function wordsOf(node: Node): readonly Word[] {
  switch (node.kind) {
    case "command":
      return [...node.assignments.flatMap((a) => a.value ?? []), ...node.words, ...inRedirects(node.redirects)];
    case "group":
      return inRedirects(node.redirects);
    case "for":
    case "test":
      return node.words ?? [];
    case "case":
      return [node.word];
    default:
      return [];
  }
}

export function innerNodes(node: Node): readonly Node[] {
  switch (node.kind) {
    case "list":
    case "andor":
    case "pipeline":
      return node.items;
    case "if":
      return [...node.branches.flatMap((b) => [b.condition, b.body]), ...(node.otherwise ? [node.otherwise] : [])];
    case "loop":
      return [...(node.condition ? [node.condition] : []), node.body];
    case "case":
      return node.items.map((item) => item.body);
    case "for":
    case "group":
    case "function":
    case "background":
      return [node.body];
    default:
      return [];
  }
}

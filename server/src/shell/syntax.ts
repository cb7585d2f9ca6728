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
  | { readonly kind: "other"; readonly raw: string };

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
  switch (node.kind) {
    case "command":
      yield node;
      break;
    case "list":
    case "andor":
    case "pipeline":
      for (const item of node.items) yield* commandsIn(item);
      break;
    case "if":
      for (const branch of node.branches) {
        yield* commandsIn(branch.condition);
        yield* commandsIn(branch.body);
      }
      if (node.otherwise) yield* commandsIn(node.otherwise);
      break;
    case "loop":
      if (node.condition) yield* commandsIn(node.condition);
      yield* commandsIn(node.body);
      break;
    case "case":
      for (const item of node.items) yield* commandsIn(item.body);
      break;
    case "for":
    case "group":
    case "function":
    case "background":
      yield* commandsIn(node.body);
      break;
    case "test":
  }
}

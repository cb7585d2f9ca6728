import * as bash from "unbash";
import { type Joined, sourceSpan } from "../dockerfile/instruction.ts";
import type { Span } from "../text.ts";
import type { Assignment, List, Node, Part, Redirect, Script, Word } from "./syntax.ts";

/** Deeper nesting than this is not followed: unbash resolves substitutions lazily, and the walk must not overflow the stack. */
const maximumDepth = 40;
/** How often an unexpected token is blanked out before we settle for what there is. */
const maximumRepairs = 8;
const unclosed = /^unterminated/;

/** A shell text to commands. Never fails: of a broken text, what can be read. `braces`: this shell makes `a b` of `{a,b}`. */
export function parseShell(source: Joined, braces = true): Script {
  let text = source.text;
  let script = parse(text);
  let broken = false;
  for (let repairs = 0; script.errors?.length && repairs < maximumRepairs; repairs++) {
    broken = true;
    const repaired = repair(text, script.errors);
    if (repaired === undefined) break;
    text = repaired;
    script = parse(text);
  }
  const converter = new Converter(source, braces);
  return { body: converter.list(script, 0), broken: broken || (script.errors?.length ?? 0) > 0 };
}

/** unbash overflows the stack where thousands of functions are defined in one another: of such a text nothing is read. */
function parse(text: string): Pick<bash.ParsedScript, "pos" | "end" | "commands" | "errors"> {
  try {
    return bash.parse(text);
  } catch {
    return { pos: 0, end: text.length, commands: [], errors: [{ message: "nested too deeply", pos: 0 }] };
  }
}

/**
 * unbash stops at a token it does not expect, and a quote left open takes the rest of the text: both lose the commands behind. So the
 * token, or the rest of the open word's line, becomes blanks of the same length, and the text is read again.
 */
function repair(text: string, errors: readonly bash.ParseError[]): string | undefined {
  const open = errors.find((e) => unclosed.test(e.message));
  const blank = (from: number, to: number): string | undefined =>
    to > from && /\S/.test(text.slice(from, to)) ? text.slice(0, from) + " ".repeat(to - from) + text.slice(to) : undefined;
  if (open) {
    const newline = text.indexOf("\n", open.pos);
    return newline < 0 ? undefined : blank(open.pos, newline);
  }
  const unexpected = errors.find((e) => e.message.startsWith("unexpected token"));
  if (!unexpected) return undefined;
  const token = /^(?:&&|\|\||;;|[^\s\w]|\w+)/.exec(text.slice(unexpected.pos))?.[0] ?? "";
  return blank(unexpected.pos, unexpected.pos + token.length);
}

class Converter {
  constructor(
    private readonly source: Joined,
    private readonly braces: boolean,
    /** Inside escaped backticks positions belong to another string: everything then lies at the substitution itself. */
    private readonly fixed?: Span,
  ) {}

  private span(node: { pos: number; end: number }): Span {
    return this.fixed ?? sourceSpan(this.source, node.pos, node.end);
  }

  list(list: { pos: number; end: number; commands: readonly bash.Statement[] }, depth: number): List {
    const items = depth > maximumDepth ? [] : list.commands.map((s) => this.statement(s, depth + 1));
    return { kind: "list", items, ...this.span(list) };
  }

  private statement(statement: bash.Statement, depth: number): Node {
    const node = this.node(statement.command, depth);
    return statement.background ? { kind: "background", body: node, ...this.span(statement) } : node;
  }

  private node(node: bash.PipelineNode | bash.AndOr | bash.CommandNode | bash.CompoundList, depth: number): Node {
    const span = this.span(node);
    if (depth > maximumDepth) return { kind: "list", items: [], ...span };
    const next = depth + 1;
    switch (node.type) {
      case "Command":
        return this.command(node, depth);
      case "CompoundList":
        return this.list(node, depth);
      case "AndOr":
        return { kind: "andor", items: node.commands.map((c) => this.node(c, next)), operators: node.operators, ...span };
      case "Pipeline":
        return {
          kind: "pipeline",
          items: node.commands.map((c) => this.node(c, next)),
          negated: node.prefixes.some((p) => p.type === "Negation"),
          ...span,
        };
      case "If": {
        const branches = [node, ...node.elif].map((b) => ({ condition: this.list(b.clause, next), body: this.list(b.then, next) }));
        return { kind: "if", branches, ...(node.else && { otherwise: this.list(node.else, next) }), ...span };
      }
      case "For":
        return {
          kind: "for",
          name: node.name.value,
          ...(node.wordlist && { words: node.wordlist.map((w) => this.word(w, next)) }),
          body: this.list(node.body, next),
          ...span,
        };
      case "ArithmeticFor":
      case "Select":
        return { kind: "loop", body: this.list(node.body, next), ...span };
      case "While":
        return { kind: "loop", condition: this.list(node.clause, next), body: this.list(node.body, next), ...span };
      case "Case": {
        const items = node.items.map((i) => ({ patterns: i.pattern.map((w) => this.word(w, next)), body: this.list(i.body, next) }));
        return { kind: "case", word: this.word(node.word, next), items, ...span };
      }
      case "Subshell":
      case "BraceGroup":
        return { kind: "group", subshell: node.type === "Subshell", body: this.list(node.body, next), redirects: [], ...span };
      case "Redirected": {
        const inner = this.node(node.command, next);
        const redirects = this.redirects(node.redirects, next);
        if (inner.kind === "group") return { ...inner, redirects, ...span };
        return { kind: "group", subshell: false, body: { kind: "list", items: [inner], ...span }, redirects, ...span };
      }
      case "Function":
        return { kind: "function", name: node.name.value, body: this.node(node.body, next), ...span };
      case "Coproc":
        return { kind: "background", body: this.node(node.body, next), ...span };
      case "TestCommand": {
        const words = this.comparison(node.expression, next);
        return { kind: "test", ...(words && { words }), ...span };
      }
      case "ArithmeticCommand":
        return { kind: "test", ...span };
    }
  }

  /** The words of one comparison, as `[` would get them. */
  private comparison(test: bash.TestExpression, depth: number): Word[] | undefined {
    const operator = (raw: string): Word => ({ raw, parts: [{ kind: "text", text: raw, quoted: false }], ...this.span(test) });
    if (test.type === "TestUnary") return [operator(test.operator), this.word(test.operand, depth)];
    return test.type === "TestBinary" ? [this.word(test.left, depth), operator(test.operator), this.word(test.right, depth)] : undefined;
  }

  private command(command: bash.Command, depth: number): Node {
    const words: Word[] = command.name ? [this.word(command.name, depth)] : [];
    const assignments: Assignment[] = [];
    for (const item of command.prefix) if (item.type === "Assignment") assignments.push(this.assignment(item, depth));
    for (const arg of command.args) words.push(arg.type === "Word" ? this.word(arg, depth) : this.assignmentWord(arg, depth));
    return { kind: "command", assignments, words, redirects: this.redirects(command.redirects, depth), ...this.span(command) };
  }

  private assignment(node: bash.Assignment, depth: number): Assignment {
    const value = node.value.type === "Word" ? { value: this.word(node.value, depth) } : {};
    return { name: node.name, ...value, append: node.append === true, ...this.span(node) };
  }

  /** `export A=b`: the argument as one word. */
  private assignmentWord(node: bash.Assignment, depth: number): Word {
    const head = `${node.name}${node.append ? "+" : ""}=`;
    const value = node.value.type === "Word" ? this.word(node.value, depth).parts : [{ kind: "other" as const, raw: node.text }];
    return { raw: node.text, parts: [{ kind: "text", text: head, quoted: false }, ...value], ...this.span(node) };
  }

  private redirects(nodes: readonly bash.Redirection[], depth: number): Redirect[] {
    return nodes.map((node) => {
      const descriptor = node.descriptor?.type === "FileDescriptor" ? { descriptor: node.descriptor.value } : {};
      const base = { operator: node.operator, ...descriptor, ...this.span(node) };
      if (node.type !== "HereDoc") return { ...base, ...(node.target && { target: this.word(node.target, depth) }) };
      const expand = node.delimiter?.quoted !== true;
      const parts =
        expand && node.body.parts
          ? this.parts(node.body.parts, true, depth)
          : [{ kind: "text" as const, text: node.body.text, quoted: true }];
      return { ...base, heredoc: { expand, body: { raw: node.body.text, parts, ...this.span(node.body) } } };
    });
  }

  private word(word: bash.Word, depth: number): Word {
    const parts = word.parts ? this.parts(word.parts, false, depth) : [{ kind: "text" as const, text: word.value, quoted: false }];
    return { raw: word.text, parts, ...this.span(word) };
  }

  private parts(parts: readonly bash.WordPart[], quoted: boolean, depth: number): Part[] {
    if (depth > maximumDepth) return [];
    return parts.flatMap((part): Part[] => {
      switch (part.type) {
        case "Literal":
          return [{ kind: "text", text: part.value, quoted }];
        case "SingleQuoted":
        case "AnsiCQuoted":
          return [{ kind: "text", text: part.value, quoted: true }];
        case "DoubleQuoted":
        case "LocaleString":
          // An empty pair of quotes is a word all the same.
          return part.parts.length ? this.parts(part.parts, true, depth + 1) : [{ kind: "text", text: "", quoted: true }];
        case "SimpleExpansion":
          return [{ kind: "variable", name: part.text.slice(1), raw: part.text, quoted }];
        case "ParameterExpansion":
          return [this.parameter(part, quoted, depth)];
        case "CommandExpansion":
          return [
            part.script
              ? { kind: "script", body: this.substitution(part.script, part, depth + 1), raw: part.text, quoted }
              : { kind: "other", raw: part.text },
          ];
        case "ProcessSubstitution":
          return [{ kind: "other", raw: part.text, ...(part.script && { body: this.substitution(part.script, part, depth + 1) }) }];
        case "Glob":
          return [quoted ? { kind: "text", text: part.value, quoted } : { kind: "glob", text: part.text }];
        case "ExtendedGlob":
          return [{ kind: "other", raw: part.text }];
        case "BraceExpansion":
          if (this.braces) return [{ kind: "braces", text: part.text }];
          return [/[$`"'\\]/.test(part.text) ? { kind: "other", raw: part.text } : { kind: "text", text: part.text, quoted: false }];
        default:
          return [{ kind: "other", raw: part.text }];
      }
    });
  }

  private parameter(part: bash.ParameterExpansionPart, quoted: boolean, depth: number): Part {
    const { operation } = part;
    if (part.prefix || part.index) return { kind: "other", raw: part.text };
    if (!operation) return { kind: "variable", name: part.parameter, raw: part.text, quoted };
    if (operation.type === "Default" || operation.type === "Remove") {
      return {
        kind: "variable",
        name: part.parameter,
        operator: operation.operator,
        operand: this.word(operation.operand, depth + 1),
        raw: part.text,
        quoted,
      };
    }
    return { kind: "other", raw: part.text };
  }

  private substitution(script: bash.ParsedScript, at: { pos: number; end: number }, depth: number): List {
    return script.source === undefined
      ? this.list(script, depth)
      : new Converter(this.source, this.braces, this.span(at)).list(script, depth);
  }
}

import {
  type Instruction as AstInstruction,
  DockerfileParser,
  Keyword,
  type ModifiableInstruction,
  type PropertyInstruction,
} from "dockerfile-ast";
import type { Span } from "../text.ts";
import {
  type Argument,
  type Dockerfile,
  type Flag,
  type Heredoc,
  type Instruction,
  type Joined,
  type Property,
  sourceSpan,
} from "./instruction.ts";
import { cut, type Logical } from "./lines.ts";

type AstRange = ReturnType<AstInstruction["getRange"]>;

const takesExecForm = new Set(["RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"]);
/** RUN with its flags: the rest is the shell's, and dockerfile-ast's cost grows with what it is given. */
const runHead = /^[ \t]*\S+(?:[ \t]+--\S+)*/;

/**
 * Text to instructions. The lines are cut by BuildKit's rules (lines.ts); each instruction, joined to one line, is then read by
 * dockerfile-ast. One at a time, its cost stays linear in the file. Never fails: a line that is no instruction is one with an unknown keyword.
 */
export function parseDockerfile(text: string, previous?: Dockerfile): Dockerfile {
  const { directives, escape, lines, comments } = cut(text);
  const known = previous && previous.escape === escape ? unchanged(text, previous) : undefined;
  const instructions = lines.map((line) => known?.(line) ?? readInstruction(line, text, escape));
  const newline = /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n";
  return { text, escape, directives, instructions, comments, newline };
}

/** The instructions that there are. */
export const keywords: ReadonlySet<string> = new Set(Object.values(Keyword));

/** Lines, and none of them an instruction: a package.json, say. What is empty, or half a line, may become a Dockerfile. */
export const isSomethingElse = ({ instructions }: Dockerfile): boolean =>
  instructions.length > 1 && !instructions.some(({ keyword }) => keywords.has(keyword));

/** The instructions of a piece of text, as if it stood at `offset` of a file with this escape character. */
export function parsePiece(text: string, escape: string): readonly Instruction[] {
  return cut(text, escape).lines.map((line) => readInstruction(line, text, escape));
}

/** What neither moved nor changed since the last version keeps its parse. */
function unchanged(text: string, previous: Dockerfile): (line: Logical) => Instruction | undefined {
  const byStart = new Map(previous.instructions.map((i) => [i.start, i]));
  return (line) => {
    const old = byStart.get(line.start);
    return old && old.end === line.end && text.slice(line.start, line.end) === old.source.slice(old.start, old.end) ? old : undefined;
  };
}

function readInstruction(line: Logical, source: string, escape: string): Instruction {
  const { joined } = line;
  const ast = readWithAst(joined.text, escape);
  const span = (range: AstRange | null): Span =>
    range ? sourceSpan(joined, range.start.character, range.end.character) : { start: line.start, end: line.end };
  if (!ast)
    return {
      source,
      ...place(line),
      keyword: "",
      keywordSpan: { start: line.start, end: line.start },
      flags: [],
      rest: slice(joined, joined.text.length),
      args: [],
      properties: [],
    };

  const keyword = ast.getKeyword();
  const flags = hasFlags(ast)
    ? ast.getFlags().map((flag): Flag => ({ name: flag.getName(), ...value(flag.getValue()), ...span(flag.getRange()) }))
    : [];
  const flagsEnd = hasFlags(ast) ? ast.getFlags().at(-1)?.getRange().end.character : undefined;
  const from = flagsEnd ?? ast.getInstructionRange().end.character;
  const rest = slice(joined, from + (/^[ \t]*/.exec(joined.text.slice(from))?.[0].length ?? 0));
  const args = keyword === "RUN" ? [] : ast.getArguments().map((arg): Argument => ({ text: arg.getValue(), ...span(arg.getRange()) }));
  const exec = takesExecForm.has(keyword) ? execForm(rest) : keyword === "HEALTHCHECK" ? execForm(afterWord(rest, "CMD")) : undefined;
  return {
    source,
    ...place(line),
    keyword,
    keywordSpan: span(ast.getInstructionRange()),
    flags,
    rest,
    args,
    ...(exec && { exec }),
    properties: hasProperties(ast)
      ? ast.getProperties().map((p): Property => ({ name: p.getName(), ...value(p.getUnescapedValue()), ...span(p.getRange()) }))
      : [],
    ...(keyword === "ONBUILD" && rest.text && { trigger: trigger(line, rest, source, escape) }),
  };
}

const place = (line: Logical): Span & { headEnd: number; heredocs: readonly Heredoc[] } => ({
  start: line.start,
  end: line.end,
  headEnd: line.headEnd,
  heredocs: line.heredocs,
});

const value = (text: string | null): { value?: string } => (text === null ? {} : { value: text });

function readWithAst(joined: string, escape: string): AstInstruction | undefined {
  const head = /^[ \t]*RUN[ \t]/i.test(joined) ? (runHead.exec(joined)?.[0] ?? joined) : joined;
  const prefix = escape === "`" ? "# escape=`\n" : "";
  return DockerfileParser.parse(prefix + head).getInstructions()[0];
}

function trigger(line: Logical, rest: Joined, source: string, escape: string): Instruction {
  return readInstruction(
    { start: rest.pieces[0]?.start ?? line.start, end: line.end, headEnd: line.headEnd, joined: rest, heredocs: line.heredocs },
    source,
    escape,
  );
}

const hasFlags = (ast: AstInstruction): ast is ModifiableInstruction => "getFlags" in ast;
const hasProperties = (ast: AstInstruction): ast is PropertyInstruction => "getProperties" in ast;

/** The joined text from an offset on. */
export function slice(joined: Joined, from: number): Joined {
  const pieces = [];
  for (const piece of joined.pieces) {
    const length = piece.end - piece.start;
    if (piece.at + length <= from) continue;
    const skip = Math.max(0, from - piece.at);
    pieces.push({ at: piece.at + skip - from, start: piece.start + skip, end: piece.end });
  }
  return { text: joined.text.slice(from), pieces };
}

function afterWord(joined: Joined, word: string): Joined {
  const match = new RegExp(`^${word}[ \\t]+`, "i").exec(joined.text);
  return match ? slice(joined, match[0].length) : joined;
}

/** BuildKit takes the exec form when the rest of the line is a JSON array of strings; anything else is shell form. */
function execForm(rest: Joined): readonly Argument[] | undefined {
  if (!rest.text.startsWith("[")) return undefined;
  try {
    const strings: unknown = JSON.parse(rest.text);
    if (!Array.isArray(strings) || !strings.every((s): s is string => typeof s === "string")) return undefined;
    const places = [...rest.text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
    return strings.map((text, i) => {
      const match = places[i];
      return { text, ...sourceSpan(rest, match?.index ?? 0, (match?.index ?? 0) + (match?.[0].length ?? 0)) };
    });
  } catch {
    return undefined;
  }
}

// The injection grammars on small stand-ins for the editor's grammars of Dockerfiles and shell. The stand-ins have what makes
// embedding hard: statements and quotes that go on over lines, here-documents, and a rule that hangs on \G.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { type IGrammar, INITIAL, type IRawGrammar, parseRawGrammar, Registry } from "vscode-textmate";
import shellInjection from "../../syntaxes/dockerfile.injection.tmLanguage.json";
import linesInjection from "../../syntaxes/dockerfile-lines.injection.tmLanguage.json";

const dockerfile = {
  scopeName: "source.dockerfile",
  patterns: [
    {
      match:
        "^\\s*(?i:(ONBUILD)\\s+)?(?i:(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|RUN|SHELL|USER|VOLUME|WORKDIR))\\s",
      captures: { 1: { name: "keyword.control.dockerfile" }, 2: { name: "keyword.other.special-method.dockerfile" } },
    },
    { begin: '"', end: '"', name: "string.quoted.double.dockerfile" },
    { match: "^\\s*#.*$\\n?", name: "comment.line.number-sign.dockerfile" },
  ],
};

const shell = {
  scopeName: "source.shell",
  patterns: [
    { match: "(?:^|[\\t ]+)#.*", name: "comment.line.number-sign.shell" },
    { match: "&&|\\|\\||[;|&]", name: "operator.shell" },
    { match: "\\b(if|then|fi|for|do|done)\\b", name: "keyword.control.shell" },
    {
      begin: "(?<=^|[!&(;`{|])[\\t ]*+(?!if\\b|then\\b|fi\\b|#)",
      end: "(?=[\\n&);`{|}]|[\\t ]*#)(?<!\\\\)",
      patterns: [{ include: "#typical_statements" }],
    },
    { include: "#typical_statements" },
  ],
  repository: {
    typical_statements: {
      patterns: [
        { match: "\\\\(?=\\n)", name: "constant.character.escape.shell" },
        { begin: '"', end: '"', name: "string.quoted.double.shell", patterns: [{ match: "\\$\\w+", name: "variable.shell" }] },
        { begin: "'", end: "'", name: "string.quoted.single.shell" },
        { match: "\\$\\w+", name: "variable.shell" },
        { begin: "<<-?(\\w+).*$", end: "^\\t*\\1$", name: "string.heredoc.shell" },
        { begin: "\\(", end: "\\)", patterns: [{ include: "$self" }] },
        {
          begin: "[\\t ]*+(?=[\\w./-])",
          end: "(?=[\\n&);`|}]|[\\t ]*#)(?<!\\\\)",
          patterns: [
            { match: "\\G[\\w./-]+", name: "entity.name.command.shell" },
            { match: "\\\\(?=\\n)", name: "constant.character.escape.shell" },
            { begin: '"', end: '"', name: "string.quoted.double.shell" },
            { begin: "'", end: "'", name: "string.quoted.single.shell" },
            { match: "[\\w./=-]+", name: "argument.shell" },
          ],
        },
      ],
    },
  },
};

const raw: Record<string, unknown> = {
  "source.dockerfile": dockerfile,
  "source.shell": shell,
  [shellInjection.scopeName]: shellInjection,
  [linesInjection.scopeName]: linesInjection,
};

async function load(): Promise<IGrammar> {
  const wasm = readFileSync("node_modules/vscode-oniguruma/release/onig.wasm");
  await loadWASM(new Uint8Array(wasm).buffer);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope): Promise<IRawGrammar | null> =>
      raw[scope] ? parseRawGrammar(JSON.stringify(raw[scope]), "grammar.json") : null,
    getInjections: (scope) => (scope === "source.dockerfile" ? [shellInjection.scopeName, linesInjection.scopeName] : undefined),
  });
  const grammar = await registry.loadGrammar("source.dockerfile");
  assert.ok(grammar);
  return grammar;
}

describe("the injection grammar", () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await load();
  });

  /** `text scope` for each piece but blanks: its innermost scope. Neighbours of one scope are one piece. */
  function tokens(text: string): string[][] {
    let state = INITIAL;
    return text.split("\n").map((line) => {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      const pieces: { text: string; scope: string }[] = [];
      for (const { startIndex, endIndex, scopes } of result.tokens) {
        const piece = { text: line.slice(startIndex, endIndex), scope: scopes.at(-1) ?? "" };
        const last = pieces.at(-1);
        if (last?.scope === piece.scope) last.text += piece.text;
        else pieces.push(piece);
      }
      return pieces.filter((piece) => piece.text.trim()).map((piece) => `${piece.text.trim()} ${piece.scope}`);
    });
  }

  const run = "RUN keyword.other.special-method.dockerfile";
  const goesOn = "\\ constant.character.escape.line-continuation.dockerfile";

  it("colours a command", () => {
    assert.deepEqual(tokens('RUN make all && echo "$X"'), [
      [
        run,
        "make entity.name.command.shell",
        "all argument.shell",
        "&& operator.shell",
        "echo entity.name.command.shell",
        '"$X" string.quoted.double.shell',
      ],
    ]);
  });

  it("colours flags, on their own lines too", () => {
    const [first, second, third] = tokens("RUN --mount=type=cache,target=/x \\\n  --network=none \\\n  make --jobs=2");
    const flag = (name: string, value: string) => [
      `${name} entity.other.attribute-name.dockerfile`,
      "= keyword.operator.assignment.dockerfile",
      `${value} string.unquoted.dockerfile`,
    ];
    assert.deepEqual(first, [run, ...flag("--mount", "type=cache,target=/x"), goesOn]);
    assert.deepEqual(second, [...flag("--network", "none"), goesOn]);
    assert.deepEqual(third, ["make entity.name.command.shell", "--jobs=2 argument.shell"]);
  });

  it("carries a command over comments and empty lines", () => {
    assert.deepEqual(tokens("RUN apt-get install \\   \n  # don't stop\n\n  curl \\\n\n# nor here\n  git\nUSER a"), [
      [run, "apt-get entity.name.command.shell", "install argument.shell", goesOn],
      ["# punctuation.definition.comment.dockerfile", "don't stop comment.line.number-sign.dockerfile"],
      [],
      ["curl argument.shell", goesOn],
      [],
      ["# punctuation.definition.comment.dockerfile", "nor here comment.line.number-sign.dockerfile"],
      ["git argument.shell"],
      ["USER keyword.other.special-method.dockerfile", "a source.dockerfile"],
    ]);
  });

  it("takes comment lines out of quotes, as the builder does", () => {
    const [, comment, after] = tokens('RUN echo "a \\\n  # b\n  c" && ls\nUSER a');
    assert.equal(comment?.at(-1), "b comment.line.number-sign.dockerfile");
    assert.deepEqual(after?.slice(-1), ["ls entity.name.command.shell"]);
  });

  it("leaves the next line to the editor's grammar", () => {
    for (const next of ["# a comment", 'LABEL a="b"', "  copy x y", "", "onbuild add a b", "arg a"]) {
      assert.deepEqual(tokens(`RUN ls  \n${next}`)[1], tokens(next)[0], next);
    }
  });

  it("ends what the shell grammar holds open at the next instruction", () => {
    for (const open of ["(", 'echo "', "echo 'it", "x <<< y; (", "echo $((1<<N"]) {
      assert.deepEqual(tokens(`RUN ${open}\nFROM x`)[1], tokens("FROM x")[0], open);
    }
  });

  it("does not take a word of a command for an instruction", () => {
    assert.deepEqual(tokens("RUN npm \\\n  run build")[1], ["run argument.shell", "build argument.shell"]);
  });

  it("leaves exec form alone", () => {
    assert.deepEqual(tokens('RUN ["a", "b"]'), [
      [
        run,
        "[ source.dockerfile",
        '"a" string.quoted.double.dockerfile',
        ", source.dockerfile",
        '"b" string.quoted.double.dockerfile',
        "] source.dockerfile",
      ],
    ]);
    assert.deepEqual(tokens('RUN --network=none ["a"]')[0]?.slice(0, 2), [run, "--network=none [ source.dockerfile"]);
  });

  it("colours scripts in here-documents", () => {
    for (const head of ["RUN <<EOF", "run <<-'EOF'", "RUN --mount=type=cache,target=/x <<EOF", "RUN bash -e <<EOF", "ONBUILD RUN <<EOF"]) {
      const lines = tokens(`${head}\nmake all\n# it's\necho 'open\nFROM x\nEOF\nUSER a`);
      assert.deepEqual(lines[0]?.at(head.includes("'") ? -2 : -1), "EOF keyword.control.heredoc.dockerfile", head);
      assert.deepEqual(lines[1], ["make entity.name.command.shell", "all argument.shell"], head);
      assert.match(lines[2]?.[0] ?? "", /comment/, head);
      assert.deepEqual(lines[4], ["FROM x string.quoted.single.shell"], head);
      assert.deepEqual(lines[5], ["EOF keyword.control.heredoc.dockerfile"], head);
      assert.deepEqual(lines[6], ["USER keyword.other.special-method.dockerfile", "a source.dockerfile"], head);
    }
  });

  it("leaves other here-documents text", () => {
    const lines = tokens('RUN cat <<A >/x && python3 - <<"B"\nFROM x\nA\nrun it\'s\nB\nUSER a');
    assert.equal(lines[0]?.[1], "cat entity.name.command.shell");
    assert.deepEqual(lines[1], ["FROM x string.unquoted.heredoc.dockerfile"]);
    assert.deepEqual(lines[3], ["run it's string.unquoted.heredoc.dockerfile"]);
    assert.deepEqual(lines[4], ["B keyword.control.heredoc.dockerfile"]);
    assert.deepEqual(lines[5]?.[0], "USER keyword.other.special-method.dockerfile");
  });

  it("marks the shell's part for the editor", () => {
    const { tokens: all } = grammar.tokenizeLine("RUN make", INITIAL);
    assert.deepEqual(
      all.map(({ scopes }) => scopes.includes("meta.embedded.block.shell.run.dockerfile")),
      [false, false, true],
    );
  });
});

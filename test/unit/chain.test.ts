import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { analyze } from "../../server/src/analyze.ts";
import { scriptText } from "../../server/src/build/run-instruction.ts";
import { parseDockerfile } from "../../server/src/dockerfile/parse.ts";
import { insertAfter, removeCommand, removeInstruction, removeWords, statementAt } from "../../server/src/edits/chain.ts";
import type { Step } from "../../server/src/image/model.ts";
import { commandsIn } from "../../server/src/shell/syntax.ts";
import { applyEdits } from "../../server/src/text.ts";
import { inCI, someOf } from "./support/sample.ts";

const from = "FROM debian:bookworm\n";
/** A file's line break is its first line's. */
const headOf = (text: string): string => (text.includes("\r") ? "FROM debian:bookworm\r\n" : from);

/** The file, its last RUN, and that RUN's command that begins with a word. */
function opened(text: string, word: string) {
  const { file, subject } = analyze(text);
  const step = subject.steps.findLast((s) => s.instruction.keyword === "RUN") as Step;
  const command = step.script && [...commandsIn(step.script.body)].find((c) => c.words[0]?.raw === word);
  assert.ok(step.script && command, `${word} in ${JSON.stringify(text)}`);
  return { file, step, script: step.script, command };
}

function inserted(text: string, word: string): string | undefined {
  const { file, step, script, command } = opened(headOf(text) + text, word);
  const statement = statementAt(script, command);
  const edit = statement && insertAfter(file, step, statement, "NEW");
  return edit && applyEdits(file.text, [edit]).slice(headOf(text).length);
}

function removed(text: string, word: string): string | undefined {
  const { file, step, script, command } = opened(headOf(text) + text, word);
  const edit = removeCommand(file, script, command);
  if (edit === undefined) return undefined;
  return applyEdits(file.text, [edit === "everything" ? removeInstruction(file, step) : edit]).slice(headOf(text).length);
}

const lines = (...all: string[]): string => `${all.join("\n")}\n`;

describe("insert a command behind another", () => {
  const cases: [name: string, before: string, after: string | undefined][] = [
    ["one line", "RUN a && b\n", "RUN a && NEW && b\n"],
    ["the last", "RUN b && a\n", "RUN b && a && NEW\n"],
    ["leading operators", lines("RUN a \\", "  # why b", "  && b"), lines("RUN a \\", "  && NEW \\", "  # why b", "  && b")],
    ["trailing operators", lines("RUN a && \\", "    b"), lines("RUN a && \\", "    NEW && \\", "    b")],
    ["in a list", "RUN a; b\n", "RUN a; NEW; b\n"],
    ["at the end of a list without set -e", "RUN b; a\n", "RUN b; a && NEW\n"],
    ["at the end of a list with set -e", "RUN set -eux; a\n", "RUN set -eux; a; NEW\n"],
    ["behind a chain in a list", "RUN set -e; b && a; c\n", "RUN set -e; b && a; NEW; c\n"],
    ["behind a chain at the end of a list with set -e", "RUN set -e; b && a\n", "RUN set -e; b && a && NEW\n"],
    ["a list over lines", lines("RUN set -eux; \\", "    a; \\", "    b"), lines("RUN set -eux; \\", "    a; \\", "    NEW; \\", "    b")],
    ["behind what has an alternative", "RUN a || b\n", "RUN a || b && NEW\n"],
    ["behind a pipe", "RUN a | b && c\n", "RUN a | b && NEW && c\n"],
    ["behind a loop", "RUN for i in 1 2; do a; done && c\n", "RUN for i in 1 2; do a; done && NEW && c\n"],
    ["inside brackets", "RUN ( cd /x && a ) && c\n", "RUN ( cd /x && a && NEW ) && c\n"],
    ["a nested shell", "RUN bash -c 'a' && c\n", "RUN bash -c 'a' && NEW && c\n"],
    ["a heredoc's line", lines("RUN <<EOF", "  a", "  b", "EOF"), lines("RUN <<EOF", "  a", "  NEW", "  b", "EOF")],
    [
      "a comment at the end of a heredoc's line",
      lines("RUN <<EOF", "a # why", "b", "EOF"),
      lines("RUN <<EOF", "a # why", "NEW", "b", "EOF"),
    ],
    ["a heredoc's last line", lines("RUN <<EOF", "b", "a", "EOF"), lines("RUN <<EOF", "b", "a && NEW", "EOF")],
    ["a heredoc's last line with set -e", lines("RUN <<EOF", "set -e", "a", "EOF"), lines("RUN <<EOF", "set -e", "a", "NEW", "EOF")],
    [
      "a heredoc in a heredoc",
      lines("RUN <<EOF", "a > f <<E2", "x", "E2", "b", "EOF"),
      lines("RUN <<EOF", "a > f <<E2; NEW", "x", "E2", "b", "EOF"),
    ],
    ["CRLF", "RUN a \\\r\n  && b\r\n", "RUN a \\\r\n  && NEW \\\r\n  && b\r\n"],
    ["in a function", "RUN f() { a; }; f\n", undefined],
    ["in the background", "RUN a & b\n", undefined],
    ["before a look at its status", "RUN a; rc=$?; exit $rc\n", "RUN a && NEW; rc=$?; exit $rc\n"],
    ["the same with set -e", "RUN set -e; a; echo $?\n", "RUN set -e; a; NEW; echo $?\n"],
    ["a chain before a look at its status, with set -e", "RUN set -e; b && a; echo $?\n", undefined],
    ["before a branch on its status", "RUN a; if [ $? -ne 0 ]; then b; fi\n", "RUN a && NEW; if [ $? -ne 0 ]; then b; fi\n"],
    ["before its last word is used", "RUN b && a /x && cd $_\n", undefined],
    ["before a look at its pipe", "RUN a | b; test $PIPESTATUS -eq 0\n", undefined],
    ["behind a loop at the end, with set -e", "RUN set -e; for i in 1 2; do a; done\n", "RUN set -e; for i in 1 2; do a; done; NEW\n"],
    ["behind a branch at the end, with set -e", "RUN set -e; if x && y; then a; fi\n", "RUN set -e; if x && y; then a; fi; NEW\n"],
    ["behind a loop whose chain set -e overlooks", "RUN set -e; for i in 1 2; do a && b; done\n", undefined],
    ["behind a loop at the end of a chain with set -e", "RUN set -e; b && for i in 1 2; do a; done\n", undefined],
    ["the same where the chain begins with it", "RUN set -ex && b && for i in 1 2; do a; done\n", undefined],
    [
      "behind a pipe into a loop, with set -e",
      "RUN set -e; b | while read i; do a; done\n",
      "RUN set -e; b | while read i; do a; done; NEW\n",
    ],
    ["at the end of a group with set -e", "RUN set -e; { b; a; }; c\n", "RUN set -e; { b; a; NEW; }; c\n"],
  ];
  for (const [name, before, after] of cases)
    it(name, () => {
      const word = before.includes("bash") ? "bash" : "a";
      assert.equal(inserted(before, word), after);
    });
});

describe("take a command out", () => {
  const cases: [name: string, before: string, after: string | undefined][] = [
    ["the first", "RUN rm && b\n", "RUN b\n"],
    ["the last", "RUN a && rm\n", "RUN a\n"],
    ["one between", "RUN a && rm && b\n", "RUN a && b\n"],
    ["all that does anything", lines("RUN b", "# why", "RUN cd /tmp && rm"), lines("RUN b", "# why")],
    ["with the comments in it", lines("RUN b", "RUN set -x; \\", "  # inside", "  rm", "CMD c"), lines("RUN b", "# inside", "CMD c")],
    ["leading operators", lines("RUN a \\", "  && rm \\", "  && b"), lines("RUN a \\", "  && b")],
    ["a comment before", lines("RUN a \\", "  # why rm", "  && rm \\", "  && b"), lines("RUN a \\", "  # why rm", "  && b")],
    ["a comment behind", lines("RUN a \\", "  && rm \\", "  # why b", "  && b"), lines("RUN a \\", "  # why b", "  && b")],
    [
      "comments before, inside and behind",
      lines("RUN a \\", "  # one", "  && rm \\", "    # two", "    x \\", "  # three", "  && b"),
      lines("RUN a \\", "  # one", "    # two", "  # three", "  && b"),
    ],
    ["a comment before the last", lines("RUN a \\", "  # why rm", "  && rm"), lines("RUN a", "  # why rm")],
    ["a comment behind the first", lines("RUN rm && \\", "  # why b", "  b"), lines("RUN \\", "  # why b", "  b")],
    ["trailing operators", lines("RUN a && \\", "  # why rm", "  rm && \\", "  b"), lines("RUN a && \\", "  # why rm", "  b")],
    ["two on one line below a comment", lines("RUN a && \\", "  # why", "  rm && b"), lines("RUN a && \\", "  # why", "  b")],
    ["from a list", "RUN a; rm; b\n", "RUN a; b\n"],
    ["the end of a list, whose exit status was the RUN's", "RUN a; rm\n", undefined],
    ["the end of a list with set -e", "RUN set -e; a; rm\n", "RUN set -e; a\n"],
    ["the end of a list behind a chain", "RUN set -e; a && b; rm\n", undefined],
    ["with the true that forgives it", "RUN a && b; rm || true; c\n", "RUN a && b; c\n"],
    ["all there is, forgiven", "RUN b\nRUN rm || true\n", "RUN b\n"],
    ["an alternative", "RUN a || rm\n", undefined],
    ["before an alternative", "RUN a && rm || b\n", undefined],
    ["a pipe's end", "RUN a | rm\n", undefined],
    ["a branch", "RUN if a; then rm; fi\n", undefined],
    ["in a group", "RUN { a && rm; } && b\n", "RUN { a; } && b\n"],
    ["all of a group", "RUN a && ( rm ) && b\n", "RUN a && b\n"],
    ["a heredoc's line", lines("RUN <<EOF", "a # one", "# two", "rm", "b", "EOF"), lines("RUN <<EOF", "a # one", "# two", "b", "EOF")],
    ["a comment on its line", lines("RUN <<EOF", "a", "rm # why", "b", "EOF"), undefined],
    ["from a chain in a heredoc", lines("RUN <<EOF", "a &&", "  rm &&", "  b", "EOF"), lines("RUN <<EOF", "a &&", "  b", "EOF")],
    ["before a look at its status", "RUN a; rm; rc=$?; exit $rc\n", undefined],
    ["CRLF", "RUN a \\\r\n  # why\r\n  && rm \\\r\n  && b\r\n", "RUN a \\\r\n  # why\r\n  && b\r\n"],
  ];
  for (const [name, before, after] of cases) it(name, () => assert.equal(removed(before, "rm"), after));

  it("takes all there is of a RUN", () => {
    const { file, script, step, command } = opened(`${from}RUN a\n\nRUN rm\n`, "rm");
    assert.equal(removeCommand(file, script, command), "everything");
    assert.equal(applyEdits(file.text, [removeInstruction(file, step)]), `${from}RUN a\n\n`);
  });

  it("takes words", () => {
    const { file, command } = opened(`${from}RUN rm a \\\n    b c\n`, "rm");
    const edits = removeWords(file, command, command.words.slice(2, 4));
    assert.equal(applyEdits(file.text, edits ?? []), `${from}RUN rm a\n`);
  });
});

describe("a command put in or taken out", () => {
  /** Every body of two to four commands and joints, with what they print and how they end. */
  const commands = ["echo one", "false", "true"];
  const joints = [" && ", "; ", " || "];
  const bodies: string[] = [];
  for (const first of ["", "set -e; "])
    for (const a of commands)
      for (const x of joints)
        for (const b of commands)
          for (const y of joints)
            for (const c of commands)
              bodies.push(
                `${first}${a}${x}${b}${y}${c}`,
                `${first}{ ${a}${x}${b}; }${y}${c}`,
                `${first}${a}${x}${b}; rc=$?; ${c}; exit $rc`,
              );

  const shell = (text: string): { out: string; ok: boolean } => {
    const { stdout, status } = spawnSync("/bin/sh", [], { input: text, encoding: "utf8", maxBuffer: 1e8 });
    return { out: stdout, ok: status === 0 };
  };
  /** Many scripts in one process. */
  function all(scripts: readonly string[]): { out: string; ok: boolean }[] {
    const text = scripts.map((s) => `out=$(/bin/sh -c '${s}'); code=$?; printf '%s\\n%s\\n\\036' "$code" "$out"`).join("\n");
    return shell(text)
      .out.split("\x1e")
      .slice(0, -1)
      .map((part) => {
        const [code, ...out] = part.split("\n");
        return { ok: code === "0", out: out.join("\n").trim() };
      });
  }
  const bodyOf = (text: string): string => {
    const run = parseDockerfile(text).instructions.find((i) => i.keyword === "RUN");
    return run ? scriptText(run).source.text : "";
  };

  it("leaves the RUN to fail where it failed", function () {
    if (process.platform === "win32") this.skip();
    this.timeout(300_000);
    const pairs: [string, string][] = [];
    for (const body of someOf(bodies, 5))
      for (const word of ["echo", "false"]) {
        if (!body.includes(word)) continue;
        const { file, step, script, command } = opened(`${from}RUN ${body}\n`, word);
        const statement = statementAt(script, command);
        const edit = statement && insertAfter(file, step, statement, "true");
        if (edit) pairs.push([body, bodyOf(applyEdits(file.text, [edit]))]);
      }
    const before = all(pairs.map(([b]) => b));
    const after = all(pairs.map(([, a]) => a));
    assert.ok(pairs.length > (inCI ? 100 : 15), `${pairs.length} pairs`);
    pairs.forEach(([b, a], i) => void assert.deepEqual(after[i], before[i], `${b}\n${a}`));
  });

  it("leaves the rest to do what it did", function () {
    if (process.platform === "win32") this.skip();
    this.timeout(300_000);
    const pairs: [string, string][] = [];
    for (const body of someOf(bodies, 5)) {
      // The command that goes succeeds and prints nothing.
      const marked = body.replace("true", "eval :");
      if (marked === body) continue;
      const { file, script, command } = opened(`${from}RUN ${marked}\n`, "eval");
      const edit = removeCommand(file, script, command);
      if (edit === undefined || edit === "everything") continue;
      const after = applyEdits(file.text, [edit]);
      pairs.push([marked, after.slice(`${from}RUN `.length).trimEnd()]);
    }
    const before = all(pairs.map(([b]) => b));
    const after = all(pairs.map(([, a]) => a));
    assert.ok(pairs.length > (inCI ? 100 : 15), `${pairs.length} pairs`);
    pairs.forEach(([b, a], i) => void assert.deepEqual(after[i], before[i], `${b}\n${a}`));
  });
});

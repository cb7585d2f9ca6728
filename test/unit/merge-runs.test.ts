import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyze } from "../../server/src/analyze.ts";
import { scriptText } from "../../server/src/build/run-instruction.ts";
import { parseDockerfile } from "../../server/src/dockerfile/parse.ts";
import { applyEdits } from "../../server/src/text.ts";
import { randomFrom } from "./support/random.ts";
import { inCI, seed } from "./support/sample.ts";

/** The text after the first merge on offer; undefined where none is. */
function merged(text: string): string | undefined {
  const offer = analyze(text).refactorings.find((r) => r.id === "merge-runs");
  return offer && applyEdits(text, offer.edits);
}

const file = (...lines: string[]): string => ["FROM debian:bookworm", ...lines, ""].join("\n");

describe("merge RUNs", () => {
  const cases: [name: string, before: string, after: string | undefined][] = [
    ["two lines", file("RUN a", "RUN b c"), file("RUN a \\", "    && b c")],
    [
      "three, in the manner of the first",
      file("RUN a && \\", "  b", "RUN c", "RUN d"),
      file("RUN a && \\", "  b && \\", "  c && \\", "  d"),
    ],
    [
      "one update for all that follow",
      file(
        "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
        "RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*",
        "RUN apt-get update && apt-get install -y jq",
      ),
      file("RUN apt-get update && apt-get install -y curl \\", "    && apt-get install -y git \\", "    && apt-get install -y jq"),
    ],
    [
      "an update of its own where only one value of a variable has the first one run",
      file(
        "ARG FLAVOUR=full",
        'RUN case "$FLAVOUR" in full) apt-get update && apt-get install -y curl ;; esac',
        "RUN apt-get update && apt-get install -y git",
      ),
      file(
        "ARG FLAVOUR=full",
        'RUN case "$FLAVOUR" in full) apt-get update && apt-get install -y curl ;; esac \\',
        "    && apt-get update && apt-get install -y git",
      ),
    ],
    [
      "one update in lists that stop at a failure",
      file(
        "RUN set -eux; apt-get update; apt-get install -y curl; rm -rf /var/lib/apt/lists/*",
        "RUN set -eux; apt-get update; apt-get install -y git; rm -rf /var/lib/apt/lists/*",
      ),
      file(
        "RUN set -eux; apt-get update; apt-get install -y curl; \\",
        "    set -eux; apt-get install -y git; rm -rf /var/lib/apt/lists/*",
      ),
    ],
    [
      "an update of other sources stays",
      file(
        "RUN apt-get update && apt-get install -y curl && curl -o /etc/apt/sources.list.d/a.list a.b",
        "RUN apt-get update && apt-get install -y a",
      ),
      file(
        "RUN apt-get update && apt-get install -y curl && curl -o /etc/apt/sources.list.d/a.list a.b \\",
        "    && apt-get update && apt-get install -y a",
      ),
    ],
    ...[
      "command cd /a",
      "builtin cd /a",
      "\\\\cd /a",
      "printf -v HOME %s /a",
      "let X=5",
      "read X < /a",
      "mapfile X < /a",
      "readarray -t X < /a",
      "getopts a X",
      "for X in 1 2; do a $X; done",
      "if a; then cd /b; fi",
      "{ f() { a; }; }",
      "a $" + "{X:=5}",
      "a $((X=5))",
      "(( X = 5 ))",
      ". /a/nvm.sh && nvm use 20",
    ].map((body): [string, string, string] => [
      `a shell that ${body} leaves behind`,
      file(`RUN ${body}`, "RUN b"),
      file(`RUN ( ${body} ) \\`, "    && b"),
    ]),
    ["a shell that SHELL stops", file('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]', "RUN a; b", "RUN c"), undefined],
    ["the same in a loop", file('SHELL ["/bin/sh", "-ec"]', "RUN for x in 1 2; do a; b; done", "RUN c"), undefined],
    ["the same in a pipe's text", file('SHELL ["/bin/sh", "-e", "-c"]', "RUN a $(b; c)", "RUN d"), undefined],
    ["the same by a name", file('SHELL ["/bin/bash", "-o", "errexit", "-c"]', "RUN a || b", "RUN c"), undefined],
    [
      "chains in a shell that SHELL stops",
      file('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]', "RUN a && b | c", "RUN d; e"),
      file('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]', "RUN a && b | c \\", "    && ( d; e )"),
    ],
    ["a comment between", file("RUN a", "# why b", "RUN b"), file("RUN a \\", "# why b", "    && b")],
    ["a comment inside", file("RUN a \\", "  # inside", "  && b", "RUN c"), file("RUN a \\", "  # inside", "  && b \\", "  && c")],
    ["cd stays where it was", file("RUN cd /src && make", "RUN ls"), file("RUN ( cd /src && make ) \\", "    && ls")],
    ["export too", file("RUN export A=1", "RUN echo $A"), file("RUN ( export A=1 ) \\", "    && echo $A")],
    ["a semicolon is bracketed", file("RUN a; b", "RUN c"), file("RUN ( a; b ) \\", "    && c")],
    ["an alternative in the second", file("RUN a", "RUN b || c"), file("RUN a \\", "    && ( b || c )")],
    ["set -e in both", file("RUN set -eux; a; b", "RUN set -eux; c"), file("RUN set -eux; a; b; \\", "    set -eux; c")],
    ["set -e in the last", file("RUN a", "RUN set -e; b; c"), file("RUN a \\", "    && ( set -e; b; c )")],
    ["set -e in the first would be switched off", file("RUN set -e; a; b", "RUN c"), undefined],
    [
      "the same mounts",
      file("RUN --mount=type=cache,target=/c a", "RUN --mount=type=cache,target=/c b"),
      file("RUN --mount=type=cache,target=/c a \\", "    && b"),
    ],
    ["other mounts", file("RUN --mount=type=cache,target=/c a", "RUN b"), undefined],
    ["another network", file("RUN --network=none a", "RUN b"), undefined],
    ["exec form", file('RUN ["a"]', "RUN b"), undefined],
    ["SHELL between", file("RUN a", 'SHELL ["/bin/bash", "-c"]', "RUN b"), undefined],
    ["ENV between", file("RUN a", "ENV X=1", "RUN b"), undefined],
    ["a job in the background", file("RUN a &", "RUN b"), undefined],
    ["text the shell refuses", file("RUN a && && b", "RUN c"), undefined],
    ["a comment of the shell's own", file("RUN a # why", "RUN b"), undefined],
    ["another stage", file("RUN a", "FROM debian:bookworm", "RUN b"), undefined],
    [
      "heredocs",
      file("RUN <<EOF", "a", "b", "EOF", "# then", "RUN <<E2", "c", "E2"),
      file("RUN <<EOF", "(", "a", "b", ") && # then", "(", "c", ")", "EOF"),
    ],
    [
      "heredocs with set -e",
      file("RUN <<EOF", "set -e", "a", "EOF", "RUN <<EOF", "set -e", "b", "EOF"),
      file("RUN <<EOF", "set -e", "a", "set -e", "b", "EOF"),
    ],
    ["a heredoc and a line", file("RUN <<EOF", "a", "EOF", "RUN b"), undefined],
    [
      "backtick escapes",
      "# escape=`\nFROM debian:bookworm\nRUN a `\n  && b\nRUN c\n",
      "# escape=`\nFROM debian:bookworm\nRUN a `\n  && b `\n  && c\n",
    ],
    ["CRLF", "FROM debian:bookworm\r\nRUN a\r\nRUN b\r\n", "FROM debian:bookworm\r\nRUN a \\\r\n    && b\r\n"],
    ["a PowerShell", file('SHELL ["powershell", "-Command"]', "RUN a", "RUN b"), undefined],
  ];
  for (const [name, before, after] of cases)
    it(`${after === undefined ? "refuses" : "keeps"}: ${name}`, () => assert.equal(merged(before), after));

  it("offers neighbours in pairs as well as all of them", () => {
    const offers = analyze(file("RUN a", "RUN b", "RUN c")).refactorings.filter((r) => r.id === "merge-runs");
    assert.deepEqual(
      offers.map((o) => o.title),
      ["Merge these 3 RUNs into one", "Merge this RUN with the next", "Merge this RUN with the next"],
    );
  });

  it("means the same to a real shell, whatever the bodies", function () {
    if (process.platform === "win32") this.skip();
    this.timeout(300_000);
    const random = randomFrom(seed);
    const folder = mkdtempSync(join(tmpdir(), "merge-"));
    try {
      const rounds = inCI ? 150 : 40;
      let compared = 0;
      for (let round = 0; round < rounds; round++) {
        const bodies = Array.from({ length: 2 + Math.floor(random() * 2) }, () => bodyFrom(random));
        const before = file(...bodies.map((b) => `RUN ${b}`));
        const after = merged(before);
        if (after === undefined) continue;
        compared++;
        assert.deepEqual(runAll(after, folder), runAll(before, folder), `seed ${seed}, round ${round}:\n${before}\n${after}`);
      }
      assert.ok(compared > 0.4 * rounds, `${compared} merges compared (seed ${seed})`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Runs the RUNs of a Dockerfile as a build would: each in a shell of its own, up to the first that fails. */
function runAll(text: string, folder: string): { printed: string; failed: boolean } {
  let printed = "";
  for (const instruction of parseDockerfile(text).instructions) {
    if (instruction.keyword !== "RUN") continue;
    const { stdout, status } = spawnSync("/bin/sh", ["-c", scriptText(instruction).source.text], { cwd: folder, encoding: "utf8" });
    printed += stdout;
    if (status !== 0) return { printed, failed: true };
  }
  return { printed, failed: false };
}

function bodyFrom(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const commands = [
    "echo one",
    "echo two",
    "echo $X",
    "true",
    "false",
    "cd /",
    "pwd",
    "X=5",
    "export X=7",
    "( exit 3 )",
    "exit 0",
    "echo last | cat",
    "{ echo in; false; }",
    '[ -n "$X" ]',
  ];
  const count = 1 + Math.floor(random() * 3);
  let text = random() < 0.25 ? "set -e; " : "";
  for (let i = 0; i < count; i++) text += (i === 0 ? "" : pick([" && ", " && ", "; ", " || "])) + pick(commands);
  return text;
}

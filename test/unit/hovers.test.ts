import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import type { AnalysisWorld } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { hoverAt } from "../../server/src/hovers/index.ts";
import { code, enumerated } from "../../server/src/topics/forms.ts";
import { fixturesFolder, fixturesOf } from "./support/fixtures.ts";
import { inCI, placesIn, someOf } from "./support/sample.ts";
import { worldOf } from "./support/world.ts";

/** The hover at the § of a text. */
function hover(marked: string, world: AnalysisWorld = worldOf()): string {
  const offset = marked.indexOf("§");
  assert.ok(offset >= 0, "no § in the text");
  return hoverAt(analyze(marked.replace("§", ""), world), offset)?.text ?? "";
}

/** All of the patterns, none of the `not` ones. */
function says(text: string, patterns: readonly RegExp[], not: readonly RegExp[] = []): void {
  for (const pattern of patterns) assert.match(text, pattern);
  for (const pattern of not) assert.doesNotMatch(text, pattern);
}

const slim = "FROM debian:bookworm-slim\n";

describe("hovers on the shell and the exec form", () => {
  const cases: [string, string, RegExp[], RegExp[]?][] = [
    [
      "a program in shell form, written in exec form",
      `${slim}CM§D python3 "my app.py"`,
      [/Shell form.*`\/bin\/sh -c`/, /`CMD \["python3", "my app.py"\]`/, /shell is process 1/],
    ],
    [
      "what needs the shell",
      `${slim}CM§D cd /srv && exec app --port $PORT > log`,
      [/`cd`, `&&`, `exec` and more|`&&`, `cd`/, /`exec` gives/],
    ],
    [
      "bash gives way",
      `${slim}SHELL ["/bin/bash", "-c"]\nCM§D sleep 5`,
      [/`\/bin\/bash -c`/, /`\/bin\/bash` leaves its place to a single command/],
      [/does not pass/],
    ],
    [
      "and perhaps stays where more follows",
      `${slim}SHELL ["/bin/bash", "-c"]\nCM§D a; b`,
      [/does not always leave/, /begin with `exec`/],
      [/does not pass/],
    ],
    [
      "and stays with a redirection",
      `${slim}SHELL ["/bin/bash", "-c"]\nCM§D app > /log`,
      [/shell is process 1 and does not pass/, /begin with `exec`/],
    ],
    ["so does the sh of Alpine", "FROM alpine:3.22\nCM§D app", [/`\/bin\/sh` leaves its place to a single command/], [/does not pass/]],
    [
      "which it is, nobody knows",
      "FROM example.com/base:1\nCM§D app",
      [/process 1 and on Debian and Ubuntu does not pass the stop signal on/],
    ],
    [
      "tini is process 1",
      "FROM condaforge/miniforge3:latest\nCM§D app",
      [/shell on Debian and Ubuntu does not pass .* and the program is killed at once/],
      [/process 1/],
    ],
    ["a shell that is none of ours", `FROM x\nSHELL ["powershell", "-Command"]\nRU§N Get-Item`, [/`powershell -Command`/], [/needs/]],
    ["exec form", `${slim}CM§D ["sleep", "5"]`, [/Exec form/, /program is process 1/], [/Shell form/]],
    ["its bracket", `${slim}CMD §["sleep", "5"]`, [/Exec form/]],
    ["exec form with a shell in it", `${slim}CM§D ["sh", "-c", "a && b"]`, [/shell is process 1/, /begin with `exec`/]],
    ["exec form with what a shell would do", `${slim}CM§D ["app", "$HOME", "&&", "b"]`, [/`\$HOME` and `&&` are handed on as written/]],
    ["one string for a line", `${slim}CM§D ["sleep 5"]`, [/name `sleep 5`, spaces and all/]],
    ["a test is no JSON, and means none", `${slim}RU§N [ -f /ready ] && make`, [/Shell form/], [/JSON/]],
    ["single quotes are no JSON", `${slim}CM§D ['sleep', '5']`, [/no JSON/, /Shell form/]],
    ["a build argument that will be gone", `${slim}ARG V=1\nENV W=1\nCM§D app $V $W`, [/`\$V` is a build argument/], [/\$W` is a build/]],
    ["a later CMD", `${slim}CM§D a\nCMD b`, [/A later CMD takes its place/], [/process 1/]],
    ["CMD beside an ENTRYPOINT", `${slim}ENTRYPOINT ["app"]\nCM§D ["-v"]`, [/ENTRYPOINT `app` gets it as its arguments/], [/process 1/]],
    ["CMD in shell form beside one", `${slim}ENTRYPOINT ["app"]\nCM§D -v`, [/`app` gets `\/bin\/sh`, `-c` and the line/]],
    ["CMD beside the base image's", 'FROM postgres:17\nCM§D ["postgres"]', [/ENTRYPOINT `.*` of the base image gets it/]],
    ["CMD beside an ENTRYPOINT in shell form", `${slim}ENTRYPOINT app\nCM§D ["-v"]`, [/this CMD is ignored/]],
    ["ENTRYPOINT in shell form", `${slim}ENTRYPOIN§T app`, [/ignores CMD/, /`ENTRYPOINT \["app"\]`/]],
    ["ENTRYPOINT and its CMD", `${slim}ENTRYPOIN§T ["app"]\nCMD ["-v", "x"]`, [/CMD comes as its arguments: `-v x`/, /process 1/]],
    ["ENTRYPOINT that forgets", `FROM python:3.12-slim\nENTRYPOIN§T ["app"]`, [/base image's CMD out of force/]],
    ["RUN", `${slim}RU§N make`, [/Shell form/, /`RUN \["make"\]`/], [/process 1/]],
    ["RUN with a pipe", `${slim}RU§N curl x | sh`, [/shell for `\|`/, /goes unnoticed/]],
    ["and with pipefail", `${slim}RU§N set -o pipefail; curl x | sh`, [/Shell form/], [/unnoticed/]],
    ["RUN in exec form", `${slim}RU§N ["make", "all"]`, [/Exec form/], [/process 1/]],
    ["RUN of a here-document", `${slim}RU§N <<EOF\nmake\nmake install\nEOF`, [/gets the here-document/, /only the last one's status/]],
    ["with set -e", `${slim}RU§N <<EOF\nset -eu\nmake\nEOF`, [/gets the here-document/], [/status counts/]],
    [
      "with another interpreter",
      `${slim}RU§N <<EOF\n#!/usr/bin/env python3\nprint()\nEOF`,
      [/`\/usr\/bin\/env python3` gets/],
      [/status counts/],
    ],
    ["scratch has no shell", "FROM scratch\nCOPY app /app\nCM§D /app", [/no shell in `scratch`/, /`CMD \["\/app"\]`/]],
    ["but one may be copied in", "FROM scratch\nCOPY --from=busybox:1 /bin/sh /bin/sh\nCM§D /app", [/Shell form/]],
    ["HEALTHCHECK", `${slim}HEALTHCHEC§K --interval=5m CMD curl -f http://x || exit 1`, [/every 5m, for at most 30s; after 3/, /`\|\|`/]],
    ["HEALTHCHECK in exec form", `${slim}HEALTHCHEC§K CMD ["curl", "x"]`, [/Exec form/, /every 30s/], [/process 1/]],
    ["its shell form in exec form", `${slim}HEALTHCHEC§K CMD curl x`, [/`CMD \["curl", "x"\]`/]],
    ["the shell of a health check is the image's", `${slim}HEALTHCHEC§K CMD a\nSHELL ["/bin/bash", "-c"]`, [/`\/bin\/bash -c`/]],
    ["no check", `${slim}HEALTHCHEC§K NONE`, [/No health check/]],
  ];
  for (const [name, text, patterns, not] of cases) it(name, () => says(hover(text), patterns, not));

  it("has nothing to say of a line half typed", () => {
    for (const line of ["RU§N", "CM§D ", "HEALTHCHEC§K --interval=3s", "CMD §", "§"]) assert.equal(hover(`${slim}${line}`), "");
  });
});

describe("hovers on FROM", () => {
  const cases: [string, string, RegExp[], RegExp[]?][] = [
    [
      "a tag: what it stands for, its bytes, what is smaller, how to pin",
      "FROM §python:3.12\n",
      [
        /\*\*python:3\.12\*\*: ≈ 1\.\d+ GB \(amd64\), docker-library/,
        /stood for `python:3\.12\.\d+/,
        /Smaller: `python:3\.12-alpine` ≈/,
        /names a line of releases/,
        /imagetools inspect python:3\.12`/,
        /When not to/,
      ],
    ],
    ["the keyword too", "FRO§M debian:bookworm-slim", [/debian:bookworm-slim/, /amd64/]],
    ["no tag", "FROM debia§n", [/No tag means `latest`/, /By tag: `debian:\w+`/, /imagetools inspect debian:/]],
    ["a tag that moves", "FROM node:lt§s-slim", [/`lts-slim` moves/, /By tag: `node:\d+-slim`/]],
    ["a tag of one release", "FROM python:3.12.§4", [/only until the next release/]],
    ["a digest", `FROM debian:bookworm-sl§im@sha256:${"a".repeat(64)}`, [/to the byte/, /When not to/], [/imagetools/]],
    ["what is not known", "FROM ghcr.io/o/im§g:1", [/size not known/, /imagetools inspect ghcr\.io\/o\/img:1/], [/Smaller/, /stands for/]],
    ["a variable that is known", "ARG V=3.12\nFROM python:$§V-slim", [/\*\*python:3\.12-slim\*\*/]],
    ["a stage", "FROM debian AS a\nFROM §a", [/stage `a` above/]],
    ["scratch", "FROM scrat§ch", [/is empty/], [/digest/]],
  ];
  for (const [name, text, patterns, not] of cases) it(name, () => says(hover(text), patterns, not));

  it("and nowhere where there is none", () => assert.equal(hover("§WORKDIR\n"), hover("WORK§DIR\n")));
});

describe("hovers on a layer", () => {
  const world = worldOf({ "app/big.bin": 5_000_000, "app/small": 10 });

  it("bytes, how they are known, and the biggest things", () =>
    says(hover(`${slim}COP§Y app /app`, world), [/\*\*5 MB\*\* in this layer \(amd64\): measured/, /- app: 5 MB|- `app`: 5 MB/]));

  it("what of it is in vain, and by which line", () =>
    says(hover(`${slim}COP§Y app /app\nRUN true\nRUN rm /app/big.bin`, world), [
      /Wasted: line 4 removes `app\/big\.bin`, and 5 MB of it stay here/,
    ]));

  it("what a later line stores again", () =>
    says(hover(`${slim}COP§Y app /app\nRUN chown -R 5 /app`, world), [/Wasted: line 3 stores .* again, and 5 MB of it stay here/]));

  it("says which folder was taken for the build context, where that is a guess", () => {
    const context = world.context && { ...world.context, guess: { folder: "docker", because: "it has no app.jar" } };
    says(hover(`${slim}COP§Y app /app`, { ...world, ...(context && { context }) }), [
      /Build context: `docker\/`, a guess, for it has no app.jar/,
    ]);
    says(hover(`${slim}COP§Y app /app`, world), [/5 MB/], [/guess/]);
  });

  it("an unknown amount", () => says(hover(`${slim}RU§N ./configure`), [/\*\*\?\*\* in this layer.*not known until it is built/]));

  it("nothing", () => assert.match(hover(`${slim}WORKDI§R /tmp`), /^Stores nothing/));

  it("nothing of base and stage in a stage's own FROM", () => assert.doesNotMatch(hover("FROM scrat§ch"), /layer/));
});

describe("hovers", () => {
  const fixtures = readdirSync(fixturesFolder, { withFileTypes: true })
    .filter((d) => d.isDirectory() && d.name !== "refactorings")
    .flatMap((d) => fixturesOf(d.name));

  it("never throw, at any place of any fixture and of its beginnings", function () {
    this.timeout(300_000);
    for (const { name, text, world } of someOf(fixtures, 8)) {
      for (const end of new Set([text.length, ...placesIn(text.length, 400, 23)])) {
        const shown = analyze(text.slice(0, end), world);
        for (let offset = 0; offset <= end; offset += end === text.length && inCI ? 1 : 5) {
          const found = hoverAt(shown, offset);
          if (!found) continue;
          assert.doesNotMatch(found.text, /undefined|NaN|\[object/, name);
          assert.ok(found.span.start <= offset && offset <= found.span.end && found.span.end <= end, `${name}: ${offset}`);
        }
      }
    }
  });
});

describe("Markdown", () => {
  it("keeps backticks inside code", () => {
    assert.equal(code("a"), "`a`");
    assert.equal(code("a `b`"), "`` a `b` ``");
    assert.equal(code("a\n b"), "`a b`");
  });
  it("lists", () =>
    assert.deepEqual(
      [enumerated([]), enumerated(["a"]), enumerated(["a", "b"]), enumerated(["a", "b", "c"])],
      ["", "a", "a and b", "a, b and c"],
    ));
});

import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

/** What the fixes for a kept cache are called. */
function fixes(lines: string[], rule: string): string[] {
  const world = { ...worldOf({ "x.c": 100 }), settings: { minSaving: 0 } };
  const { findings } = analyze(`${lines.join("\n")}\n`, world);
  return findings.filter((f) => f.rule.id === rule).flatMap((f) => f.fixes.map((fix) => fix.title.replace(/ \(saves.*/, "")));
}

describe("a cache in a folder that holds more", () => {
  const compiled = "RUN cd /src && ccache gcc -c x.c -o x.o";
  const cases: [says: string, lines: string[]][] = [
    ["the root", ["ENV CCACHE_DIR=/", "COPY . /src", compiled]],
    ["the sources", ["ENV CCACHE_DIR=/src", "COPY . /src", compiled]],
    ["a folder of every image", ["ENV CCACHE_DIR=/tmp", "COPY . /src", compiled]],
    [
      "the folder that the commands stand in",
      ["ENV CCACHE_DIR=/work", "WORKDIR /work/a", "COPY . /src", "RUN ccache gcc -c /src/x.c -o /x.o"],
    ],
  ];
  for (const [says, lines] of cases)
    it(`is not removed, and nothing is mounted there: ${says}`, () =>
      assert.deepEqual(fixes(["FROM debian:bookworm", ...lines], "ccache-cache-kept"), []));

  it("is removed where it is alone", () =>
    assert.deepEqual(fixes(["FROM debian:bookworm", "ENV CCACHE_DIR=/ccache", "COPY . /src", compiled], "ccache-cache-kept"), [
      "Remove the cache of ccache in this RUN",
      "Mount a cache for this RUN (needs BuildKit)",
    ]));
});

describe("a cache of which only the base says where it lies", () => {
  const titles = (base: string) => fixes([`FROM ${base}`, "RUN dnf install -y gcc"], "dnf-cache-kept");
  it("is removed by its tool, and nothing is mounted", () =>
    assert.deepEqual(titles("quay.io/example/fedora:latest"), ["Remove the dnf cache in this RUN"]));
  it("is mounted where the base is known", () => assert.equal(titles("rockylinux:9").length, 2));
  it("nor is Go's, on what need not be built on the official image", () => {
    const ofGo = (base: string) =>
      fixes([`FROM ${base}`, "ENV GO_VERSION=1.22", "RUN go install example.com/a@v1"], "go-cache-kept").length;
    assert.equal(ofGo("example/dev:1"), 1);
    assert.equal(ofGo("registry.example.com/library/golang:1.22"), 2);
  });
});

describe("a cache on Windows", () => {
  it("is kept out by a switch, and by nothing else", () => {
    const text =
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN uv pip install flask && pip install flask\nRUN cargo install tool\n";
    const fixes = analyze(text, {}).findings.map((f) => [f.rule.id, ...f.fixes.map((x) => x.title.replace(/ \(saves.*/, ""))]);
    assert.deepEqual(fixes, [
      ["uv-cache-kept", "Add --no-cache"],
      ["pip-cache-kept", "Add --no-cache-dir"],
    ]);
  });
});

describe("poetry's cache", () => {
  const isKept = (...lines: string[]): boolean =>
    analyze(`FROM python:3.10-slim\n${lines.join("\n")}\n`, {}).findings.some((f) => f.rule.id === "poetry-cache-kept");

  it("stays where poetry downloads, and not where it has pip do so", () => {
    const install = "RUN poetry install";
    assert.ok(isKept("RUN pip install --no-cache-dir poetry==1.1.0", install));
    assert.ok(isKept("ENV POETRY_VERSION=1.8.3", install));
    assert.ok(isKept("RUN poetry config experimental.new-installer true", install));
    assert.ok(!isKept("RUN pip install --no-cache-dir 'poetry==1.0.10'", install));
    assert.ok(!isKept("ENV POETRY_VERSION=0.12.17", install));
    assert.ok(!isKept("ENV POETRY_EXPERIMENTAL_NEW_INSTALLER=0", install));
    assert.ok(!isKept("RUN poetry config experimental.new-installer false", install));
    assert.ok(!isKept("WORKDIR /src", "RUN poetry config --local experimental.new-installer false && poetry install"));
  });
});

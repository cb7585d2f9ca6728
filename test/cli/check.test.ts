import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { FileJSON, LayerJSON } from "../../server/src/protocol.ts";
import { ballast, clean, cli, report, useFolder, withLists } from "./support/cli.ts";

const bytesOf = (layers: readonly LayerJSON[]): number => layers.reduce((sum, layer) => sum + layer.bytes, 0);

describe("ballast check", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("ends with 0 when there is nothing to report", () => {
    const ran = ballast(["check", "Dockerfile"], { cwd: folder({ Dockerfile: clean }) });
    assert.equal(ran.code, 0);
    assert.match(ran.out, /^Dockerfile\n {2}image ≈ 74\.8 MB · nothing to report\n/);
    assert.equal(ran.err, "");
  });

  it("ends with 1 at findings: place, level, message, rule and fix", () => {
    const ran = ballast(["check", "Dockerfile"], { cwd: folder({ Dockerfile: withLists }) });
    assert.equal(ran.code, 1);
    assert.match(ran.out, /^ {2}2:5 +warning {2}The package lists stay/m);
    assert.match(ran.out, /apt-lists-kept DL3009 → Remove the package lists/);
    assert.match(ran.out, /19\.9 MB can go/);
  });

  it("says where FROM is misspelt, once, beside that there is none", () => {
    const noteOn = (input: string): string => ballast(["check", "-"], { input }).err;
    const note = "ballast: Dockerfile: has no FROM: it is read as a stage on an unknown base\n";
    const misspelt = (line: number, word: string): string => `ballast: Dockerfile: line ${line}: ${word} is no instruction; FROM?\n`;
    assert.equal(noteOn("FORM node:20\nRUN true\n"), misspelt(1, "FORM") + note);
    assert.equal(noteOn("# x\nARG V=1\nfrm node:$V\nRUN true\n"), misspelt(3, "frm") + note);
    assert.equal(noteOn("FORM golang:1.26 AS build\nRUN true\nFROM debian:bookworm-slim\n"), misspelt(1, "FORM"));
    assert.equal(noteOn("RUNN true\nCMD true\n"), note);
    assert.equal(noteOn("RUN true\n"), note);
    assert.equal(noteOn("FROM debian:bookworm-slim\nFORM x\n"), "");
  });

  it("ends with 1 only from the level on that --fail-on or the settings name, and reports all", () => {
    const failOn = (level: string, ...args: string[]): number | null => {
      const cwd = folder({ Dockerfile: withLists, ...(level && { ".ballastrc.json": JSON.stringify({ failOn: level }) }) });
      const ran = ballast(["check", ...args], { cwd });
      assert.match(ran.out, /apt-lists-kept/);
      return ran.code;
    };
    assert.equal(failOn("", "--fail-on", "warning"), 1);
    assert.equal(failOn("", "--fail-on", "error"), 0);
    assert.equal(failOn("", "--fail-on", "never", "--budget", "10MB"), 0);
    assert.equal(failOn("", "--fail-on", "error", "--budget", "10MB"), 1);
    assert.equal(failOn("error"), 0);
    assert.equal(failOn("error", "--fail-on", "hint"), 1);
    const input = `${JSON.stringify({ file: "a", text: withLists })}\n`;
    assert.deepEqual(
      ["warning", "error"].map((level) => ballast(["check", "--format", "ndjson", "--fail-on", level, "-"], { input }).code),
      [1, 0],
    );
  });

  it("has whole lines and no colours where no terminal is, and says which fixes --fix would apply", () => {
    const ran = ballast(["check"], { cwd: folder({ Dockerfile: withLists.replace("-slim", "").replace(" --no-install-recommends", "") }) });
    assert.ok(!ran.out.includes("\u001B"));
    assert.match(ran.out, /^ +1:6 +warning +debian:bookworm is a full image: .* has .* MB\.$/m);
    assert.match(ran.out, /^1 safe fix: --fix; 2 fixes to review: --fix --unsafe-fixes \(--diff shows what they do\)$/m);
  });

  it("has colours when asked, and none with NO_COLOR", () => {
    const cwd = folder({ Dockerfile: withLists });
    assert.ok(ballast(["check"], { cwd, env: { FORCE_COLOR: "1" } }).out.includes("\u001B["));
    assert.ok(!ballast(["check"], { cwd, env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).out.includes("\u001B["));
  });

  it("searches folders for Dockerfiles, without PATH the current one", () => {
    const files = ["Containerfile", "Dockerfile", "a/Dockerfile.dev", "a/web.Dockerfile", "a/x.dockerfile", "b/prod.containerfile"];
    const others = ["Dockerfile.dockerignore", "Dockerfile~", "node_modules/x/Dockerfile", ".git/Dockerfile", "dockerfile.md"];
    const cwd = folder(Object.fromEntries([...files, ...others].map((file) => [file, clean])));
    const found = report(ballast(["check", "--format", "json"], { cwd }));
    assert.deepEqual(
      found.files.map((f) => f.file),
      files,
    );
    assert.deepEqual(
      report(ballast(["check", "--format", "json", "a", "a/Dockerfile.dev"], { cwd })).files.map((f) => f.file),
      ["a/Dockerfile.dev", "a/web.Dockerfile", "a/x.dockerfile"],
    );
  });

  it("says which folder it takes for the build context where another one would do", () => {
    const cwd = folder({
      "docker/Dockerfile": "FROM debian:bookworm-slim\nCOPY . /srv\n",
      Dockerfile: "FROM debian:bookworm-slim\nCOPY . /srv\n",
    });
    const { out } = ballast(["check"], { cwd });
    assert.equal(out.match(/build context/g)?.length, 1);
    assert.match(out, /^docker\/Dockerfile\n(?: {2}.*\n)* {2}build context docker: a guess/m);
    const contexts = (...args: string[]): unknown[] =>
      report(ballast(["check", "--format", "json", ...args], { cwd })).files.map((f) => "context" in f && f.context);
    assert.deepEqual(contexts(), [
      { folder: ".", guessed: false },
      { folder: "docker", guessed: true },
    ]);
    assert.deepEqual(contexts("--context", ".", "docker"), [{ folder: ".", guessed: false }]);
    const above = folder({ "docker/Dockerfile": "FROM debian:bookworm-slim\nCOPY app /srv\n", app: "" });
    assert.match(
      ballast(["check"], { cwd: above }).out,
      /^ {2}build context \.: the nearest folder that has all that COPY names \(--context\)$/m,
    );
  });

  it("says so when a folder has no Dockerfile", () => {
    const ran = ballast(["check", "."], { cwd: folder({ "x.txt": "" }) });
    assert.equal(ran.code, 2);
    assert.match(ran.err, /no Dockerfile in this folder/);
  });

  it("goes on past files that cannot be read, and ends with 2", () => {
    const cwd = folder({
      Dockerfile: withLists,
      "binary.Dockerfile": new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1]),
      "utf16.Dockerfile": new Uint8Array([0xff, 0xfe, 0x46, 0]),
      "latin.Dockerfile": new Uint8Array([0x46, 0xe4, 0x0a]),
      "huge.Dockerfile": "#".repeat(5_000_001),
      "package.json": '{\n  "name": "web",\n  "version": "1.0.0"\n}\n',
    });
    symlinkSync("nowhere", join(cwd, "dangling.Dockerfile"));
    mkdirSync(join(cwd, "folder.Dockerfile"));
    const names = [...["binary", "utf16", "latin", "huge", "dangling"].map((name) => `${name}.Dockerfile`), "package.json"];
    const ran = ballast(["check", "--format", "json", ...names, "missing", "Dockerfile"], { cwd });
    assert.equal(ran.code, 2);
    const { files, errors } = report(ran);
    assert.deepEqual(
      files.map((f) => f.file),
      ["Dockerfile"],
    );
    assert.deepEqual([...errors].map((e) => e.file).sort(), [...names, "missing"].sort());
    for (const word of ["binary file", "UTF-16", "not UTF-8", "too long", "no such file"]) assert.ok(ran.err.includes(word), word);
    assert.equal(ballast(["check", "--format", "json"], { cwd }).code, 2);
  });

  it("prints a JSON that adds up", () => {
    const text =
      "FROM golang:1.25 AS build\nRUN apt-get update\nFROM debian:bookworm AS base\nWORKDIR /app\nFROM base\nCOPY . .\nRUN rm big\nRUN unknown-tool\n";
    const cwd = folder({ Dockerfile: text, big: "x".repeat(300_000) });
    const ran = ballast(["check", "--format", "json", "--min-saving", "0", "Dockerfile"], { cwd });
    const { version, files, errors } = report(ran);
    assert.equal(version, 1);
    assert.deepEqual(errors, []);
    const [file] = files;
    assert.ok(file);
    assertShape(file);
    const shipped = file.image.stages.filter((stage) => stage.ships);
    assert.deepEqual(
      shipped.map((stage) => [stage.index, stage.baseStage]),
      [
        [1, null],
        [2, 1],
      ],
    );
    assert.equal(
      shipped.reduce((sum, stage) => sum + bytesOf(stage.layers), 0),
      file.image.bytes,
    );
    assert.ok(file.image.lowerBound);
    assert.equal(file.image.wastedBytes, 300_000);
    assert.equal(file.image.stages[2]?.layers[0]?.bytes, 0);
  });

  it("reads one Dockerfile from standard input, with the name it is given and no context", () => {
    const cwd = folder({ big: "x".repeat(200_000) });
    const ran = ballast(["check", "--format", "json", "--stdin-name", "web/Dockerfile", "-"], { cwd, input: "FROM scratch\nCOPY big /\n" });
    const [file] = report(ran).files;
    assert.equal(file?.file, "web/Dockerfile");
    assert.deepEqual([file?.image.bytes, file?.image.lowerBound], [0, true]);
    const known = report(ballast(["check", "--format", "json", "--context", cwd, "-"], { input: "FROM scratch\nCOPY big /\n" })).files[0];
    assert.deepEqual([known?.image.bytes, known?.image.lowerBound, known?.image.basis], [200_000, false, "measured"]);
  });

  it("takes target and build arguments", () => {
    const cwd = folder({ Dockerfile: "ARG TAG=bookworm\nFROM debian:$TAG AS one\nFROM one AS two\nRUN head -c 5000000 /dev/zero >/x\n" });
    const check = (...args: string[]): FileJSON | undefined => report(ballast(["check", "--format", "json", ...args], { cwd })).files[0];
    assert.equal(check()?.image.target, 1);
    assert.equal(check("--target", "one")?.image.target, 0);
    assert.equal(check("--build-arg", "TAG=trixie-slim", "--build-arg=X=a=b")?.image.stages[0]?.base, "debian:trixie-slim");
  });

  it("builds what Compose builds, unless it is told otherwise", () => {
    const cwd = folder({
      Dockerfile: "ARG TAG=bookworm\nFROM debian:$TAG AS one\nFROM one AS two\nRUN head -c 5000000 /dev/zero >/x\n",
      "compose.yaml": "services:\n  web:\n    build: { context: ., target: one, args: { TAG: trixie-slim } }\n",
    });
    const check = (...args: string[]): FileJSON | undefined => report(ballast(["check", "--format", "json", ...args], { cwd })).files[0];
    assert.match(ballast(["check"], { cwd }).err, /Dockerfile: stage one, as its Compose file builds it \(--target for another\)$/m);
    assert.equal(ballast(["check", "--target", "one"], { cwd }).err, "");
    assert.deepEqual([check()?.image.target, check()?.image.stages[0]?.base], [0, "debian:trixie-slim"]);
    assert.deepEqual(
      [check("--target", "two")?.image.target, check("--build-arg", "TAG=buster")?.image.stages[0]?.base],
      [1, "debian:buster"],
    );
  });

  it("keeps back small savings: 100 kB, or what --min-saving says", () => {
    const cwd = folder({ Dockerfile: withLists });
    const rulesFound = (...args: string[]): string[] =>
      report(ballast(["check", "--format", "json", ...args], { cwd })).files.flatMap((f) => f.findings.map((x) => x.rule));
    assert.deepEqual(rulesFound(), ["apt-lists-kept"]);
    assert.deepEqual(rulesFound("--min-saving", "1GB"), []);
    assert.deepEqual(rulesFound("--min-saving=19.8MB"), ["apt-lists-kept"]);
  });

  it("ends with 2 for a file that has no such stage, and looks at the others", () => {
    const cwd = folder({ a: "FROM debian:bookworm-slim AS build\n", b: "FROM debian:bookworm-slim\n" });
    const ran = ballast(["check", "--target", "build", "--format", "json", "a", "b"], { cwd });
    assert.equal(ran.code, 2);
    assert.match(ran.err, /b: has no stage build; its stages: 0/);
    assert.deepEqual(
      report(ran).files.map((f) => f.file),
      ["a"],
    );
  });

  it("holds the image to a budget", () => {
    const cwd = folder({ Dockerfile: clean });
    const over = ballast(["check", "--budget", "10MB"], { cwd });
    assert.equal(over.code, 1);
    assert.match(over.out, /over the budget of 10 MB/);
    assert.equal(ballast(["check", "--budget", "1GB"], { cwd }).code, 0);
    const json = ballast(["check", "--budget", "10MB", "--format", "json"], { cwd });
    assert.equal(json.code, 1);
    assert.deepEqual(
      report(json).files[0]?.findings.map(({ rule, level }) => ({ rule, level })),
      [{ rule: "over-budget", level: "error" }],
    );
  });

  it("prints a long report whole into a pipe", () => {
    const many = Array.from({ length: 400 }, (_, i) => [`s${i}/Dockerfile`, `${withLists}# ${"ä".repeat(500)}\n`] as const);
    const ran = ballast(["check", "--format", "json"], { cwd: folder(Object.fromEntries(many)) });
    assert.equal(report(ran).files.length, 400);
  });

  it("says so where its output cannot be written", function () {
    if (process.platform !== "linux") this.skip();
    const cwd = folder({ Dockerfile: withLists });
    const out = openSync("/dev/full", "w");
    const ran = spawnSync(process.execPath, [cli, "check"], { cwd, stdio: ["ignore", out, "pipe"], encoding: "utf8" });
    closeSync(out);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /^ballast: the output cannot be written: ENOSPC[^\n]*\n$/);
  });

  it("does not look as if all were well to a shell when its reader stops early", () => {
    const many = Array.from({ length: 400 }, (_, i) => [`s${i}/Dockerfile`, withLists] as const);
    const script = 'set -o pipefail; "$0" "$1" check --format json | head -c 10';
    const ran = spawnSync("bash", ["-c", script, process.execPath, cli], { cwd: folder(Object.fromEntries(many)), encoding: "utf8" });
    assert.deepEqual([ran.status, ran.stderr], [141, ""]);
  });

  it("reads a long Dockerfile", () => {
    const ran = ballast(["check", "--format", "json", "-"], {
      input: `FROM debian:bookworm-slim\n${"RUN echo hello && touch /x\n".repeat(3000)}`,
    });
    assert.equal(report(ran).files[0]?.image.stages[0]?.layers.length, 3001);
  });
});

/** Every field of the contract is there and of its type. */
function assertShape(file: FileJSON): void {
  const isSize = (size: { bytes: unknown; lowerBound: unknown; basis: unknown }): void => {
    assert.equal(typeof size.bytes, "number");
    assert.equal(typeof size.lowerBound, "boolean");
    assert.ok(["measured", "computed", "typical", "unknown"].includes(String(size.basis)));
    if (size.basis === "unknown") assert.deepEqual([size.bytes, size.lowerBound], [0, true]);
  };
  isSize(file.image);
  assert.equal(typeof file.image.savableBytes, "number");
  for (const [index, stage] of file.image.stages.entries()) {
    assert.equal(stage.index, index);
    assert.equal(stage.layers[0]?.instruction, "FROM");
    for (const layer of stage.layers) {
      isSize(layer);
      assert.ok(["FROM", "RUN", "COPY", "ADD", "WORKDIR"].includes(layer.instruction));
      for (const item of layer.items)
        assert.deepEqual([typeof item.kind, typeof item.what, typeof item.bytes], ["string", "string", "number"]);
    }
  }
  for (const finding of file.findings) {
    assert.ok(["error", "warning", "info", "hint"].includes(finding.level));
    assert.ok(Array.isArray(finding.aliases));
    for (const fix of finding.fixes) {
      assert.ok(["safe", "review"].includes(fix.safety));
      for (const edit of fix.edits) assert.equal(typeof edit.newText, "string");
    }
  }
}

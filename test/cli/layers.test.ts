import assert from "node:assert/strict";
import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ballast, clean, useFolder } from "./support/cli.ts";

const wasteful = "FROM debian:bookworm-slim AS build\nRUN unknown-tool\nFROM scratch\nCOPY big /\nRUN rm /big\n";

describe("ballast layers", function () {
  this.timeout(60_000);
  const folder = useFolder();
  const files = { Dockerfile: wasteful, big: "x".repeat(2_000_000) };

  it("prints a table: bars, marks, basis, what is wasted, the total", () => {
    const ran = ballast(["layers"], { cwd: folder(files) });
    assert.equal(ran.code, 0);
    assert.match(ran.out, /^build · not in the image$/m);
    assert.match(ran.out, /^ +1 FROM debian:bookworm-slim A?.* ▓{14} +≈ 74\.8 MB {2}computed$/m);
    assert.match(ran.out, /^ +2 RUN unknown-tool +╱╱╱ +\? {2}unknown$/m);
    assert.match(ran.out, /^ +4 COPY big \/ +░ +2 MB {2}measured +2 MB$/m);
    assert.match(ran.out, /^image 2 MB for amd64 · wasted 2 MB/m);
    for (const line of ran.out.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("prints JSON, from a folder, a file or standard input", () => {
    const cwd = folder({ ...files, "other.Dockerfile": clean });
    for (const operands of [[], ["."], ["Dockerfile"], ["-", "--context", "."]]) {
      const ran = ballast(["layers", "--format", "json", ...operands], { cwd, input: wasteful });
      assert.equal(ran.code, 0);
      const { version, image } = JSON.parse(ran.out) as { version: number; image: { bytes: number; stages: unknown[] } };
      assert.deepEqual([version, image.bytes, image.stages.length], [1, 2_000_000, 2]);
    }
  });

  it("weighs an install by what this machine has installed, though the build does not get it", () => {
    const cwd = folder({
      Dockerfile: "FROM scratch\nCOPY package*.json ./\nRUN npm ci --omit=dev --cache /tmp/c && rm -rf /tmp/c\n",
      ".dockerignore": "node_modules\n",
      "package.json": '{"dependencies":{"web":"1"},"devDependencies":{"tester":"1"}}',
      "package-lock.json": '{"lockfileVersion":3,"packages":{"node_modules/web":{},"node_modules/tester":{"dev":true}}}',
      "node_modules/web/index.js": "x".repeat(2_000_000),
      "node_modules/tester/index.js": "x".repeat(1_000_000),
    });
    const ran = ballast(["layers", "--context", "."], { cwd });
    assert.match(ran.out, /^ +3 RUN npm ci .* ≈ 2 MB {2}typical$/m);
  });

  it("asks which one where a folder has several, and says when there is none", () => {
    const several = ballast(["layers"], { cwd: folder({ "a.Dockerfile": clean, "b.Dockerfile": clean }) });
    assert.deepEqual([several.code, /name one of the Dockerfiles: a\.Dockerfile, b\.Dockerfile/.test(several.err)], [2, true]);
    assert.match(ballast(["layers"], { cwd: folder() }).err, /no Dockerfile/);
    assert.equal(ballast(["layers", "missing"], { cwd: folder() }).code, 2);
  });

  it("keeps what steers a terminal out of its tables", () => {
    const ran = ballast(["layers", "-"], { input: "FROM scratch\nRUN echo \u001B[31m\u202Ered\n" });
    assert.ok(!/[\u001B\u202E]/.test(ran.out));
  });
});

describe("ballast apply", function () {
  this.timeout(60_000);
  const folder = useFolder();
  const two = "FROM debian:bookworm-slim\nRUN touch /a\nRUN touch /b\nENV X=1\nRUN touch /c\nRUN touch /d\n";
  const merged = /RUN touch \/a\b[^R]+\btouch \/b\n/;

  it("prints the new text, and leaves the file", () => {
    const cwd = folder({ Dockerfile: two });
    const ran = ballast(["apply", "merge-runs", "Dockerfile"], { cwd });
    assert.equal(ran.code, 0);
    assert.match(ran.out, merged);
    assert.equal(readFileSync(join(cwd, "Dockerfile"), "utf8"), two);
    assert.match(ballast(["apply", "merge-runs", "-"], { input: two }).out, merged);
  });

  it("takes the place that is named", () => {
    const ran = ballast(["apply", "merge-runs", "--line", "6", "-"], { input: two });
    assert.match(ran.out, /RUN touch \/c\b[^R]+\btouch \/d\n/);
    assert.doesNotMatch(ran.out, merged);
  });

  it("writes with --write: mode, link, byte-order mark and line ends stay", () => {
    const text = `\uFEFF${two.replaceAll("\n", "\r\n")}`;
    const cwd = folder({ "real.Dockerfile": text });
    chmodSync(join(cwd, "real.Dockerfile"), 0o666);
    symlinkSync("real.Dockerfile", join(cwd, "Dockerfile"));
    const ran = ballast(["apply", "merge-runs", "Dockerfile", "--write"], { cwd });
    assert.deepEqual([ran.code, /^Dockerfile: Merge/.test(ran.out)], [0, true]);
    const now = readFileSync(join(cwd, "real.Dockerfile"), "utf8");
    assert.ok(now.startsWith("\uFEFFFROM"));
    assert.ok(!/[^\r]\n/.test(now) && /RUN touch \/a\b[^R]+\btouch \/b\r\n/.test(now));
    assert.equal(statSync(join(cwd, "real.Dockerfile")).mode & 0o777, 0o666);
    assert.ok(lstatSync(join(cwd, "Dockerfile")).isSymbolicLink());
  });

  it("ends with 1 where it is not possible, with 2 where nothing can be read", () => {
    const none = ballast(["apply", "merge-runs", "-"], { input: clean });
    assert.deepEqual([none.code, /merge-runs is not possible here: no RUN /.test(none.err), none.out], [1, true, ""]);
    assert.match(ballast(["apply", "merge-runs", "--line", "4", "-"], { input: two }).err, /not possible at line 4/);
    assert.equal(ballast(["apply", "merge-runs", "missing"], { cwd: folder() }).code, 2);
    assert.equal(ballast(["apply", "merge-runs", "--write", "-"], { input: two }).code, 2);
  });
});

describe("ballast layers --format html", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("is a page that needs nothing else, whatever the Dockerfile says", () => {
    const text = "FROM debian:bookworm-slim\nRUN echo '</script><!--' > /x\n";
    const { code, out } = ballast(["layers", "--format", "html", "Dockerfile"], { cwd: folder({ Dockerfile: text }) });
    assert.equal(code, 0);
    assert.match(out, /^<!DOCTYPE html>/);
    assert.match(out, /default-src 'none'/);
    assert.doesNotMatch(out, /<link|src=|https?:\/\/(?!github\.com)/);
    assert.equal(out.match(/<\/script>/g)?.length, 2);
    assert.match(out, /RUN echo '\\u003c\/script>\\u003c!--'/);
  });
});

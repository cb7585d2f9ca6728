import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ballast, clean, report, useFolder, withLists, withoutLists } from "./support/cli.ts";

/** Its fix is one to review. */
const withRecommends = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n";
const withoutRecommends = withRecommends.replace("install -y", "install -y --no-install-recommends");

describe("ballast check --fix", function () {
  this.timeout(60_000);
  const folder = useFolder();
  const textOf = (cwd: string, file = "Dockerfile"): string => readFileSync(join(cwd, file), "utf8");

  it("writes the safe fixes, says so, and reports what is left", () => {
    const cwd = folder({ Dockerfile: withLists, "clean.Dockerfile": clean, "recommends.Dockerfile": withRecommends });
    const ran = ballast(["check", "--fix"], { cwd });
    assert.equal(ran.code, 1);
    assert.match(
      ran.out,
      /^Dockerfile\n {2}1 fix applied \(apt-lists-kept\): [≈≥] [\d.]+ MB → [≈≥] [\d.]+ MB\n {2}image [≈≥] [\d.]+ MB · nothing to report$/m,
    );
    assert.match(ran.out, /apt-recommends-installed/);
    assert.equal(textOf(cwd), withoutLists);
    assert.equal(textOf(cwd, "clean.Dockerfile"), clean);
    assert.equal(textOf(cwd, "recommends.Dockerfile"), withRecommends);
    assert.deepEqual(readdirSync(cwd).sort(), ["Dockerfile", "clean.Dockerfile", "recommends.Dockerfile"]);
    assert.equal(ballast(["check", "--fix", "Dockerfile"], { cwd }).code, 0);
    assert.equal(textOf(cwd), withoutLists);
  });

  it("writes those to review with --unsafe-fixes only", () => {
    const cwd = folder({ Dockerfile: withRecommends });
    assert.equal(ballast(["check", "--fix"], { cwd }).code, 1);
    assert.equal(textOf(cwd), withRecommends);
    const ran = ballast(["check", "--fix", "--unsafe-fixes", "--format", "json"], { cwd });
    assert.equal(ran.code, 0);
    assert.equal(textOf(cwd), withoutRecommends);
    assert.match(
      ran.out,
      /"fixed":\{"fixes":1,"created":\[\],"applied":\[\{"rule":"apt-recommends-installed","title":"Add --no-install-recommends[^"]*","safety":"review"\}\]\}/,
    );
    assert.deepEqual(report(ran).files[0]?.findings, []);
  });

  it("says what is to be checked of those to review, and reports what only they brought about", () => {
    const ended = "FROM debian:buster\nRUN apt-get update && apt-get upgrade -y\n";
    const cwd = folder({ Dockerfile: ended });
    const { out } = ballast(["check", "--fix", "--unsafe-fixes"], { cwd });
    assert.equal(textOf(cwd), "FROM debian:bookworm\nRUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\n");
    assert.match(
      out,
      /^ {2}2 fixes applied \(base-ended, apt-lists-kept\).*\n {2}to review: base-ended: Move to debian:bookworm: .*test before you ship.*\n {2}1:6 /m,
    );
    assert.match(out, /^ +packages-upgraded .*\[review\]$/m);
    const safe = ballast(["check", "--fix"], { cwd: folder({ Dockerfile: withLists }) });
    assert.doesNotMatch(safe.out, /to review/);
    const ran = ballast(["check", "--fix", "--unsafe-fixes", "-"], { input: ended });
    assert.equal(ran.out, textOf(cwd));
    assert.match(ran.err, /^ballast: Dockerfile: applied, to review: base-ended: Move to debian:bookworm: /m);
  });

  it("does not call it growth where an unknown size becomes known", () => {
    const cwd = folder({ Dockerfile: "FROM ubuntu:10.04\nRUN fallocate -l 5MB /x\n" });
    const { out } = ballast(["check", "--fix", "--unsafe-fixes"], { cwd });
    assert.match(out, /1 fix applied \(base-ended\): ≥ [\d.]+ MB → ≈ [\d.]+ MB, since more is known now$/m);
  });

  it("adds to the .dockerignore that is there, and --diff shows it", () => {
    const text = "FROM debian:bookworm-slim\nCOPY . /app\n";
    const cwd = folder({ Dockerfile: text, ".dockerignore": "a\r\nb", "x.log": "x".repeat(200_000), "dump.csv": Buffer.alloc(11_000_000) });
    const shown = ballast(["check", "--unsafe-fixes", "--diff"], { cwd });
    assert.match(shown.out, /^--- \.dockerignore\n\+\+\+ \.dockerignore\n/);
    assert.match(shown.out, /^\+dump\.csv/m);
    const ran = ballast(["check", "--fix", "--unsafe-fixes", "--format", "json"], { cwd });
    assert.deepEqual(report(ran).files[0]?.findings, []);
    assert.equal(textOf(cwd), text);
    const lines = textOf(cwd, ".dockerignore").split("\r\n");
    assert.deepEqual(lines.slice(0, 2), ["a", "b"]);
    assert.deepEqual(lines.slice(2).sort(), ["", "Dockerfile", "dump.csv", "x.log"]);
  });

  it("keeps mode, byte-order mark, line ends, and a link a link", () => {
    const dress = (text: string): string => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    const cwd = folder({ "real.Dockerfile": dress(`# ä 😀\n${withLists}`) });
    chmodSync(join(cwd, "real.Dockerfile"), 0o622);
    symlinkSync("real.Dockerfile", join(cwd, "Dockerfile"));
    assert.equal(ballast(["check", "--fix", "Dockerfile"], { cwd }).code, 0);
    assert.equal(textOf(cwd), dress(`# ä 😀\n${withoutLists}`));
    assert.equal(statSync(join(cwd, "Dockerfile")).mode & 0o777, 0o622);
    assert.ok(lstatSync(join(cwd, "Dockerfile")).isSymbolicLink());
  });

  it("sends the new text of standard input to standard output", () => {
    const ran = ballast(["check", "--fix", "-"], { input: withLists });
    assert.deepEqual([ran.code, ran.out, ran.err], [0, withoutLists, ""]);
    assert.equal(ballast(["check", "--fix", "-"], { input: withRecommends }).out, withRecommends);
    assert.equal(ballast(["check", "--fix", "--format", "json", "-"], { input: withLists }).code, 2);
    assert.equal(ballast(["check", "--fix", "--format", "ndjson", "-"], { input: withLists }).code, 2);
  });

  it("refuses --unsafe-fixes alone", () => {
    const cwd = folder({ Dockerfile: withRecommends });
    const ran = ballast(["check", "--unsafe-fixes"], { cwd });
    assert.deepEqual([ran.code, /goes with --fix or --diff/.test(ran.err)], [2, true]);
    assert.equal(textOf(cwd), withRecommends);
  });

  it("goes on where a file cannot be read", () => {
    const cwd = folder({ "b.Dockerfile": withLists });
    const ran = ballast(["check", "--fix", "missing", "b.Dockerfile"], { cwd });
    assert.equal(ran.code, 2);
    assert.equal(textOf(cwd, "b.Dockerfile"), withoutLists);
  });
});

describe("ballast check --diff", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("prints what --fix would write, for patch, and writes nothing", () => {
    const crlf = withLists.replaceAll("\n", "\r\n");
    const cwd = folder({ "a/Dockerfile": withLists, "b.Dockerfile": crlf, "c.Dockerfile": withLists.trimEnd(), "d.Dockerfile": clean });
    const ran = ballast(["check", "--diff"], { cwd });
    assert.equal(ran.code, 1);
    assert.equal(readFileSync(join(cwd, "a/Dockerfile"), "utf8"), withLists);
    assert.match(ran.out, /^--- a\/Dockerfile\n\+\+\+ a\/Dockerfile\n@@ -1,2 \+1,2 @@\n FROM debian:bookworm-slim\n-RUN apt-get update/);
    assert.ok(!ran.out.includes("d.Dockerfile"));
    const patched = spawnSync("git", ["apply", "-p0", "-"], { cwd, input: ran.out, encoding: "utf8" });
    assert.equal(patched.status, 0, patched.stderr);
    assert.equal(readFileSync(join(cwd, "a/Dockerfile"), "utf8"), withoutLists);
    assert.equal(readFileSync(join(cwd, "b.Dockerfile"), "utf8"), withoutLists.replaceAll("\n", "\r\n"));
    assert.equal(readFileSync(join(cwd, "c.Dockerfile"), "utf8"), withoutLists.trimEnd());
  });

  it("shows fixes to review with --unsafe-fixes, also together with --fix", () => {
    const cwd = folder({ Dockerfile: withRecommends });
    assert.equal(ballast(["check", "--diff"], { cwd }).out, "");
    assert.match(ballast(["check", "--diff", "--fix", "--unsafe-fixes"], { cwd }).out, /^\+RUN .*--no-install-recommends/m);
    assert.equal(readFileSync(join(cwd, "Dockerfile"), "utf8"), withRecommends);
  });

  it("takes standard input, and no other format", () => {
    assert.match(ballast(["check", "--diff", "--stdin-name", "x/Dockerfile", "-"], { input: withLists }).out, /^--- x\/Dockerfile$/m);
    assert.equal(ballast(["check", "--diff", "--format", "json", "-"], { input: withLists }).code, 2);
  });
});

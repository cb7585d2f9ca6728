import assert from "node:assert/strict";
import { ballast, useFolder, withLists, withoutLists } from "./support/cli.ts";

const slim = 'FROM python:3.14-slim\nCOPY app.py /app/\nCMD ["python", "/app/app.py"]\n';
const full = slim.replace("-slim", "");

describe("ballast diff", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("shows the layers that differ, and how much the image grows or shrinks", () => {
    const cwd = folder({ old: full, new: slim, "app.py": "print()\n" });
    const ran = ballast(["diff", "old", "new"], { cwd });
    assert.equal(ran.code, 0);
    assert.match(ran.out, /^ {2}~ FROM python:3\.14-slim +≈ 1\.12 GB → +≈ 119 MB$/m);
    assert.doesNotMatch(ran.out, /COPY/);
    assert.match(ran.out, /image ≈ 1\.12 GB → ≈ 119 MB · 1 GB less$/m);
    assert.match(ballast(["diff", "new", "old"], { cwd }).out, /1 GB more$/m);
    assert.match(ballast(["diff", "new", "new"], { cwd }).out, /no layer differs\n.* · the same$/m);
  });

  it("sets side by side what is most alike, in order", () => {
    const old = ["COPY app /app", "RUN make -C /app", "RUN apt-get update && apt-get install -y curl", "COPY conf /etc/conf"];
    const now = ["RUN apt-get update && apt-get install -y curl jq", "RUN useradd app", "RUN make -C /app all", "COPY conf /etc/conf"];
    const text = (lines: readonly string[]): string => ["FROM debian:bookworm-slim", ...lines, ""].join("\n");
    const cwd = folder({ old: text(old), new: text(now), "app/Makefile": "", conf: "" });
    const { layers } = JSON.parse(ballast(["diff", "old", "new", "--format", "json"], { cwd }).out);
    const row = ({ old, new: now }: { old?: { text: string }; new?: { text: string } }) => [old?.text, now?.text];
    assert.deepEqual(layers.map(row), [
      ["FROM debian:bookworm-slim", "FROM debian:bookworm-slim"],
      [old[0], undefined],
      [old[1], undefined],
      [old[2], now[0]],
      [undefined, now[1]],
      [undefined, now[2]],
      [old[3], now[3]],
    ]);
  });

  it("takes standard input for another state of the other file: it has its build context", () => {
    const cwd = folder({ Dockerfile: "FROM scratch\nCOPY app.bin /\n", "app.bin": new Uint8Array(3_000_000) });
    const before = { cwd, input: "FROM scratch\nCOPY app.bin /\nCOPY app.bin /b\n" };
    assert.match(ballast(["diff", "-", "Dockerfile", "--max-growth", "0"], before).out, /image 6 MB → 3 MB · 3 MB less$/m);
    assert.equal(ballast(["diff", "Dockerfile", "-", "--max-growth", "1MB"], before).code, 1);
  });

  it("names the packages that come and go", () => {
    const cwd = folder({ old: withLists, new: withoutLists.replace("--no-install-recommends curl", "--no-install-recommends wget") });
    const { out } = ballast(["diff", "old", "new"], { cwd });
    assert.match(out, /- \d+ packages no longer installed: curl,/);
    assert.match(out, /\+ \d+ packages newly installed: wget,|\+ 1 package newly installed: wget/);
  });

  it("names a few of many packages, and how many more there are", () => {
    const gcc = withoutLists.replace("--no-install-recommends curl", "--no-install-recommends gcc");
    const cwd = folder({ old: "FROM debian:bookworm-slim\n", new: gcc });
    const { out } = ballast(["diff", "old", "new"], { cwd });
    assert.match(
      out.replace(/\n +/g, " "),
      /\+ \d+ packages newly installed: gcc, (?:[\w.+-]+, ){6}[\w.+-]+ and \d+ more \(≈ \d+ MB in all\) image/,
    );
  });

  it("ends with 1 when the image grows past --max-growth", () => {
    const cwd = folder({ old: slim, new: full, "app.py": "print()\n" });
    assert.equal(ballast(["diff", "old", "new", "--max-growth", "900MB"], { cwd }).code, 1);
    assert.equal(ballast(["diff", "old", "new", "--max-growth", "1.1GB"], { cwd }).code, 0);
    assert.equal(ballast(["diff", "new", "old", "--max-growth", "0"], { cwd }).code, 0);
  });

  it("never breaks the limit by what is not known, and says so", () => {
    const cwd = folder({ old: "FROM debian\n", new: "FROM debian\nRUN make\n", big: "FROM debian\nRUN make && fallocate -l 5MB /x\n" });
    const unknown = ballast(["diff", "old", "new", "--max-growth", "1MB"], { cwd });
    assert.equal(unknown.code, 0);
    assert.match(unknown.err, /not wholly known/);
    assert.match(unknown.out, /more, by an unknown amount/);
    assert.equal(ballast(["diff", "old", "big", "--max-growth", "1MB"], { cwd }).code, 1);
  });

  it("says all of it as JSON, and as Markdown for a pull request", () => {
    const cwd = folder({ old: withLists, new: withoutLists });
    const json = JSON.parse(ballast(["diff", "old", "new", "--format", "json"], { cwd }).out);
    assert.equal(json.version, 1);
    assert.ok(json.growsBytes < -19_000_000, String(json.growsBytes));
    assert.equal(json.growsBound, null);
    assert.equal(json.growsBytes, json.new.bytes - json.old.bytes);
    assert.deepEqual(
      json.layers.map((l: { old: { instruction: string }; new: { instruction: string } }) => [l.old.instruction, l.new.instruction]),
      [
        ["FROM", "FROM"],
        ["RUN", "RUN"],
      ],
    );
    assert.deepEqual(json.packages, { added: [], removed: [] });
    const markdown = ballast(["diff", "old", "new", "--format", "markdown"], { cwd }).out;
    assert.match(markdown, /^\*\*Image: ≈ .* MB → ≈ .* MB\*\* \(19\.\d MB less\)$/m);
    assert.match(markdown, /^\| `RUN apt-get update .*` \| ≈ [\d.]+ MB \| ≈ [\d.]+ MB \|$/m);
  });

  it("reads one of them from standard input", () => {
    const cwd = folder({ new: slim, "app.py": "print()\n" });
    assert.match(ballast(["diff", "-", "new"], { cwd, input: full }).out, /1 GB less/);
  });

  it("ends with 2 for a file that cannot be read", () => {
    const ran = ballast(["diff", "missing", "new"], { cwd: folder({ new: slim }) });
    assert.equal(ran.code, 2);
    assert.match(ran.err, /missing: no such file/);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { failureOf } from "../../server/src/cli/inputs.ts";
import { ballast, clean, cli, useFolder, withLists } from "./support/cli.ts";

const linesOf = (out: string): { file: string; error?: string; findings?: unknown[]; image?: { bytes: number } }[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const lineOf = (file: string, text: string): string => JSON.stringify({ file, text });

describe("ballast check --format ndjson", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("maps lines to lines, in order, past those it cannot read", () => {
    const input = [
      lineOf("a", withLists),
      "{not json",
      lineOf("c", clean),
      '{"file":"d"}',
      '"text"',
      "",
      lineOf("g", "FROM scratch\n# \u2028 \u0085\r\n"),
      '{"file":"h","text":7}',
      '{"text":"FROM scratch"}',
      lineOf("j", ""),
    ].join("\n");
    const ran = ballast(["check", "--format", "ndjson", "-"], { input });
    assert.equal(ran.code, 2);
    const lines = linesOf(ran.out);
    assert.deepEqual(
      lines.map((line) => [line.file, line.error !== undefined]),
      [
        ["a", false],
        ["line 2", true],
        ["c", false],
        ["d", true],
        ["line 5", true],
        ["line 6", true],
        ["g", false],
        ["h", true],
        ["line 9", true],
        ["j", false],
      ],
    );
    assert.equal(lines[0]?.findings?.length, 1);
  });

  it("answers what is too much for it", () => {
    const doubling = `FROM debian\n${"ENV A=x$A$A$A$A\n".repeat(60)}`;
    const nested = `FROM debian\nENV A=${"${A:-".repeat(40_000)}\n`;
    const ran = ballast(["check", "--format", "ndjson", "-"], {
      input: [doubling, nested, clean].map((text) => lineOf("x", text)).join("\n"),
    });
    assert.equal(linesOf(ran.out).length, 3);
    assert.notEqual(ran.code, null);
  });

  it("has an error of its own told like any other, and goes on", () =>
    assert.match(failureOf({ name: "a" }, new RangeError("too much")).message, /please report it: RangeError: too much/));

  it("takes any line end and a byte-order mark for what they are", () => {
    const ran = ballast(["check", "--format", "ndjson", "-"], { input: `${lineOf("a", clean)}\r\n${lineOf("b", `\uFEFF${clean}`)}\r\n` });
    assert.equal(ran.code, 0);
    assert.equal(linesOf(ran.out).length, 2);
  });

  it("has 0 for no findings, 1 for findings, and nothing for nothing", () => {
    const exit = (input: string): number | null => ballast(["check", "--format", "ndjson", "-"], { input }).code;
    assert.equal(exit(lineOf("a", clean)), 0);
    assert.equal(exit(lineOf("a", withLists)), 1);
    const empty = ballast(["check", "--format", "ndjson", "-"], { input: "" });
    assert.deepEqual([empty.code, empty.out], [0, ""]);
  });

  it("knows no context but the one that is named", () => {
    const cwd = folder({ big: "x".repeat(1234) });
    const input = lineOf("Dockerfile", "FROM scratch\nCOPY big /\n");
    assert.equal(linesOf(ballast(["check", "--format", "ndjson", "-"], { cwd, input }).out)[0]?.image?.bytes, 0);
    assert.equal(linesOf(ballast(["check", "--format", "ndjson", "--context", ".", "-"], { cwd, input }).out)[0]?.image?.bytes, 1234);
  });

  it("prints a line for each path, too", () => {
    const ran = ballast(["check", "--format", "ndjson", "a.Dockerfile", "b", "c.Dockerfile"], {
      cwd: folder({ "a.Dockerfile": clean, "c.Dockerfile": clean }),
    });
    assert.equal(ran.code, 2);
    assert.deepEqual(
      linesOf(ran.out)
        .map((line) => line.file)
        .sort(),
      ["a.Dockerfile", "b", "c.Dockerfile"],
    );
  });

  it("answers a line before the next one comes", async () => {
    const child = spawn(process.execPath, [cli, "check", "--format", "ndjson", "-"]);
    const answers: string[] = [];
    child.stdout.on("data", (data: Buffer) => answers.push(data.toString()));
    child.stdin.write(`${lineOf("first", clean)}\n`);
    await once(child.stdout, "data");
    assert.match(answers.join(""), /"file":"first"/);
    child.stdin.end(lineOf("second", clean));
    const [code] = await once(child, "close");
    assert.equal(code, 0);
    assert.equal(linesOf(answers.join("")).length, 2);
  });

  it("waits for a slow reader, and holds no more than a part of a large input", async () => {
    const child = spawn(process.execPath, [cli, "check", "--format", "ndjson", "-"], { stdio: ["pipe", "pipe", "inherit"] });
    const line = `${lineOf("x", `${withLists}# ${"y".repeat(20_000)}\n`)}\n`;
    let fed = 0;
    const feeding = (async () => {
      for (; fed < 2000; fed++) if (!child.stdin.write(line)) await once(child.stdin, "drain");
      child.stdin.end();
    })();
    // Nobody reads: the input stops, long before its end.
    for (let before = -1; before !== fed; ) {
      before = fed;
      await once(child.stdin, "drain", { signal: AbortSignal.timeout(2000) }).catch(() => {});
    }
    assert.ok(fed < 1500, `${fed} lines taken`);
    let count = 0;
    for await (const part of child.stdout) count += String(part).split("\n").length - 1;
    await feeding;
    assert.equal(count, 2000);
  });

  it("is quiet when its reader goes away", async () => {
    const child = spawn(process.execPath, [cli, "check", "--format", "ndjson", "-"]);
    let err = "";
    child.stderr.on("data", (data: Buffer) => {
      err += data.toString();
    });
    child.stdin.on("error", () => {});
    child.stdin.write(`${lineOf("x", withLists)}\n`);
    await once(child.stdout, "data");
    child.stdout.destroy();
    child.stdin.end(`${lineOf("x", withLists)}\n`.repeat(200));
    await once(child, "close");
    assert.equal(err, "");
  });
});

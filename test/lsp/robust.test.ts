import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import { CancellationTokenSource } from "vscode-languageserver-protocol/node";
import { analyze } from "../../server/src/analyze.ts";
import { isIgnored } from "../../server/src/dockerfile/ignored.ts";
import { diagnosticOf } from "../../server/src/lsp/diagnostics.ts";
import { fixturesFolder, fixturesOf } from "../unit/support/fixtures.ts";
import { applied, Client, lines } from "./support/client.ts";

const fixtures = readdirSync(fixturesFolder, { withFileTypes: true })
  .filter((d) => d.isDirectory() && d.name !== "refactorings")
  .flatMap((d) => fixturesOf(d.name));

/** A server whose core throws on every text with BOOM in it. */
async function brokenServer(): Promise<string> {
  const core = resolve("server/src/analyze.ts");
  const outfile = resolve("out/broken/server.js");
  await build({
    entryPoints: ["server/src/lsp/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
    plugins: [
      {
        name: "broken",
        setup(b) {
          b.onResolve({ filter: /analyze\.ts$/ }, ({ importer, kind }) =>
            kind === "import-statement" && importer.endsWith("documents.ts") ? { path: core, namespace: "broken" } : undefined,
          );
          b.onLoad({ filter: /.*/, namespace: "broken" }, () => ({
            resolveDir: resolve("server/src"),
            contents: `
              import { analyze as real } from "./analyze.ts";
              export * from "./analyze.ts";
              export function analyze(text, ...more) {
                if (text.includes("BOOM")) throw new Error("boom");
                return real(text, ...more);
              }`,
          }));
        },
      },
    ],
  });
  return outfile;
}

describe("the language server with a bug in the core", () => {
  it("logs it, takes its findings back, and lives", async function () {
    this.timeout(60_000);
    const client = await Client.start({ command: [process.execPath, await brokenServer(), "--stdio"] });
    try {
      const text = "FROM debian\nCOPY . /x\n";
      const uri = await client.open("Dockerfile", text);
      await client.diagnostics(uri, 1, (found) => found.length > 0);
      await client.change(uri, 2, [{ text: `${text}# BOOM\n` }]);
      assert.deepEqual(await client.diagnostics(uri, 2), []);
      assert.deepEqual([await client.hover(uri, 0, 1), await client.hints(uri), await client.lenses(uri)], ["", [], []]);
      assert.deepEqual(await client.actions(uri, lines(0, 3)), []);
      assert.equal(await client.connection.sendRequest("ballast/layers", { uri }), null);
      await client.changedOnDisk([client.write("new.txt", "1")], 1);
      await client.configured();
      await client.until("a word in the log", () => client.logged.some((m) => /boom/.test(m)));
      await client.change(uri, 3, [{ text }]);
      await client.diagnostics(uri, 3, (found) => found.length > 0);
      assert.equal(client.process.exitCode, null);
    } finally {
      client.stop();
    }
  });
});

describe("the language server holds on", () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    client.settings = { minSaving: "0" };
  });
  after(() => client.stop());

  it("gives every finding of every fixture a silence that works, at the very place, in any kind of line", async function () {
    this.timeout(60_000);
    let tried = 0;
    for (const [i, fixture] of fixtures.entries()) {
      const text = `\uFEFF# 𝒳 first\n${fixture.text}`.replaceAll(/\r?\n/g, "\r\n");
      const uri = await client.open(`silence/${i}/Dockerfile`, text);
      for (const diagnostic of await client.diagnostics(uri, 1)) {
        const actions = await client.actions(uri, { start: diagnostic.range.start, end: diagnostic.range.start }, ["quickfix"]);
        const { line } = diagnostic.range.start;
        const silence = actions.find(
          (a) => a.title === `Ignore ${String(diagnostic.code)} here` && a.diagnostics?.some((d) => d.range.start.line === line),
        );
        if (!silence) {
          // Told before its context was measured, and gone since.
          await client.diagnostics(uri, 1, (all) => !all.some((d) => d.code === diagnostic.code && d.range.start.line === line));
          continue;
        }
        const silenced = applied(text, silence, uri);
        assert.notEqual(silenced, text, `${fixture.name}: ${String(diagnostic.code)}`);
        assert.doesNotMatch(silenced, /[^\r]\n|^# ballast/);
        const { file, findings, lines: places } = analyze(silenced, { settings: { minSaving: 0 } });
        const again = findings.filter((f) => f.rule.id === diagnostic.code && places.position(f.span.start).line === line + 1);
        assert.deepEqual(
          again.filter((f) => !isIgnored(file, f.span, [f.rule.id])),
          [],
          fixture.name,
        );
        tried++;
      }
      await client.close(uri);
    }
    assert.ok(tried > 30, `${tried} findings`);
  });

  it("keeps the line ends of the file in every edit of every action", async function () {
    this.timeout(60_000);
    for (const [i, fixture] of fixtures.entries()) {
      const text = fixture.text.replaceAll(/\r?\n/g, "\r\n");
      const uri = await client.open(`crlf/${i}/Dockerfile`, text);
      const offered = [
        ...(await client.actions(uri, lines(0, 999))),
        ...(await client.actions(uri, lines(0, 999), ["source.fixAll.ballast"])),
      ];
      for (const action of offered) assert.doesNotMatch(applied(text, action, uri), /[^\r]\n/, `${fixture.name}: ${action.title}`);
      await client.close(uri);
    }
  });

  it("answers at every place of a text, and outside of it", async () => {
    const text =
      '# escape=`\r\nFROM a AS b\r\nRUN <<EOF\r\necho "$(x 𝒳\r\nEOF\r\nCOPY --from=b ["x", "/y"]\r\nONBUILD RUN apt-get install `\r\n  x\r\n';
    const uri = await client.open("places/Dockerfile", text);
    const asked: Promise<unknown>[] = [];
    for (let line = 0; line < 12; line++)
      for (let character = 0; character < 40; character += 3) {
        const place = { line, character };
        asked.push(client.hover(uri, line, character), client.actions(uri, { start: place, end: place }));
      }
    await Promise.all(asked);
    assert.deepEqual(await client.hints(uri, lines(40, 80)), []);
    assert.deepEqual(client.logged, []);
  });

  it("answers nothing for what it does not have open", async () => {
    const uri = "file:///nowhere/Dockerfile%E0%A4%A";
    assert.deepEqual(
      await Promise.all([client.hover(uri, 0, 0), client.hints(uri), client.lenses(uri), client.actions(uri, lines(0, 1))]),
      ["", [], [], []],
    );
    await client.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "dockerfile", version: 1, text: "FROM a" },
    });
    await client.diagnostics(uri, 1);
    assert.equal((await client.hints(uri)).length, 1);
    await client.close(uri);
  });

  it("lets requests be taken back, running or waiting", async () => {
    const uri = await client.open(
      "cancel/Dockerfile",
      "FROM debian:bookworm\n" + "RUN apt-get update && apt-get install -y git\n".repeat(60),
    );
    const asked = Array.from({ length: 40 }, (_, i) => {
      const source = new CancellationTokenSource();
      const method = i % 2 ? "textDocument/codeLens" : "textDocument/inlayHint";
      const answer = client.connection.sendRequest(method, { textDocument: { uri }, range: lines(0, 99) }, source.token).then(
        () => "answered",
        (error: { code?: number }) => error.code,
      );
      source.cancel();
      return answer;
    });
    const ends = await Promise.all(asked);
    assert.deepEqual(
      ends.filter((end) => end !== -32800),
      [],
    );
    assert.ok((await client.hints(uri)).length > 0);
  });

  it("has the hints and lenses of the newest text, however fast it came", async () => {
    const uri = await client.open("fast/Dockerfile", "FROM scratch\nRUN head -c 1 /dev/zero > /x\n");
    let last: unknown;
    for (let version = 2; version < 60; version++) {
      await client.change(uri, version, [{ text: `FROM scratch\nRUN head -c ${version}000000 /dev/zero > /x\n` }]);
      last = client.hints(uri).then((found) => found[0]?.label);
    }
    assert.equal(await last, "59 MB");
    await client.diagnostics(uri, 59);
  });

  it("takes edits by position beyond characters of two units, and in CRLF", async () => {
    const uri = await client.open("units/Dockerfile", "FROM scratch\r\n# 𝒳𝒳\r\nRUN head -c 1000000 /dev/zero > /𝒳\r\n");
    const at = { line: 2, character: 13 };
    await client.change(uri, 2, [{ range: { start: at, end: at }, text: "0" }]);
    assert.deepEqual(
      (await client.hints(uri)).map((h) => [h.label, h.position]),
      [["10 MB", { line: 2, character: 36 }]],
    );
  });

  it("marks what has no effect as unnecessary", () => {
    const analysis = analyze("FROM debian\n");
    const [finding] = analysis.findings;
    assert.ok(finding);
    assert.deepEqual(diagnosticOf(analysis, { ...finding, unnecessary: true }).tags, [1]);
    assert.equal(diagnosticOf(analysis, finding).tags, undefined);
  });
});

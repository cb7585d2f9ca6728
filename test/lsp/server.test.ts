import assert from "node:assert/strict";
import type { CodeLens, InlayHint } from "vscode-languageserver-protocol";
import type { LayersResult } from "../../server/src/protocol.ts";
import { applied, Client, until } from "./support/client.ts";

const text = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nCMD serve 5\n";
const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });

describe("the language server", () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.stop());

  const hover = (uri: string, line: number, character: number): Promise<string> => client.hover(uri, line, character);
  const hints = (uri: string): Promise<InlayHint[]> => client.hints(uri);
  const lenses = (uri: string): Promise<CodeLens[]> => client.lenses(uri);

  it("publishes findings with a code, its page and a level", async () => {
    const uri = await client.open("a/Dockerfile", text);
    const found = await client.diagnostics(uri, 1);
    assert.deepEqual(
      found.map((d) => [d.code, d.severity, d.source]),
      [
        ["apt-lists-kept", 2, "ballast"],
        ["shell-form", 2, "ballast"],
      ],
    );
    assert.match(found[0]?.codeDescription?.href ?? "", /docs\/rules\/apt-lists-kept\.md$/);
    assert.deepEqual(found[0]?.range, { start: { line: 1, character: 4 }, end: { line: 1, character: 18 } });
  });

  it("offers the fix, a rewrite and silence; the safe fix is preferred", async () => {
    const uri = await client.open("b/Dockerfile", text);
    const found = await client.actions(uri, at(1, 6));
    assert.equal(found[0]?.isPreferred, true);
    assert.match(found[0]?.title ?? "", /saves ≈ 19\.9 MB/);
    assert.equal(applied(text, found[0], uri), text.replace("curl\n", "curl && rm -rf /var/lib/apt/lists/*\n"));
    const ignore = found.find((a) => a.title === "Ignore apt-lists-kept here");
    const silenced = applied(text, ignore, uri);
    assert.match(silenced, /\n# ballast ignore=apt-lists-kept\nRUN/);
    await client.change(uri, 2, [{ text: silenced }]);
    assert.deepEqual(
      (await client.diagnostics(uri, 2)).map((d) => d.code),
      ["shell-form"],
    );
  });

  it("fixes everything that is safe at once, when asked for just that", async () => {
    const uri = await client.open("c/Dockerfile", text);
    const found = await client.actions(uri, at(0, 0), ["source.fixAll"]);
    assert.deepEqual(
      found.map((a) => a.kind),
      ["source.fixAll.ballast"],
    );
    assert.match(applied(text, found[0], uri), /rm -rf \/var\/lib\/apt\/lists\/\*\nCMD serve 5\n$/);
    assert.deepEqual(await client.actions(uri, at(0, 0), ["source.organizeImports"]), []);
  });

  it("offers to merge RUNs as a rewrite", async () => {
    const runs = "FROM debian:bookworm-slim\nRUN echo a\nRUN echo b\n";
    const uri = await client.open("d/Dockerfile", runs);
    const found = await client.actions(uri, at(1, 3), ["refactor"]);
    assert.equal(
      applied(
        runs,
        found.find((a) => a.title.startsWith("Merge")),
        uri,
      ),
      "FROM debian:bookworm-slim\nRUN echo a \\\n    && echo b\n",
    );
  });

  it("hovers: the form of a command, a layer, an image", async () => {
    const uri = await client.open("e/Dockerfile", text);
    assert.match(await hover(uri, 2, 1), /Shell form.*\/bin\/sh -c[\s\S]*CMD \["serve", "5"\]/);
    assert.match(await hover(uri, 1, 1), /package lists: ≈ 19\.9 MB/);
    assert.match(await hover(uri, 0, 8), /debian:bookworm-slim[\s\S]*74\.8 MB[\s\S]*digest/);
    assert.equal(await hover(uri, 3, 0), "");
  });

  it("puts bytes at the ends of lines, whatever characters stand before", async () => {
    const uri = await client.open(
      "f/Dockerfile",
      "\uFEFFFROM debian:bookworm-slim\r\n# 𝒳 ünïcode\r\nRUN echo '𝒳' > /f \\\r\n  && head -c 5000000 /dev/zero > /g\r\nCOPY <<EOF /h\r\n12345\r\nEOF\r\n",
    );
    const found = await hints(uri);
    assert.deepEqual(
      found.map((h) => [h.label, h.position.line, h.position.character]),
      [
        ["≈ 74.8 MB", 0, 26],
        ["5 MB", 3, 35],
        ["7 B", 4, 13],
      ],
    );
  });

  it("puts totals above each FROM", async () => {
    const uri = await client.open(
      "g/Dockerfile",
      "FROM golang:1.27 AS build\nRUN go build -o /x .\nFROM debian:bookworm-slim\nRUN apt-get update\nCOPY --from=build /x /x\n",
    );
    const found = await lenses(uri);
    assert.deepEqual(
      found.map((l) => l.command?.title),
      ["≥ 885 MB, not in the image · Show layers", "≥ 94.7 MB · 19.9 MB can go · Show layers"],
    );
    assert.deepEqual(found[1]?.command?.arguments, [{ uri, stage: 1 }]);
  });

  it("answers for the layer preview", async () => {
    const uri = await client.open("h/Dockerfile", text);
    const found: LayersResult = await client.connection.sendRequest("ballast/layers", { uri });
    assert.equal(found.version, 1);
    assert.deepEqual(
      found.file.image.stages[0]?.layers.map((l) => l.instruction),
      ["FROM", "RUN"],
    );
    assert.equal(await client.connection.sendRequest("ballast/layers", { uri: "file:///nothing" }), null);
  });

  it("says nothing twice while somebody types, and the last word is right", async () => {
    const uri = await client.open("i/Dockerfile", text);
    await client.diagnostics(uri, 1);
    const before = client.published.filter((p) => p.uri === uri).length;
    for (let i = 0; i < 100; i++) await client.change(uri, i + 2, [{ range: at(2, 11 + i), text: "5" }]);
    const last = await client.diagnostics(uri, 101);
    assert.deepEqual(
      last.map((d) => d.code),
      ["apt-lists-kept", "shell-form"],
    );
    const messages = client.published.filter((p) => p.uri === uri).length - before;
    assert.ok(messages < 20, `${messages} messages for 100 keys`);
    const versions = client.published.filter((p) => p.uri === uri).map((p) => p.version ?? 0);
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
  });

  it("survives every half-typed line", async () => {
    const whole = '# escape=`\nFROM a AS b\nRUN <<EOF\necho "$(x\nEOF\nCOPY --from=b ["x", /y\nONBUILD RUN';
    const uri = await client.open("j/Dockerfile", "");
    for (let i = 1; i <= whole.length; i++) await client.change(uri, i + 1, [{ text: whole.slice(0, i) }]);
    await client.diagnostics(uri, whole.length + 1);
    assert.equal((await hints(uri)).length > 0, true);
  });

  it("measures the build context, and again when .dockerignore comes", async () => {
    client.write("k/big.bin", Buffer.alloc(3_000_000));
    client.write("k/app.py", "1");
    const uri = await client.open("k/Dockerfile", "FROM scratch\nCOPY . /app\n");
    const measured = (): Promise<boolean> => hints(uri).then((h) => h.some((x) => x.label === "3 MB"));
    await until("3 MB", measured);
    const ignore = client.write("k/.dockerignore", "*.bin\nDockerfile\n");
    await until("19 B", async () => {
      await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: ignore, type: 1 }] });
      return (await hints(uri)).some((x) => /^\d+ B$/.test(String(x.label)));
    });
  });

  it("takes the settings, and takes them again", async () => {
    const uri = await client.open("l/Dockerfile", text);
    await client.diagnostics(uri, 1);
    client.settings = { rules: { "shell-form": "off", "apt-lists-kept": "error" }, inlayHints: false, codeLens: false };
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    const found = await client.diagnostics(uri, 1, (d) => d.length === 1);
    assert.deepEqual(
      found.map((d) => [d.code, d.severity]),
      [["apt-lists-kept", 1]],
    );
    assert.deepEqual(await hints(uri), []);
    assert.deepEqual(await lenses(uri), []);
    client.settings = {};
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await client.diagnostics(uri, 1, (d) => d.length === 2);
  });

  it("takes its findings back when the document closes", async () => {
    const uri = await client.open("m/Dockerfile", text);
    await client.diagnostics(uri, 1);
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    await client.until("no findings", () => client.published.findLast((p) => p.uri === uri)?.diagnostics.length === 0);
  });

  it("leaves other languages alone", async () => {
    const uri = await client.open("n/readme.md", text, "markdown");
    assert.deepEqual(await client.actions(uri, at(1, 6)), []);
    assert.deepEqual(
      client.published.filter((p) => p.uri === uri),
      [],
    );
  });
});

import assert from "node:assert/strict";
import type { CodeAction } from "vscode-languageserver-protocol";
import { applied, Client, lines } from "./support/client.ts";

/** The cases that the whole is measured by, seen as an editor sees them. */
describe("seed cases in an editor", () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.stop());

  const everywhere = (uri: string): Promise<CodeAction[]> => client.actions(uri, lines(0, 99));
  const lens = async (uri: string): Promise<string | undefined> => (await client.lenses(uri)).at(-1)?.command?.title;
  async function take(uri: string, version: number, text: string, wanted: RegExp): Promise<string> {
    const action = (await everywhere(uri)).find((a) => wanted.test(a.title));
    assert.ok(action, `${wanted} is not on offer`);
    const next = applied(text, action, uri);
    await client.change(uri, version, [{ text: next }]);
    return next;
  }

  it("a Go program in a single stage becomes a binary on alpine", async () => {
    client.write("go/main.go", "package main\nfunc main() {}\n");
    client.write("go/go.mod", "module example.com/app\n");
    const text = 'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\nCMD ["/app"]\n';
    const uri = await client.open("go/Dockerfile", text);
    await client.diagnostics(uri, 1);
    assert.match((await lens(uri)) ?? "", /^≥ 8\d\d MB/);
    const next = await take(uri, 2, text, /stage/i);
    assert.match(next, /\nFROM alpine[\s\S]*COPY --from=/);
    assert.match((await lens(uri)) ?? "", /^≥ 8\.\d+ MB/);
  });

  it("python with its whole folder: each waste is named with its MB", async () => {
    client.write("python/app.py", "print()\n");
    client.write("python/.git/objects/pack/a", Buffer.alloc(30_000_000));
    const uri = await client.open("python/Dockerfile", "FROM python\nWORKDIR /app\nCOPY . .\nCMD python app.py\n");
    const found = await client.diagnostics(uri, 1, (all) => all.some((d) => d.code === "context-unfiltered"));
    const message = (rule: string): string => String(found.find((d) => d.code === rule)?.message);
    assert.match(message("base-untagged"), /python:3\.\d+/);
    assert.match(message("base-fat"), /alpine has ≈ [\d.]+ MB.*slim has ≈ \d+ MB/);
    assert.match(message("shell-form"), /\["python", "app\.py"\]/);
    assert.match(message("context-unfiltered"), /\.git\b.*30 MB.*save 30 MB/);
    assert.deepEqual(
      (await client.hints(uri)).map((h) => h.label),
      ["≈ 1.12 GB", "30 MB"],
    );
  });

  it("packages in two RUNs and a download removed in a third: fix-all and the offered merge take it all", async () => {
    const text =
      "FROM debian:bookworm\nRUN apt-get update\nRUN apt-get install -y gcc libc6-dev make wget\n" +
      "RUN wget -O redis.tar.gz https://download.redis.io/releases/redis-7.2.0.tar.gz\nRUN mkdir -p /usr/src/redis\n" +
      'RUN tar -xzf redis.tar.gz -C /usr/src/redis --strip-components=1\nRUN make -C /usr/src/redis\nRUN rm redis.tar.gz\nCMD ["redis-server"]\n';
    const uri = await client.open("redis/Dockerfile", text);
    const found = await client.diagnostics(uri, 1);
    for (const rule of ["apt-lists-kept", "apt-update-alone", "removed-later"])
      assert.ok(
        found.some((d) => d.code === rule),
        rule,
      );
    const [fix] = await client.actions(uri, lines(0, 0), ["source.fixAll"]);
    let current = fix ? applied(text, fix, uri) : text;
    await client.change(uri, 2, [{ text: current }]);
    await client.diagnostics(uri, 2);
    current = await take(uri, 3, current, /^Merge these/);
    const left = await client.diagnostics(uri, 3);
    // What is installed (recommends, the compiler, documentation) is for the user to decide.
    const waste = ["apt-lists-kept", "apt-update-alone", "removed-later", "changed-later", "download-kept", "runs-apart"];
    assert.deepEqual(
      left.filter((d) => waste.includes(String(d.code))),
      [],
    );
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { applied, Client, lines, until } from "./support/client.ts";

const text = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nCMD serve 5\n";
const rulesOf = (found: readonly { code?: number | string | undefined }[]): unknown[] => found.map((d) => d.code);

/** A client for one test, stopped behind it. */
async function withClient(options: Parameters<typeof Client.start>[0], test: (client: Client) => Promise<void>): Promise<void> {
  const client = await Client.start(options);
  try {
    await test(client);
  } finally {
    client.stop();
  }
}

describe("the language server in other editors", () => {
  it("gives one that can nothing plain edits, and no files to create", () =>
    withClient({ capabilities: {} }, async (client) => {
      client.write("app/node_modules/x.js", "x".repeat(200_000));
      const dockerfile = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node .\n";
      const uri = await client.open("app/Dockerfile", dockerfile);
      const found = await client.diagnostics(uri, 1, (all) => rulesOf(all).includes("context-unfiltered"));
      assert.ok(rulesOf(found).includes("shell-form"));
      const actions = await client.actions(uri, lines(0, 9), ["quickfix"]);
      assert.deepEqual(
        actions.filter((a) => a.edit?.documentChanges || /\.dockerignore/.test(a.title)),
        [],
      );
      const fix = actions.find((a) => /exec form/.test(a.title));
      assert.equal(applied(dockerfile, fix, uri), dockerfile.replace("CMD node .", 'CMD ["node", "."]'));
      assert.deepEqual(client.registered, []);
    }));

  it("takes settings that are pushed, and those of the start", () =>
    withClient({ capabilities: {}, initializationOptions: { rules: { "shell-form": "off" } } }, async (client) => {
      const uri = await client.open("Dockerfile", text);
      assert.deepEqual(rulesOf(await client.diagnostics(uri, 1)), ["apt-lists-kept"]);
      const settings = { ballast: { rules: { "apt-lists-kept": "off" } } };
      await client.connection.sendNotification("workspace/didChangeConfiguration", { settings });
      await client.diagnostics(uri, 1, (found) => rulesOf(found).join() === "shell-form");
    }));

  it("looks at the disk when a document is saved, where nobody tells of files", () =>
    withClient({ capabilities: {} }, async (client) => {
      client.write("data/big.bin", Buffer.alloc(3_000_000));
      const uri = await client.open("Dockerfile", "FROM scratch\nCOPY data /\n");
      await until("3 MB", async () => (await client.hints(uri)).some((h) => h.label === "3 MB"));
      client.write("data/big.bin", Buffer.alloc(5_000_000));
      await client.connection.sendNotification("textDocument/didSave", { textDocument: { uri } });
      await until("5 MB", async () => (await client.hints(uri)).some((h) => h.label === "5 MB"));
    }));

  it("watches a build context outside the workspace, for as long as a document needs it", () =>
    withClient({ workspace: null }, async (client) => {
      client.write("lone/a.bin", Buffer.alloc(3_000_000));
      const uri = await client.open("lone/Dockerfile", "FROM scratch\nCOPY a.bin /\n");
      const isLone = (options: unknown): boolean => JSON.stringify(options).includes(pathToFileURL(join(client.folder, "lone")).href);
      await client.until("a watcher", () => client.registered.some((r) => isLone(r.registerOptions)));
      await client.close(uri);
      await client.until("it is given back", () => !client.registered.some((r) => isLone(r.registerOptions)));
    }));

  it("takes workspace folders that come later: relative settings count from them", () =>
    withClient({ workspace: "first" }, async (client) => {
      client.settings = { context: "context" };
      client.write("second/context/a.bin", Buffer.alloc(3_000_000));
      const uri = await client.open("second/docker/Dockerfile", "FROM scratch\nCOPY a.bin /\n");
      await client.diagnostics(uri, 1);
      assert.deepEqual(
        (await client.hints(uri)).map((h) => h.label),
        ["?"],
      );
      const added = [{ uri: pathToFileURL(join(client.folder, "second")).href, name: "second" }];
      await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: { added, removed: [] } });
      await until("3 MB", async () => (await client.hints(uri)).some((h) => h.label === "3 MB"));
    }));

  it("reads the settings of each document by itself, and the project's where the editor has none", () =>
    withClient({}, async (client) => {
      client.write("own/.ballastrc.json", JSON.stringify({ rules: { "shell-form": "error", "apt-lists-kept": "off" } }));
      const plain = pathToFileURL(join(client.folder, "plain/Dockerfile")).href;
      client.settings = { minSaving: "100kB", rules: {}, target: "" };
      client.settingsOf.set(plain, { rules: { "shell-form": "off" } });
      assert.equal(await client.open("plain/Dockerfile", text), plain);
      assert.deepEqual(rulesOf(await client.diagnostics(plain, 1)), ["apt-lists-kept"]);
      const own = await client.open("own/Dockerfile", text);
      assert.deepEqual(
        (await client.diagnostics(own, 1)).map((d) => [d.code, d.severity]),
        [["shell-form", 1]],
      );
      client.settingsOf.set(own, { rules: { "shell-form": "hint" } });
      await client.configured();
      await client.diagnostics(own, 1, (found) => found[0]?.severity === 4);
    }));

  it("reads the project's settings again when they change, and goes on without them when they are broken", () =>
    withClient({}, async (client) => {
      const uri = await client.open("p/Dockerfile", text);
      await client.diagnostics(uri, 1, (found) => found.length === 2);
      const config = client.write("p/.ballastrc.json", JSON.stringify({ rules: { "shell-form": "off" } }));
      await client.changedOnDisk([config], 1);
      await client.diagnostics(uri, 1, (found) => found.length === 1);
      client.write("p/.ballastrc.json", '{"rulez": 1}');
      await client.changedOnDisk([config]);
      await client.diagnostics(uri, 1, (found) => found.length === 2);
      await client.until("a word in the log", () => client.logged.some((m) => /unknown setting "rulez"/.test(m)));
    }));

  it("follows the Compose file that builds a Dockerfile", () =>
    withClient({}, async (client) => {
      const uri = await client.open("c/Dockerfile", `${text}\nFROM scratch AS nothing\n`);
      await client.diagnostics(uri, 1, (found) => found.every((d) => d.code !== "shell-form"));
      const compose = client.write("c/compose.yaml", "services: { web: { build: { context: ., target: 0 } } }\n");
      await client.changedOnDisk([compose], 1);
      await client.diagnostics(uri, 1, (found) => found.some((d) => d.code === "shell-form"));
    }));

  it("says in the log which folder is none, and leaves the context open", () =>
    withClient({}, async (client) => {
      client.write("a.bin", "12345");
      client.settings = { context: "missing" };
      const uri = await client.open("Dockerfile", "FROM scratch\nCOPY a.bin /\n");
      await client.until("a word in the log", () => client.logged.some((m) => /missing is not a folder/.test(m)));
      assert.deepEqual(
        (await client.hints(uri)).map((h) => h.label),
        ["?"],
      );
      client.settings = {};
      await client.configured();
      await until("5 B", async () => (await client.hints(uri)).some((h) => h.label === "5 B"));
    }));

  it("takes the target, and names of stages", () =>
    withClient({}, async (client) => {
      client.settings = { target: "build" };
      const uri = await client.open("Dockerfile", "FROM alpine:3.22 AS build\nFROM debian:bookworm-slim\n");
      await client.diagnostics(uri, 1);
      assert.deepEqual(
        (await client.lenses(uri)).map((l) => /not in the image/.test(l.command?.title ?? "")),
        [false, true],
      );
    }));

  it("asks for hints and lenses again when the world changed, not when the text did", () =>
    withClient({}, async (client) => {
      const uri = await client.open("Dockerfile", text);
      await client.diagnostics(uri, 1);
      await client.until("a refresh", () => client.refreshes >= 2);
      const before = client.refreshes;
      await client.change(uri, 2, [{ text: `${text}# more\n` }]);
      await client.diagnostics(uri, 2);
      await client.hints(uri);
      assert.equal(client.refreshes, before);
    }));

  it("ends when it is told to, and when the editor is gone", async () => {
    const polite = await Client.start();
    await polite.connection.sendRequest("shutdown");
    await polite.connection.sendNotification("exit");
    const [code] = await once(polite.process, "exit");
    assert.equal(code, 0);
    const rude = await Client.start();
    rude.process.stdin?.end();
    await once(rude.process, "exit");
    for (const client of [polite, rude]) rmSync(client.folder, { recursive: true });
  });

  it("is the same through `ballast lsp --stdio`", function () {
    if (!existsSync("dist/cli.js")) return this.skip();
    return withClient({ command: [process.execPath, "dist/cli.js", "lsp", "--stdio"] }, async (client) => {
      const uri = await client.open("Dockerfile", text);
      assert.deepEqual(rulesOf(await client.diagnostics(uri, 1)), ["apt-lists-kept", "shell-form"]);
    });
  });
});

describe("a .dockerignore that a fix creates", () => {
  it("is created beside the context, with the lines of the fix; and counts when it is there", () =>
    withClient({}, async (client) => {
      client.write("p/.git/objects/pack", Buffer.alloc(4_000_000));
      client.write("p/app.py", "1");
      const uri = await client.open("p/Dockerfile", "FROM python:3.12-slim\nCOPY . /app\n");
      await client.diagnostics(uri, 1, (found) => rulesOf(found).includes("context-unfiltered"));
      const found = await client.actions(uri, lines(1, 2), ["quickfix"]);
      const fix = found.find((a) => /\.dockerignore/.test(a.title));
      assert.match(fix?.title ?? "", /saves 4 MB/);
      assert.equal(fix?.isPreferred, undefined);
      const ignore = pathToFileURL(join(client.folder, "p/.dockerignore")).href;
      const [create, edit] = fix?.edit?.documentChanges ?? [];
      assert.deepEqual(create, { kind: "create", uri: ignore, options: { overwrite: false, ignoreIfExists: false } });
      const made = applied("", { title: "", edit: { documentChanges: edit ? [edit] : [] } }, ignore);
      assert.match(made, /^\.git\n/);
      assert.equal(fileURLToPath(client.write("p/.dockerignore", made)), join(client.folder, "p/.dockerignore"));
      await client.changedOnDisk([ignore], 1);
      await client.diagnostics(uri, 1, (now) => !rulesOf(now).includes("context-unfiltered"));
    }));

  it("gets another line where it is there already", () =>
    withClient({}, async (client) => {
      client.write("q/.git/objects/pack", Buffer.alloc(4_000_000));
      const ignore = client.write("q/.dockerignore", "*.md\n");
      const uri = await client.open("q/Dockerfile", "FROM python:3.12-slim\nCOPY . /app\n");
      await client.diagnostics(uri, 1, (found) => rulesOf(found).includes("context-leaky"));
      const fix = (await client.actions(uri, lines(1, 2), ["quickfix"])).find((a) => /^Add to \.dockerignore/.test(a.title));
      assert.deepEqual(
        fix?.edit?.documentChanges?.map((change) => "kind" in change),
        [false],
      );
      assert.match(fix ? applied("*.md\n", fix, ignore) : "", /^\*\.md\n\.git\n/);
    }));
});

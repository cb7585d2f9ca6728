import assert from "node:assert/strict";
import { applied, Client, lines } from "./support/client.ts";

const text = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n";
const mended = `${text.trimEnd()} && rm -rf /var/lib/apt/lists/*\n`;

describe("commands of the language server", () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.stop());
  const execute = (command: string, ...args: unknown[]): Promise<unknown> =>
    client.connection.sendRequest("workspace/executeCommand", { command, arguments: args });

  it("applies all safe fixes in the workspace: open documents as they stand, others as they lie on disk", async () => {
    const closed = client.write("a/Dockerfile", text);
    client.write("b/Dockerfile", mended);
    client.write("c/broken.Dockerfile", Buffer.from([0, 1, 2]));
    const open = await client.open("d/Dockerfile", "FROM scratch\n");
    await client.change(open, 2, [{ text }]);
    await client.diagnostics(open, 2);
    await execute("ballast.fixWorkspace");
    const [edit] = client.edits;
    assert.deepEqual(
      edit?.documentChanges?.map((c) => "textDocument" in c && [c.textDocument.uri, c.textDocument.version]),
      [
        [closed, null],
        [open, 2],
      ],
    );
    for (const uri of [closed, open]) assert.equal(applied(text, { title: "", ...(edit && { edit }) }, uri), mended);
    await client.until("told", () => client.shown.some((m) => m === "2 safe fixes in 2 of 3 Dockerfiles."));
  });

  it("shows the page of a rule", async () => {
    const uri = await client.open("e/Dockerfile", text);
    await client.diagnostics(uri, 1);
    const action = (await client.actions(uri, lines(1, 2), ["quickfix"])).find((a) => a.title === "Show documentation for apt-lists-kept");
    assert.deepEqual(action?.command?.arguments, ["apt-lists-kept"]);
    await execute(action?.command?.command ?? "", ...(action?.command?.arguments ?? []));
    await client.until("opened", () => client.opened.some((page) => /docs\/rules\/apt-lists-kept\.md$/.test(page)));
  });

  it("says why a rewrite is not on offer, to who asks for rewrites", async () => {
    const uri = await client.open("f/Dockerfile", "FROM python:3.14\nRUN bash -c true\nCMD python app.py\n");
    await client.diagnostics(uri, 1);
    const asked = await client.actions(uri, lines(0, 0), ["refactor"], 1);
    assert.deepEqual(
      asked.flatMap((a) => a.disabled?.reason ?? []),
      [
        "Not possible: python is no program that a command of this stage compiles, as far as can be told (go build, cargo build, gcc, make, mvn, gradle).",
        "Not possible: a RUN needs bash, which python:3.14-alpine has not.",
      ],
    );
    assert.ok((await client.actions(uri, lines(0, 0))).every((a) => a.disabled === undefined));
  });
});

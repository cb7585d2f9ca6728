import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as vscode from "vscode";
import { edit, findings, lineRange, open, openText, ruleOf, until, workspaceFile } from "./help.ts";

const lists = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\n";
const hasRule = (rule: string) => (found: vscode.Diagnostic[]) => found.some((d) => ruleOf(d) === rule);
const lacksRule = (rule: string) => (found: vscode.Diagnostic[]) => !hasRule(rule)(found);

const whole = (document: vscode.TextDocument): vscode.Range => new vscode.Range(0, 0, document.lineCount, 0);

const actions = (document: vscode.TextDocument, range: vscode.Range, kind: string): Thenable<vscode.CodeAction[]> =>
  vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, range, kind, 20);

const hints = (document: vscode.TextDocument): Thenable<vscode.InlayHint[]> =>
  vscode.commands.executeCommand("vscode.executeInlayHintProvider", document.uri, whole(document));

const lenses = (document: vscode.TextDocument): Thenable<vscode.CodeLens[]> =>
  vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 20);

const labelOf = ({ label }: vscode.InlayHint): string =>
  (typeof label === "string" ? label : label.map((part) => part.value).join("")).trim();

async function apply(action: vscode.CodeAction | undefined): Promise<void> {
  assert.ok(action?.edit, "the action has no edit");
  assert.ok(await vscode.workspace.applyEdit(action.edit), "the edit was not applied");
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}

const hoverText = async (document: vscode.TextDocument, position: vscode.Position): Promise<string> => {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
};

async function withSetting(name: string, value: unknown, then: () => Promise<void>): Promise<void> {
  const settings = vscode.workspace.getConfiguration("ballast");
  await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
  try {
    await then();
  } finally {
    await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
  }
}

describe("findings", () => {
  it("are published, with a rule that links to its page", async () => {
    const document = await open("Dockerfile");
    const found = await findings(document, hasRule("apt-lists-kept"));
    const finding = found.find((d) => ruleOf(d) === "apt-lists-kept");
    assert.ok(finding);
    assert.equal(finding.range.start.line, 3);
    assert.ok(typeof finding.code === "object" && finding.code.target.toString().includes("apt-lists-kept"));
  });

  it("go with their quick fix", async () => {
    const document = await openText("lists.Dockerfile", lists);
    const found = await findings(document, hasRule("apt-lists-kept"));
    const range = found.find((d) => ruleOf(d) === "apt-lists-kept")?.range ?? whole(document);
    const offered = await until(
      () => actions(document, range, vscode.CodeActionKind.QuickFix.value),
      (all) => all.some(({ title }) => /lists/.test(title)),
    );
    const fix = offered.find(({ title }) => /lists/.test(title));
    assert.equal(fix?.isPreferred, true);
    await apply(fix);
    assert.match(document.getText(), /rm -rf \/var\/lib\/apt\/lists/);
    await findings(document, lacksRule("apt-lists-kept"));
  });

  it("are fixed together by source.fixAll.ballast", async () => {
    const document = await openText("all.Dockerfile", readFileSync(workspaceFile("Dockerfile").fsPath, "utf8"));
    await findings(document, (found) => hasRule("apt-lists-kept")(found) && hasRule("changed-later")(found));
    const kind = "source.fixAll.ballast";
    const offered = await until(
      () => actions(document, whole(document), kind),
      (all) => all.some((action) => action.kind?.value === kind),
    );
    await apply(offered.find((action) => action.kind?.value === kind));
    assert.match(document.getText(), /COPY --chown=www-data/);
    assert.match(document.getText(), /rm -rf \/var\/lib\/apt\/lists/);
    await findings(document, lacksRule("apt-lists-kept"));
  });

  it("follow the text as it is typed", async () => {
    const document = await openText("typed.Dockerfile", "FROM debian:bookworm-slim\n");
    await edit(document, new vscode.Range(1, 0, 1, 0), "RUN apt-get update && apt-get install -y curl\n");
    await findings(document, hasRule("apt-lists-kept"));
    await edit(document, lineRange(document, "RUN"), "RUN true");
    await findings(document, lacksRule("apt-lists-kept"));
  });

  it("are not about syntax", async () => {
    const document = await openText("broken.Dockerfile", `${lists}RUM true\nCOPY\n`);
    const found = await findings(document, hasRule("apt-lists-kept"));
    assert.deepEqual(
      found.filter((d) => d.range.start.line > 1),
      [],
    );
  });

  it("stay off where a setting says so", async () => {
    const document = await openText("off.Dockerfile", lists);
    await findings(document, hasRule("apt-lists-kept"));
    await withSetting("rules", { "apt-lists-kept": "off" }, async () => {
      await findings(document, lacksRule("apt-lists-kept"));
    });
    await findings(document, hasRule("apt-lists-kept"));
  });

  it("come back after the server has crashed", async function () {
    if (process.platform !== "linux") this.skip();
    const document = await openText("crash.Dockerfile", lists);
    await findings(document, hasRule("apt-lists-kept"));
    const [server] = serverProcesses();
    assert.ok(server, "no server process was found");
    process.kill(server, "SIGKILL");
    await until(serverProcesses, (now) => now.length === 1 && now[0] !== server);
    await edit(document, lineRange(document, "RUN"), "RUN true");
    await findings(document, lacksRule("apt-lists-kept"));
  });
});

/** The language servers that this extension host has started. */
const serverProcesses = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, "utf8"))?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${id}/cmdline`, "utf8").includes("dist/server.js");
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);

describe("hints, lenses and hovers", () => {
  it("show the bytes at the end of an instruction", async () => {
    const document = await open("Dockerfile");
    const { end } = lineRange(document, "COPY");
    // First "?", then what is on disk once that has been measured.
    await until(
      async () => (await hints(document)).filter((hint) => hint.position.isEqual(end)).map(labelOf),
      (labels) => labels.join() === "3 MB",
    );
  });

  it("show the total above FROM, which opens the layers", async () => {
    const document = await open("Dockerfile");
    const shown = await until(
      () => lenses(document),
      (all) => all.length > 0,
    );
    assert.match(shown[0]?.command?.title ?? "", /\d MB/);
    assert.equal(shown[0]?.range.start.line, 0);
    assert.ok(shown.some((lens) => lens.command?.command === "ballast.showLayers"));
  });

  it("can be turned off", async () => {
    const document = await open("Dockerfile");
    await withSetting("inlayHints", false, async () => {
      await until(
        () => hints(document),
        (all) => all.length === 0,
      );
    });
    await withSetting("codeLens", false, async () => {
      await until(
        () => lenses(document),
        (all) => all.length === 0,
      );
    });
    await until(
      () => lenses(document),
      (all) => all.length > 0,
    );
  });

  it("explain the shell form", async () => {
    const document = await open("Dockerfile");
    const { start } = lineRange(document, "CMD");
    await until(
      () => hoverText(document, start.translate(0, 1)),
      (text) => /exec form/i.test(text),
    );
  });
});

describe("the build context", () => {
  it("is looked at again when .dockerignore appears", async () => {
    const document = await openText("context/Dockerfile", "FROM debian:bookworm-slim\nCOPY . /srv\n");
    await vscode.workspace.fs.writeFile(workspaceFile("context/big.bin"), new Uint8Array(2_000_000));
    const { end } = lineRange(document, "COPY");
    const shown = (): Thenable<string[]> => hints(document).then((all) => all.filter((hint) => hint.position.isEqual(end)).map(labelOf));
    await until(shown, ([label]) => label === "2 MB");
    // A file watcher does not say when it has begun to watch: the file is written until the answer changes.
    await until(
      async () => {
        await vscode.workspace.fs.writeFile(workspaceFile("context/.dockerignore"), new TextEncoder().encode("*.bin\n"));
        return shown();
      },
      ([label]) => label !== "2 MB",
      500,
    );
  });
});

describe("beside another extension", () => {
  it("both report", async () => {
    const document = await open("Dockerfile");
    await findings(document, (found) => found.length > 0);
    await until(
      () => vscode.languages.getDiagnostics(document.uri).map((d) => d.message),
      (messages) => messages.includes("the neighbour's finding"),
    );
    await until(
      () => hoverText(document, new vscode.Position(0, 1)),
      (text) => text.includes("the neighbour's hover"),
    );
  });

  it("Ballast does not format", async () => {
    const document = await open("Dockerfile");
    const edits = await until(
      () =>
        vscode.commands.executeCommand<vscode.TextEdit[]>("vscode.executeFormatDocumentProvider", document.uri, {
          tabSize: 2,
          insertSpaces: true,
        }),
      (all) => Array.isArray(all) && all.length > 0,
    );
    assert.deepEqual(
      edits.map((e) => e.newText),
      ["# the neighbour's format\n"],
    );
  });
});

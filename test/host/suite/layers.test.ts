import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { findings, open, openText, until } from "./help.ts";

const previews = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("ballast.layers"));

// What the preview shows is tested through the editor's own window: an extension cannot look into a webview.
describe("Show Layers", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("opens beside the editor and leaves the cursor there", async () => {
    const document = await open("Dockerfile");
    await findings(document, (found) => found.length > 0);
    await vscode.commands.executeCommand("ballast.showLayers");
    const [tab] = await until(previews, (tabs) => tabs.length === 1);
    assert.equal(tab?.label, "Layers of Dockerfile");
    assert.notEqual(tab?.group.viewColumn, vscode.window.activeTextEditor?.viewColumn);
    assert.equal(vscode.window.activeTextEditor?.document.fileName, document.fileName);
  });

  it("takes the document from the CodeLens and shows it in the same panel", async () => {
    const { uri } = await openText("other.Dockerfile", "FROM debian:bookworm-slim\n");
    await vscode.commands.executeCommand("ballast.showLayers", { uri: uri.toString(), stage: 0 });
    await until(previews, (tabs) => tabs.length === 1 && tabs[0]?.label === "Layers of other.Dockerfile");
  });
});

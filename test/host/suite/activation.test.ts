import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { extensionId, openText, until } from "./help.ts";

const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found, "Ballast is not installed");
  return found;
};

describe("activation", () => {
  it("runs from the installed package", () => {
    const { BALLAST_EXTENSIONS: folder } = process.env;
    assert.ok(folder && extension().extensionPath.startsWith(folder), `it runs from ${extension().extensionPath}`);
  });

  it("sleeps until a Dockerfile is opened", async () => {
    const { languageId } = await openText("notes.md", "# FROM here\n");
    assert.equal(languageId, "markdown");
    assert.equal(extension().isActive, false);
  });

  it("wakes on a Dockerfile", async () => {
    await openText("Dockerfile.first", "FROM debian:bookworm\n");
    await until(
      () => extension().isActive,
      (active) => active,
    );
  });

  const names = [
    "Containerfile",
    "Containerfile.dev",
    "Dockerfile.dev",
    "web.Dockerfile",
    "web.dockerfile",
    "web.containerfile",
    "sub/Dockerfile",
  ];
  for (const name of names) {
    it(`knows ${name} as a Dockerfile`, async () => {
      const { languageId } = await openText(name, "FROM debian:bookworm\n");
      assert.equal(languageId, "dockerfile");
    });
  }

  for (const name of ["Dockerfile.dockerignore", "web.Dockerfile.dockerignore", ".dockerignore"]) {
    it(`does not take ${name} for a Dockerfile`, async () => {
      const { languageId } = await openText(name, "*.log\n");
      assert.equal(languageId, "ignore");
    });
  }

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const name of [
      ...names,
      "Dockerfile.dockerignore",
      "web.Dockerfile.dockerignore",
      ".dockerignore",
      "Dockerfile.first",
      "notes.md",
    ]) {
      const folder = vscode.workspace.workspaceFolders?.[0];
      if (folder) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, name));
    }
  });
});

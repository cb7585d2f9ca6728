import * as assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import * as vscode from "vscode";
import { extensionId } from "./help.ts";

// Compared without case: the packager writes readme.md for README.md.
const allowed = [
  // Not the command line and the library: no editor needs them.
  /^dist\/(extension|server|view)\.js$/,
  /^dist\/view\.css$/,
  /^dist\/.*\.d\.ts$/,
  /^dist\/[^/]+\.gz$/,
  /^(syntaxes|schemas)\/[^/]+\.json$/,
  /^docs\/rules\/[^/]+\.md$/,
  /^media\/icon\.png$/,
  /^(readme|changelog)\.md$/,
  /^license(\.txt)?$/,
  /^package\.json$/,
  /^\.vsixmanifest$/,
];
const needed = [
  "dist/extension.js",
  "dist/server.js",
  "dist/view.js",
  "dist/view.css",
  "schemas/ballastrc.schema.json",
  "media/icon.png",
  "package.json",
];

describe("the package", () => {
  it("holds what a user needs and nothing else", () => {
    const root = vscode.extensions.getExtension(extensionId)?.extensionPath ?? "";
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(join(root, file)).isFile())
      .map((file) => file.split(sep).join("/").toLowerCase());
    assert.deepEqual(
      files.filter((file) => !allowed.some((pattern) => pattern.test(file))),
      [],
    );
    assert.deepEqual(
      needed.filter((file) => !files.includes(file)),
      [],
    );
  });

  it("weighs at most 2 MB", () => {
    const { BALLAST_VSIX: vsix } = process.env;
    assert.ok(vsix);
    const { size } = statSync(vsix);
    assert.ok(size <= 2_000_000, `${vsix} has ${size} bytes`);
  });
});

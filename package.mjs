// Makes ballast.vsix of what the editor needs: all that the npm package has but the command line and the library, which are a third of it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const stage = join(root, "out/vsix");
const notForEditors = new Set(["cli.js", "index.js"]);

const {
  scripts: _,
  devDependencies: __,
  bin: ___,
  exports: ____,
  ...manifest
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const path of manifest.files)
  cpSync(join(root, path), join(stage, path), { recursive: true, filter: (source) => !notForEditors.has(basename(source)) });
// On the extension's page: no picture that is not in it, nothing about a clone, no links to files that are not there.
const readme = readFileSync(join(root, "README.md"), "utf8")
  .replace(/^!\[.*\n\n/m, "")
  .replace(/^## Try it\n[\s\S]*?(?=^## )/m, "")
  .replace(/\[([^\]]+)\]\((?!https?:)([^)]+)\)/g, (link, text, path) => (existsSync(join(stage, path)) ? link : text));
writeFileSync(join(stage, "README.md"), readme);
writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);

const vsce = join(root, "node_modules/@vscode/vsce/vsce");
const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", join(root, "ballast.vsix")];
const done = spawnSync(process.execPath, [vsce, "package", ...flags], { cwd: stage, stdio: "inherit" });
process.exitCode = done.status ?? 1;

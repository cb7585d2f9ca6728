import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import snapshot from "../../server/src/sizes/data/npm.json";
import { createNpmIndex } from "../../server/src/sizes/npm.ts";
import { worldOf } from "./support/world.ts";

const layersOf = (...runs: string[]) =>
  analyze(`FROM node:22\n${runs.map((r) => `RUN ${r}\n`).join("")}`, worldOf())
    .toJSON()
    .image.stages[0]?.layers.slice(1) ?? [];
const shown = (...runs: string[]) => layersOf(...runs).map((l) => `${l.lowerBound ? "≥ " : ""}${l.bytes} ${l.basis}`);
const row = (name: keyof typeof snapshot.packages) => snapshot.packages[name].split(" ").map(Number);
const clean = "npm cache clean --force";

describe("tools that npm installs for all", () => {
  const [, pm2 = 0, pm2Cache = 0] = row("pm2");
  const [, serve = 0, serveCache = 0] = row("serve");

  it("weigh what an install stored, and its cache what that left", () => {
    assert.deepEqual(shown("npm install -g pm2"), [`${pm2 + pm2Cache} typical`]);
    assert.deepEqual(shown(`npm i --global pm2@latest serve && ${clean}`), [`${pm2 + serve} typical`]);
    assert.equal(layersOf(`npm install -g pm2 && ${clean}`)[0]?.source, snapshot.source);
  });

  it("share a cache: it holds the biggest at least", () => {
    assert.deepEqual(shown("npm install -g pm2 serve"), [`≥ ${pm2 + serve + Math.max(pm2Cache, serveCache)} typical`]);
    assert.deepEqual(shown("npm ci && npm install -g pm2"), [`≥ ${pm2} typical`]);
  });

  it("are not known by another major version, by another name, or where an install script stores more", () => {
    assert.deepEqual(shown(`npm install -g pm2@2 && ${clean}`), ["≥ 0 unknown"]);
    assert.deepEqual(shown(`npm install -g pm2@^7.0.1 && ${clean}`), [`${pm2} typical`]);
    assert.deepEqual(shown(`npm install -g nobodys-tool && ${clean}`), ["≥ 0 unknown"]);
    assert.match(shown(`npm install -g yarn && ${clean}`)[0] ?? "", /^≥ [1-9]\d+ typical$/);
  });

  it("are read as rows of a version, two sizes and a mark", () => {
    for (const [name, text] of Object.entries(snapshot.packages)) assert.match(text, /^\d+\.\d+\.\d+ \d+ \d+(?: \+)?$/, name);
    assert.equal(createNpmIndex(snapshot).tool("constructor"), undefined);
    assert.ok(createNpmIndex(snapshot).tool("@angular/cli@v21.2"));
    assert.equal(createNpmIndex(snapshot).tool("https://example.org/a.tgz"), undefined);
  });
});

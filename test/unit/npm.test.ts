import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import snapshot from "../../server/src/sizes/data/npm.json";
import { createNpmIndex } from "../../server/src/sizes/npm.ts";
import { worldOf } from "./support/world.ts";

const layersOf = (...runs: string[]) => layersOn("node:20", ...runs);
const layersOn = (base: string, ...runs: string[]) =>
  analyze(`FROM ${base}\n${runs.map((r) => `RUN ${r}\n`).join("")}`, worldOf())
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

  it("are not known by a major version that was not measured, by another name, or where an install script stores more", () => {
    assert.deepEqual(shown(`npm install -g pm2@1 && ${clean}`), ["≥ 0 unknown"]);
    assert.deepEqual(shown(`npm install -g pm2@^7.0.1 && ${clean}`), [`${pm2} typical`]);
    assert.deepEqual(shown(`npm install -g nobodys-tool && ${clean}`), ["≥ 0 unknown"]);
    assert.match(shown(`npm install -g yarn && ${clean}`)[0] ?? "", /^≥ [1-9]\d+ typical$/);
  });

  it("have in their own folder what they want their user to have, but where that is named too", () => {
    const [, typescript = 0] = row("typescript");
    const [, tsNode = 0] = row("ts-node");
    assert.deepEqual(shown(`npm install -g ts-node && ${clean}`), [`${tsNode} typical`]);
    assert.deepEqual(shown(`npm install -g typescript@latest ts-node && ${clean}`), [`${tsNode} typical`]);
    // Measured: 95,414,050 with the cache, of which npm's log and Node's are no part.
    const [, pm2 = 0] = row("pm2");
    const [, nodemon = 0] = row("nodemon");
    const [all] = layersOf(`npm install -g pm2 typescript ts-node nodemon && ${clean}`);
    assert.equal(all?.bytes, pm2 + nodemon + tsNode);
    assert.ok(typescript < tsNode && Math.abs((all?.bytes ?? 0) / 51_959_045 - 1) < 0.01, `${all?.bytes}`);
  });

  it("come with npm's own code, compiled, from Node 22 on", () => {
    const serves = (base: string, run = "npm install -g serve", ...more: string[]) =>
      layersOn(base, `${run} && ${clean}`, ...more).map((l) => l.bytes);
    for (const base of ["node:22", "node:24-alpine", "node:lts-slim", "node", "node:current-bookworm"])
      assert.deepEqual(serves(base), [serve + 1_086_000], base);
    for (const base of ["node:20", "node:18-alpine", "node:iron-slim", "somebody/node:22"]) assert.deepEqual(serves(base), [serve], base);
    assert.deepEqual(serves("node:22", "export NODE_DISABLE_COMPILE_CACHE=1; npm install -g serve"), [serve]);
    assert.deepEqual(serves("node:22", "npm install -g serve && rm -rf /tmp/*"), [serve]);
    assert.deepEqual(serves("node:22", "npm install -g serve", `npm install -g pm2 && ${clean}`), [serve + 1_086_000, pm2]);
    assert.deepEqual(serves("node:22", "npm install -g nobodys-tool"), [0]);
  });

  it("have older major versions apart", () => {
    const index = createNpmIndex({ note: "", source: "", packages: { npm: "11.1.0 110 1", "npm@6": "6.14.1 60 1" } });
    const bytes = (name: string) => index.tool(name)?.size.bytes;
    assert.deepEqual(["npm", "npm@latest", "npm@11.1.3", "npm@11.0.3", "npm@6", "npm@^6.14.0", "npm@7", "npm@next"].map(bytes), [
      110,
      110,
      110,
      undefined,
      60,
      60,
      undefined,
      undefined,
    ]);
  });

  it("are stored in one folder by Yarn, pnpm and bun: the biggest at least", () => {
    assert.deepEqual(shown("pnpm add -g pm2 serve"), [`≥ ${Math.max(pm2, serve)} typical`]);
    // With yarn's own code, compiled.
    assert.deepEqual(shown("yarn global add serve && yarn cache clean"), [`${serve + 2_325_000} typical`]);
    assert.deepEqual(shown("export DISABLE_V8_COMPILE_CACHE=1; yarn global add serve && yarn cache clean"), [`${serve} typical`]);
  });

  it("keep of the registry's index what their release does: pnpm", () => {
    const kept = (before: string, run = "pnpm install") =>
      layersOf(before, run)[1]?.items.flatMap((i) => (/index/.test(i.what) ? [`${i.lowerBound ? "≥ " : ""}${i.bytes}`] : []));
    for (const early of ["7", "8.15", "9", "10.34", "latest-10"])
      assert.deepEqual(kept(`npm install -g pnpm@${early}`), ["3257854"], early);
    // They look for a newer one only where somebody may read of it.
    const silent = [
      "export CI=true; pnpm install",
      "npm_config_update_notifier=false pnpm install",
      "pnpm install --prefer-offline",
      "pnpm fetch",
    ];
    for (const run of silent) assert.deepEqual(kept("npm install -g pnpm@10", run), [], run);
    for (const other of ["npm install -g pnpm", "npm install -g pnpm@12", "corepack enable"]) assert.deepEqual(kept(other), ["≥ 0"], other);
    for (const run of silent) assert.deepEqual(kept("npm install -g pnpm@11", run), ["≥ 0"], run);
    assert.deepEqual(kept("npm install -g pnpm@11", "pnpm install --offline"), []);
    for (const removal of ["rm -rf ~/.cache", "pnpm store prune", "pnpm cache delete '*'"])
      assert.deepEqual(kept("npm install -g pnpm@9", `pnpm install && ${removal}`), [], removal);
  });

  it("are pruned at the cost of the lock file, npm's list and its log", () => {
    const lines = "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nRUN npm prune --omit=dev\n";
    const last = (files: Record<string, number | string>) => analyze(lines, worldOf(files)).toJSON().image.stages[0]?.layers.at(-1);
    const manifest = { "package.json": "{}" };
    assert.equal(last({ ...manifest, "package-lock.json": 61_550 })?.bytes, 113_868);
    assert.equal(last(manifest)?.bytes, 0);
  });

  it("are read as rows of a version, two sizes and a mark", () => {
    for (const [name, text] of Object.entries(snapshot.packages))
      assert.match(text, /^\d+\.\d+\.\d+[-.\w]* [1-9]\d+ [1-9]\d+(?: \+)?(?: >\S+)*$/, name);
    assert.equal(createNpmIndex(snapshot).tool("constructor"), undefined);
    assert.ok(createNpmIndex(snapshot).tool("@angular/cli@v21.2"));
    assert.equal(createNpmIndex(snapshot).tool("https://example.org/a.tgz"), undefined);
  });
});

describe("packages that npm installs by name", () => {
  const [, express = 0] = row("express");
  const [, axios = 0] = row("axios");
  const install = (names: string, before = "true") => layersOf("mkdir /app", before, `cd /app && npm install ${names} && ${clean}`).at(-1);

  it("weigh what an install stored", () => {
    assert.deepEqual(
      [install("express")?.bytes, install("express")?.lowerBound, install("express")?.source],
      [express, false, snapshot.source],
    );
  });

  it("share what they need: the biggest at least", () => {
    assert.deepEqual([install("express axios")?.bytes, install("express axios")?.lowerBound], [Math.max(express, axios), true]);
    assert.deepEqual([install("express nobodys-own")?.bytes, install("express nobodys-own")?.lowerBound], [express, true]);
  });

  it("are the biggest of what a package.json asks for, at least, where no node_modules is at hand", () => {
    const of = (dependencies: Record<string, string>, more = {}) => {
      const files = { "package.json": JSON.stringify({ dependencies, ...more }) };
      const text = "FROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm install --omit=dev && npm cache clean --force\n";
      const layer = analyze(text, worldOf(files)).toJSON().image.stages[0]?.layers.at(-1);
      return `${layer?.lowerBound ? "≥ " : ""}${layer?.bytes}`;
    };
    const [, webpack = 0] = row("webpack");
    assert.equal(of({ express: "^5.0.0", webpack: "^5.90.0" }), `≥ ${Math.max(express, webpack)}`);
    assert.equal(of({ express: "^1.0.0", own: "file:../own" }, { devDependencies: { webpack: "^5.90.0" } }), "≥ 0");
  });

  it("leave in the cache what was downloaded for them, at least", () => {
    const [, , cache] = row("express");
    const cached = (text: string) =>
      layersOf(text)
        .at(-1)
        ?.items.find((i) => i.what === "npm's cache");
    assert.deepEqual([cached("npm install express")?.bytes, cached("npm install express")?.lowerBound], [cache, true]);
    assert.equal(cached("npm install nobodys-own")?.bytes, 0);
    assert.equal(cached("npm ci && npm install express")?.bytes, 0);
  });

  it("come on top of what a package.json asks for, and of what is there", () => {
    const manifest = "echo '{}' > /app/package.json";
    assert.deepEqual([install("express", manifest)?.bytes, install("express", manifest)?.lowerBound], [express, true]);
    assert.equal(install("express", "cd /app && npm ci")?.basis, "unknown");
    const unseen = analyze("FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm i express && npm cache clean --force\n", worldOf()).toJSON();
    assert.equal(unseen.image.stages[0]?.layers.at(-1)?.lowerBound, true);
  });
});

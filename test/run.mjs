// `npm test`: everything but the real image builds, on a fresh clone too. Node is all that it needs to find.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { unitTests } from "./unit-tests.mjs";

let passed = 0;
let failed = 0;
const failures = [];

/** Runs one step, its output shown as it comes; counts the tests that it reports, or itself as one. */
function step(name, command, args, env = {}) {
  console.log(`\n── ${name}`);
  return new Promise((done) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
      shell: process.platform === "win32",
    });
    let out = "";
    child.stdout.on("data", (data) => {
      out += data;
      process.stdout.write(data);
    });
    child.on("close", (code) => {
      const sum = (pattern) => [...out.matchAll(pattern)].reduce((n, m) => n + Number(m[1]), 0);
      const ran = sum(/^\s*(\d+) passing/gm) + sum(/^(\d+) passed, \d+ failed/gm);
      const bad = sum(/^\s*(\d+) failing/gm) + sum(/^\d+ passed, (\d+) failed/gm);
      passed += ran || (code === 0 ? 1 : 0);
      failed += bad || (code === 0 ? 0 : 1);
      if (code !== 0) failures.push(name);
      done(code === 0);
    });
  });
}

const bin = (name) => `node_modules/${name}`;
if (!existsSync("node_modules/.package-lock.json")) {
  console.log("── npm ci");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}
const node = process.execPath;
const mocha = (...args) => [bin("mocha/bin/mocha.js"), "--enable-source-maps", ...args];

// They count the processor's time: a second process on the same core would count in part, too.
const bounds = "out/test/unit/bounds.test.js";

await step("format and lint", node, [bin("@biomejs/biome/bin/biome"), "ci", "."]);
await step("types", node, [bin("typescript/bin/tsc"), "--noEmit"]);
await step("types of the layer preview", node, [bin("typescript/bin/tsc"), "--noEmit", "-p", "client/src/layers"]);
const built = (await step("build", node, ["esbuild.mjs"])) && (await step("bundle the tests", node, ["esbuild.mjs", "--tests"]));
if (built) {
  await step("unit", node, mocha("--parallel", "--jobs", "2", "--timeout", "120000", ...unitTests().filter((file) => file !== bounds)));
  await step("bounds", node, mocha("--timeout", "300000", bounds));
  await step("language server, as a process", node, mocha("--timeout", "60000", "out/test/lsp/**/*.test.js"));
  await step("command line, as a process", node, mocha("--timeout", "60000", "out/test/cli/**/*.test.js"));
  await step("in VS Code, from the packaged extension", node, ["test/host/run.mjs"]);
}
if (failures.length) console.log(`\nFailed: ${failures.join(", ")}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

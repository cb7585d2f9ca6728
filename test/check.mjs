// `npm run check`: the fast loop. Format, lint, types and unit tests, all at once; of a step that fails, all that it printed.
import { spawn } from "node:child_process";
import { unitTests } from "./unit-tests.mjs";

const bin = (name) => `node_modules/${name}`;
const mocha = ["--parallel", "--jobs", "2", "--enable-source-maps", "--reporter", "dot"];
/** Each a chain of commands for Node: the next only after the one before. */
const steps = {
  "format and lint": [[bin("@biomejs/biome/bin/biome"), "ci", "."]],
  types: [[bin("typescript/bin/tsc"), "--noEmit"]],
  "types of the layer preview": [[bin("typescript/bin/tsc"), "--noEmit", "-p", "client/src/layers"]],
  "unit tests": [
    ["esbuild.mjs", "--tests"],
    [bin("mocha/bin/mocha.js"), ...mocha, ...unitTests()],
  ],
};

/** The exit status of a command, and what it printed. */
function run(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (data) => (output += data));
    child.on("close", (status) => done({ ok: status === 0, output }));
  });
}

async function check(name, commands) {
  const start = performance.now();
  let last = { ok: true, output: "" };
  for (const args of commands) if (last.ok) last = await run(args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const count = /^\s*(\d+ passing)/m.exec(last.output)?.[1];
  if (!last.ok) console.log(last.output.trimEnd());
  console.log(`${last.ok ? "ok    " : "FAILED"} ${name}${count && last.ok ? `, ${count}` : ""} (${seconds} s)`);
  return last.ok;
}

const passed = await Promise.all(Object.entries(steps).map(([name, commands]) => check(name, commands)));
process.exit(passed.every(Boolean) ? 0 : 1);

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Runs a script in a process of its own; in this package its own name resolves to what is published. */
function run(script: string, type: "module" | "commonjs"): string {
  const { stdout, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, "-e", script], { encoding: "utf8" });
  return stdout || stderr;
}

const use = `const json = analyze("FROM debian:bookworm-slim\\nRUN apt-get update\\n").toJSON(); console.log(json.findings[0].rule, json.image.stages.length);`;

describe("the library", () => {
  it("is imported by its name", () =>
    assert.equal(run(`import { analyze } from "dockerfile-ballast"; ${use}`, "module"), "apt-lists-kept 1\n"));
  it("is required by its name", () =>
    assert.equal(run(`const { analyze } = require("dockerfile-ballast"); ${use}`, "commonjs"), "apt-lists-kept 1\n"));
});

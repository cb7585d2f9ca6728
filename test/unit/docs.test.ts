import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { rulePages } from "../../server/src/scripts/rule-pages.ts";
import { configSchema } from "../../server/src/scripts/schema.ts";

describe("docs/rules", () => {
  it("is what the rules say now (npm run docs:rules)", () => {
    const pages = rulePages();
    assert.deepEqual(readdirSync("docs/rules").sort(), [...pages.keys()].sort());
    for (const [file, text] of pages) assert.equal(readFileSync(`docs/rules/${file}`, "utf8"), text, file);
  });
});

describe("the schema of the settings", () => {
  it("is what the rules say now (npm run docs:rules)", () => {
    assert.deepEqual(JSON.parse(readFileSync("schemas/ballastrc.schema.json", "utf8")), configSchema());
  });
});

describe("docs/trials.md", () => {
  it("is what the run and the verdicts say (npm run docs:trials)", () => {
    const page = execFileSync(process.execPath, ["test/trials/report.mjs"], { encoding: "utf8" });
    assert.ok(readFileSync("docs/trials.md", "utf8") === page, "stale: npm run docs:trials writes it anew");
  });
});

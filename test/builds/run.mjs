// Real builds: every case is built, its layers measured and compared with what Ballast predicts without building.
//   node test/builds/run.mjs [--only PATTERN] [--no-cache] [--measure] [--write]
// --measure builds and prints without predicting; --write keeps what was measured in test/data, for accuracy.mjs.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readCases } from "./lib/cases.mjs";
import { compareCase, percent, sumOf } from "./lib/compare.mjs";
import { findEngine } from "./lib/engine.mjs";
import { Measurer } from "./lib/measure.mjs";
import { predict } from "./lib/predict.mjs";
import { Missing } from "./lib/tools.mjs";
import { ownFile, textKey } from "./lib/truth.mjs";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, "no-cache": { type: "boolean" }, measure: { type: "boolean" }, write: { type: "boolean" } },
});

async function main() {
  const pattern = new RegExp(options.only ?? "");
  const cases = readCases().filter((one) => pattern.test(one.name));
  const measurer = new Measurer(findEngine(), { useCache: !options["no-cache"] });
  const predictions = options.measure ? [] : predict(cases);
  const rows = [];
  let failed = 0;
  try {
    for (const [i, one] of cases.entries()) {
      const start = Date.now();
      const measured = await measurer.measure(one);
      const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`;
      const errors = measured.error ? [measured.error] : options.measure ? [] : judge(one, predictions[i], measured);
      if (!measured.error)
        rows.push({ id: one.name, text: textKey(one), day: measured.day, engine: measurer.engine.version, layers: measured.layers });
      if (errors.length > 0) failed++;
      console.log(
        `${errors.length > 0 ? "FAIL" : "ok  "} ${one.name.padEnd(42)} ${measured.cached ? " cached" : seconds.padStart(7)}  ${describe(predictions[i], measured)}`,
      );
      for (const error of errors) console.log(`       ${error.replaceAll("\n", "\n       ")}`);
    }
  } finally {
    await measurer.close();
  }
  if (options.write && !options.only) writeFileSync(ownFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function judge(one, predicted, measured) {
  if (predicted.error) return [predicted.error];
  return compareCase(predicted.layers, measured.layers, one.atLeast).errors;
}

function describe(predicted, measured) {
  if (measured.error) return "";
  const bytes = measured.layers.map((layer) => layer.bytes).join(" + ");
  if (!predicted?.layers) return bytes;
  const [said, is] = [sumOf(predicted.layers), sumOf(measured.layers)];
  return `${bytes}  ${said.lowerBound ? "≥ " : ""}${is.bytes === said.bytes ? "exact" : percent(said.bytes, is.bytes)}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  // On a user's machine a test that cannot run says so; in CI it must not pass unseen.
  console.log(`${process.env.CI ? "FAIL" : "skipped:"} ${error.message}`);
  process.exitCode = process.env.CI ? 1 : 0;
}

// Real builds: every case is built, its layers measured and compared with what Ballast predicts without building; then the tables of
// accuracy.mjs, and every fix proven (proof.mjs).
//   node test/builds/run.mjs [--only PATTERN] [--no-cache] [--measure] [--write]
// --only: the cases whose name fits, nothing else. --measure: builds and prints without predicting. --write: keeps what was measured
// in test/data, and makes docs/accuracy.md and docs/proof.md.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { reportAccuracy } from "./accuracy.mjs";
import { readCases } from "./lib/cases.mjs";
import { compareCase, percent, sumOf } from "./lib/compare.mjs";
import { findEngine } from "./lib/engine.mjs";
import { inLanes } from "./lib/lanes.mjs";
import { Measurer } from "./lib/measure.mjs";
import { predict } from "./lib/predict.mjs";
import { program } from "./lib/tools.mjs";
import { ownFile, textKey } from "./lib/truth.mjs";
import { proveAll } from "./proof.mjs";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, "no-cache": { type: "boolean" }, measure: { type: "boolean" }, write: { type: "boolean" } },
});
const all = options.only === undefined;
const write = options.write === true && all;

async function main() {
  const measurer = new Measurer(findEngine(), { useCache: !options["no-cache"] });
  try {
    let { passed, failed } = await cases(measurer);
    if (all && !options.measure) {
      console.log("");
      const missed = reportAccuracy({ write });
      console.log("");
      const proven = await proveAll(measurer, { write });
      passed += proven.passed + (missed === 0 ? 1 : 0);
      failed += proven.failed + missed;
    }
    console.log(measurer.coldTime());
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await measurer.close();
  }
}

async function cases(measurer) {
  const pattern = new RegExp(options.only ?? "");
  const chosen = readCases().filter((one) => pattern.test(one.name));
  const predictions = options.measure ? [] : predict(chosen);
  const results = await inLanes(chosen, async (one, i) => {
    const start = Date.now();
    const measured = await measurer.measure(one);
    const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`;
    const errors = measured.error ? [measured.error] : options.measure ? [] : judge(one, predictions[i], measured);
    const verdict = errors.length > 0 ? "FAIL" : "ok  ";
    console.log(
      `${verdict} ${one.name.padEnd(42)} ${measured.cached ? " cached" : seconds.padStart(7)}  ${describe(predictions[i], measured)}`,
    );
    for (const error of errors) console.log(`       ${error.replaceAll("\n", "\n       ")}`);
    return { one, measured, errors };
  });
  const rows = results
    .filter(({ measured }) => !measured.error)
    .map(({ one, measured: { day, layers } }) => ({ id: one.name, text: textKey(one), day, engine: measurer.engine.version, layers }));
  const failed = results.filter(({ errors }) => errors.length > 0).length;
  if (write) writeFileSync(ownFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { passed: chosen.length - failed, failed };
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

await program(main);

// Proof of the fixes: each is applied, both images are built, and what it promises is compared with what it did.
//   node test/builds/proof.mjs [--only PATTERN] [--no-cache] [--write]      --write makes docs/proof.md
// A safe fix leaves the same files, modes, owners, links and configuration, but for the cruft it names; a saving has the promised size.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { goals, quantile, relativeError } from "./lib/accuracy.mjs";
import { isOfDebian } from "./lib/bases.mjs";
import { noise, percent, sumOf } from "./lib/compare.mjs";
import { findEngine } from "./lib/engine.mjs";
import { inLanes } from "./lib/lanes.mjs";
import { Measurer } from "./lib/measure.mjs";
import { baseBytes, needsBuild, predict } from "./lib/predict.mjs";
import { allRules, proofs } from "./lib/proofs.mjs";
import { program } from "./lib/tools.mjs";
import { differences } from "./lib/tree.mjs";
import { notBuilt } from "./lib/unproven.mjs";

const report = fileURLToPath(new URL("../../docs/proof.md", import.meta.url));

/** What a rule's safe fix is there to remove. */
const cruft = {
  // What `apt-get clean` is there for: apt-get(8).
  "apt-cache-kept": /^\/var\/cache\/apt\/(?:archives\/.*\.deb|(?:src)?pkgcache\.bin)$/,
  "bundler-cache-kept": /^\/var\/lib\/gems\/[^/]+\/cache(?:\/|$)/,
  "ccache-cache-kept": /^\/root\/\.cache\/ccache(?:\/|$)/,
  "gem-cache-kept": /^\/var\/lib\/gems\/[^/]+\/cache(?:\/|$)/,
  // With what npm logs of each command, and when it last looked for a newer npm.
  "npm-cache-kept": /^\/root\/\.npm\/(?:_cacache|_logs|_update-notifier-last-checked)(?:\/|$)|^\/root\/\.npm\/_cacache$/,
  "pip-cache-kept": /^\/root\/\.cache(?:\/pip(?:\/|$)|$)/,
  "yarn-cache-kept": /^\/usr\/local\/share\/\.cache\/yarn(?:\/|$)/,
  "apt-lists-kept": /^\/var\/lib\/apt\/lists\/|^\/var\/lib\/apt\/lists$/,
};
/** Rules whose safe fix is a change of the configuration; the names of what may change. */
const meant = { "shell-form": /^(Cmd|Entrypoint):/ };
/** Rewrites after which the image must be the same. */
const same = new Set(["merge-runs"]);

/** The catalogue of base images rounds to hundredths of a megabyte (server/src/sizes/bases-format.ts, sizeUnit). */
const rounding = 5000;

/** A single saving this far off is looked into, whatever the median. */
const savingBound = 0.15;

/** So much is built for one rule and one kind of fix; what cannot be built counts for nothing. */
const enough = { proofs: 6, bytes: 6e8 };

async function prove(measurer, pattern) {
  const rows = await inLanes(proofs(pattern), ({ offers }) => proveKind(measurer, offers));
  return rows.flat();
}

async function proveKind(measurer, offers) {
  const rows = [];
  let bytes = 0;
  for (const proof of offers) {
    if (rows.length >= enough.proofs || bytes > enough.bytes) break;
    const row = { ...proof, ...(await compare(measurer, proof)) };
    if (row.skipped) continue;
    rows.push(row);
    bytes += 2 * row.weight;
    console.log(`${row.errors.length > 0 ? "FAIL" : "ok  "} ${row.rule.padEnd(26)} ${row.name.padEnd(42)} ${said(row)}`);
    for (const error of row.errors) console.log(`       ${error.replaceAll("\n", "\n       ")}`);
  }
  return rows;
}

/** Every rule is proven or says why it cannot be here; what is wrong with that. */
function uncovered(rows) {
  const proven = new Set(rows.map((row) => row.rule));
  const ids = new Set(allRules().map(({ id }) => id));
  return [
    ...[...ids].filter((id) => !proven.has(id) && !notBuilt[id]).map((id) => `${id}: no fix of it is proven, and no reason is given`),
    ...Object.keys(notBuilt)
      .filter((id) => proven.has(id))
      .map((id) => `${id}: is proven now; its reason is out of date`),
    ...Object.keys(notBuilt)
      .filter((id) => !ids.has(id))
      .map((id) => `${id}: a reason, but no such rule`),
  ];
}

const said = ({ saving, measured }) =>
  `${saving ? `${saving.lowerBound ? "≥ " : ""}${saving.bytes}` : "?"} promised, ${measured ?? "?"} measured${saving && !saving.lowerBound && measured ? `, ${percent(saving.bytes, measured)}` : ""}`;

async function compare(measurer, proof) {
  const before = await measurer.measureIfBuilds(proof.before);
  // What cannot be built before a fix proves nothing about the fix.
  if (before.error) return { errors: [], skipped: "cannot be built" };
  const after = await measurer.measure(proof.after);
  if (after.error)
    return { errors: [`the build fails after it:\n${after.error}\n${proof.after.dockerfile}`], weight: sumOf(before.layers).bytes };
  const measured = total(before) - total(after);
  const promised = aboveBases(proof, before, after);
  const errors = wrongSaving(promised, measured, before.base);
  const changes = proof.safety === "safe" || same.has(proof.rule) ? await changed(measurer, proof) : [];
  if (changes.length > 0)
    errors.push(
      `the image is another one (${proof.title}):\n${changes.slice(0, 8).join("\n")}${changes.length > 8 ? `\n… ${changes.length}` : ""}`,
    );
  const compared = proof.safety === "safe" || same.has(proof.rule);
  return { errors, measured, weight: sumOf(before.layers).bytes, compared, saving: promised.saving };
}

/** An image that is made here in the place of another maker's does not weigh what that one weighs: the promise, as if it did. */
function aboveBases(proof, before, after) {
  if (proof.before.bases.every(isOfDebian) || !proof.saving) return proof;
  const [{ file }] = predict([proof.after]);
  const official = proof.base - baseBytes(file.image);
  return { ...proof, base: before.base, saving: { ...proof.saving, bytes: proof.saving.bytes - official + before.base - after.base } };
}

const total = ({ base, layers }) => base + sumOf(layers).bytes;

/** "At least" is a promise: more than was saved is wrong, but for what the base made here differs from the official one, of which Ballast speaks. */
function wrongSaving({ saving, base }, measured, madeBase) {
  if (!saving) return [];
  const { bytes, lowerBound } = saving;
  if (bytes > noise && measured <= noise) return [`a false saving: ${bytes} promised, ${measured} measured`];
  if (lowerBound)
    return bytes > measured + Math.abs(base - madeBase) + rounding + noise ? [`at least ${bytes} promised, ${measured} measured`] : [];
  return relativeError(bytes, measured) > savingBound ? [`${bytes} promised, ${measured} measured (${percent(bytes, measured)})`] : [];
}

async function changed(measurer, { before, after, rules }) {
  const [a, b] = [await measurer.tree(before), await measurer.tree(after)];
  const isNamed = (table, text) => rules.some((rule) => table[rule]?.test(text));
  return differences(a, b, (path) => isNamed(cruft, path)).filter((line) => !isNamed(meant, line));
}

const isExact = (row) => row.saving && !row.saving.lowerBound && row.saving.bytes > noise && row.measured !== undefined;
const errorsOf = (rows) => rows.filter(isExact).map((row) => relativeError(row.saving.bytes, row.measured));

function summarize(rows) {
  const errors = errorsOf(rows);
  return {
    failed: rows.filter((row) => row.errors.length > 0).length,
    exact: errors.length,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
  };
}

const part = (value) => `${(100 * value).toFixed(1)} %`;
const number = (value) => value.toLocaleString("en-US");
const table = (head, rows) =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");

function text(rows, engine) {
  const sum = summarize(rows);
  return `# The fixes, proven

Generated by \`npm run test:builds -- --write\` with ${engine}, ${new Date().toISOString().slice(0, 10)}. Fixes and rewrites that Ballast offers on the cases of
test/builds, the rules' examples and their fixtures, as far as they stand on bases we can make and need no network but Debian's mirror: applied, both images
built, and compared. At most ${enough.proofs} for each rule and kind of fix, the rule's own examples and fixtures first.

- **promised, measured**: bytes saved, a base that stands in for another maker's image counted as it is made here; median error of the ${sum.exact} exact ones ${part(sum.median)} (goal ${part(goals.savingMedian)}), 95th percentile ${part(sum.p95)}.
- **same**: the two root file systems hold the same files with the same content, mode, owner and links, and the images have the same configuration, but for the
  cruft that the rule names. Not compared: times, logs, old copies of dpkg's and debconf's files, compiled Python, ldconfig's cache of times. Fixes to review change more on purpose: only their bytes are compared.

## Rules

${table(["rule", "fix", "proofs", "image the same", "exact savings: median error", "at least"], byRule(rows))}

## Rules that cannot be built here

${table(["rule", "why"], Object.entries(notBuilt))}

## Proofs

${table(["rule", "on", "fix", "promised", "measured", "image"], rows.map(line))}
`;
}

function byRule(rows) {
  const kinds = new Map();
  for (const row of rows) kinds.set(`${row.rule} ${row.safety}`, [...(kinds.get(`${row.rule} ${row.safety}`) ?? []), row]);
  return [...kinds.values()].map((list) => {
    const exact = errorsOf(list);
    const compared = list.filter((row) => row.compared);
    const same = compared.filter((row) => row.errors.length === 0).length;
    const atLeast = list.filter((row) => row.saving?.lowerBound).length;
    return [
      list[0].rule,
      list[0].safety,
      list.length,
      compared.length > 0 ? `${same} of ${compared.length}` : "",
      exact.length > 0 ? `${part(quantile(exact, 0.5))} of ${exact.length}` : "",
      atLeast || "",
    ];
  });
}

function line(row) {
  const promised = row.saving ? `${row.saving.lowerBound ? "≥ " : ""}${number(row.saving.bytes)}` : "";
  const result = row.errors.length > 0 ? "**wrong**" : row.compared ? "same" : "";
  return [row.rule, row.name, row.safety, promised, number(row.measured ?? 0), result];
}

/** Prints each proof; { passed, failed }. */
export async function proveAll(measurer, { pattern, write = false } = {}) {
  const all = pattern === undefined;
  const rows = await prove(measurer, pattern ?? /(?:)/);
  const { failed, exact, median } = summarize(rows);
  const missed = [
    ...(exact > 0 && median > goals.savingMedian ? [`savings: median error ${part(median)}`] : []),
    ...(all ? uncovered(rows) : []),
  ];
  for (const failure of missed) console.log(`FAIL ${failure}`);
  if (write) writeFileSync(report, text(rows, measurer.engine.version));
  return { passed: rows.length - failed, failed: failed + missed.length };
}

async function main() {
  const { values: options } = parseArgs({
    options: { only: { type: "string" }, "no-cache": { type: "boolean" }, write: { type: "boolean" } },
  });
  needsBuild();
  const measurer = new Measurer(findEngine(), { useCache: !options["no-cache"] });
  try {
    const { passed, failed } = await proveAll(measurer, {
      pattern: options.only && new RegExp(options.only),
      write: options.write && !options.only,
    });
    console.log(measurer.coldTime());
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await measurer.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await program(main);

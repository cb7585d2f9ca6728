// What to read and judge: `node test/trials/sample.mjs FINDINGS [--seed 1] [--of 20] [--rules a,b]`. Up to 20 findings of each rule,
// the same for the same seed, in turn from every repository, so that one with hundreds of like files does not fill the sample.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string", default: "1" }, of: { type: "string", default: "20" }, rules: { type: "string" } },
  allowPositionals: true,
});
const rows = readFileSync(positionals[0] ?? "out/trials/findings.jsonl", "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const wanted = values.rules?.split(",");
console.error(`seed ${values.seed}`);
for (const [rule, findings] of [...grouped(rows, (row) => row.rule)].sort(([a], [b]) => (a < b ? -1 : 1)))
  if (!wanted || wanted.includes(rule)) for (const row of sampleOf(findings, Number(values.of))) console.log(JSON.stringify(row));

function sampleOf(findings, count) {
  // A template makes the same finding many times: once is enough.
  const distinct = [...grouped(findings, (row) => `${row.repository} ${row.marked} ${row.message}`).values()].map((same) => same[0]);
  const inTurn = [...grouped(shuffled(distinct), (row) => row.repository).values()];
  const chosen = [];
  for (let turn = 0; chosen.length < count && inTurn.some((list) => turn < list.length); turn++)
    for (const list of inTurn) if (turn < list.length && chosen.length < count) chosen.push(list[turn]);
  return chosen;
}

function grouped(list, key) {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** By mulberry32, seeded. */
function shuffled(list) {
  let state = Number(values.seed);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

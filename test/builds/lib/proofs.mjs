// Every fix and rewrite that Ballast offers on Dockerfiles we can build, as a pair of images: before, after, and what is promised.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseCase, readCases } from "./cases.mjs";
import { sumOf } from "./compare.mjs";
import { allSafeFixes, ballast, baseBytes, predict } from "./predict.mjs";
import { textKey } from "./truth.mjs";
import { canBuild } from "./unproven.mjs";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));

/** Dockerfiles to look at: our own cases, each rule's example, and its fixtures. */
function subjects() {
  // What is random would differ between any two builds.
  const steady = (one) => ({ ...one, dockerfile: one.dockerfile.replaceAll("/dev/urandom", "/dev/zero") });
  return [...readCases(), ...examples(), ...readFixtures()].filter((one) => canBuild(one.dockerfile)).map(steady);
}

/** All rules: { id, example }. */
export const allRules = () => JSON.parse(ballast(["rules", "--format", "json"]).stdout).rules;

function examples() {
  return allRules().map(({ id, example }) => ({
    ...parseCase(`example of ${id}`, example.before),
    recipe: recipeOf(example.context ?? {}),
  }));
}

const recipeOf = (files, ignore) => [
  ...Object.entries(files).map(([path, content]) => (typeof content === "number" ? `file ${path} ${content}` : textLine(path, content))),
  ...(ignore === undefined ? [] : [textLine(".dockerignore", ignore)]),
];

const textLine = (path, text) => `text ${path} ${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}`;

/** `# ^^^^ rule` marks columns of the line above, `# ==== rule` an instruction: not part of the Dockerfile (test/unit/support/fixtures.ts). */
const marker = /^#[ \t]*(?:\^+|====)[ \t]+[\w-]+[ \t]*\r?\n/gm;

function readFixtures() {
  const files = readdirSync(fixtures, { recursive: true }).filter((file) => file.endsWith(".Dockerfile"));
  return files.sort().map((file) => {
    const path = join(fixtures, file);
    const context = path.replace(/\.Dockerfile$/, ".context.json");
    const { files: listed = {}, ignore } = existsSync(context) ? JSON.parse(readFileSync(context, "utf8")) : {};
    return {
      ...parseCase(`fixture ${file.replace(/\.Dockerfile$/, "")}`, readFileSync(path, "utf8").replace(marker, "")),
      recipe: recipeOf(listed, ignore),
    };
  });
}

/**
 * Every offer, as lists of one rule and kind of fix each: { rule, safety, offers: [{ name, rule, rules, title, safety, saving, before, after }] },
 * each pair of texts once, in the order in which they are worth a build: one of each Dockerfile before a second, the rule's own example and
 * fixtures before others, small images before big ones.
 */
export function proofs(pattern) {
  const all = subjects().filter((one) => pattern.test(one.name));
  const predictions = predict(all);
  const fixed = allSafeFixes(all);
  const seen = new Set();
  const kinds = new Map();
  all.forEach((one, i) => {
    if (!predictions[i].file) return;
    const nth = new Map();
    for (const offer of offersOn(predictions[i].file, fixed[i])) {
      const after = offer.text === undefined ? changed(one, offer) : withText(one, offer.text, []);
      const pair = textKey(one) + textKey(after);
      if (seen.has(pair) || !canBuild(after.dockerfile)) continue;
      seen.add(pair);
      const kind = `${offer.rule} ${offer.safety}`;
      if (!kinds.has(kind)) kinds.set(kind, { rule: offer.rule, safety: offer.safety, offers: [] });
      nth.set(kind, (nth.get(kind) ?? 0) + 1);
      const { rule, rules = [rule], title, safety } = offer;
      const rank = [nth.get(kind), isOwn(one.name, rule) ? 0 : 1, sumOf(predictions[i].layers).bytes];
      kinds.get(kind).offers.push({
        name: one.name,
        rule,
        rules,
        title,
        safety,
        saving: savingOf(offer),
        base: baseBytes(predictions[i].file.image),
        before: one,
        after,
        rank,
      });
    }
  });
  const byRank = (a, b) => a.rank.map((value, i) => value - b.rank[i]).find((difference) => difference !== 0) ?? (a.name < b.name ? -1 : 1);
  const order = ({ rule, safety }) => `${rule} ${safety}`;
  for (const { offers } of kinds.values()) offers.sort(byRank);
  return [...kinds.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

const isOwn = (name, rule) => name === `example of ${rule}` || name.startsWith(`fixture ${rule}/`);

function offersOn(file, fixed) {
  const offers = [
    ...file.findings.flatMap((finding) => finding.fixes.map((fix) => ({ ...fix, rule: finding.rule }))),
    ...file.refactorings.map((refactoring) => ({ ...refactoring, rule: refactoring.id, safety: "rewrite" })),
  ];
  const safe = offers.filter((offer) => offer.safety === "safe").map((offer) => offer.rule);
  // All at once, as `check --fix` does it; what one fix alone does is among the offers.
  return safe.length > 1 ? [...offers, { rule: "all safe fixes", title: "check --fix", safety: "safe", rules: safe, text: fixed }] : offers;
}

const savingOf = ({ savesBytes, savesLowerBound }) =>
  savesBytes === undefined || savesBytes === null ? undefined : { bytes: savesBytes, lowerBound: savesLowerBound === true };

function changed(one, { edits, creates = [] }) {
  const lines = [0];
  for (const found of one.dockerfile.matchAll(/\n/g)) lines.push(found.index + 1);
  const at = ({ line, character }) => (lines[line] ?? one.dockerfile.length) + character;
  let text = one.dockerfile;
  for (const { range, newText } of [...edits].sort((a, b) => at(b.range.start) - at(a.range.start)))
    text = text.slice(0, at(range.start)) + newText + text.slice(at(range.end));
  return withText(
    one,
    text,
    creates.map(({ file, text: content }) => textLine(file, content)),
  );
}

function withText(one, text, made) {
  const after = parseCase(`${one.name} after`, text);
  return { ...after, recipe: [...one.recipe, ...made], buildArgs: one.buildArgs, target: one.target };
}

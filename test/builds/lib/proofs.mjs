// Every fix and rewrite that Ballast offers on Dockerfiles we can build, as a pair of images: before, after, and what is promised.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseNames } from "./bases.mjs";
import { parseCase, readCases } from "./cases.mjs";
import { allSafeFixes, cli, predict } from "./predict.mjs";
import { textKey } from "./truth.mjs";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));

/** Dockerfiles to look at: our own cases, each rule's example, and its fixtures. */
function subjects() {
  // What is random would differ between any two builds.
  const steady = (one) => ({ ...one, dockerfile: one.dockerfile.replaceAll("/dev/urandom", "/dev/zero") });
  return [...readCases(), ...examples(), ...readFixtures()].filter(canBuild).map(steady);
}

function examples() {
  const { rules } = JSON.parse(spawnSync(process.execPath, [cli, "rules", "--format", "json"], { encoding: "utf8" }).stdout);
  return rules.map(({ id, example }) => ({ ...parseCase(`example of ${id}`, example.before), recipe: recipeOf(example.context ?? {}) }));
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

/** Rules that say the same of nearly every case: so many of them are enough. */
const enough = { "base-fat": 8, "slim-base": 12, "merge-runs": 60 };

/** All images it names are bases of ours, its own stages or scratch. */
function canBuild({ dockerfile }) {
  const from = [...dockerfile.matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?/gim)];
  const stages = new Set(from.map(([, , name]) => name?.toLowerCase()));
  const others = [...dockerfile.matchAll(/(?:--from=|,from=)([^\s,]+)/g)].filter(([, name]) => !/^\d+$/.test(name));
  const known = (name) => name === "scratch" || stages.has(name.toLowerCase()) || baseNames.includes(name);
  return from.length > 0 && [...from, ...others].every(([, name]) => known(name) || /^debian:\$\{?SUITE/.test(name));
}

/** [{ name, rule, title, safe, saving: { bytes, lowerBound } | undefined, before, after }], each pair of texts once. */
export function proofs(pattern) {
  const all = subjects().filter((one) => pattern.test(one.name));
  const seen = new Set();
  const counts = new Map();
  const predictions = predict(all);
  const fixed = allSafeFixes(all);
  return all.flatMap((one, i) => {
    const { file } = predictions[i];
    if (!file) return [];
    const offers = [
      ...file.findings.flatMap((finding) => finding.fixes.map((fix) => ({ ...fix, rule: finding.rule }))),
      ...file.refactorings.map((refactoring) => ({ ...refactoring, rule: refactoring.id, safety: "rewrite" })),
    ];
    const safe = offers.filter((offer) => offer.safety === "safe").map((offer) => offer.rule);
    // All at once, as `check --fix` does it; what one fix alone does is among the offers.
    if (safe.length > 1) offers.push({ rule: "all safe fixes", title: "check --fix", safety: "safe", rules: safe, text: fixed[i] });
    return offers.flatMap((offer) => {
      const after = offer.text === undefined ? changed(one, offer) : withText(one, offer.text, []);
      const key = textKey(one) + textKey(after);
      const count = counts.get(offer.rule) ?? 0;
      if (!canBuild(after) || seen.has(key) || count >= (enough[offer.rule] ?? Number.POSITIVE_INFINITY)) return [];
      seen.add(key);
      counts.set(offer.rule, count + 1);
      return [
        {
          name: one.name,
          rule: offer.rule,
          rules: offer.rules ?? [offer.rule],
          title: offer.title,
          safety: offer.safety,
          saving: savingOf(offer),
          before: one,
          after,
        },
      ];
    });
  });
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

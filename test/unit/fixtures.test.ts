import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Analysis } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { caches } from "../../server/src/commands/caches.ts";
import { rules } from "../../server/src/rules/index.ts";
import type { Rule } from "../../server/src/rules/rule.ts";
import { applyEdits, areApart, type Edit } from "../../server/src/text.ts";
import { canBuild, notBuilt } from "../builds/lib/unproven.mjs";
import { allFixtures, type Fixture, fixturesFolder, fixturesOf, placeOf } from "./support/fixtures.ts";
import { worldOf } from "./support/world.ts";

const noThreshold = { settings: { minSaving: 0 } };

/** What was analysed last is asked for several times. */
let last: { text: string; world: Fixture["world"]; analysis: Analysis } | undefined;
function run(text: string, { world }: Pick<Fixture, "world">): Analysis {
  if (last?.text !== text || last.world !== world) last = { text, world, analysis: analyze(text, { ...world, ...noThreshold }) };
  return last.analysis;
}

/** The first fix of each of a rule's findings, those that share a line left for the next round; until nothing changes. */
function fixed(text: string, rule: string, fixture: Pick<Fixture, "world">): string {
  let current = text;
  for (let round = 0; round < 10; round++) {
    const edits: Edit[] = [];
    for (const finding of run(current, fixture).findings) {
      const [fix] = finding.rule.id === rule ? finding.fixes : [];
      if (fix && areApart([...edits, ...fix.edits])) edits.push(...fix.edits);
    }
    if (edits.length === 0) return current;
    const next = applyEdits(current, edits);
    if (next === current) return current;
    current = next;
  }
  assert.fail("the fixes do not converge");
}

/** Where each stage begins and ends that is not needed, has no name and no mark: a near-miss beside others. */
function idleStages(fixture: Fixture): { start: number; end: number }[] {
  const { image, lines } = run(fixture.text, fixture);
  const marked = new Set(fixture.expected.map((place) => Number.parseInt(place, 10)));
  return image.stages.flatMap(({ index, name, from }) => {
    const start = from?.start ?? 0;
    const end = image.stages[index + 1]?.from?.start ?? fixture.text.length;
    const { start: first, end: last } = lines.range({ start, end });
    const isMarked = [...marked].some((line) => line >= first.line && line < last.line);
    return image.needed.has(index) || name !== undefined || isMarked ? [] : [{ start, end }];
  });
}

/** Real builds can run its example, one of its fixtures, or another rule's in which it finds something. Whether they prove it they say themselves. */
const isProvable = ({ id, example }: Rule): boolean =>
  canBuild(example.before) ||
  fixturesOf(id).some((f) => f.expected.length > 0 && canBuild(f.text)) ||
  allFixtures().some((f) => canBuild(f.text) && run(f.text, f).findings.some((x) => x.rule.id === id));

describe("rules", () => {
  it("are all in the list, one file each", () => {
    const files = readdirSync("server/src/rules").filter(
      (f) => !["rule.ts", "index.ts", "cache-kept.ts"].includes(f) && !f.endsWith("-words.ts"),
    );
    const ofTools = caches.map((c) => `${c.tool}-cache-kept`);
    assert.deepEqual([...files.map((f) => f.replace(/\.ts$/, "")), ...ofTools].sort(), rules.map((r) => r.id).sort());
  });

  for (const rule of rules) {
    describe(rule.id, () => {
      it("is complete: words, example and fixtures", () => {
        assert.match(rule.summary, /^[A-Z].*[^.]$/);
        assert.ok(rule.why.length > 80, "why it matters");
        assert.ok(existsSync(join(fixturesFolder, rule.id)), `test/fixtures/${rule.id}/`);
        assert.ok(
          fixturesOf(rule.id).some((f) => f.expected.length === 0),
          "a near-miss",
        );
        assert.ok(notBuilt[rule.id] ?? isProvable(rule), "a fixture that real builds can run, or a line in test/builds/lib/unproven.mjs");
      });

      it("does on its example what the documentation says", () => {
        const { before, after, context, ignore, creates } = rule.example;
        const world = worldOf(context, ignore);
        const found = run(before, { world }).findings.filter((f) => f.rule.id === rule.id);
        assert.equal(found.length, 1, "one finding in the example");
        const [fix] = found[0]?.fixes ?? [];
        assert.equal(fix && applyEdits(before, fix.edits), after);
        assert.deepEqual(fix?.creates.map((c) => c.file) ?? [], creates ?? []);
        if (after !== undefined && !creates)
          assert.deepEqual(
            run(after, { world }).findings.filter((f) => f.rule.id === rule.id),
            [],
          );
      });

      for (const fixture of existsSync(join(fixturesFolder, rule.id)) ? fixturesOf(rule.id) : []) {
        it(`finds what is marked in ${fixture.name}`, () => {
          const { findings, lines, file } = run(fixture.text, fixture);
          const whole = new Set(file.instructions.map((i) => `${i.start}-${i.end}`));
          assert.deepEqual(
            findings.filter((f) => f.rule.id === rule.id).map((f) => placeOf(f, lines, whole)),
            [...fixture.expected],
          );
          for (const { start, end } of idleStages(fixture)) {
            const found = run(fixture.text.slice(0, end), fixture).findings.filter((f) => f.rule.id === rule.id && f.span.start >= start);
            assert.deepEqual(
              found.map((f) => f.message),
              [],
              "in a stage, were it the last",
            );
          }
          for (const { message, fixes } of findings)
            for (const text of [message, ...fixes.map((f) => f.title)]) assert.doesNotMatch(text, / {2}|undefined|NaN/, text);
        });

        it(`fixes ${fixture.name}${fixture.fixed === undefined ? " not at all" : ""}`, () => {
          const once = fixed(fixture.text, rule.id, fixture);
          assert.equal(once, fixture.fixed ?? fixture.text);
          if (fixture.fixed !== undefined) assert.equal(fixed(once, rule.id, fixture), once, "a second time changes nothing");
        });
      }
    });
  }
});

import assert from "node:assert/strict";
import { createContext, runInContext } from "node:vm";
import { buildSync } from "esbuild";
import type { Analysis } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { compare } from "../../server/src/build/difference.ts";
import { rebuilt } from "../../server/src/build/saving.ts";
import { applyEdits, areApart, type Edit } from "../../server/src/text.ts";
import { allFixtures } from "./support/fixtures.ts";
import { inCI, seed, someOf } from "./support/sample.ts";
import { everything } from "./support/world.ts";

const fixtures = allFixtures();
const analyses = new Map<string, Analysis>();
function analysed({ name, text, world }: (typeof fixtures)[number]): Analysis {
  const known = analyses.get(name) ?? analyze(text, { ...world, settings: { minSaving: 0 } });
  analyses.set(name, known);
  return known;
}

describe("robustness", () => {
  it("never throws on texts torn and spliced at random", function () {
    this.timeout(300_000);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return Math.floor((state / 0x7fffffff) * below);
    };
    const scraps = [
      "\\\n",
      "`",
      '"',
      "'",
      "$(",
      ")",
      "${",
      "}",
      "<<EOF\n",
      "EOF\n",
      "RUN ",
      "FROM ",
      "COPY --from=",
      "\r\n",
      "\uFEFF",
      "𝒳",
      " && ",
      "||",
      "|",
      ";",
      "[",
      "]",
      "# escape=`\n",
      "ONBUILD ",
      "--mount=type=cache,target=/",
      "*",
      "../..",
      "\0",
    ];
    const pool = fixtures.map((f) => f.text);
    for (let round = 0; round < (inCI ? 200 : 30); round++) {
      const a = pool[random(pool.length)] ?? "";
      const b = pool[random(pool.length)] ?? "";
      const text =
        a.slice(0, random(a.length)) +
        scraps[random(scraps.length)] +
        b.slice(random(b.length)) +
        scraps[random(scraps.length)] +
        a.slice(random(a.length));
      try {
        everything(text);
      } catch (error) {
        throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  });

  it("answers on what is no Dockerfile at all", () => {
    for (const text of [
      "",
      "\uFEFF",
      "\0\0\0",
      "hello",
      "{}",
      "RUN",
      "FROM",
      "FROM \\",
      "RUN <<",
      "COPY",
      "\n\n\n",
      `RUN ${"(".repeat(3000)}`,
      `RUN echo ${'"$('.repeat(400)}`,
      `FROM a\n${"RUN x\n".repeat(inCI ? 3000 : 500)}`,
    ])
      everything(text);
  });

  it("takes a name that every JavaScript object knows for a name like others", function () {
    this.timeout(300_000);
    const commands = new Set(
      fixtures.flatMap((f) => [...f.text.matchAll(/(?:^RUN|&&|[|;(])\s+([a-z][\w.+-]+)/gm)].map(([, name]) => name)),
    );
    for (const name of ["constructor", "__proto__"]) {
      everything(`FROM ${name}\nENV ${name}=1\nRUN ${name} install ${name}\nRUN apt-get install ${name}\nCMD ["${name}"]\n`);
      for (const words of [`${name} -c x.c`, `install ${name}`, `--${name}=${name}`])
        everything(`FROM debian:bookworm\nRUN ${[...commands].map((command) => `(${command} ${words})`).join("; ")}\n`);
    }
  });

  it("converges: all safe fixes together end within 10 rounds and then change nothing", function () {
    this.timeout(300_000);
    for (const fixture of someOf(fixtures, 3)) {
      let text = fixture.text;
      for (let round = 0; ; round++) {
        assert.ok(round <= 10, `${fixture.name} does not converge`);
        const edits: Edit[] = [];
        const { findings } = round === 0 ? analysed(fixture) : analyze(text, { ...fixture.world, settings: { minSaving: 0 } });
        for (const finding of findings) {
          const fix = finding.fixes.find((f) => f.safety === "safe");
          if (fix && areApart([...edits, ...fix.edits])) edits.push(...fix.edits);
        }
        if (edits.length === 0) break;
        text = applyEdits(text, edits);
      }
      const comments = (t: string): string[] => [...t.matchAll(/^[ \t]*#.*$/gm)].map((m) => m[0].trim()).sort();
      // What stood behind a command of a RUN that is gone has got a line of its own.
      const [before, joined] = [comments(fixture.text), fixture.text.replace(/\\\r?\n/g, " ").replace(/\s+/g, " ")];
      const now = comments(text).filter((c) => before.includes(c) || (!joined.includes(` ${c}`) && !joined.includes(`;${c}`)));
      assert.deepEqual(now, before, `${fixture.name}: every comment is kept`);
    }
  });

  it("says of each fix what two whole runs say", function () {
    this.timeout(300_000);
    for (const fixture of someOf(fixtures, 3)) {
      const { subject, findings, refactorings } = analysed(fixture);
      for (const change of [...findings.flatMap((f) => f.fixes), ...refactorings]) {
        if ("creates" in change && change.creates.length > 0) continue;
        const whole = compare(subject.image, rebuilt(subject.file, subject.world, change.edits));
        assert.deepEqual(subject.saving(change), whole, `${fixture.name}: ${change.title}`);
      }
    }
  });

  it("gives each fix edits that stand apart, inside the text", () => {
    for (const fixture of someOf(fixtures, 3)) {
      const { findings, refactorings } = analysed(fixture);
      for (const { edits } of [...findings.flatMap((f) => f.fixes), ...refactorings]) {
        assert.ok(areApart(edits), `${fixture.name}: edits overlap`);
        assert.ok(
          edits.every((e) => e.start >= 0 && e.start <= e.end && e.end <= fixture.text.length),
          `${fixture.name}: an edit outside`,
        );
      }
    }
  });

  it("runs in a bare JavaScript realm, without Buffer, process or require", () => {
    const { outputFiles } = buildSync({
      entryPoints: ["server/src/index.ts"],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "ballast",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2022",
      inject: ["server/src/dockerfile/buffer-shim.ts"],
      logLevel: "silent",
    });
    const realm = createContext({});
    runInContext(outputFiles[0]?.text ?? "", realm);
    const said: unknown = runInContext(
      `JSON.stringify(ballast.analyze("FROM debian:bookworm-slim\\nRUN apt-get update\\nRUN ./install.sh\\n").toJSON().findings.map((f) => f.rule))`,
      realm,
    );
    assert.equal(said, '["apt-lists-kept","apt-update-alone"]');
  });
});

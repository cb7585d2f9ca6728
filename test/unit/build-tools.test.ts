import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

describe("removing what builds at the end of its RUN", () => {
  const found = (text: string) => analyze(text, worldOf()).findings.find((f) => f.rule.id === "build-tools-kept");

  it("tells which libraries of the compiler go with it", () => {
    const titleOn = (base: string, run: string): string =>
      found(`FROM ${base}\nCOPY requirements.txt app.py ./\nRUN ${run}\nCMD ["python", "app.py"]\n`)?.fixes.at(-1)?.title ?? "";
    const pip = "pip install -r requirements.txt";
    assert.match(titleOn("python:3.14-alpine", `apk add --no-cache g++ && ${pip}`), /\(check first: libstdc\+\+ and libgcc go with it/);
    assert.match(
      titleOn("python:3.14-alpine", `apk add --no-cache g++ libstdc++ && ${pip}`),
      /^Remove g\+\+ at the end of this RUN \(saves/,
    );
    const apt = (names: string): string => `apt-get update && apt-get install -y --no-install-recommends ${names} && ${pip}`;
    assert.match(titleOn("python:3.14-slim", apt("gcc gfortran")), /\(check first: libgfortran goes with it/);
    assert.match(titleOn("python:3.14-slim", apt("gcc")), /\(check first: libgomp1 goes with it/);
    assert.match(titleOn("python:3.14-slim", apt("cmake")), /^Remove cmake at the end of this RUN \(saves/);
  });

  it("is not offered where Python would go with what adds a repository", () => {
    const text = (start: string): string =>
      "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y software-properties-common && add-apt-repository -y ppa:ferry/tide && apt-get install -y ferry\n" +
      `CMD ${start}\n`;
    assert.equal(found(text('["ferry"]'))?.fixes.length, 1);
    assert.deepEqual(found(text('["python3", "/usr/lib/ferry/main.py"]'))?.fixes, []);
  });
});

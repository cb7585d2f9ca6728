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

  it("is not offered where headers bring the compiler, and libraries that have to stay", () => {
    const told = found(
      'FROM python:3.14-alpine\nRUN apk add --no-cache gcc postgresql-dev && pip install psycopg2\nCMD ["python", "app.py"]\n',
    );
    assert.deepEqual(told?.fixes, []);
    assert.match(told?.message ?? "", /^gcc and postgresql-dev stay in the image: ≈ \d{3} MB\./);
    assert.match(told?.message ?? "", / postgresql-dev brings clang, and libraries that have to stay, such as libpq\.$/);
  });

  it("is not offered where Python would go with what adds a repository", () => {
    const text = (start: string): string =>
      "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y software-properties-common && add-apt-repository -y ppa:ferry/tide && apt-get install -y ferry\n" +
      `CMD ${start}\n`;
    assert.equal(found(text('["ferry"]'))?.fixes.length, 1);
    assert.deepEqual(found(text('["python3", "/usr/lib/ferry/main.py"]'))?.fixes, []);
  });

  it("says nothing of a Python that nothing runs, where one of another version is named", () => {
    const of = (command: string) =>
      analyze(
        `FROM ubuntu:24.04\nARG V=3.12\nRUN apt-get update && apt-get install -y software-properties-common && add-apt-repository -y ppa:ferry/snakes && apt-get install -y python\${V} python\${V}-venv\n` +
          `RUN python\${V} -m venv /venv && /venv/bin/pip install tide\nCMD ["${command}", "-m", "tide"]\n`,
        worldOf(),
      ).findings.find((f) => f.rule.id === "build-tools-kept")?.message ?? "";
    assert.match(of("/venv/bin/python"), /It only adds a repository: a file in /);
    assert.match(of("python3"), /and brings the Python that runs here/);
  });

  it("leaves Python where a script of the image runs on it, and counts what goes beside it", () => {
    const of = (copied: string, tools = "software-properties-common") =>
      analyze(
        `FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y ${tools} && add-apt-repository -y ppa:ferry/tide && apt-get install -y ferry\n` +
          `COPY ${copied} /usr/local/bin/\nCMD ["ferry"]\n`,
        worldOf({
          "tools/wait": "#!/usr/bin/env python3\nprint()\n",
          "tools/b/old": "#!/usr/bin/python -u\n",
          "go/wait": "#!/bin/sh\n",
          "a.py": "1\n",
        }),
      ).findings.find((f) => f.rule.id === "build-tools-kept");
    const [without, withScript] = [of("go"), of("tools/wait")];
    assert.equal(without?.fixes.length, 1);
    for (const copied of ["tools", "tools/b/", "tools/wait", "a.py"]) assert.deepEqual(of(copied)?.fixes, [], copied);
    assert.match(
      withScript?.message ?? "",
      /python3, named itself, and a file in \/etc\/apt\/sources\.list\.d with the repository's key do the same\.$/,
    );
    assert.ok((withScript?.saving?.bytes ?? 0) > 10_000_000);
    assert.ok((withScript?.saving?.bytes ?? 0) < (without?.saving?.bytes ?? 0) - 20_000_000);
    assert.deepEqual(of("tools", "software-properties-common gcc")?.fixes, []);
  });
});

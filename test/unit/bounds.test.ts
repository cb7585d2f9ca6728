import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { inCI } from "./support/sample.ts";
import { everything, worldOf } from "./support/world.ts";

describe("bounds", () => {
  // Each of these went on for ever, or overflowed the stack, or took more memory than there is.
  const many = (text: string, count = 5_000): string => text.repeat(count);
  const costly: [says: string, text: string, world?: ReturnType<typeof worldOf>][] = [
    ["patterns of many stars in COPY", `FROM a\nCOPY ${many("*a", 40)}?[b] /x/\n`, worldOf({ [`${many("a", 200)}c`]: 1 })],
    ["patterns of many stars in a RUN", `FROM a\nCOPY . /\nRUN rm -f /${many("*a", 40)}[b]\n`, worldOf({ [`${many("a", 200)}c`]: 1 })],
    ["find -name with many stars", `FROM a\nCOPY . /s\nRUN find /s -name '${many("*a", 40)}b' -delete\n`, worldOf({ [many("a", 200)]: 1 })],
    ["two stars of any depth, many times", `FROM a\nCOPY --parents ${many("**/", 30)}x /\n`, worldOf({ [`${many("d/", 100)}y`]: 1 })],
    [
      "many stars in .dockerignore",
      "FROM a\nCOPY . /x/\n",
      worldOf({ [`${many("a", 200)}c`]: 1 }, `${many("*a", 60)}b\n${many("**/a", 60)}b\n${many("a**", 60)}b`),
    ],
    ["values that double", `FROM a\n${many("ENV A=x$A$A$A$A\n", 60)}RUN echo $A > /x\n`],
    ["values that double in a shell", `FROM a\nRUN A=xyz; ${many("A=$A$A$A; ", 60)} echo $A > /x\n`],
    [
      "a word of many long variables",
      `FROM a\nENV A=${many("x", 60_000)}\nENV B=${many("$A", 20_000)}\nRUN echo ${many("$A", 20_000)} > /x\n`,
    ],
    ["defaults in defaults", `FROM a\nENV A=${many("${A:-", 40_000)}\n`],
    [
      "a long script that calls itself twice",
      "FROM a\nCOPY s.sh /\nRUN sh /s.sh\n",
      worldOf({ "s.sh": `/s.sh 1\n/s.sh 2\nif false; then\n${many("echo a > /dev/null\n", 8_000)}fi\n` }),
    ],
    ["grep of a long line", "FROM a\nCOPY l /\nRUN grep '.*x' /l > /m\n", worldOf({ l: many("a", 250_000) })],
    ["functions in functions", `FROM a\nRUN ${many("f() ", 40_000)}\n`],
    ["coprocesses", `FROM a\nRUN ${many("coproc ", 40_000)}\n`],
    ["a deep folder", `FROM a\nWORKDIR ${many("a/", 40_000)}\nRUN touch ${many("b/", 40_000)}c\n`],
    ["loops in loops", `FROM a\nRUN ${many("for i in 1 2 3 4 5 6 7 8; do ", 20)}touch /$i${many("; done", 20)}\n`],
    ["loops in loops around no command", `FROM a\nRUN ${many("for i in 1 2 3 4 5 6 7 8; do ", 20)}[[ a ]]${many("; done", 20)}\n`],
    ["wrappers in wrappers", `FROM a\nRUN ${many("sudo ", 40_000)}\n`],
    [
      "a tree that doubles",
      `FROM a\nCOPY . /x\nRUN ${many("cp -r /x /y && cp -r /y /x && ", inCI ? 60 : 20)}true\n`,
      worldOf({ a: 1, "d/b": 2 }),
    ],
    [
      "a tree that doubles from RUN to RUN",
      `FROM a\nRUN mkdir /a && touch /a/b\n${many("RUN cp -r /a /a/x && cp -r /a /c && mv /c /a\n", 9)}`,
    ],
    ["a stage that doubles", many("FROM x AS x\nCOPY --from=x / /t\nCOPY --from=x / /u\n", 60), worldOf({ a: 1 })],
    ["hundreds of RUNs that fill one folder", `FROM node:22\n${many("RUN npm install -g a\n", inCI ? 600 : 250)}`],
    [
      "hundreds of RUNs that may install the same",
      `FROM debian:bookworm\n${many('RUN if [ "$A" = yes ]; then apt-get install -y vim; fi\n', inCI ? 2000 : 500)}`,
    ],
    [
      "thousands of downloads in one RUN",
      `FROM debian:bookworm\nRUN true${Array.from({ length: inCI ? 2000 : 300 }, (_, i) => ` && curl -O https://example.com/${i}.tgz && tar xf ${i}.tgz`).join("")}\n`,
    ],
    ["loops in loops around words", `FROM a\nRUN ${many("for i in 1 2 3 4 5 6 7 8; do ", 20)}echo $i${many("; done", 20)}\n`],
    [
      "thousands of archives in one folder",
      `FROM debian:bookworm\n${Array.from({ length: inCI ? 4000 : 1000 }, (_, i) => `RUN curl -O https://example.com/${i}.tgz && tar xf ${i}.tgz\n`).join("")}`,
    ],
    [
      "folders moved into folders",
      `FROM a\nRUN mkdir /d0\n${Array.from({ length: inCI ? 1000 : 300 }, (_, i) => `RUN mkdir /d${i + 1} && mv /d${i} /d${i + 1}/\n`).join("")}`,
    ],
  ];
  for (const [says, text, world] of costly) {
    it(`ends soon: ${says}`, function () {
      // The processor's time, not the clock's: a busy machine is no bound broken.
      this.timeout(300_000);
      const start = process.cpuUsage();
      everything(text, world);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 20_000_000, `${(user + system) / 1_000_000} s of the processor`);
    });
  }

  it("follows a RUN of many words about what it does", () => {
    const [finding] = analyze(`FROM debian:bookworm-slim\nRUN apt-get update${many(" && \\\n  echo next", 20_000)}\n`, worldOf()).findings;
    assert.match(finding?.message ?? "", /^The package lists stay in the layer: ≈ 19\.9 MB/);
  });
});

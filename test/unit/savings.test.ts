import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const MiB = 1024 ** 2;
const context = { "big.bin": 20 * MiB, "tree/a/one.txt": 1000, "tree/b/two.txt": 2000, "small.txt": "hello\n", ".git/pack": 5000 };
const on = (...lines: string[]): string[] => ["FROM debian:bookworm", ...lines];

describe("a saving is the difference of two runs", () => {
  it("is the same as analysing the changed text, for every fix of a long file", () => {
    const part = (i: number): string =>
      `RUN apt-get update && apt-get install -y ${["git", "vim", "gcc", "curl"][i - 1]}\nRUN curl -o /tmp/${i}.tgz https://x/y && tar xf /tmp/${i}.tgz -C /opt\nRUN rm /tmp/${i}.tgz\nCOPY tree /t${i}\nRUN chown -R 1 /t${i}\n`;
    const text = `FROM debian:bookworm\n${[1, 2, 3, 4].map(part).join("")}`;
    const { findings, subject, image } = analyze(text, worldOf(context));
    let weighed = 0;
    for (const finding of findings) {
      for (const fix of finding.fixes.filter((f) => f.saving?.bytes !== undefined && f.creates.length === 0)) {
        const after = analyze(
          [...fix.edits].sort((a, b) => b.start - a.start).reduce((t, e) => t.slice(0, e.start) + e.text + t.slice(e.end), text),
          worldOf(context),
        );
        assert.equal(subject.saving(fix).bytes, image.size.bytes - after.image.size.bytes, `${finding.rule.id}: ${fix.title}`);
        weighed++;
      }
    }
    assert.ok(weighed > 4);
  });

  /** What replacing `from` by `to` saves. */
  function saving(lines: string[], from: string, to: string): { bytes: number | undefined; lowerBound: boolean } {
    const text = lines.join("\n");
    const start = text.indexOf(from);
    const { bytes, lowerBound } = analyze(text, worldOf(context)).subject.saving({
      edits: [{ start, end: start + from.length, text: to }],
    });
    return { bytes, lowerBound };
  }

  it("is unknown when something unknown newly comes", () => {
    assert.deepEqual(saving(on("RUN head -c 99 /dev/zero > /f"), "head -c 99 /dev/zero > /f", "./x"), {
      bytes: undefined,
      lowerBound: false,
    });
  });
  it("is at least the known part when something unknown goes", () => {
    assert.deepEqual(saving(on("RUN head -c 99 /dev/zero > /f && ./x"), "head -c 99 /dev/zero > /f && ./x", "true"), {
      bytes: 99,
      lowerBound: true,
    });
    assert.deepEqual(saving(on("RUN ./x"), "./x", "true"), { bytes: undefined, lowerBound: true });
  });
  it("is exact when what is unknown stays, wherever it goes", () => {
    assert.deepEqual(saving(on("RUN ./x", "RUN head -c 99 /dev/zero > /f", "RUN wget https://x/y"), "head -c 99 /dev/zero > /f", "true"), {
      bytes: 99,
      lowerBound: false,
    });
    assert.deepEqual(
      saving(
        ["FROM debian:bookworm AS a", "RUN gcc -o /x x.c", "FROM debian:bookworm", "COPY --from=a /x /bin/x"],
        "FROM debian:bookworm\n",
        "FROM debian:bookworm-slim\n",
      ).lowerBound,
      false,
    );
  });
  it("is nothing in a stage that is thrown away", () => {
    assert.deepEqual(
      saving(["FROM debian:bookworm AS a", "RUN head -c 99 /dev/zero > /f", "FROM debian:bookworm"], "head -c 99 /dev/zero > /f", "true"),
      { bytes: 0, lowerBound: false },
    );
    assert.deepEqual(
      saving(
        ["FROM debian:bookworm AS a", "RUN head -c 99 /dev/zero > /f", "FROM debian:bookworm", "COPY --from=a /f /f"],
        "head -c 99",
        "head -c 9",
      ),
      { bytes: 90, lowerBound: false },
    );
  });
});

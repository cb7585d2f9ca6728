import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

/** `info changed-later ?: Stores …`: level, rule, bytes that the finding says, and its text. */
const told = (text: string, rule: string, files?: Record<string, number | string>): string[] =>
  analyze(text, worldOf(files))
    .findings.filter((f) => f.rule.id === rule)
    .map((f) => `${f.level} ${f.saving?.bytes ?? "?"} ${f.fixes.length}: ${f.message}`);

describe("what a finding says", () => {
  const crowd = (more: string) =>
    `FROM debian:bookworm-slim\nRUN useradd crowd && wget -O - https://www.example.org/crowd.tar.gz | tar -xz -C /opt\n${more}RUN chown -R crowd:crowd /opt/crowd\n`;

  it("is what is lost, where the fix gains too little to tell", () => {
    assert.deepEqual(told(crowd("COPY splash.xml /opt/crowd/\n"), "changed-later", { "splash.xml": 100 }), [
      "info 100 0: Stores /opt/crowd a second time: an unknown amount. Change it where it is written: lines 2 and 3.",
    ]);
  });

  it("is more than the fix gains, where others wrote there too", () => {
    assert.deepEqual(told(crowd("COPY data /opt/crowd/\n"), "changed-later", { "data/big.bin": 20_000_000 }), [
      "warning 20000000 1: Stores /opt/crowd a second time: ≥ 20 MB. COPY --chown=crowd:crowd does it in place for its own files; change the rest where it is written: line 2.",
    ]);
  });

  it("is what surely goes, where an install finds the node_modules that COPY brought", () => {
    const files = {
      "node_modules/koa/index.js": 40_000_000,
      ".git/pack": 3_000_000,
      "shop.js": 1000,
      "package.json": '{"dependencies":{"koa":"2"}}',
    };
    const text = (install: string, more = "") => `FROM node:22\nWORKDIR /srv\nCOPY . .\nRUN ${install}\n${more}`;
    const chown = "RUN chown -R node:node /srv\n";
    const saved = (...args: Parameters<typeof text>) =>
      told(text(...args), "context-unfiltered", files)[0]?.replace(/^\w+ (\d+) .*(?=A \.d)/, "$1: ");
    assert.equal(saved("npm install"), "3000000: A .dockerignore would save ≥ 3 MB.");
    assert.equal(saved("npm install", chown), "6000000: A .dockerignore would save ≥ 6 MB.");
    assert.equal(saved("npm install --omit=dev", chown), "6000000: A .dockerignore would save ≥ 6 MB.");
    assert.equal(saved("yarn install", chown), "6000000: A .dockerignore would save ≥ 6 MB.");
    const [again = ""] = told(text("npm install", chown), "changed-later", files);
    assert.match(again, /^warning 43001028 1: Stores \/srv a second time: ≥ 43 MB\./);
  });

  it("is nothing, where a little is known and only the base image may hold more", () => {
    const text = "FROM example/unknown\nCOPY jobs /etc/cron.d/\nRUN chmod 644 /etc/cron.d/*\n";
    assert.deepEqual(told(text, "changed-later", { "jobs/daily": 40 }), []);
    assert.equal(told(text, "changed-later", { "jobs/daily": 200_000 }).length, 1);
  });

  it("is nothing, where two RUNs write one line, whatever else they bring", () => {
    const run = `RUN tar -xzf "$A" -C / && echo '' > /root/.ash_history\n`;
    assert.deepEqual(told(`FROM debian:bookworm-slim\n${run}${run}`, "runs-apart"), []);
  });

  it("is nothing, where a shell's own tool printed what is changed", () => {
    const written = (by: string) => `FROM debian:bookworm-slim\nRUN ${by} > /opt/run\nRUN chmod 755 /opt/run\n`;
    assert.deepEqual(told(written("sed s/a/b/ /opt/run.in"), "changed-later"), []);
    assert.equal(told(written("acme --print"), "changed-later").length, 1);
  });

  it("is no amount of recommended packages, where nobody knows what the image holds already", () => {
    const text = "FROM example/compilers:1.2-bookworm\nRUN apt-get update && apt-get install -y cmake && rm -rf /var/lib/apt/lists/*\n";
    const [found = ""] = told(text, "apt-recommends-installed");
    assert.match(found, /^info \? 1: What these packages recommend comes too: an unknown amount/);
  });

  it("of an unknown amount is worth a hint of blue", () => {
    const [found = ""] = told("FROM debian:bookworm-slim\nRUN pip install nobodys-own\n", "pip-cache-kept");
    assert.match(found, /^info \? 2: /);
  });
});

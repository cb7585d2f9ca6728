import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { analyze } from "../../server/src/analyze.ts";
import { columnsOf } from "../../server/src/scripts/apk/columns.ts";
import { indexes } from "../../server/src/scripts/apk/indexes.ts";
import { rowsIn, rowsOf } from "../../server/src/scripts/apk/read.ts";
import { textOf } from "../../server/src/scripts/packages/snapshot.ts";
import { createApkIndex } from "../../server/src/sizes/apk.ts";
import { installedOnAlpine } from "../../server/src/sizes/apk-images.ts";
import { builtin } from "../../server/src/sizes/builtin.ts";
import { packageIndex } from "../../server/src/sizes/packages/index.ts";
import { worldOf } from "./support/world.ts";

const layersOf = (text: string) => analyze(text, worldOf()).toJSON().image.stages[0]?.layers.slice(1) ?? [];
const table = rowsIn(readFileSync("server/src/scripts/apk/packages.tsv", "utf8"));
/** As the snapshot has them: whole kB. */
const bytesIn = (release: string, name: string): number =>
  Math.round((table.find((row) => row.release === release && row.package === name)?.bytes ?? Number.NaN) / 1024) * 1024;
const namesIn = (layer: ReturnType<typeof layersOf>[number] | undefined) => layer?.items.map((i) => i.what).sort();

describe("packages of Alpine", () => {
  it("weigh what the release's index says, with what they need and the base has not", () => {
    const [layer] = layersOf("FROM alpine:3.22\nRUN apk add --no-cache bash\n");
    assert.deepEqual([layer?.basis, layer?.lowerBound, layer?.source], ["typical", false, "Alpine's package index, 3.22, 2025-11-16"]);
    assert.deepEqual(namesIn(layer), ["bash", "libncursesw", "ncurses-terminfo-base", "readline"]);
    const parts = ["bash", "libncursesw", "ncurses-terminfo-base", "readline"].map((name) => bytesIn("3.22", name));
    assert.equal(
      layer?.bytes,
      parts.reduce((a, b) => a + b, 0),
    );
  });

  it("are those of the nearest release where the own one is not known, or does not have them", () => {
    const of = (tag: string, name: string) =>
      layersOf(`FROM ${tag}\nRUN apk add --no-cache ${name}\n`)[0]?.items.find((i) => i.what === name)?.bytes;
    assert.equal(of("alpine:3.10", "nodejs"), bytesIn("3.9", "nodejs"));
    assert.equal(of("alpine:3.14", "nodejs"), bytesIn("3.14", "nodejs"));
    for (const tag of ["alpine:3.19", "alpine:3.20"]) assert.equal(of(tag, "nodejs"), bytesIn("3.20", "nodejs"), tag);
    assert.equal(of("alpine:3.18", "nodejs"), bytesIn("3.18", "nodejs"));
    for (const tag of ["alpine", "alpine:3.24", "alpine:edge"]) assert.equal(of(tag, "nodejs"), bytesIn("3.22", "nodejs"), tag);
    assert.equal(of("alpine:3.22", "tini"), bytesIn("3.18", "tini"));
    assert.equal(of("alpine:3.22", "python2"), bytesIn("3.14", "python2") || bytesIn("3.9", "python2"));
  });

  it("bring what comes by itself, and what provides their name", () => {
    const [python] = layersOf("FROM alpine:3.22\nRUN apk add --no-cache python3\n");
    assert.ok(namesIn(python)?.includes("python3-pycache-pyc0"));
    const [client] = layersOf("FROM alpine:3.22\nRUN apk add --no-cache postgresql-client\n");
    assert.ok(namesIn(client)?.includes("postgresql17-client"));
    assert.equal(client?.lowerBound, false);
  });

  it("are there once", () => {
    const [, second] = layersOf("FROM alpine:3.22\nRUN apk add --no-cache curl\nRUN apk add --no-cache curl bash\n");
    assert.ok(second?.items.some((i) => i.what === "bash"));
    assert.ok(!second?.items.some((i) => i.what === "curl" || i.what === "libcurl"));
  });

  it("go with what only they needed", () => {
    const bytes = layersOf(
      "FROM alpine:3.22\nRUN apk add --no-cache --virtual .deps python3 curl && apk del .deps\nRUN apk add --no-cache bash curl && apk del curl\n",
    ).map((l) => [l.bytes, l.items.map((i) => i.what).includes("libcurl")]);
    assert.deepEqual(bytes[0], [0, false]);
    assert.equal(bytes[1]?.[1], false);
    assert.ok(Number(bytes[1]?.[0]) > bytesIn("3.22", "bash"));
  });

  it("stay where another one that stays needs them, or asks for them", () => {
    const left = (...runs: string[]): (string | undefined)[] =>
      layersOf(`FROM alpine:3.22\n${runs.map((run) => `RUN apk add --no-cache ${run}\n`).join("")}`).flatMap(
        (l) => namesIn(l)?.filter((name) => /^(?:git|curl|libcurl|bash)$/.test(name)) ?? [],
      );
    // git needs libcurl, and git-daemon needs git.
    for (const run of [
      "git-daemon && apk add --no-cache --virtual .deps git bash && apk del .deps",
      "git-daemon && apk add --no-cache git && apk del git",
      "git && apk add --no-cache --virtual .deps git && apk del .deps",
      "--virtual .deps git && apk add --no-cache git && apk del .deps",
      "--virtual .deps git && apk add --no-cache --virtual .more git && apk del .deps",
      "git-daemon git && apk del git-daemon",
      "git-daemon && apk add --no-cache git && apk del git-daemon",
    ])
      assert.deepEqual(left(run).sort(), ["git", "libcurl"], run);
    for (const run of [
      "git-daemon && apk del -r git-daemon git",
      "git-daemon && apk add --no-cache git && apk del git && apk del git-daemon",
      "git && apk add --no-cache --virtual .deps git && apk del .deps git",
    ])
      assert.deepEqual(left(run), [], run);
  });

  it("stay when they were asked for by a name that they only provide", () => {
    const late = analyze(
      "FROM alpine:3.22\nRUN apk add --no-cache postgresql-client\nRUN apk add --no-cache --virtual .deps curl && apk del .deps\n",
      worldOf(),
    ).findings.filter((f) => f.rule.id === "removed-later");
    assert.deepEqual(late, []);
    const bytes = layersOf("FROM alpine:3.22\nRUN apk add --no-cache postgresql-client && apk add --no-cache curl && apk del curl\n")[0]
      ?.bytes;
    assert.ok(Number(bytes) > bytesIn("3.22", "postgresql17-client"));
  });

  it("are on official images without what these have already", () => {
    const [python] = layersOf("FROM python:3.14-alpine\nRUN apk add --no-cache bash tzdata\n");
    assert.deepEqual([namesIn(python), python?.lowerBound], [["bash"], false]);
    const [node] = layersOf("FROM node:22-alpine\nRUN apk add --no-cache libstdc++ bash\n");
    assert.deepEqual(namesIn(node), ["bash", "libncursesw", "ncurses-terminfo-base", "readline"]);
    assert.equal(layersOf("FROM docker.io/library/nginx:alpine\nRUN apk add --no-cache curl\n")[0]?.bytes, 0);
  });

  it("are those that PHP's images name in a variable", () => {
    for (const tag of ["8.3-fpm-alpine", "7.4-cli-alpine"]) {
      const [layer] = layersOf(`FROM php:${tag}\nRUN apk add --no-cache $PHPIZE_DEPS\n`);
      assert.deepEqual(
        [layer?.lowerBound, namesIn(layer)?.includes("re2c"), namesIn(layer)?.includes("autoconf")],
        [false, true, true],
        tag,
      );
    }
  });

  it("are unknown where no index has one, or where nobody knows what is there already", () => {
    for (const text of [
      "FROM alpine:3.22\nRUN apk add --no-cache no-such-thing\n",
      "FROM someone/thing:alpine\nRUN apk add --no-cache curl\n",
    ])
      assert.deepEqual(
        layersOf(text).map((l) => [l.bytes, l.lowerBound]),
        [[0, true]],
      );
  });
});

describe("what apk installs", () => {
  // test/data/apt.md says where the truth comes from.
  const rows = readFileSync("test/data/apk-sets.jsonl", "utf8").trim().split("\n");
  it("is exactly what it did in public build logs", () => {
    for (const row of rows.map((line) => JSON.parse(line) as { on: string; release: string; add: string; new: string })) {
      const added = builtin.apk.closure(row.add.split(" "), row.release, installedOnAlpine(row.on));
      assert.equal(
        added
          .map(({ name }) => name)
          .sort()
          .join(" "),
        row.new,
        `${row.on} ${row.add}`,
      );
    }
    assert.ok(rows.length > 8);
  });

  it("weighs what apk said: 86 MiB with the base's own 15 packages (alpine:3.18, mysql-client)", () => {
    const mebibytes = builtin.apk.closure(["mysql-client"], "3.18").reduce((sum, { bytes = 0 }) => sum + bytes, 0) / 2 ** 20;
    // What alpine:3.18 holds is 7.3 MB (docker-library/repo-info): apk counts blocks there, too.
    assert.ok(Math.abs(mebibytes + 7.3 - 86) < 1, `${mebibytes}`);
  });
});

describe("the table of Alpine's packages", () => {
  it("is what the snapshot was made of", () => {
    const made = textOf(columnsOf(table));
    assert.ok(
      gunzipSync(readFileSync("server/src/sizes/data/apk.gz")).toString("latin1") === made,
      "stale: npm run data:apk writes it anew",
    );
  });

  it("needs nothing that it does not hold, but for a few", () => {
    const held = new Set(table.map((row) => row.package));
    const missing = table.filter((row) => row.needs.some((name) => !held.has(name)));
    assert.ok(missing.length < 20, `${missing.length} rows`);
  });

  it("is read from indexes: providers, generations of libraries, what comes by itself", () => {
    const index = (...packages: Record<string, string>[]) =>
      packages
        .map((p) =>
          Object.entries(p)
            .map(([key, value]) => `${key}:${value}\n`)
            .join(""),
        )
        .join("\n");
    const old = index({ P: "app", V: "1", I: "10", D: "so:libx.so.1 !other cmd:tool" }, { P: "x", V: "1", I: "5", p: "so:libx.so.1=1" });
    const texts: Record<string, string> = {
      "3.18-main": old,
      "3.22-main": index(
        { P: "x", V: "2", I: "2048", D: "virtual", p: "so:libx.so.2=2" },
        { P: "low", V: "1", I: "1", p: "virtual=1", k: "1" },
        { P: "high", V: "1", I: "1024", p: "virtual=1 cmd:tool=1", k: "9" },
        { P: "later", V: "1", I: "3", D: "so:libx.so.1 nobody>1" },
        { P: "x-extra", V: "2", I: "4096", i: "x=2 high" },
        { P: "x-doc", V: "2", I: "9", i: "x=2 docs" },
      ),
    };
    const rows = rowsOf(({ release, repository }) => texts[`${release}-${repository}`] ?? "", ["app", "later", "virtual"]);
    const of = (release: string, name: string) => rows.find((row) => row.release === release && row.package === name);
    assert.deepEqual(of("3.18", "app")?.needs, ["high", "x"]);
    assert.deepEqual(of("3.22", "later")?.needs, ["?", "x"]);
    assert.deepEqual(of("3.22", "x")?.comes, [["x-extra", "high"]]);
    assert.deepEqual([of("3.22", "virtual")?.bytes, of("3.22", "virtual")?.needs], [undefined, ["high"]]);
    assert.equal(of("3.22", "x-doc"), undefined);
    const apk = createApkIndex(packageIndex(textOf(columnsOf(rows))));
    const bytes = (names: string[], there?: Set<string>) => apk.closure(names, "3.22", there).map((p) => [p.name, p.bytes]);
    assert.deepEqual(bytes(["x"]), [
      ["x", 2048],
      ["high", 1024],
      ["x-extra", 4096],
    ]);
    assert.deepEqual(bytes(["x"], new Set(["high"])), [
      ["x", 2048],
      ["x-extra", 4096],
    ]);
    assert.ok(indexes.every(({ from, date }) => /^[\w.-]+\/[\w.-]+@[0-9a-f]{12} /.test(from) && /^\d{4}-\d\d-\d\d$/.test(date)));
  });
});

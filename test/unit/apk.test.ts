import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const layersOf = (text: string) => analyze(text, worldOf()).toJSON().image.stages[0]?.layers.slice(1) ?? [];

describe("packages of Alpine", () => {
  it("weigh what the table says, with what they need and the base has not", () => {
    const [layer] = layersOf("FROM alpine:3.22\nRUN apk add --no-cache bash\n");
    assert.deepEqual([layer?.basis, layer?.lowerBound], ["typical", false]);
    const items = new Map(layer?.items.map((i) => [i.what, i.bytes]));
    assert.deepEqual(
      [...items.keys()].sort(),
      ["bash", "libncursesw", "ncurses-libs", "ncurses-terminfo-base", "readline"].filter((n) => items.has(n)),
    );
    assert.equal(items.get("bash"), 1_392_640);
    assert.equal(items.has("musl"), false);
    assert.equal(
      layer?.bytes,
      [...items.values()].reduce((a, b) => a + b, 0),
    );
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
    assert.ok(Number(bytes[1]?.[0]) > 1_392_640);
  });

  it("are unknown where the table has none, or where others are there already", () => {
    assert.deepEqual(
      layersOf("FROM alpine:3.22\nRUN apk add --no-cache no-such-thing\n").map((l) => [l.bytes, l.lowerBound]),
      [[0, true]],
    );
    assert.deepEqual(
      layersOf("FROM python:3.14-alpine\nRUN apk add --no-cache curl\n").map((l) => [l.bytes, l.lowerBound]),
      [[0, true]],
    );
  });
});

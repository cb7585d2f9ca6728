import * as assert from "node:assert/strict";
import { describeSize, formatBytes, formatSize } from "../../client/src/layers/format.ts";
import type { Basis, SizeJSON } from "../../server/src/protocol.ts";
import * as server from "../../server/src/topics/bytes.ts";

describe("sizes in the layer preview", () => {
  const table: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [4012, "4.01 kB"],
    [999_400, "999 kB"],
    [999_950, "1 MB"],
    [8_420_000, "8.42 MB"],
    [19_856_468, "19.9 MB"],
    [213_900_000, "214 MB"],
    [1_206_000_000, "1.21 GB"],
    [2_000_000_000_000, "2 TB"],
  ];
  for (const [bytes, text] of table) it(`prints ${bytes} as ${text}`, () => assert.equal(formatBytes(bytes), text));

  const size = (bytes: number, basis: Basis, lowerBound = false): SizeJSON => ({ bytes, basis, lowerBound });

  it("marks what is not measured, what is missing and what is unknown", () => {
    assert.equal(formatSize(size(2e6, "measured")), "2 MB");
    assert.equal(formatSize(size(2e6, "computed")), "≈ 2 MB");
    assert.equal(formatSize(size(2e6, "typical")), "≈ 2 MB");
    assert.equal(formatSize(size(2e6, "measured", true)), "≥ 2 MB");
    assert.equal(formatSize(size(0, "unknown", true)), "?");
    assert.equal(formatSize(size(0, "computed")), "0 B");
  });

  it("prints what the hints and findings print", () => {
    for (let bytes = 1; bytes < 1e13; bytes = Math.ceil(bytes * 1.013)) assert.equal(formatBytes(bytes), server.formatBytes(bytes));
    for (const basis of ["measured", "computed", "typical", "unknown"] as const) {
      for (const bytes of [0, 1, 123_456]) {
        for (const lowerBound of [false, true]) {
          assert.equal(formatSize({ bytes, basis, lowerBound }), server.formatSize({ bytes, basis, lowerBound }));
        }
      }
    }
  });

  it("says how a size is known and from where", () => {
    assert.equal(describeSize(size(2e6, "measured"), "files on disk"), "2 MB, measured, from files on disk");
    assert.equal(describeSize(size(2e6, "computed", true)), "≥ 2 MB, computed, not measured, a part of it is unknown");
    assert.equal(describeSize(size(0, "unknown", true)), "unknown until it is built");
  });
});

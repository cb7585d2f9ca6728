import * as assert from "node:assert/strict";
import { findingsElsewhere, findingsOf, ordered, parts, widest } from "../../client/src/layers/summary.ts";
import type { Basis, FileJSON, FindingJSON, LayerJSON, StageJSON } from "../../server/src/protocol.ts";

const range = (line: number, end = line): LayerJSON["range"] => ({ start: { line, character: 0 }, end: { line: end, character: 9 } });

const layer = (line: number, instruction: string, bytes: number, basis: Basis = "measured", wastedBytes = 0): LayerJSON => ({
  range: range(line, line + 1),
  instruction,
  bytes,
  basis,
  lowerBound: basis === "unknown",
  items: [],
  wastedBytes,
});

const finding = (line: number): FindingJSON => ({ rule: "r", aliases: [], level: "info", message: "m", range: range(line), fixes: [] });

/** A builder of 900 bytes that is left out, a base stage of 100, and the target upon it. */
function file(): FileJSON {
  const stage = (index: number, baseStage: number | null, ships: boolean, layers: LayerJSON[]): StageJSON => ({
    index,
    base: "debian",
    baseStage,
    ships,
    layers,
  });
  const stages = [
    stage(0, null, false, [layer(0, "FROM", 900, "computed")]),
    stage(1, null, true, [layer(10, "FROM", 100, "computed"), layer(12, "RUN", 0, "unknown")]),
    stage(2, 1, true, [layer(20, "FROM", 0), layer(22, "COPY", 30, "measured", 30), layer(24, "RUN", 30)]),
  ];
  const image = { bytes: 160, lowerBound: true, basis: "computed" as const, wastedBytes: 30, savableBytes: 30, target: 2, stages };
  return { file: "Dockerfile", image, findings: [finding(13), finding(30)], refactorings: [] };
}

describe("the layer preview's summary", () => {
  it("divides the total into base, yours and wasted", () => {
    const { base, yours, wastedBytes } = parts(file().image);
    assert.deepEqual(base, { bytes: 100, lowerBound: false, basis: "computed" });
    assert.deepEqual(yours, { bytes: 30, lowerBound: true, basis: "measured" });
    assert.equal(base.bytes + yours.bytes + wastedBytes, file().image.bytes);
  });

  it("puts the target first, then what it descends from, then what is left out", () => {
    assert.deepEqual(
      ordered(file().image).map((stage) => stage.index),
      [2, 1, 0],
    );
  });

  it("ends on a stage that names itself as its base", () => {
    const { image } = file();
    for (const stage of image.stages) stage.baseStage = stage.index;
    assert.equal(ordered(image).length, 3);
  });

  it("does not measure the image's layers by those that are left out", () => {
    assert.equal(widest(file().image, true), 100);
    assert.equal(widest(file().image, false), 900);
  });

  it("gives each finding to its layer, and the others to no layer", () => {
    const all = file();
    const lines = (found: FindingJSON[]): number[] => found.map((f) => f.range.start.line);
    const run = all.image.stages[1]?.layers[1];
    assert.ok(run);
    assert.deepEqual(lines(findingsOf(all, run)), [13]);
    assert.deepEqual(lines(findingsElsewhere(all)), [30]);
  });
});

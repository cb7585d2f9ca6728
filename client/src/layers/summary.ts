// What the preview shows of an image, worked out from the server's JSON without a page.
import type { Basis, FileJSON, FindingJSON, ImageJSON, LayerJSON, SizeJSON, StageJSON } from "../../../server/src/protocol.ts";

const weakness: Basis[] = ["measured", "computed", "typical", "unknown"];

/** Of known parts; an unknown one only makes the sum a lower bound, unless there is nothing else. */
function sum(sizes: readonly SizeJSON[]): SizeJSON {
  const known = sizes.filter((size) => size.basis !== "unknown");
  const bytes = known.reduce((total, size) => total + size.bytes, 0);
  const lowerBound = sizes.some((size) => size.lowerBound);
  if (known.length === 0 && lowerBound) return { bytes: 0, lowerBound, basis: "unknown" };
  return { bytes, lowerBound, basis: weakness[Math.max(0, ...known.map((size) => weakness.indexOf(size.basis)))] ?? "measured" };
}

const isBase = (layer: LayerJSON): boolean => layer.instruction === "FROM";

/** The parts of the total: what comes with the base image, what the Dockerfile adds and keeps, what it stores in vain. */
export interface Parts {
  base: SizeJSON;
  yours: SizeJSON;
  wastedBytes: number;
}

export function parts(image: ImageJSON): Parts {
  const layers = image.stages.filter((stage) => stage.ships).flatMap((stage) => stage.layers);
  const kept = layers.map((layer) => ({ ...layer, bytes: Math.max(0, layer.bytes - layer.wastedBytes) }));
  const yours = kept.filter((layer) => !isBase(layer));
  return { base: sum(kept.filter(isBase)), yours: sum(yours), wastedBytes: image.wastedBytes };
}

/** The target and the stages it descends from, then those that are left out of the image, in the order of the file. */
export function ordered(image: ImageJSON): StageJSON[] {
  const shipped: StageJSON[] = [];
  let stage = image.stages.find((s) => s.index === image.target);
  while (stage && !shipped.includes(stage)) {
    shipped.push(stage);
    const { baseStage } = stage;
    stage = image.stages.find((s) => s.index === baseStage);
  }
  return [...shipped, ...image.stages.filter((s) => !shipped.includes(s))];
}

/** The bytes that a full-width bar stands for: stages that are left out would otherwise make those of the image invisible. */
export const widest = (image: ImageJSON, ships: boolean): number =>
  Math.max(1, ...image.stages.filter((stage) => stage.ships === ships).flatMap((stage) => stage.layers.map((layer) => layer.bytes)));

export const findingsOf = ({ findings }: FileJSON, layer: LayerJSON): FindingJSON[] =>
  findings.filter((finding) => startsIn(finding, layer));

/** Findings on instructions that make no layer, such as CMD. */
export const findingsElsewhere = ({ findings, image }: FileJSON): FindingJSON[] =>
  findings.filter((finding) => !image.stages.some((stage) => stage.layers.some((layer) => startsIn(finding, layer))));

function startsIn(finding: FindingJSON, layer: LayerJSON): boolean {
  const { line } = finding.range.start;
  return line >= layer.range.start.line && line <= layer.range.end.line;
}

// Prediction against measurement, layer by layer. The verdicts both tests and the accuracy report speak of.

/** A rebuild of the same Dockerfile differs by up to 3.3 kB (RECIPES, section 3): below 4 kB a difference means nothing. */
export const noise = 4000;
/**
 * How far one layer may be off, by what its number says of itself: a measured one not at all, a computed one by 3 %, a typical one by
 * 10 %, each and the noise. (Median and percentile over all layers are judged by accuracy.mjs.)
 */
const bounds = { measured: 0, computed: 0.03, typical: 0.1 };

/** { kind, error } of one layer; kind: exact | at-least | unknown, error: what is wrong, or undefined. */
export function compareLayer(predicted, measured, bound = bounds[predicted.basis] ?? 0) {
  const { bytes } = predicted;
  if (predicted.lowerBound) {
    const kind = bytes === 0 && predicted.basis === "unknown" ? "unknown" : "at-least";
    return { kind, error: bytes > measured + noise ? `at least ${bytes}, but it is ${measured}` : undefined };
  }
  if (measured === 0 && bytes !== 0) return { kind: "exact", error: `nothing is written, but ${bytes} are predicted` };
  const off = Math.abs(bytes - measured);
  const allowed = bound * measured + noise;
  return { kind: "exact", error: off > allowed ? `${bytes} predicted, ${measured} measured (${percent(bytes, measured)})` : undefined };
}

export function percent(predicted, measured) {
  const part = measured === 0 ? Number.POSITIVE_INFINITY : (100 * (predicted - measured)) / measured;
  return `${part > 0 ? "+" : ""}${part.toFixed(1)} %`;
}

/** All layers and the total above the base; `atLeast` names the layers (from 1) that may be a lower bound. A list of what is wrong. */
export function compareCase(predicted, measured, atLeast = new Map(), bound = undefined) {
  const names = (layers) => layers.map((layer) => layer.instruction).join(" ");
  if (names(predicted) !== names(measured))
    return { kinds: [], errors: [`layers differ: predicted ${names(predicted)}, measured ${names(measured)}`] };
  const errors = [];
  const kinds = [];
  for (const [i, layer] of predicted.entries()) {
    const verdict = compareLayer(layer, measured[i].bytes, bound);
    kinds.push(verdict.kind);
    if (verdict.error) errors.push(`layer ${i + 1} (${layer.instruction}): ${verdict.error}`);
    else if (verdict.kind !== "exact" && !atLeast.has(i + 1))
      errors.push(`layer ${i + 1} (${layer.instruction}): ${verdict.kind}, ${layer.bytes} of ${measured[i].bytes}`);
  }
  const total = compareLayer(sumOf(predicted), sumOf(measured).bytes, bound);
  if (errors.length === 0 && total.error) errors.push(`total above the base: ${total.error}`);
  return { kinds, errors };
}

export function sumOf(layers) {
  const lowerBound = layers.some((layer) => layer.lowerBound);
  return { bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0), lowerBound, basis: lowerBound ? "unknown" : weakest(layers) };
}

const weakest = (layers) => ["typical", "computed"].find((basis) => layers.some((layer) => layer.basis === basis)) ?? "measured";

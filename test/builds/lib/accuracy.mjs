// How far predictions are from measurements: the numbers of docs/accuracy.md and the goals a test holds them to.
import { compareLayer, noise, sumOf } from "./compare.mjs";

/** Issue 3, points 5 and 6: knowable layers, and the savings that differences of two images stand for. */
export const goals = { layerMedian: 0.03, layerP95: 0.15, savingMedian: 0.05 };

/** A difference below the noise of a rebuild means nothing, so it counts as none. */
export const relativeError = (predicted, measured) =>
  Math.abs(predicted - measured) <= noise ? 0 : Math.abs(predicted - measured) / Math.max(Math.abs(measured), 1);

export function quantile(values, q) {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

/** One row for each layer above the base: { id, layer, instruction, predicted, measured, kind, error, wrong }. */
export function layerRows(cases, predictions) {
  const rows = [];
  const broken = [];
  cases.forEach((one, i) => {
    const said = predictions[i];
    // A stand-in's own layers come first in what was measured; only those of the Dockerfile are compared.
    const measured = one.measured.slice(-(said.layers?.length ?? 0));
    if (said.error || said.layers.some((layer, n) => layer.instruction !== measured[n]?.instruction)) {
      broken.push({ id: one.name, why: said.error ?? "other layers than the build has" });
      return;
    }
    said.layers.forEach((layer, n) => {
      const { kind, error } = compareLayer(layer, measured[n].bytes);
      rows.push({
        id: one.name,
        layer: n + 1,
        instruction: layer.instruction,
        predicted: layer,
        measured: measured[n].bytes,
        kind,
        wrong: error,
        error: relativeError(layer.bytes, measured[n].bytes),
      });
    });
  });
  return { rows, broken };
}

/** Totals above the base where every layer is known. */
export function totalRows(cases, predictions) {
  return cases.flatMap((one, i) => {
    const said = predictions[i];
    if (said.error || said.layers.length === 0 || said.layers.some((layer) => layer.lowerBound)) return [];
    const measured = sumOf(one.measured.slice(-said.layers.length)).bytes;
    return [{ id: one.name, predicted: sumOf(said.layers).bytes, measured, error: relativeError(sumOf(said.layers).bytes, measured) }];
  });
}

export function summary(rows) {
  const known = rows.filter((row) => row.kind === "exact");
  const written = known.filter((row) => row.measured > 0);
  const nothing = rows.filter((row) => row.measured === 0);
  const errors = written.map((row) => row.error);
  return {
    layers: rows.length,
    known: written.length,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
    worst: quantile(errors, 1),
    nothing: nothing.length,
    nothingWrong: nothing.filter((row) => row.predicted.bytes !== 0),
    nothingUnknown: nothing.filter((row) => row.predicted.bytes === 0 && row.predicted.lowerBound).length,
    atLeast: rows.filter((row) => row.kind === "at-least").length,
    atLeastWrong: rows.filter((row) => row.kind !== "exact" && row.wrong),
    unknown: rows.filter((row) => row.kind === "unknown" && row.measured > 0).length,
  };
}

/**
 * Savings: pairs of images that differ by one habit. `before − after` predicted and measured; where the later image is a lower bound
 * nothing is claimed, where the earlier one is, the saving is "at least".
 */
export function savingRows(pairs, cases, predictions) {
  const at = new Map(cases.map((one, i) => [one.name, i]));
  return pairs.map(([before, after]) => {
    const [a, b] = [at.get(before), at.get(after)];
    const [saidA, saidB] = [predictions[a], predictions[b]];
    if (saidA.error || saidB.error) return { before, after, kind: "unknown" };
    const [pA, pB] = [sumOf(saidA.layers), sumOf(saidB.layers)];
    const measured =
      sumOf(cases[a].measured.slice(-saidA.layers.length)).bytes - sumOf(cases[b].measured.slice(-saidB.layers.length)).bytes;
    const predicted = pA.bytes - pB.bytes;
    const kind = pB.lowerBound ? "unknown" : pA.lowerBound ? "at-least" : "exact";
    const claims = Math.abs(predicted) > noise && Math.sign(predicted) !== 0;
    const falseSaving = kind !== "unknown" && claims && predicted > 0 && measured <= noise;
    const wrongSign = kind === "exact" && claims && Math.abs(measured) > noise && Math.sign(predicted) !== Math.sign(measured);
    return { before, after, kind, predicted, measured, false: falseSaving || wrongSign, error: relativeError(predicted, measured) };
  });
}

import type { Basis } from "../protocol.ts";

export type { Basis };

/**
 * Bytes of files, as `docker history` counts them, and how well they are known. The basis of a sum is the weakest of its parts;
 * a part that is missing makes the sum a lower bound.
 */
export interface Size {
  readonly bytes: number;
  readonly lowerBound: boolean;
  readonly basis: Basis;
}

const strength: Record<Basis, number> = { measured: 3, computed: 2, typical: 1, unknown: 0 };

/** Nothing at all, and known to be. */
export const zero: Size = { bytes: 0, lowerBound: false, basis: "measured" };
export const unknown: Size = { bytes: 0, lowerBound: true, basis: "unknown" };

export const measured = (bytes: number): Size => sized(bytes, false, "measured");
export const computed = (bytes: number): Size => sized(bytes, false, "computed");
export const typical = (bytes: number): Size => sized(bytes, false, "typical");

/** Beyond what a number counts exactly, at least that much. */
const sized = (bytes: number, lowerBound: boolean, basis: Basis): Size =>
  bytes <= Number.MAX_SAFE_INTEGER ? { bytes, lowerBound, basis } : { bytes: Number.MAX_SAFE_INTEGER, lowerBound: true, basis };

export const weaker = (a: Basis, b: Basis): Basis => (strength[a] < strength[b] ? a : b);

/** At least what this size says. */
export const atLeast = (size: Size): Size => (size.lowerBound ? size : { ...size, lowerBound: true });

/** An unknown part leaves the known part's basis standing: the mark `≥` says that something is missing. */
export function add(a: Size, b: Size): Size {
  if (a.bytes === 0 && !a.lowerBound) return b;
  if (b.bytes === 0 && !b.lowerBound) return a;
  const lowerBound = a.lowerBound || b.lowerBound;
  if (isUnknown(a)) return isUnknown(b) ? unknown : { ...b, lowerBound };
  if (isUnknown(b)) return { ...a, lowerBound };
  return sized(a.bytes + b.bytes, lowerBound, weaker(a.basis, b.basis));
}

export const sum = (sizes: Iterable<Size>): Size => {
  let total = zero;
  for (const size of sizes) total = add(total, size);
  return total;
};

/** Nothing of it is known. */
export const isUnknown = (size: Size): boolean => size.basis === "unknown";

/** 0, and known to be 0. */
export const isZero = (size: Size): boolean => size.bytes === 0 && !size.lowerBound;

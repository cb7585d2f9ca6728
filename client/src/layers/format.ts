import type { Basis, SizeJSON } from "../../../server/src/protocol.ts";

const units = ["B", "kB", "MB", "GB", "TB"];

/** Decimal units and at most three digits, as Docker prints them: 4 kB, 19.9 MB, 1.21 GB. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = Math.round(bytes);
  // Rounded before it is compared: 999,950 bytes are 1 MB, not 1000 kB.
  while (unit < units.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}

/** `?` where nothing is known, `≥` where a part is missing, `≈` where it was computed and not measured. */
export function formatSize({ bytes, lowerBound, basis }: SizeJSON): string {
  if (bytes === 0) return lowerBound ? "?" : "0 B";
  return (lowerBound ? "≥ " : basis === "measured" ? "" : "≈ ") + formatBytes(bytes);
}

/** How a size is known, for a tooltip. */
const basisWords: Record<Basis, string> = {
  measured: "measured",
  computed: "computed, not measured",
  typical: "a typical size",
  unknown: "unknown until it is built",
};

export const describeSize = (size: SizeJSON, source?: string): string =>
  [
    size.basis === "unknown" ? basisWords.unknown : `${formatSize(size)}, ${basisWords[size.basis]}`,
    ...(size.lowerBound && size.basis !== "unknown" ? ["a part of it is unknown"] : []),
    ...(source ? [`from ${source}`] : []),
  ].join(", ");

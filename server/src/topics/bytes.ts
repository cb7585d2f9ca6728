import type { Size } from "../image/size.ts";

const steps = ["B", "kB", "MB", "GB", "TB"] as const;

/** Decimal units as Docker prints them, two or three digits: `4.3 kB`, `20 MB`, `1.21 GB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? "-" : "";
  let value = Math.abs(bytes);
  let unit = 0;
  // 999.6 kB would print as "1000 kB": it is 1 MB.
  while (value >= 999.5 && unit < steps.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = value.toFixed(digits);
  return `${sign}${text.includes(".") ? text.replace(/\.?0+$/, "") : text} ${steps[unit] ?? "TB"}`;
}

/** `?` unknown, `≥` at least, `≈` computed or typical; a measured size stands alone. */
export function formatSize(size: Size): string {
  if (size.bytes === 0) return size.lowerBound ? "?" : "0 B";
  const mark = size.lowerBound ? "≥ " : size.basis === "measured" ? "" : "≈ ";
  return mark + formatBytes(size.bytes);
}

/** `1500000`, `100kB`, `1MB`, `1.2GB`: what the command line and the settings take. Undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)[bB]?$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  const power = ["", "k", "m", "g", "t"].indexOf((match[2] ?? "").toLowerCase());
  return Math.round(Number(match[1]) * 1000 ** power);
}

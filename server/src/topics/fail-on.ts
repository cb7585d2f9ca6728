import type { Level } from "../protocol.ts";

/** From which level on a finding fails a check; by default all do. */
export const thresholds = ["hint", "info", "warning", "error", "never"] as const;
export type Threshold = (typeof thresholds)[number];

export const fails = (level: Level, threshold: Threshold = "hint"): boolean => thresholds.indexOf(level) >= thresholds.indexOf(threshold);

export const thresholdNamed = (name: unknown): Threshold | undefined => thresholds.find((t) => t === name);

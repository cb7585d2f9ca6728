import { formatBytes, formatSize } from "../topics/bytes.ts";
import type { Looked } from "./inputs.ts";
import type { ExitCode } from "./output.ts";

/** Why an image is over its budget; undefined when it is not, as far as is known, or has none. */
export function overBudget({ analysis, wishes }: Looked): string | undefined {
  const { size } = analysis.image;
  if (wishes.budget === undefined || size.bytes <= wishes.budget) return undefined;
  return `image ${formatSize(size)} is over the budget of ${formatBytes(wishes.budget)}`;
}

export const exitOf = (looked: Looked): ExitCode => (looked.analysis.findings.length > 0 || overBudget(looked) !== undefined ? 1 : 0);

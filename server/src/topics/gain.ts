import { isGain, type Saving } from "../build/difference.ts";
import { formatBytes } from "./bytes.ts";

/** Of an unknown amount at least so little is known that the number would only mislead. */
const nextToNothing = 10_000;

/** `20 MB`, `≈ 20 MB`, `≥ 20 MB`; "an unknown amount" where nothing of it is known. */
export function formatSaving(saving: Saving): string {
  if (saving.bytes === undefined || (saving.lowerBound && saving.bytes < nextToNothing)) return "an unknown amount";
  const mark = saving.lowerBound ? "≥ " : saving.basis === "measured" ? "" : "≈ ";
  return mark + formatBytes(saving.bytes);
}

/** A fix that does something else than save may cost less than this without a word. */
const worthAWord = 1_000_000;

/** A lightbulb's title says what it gains, or what it costs. */
export function titleWithGain(title: string, saving: Saving): string {
  if (isGain(saving)) return `${title} (saves ${formatSaving(saving)})`;
  const { bytes = 0 } = saving;
  return bytes <= -worthAWord ? `${title} (the image grows by ${formatSaving({ ...saving, bytes: -bytes })})` : title;
}

import { sourceOf } from "../build/layer.ts";
import { wasteOf } from "../build/waste.ts";
import type { Step } from "../image/model.ts";
import { isZero, type Size } from "../image/size.ts";
import { formatSize } from "../topics/bytes.ts";
import type { Shown } from "./shown.ts";

const bases: Record<Size["basis"], string> = {
  measured: "measured on disk, or said by the command",
  computed: "computed from published figures",
  typical: "a typical value",
  unknown: "not known until it is built",
};

const words: Record<Size["basis"], string> = {
  measured: "measured, and computed",
  computed: "computed",
  typical: "estimated",
  unknown: "computed",
};

/** What an instruction stores: bytes, how well they are known, the biggest things in it, and what of it is stored in vain. Markdown. */
export function layerText(shown: Shown, step: Step): string {
  const { layer } = step;
  if (!layer) return "";
  const packages = sourceOf(layer);
  const source = step.instruction.keyword === "FROM" ? step.after.base?.source : packages && `${words[layer.size.basis]} from ${packages}`;
  const lines = [
    `**${formatSize(layer.size)}** in this layer (amd64): ${source ?? bases[layer.size.basis]}${layer.size.lowerBound && layer.size.bytes > 0 ? ", and something of unknown size" : ""}.`,
  ];
  const biggest = layer.entries
    .filter(({ entry }) => entry.kind !== "base" && !isZero(entry.size))
    .sort((a, b) => b.entry.size.bytes - a.entry.size.bytes);
  for (const { entry } of biggest.slice(0, 6)) lines.push(`- ${entry.what}: ${formatSize(entry.size)}`);
  if (biggest.length > 6) lines.push(`- and ${biggest.length - 6} more`);
  const waste = wasteOf(shown.image).filter((w) => w.entry.layer === layer.index);
  for (const { entry, how, by } of waste.slice(0, 3)) {
    const line = shown.lines.position(by.instruction.start).line + 1;
    lines.push("", `${entry.what} is ${how} in line ${line}, but its ${formatSize(entry.size)} stay here.`);
  }
  return lines.join("\n");
}

import { analyze } from "../../../server/src/analyze.ts";
import { worldOf } from "./world.ts";

/** Bytes of the layers above the base, `≥` where it is a lower bound. Each expectation was measured with a real build (test/builds/cases). */
export function layers(lines: string[], base = "debian:bookworm", world = worldOf({ "a.bin": 1000, "b.log": 300 })): string {
  const { image } = analyze([`FROM ${base}`, ...lines].join("\n"), world);
  const sizes =
    image.stages[0]?.steps.flatMap((step) => (step.layer && step.instruction.keyword !== "FROM" ? [step.layer.size] : [])) ?? [];
  return sizes.map((size) => `${size.lowerBound ? "≥" : ""}${size.bytes}`).join(" ");
}

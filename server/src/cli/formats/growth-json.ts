import type { Size } from "../../image/size.ts";
import type { Compared, LayerLine, Package } from "../growth.ts";
import type { Looked } from "../inputs.ts";

/** `ballast diff --format json`: one object on one line. `growsBytes` is null where it is not known, negative where the image shrinks. */
export function growthJSON({ before, after, growth }: Compared): string {
  return `${JSON.stringify({
    version: 1,
    old: imageOf(before),
    new: imageOf(after),
    growsBytes: growth.bytes ?? null,
    growsBound: growth.bound ?? null,
    layers: growth.layers.map((change) => ({
      old: change.before ? layerOf(change.before) : null,
      new: change.after ? layerOf(change.after) : null,
    })),
    packages: { added: growth.packages.came.map(packageOf), removed: growth.packages.went.map(packageOf) },
  })}\n`;
}

const sizeOf = ({ bytes, lowerBound, basis }: Size) => ({ bytes, lowerBound, basis });
const imageOf = ({ input, analysis }: Looked) => ({ file: input.name, ...sizeOf(analysis.image.size) });
const layerOf = ({ instruction, text, line, size }: LayerLine) => ({ instruction, text, line, ...sizeOf(size) });
const packageOf = ({ what, size }: Package) => ({ what, ...sizeOf(size) });

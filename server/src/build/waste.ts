import { type Entry, sizeOf } from "../image/files.ts";
import { type Change, type Image, type Step, shippedOf } from "../image/model.ts";
import { type Size, sum } from "../image/size.ts";

/** Something stored in a layer of the target image that a later layer of it removes, overwrites or stores again. */
export interface Waste extends Change {
  readonly how: Exclude<Change["how"], "written">;
  /** The step that made it useless. */
  readonly by: Step;
}

const isWaste = (change: Change): change is Change & { how: Waste["how"] } =>
  change.how !== "written" && change.entry.maybe !== true && change.entry.kind !== "base";

/** In the order in which the steps came to it. */
export function wasteOf(image: Image): Waste[] {
  return shippedOf(image).flatMap((by) => by.changes.filter(isWaste).map((change) => ({ ...change, by })));
}

/** By the layer's number. */
export type WasteByLayer = ReadonlyMap<number, { readonly size: Size; readonly entries: ReadonlySet<Entry> }>;

/** The wasted part of each layer. */
export function wasteByLayer(image: Image): WasteByLayer {
  const entries = new Map<number, Entry[]>();
  for (const { changes } of shippedOf(image))
    for (const { entry } of changes.filter(isWaste)) {
      const list = entries.get(entry.layer);
      if (list) list.push(entry);
      else entries.set(entry.layer, [entry]);
    }
  return new Map([...entries].map(([layer, list]) => [layer, { size: sizeOf(list.map((entry) => ({ entry }))), entries: new Set(list) }]));
}

export const wasted = (waste: WasteByLayer): Size => sum([...waste.values()].map((w) => w.size));

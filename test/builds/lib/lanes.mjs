import { availableParallelism } from "node:os";

/** As many builds at a time as the machine has cores, and no more than four: each has an image of its own on the disk. */
export const lanes = Math.min(4, availableParallelism());

/** Does the work for each item, `lanes` of them at a time, begun in the order of the list; resolves to the results in that order. */
export async function inLanes(items, work) {
  const waiting = items.entries();
  const results = [];
  const lane = async () => {
    for (const [i, item] of waiting) results[i] = await work(item, i);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

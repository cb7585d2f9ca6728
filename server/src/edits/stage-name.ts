import type { Subject } from "../build/subject.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import type { Stage } from "../image/model.ts";
import type { Edit, Span } from "../text.ts";

/** `build`, else `build2` …: no stage of the file and no image that is copied from is called so. */
export const freeName = (subject: Subject, wanted: string): string => freeNames(subject, wanted, 1)[0] ?? wanted;

/** So many of them. */
function freeNames({ file, image }: Subject, wanted: string, count: number): string[] {
  const froms = file.instructions.flatMap((i) =>
    i.flags.flatMap((f) => (f.name === "from" && f.value !== undefined ? [f.value.toLowerCase()] : [])),
  );
  const taken = new Set([...image.stages.flatMap((s) => [s.name?.toLowerCase() ?? "", s.base.toLowerCase()]), ...froms]);
  const names: string[] = [];
  for (let i = 1; names.length < count && i < file.instructions.length + count + 3; i++) {
    const name = i === 1 ? wanted : `${wanted}${i}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}

/** The numbers by which later stages take from each stage; none takes from itself. */
function numbersIn({ file, image }: Subject): Map<number, Span[]> {
  const numbers = new Map<number, Span[]>();
  for (const { start: at, flags } of file.instructions.filter(isCopy)) {
    for (const { start, end, name, value } of flags) {
      const isWhole = value !== undefined && file.text.slice(start, end) === `--from=${value}`;
      if (name !== "from" || !isWhole || !/^\d+$/.test(value)) continue;
      const next = image.stages[Number(value) + 1]?.from;
      if (!next || at < next.start) continue;
      const spans = numbers.get(Number(value)) ?? [];
      spans.push({ start: end - value.length, end });
      numbers.set(Number(value), spans);
    }
  }
  return numbers;
}

/** Every COPY that takes from a stage by its number takes from it by its name, which it gets where it has none. */
export function nameStage(subject: Subject, stage: Stage): { name: string; edits: Edit[] } | undefined {
  const [image] = stage.from?.args ?? [];
  const numbers = numbersIn(subject);
  // All that have none get theirs at once: two fixes must not give the same.
  const nameless = subject.image.stages.filter((s) => s.name === undefined && numbers.has(s.index));
  const name = stage.name ?? freeNames(subject, "build", nameless.length)[nameless.indexOf(stage)];
  if (!image || name === undefined) return undefined;
  const edits: Edit[] = stage.name === undefined ? [{ start: image.end, end: image.end, text: ` AS ${name}` }] : [];
  for (const number of numbers.get(stage.index) ?? []) edits.push({ ...number, text: name });
  return { name, edits };
}

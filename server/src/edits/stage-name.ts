import type { Subject } from "../build/subject.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import type { Stage } from "../image/model.ts";
import type { Edit } from "../text.ts";

/** `build`, else `build2` …: no stage of the file and no image that is copied from is called so. */
export function freeName({ file, image }: Subject, wanted: string): string {
  const froms = file.instructions.flatMap((i) =>
    i.flags.flatMap((f) => (f.name === "from" && f.value !== undefined ? [f.value.toLowerCase()] : [])),
  );
  const taken = new Set([...image.stages.flatMap((s) => [s.name?.toLowerCase() ?? "", s.base.toLowerCase()]), ...froms]);
  let name = wanted;
  for (let i = 2; taken.has(name) && i < file.instructions.length + 3; i++) name = `${wanted}${i}`;
  return name;
}

/** Every COPY that takes from a stage by its number takes from it by its name, which it gets where it has none. */
export function nameStage(subject: Subject, stage: Stage): { name: string; edits: Edit[] } | undefined {
  const { file } = subject;
  const [image] = stage.from?.args ?? [];
  if (!image) return undefined;
  const name = stage.name ?? freeName(subject, "build");
  const edits: Edit[] = stage.name === undefined ? [{ start: image.end, end: image.end, text: ` AS ${name}` }] : [];
  for (const { flags } of file.instructions.filter(isCopy)) {
    for (const { start, end, name: flag, value } of flags) {
      const isWhole = value !== undefined && file.text.slice(start, end) === `--from=${value}`;
      if (flag === "from" && isWhole && /^\d+$/.test(value) && Number(value) === stage.index)
        edits.push({ start: end - value.length, end, text: name });
    }
  }
  return { name, edits };
}

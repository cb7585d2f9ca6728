import { type Subject, shippedSteps } from "../build/subject.ts";
import { type Argument, copySources, isFromContext } from "../dockerfile/instruction.ts";
import type { Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { listed } from "../topics/lists.ts";
import { lineNumber } from "./places.ts";

/** The step that copies the whole context: one ignore file serves all, so it is the image's own, else the one of which the image takes most. */
export function copyOfWhole(subject: Subject): Step | undefined {
  const { steps, image } = subject;
  const copies = steps.filter((s) => image.needed.has(s.stage) && wholeContext(s));
  const own = copies.find((s) => image.ships.has(s.stage));
  if (own || copies.length < 2) return own ?? copies[0];
  const taken = shippedSteps(subject).flatMap((s) => s.touched);
  const shareOf = (copy: Step): number =>
    copy.changes.filter((c) => taken.some((t) => t.stage === copy.stage && isWithin(c.path, t.path))).length;
  return copies.map((copy) => ({ copy, share: shareOf(copy) })).sort((a, b) => b.share - a.share)[0]?.copy;
}

/** What a `COPY . …` or `ADD . …` names as its source. */
export function wholeContext({ instruction }: Step): Argument | undefined {
  if (!isFromContext(instruction)) return undefined;
  return copySources(instruction).find((a) => /^\.?\/?(?:\.\/)*$/.test(a.text) || a.text === "*");
}

/** `, stored again by line 9`: where a later instruction stores what a step copied a second time. */
export function againWhere(subject: Subject, step: Step): string {
  const again = shippedSteps(subject).filter((s) =>
    s.changes.some((c) => c.how === "stored again" && c.entry.layer === step.index && c.entry.kind === "context"),
  );
  return again.length > 0 ? `, stored again by line ${listed(again.map((s) => String(lineNumber(subject.file, s))))}` : "";
}

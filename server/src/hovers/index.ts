import { aptCall, packageName } from "../commands/apt-call.ts";
import { type Brought, broughtBy } from "../commands/apt-packages.ts";
import type { Step } from "../image/model.ts";
import { isUnknown, type Size } from "../image/size.ts";
import { contains, type Span } from "../text.ts";
import { formatSize } from "../topics/bytes.ts";
import { baseText } from "./base.ts";
import { formText } from "./form.ts";
import { layerText } from "./layer.ts";
import type { Shown } from "./shown.ts";

export interface Hover {
  readonly span: Span;
  /** Markdown. */
  readonly text: string;
}

const withForms = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/** What is worth saying about the word at an offset. */
export function hoverAt(shown: Shown, offset: number): Hover | undefined {
  const { image, subject } = shown;
  const at: Span = { start: offset, end: offset };
  // Where a FROM is missing, an empty one stands at the first instruction.
  const step = subject.steps.find((s) => s.instruction.end > s.instruction.start && contains(s.instruction, at));
  if (!step) return undefined;
  const { instruction } = step;
  const stage = image.stages[step.stage];
  const [name] = instruction.args;
  if (instruction.keyword === "FROM" && stage && (contains(instruction.keywordSpan, at) || (name && contains(name, at)))) {
    return { span: name && contains(name, at) ? name : instruction.keywordSpan, text: baseText(shown, stage) };
  }
  if (contains(instruction.keywordSpan, at)) {
    const parts = [withForms.has(instruction.keyword) ? formText(shown, step) : undefined, step.layer ? layerText(shown, step) : undefined];
    const text = parts.filter((p) => p !== undefined && p !== "").join("\n\n---\n\n");
    return text === "" ? undefined : { span: instruction.keywordSpan, text };
  }
  const [first] = instruction.rest.pieces;
  if (instruction.exec && first && offset <= first.start + 1 && offset >= first.start) {
    const text = formText(shown, step);
    return text === undefined ? undefined : { span: { start: first.start, end: first.start + 1 }, text };
  }
  return packageAt(shown, step, at);
}

/** A package of an apt-get install: what it adds by itself. */
function packageAt(shown: Shown, step: Step, at: Span): Hover | undefined {
  for (const ran of step.ran) {
    const call = aptCall(ran);
    const word = call?.verb === "install" ? ran.words.find((w) => w.end > w.start && contains(w, at)) : undefined;
    const argument = word && call?.packages.find((p) => p.text === word.raw.replace(/["']/g, ""));
    if (!word || !argument) continue;
    const entry = step.layer?.entries.find((e) => e.entry.id === `deb:${packageName(argument.text)}`)?.entry;
    if (!entry) continue;
    const packages = shown.subject.world.packages;
    const brought = packages && broughtBy({ state: step.before, packages }, entry.what, call?.recommends ?? true);
    return { span: word, text: [ownText(entry.size, entry.what), brought ? bringsText(brought) : ""].filter((t) => t !== "").join(" ") };
  }
  return undefined;
}

const ownText = (size: Size, name: string): string => `**${name}**: ${isUnknown(size) ? "size not known" : formatSize(size)} by itself.`;

/** `Brings 24 packages, ≈ 107 MB, 22 of them only recommended (computed from Debian bookworm packages of 2026-11-20).` */
function bringsText({ packages, size, recommended, source }: Brought): string {
  if (packages === 0) return `Brings no other package (computed from ${source}).`;
  const also = recommended > 0 ? `, ${recommended} of them only recommended` : "";
  return `Brings ${packages} ${packages === 1 ? "package" : "packages"}, ${formatSize(size)}${also} (computed from ${source}).`;
}

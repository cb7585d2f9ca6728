import { sourceOf } from "../build/layer.ts";
import { type Waste, wasteOf } from "../build/waste.ts";
import { isFromContext } from "../dockerfile/instruction.ts";
import { sizeOf } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import { isZero, type Size } from "../image/size.ts";
import { formatSize } from "../topics/bytes.ts";
import { code, enumerated } from "../topics/forms.ts";
import type { Shown } from "./shown.ts";

const bases: Record<Size["basis"], string> = {
  measured: "measured on disk, or said by the command",
  computed: "computed from published figures",
  typical: "a typical value",
  unknown: "not known until it is built",
};

/** Things in a layer that are named. */
const named = 6;

/** What an instruction stores: bytes, how well they are known, the biggest things in it, and what of it is stored in vain. Markdown. */
export function layerText(shown: Shown, step: Step): string {
  const { layer } = step;
  if (!layer || step.instruction.rest.text === "") return "";
  if (isZero(layer.size)) return "Stores nothing in the image.";
  const isBase = step.instruction.keyword === "FROM";
  const told = isBase ? step.after.base?.source : sourceOf(layer);
  const source = isBase || told === undefined ? told : `${bases[layer.size.basis]} (${told})`;
  const more = layer.size.lowerBound && layer.size.bytes > 0 ? ", and something of unknown size" : "";
  const biggest = layer.entries
    .filter(({ entry }) => entry.kind !== "base" && !isZero(entry.size))
    .sort((a, b) => b.entry.size.bytes - a.entry.size.bytes);
  const list = [
    ...biggest.slice(0, named).map(({ entry }) => `- ${nameOf(entry)}: ${formatSize(entry.size)}`),
    ...(biggest.length > named ? [`- and ${biggest.length - named} more`] : []),
  ];
  return [
    `**${formatSize(layer.size)}** in this layer (amd64): ${source ?? bases[layer.size.basis]}${more}.`,
    ...(list.length > 0 ? [list.join("\n")] : []),
    ...(isFromContext(step.instruction) ? contextText(shown) : []),
    ...wasteText(shown, layer.index),
  ].join("\n\n");
}

/** Which folder was taken for the build context, where another one may be meant. */
const contextText = ({ subject }: Shown): string[] => {
  const guess = subject.world.context?.guess;
  return guess === undefined
    ? []
    : [`Build context: ${code(`${guess.folder}/`)}, a guess, for ${guess.because}; \`ballast.context\` names one.`];
};

/** A path is code; "package lists" are words. */
const nameOf = ({ what }: { readonly what: string }): string => (/^[\w ]*$/.test(what) ? what : code(what));

/** What later instructions do to what is stored here, one sentence for each of them. */
function wasteText(shown: Shown, layer: number): string[] {
  const groups = new Map<string, Waste[]>();
  for (const waste of wasteOf(shown.image)) {
    if (waste.entry.layer !== layer) continue;
    const key = `${waste.by.index} ${waste.how}`;
    groups.set(key, [...(groups.get(key) ?? []), waste]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const size = sizeOf(group);
    if (!first || isZero(size)) return [];
    const names = [...new Set(group.map((w) => nameOf(w.entry)))];
    const what = enumerated(names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names);
    const line = shown.lines.position(first.by.instruction.start).line + 1;
    const stays = formatSize(size) === "?" ? "its bytes stay here" : `${formatSize(size)} of it stay here`;
    return [`Wasted: line ${line} ${verbs[first.how](what)}, and ${stays}.`];
  });
}

const verbs: Record<Waste["how"], (what: string) => string> = {
  removed: (what) => `removes ${what}`,
  overwritten: (what) => `overwrites ${what}`,
  "stored again": (what) => `stores ${what} again`,
};

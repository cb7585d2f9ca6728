import { diffArrays } from "diff";
import type { Analysis } from "../analysis.ts";
import { compare, type Saving } from "../build/difference.ts";
import { shippedSteps } from "../build/subject.ts";
import type { Entry } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import type { Size } from "../image/size.ts";
import type { Looked } from "./inputs.ts";
import { pairsOf } from "./pairs.ts";

/** What became of the image when one Dockerfile became another. */
export interface Growth {
  /** Bytes that came less bytes that went; "at least" with an unknown part. Undefined where what is unknown went as well as came. */
  readonly bytes: number | undefined;
  /** Something unknown came: it grows by at least `bytes`. Something unknown went: it grows by at most `bytes`. */
  readonly bound?: "at least" | "at most";
  /** Layers of the target, in order: what went before what came. */
  readonly layers: readonly LayerChange[];
  readonly packages: { readonly came: readonly Package[]; readonly went: readonly Package[] };
}

/** Two Dockerfiles, and what became of the image between them. */
export interface Compared {
  readonly before: Looked;
  readonly after: Looked;
  readonly growth: Growth;
}

/** One layer, by the text of its instruction: gone without `after`, new without `before`. */
export interface LayerChange {
  readonly before?: LayerLine;
  readonly after?: LayerLine;
}

export interface LayerLine {
  readonly instruction: string;
  /** As written, in one line. */
  readonly text: string;
  /** 0-based. */
  readonly line: number;
  readonly size: Size;
}

export interface Package {
  readonly what: string;
  readonly size: Size;
}

export function growthOf(before: Analysis, after: Analysis): Growth {
  return { ...difference(before, after), layers: layersOf(before, after), packages: packagesOf(before, after) };
}

function difference(before: Analysis, after: Analysis): Pick<Growth, "bytes" | "bound"> {
  const grown = bytesOf(compare(after.image, before.image));
  if (grown) return { bytes: grown.bytes, ...(grown.lowerBound && { bound: "at least" }) };
  const shrunk = bytesOf(compare(before.image, after.image));
  return shrunk ? { bytes: -shrunk.bytes, ...(shrunk.lowerBound && { bound: "at most" }) } : { bytes: undefined };
}

/** Something of unknown size that goes, and no other difference: at least nothing. */
function bytesOf({ bytes, lowerBound }: Saving): { readonly bytes: number; readonly lowerBound: boolean } | undefined {
  return bytes !== undefined || lowerBound ? { bytes: bytes ?? 0, lowerBound } : undefined;
}

/** The same instruction on both sides stands in one row, also where its bytes differ; of what stands between two such rows what is most alike. */
function layersOf(before: Analysis, after: Analysis): LayerChange[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const changes: LayerChange[] = [];
  let went: LayerLine[] = [];
  let came: LayerLine[] = [];
  const flush = (): void => {
    for (const [a, b] of pairsOf(went, came, likeness)) changes.push({ ...(a && { before: a }), ...(b && { after: b }) });
    [went, came] = [[], []];
  };
  let [i, k] = [0, 0];
  for (const { removed, added, count } of diffArrays(
    old.map((l) => l.text),
    now.map((l) => l.text),
  )) {
    const [left, right] = [added ? [] : old.slice(i, i + count), removed ? [] : now.slice(k, k + count)];
    [i, k] = [i + left.length, k + right.length];
    if (!added && !removed) flush();
    went.push(...left);
    came.push(...right);
    if (!added && !removed) flush();
  }
  flush();
  return changes;
}

/** How many words two instructions share, the keyword among them; 0 for two different things: less than half of the shorter one is in the other. */
function likeness(a: LayerLine, b: LayerLine): number {
  if (a.instruction !== b.instruction) return 0;
  const [words, left] = [wordsOf(a), wordsOf(b)];
  const shorter = Math.min(words.length, left.length);
  const shared = words.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
  return a.instruction === "FROM" || 2 * shared >= shorter ? 1 + shared : 0;
}

const wordsOf = ({ text }: LayerLine): string[] => text.split(" ").slice(1);

function linesOf({ subject, lines }: Analysis): LayerLine[] {
  return shippedSteps(subject).flatMap((step) => {
    const { layer, instruction } = step;
    // A stage of this file beneath has layers of its own in the list.
    if (!layer || (instruction.keyword === "FROM" && step.after.baseStage !== undefined)) return [];
    return [{ instruction: instruction.keyword, text: textOf(step), line: lines.lineAt(instruction.start), size: layer.size }];
  });
}

const textOf = ({ instruction }: Step): string => {
  const head = instruction.source.slice(instruction.start, instruction.headEnd);
  return head
    .replace(/[\\`]\r?\n/g, " ")
    .replace(/\s+/g, " ")
    .trim();
};

function packagesOf(before: Analysis, after: Analysis): Growth["packages"] {
  const [old, now] = [installed(before), installed(after)];
  const only = (a: ReadonlyMap<string, Entry>, b: ReadonlyMap<string, Entry>): Package[] =>
    [...a.values()].filter((e) => !b.has(e.id)).map(({ what, size }) => ({ what, size }));
  return { came: only(now, old), went: only(old, now) };
}

/** Packages that layers of the target store, by their ids; what a file lists (`-r requirements.txt`) is not one of them. */
const installed = ({ subject }: Analysis): ReadonlyMap<string, Entry> =>
  new Map(
    shippedSteps(subject)
      .flatMap((step) => step.layer?.entries ?? [])
      .filter(({ entry }) => entry.kind === "package" && !entry.what.startsWith("-"))
      .map(({ entry }) => [entry.id, entry]),
  );

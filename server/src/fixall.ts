import type { Analysis, AnalysisWorld, Finding, Fix } from "./analysis.ts";
import { analyze } from "./analyze.ts";
import { alteredWorld } from "./build/saving.ts";
import type { Rule } from "./rules/rule.ts";
import { applyEdits, type Edit, type FileText, type Lines, movedBy, type Span } from "./text.ts";

interface FixAllOptions {
  /** Fixes that change what is installed or how it runs, too. */
  readonly unsafe?: boolean;
  /** Only findings of these rules. */
  readonly rules?: readonly string[];
}

/** A fix that was carried out, and whose it is. */
export interface AppliedFix {
  readonly rule: Rule;
  readonly fix: Fix;
}

interface FixedAll {
  readonly text: string;
  readonly applied: readonly AppliedFix[];
  readonly rounds: number;
  /** Files that come new or get another text: only fixes to review do that. */
  readonly creates: readonly FileText[];
}

/** More rounds than this no file needs (a test says so): what is left then would go in circles. */
export const maximumRounds = 10;

/**
 * The first fix of every finding, all together; those that share a line wait for the next round, which sees what the others did.
 * Ends when a round changes nothing. Of the fixes to review only those that were on offer at first: nobody could have reviewed what only
 * the others bring about.
 */
export function fixAll(text: string, world: AnalysisWorld, options: FixAllOptions = {}): FixedAll {
  let current = text;
  const applied: AppliedFix[] = [];
  let rounds = 0;
  const creates = new Map<string, FileText>();
  let offers: readonly ToReview[] | undefined;
  while (rounds < maximumRounds) {
    const analysis = analyze(current, alteredWorld(world, [...creates.values()]));
    offers ??= options.unsafe ? offeredBy(analysis) : [];
    const chosen = together(analysis, options, offers);
    const fixes = chosen.map((c) => c.fix);
    const fresh = fixes.flatMap((fix) => fix.creates).filter((c) => creates.get(c.file)?.text !== c.text);
    const edits = fixes.flatMap((fix) => fix.edits);
    const next = applyEdits(current, edits);
    if (next === current && fresh.length === 0) break;
    for (const { file, text, replaces } of fresh) creates.set(file, { file, text, ...originally(creates.get(file), replaces) });
    current = next;
    offers = offers.map((offer) => carried(offer, edits));
    applied.push(...chosen);
    rounds++;
  }
  return { text: current, applied, rounds, creates: [...creates.values()] };
}

/** Of a finding's fixes the one that is carried out among all. */
export const chosenFix = (fixes: readonly Fix[], unsafe = false): Fix | undefined =>
  fixes.find((f) => (unsafe || f.safety === "safe") && f.inAll !== "never");

/** Where a rule offered a fix to review before anything was mended. */
interface ToReview {
  readonly rule: Rule;
  /** As the text stands now; undefined where a fix has put it somewhere else. */
  readonly place: Span | undefined;
}

const offeredBy = ({ findings }: Analysis): ToReview[] =>
  findings
    .filter(({ fixes }) => fixes.some((f) => f.safety === "review" && f.inAll !== "never"))
    .map(({ rule, span }) => ({ rule, place: span }));

function carried({ rule, place }: ToReview, edits: readonly Edit[]): ToReview {
  const now = place && movedBy(place, edits);
  return { rule, place: now && now.start < now.end ? now : undefined };
}

const isOffered = ({ rule, span }: Finding, offers: readonly ToReview[]): boolean =>
  offers.some((offer) => offer.rule === rule && (!offer.place || (offer.place.start < span.end && span.start < offer.place.end)));

/** The fixes of one round: no two of them touch the same line, or the same other file. What moves the others' lines goes alone. */
function together({ findings, lines }: Analysis, options: FixAllOptions, offers: readonly ToReview[]): AppliedFix[] {
  const chosen: AppliedFix[] = [];
  const taken = new Set<number | string>();
  for (const finding of findings) {
    const { rule, fixes } = finding;
    if (options.rules && !options.rules.includes(rule.id)) continue;
    const fix = chosenFix(fixes, isOffered(finding, offers));
    if (fix?.inAll === "alone") return [{ rule, fix }];
    const touched = fix ? [...fix.edits.flatMap((edit) => linesOf(lines, edit)), ...fix.creates.map((c) => c.file)] : [];
    if (!fix || touched.some((place) => taken.has(place))) continue;
    chosen.push({ rule, fix });
    for (const place of touched) taken.add(place);
  }
  return chosen;
}

/** An edit that ends where a line begins does not touch that line. */
function linesOf(lines: Lines, { start, end }: Span): number[] {
  const first = lines.lineAt(start);
  const last = lines.lineAt(Math.max(start, end - 1));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** What stood in a file before the first fix that touched it: nothing in one that came new. */
function originally(earlier: FileText | undefined, replaces: string | undefined): Pick<FileText, "replaces"> {
  const text = earlier ? earlier.replaces : replaces;
  return text === undefined ? {} : { replaces: text };
}

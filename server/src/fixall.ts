import { type Analysis, type AnalysisWorld, analyze, type Fix } from "./analyze.ts";
import { applyEdits, type Lines, type Span } from "./text.ts";

export interface FixAllOptions {
  /** Fixes that change what is installed or how it runs, too. */
  readonly unsafe?: boolean;
  /** Only findings of these rules. */
  readonly rules?: readonly string[];
}

export interface FixedAll {
  readonly text: string;
  /** How many fixes were carried out. */
  readonly applied: number;
  readonly rounds: number;
  /** Files that come new: only fixes to review create any. */
  readonly creates: readonly { readonly file: string; readonly text: string }[];
}

/** More rounds than this no file needs (a test says so): what is left then would go in circles. */
export const maximumRounds = 10;

/**
 * The first fix of every finding, all together; those that share a line wait for the next round, which sees what the others did.
 * Ends when a round changes nothing.
 */
export function fixAll(text: string, world: AnalysisWorld, options: FixAllOptions = {}): FixedAll {
  let current = text;
  let applied = 0;
  let rounds = 0;
  const creates = new Map<string, { file: string; text: string }>();
  while (rounds < maximumRounds) {
    const fixes = together(analyze(current, worldWith(world, creates)), options);
    const fresh = fixes.flatMap((fix) => fix.creates).filter((c) => !creates.has(c.file));
    const next = applyEdits(
      current,
      fixes.flatMap((fix) => fix.edits),
    );
    if (next === current && fresh.length === 0) break;
    for (const created of fresh) creates.set(created.file, created);
    current = next;
    applied += fixes.length;
    rounds++;
  }
  return { text: current, applied, rounds, creates: [...creates.values()] };
}

/** The fixes of one round: no two of them touch the same line. */
function together({ findings, lines }: Analysis, options: FixAllOptions): Fix[] {
  const chosen: Fix[] = [];
  const taken = new Set<number>();
  for (const finding of findings) {
    if (options.rules && !options.rules.includes(finding.rule.id)) continue;
    const fix = finding.fixes.find((f) => options.unsafe || f.safety === "safe");
    const touched = fix?.edits.flatMap((edit) => linesOf(lines, edit)) ?? [];
    if (!fix || touched.some((line) => taken.has(line))) continue;
    chosen.push(fix);
    for (const line of touched) taken.add(line);
  }
  return chosen;
}

/** An edit that ends where a line begins does not touch that line. */
function linesOf(lines: Lines, { start, end }: Span): number[] {
  const first = lines.lineAt(start);
  const last = lines.lineAt(Math.max(start, end - 1));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function worldWith(world: AnalysisWorld, creates: ReadonlyMap<string, { file: string; text: string }>): AnalysisWorld {
  const ignore = creates.get(".dockerignore");
  return ignore && world.context ? { ...world, context: { ...world.context, ignore } } : world;
}

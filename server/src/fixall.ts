import { type AnalysisWorld, analyze, type Finding, type Fix } from "./analyze.ts";
import { applyEdits, areApart, type Edit } from "./text.ts";

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
    const fixes = together(analyze(current, worldWith(world, creates)).findings, options);
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

/** The fixes of one round: no two of them touch the same place. */
function together(findings: readonly Finding[], options: FixAllOptions): Fix[] {
  const chosen: Fix[] = [];
  const edits: Edit[] = [];
  for (const finding of findings) {
    if (options.rules && !options.rules.includes(finding.rule.id)) continue;
    const fix = finding.fixes.find((f) => options.unsafe || f.safety === "safe");
    if (!fix || !areApart([...edits, ...fix.edits])) continue;
    chosen.push(fix);
    edits.push(...fix.edits);
  }
  return chosen;
}

function worldWith(world: AnalysisWorld, creates: ReadonlyMap<string, { file: string; text: string }>): AnalysisWorld {
  const ignore = creates.get(".dockerignore");
  return ignore && world.context ? { ...world, context: { ...world.context, ignore } } : world;
}

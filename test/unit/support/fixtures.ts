import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalysisWorld, Finding } from "../../../server/src/analysis.ts";
import type { Lines } from "../../../server/src/text.ts";
import { worldOf } from "./world.ts";

export const fixturesFolder = "test/fixtures";

export interface Fixture {
  readonly name: string;
  /** The Dockerfile without its markers. */
  readonly text: string;
  /** Where findings are expected: `line:from-to rule`, 0-based, in order. */
  readonly expected: readonly string[];
  readonly fixed: string | undefined;
  readonly world: AnalysisWorld;
}

/** `# ^^^^ rule` marks columns of the line above, `# ==== rule` the whole instruction above. */
const marker = /^#[ \t]*(?:\^+|====)[ \t]+[\w-]+[ \t]*$/;

export function fixturesOf(folder: string): Fixture[] {
  const at = join(fixturesFolder, folder);
  return readdirSync(at)
    .filter((name) => name.endsWith(".Dockerfile"))
    .sort()
    .map((name) => {
      const path = join(at, name);
      const { text, expected } = withoutMarkers(readFileSync(path, "utf8"));
      const context = path.replace(/\.Dockerfile$/, ".context.json");
      const { files, ignore } = existsSync(context)
        ? (JSON.parse(readFileSync(context, "utf8")) as { files?: Record<string, number>; ignore?: string })
        : {};
      return {
        name: `${folder}/${name}`,
        text,
        expected,
        fixed: existsSync(`${path}.fixed`) ? readFileSync(`${path}.fixed`, "utf8") : undefined,
        world: worldOf(files, ignore),
      };
    });
}

function withoutMarkers(source: string): { text: string; expected: string[] } {
  const kept: string[] = [];
  const expected: string[] = [];
  for (const line of source.split(/(?<=\n)/)) {
    const bare = line.replace(/\r?\n$/, "");
    if (!marker.test(bare)) {
      kept.push(line);
      continue;
    }
    const rule = /[\w-]+[ \t]*$/.exec(bare)?.[0].trim() ?? "";
    const from = bare.indexOf("^");
    expected.push(from < 0 ? `${kept.length - 1}:* ${rule}` : `${kept.length - 1}:${from}-${bare.lastIndexOf("^") + 1} ${rule}`);
  }
  return { text: kept.join(""), expected };
}

/** A finding as a marker writes it: `line:*` when it covers its whole instruction. */
export function placeOf(finding: Finding, lines: Lines, wholeEnds: ReadonlySet<string>): string {
  const { start, end } = lines.range(finding.span);
  const whole = wholeEnds.has(`${finding.span.start}-${finding.span.end}`);
  return whole
    ? `${end.line}:* ${finding.rule.id}`
    : `${start.line}:${start.character}-${end.line === start.line ? end.character : "…"} ${finding.rule.id}`;
}

/** Those of all rules. */
export const allFixtures = (): Fixture[] =>
  readdirSync(fixturesFolder, { withFileTypes: true })
    .filter((d) => d.isDirectory() && d.name !== "refactorings")
    .flatMap((d) => fixturesOf(d.name));

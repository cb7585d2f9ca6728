import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { version } from "../../../../package.json";
import type { Finding, Fix } from "../../analysis.ts";
import type { Level } from "../../protocol.ts";
import { rules } from "../../rules/index.ts";
import type { Edit, Lines, Span } from "../../text.ts";
import type { Failure, Looked } from "../inputs.ts";
import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

const levels = { error: "error", warning: "warning", info: "note", hint: "note" } as const satisfies Record<Level, string>;

/** SARIF 2.1.0, for code scanning. */
export function sarifReporter(): Reporter {
  const results: object[] = [];
  const failures: Failure[] = [];
  return {
    begin: async () => {},
    file: async (looked) => void results.push(...looked.analysis.findings.map((finding) => resultOf(looked, finding))),
    failure: async (failure) => void failures.push(failure),
    async end() {
      const invocation = {
        executionSuccessful: failures.length === 0,
        toolExecutionNotifications: failures.map(({ file, message }) => ({
          level: "error",
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
        })),
      };
      const run = { tool: { driver: driver() }, columnKind: "utf16CodeUnits", invocations: [invocation], results };
      await write(`${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] })}\n`);
    },
  };
}

const driver = (): object => ({
  name: "Ballast",
  semanticVersion: version,
  rules: rules.map(({ id, summary, why, level }) => ({
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: why, markdown: why },
    defaultConfiguration: { level: levels[level ?? "warning"] },
  })),
});

function resultOf({ analysis, input }: Looked, finding: Finding): object {
  const artifactLocation = { uri: uriOf(input.name) };
  const fixes = finding.fixes.filter((fix) => fix.edits.length > 0 && fix.creates.length === 0);
  return {
    ruleId: finding.rule.id,
    ruleIndex: rules.indexOf(finding.rule),
    level: levels[finding.level],
    message: { text: finding.message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(analysis.lines, finding.span) } }],
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => fixOf(analysis.lines, fix, artifactLocation)) }),
    ...(finding.saving && { properties: { savesBytes: finding.saving.bytes ?? null, savesLowerBound: finding.saving.lowerBound } }),
  };
}

const fixOf = (lines: Lines, fix: Fix, artifactLocation: object): object => ({
  description: { text: fix.title },
  artifactChanges: [{ artifactLocation, replacements: fix.edits.map((edit) => replacementOf(lines, edit)) }],
});

const replacementOf = (lines: Lines, edit: Edit): object => ({
  deletedRegion: regionOf(lines, edit),
  ...(edit.text !== "" && { insertedContent: { text: edit.text } }),
});

/** Lines and columns count from 1; the end is exclusive, as in LSP. */
function regionOf(lines: Lines, span: Span): object {
  const { start, end } = lines.range(span);
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

const uriOf = (path: string): string =>
  isAbsolute(path)
    ? pathToFileURL(path).href
    : path
        .split(/[\\/]/)
        .filter((part) => part !== ".")
        .map(encodeURIComponent)
        .join("/");

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Analysis, Finding } from "../analysis.ts";
import type { Level } from "../protocol.ts";
import { rulePage } from "../topics/links.ts";

const severities: Record<Level, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const diagnosticOf = ({ lines }: Analysis, finding: Finding): Diagnostic => ({
  range: lines.range(finding.span),
  severity: severities[finding.level],
  code: finding.rule.id,
  codeDescription: { href: rulePage(finding.rule.id) },
  source: "ballast",
  message: finding.message,
  ...(finding.unnecessary && { tags: [DiagnosticTag.Unnecessary] }),
});

export const diagnosticsOf = (analysis: Analysis): Diagnostic[] => analysis.findings.map((finding) => diagnosticOf(analysis, finding));

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CreateFile,
  type Diagnostic,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Finding, Fix, Offer } from "../analyze.ts";
import { indentOf } from "../edits/chain.ts";
import { fixAll } from "../fixall.ts";
import type { Range } from "../text.ts";
import { titleWithGain } from "../topics/gain.ts";
import { diagnosticOf } from "./diagnostics.ts";
import type { OpenDockerfile } from "./documents.ts";

export const fixAllKind = `${CodeActionKind.SourceFixAll}.ballast`;
export const actionKinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAllKind];

/** Lightbulbs for a range: fixes of its findings (safe ones first, then by bytes), rewrites on offer there, and everything at once. */
export function actionsFor(open: OpenDockerfile, { range, context }: CodeActionParams): CodeAction[] {
  const wants = (kind: string): boolean => !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  const { analysis } = open;
  if (wants(CodeActionKind.QuickFix)) {
    const findings = analysis.findings.filter((f) => meets(analysis.lines.range(f.span), range));
    actions.push(
      ...findings
        .flatMap((f) => f.fixes.map((fix) => ({ finding: f, fix })))
        .sort(byWorth)
        .map(({ finding, fix }) => quickFix(open, finding, fix)),
    );
    for (const rule of new Set(findings.map((f) => f.rule.id)))
      actions.push(ignoreHere(open, findings.find((f) => f.rule.id === rule) as Finding));
  }
  // Rewrites cost a second run each: they are worked out only where somebody asks for them.
  if (wants(CodeActionKind.RefactorRewrite))
    actions.push(...analysis.refactorings.filter((r) => meets(analysis.lines.range(r.span), range)).map((r) => rewrite(open, r)));
  if (context.only?.some((only) => fixAllKind === only || fixAllKind.startsWith(`${only}.`))) actions.push(...fixEverything(open));
  return actions;
}

const meets = (a: Range, b: Range): boolean => before(a.start, b.end) && before(b.start, a.end);
const before = (a: Range["start"], b: Range["start"]): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);

interface Offered {
  readonly finding: Finding;
  readonly fix: Fix;
}

function byWorth(a: Offered, b: Offered): number {
  if (a.fix.safety !== b.fix.safety) return a.fix.safety === "safe" ? -1 : 1;
  return (b.fix.saving?.bytes ?? 0) - (a.fix.saving?.bytes ?? 0);
}

function quickFix(open: OpenDockerfile, finding: Finding, fix: Fix): CodeAction {
  const diagnostics: Diagnostic[] = [diagnosticOf(open.analysis, finding)];
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    ...(fix.safety === "safe" && finding.fixes[0] === fix && { isPreferred: true }),
    edit: workspaceEdit(
      open,
      fix.edits.map((e) => open.analysis.lines.edit(e)),
      fix.creates,
    ),
  };
}

/** A comment above the instruction: the finding is seen and meant. */
function ignoreHere(open: OpenDockerfile, finding: Finding): CodeAction {
  const { file, lines } = open.analysis;
  const instruction = file.instructions.findLast((i) => i.start <= finding.span.start);
  const at = file.text.lastIndexOf("\n", (instruction?.start ?? 0) - 1) + 1;
  const start = at === 0 && file.text.charCodeAt(0) === 0xfeff ? 1 : at;
  const text = `${indentOf(file.text, instruction?.start ?? 0)}# ballast ignore=${finding.rule.id}${file.newline}`;
  return {
    title: `Ignore ${finding.rule.id} here`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(open.analysis, finding)],
    edit: workspaceEdit(open, [lines.edit({ start, end: start, text })]),
  };
}

const rewrite = (open: OpenDockerfile, offer: Offer): CodeAction => ({
  title: titleWithGain(offer.title, offer.saving),
  kind: CodeActionKind.RefactorRewrite,
  edit: workspaceEdit(
    open,
    offer.edits.map((e) => open.analysis.lines.edit(e)),
  ),
});

function fixEverything(open: OpenDockerfile): CodeAction[] {
  const { file, lines } = open.analysis;
  const { text, applied } = fixAll(file.text, open.world);
  if (text === file.text) return [];
  return [
    {
      title: `Apply all safe fixes (${applied})`,
      kind: fixAllKind,
      edit: workspaceEdit(open, [lines.edit(smallestEdit(file.text, text))]),
    },
  ];
}

/** What differs between two texts, without what both begin and end with: the cursor and the folds outside stay where they are. */
function smallestEdit(before: string, after: string): { start: number; end: number; text: string } {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < before.length - start && tail < after.length - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}

function workspaceEdit(open: OpenDockerfile, edits: TextEdit[], creates: Fix["creates"] = []): WorkspaceEdit {
  const { uri, version } = open.document;
  const folder = open.context?.folder;
  const made =
    folder === undefined
      ? []
      : creates.flatMap(({ file, text }) => {
          const address = pathToFileURL(join(folder, file)).href;
          const at = { line: 0, character: 0 };
          // A file that is there already is left alone: then the whole edit fails, and nothing is lost.
          return [
            CreateFile.create(address, { overwrite: false, ignoreIfExists: false }),
            TextDocumentEdit.create({ uri: address, version: null }, [{ range: { start: at, end: at }, newText: text }]),
          ];
        });
  return { documentChanges: [...made, ...(edits.length ? [TextDocumentEdit.create({ uri, version }, edits)] : [])] };
}

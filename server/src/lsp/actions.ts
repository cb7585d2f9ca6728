import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  CreateFile,
  TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Finding, Fix, Offer } from "../analysis.ts";
import { ignoreAbove } from "../edits/ignore-comment.ts";
import { fixAll } from "../fixall.ts";
import { showRuleCommand } from "../protocol.ts";
import { refactorings as kinds } from "../refactorings/index.ts";
import { type Refusal, refusalsOf } from "../refactorings/refactoring.ts";
import { type Edit, editBetween, type FileText, Lines, type Range } from "../text.ts";
import { titleWithGain } from "../topics/gain.ts";
import type { Abilities } from "./abilities.ts";
import { diagnosticOf } from "./diagnostics.ts";
import type { OpenDockerfile } from "./documents.ts";

export const fixAllKind = `${CodeActionKind.SourceFixAll}.ballast`;

/** Lightbulbs for a range: fixes of its findings (safe ones first, then by bytes), silence, rewrites on offer there; everything at once where it is asked for. */
export function actionsFor(open: OpenDockerfile, { range, context }: CodeActionParams, can: Abilities): CodeAction[] {
  const wants = (kind: string): boolean => !context.only || context.only.some((only) => isKind(kind, only));
  const { analysis } = open;
  const { lines } = analysis;
  const actions: (CodeAction | undefined)[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const findings = analysis.findings.filter((f) => meets(lines.range(f.span), range));
    const offered = findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix }))).sort(byWorth);
    actions.push(
      ...offered.map((o) => quickFix(open, o, can)),
      ...ignoring(open, findings, can),
      ...(can.showDocuments ? documentation(open, findings) : []),
    );
  }
  // Rewrites cost a second run each: they are worked out only where somebody asks for them.
  if (wants(CodeActionKind.RefactorRewrite))
    actions.push(...analysis.refactorings.filter((r) => meets(lines.range(r.span), range)).map((r) => rewrite(open, r, can)));
  // Who asks for rewrites by name is told why one is not on offer.
  if (
    can.disabledActions &&
    context.triggerKind === CodeActionTriggerKind.Invoked &&
    context.only?.some((only) => isKind(only, CodeActionKind.Refactor))
  )
    actions.push(
      ...refused(open)
        .filter((r) => meets(lines.range(r.span), range))
        .map(whyNot),
    );
  if (context.only?.some((only) => isKind(fixAllKind, only))) actions.push(everySafeFix(open, can));
  return actions.filter((action) => action !== undefined);
}

const isKind = (kind: string, wanted: string): boolean => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`);

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

function quickFix(open: OpenDockerfile, { finding, fix }: Offered, can: Abilities): CodeAction | undefined {
  const edit = workspaceEdit(open, fix, can);
  return (
    edit && {
      title: fix.safety === "review" ? `${fix.title} [review]` : fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnosticOf(open.analysis, finding)],
      ...(fix.safety === "safe" && finding.fixes[0] === fix && { isPreferred: true }),
      edit,
    }
  );
}

/** A comment above the instruction: the finding is seen and meant. One for each rule and instruction. */
function ignoring(open: OpenDockerfile, findings: readonly Finding[], can: Abilities): CodeAction[] {
  const actions = new Map<string, CodeAction>();
  for (const finding of findings) {
    const comment = ignoreAbove(open.analysis.file, finding.span, finding.rule.id);
    const key = `${comment.start} ${finding.rule.id}`;
    const edit = workspaceEdit(open, { edits: [comment] }, can);
    const others = actions.get(key)?.diagnostics ?? [];
    const diagnostics = [...others, diagnosticOf(open.analysis, finding)];
    if (edit) actions.set(key, { title: `Ignore ${finding.rule.id} here`, kind: CodeActionKind.QuickFix, diagnostics, edit });
  }
  return [...actions.values()];
}

/** One for each rule. */
const documentation = (open: OpenDockerfile, findings: readonly Finding[]): CodeAction[] =>
  [...new Set(findings.map((f) => f.rule))].map(({ id }) => ({
    title: `Show documentation for ${id}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: findings.filter((f) => f.rule.id === id).map((f) => diagnosticOf(open.analysis, f)),
    command: { title: `Show documentation for ${id}`, command: showRuleCommand, arguments: [id] },
  }));

function rewrite(open: OpenDockerfile, offer: Offer, can: Abilities): CodeAction | undefined {
  const edit = workspaceEdit(open, offer, can);
  return edit && { title: titleWithGain(offer.title, offer.saving), kind: CodeActionKind.RefactorRewrite, edit };
}

const refused = ({ analysis: { subject } }: OpenDockerfile): Refusal[] => kinds.flatMap((kind) => refusalsOf(kind, subject));

const whyNot = ({ id, refused: reason }: Refusal): CodeAction => ({
  title: kinds.find((kind) => kind.id === id)?.summary ?? id,
  kind: CodeActionKind.RefactorRewrite,
  disabled: { reason: `Not possible: ${reason}.` },
});

function everySafeFix(open: OpenDockerfile, can: Abilities): CodeAction | undefined {
  const before = open.analysis.file.text;
  const { text, applied } = fixAll(before, open.world);
  const edit = text === before ? undefined : workspaceEdit(open, { edits: [editBetween(before, text)] }, can);
  return edit && { title: `Apply all safe fixes (${applied.length})`, kind: fixAllKind, edit };
}

interface Proposal {
  readonly edits: readonly Edit[];
  readonly creates?: Fix["creates"];
}

/** As the editor wants it; undefined where it cannot create the files that the change needs. */
function workspaceEdit(open: OpenDockerfile, { edits, creates = [] }: Proposal, can: Abilities): WorkspaceEdit | undefined {
  const { uri, version } = open.document;
  const own = edits.map((e) => open.analysis.lines.edit(e));
  if (creates.length === 0 && !can.versionedEdits) return { changes: { [uri]: own } };
  const folder = open.context?.folder;
  if (creates.length > 0 && (folder === undefined || !can.createFiles)) return undefined;
  return {
    documentChanges: [
      ...creates.flatMap((change) => written(join(folder ?? "", change.file), change)),
      ...(own.length > 0 ? [TextDocumentEdit.create({ uri, version }, own)] : []),
    ],
  };
}

/** A file that is there already is left alone: then the whole edit fails, and nothing is lost. */
function written(path: string, { text, replaces }: FileText): (CreateFile | TextDocumentEdit)[] {
  const uri = pathToFileURL(path).href;
  if (replaces !== undefined)
    return [TextDocumentEdit.create({ uri, version: null }, [new Lines(replaces).edit(editBetween(replaces, text))])];
  const start = { line: 0, character: 0 };
  return [
    CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }),
    TextDocumentEdit.create({ uri, version: null }, [{ range: { start, end: start }, newText: text }]),
  ];
}

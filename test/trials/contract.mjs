// What holds for every report, on any file.

/** The breaches in a file's report. */
export function problemsOf(report) {
  if (report.error) return [`error: ${report.error}`];
  const problems = [];
  const shipped = report.image.stages.filter((s) => s.ships).flatMap((s) => s.layers);
  const sum = shipped.reduce((bytes, layer) => bytes + layer.bytes, 0);
  if (sum !== report.image.bytes) problems.push(`layers add up to ${sum}, the image says ${report.image.bytes}`);
  for (const finding of report.findings)
    for (const fix of finding.fixes) if (overlap(fix.edits)) problems.push(`edits of a fix of ${finding.rule} overlap`);
  return problems;
}

const before = (a, b) => a.line - b.line || a.character - b.character;

function overlap(edits) {
  const sorted = [...edits].sort((a, b) => before(a.range.start, b.range.start));
  return sorted.some((edit, i) => {
    const next = sorted[i + 1];
    return next !== undefined && (before(edit.range.end, next.range.start) > 0 || before(edit.range.start, next.range.start) === 0);
  });
}

/** The text with LSP's edits, none of which overlap. */
export function withEdits(text, edits) {
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text[i] === "\n") starts.push(i + 1);
  const offset = ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length);
  return [...edits]
    .sort((a, b) => before(b.range.start, a.range.start))
    .reduce((now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)), text);
}

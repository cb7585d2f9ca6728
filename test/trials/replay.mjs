// Merged changes that made real images smaller: `node test/trials/replay.mjs ROWS MIRRORS` prints, for each whose repository is
// among the mirrors, what ballast says before and after the change, a JSON line each. ROWS is merged.jsonl or another file like it. With
// --table a line for people: which findings about bytes the change took away, what they said it would save, and what was measured.
// With --keep that goes into replayed.jsonl, in the place of what it says of the same changes: docs/trials.md is made of it (report.mjs).
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf, layOut, mirrorsIn } from "./mirrors.mjs";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const [replay, mirrors] = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const asTable = process.argv.includes("--table");
const rowsIn = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const found = new Map([...mirrorsIn(mirrors)].map(({ repository, gitDir }) => [repository, gitDir]));
const kept = [];
for (const change of rowsIn(replay)) {
  const { id, repo, kind, path, commitBefore, commitAfter, beforeMB, afterMB, savedMB } = change;
  const gitDir = found.get(repo);
  if (!gitDir || !/^[0-9a-f]{40}$/.test(commitBefore)) continue;
  try {
    const [before, after] = [commitBefore, commitAfter].map((commit) => looked(gitDir, commit, path));
    const row = { id, repo, kind, path, beforeMB, afterMB, savedMB, before, after };
    kept.push({ id, repo, path, commitBefore, commitAfter, kind, savedMB, source: sourceOf(change), gone: goneIn(row) });
    console.log(asTable ? tableRow(row) : JSON.stringify(row));
  } catch (error) {
    console.error(`${id}: ${String(error).split("\n")[0]}`);
  }
}
if (process.argv.includes("--keep")) {
  const file = fileURLToPath(new URL("replayed.jsonl", import.meta.url));
  const others = (existsSync(file) ? rowsIn(file) : []).filter(({ id }) => !kept.some((row) => row.id === id));
  const all = [...others, ...kept].sort((a, b) => (a.id < b.id ? -1 : 1));
  writeFileSync(file, all.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

/** Where the change and what was measured of it can be read. */
function sourceOf({ source, repo, pr, commitAfter }) {
  if (/^https:/.test(source ?? "")) return source;
  return `https://github.com/${repo}/${Number(pr) > 0 ? `pull/${pr}` : `commit/${commitAfter}`}`;
}

function looked(gitDir, commit, path) {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  try {
    layOut(gitDir, commit, filesOf(gitDir, commit), [path], folder);
    const out = execFileSync("sh", ["-c", `"$@" || [ $? = 1 ]`, "sh", process.execPath, cli, "check", "--format", "json", path], {
      cwd: folder,
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [file] = JSON.parse(out).files;
    return {
      bytes: file.image.bytes,
      findings: file.findings.map(({ rule, savesBytes, savesLowerBound, range }) => ({
        rule,
        line: range.start.line + 1,
        savesBytes,
        savesLowerBound,
      })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `id [kind] gone: rule ≥ 20 MB … · measured 37 MB · still: rule`: rules that found more before than after, and those of the others that weigh. */
function tableRow(row) {
  const { id, kind, savedMB, before, after } = row;
  const gone = goneIn(row);
  const still = rulesOf(before).filter((rule) => !gone.some((g) => g.rule === rule));
  const all = (rules) => rules.map(({ rule, ...amount }) => `${rule} ${said(amount)}`).join(", ") || "-";
  const left = still.map((rule) => ({ rule, ...amountOf(of(before, rule)) }));
  return `${id} [${kind}] gone: ${all(gone)} · measured ${savedMB} MB · still: ${all(left)} · after: ${rulesOf(after).join(", ") || "-"}`;
}

/** The rules about bytes that find less after the change, and what they said of what is gone. */
function goneIn({ before, after }) {
  return (
    rulesOf(before)
      .filter((rule) => of(after, rule).length < of(before, rule).length)
      .map((rule) => ({ rule, ...lessOf(of(before, rule), of(after, rule)) }))
      // Less is shown to nobody.
      .filter(({ bytes, isUnknown }) => bytes >= 100_000 || isUnknown)
  );
}

function rulesOf({ findings }) {
  return [...new Set(findings.filter((f) => f.savesBytes !== undefined).map((f) => f.rule))];
}

function of({ findings }, rule) {
  return findings.filter((f) => f.rule === rule);
}

/** What is no longer said: of two findings that have become one, what the one says still goes. */
function lessOf(before, after) {
  const { isUnknown } = amountOf(without(before, after));
  return { bytes: Math.max(0, amountOf(before).bytes - amountOf(after).bytes), isUnknown };
}

/** Those that are no longer there. */
function without(before, after) {
  const left = after.map((f) => f.savesBytes);
  return before.filter((f) => {
    const at = left.indexOf(f.savesBytes);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function amountOf(findings) {
  return {
    bytes: findings.reduce((sum, f) => sum + (f.savesBytes ?? 0), 0),
    isUnknown: findings.some((f) => f.savesBytes === null || f.savesLowerBound),
  };
}

function said({ bytes, isUnknown }) {
  return bytes === 0 && isUnknown ? "?" : `${isUnknown ? "≥ " : ""}${(bytes / 1e6).toFixed(1)} MB`;
}

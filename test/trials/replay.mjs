// Merged changes that made real images smaller: `node test/trials/replay.mjs REPLAY MIRRORS` prints, for each whose repository is
// among the mirrors, what ballast says before and after the change, a JSON line each. With --table a line for people: which findings
// about bytes the change took away, what they said it would save, and what was measured.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf, layOut, mirrorsIn } from "./mirrors.mjs";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const [replay, mirrors] = process.argv.slice(2).filter((arg) => arg !== "--table");
const asTable = process.argv.includes("--table");
const found = new Map([...mirrorsIn(mirrors)].map(({ repository, gitDir }) => [repository, gitDir]));
for (const line of readFileSync(replay, "utf8").split("\n").filter(Boolean)) {
  const { id, repo, kind, path, commitBefore, commitAfter, beforeMB, afterMB, savedMB } = JSON.parse(line);
  const gitDir = found.get(repo);
  if (!gitDir || !/^[0-9a-f]{40}$/.test(commitBefore)) continue;
  try {
    const [before, after] = [commitBefore, commitAfter].map((commit) => looked(gitDir, commit, path));
    const row = { id, repo, kind, path, beforeMB, afterMB, savedMB, before, after };
    console.log(asTable ? tableRow(row) : JSON.stringify(row));
  } catch (error) {
    console.error(`${id}: ${String(error).split("\n")[0]}`);
  }
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
function tableRow({ id, kind, savedMB, before, after }) {
  const rules = [...new Set(before.findings.filter((f) => f.savesBytes !== undefined).map((f) => f.rule))];
  const of = ({ findings }, rule) => findings.filter((f) => f.rule === rule);
  const isGone = (rule) => of(after, rule).length < of(before, rule).length;
  const gone = rules.filter(isGone).map((rule) => `${rule} ${said(of(before, rule), of(after, rule))}`);
  const still = rules.filter((rule) => !isGone(rule)).map((rule) => `${rule} ${said(of(before, rule), [])}`);
  return `${id} [${kind}] gone: ${gone.join(", ") || "-"} · measured ${savedMB} MB · still: ${still.join(", ") || "-"}`;
}

/** The bytes of those that are no longer there. */
function said(before, after) {
  const left = after.map((f) => f.savesBytes);
  const gone = before.filter((f) => {
    const at = left.indexOf(f.savesBytes);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const bytes = gone.reduce((sum, f) => sum + (f.savesBytes ?? 0), 0);
  const isUnknown = gone.some((f) => f.savesBytes === null || f.savesLowerBound);
  return bytes === 0 && isUnknown ? "?" : `${isUnknown ? "≥ " : ""}${(bytes / 1e6).toFixed(1)} MB`;
}

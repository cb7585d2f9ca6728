// Merged changes that made real images smaller: `node test/trials/replay.mjs REPLAY MIRRORS` prints, for each whose repository is
// among the mirrors, what ballast says before and after the change, a JSON line each.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf, layOut, mirrorsIn } from "./mirrors.mjs";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const [replay, mirrors] = process.argv.slice(2);
const found = new Map([...mirrorsIn(mirrors)].map(({ repository, gitDir }) => [repository, gitDir]));
for (const line of readFileSync(replay, "utf8").split("\n").filter(Boolean)) {
  const { id, repo, kind, path, commitBefore, commitAfter, beforeMB, afterMB, savedMB } = JSON.parse(line);
  const gitDir = found.get(repo);
  if (!gitDir || !/^[0-9a-f]{40}$/.test(commitBefore)) continue;
  try {
    const [before, after] = [commitBefore, commitAfter].map((commit) => looked(gitDir, commit, path));
    console.log(JSON.stringify({ id, repo, kind, path, beforeMB, afterMB, savedMB, before, after }));
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

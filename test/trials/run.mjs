// Trials on Dockerfiles that we did not write: `node test/trials/run.mjs MIRRORS [OUT] [--most N] [--only PATTERN] [--findings] [--keep]`.
// MIRRORS holds bare git mirrors. Each one's newest commit is laid out in a temporary folder, so that every Dockerfile has its real
// build context; `ballast check` runs over all of them. Writes OUT/findings.jsonl, a line for each finding, OUT/files.jsonl, a line
// for each Dockerfile, and OUT/problems.jsonl: what must never happen on any file; with --findings no fix is applied. Nothing of it is committed but, with --keep, the
// counts, in run.json: docs/trials.md is made of them and of the verdicts (report.mjs).
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import { problemsOf, withEdits } from "./contract.mjs";
import { dockerfilesOf, filesOf, git, layOut, mirrorsIn, spread } from "./mirrors.mjs";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const { values, positionals } = parseArgs({
  options: {
    most: { type: "string", default: "150" },
    only: { type: "string", default: "" },
    findings: { type: "boolean" },
    keep: { type: "boolean" },
  },
  allowPositionals: true,
});
const [mirrors, out = "out/trials"] = positionals;
if (mirrors === undefined) throw new Error("usage: run.mjs MIRRORS [OUT] [--most N] [--only PATTERN] [--findings] [--keep]");
mkdirSync(out, { recursive: true });
const writers = Object.fromEntries(["findings", "files", "problems"].map((name) => [name, createWriteStream(join(out, `${name}.jsonl`))]));
const tell = (name, row) => writers[name].write(`${JSON.stringify(row)}\n`);
const counts = { repositories: 0, files: 0, findings: 0, problems: 0 };
const rules = {};

for (const { repository, gitDir } of mirrorsIn(resolve(mirrors))) {
  if (!repository.includes(values.only)) continue;
  try {
    await tryRepository(repository, gitDir);
  } catch (error) {
    console.error(`${repository}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  }
}
for (const writer of Object.values(writers)) await new Promise((done) => writer.end(done));
if (values.keep) {
  const sorted = Object.fromEntries(Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(new URL("run.json", import.meta.url), `${JSON.stringify({ ...counts, rules: sorted }, undefined, 2)}\n`);
}
console.log(`${counts.files} Dockerfiles of ${counts.repositories} repositories, ${counts.findings} findings, ${counts.problems} problems`);

async function tryRepository(repository, gitDir) {
  const commit = git(gitDir, "rev-parse", "HEAD").toString("utf8").trim();
  const files = filesOf(gitDir, commit);
  const paths = spread(dockerfilesOf(files), Number(values.most));
  if (paths.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), "trial-"));
  try {
    layOut(gitDir, commit, files, paths, folder);
    const texts = new Map(paths.map((path) => [path, readText(folder, path)]));
    const reports = await check(folder, paths);
    counts.repositories++;
    for (const { report, milliseconds } of reports) {
      const path = report.file;
      const text = texts.get(path) ?? "";
      const where = { repository, commit, path };
      counts.files++;
      tell("files", { ...where, milliseconds, lines: text.split("\n").length, ...(report.image && { bytes: report.image.bytes }) });
      for (const finding of report.findings ?? []) {
        counts.findings++;
        rules[finding.rule] = (rules[finding.rule] ?? 0) + 1;
        tell("findings", { ...where, ...rowOf(finding, text) });
      }
      for (const problem of [...problemsOf(report), ...(milliseconds > 2000 ? [`took ${milliseconds} ms`] : [])])
        tellProblem(where, problem);
    }
    if (!values.findings) await mendTwice(folder, paths, texts, { repository, commit });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tellProblem(where, problem) {
  counts.problems++;
  tell("problems", { ...where, problem });
}

function readText(folder, path) {
  return readFileSync(join(folder, path), "utf8").replace(/^\uFEFF/, "");
}

function rowOf({ rule, range, message, savesBytes, savesLowerBound, fixes }, text) {
  const [fix] = fixes;
  const diff =
    fix && createTwoFilesPatch("a", "b", text, withEdits(text, fix.edits), "", "", { context: 1 }).split("\n").slice(4).join("\n");
  return {
    line: range.start.line + 1,
    rule,
    message,
    ...(savesBytes !== undefined && { savesBytes, savesLowerBound }),
    ...(fix && { title: fix.title, safety: fix.safety, diff, creates: fix.creates }),
    marked: text
      .split("\n")
      [range.start.line]?.slice(range.start.character, range.end.line === range.start.line ? range.end.character : undefined),
  };
}

/** Safe fixes, applied to the end, leave nothing for a second time, and no instruction more. */
async function mendTwice(folder, paths, before, where) {
  await check(folder, paths, "--fix");
  const once = new Map(paths.map((path) => [path, readText(folder, path)]));
  const again = await check(folder, paths, "--fix");
  for (const { report } of again) {
    const path = report.file;
    const text = readText(folder, path);
    if (report.error) tellProblem({ ...where, path }, `after its fixes: ${report.error}`);
    if (text !== once.get(path)) tellProblem({ ...where, path }, "a second fix-all changes it again");
    const safe = (report.findings ?? []).filter(({ fixes }) => fixes.some((fix) => fix.safety === "safe"));
    for (const { rule } of safe) tellProblem({ ...where, path }, `a safe fix of ${rule} is left`);
    for (const problem of problemsOf(report)) tellProblem({ ...where, path }, `after its fixes: ${problem}`);
    const [was, is] = [instructionsIn(before.get(path) ?? ""), instructionsIn(text)];
    if (is > was) tellProblem({ ...where, path }, `its fixes make ${is} instructions of ${was}`);
  }
}

/** Good enough to compare a text with itself: lines that begin an instruction, outside of heredocs. */
function instructionsIn(text) {
  let continued = false;
  let count = 0;
  const ends = [];
  const escape = /^#\s*escape\s*=\s*`/im.test(text) ? "`" : "\\";
  for (const line of text.split(/\r?\n/)) {
    const bare = line.trim();
    if (ends.length > 0) {
      if (bare === ends[0]) ends.shift();
      continue;
    }
    if (bare === "" || bare.startsWith("#")) continue;
    if (continued || /^(?:RUN|COPY|ADD)\b/i.test(bare))
      ends.push(...Array.from(bare.matchAll(/<<-?(["']?)([A-Za-z_]\w*)\1/g), (m) => m[2]));
    if (!continued && /^[A-Za-z]+\b/.test(bare)) count++;
    continued = bare.endsWith(escape);
  }
  return count;
}

/** A report for each path, in order, with the time between it and the one before. */
async function check(folder, paths, ...options) {
  const reports = [];
  for (let at = 0; at < paths.length; at += 200) {
    const part = paths.slice(at, at + 200);
    const child = spawn(process.execPath, [cli, "check", "--format", "ndjson", ...options, "--", ...part], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    const ended = new Promise((done) => child.on("close", done));
    let last = performance.now();
    for await (const line of createInterface({ input: child.stdout })) {
      const now = performance.now();
      reports.push({ report: JSON.parse(line), milliseconds: Math.round(now - last) });
      last = now;
    }
    const code = await ended;
    if (code !== 0 && code !== 1 && reports.length === 0) throw new Error(`ballast ended with ${code}: ${errors.slice(0, 500)}`);
  }
  return reports;
}

// What Ballast says of the same Dockerfiles: the command line as a user has it, `check --format json`, many files in one call.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeContext } from "./context.mjs";

/** BALLAST_CLI: another build of the same command line, an installed package say. */
export const cli = process.env.BALLAST_CLI || fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** Predictions in the order of the cases: { layers: [{ instruction, bytes, lowerBound, basis }], file } or { error }. */
export function predict(cases) {
  const root = mkdtempSync(join(tmpdir(), "ballast-predict-"));
  try {
    const results = new Map();
    const paths = cases.map((one, i) => {
      const folder = join(root, String(i));
      makeContext(folder, one.recipe);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "Dockerfile"), one.dockerfile);
      return join(folder, "Dockerfile");
    });
    for (const group of groups(cases, paths)) {
      const { options, files } = group;
      const done = spawnSync(process.execPath, [cli, "check", "--format", "json", "--min-saving", "0", ...options, ...files], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      if (done.status === null || done.status > 2 || !done.stdout.trim())
        throw new Error(`ballast check failed (${done.status}):\n${done.stderr}`);
      const report = JSON.parse(done.stdout);
      for (const file of report.files) results.set(file.file, { layers: targetLayers(file.image), file });
      for (const error of report.errors ?? []) results.set(error.file, { error: error.message });
    }
    return paths.map(
      (path) =>
        results.get(path) ?? [...results].find(([file]) => path.endsWith(file) || file.endsWith(path))?.[1] ?? { error: "no answer" },
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** One call for all files with the same options; almost always one call in all. */
function groups(cases, paths) {
  const byOptions = new Map();
  cases.forEach((one, i) => {
    const options = [...one.buildArgs.flatMap((arg) => ["--build-arg", arg]), ...(one.target ? ["--target", one.target] : [])];
    const key = JSON.stringify(options);
    if (!byOptions.has(key)) byOptions.set(key, { options, files: [] });
    byOptions.get(key).files.push(paths[i]);
  });
  return byOptions.values();
}

/** The layers of the target image above its base, oldest first: those of the stages it inherits from, then its own. */
export function targetLayers(image) {
  const above = (stage) => [
    ...(stage.baseStage === null ? [] : above(image.stages[stage.baseStage])),
    ...stage.layers.filter((layer) => layer.instruction !== "FROM"),
  ];
  return above(image.stages[image.target ?? image.stages.length - 1]);
}

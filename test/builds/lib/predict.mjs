// What Ballast says of the same Dockerfiles: the command line as a user has it, `check --format json`, many files in one call.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeContext } from "./context.mjs";
import { Missing } from "./tools.mjs";

/** BALLAST_CLI: another build of the same command line, an installed package say. */
const cli = process.env.BALLAST_CLI || fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** The command line, run to its end. */
export const ballast = (args, options = {}) => spawnSync(process.execPath, [cli, ...args], { encoding: "utf8", ...options });

export function needsBuild() {
  if (!existsSync(cli)) throw new Missing(`${cli} is not there: npm run build first`);
}

/** Predictions in the order of the cases: { layers: [{ instruction, bytes, lowerBound, basis }], file } or { error }. */
export function predict(cases) {
  return onDisk(cases, (paths) => {
    const results = new Map();
    for (const report of check(cases, paths, ["--min-saving", "0"])) {
      for (const file of report.files) results.set(file.file, { layers: targetLayers(file.image), file });
      for (const error of report.errors) results.set(error.file, { error: error.message });
    }
    return paths.map((path) => results.get(path) ?? { error: "no answer" });
  });
}

/** The texts that `check --fix` leaves, in the order of the cases. */
export function allSafeFixes(cases) {
  return onDisk(cases, (paths) => {
    check(cases, paths, ["--min-saving", "0", "--fix"]);
    return paths.map((path) => readFileSync(path, "utf8"));
  });
}

/** Each case in a folder of its own, with its context; `body` gets the paths of the Dockerfiles. */
function onDisk(cases, body) {
  const root = mkdtempSync(join(tmpdir(), "ballast-predict-"));
  try {
    return body(
      cases.map((one, i) => {
        const folder = join(root, String(i));
        makeContext(folder, one.recipe);
        writeFileSync(join(folder, "Dockerfile"), one.dockerfile);
        return join(folder, "Dockerfile");
      }),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The reports of `ballast check`, one for each set of options. */
function check(cases, paths, flags) {
  return [...groups(cases, paths)].map(({ options, files }) => {
    const done = ballast(["check", "--format", "json", ...flags, ...options, ...files], { maxBuffer: 1 << 28 });
    if (done.status === null || done.status > 2 || !done.stdout.trim())
      throw new Error(`ballast check failed (${done.status}):\n${done.stderr}`);
    return JSON.parse(done.stdout);
  });
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

/** What the images weigh that the target stands on. */
export const baseBytes = (image) =>
  image.stages
    .filter((stage) => stage.ships)
    .flatMap((stage) => stage.layers)
    .filter((layer) => layer.instruction === "FROM")
    .reduce((sum, layer) => sum + layer.bytes, 0);

/** The layers of the target image above its base, oldest first: those of the stages it inherits from, then its own. */
export function targetLayers(image) {
  const above = (stage) => [
    ...(stage.baseStage === null ? [] : above(image.stages[stage.baseStage])),
    ...stage.layers.filter((layer) => layer.instruction !== "FROM"),
  ];
  return above(image.stages[image.target ?? image.stages.length - 1]);
}

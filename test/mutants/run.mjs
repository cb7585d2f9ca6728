// Breaks the model on purpose and fails if the unit tests stay green: `npm run test:mutants`.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { mutants } from "./mutants.mjs";

const outdir = "out/mutants";
const source = "server/src";
/** Those that ask the model; the others would only cost time. */
const suites = ["model", "fixtures", "merge-runs", "robust", "context"].map((name) => `test/unit/${name}.test.ts`);
const entryPoints = suites.filter((file) => readdirSync("test/unit").includes(file.slice("test/unit/".length)));

/** The suites with one file of the source changed, and whether they pass. */
async function passes(mutant) {
  rmSync(outdir, { recursive: true, force: true });
  const plugin = {
    name: "mutant",
    setup(b) {
      if (!mutant) return;
      b.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.replaceAll("\\", "/").endsWith(`${source}/${mutant.file}`)) return undefined;
        const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
        return { contents: text.replace(mutant.find, () => mutant.replace), loader: "ts" };
      });
    },
  };
  await build({
    entryPoints,
    bundle: true,
    platform: "node",
    format: "cjs",
    outdir,
    plugins: [plugin],
    external: ["mocha", "esbuild"],
    logLevel: "error",
  });
  const mocha = spawnSync(process.execPath, ["node_modules/mocha/bin/mocha.js", "--bail", "--timeout", "60000", `${outdir}/*.test.js`], {
    encoding: "utf8",
    env: { ...process.env, SEED: "1", CI: "" },
  });
  return { ok: mocha.status === 0, output: mocha.stdout + mocha.stderr };
}

let failed = 0;
const clean = await passes(undefined);
if (!clean.ok) {
  console.error(`The tests fail without any mutant:\n${clean.output.slice(clean.output.indexOf(" failing") - 10)}`);
  process.exit(1);
}
for (const mutant of mutants) {
  const text = readFileSync(join(source, mutant.file), "utf8").replaceAll("\r\n", "\n");
  const places = text.split(mutant.find).length - 1;
  const problem =
    places !== 1 ? `its text is there ${places} times in ${mutant.file}` : (await passes(mutant)).ok ? "no test noticed" : undefined;
  if (problem) failed++;
  console.log(`${problem ? "ALIVE" : "dead "}  ${mutant.name}${problem ? `: ${problem}` : ""}`);
}
console.log(`${mutants.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

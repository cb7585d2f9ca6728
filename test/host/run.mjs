// The tests in a real editor: packages the extension, then runs the mocha suite inside the extension host and looks at the workbench.
//   node test/host/run.mjs [--only suite|ui] [--desktop] [--vsix FILE] [--keep] [--update-screenshot]
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { runSuite } from "./host.mjs";
import { installAll, npm, root } from "./install.mjs";
import { runOnDesktop } from "./run-desktop.mjs";
import { takeScreenshot } from "./screenshot.mjs";
import { runUi } from "./ui.mjs";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    desktop: { type: "boolean", default: false },
    vsix: { type: "string" },
    keep: { type: "boolean", default: false },
    "update-screenshot": { type: "boolean", default: false },
  },
});

const out = join(root, "out", "host");
const artifacts = join(root, "artifacts");

/** The workspace that the tests open: the files beside this script, and bytes that would be a waste in git. */
function makeWorkspace() {
  const workspace = join(out, "workspace");
  rmSync(workspace, { recursive: true, force: true });
  cpSync(join(root, "test/host/workspace"), workspace, { recursive: true });
  mkdirSync(join(workspace, "data"));
  writeFileSync(join(workspace, "data", "measurements.bin"), Buffer.alloc(3_000_000, "ballast"));
  return workspace;
}

async function bundleSuite() {
  const entryPoints = [join(root, "test/host/suite/index.ts")];
  // mocha is taken from the repository: the suite is never shipped.
  await build({
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    entryPoints,
    outdir: out,
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return join(out, "index.js");
}

function packageExtension() {
  console.log("Packaging ballast.vsix …");
  npm(["run", "--silent", "package"], root);
  return join(root, "ballast.vsix");
}

/** `npm start -- --once`, as on a fresh clone: it ends well, having reported on the sample. */
function startsOnce() {
  const { status, stdout } = spawnSync(process.execPath, ["examples/start.mjs", "--once"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
  });
  const good = status === 0 && ["tides/Dockerfile", "apt-lists-kept"].every((word) => stdout.includes(word));
  console.log(good ? "  ok   npm start -- --once reports on the sample" : `  FAIL npm start -- --once ended with ${status}:\n${stdout}`);
  return good ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function main() {
  const installed = flags.desktop ? undefined : await installAll();
  if (!installed && !flags.desktop) {
    if (process.env.CI) return { passed: 0, failed: 1 };
    console.log("The tests in a real editor are skipped.");
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const vsix = flags.vsix ? resolve(flags.vsix) : packageExtension();
  const workspace = makeWorkspace();
  const neighbour = join(root, "test/host/neighbour");
  const total = { passed: 0, failed: 0 };
  const add = (outcome) => {
    total.passed += outcome.passed;
    total.failed += outcome.failed;
  };
  rmSync(artifacts, { recursive: true, force: true });
  if (!flags.only && !flags.vsix) add(startsOnce());
  if (flags.desktop) {
    add(await runOnDesktop({ vsix, tests: await bundleSuite(), workspace, neighbour }));
  } else {
    if (flags.only !== "ui") {
      console.log("Inside the extension host:");
      add(await runSuite(installed, { vsix, tests: await bundleSuite(), workspace, neighbour, artifacts, keep: flags.keep }));
    }
    if (flags.only !== "suite") {
      console.log("In the workbench:");
      add(await runUi(installed, { vsix, workspace, artifacts, keep: flags.keep }));
    }
    if (flags["update-screenshot"] && total.failed === 0) await takeScreenshot(installed, { vsix, to: join(root, "docs/screenshot.png") });
  }
  return total;
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130)); // with its editor: world.mjs

const { passed, failed, skipped } = await main().catch((error) => {
  console.error(error);
  return { passed: 0, failed: 1 };
});
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 && (passed > 0 || skipped) ? 0 : 1);

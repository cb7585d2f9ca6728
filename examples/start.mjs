// npm start: builds Ballast, prints its report on the sample project, and opens that in an editor with Ballast loaded.
//   npm start -- --once       ends after the report
// Ends with Ctrl+C. What is edited is a copy, thrown away at the end.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { installEditor, npm, root } from "../test/host/install.mjs";
import { makeWorld, startServer, stopWorld } from "../test/host/world.mjs";

const vsix = join(root, "ballast.vsix");
const windows = process.platform === "win32";
process.chdir(root);

const dir = mkdtempSync(join(tmpdir(), "ballast-"));
const sample = join(dir, "tides");
process.once("exit", () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));

/** The sample as somebody has it who works on it: a folder of its own, with a history. */
function copySample() {
  cpSync(join("examples", "tides"), sample, { recursive: true });
  // Started from a hook of git, its variables would name our own repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([variable]) => !variable.startsWith("GIT_")));
  const git = (...args) => spawnSync("git", args, { cwd: sample, env });
  git("init", "-q");
  git("add", ".");
  git("-c", "user.name=Ballast", "-c", "user.email=ballast@localhost", "-c", "commit.gpgSign=false", "commit", "-qm", "Tide tables");
}

async function start() {
  if (!existsSync("node_modules")) npm(["ci"], root);
  npm(["run", "--silent", "build"], root);

  copySample();
  console.log("\nballast check tides\n");
  const { status } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), "check", "tides"], { cwd: dir, stdio: "inherit" });
  if (status !== 0 && status !== 1) throw new Error(`ballast check ended with ${status}`); // 1: it found something, as it should
  if (process.argv.includes("--once")) return;

  npm(["run", "--silent", "package"], root);
  const name = windows ? "code.cmd" : "code";
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (!found || !openDesktop(found)) await openInBrowser();
}

/** In a profile of its own, so that nothing of the user's VS Code is changed. False where that does not work. */
function openDesktop(command) {
  const profile = ["--user-data-dir", join(dir, "user"), "--extensions-dir", join(dir, "ext")];
  const run = (...args) => spawnSync(command, [...profile, ...args], { stdio: ["ignore", "ignore", "inherit"], shell: windows });
  if (run("--install-extension", vsix, "--force").status !== 0) return false;
  console.log("Opening the sample in VS Code; close its window or press Ctrl+C to end.");
  const child = spawn(command, [...profile, "--disable-workspace-trust", "--new-window", "--wait", sample, join(sample, "Dockerfile")], {
    stdio: "inherit",
    shell: windows,
  });
  child.once("exit", (ended) => process.exit(ended ?? 0));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill());
  return true;
}

async function openInBrowser() {
  const world = makeWorld(installEditor(), { workspace: sample, vsix });
  let stopping;
  const stop = (exitCode) => {
    stopping ??= stopWorld(world).then(() => process.exit(exitCode));
    return stopping;
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop(0));
  await startServer(world, { driven: false }).catch(async (error) => {
    await stopWorld(world);
    throw error;
  });
  const dockerfile = `vscode-remote://${world.authority}${join(world.workspace, "Dockerfile")}`;
  const query = new URLSearchParams({ folder: world.workspace, payload: JSON.stringify([["openFile", dockerfile]]) });
  console.log(`\nThe sample is open in VS Code at\n\n  http://${world.authority}/?${query}\n\nPress Ctrl+C to end.`);
  world.child.once("exit", (ended) => void stop(ended ?? 1));
}

await start().catch((error) => {
  console.error(error.message);
  process.exit(1);
});

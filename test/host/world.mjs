// A throw-away editor: its own user data, extensions and workspace, all in one temporary folder, and a browser to look at it.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

// A workbench without surprises: nothing that pops up, moves, looks for updates or for a gallery.
const quiet = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.reduceMotion": "on",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "telemetry.telemetryLevel": "off",
  "security.workspace.trust.enabled": false,
  "git.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "editor.accessibilitySupport": "off",
  "files.simpleDialog.enable": true,
};

/** `workspace` is copied; `vsix`, if any, installed. Nothing outside the world's folder is written. */
export function makeWorld(editor, { workspace, vsix, settings = {} }) {
  const dir = mkdtempSync(join(tmpdir(), "ballast-")); // short: a socket's path may have 107 bytes
  const at = (name) => join(dir, name);
  const world = {
    editor,
    dir,
    workspace: at(basename(workspace)),
    userData: at("user"),
    extensions: at("ext"),
    log: at("server.log"),
    child: undefined,
  };
  mkdirSync(join(world.userData, "User"), { recursive: true });
  mkdirSync(world.extensions);
  mkdirSync(at("tmp"), { mode: 0o700 });
  cpSync(workspace, world.workspace, { recursive: true });
  writeFileSync(join(world.userData, "User", "settings.json"), JSON.stringify({ ...quiet, ...settings }));
  world.env = {
    ...process.env,
    ...{
      HOME: dir,
      TMPDIR: at("tmp"),
      XDG_RUNTIME_DIR: at("tmp"),
      XDG_CONFIG_HOME: at("config"),
      XDG_DATA_HOME: at("data"),
      XDG_CACHE_HOME: at("cache"),
    },
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "" }),
  };
  delete world.env.VSCODE_IPC_HOOK_CLI; // set in VS Code's terminal: the files would open in that window
  world.flags = ["--config", at("config.yaml"), "--user-data-dir", world.userData, "--extensions-dir", world.extensions];
  if (vsix) {
    const args = [editor.entry, ...world.flags, "--install-extension", vsix, "--force"];
    const { status, stdout, stderr } = spawnSync(editor.node, args, { env: world.env, encoding: "utf8" });
    if (status !== 0) {
      rmSync(dir, { recursive: true, force: true });
      throw new Error(`${vsix} could not be installed (${status}):\n${stdout}\n${stderr}`);
    }
  }
  return world;
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the world's code-server and waits until it answers. `driven`: by a browser of ours, and not by a person. */
export async function startServer(world, { driven = true } = {}) {
  world.authority = `127.0.0.1:${await freePort()}`;
  const out = openSync(world.log, "w");
  const options = [
    "--auth",
    "none",
    "--bind-addr",
    world.authority,
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
  ];
  options.push("--disable-getting-started-override", "--disable-proxy");
  // Without the smoke test driver a built workbench takes no extension to develop and no tests from its address.
  if (driven) options.push("--vscode-option", "enable-smoke-test-driver");
  // A process group of its own, so that what it starts ends with it.
  const child = spawn(world.editor.node, [world.editor.entry, ...world.flags, ...options], {
    env: world.env,
    stdio: ["ignore", out, out],
    detached: true,
  });
  world.child = child;
  process.once("exit", () => endGroup(child, "SIGKILL"));
  const ended = new Promise((_, reject) => {
    child.once("exit", (code) => reject(new Error(`code-server ended (${code}): ${world.log}`)));
  });
  ended.catch(() => {});
  await Promise.race([until(() => answers(`http://${world.authority}/healthz`)), ended, deadline(60_000, "code-server did not answer")]);
}

const answers = (url) =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/** Asks until the answer is yes. */
export async function until(ask, every = 50) {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, every));
}

export const deadline = (ms, what) =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${ms / 1000} s`)), ms).unref();
  });

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

export async function stopWorld(world, keep = false) {
  const { child } = world;
  if (child && child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    endGroup(child, "SIGTERM");
    await Promise.race([ended, deadline(5000, "code-server did not end").catch(() => {})]);
    endGroup(child, "SIGKILL");
  }
  if (keep) console.log(`Kept: ${world.dir}`);
  else rmSync(world.dir, { recursive: true, force: true, maxRetries: 5 });
}

export async function launchBrowser(executablePath, { width = 1400, height = 900, scale = 1 } = {}) {
  const { chromium } = await import("playwright-core");
  // Chromium's sandbox does not start for root, nor in most containers; the only page it opens is our own.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
  // Webviews are served by a service worker.
  const look = { viewport: { width, height }, deviceScaleFactor: scale, locale: "en-US", reducedMotion: "reduce", serviceWorkers: "allow" };
  const context = await browser.newContext(look);
  return { browser, page: await context.newPage() };
}

/** The address of a workbench. `open`: a file; `develop`: a folder with an extension; `tests`: the suite it runs. */
export function workbenchUrl(world, { open, develop, tests } = {}) {
  const remote = (path) => `vscode-remote://${world.authority}${path}`;
  const payload = [["skipWelcome", "true"]];
  if (open) payload.push(["openFile", remote(open)]);
  if (develop) payload.push(["extensionDevelopmentPath", remote(develop)]);
  if (tests) payload.push(["extensionTestsPath", remote(tests)]);
  return `http://${world.authority}/?${new URLSearchParams({ folder: world.workspace, payload: JSON.stringify(payload) })}`;
}

/** What helps after a failure: a picture, the editor's logs, the page's console. */
export async function saveTraces(world, page, dir, log) {
  mkdirSync(dir, { recursive: true });
  await page?.screenshot({ path: join(dir, "failure.png") }).catch(() => {});
  if (existsSync(world.log)) cpSync(world.log, join(dir, "server.log"));
  const logs = join(world.userData, "logs");
  if (existsSync(logs)) cpSync(logs, join(dir, "logs"), { recursive: true });
  writeFileSync(join(dir, "console.log"), log.join("\n"));
  console.error(`Traces of the failure: ${dir}`);
}

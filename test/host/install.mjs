// Installs what the tests in a real editor need, into the git-ignored .cache/: code-server (VS Code's own workbench with a real
// extension host), the Node it wants, and a Chromium where the machine has none. A second call returns at once.
//   node test/host/install.mjs
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { installChromium } from "./chromium.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const cache = resolve(process.env.BALLAST_CACHE ?? join(root, ".cache"));

// Not in devDependencies: code-server refuses every Node but 24, and nobody who only builds Ballast needs half a gigabyte.
const nodePackage = `node-${process.platform}-${process.arch}`;
const versions = { "code-server": "4.139.1", [nodePackage]: "24.21.0" };

// No test uses these; without them it is a third smaller and starts with less noise.
const unused = ["node_modules/@github", "node_modules/@microsoft/mxc-sdk", "extensions/copilot", "extensions/mermaid-markdown-features"];

const at = join(cache, "editor", "node_modules");
const editor = {
  node: join(at, nodePackage, "bin", "node"),
  nodeHome: join(at, nodePackage),
  entry: join(at, "code-server", "out", "node", "entry.js"),
  vscode: join(at, "code-server", "lib", "vscode"),
};

/** Runs npm free of what an outer `npm run` put into the environment; where packages come from is kept. */
export function npm(args, cwd, env = {}) {
  const clean = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || /registry|cafile|proxy|cache$/i.test(name));
  const shell = process.platform === "win32"; // npm is a .cmd there
  const { status, signal } = spawnSync("npm", args, { cwd, env: { ...Object.fromEntries(clean), ...env }, stdio: ["ignore", 2, 2], shell });
  if (status !== 0) throw new Error(`npm ${args.slice(0, 2).join(" ")} failed in ${cwd} (${status ?? signal})`);
}

/** The paths of an installed code-server. Throws where it cannot be installed. */
export function installEditor() {
  const stamp = join(cache, "editor.json");
  const wanted = JSON.stringify(versions);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(editor.node)) return editor;

  console.log(
    `Installing ${Object.entries(versions)
      .map((v) => v.join(" "))
      .join(" and ")} into ${join(cache, "editor")} (about a minute, once) …`,
  );
  rmSync(stamp, { force: true });
  rmSync(join(cache, "editor"), { recursive: true, force: true });
  mkdirSync(join(cache, "editor"), { recursive: true });
  writeFileSync(join(cache, "editor", "package.json"), JSON.stringify({ private: true, dependencies: versions }));
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  // Without their scripts: code-server's would build a dozen native modules, and nearly all are only for its terminal and sign-in.
  npm(["install", "--ignore-scripts", "--omit=dev", ...quiet], join(cache, "editor"));
  npm(["install", "--ignore-scripts", "--omit=dev", ...quiet], editor.vscode);
  try {
    // What its log files need, built with the headers that come with the private Node (node-gyp would want to download them).
    const env = { PATH: `${dirname(editor.node)}:${process.env.PATH}`, npm_config_nodedir: editor.nodeHome };
    npm(["rebuild", "@vscode/spdlog", "@vscode/native-watchdog", ...quiet], editor.vscode, env);
  } catch (error) {
    console.warn(`${error.message}\nGoing on without VS Code's log files; with g++, make and python3 they would be there.`);
  }
  for (const part of unused) rmSync(join(editor.vscode, part), { recursive: true, force: true });
  writeFileSync(stamp, wanted); // last, so that an interrupted install is done again
  return editor;
}

/** Both, or undefined with a word on what is missing. */
export async function installAll() {
  try {
    return { ...installEditor(), chromium: await installChromium(cache, npm) };
  } catch (error) {
    console.error(`No editor to test in: ${error.message}`);
    console.error(
      `To get one: reach the npm registry, have Chromium on the machine (or its path in BALLAST_CHROMIUM), and run "node test/host/install.mjs".`,
    );
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const from = Date.now();
  const installed = await installAll();
  if (installed) console.log(`Ready in ${((Date.now() - from) / 1000).toFixed(1)} s: ${installed.entry}, ${installed.chromium}`);
  process.exit(installed ? 0 : 1);
}

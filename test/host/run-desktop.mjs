// The same suite in a VS Code for the desktop, which @vscode/test-electron downloads: npm run test:host -- --desktop
// On a Linux without a display: xvfb-run -a npm run test:host -- --desktop
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printResults } from "./host.mjs";

/** Resolves with what passed and failed; never rejects. */
export async function runOnDesktop({ vsix, tests, workspace, neighbour, version = process.env.BALLAST_VSCODE ?? "stable" }) {
  const dir = mkdtempSync(join(tmpdir(), "ballast-"));
  const outcome = { passed: 0, failed: 0 };
  try {
    const { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } = await import("@vscode/test-electron");
    const vscodeExecutablePath = await downloadAndUnzipVSCode({ version, cachePath: join(dir, "..", "ballast-vscode") });
    const [extensions, report, work] = [join(dir, "ext"), join(dir, "report.json"), join(dir, "work")];
    cpSync(workspace, work, { recursive: true });
    const profile = ["--extensions-dir", extensions, "--user-data-dir", join(dir, "user")];
    const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(vscodeExecutablePath, { reuseMachineInstall: true });
    const install = spawnSync(cli, [...args, ...profile, "--install-extension", vsix, "--force"], {
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    if (install.status !== 0) throw new Error(`${vsix} could not be installed`);
    const code = await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: neighbour,
      extensionTestsPath: tests,
      extensionTestsEnv: { BALLAST_REPORT: report, BALLAST_EXTENSIONS: extensions, BALLAST_VSIX: vsix },
      launchArgs: [work, ...profile, "--disable-workspace-trust", "--skip-welcome", "--skip-release-notes"],
    }).catch((error) => {
      if (!existsSync(report)) throw error; // else the report says more
      return 1;
    });
    const { results } = JSON.parse(readFileSync(report, "utf8"));
    printResults(results);
    outcome.passed = results.filter(({ state }) => state === "passed").length;
    outcome.failed = results.filter(({ state }) => state === "failed").length;
    if (outcome.failed === 0 && code !== 0) throw new Error(`VS Code ended with ${code}`);
    if (outcome.passed === 0) throw new Error("no test ran");
  } catch (error) {
    console.log(`  FAIL the suite on the desktop: ${error.message}`);
    outcome.failed ||= 1;
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
  return outcome;
}

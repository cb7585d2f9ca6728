// The mocha suite inside the extension host of a code-server, from the installed .vsix.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deadline, launchBrowser, makeWorld, saveTraces, startServer, stopWorld, workbenchUrl } from "./world.mjs";

/** Resolves with what passed and failed; never rejects. `neighbour`: the extension in whose development window the suite runs. */
export async function runSuite(installed, { vsix, tests, workspace, neighbour, artifacts, timeout = 180_000, keep = false }) {
  const outcome = { passed: 0, failed: 0 };
  const log = [];
  let world;
  let seen;
  try {
    world = makeWorld(installed, { workspace, vsix });
    const report = join(world.dir, "report.json");
    Object.assign(world.env, { BALLAST_REPORT: report, BALLAST_EXTENSIONS: world.extensions, BALLAST_VSIX: vsix });
    [seen] = await Promise.all([launchBrowser(installed.chromium), startServer(world)]);
    const { page } = seen;
    // The names under which VS Code's workbench tells a browser that drives it.
    const ended = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
    await page.exposeFunction("codeAutomationLog", (kind, parts) => void log.push(`${kind}: ${parts.map(String).join(" ")}`));
    await page.goto(workbenchUrl(world, { develop: neighbour, tests }), { waitUntil: "domcontentloaded" });
    const code = await Promise.race([ended, deadline(timeout, "the suite did not end")]);
    if (!existsSync(report)) throw new Error("the suite left no report");
    const { results } = JSON.parse(readFileSync(report, "utf8"));
    printResults(results);
    outcome.passed = results.filter(({ state }) => state === "passed").length;
    outcome.failed = results.filter(({ state }) => state === "failed").length;
    // The two ways in which the result comes back must agree.
    if (outcome.failed === 0 && code !== 0) throw new Error(`the extension host ended with ${code}`);
    if (outcome.passed === 0) throw new Error("no test ran");
  } catch (error) {
    console.log(`  FAIL the editor's suite: ${error.message}`);
    outcome.failed ||= 1;
  } finally {
    if (world && outcome.failed > 0) await saveTraces(world, seen?.page, join(artifacts, "host-failure"), log);
    await seen?.browser.close().catch(() => {});
    if (world) await stopWorld(world, keep);
  }
  return outcome;
}

export function printResults(results) {
  const words = { passed: "ok  ", failed: "FAIL", pending: "skip" };
  for (const { title, state, error } of results) {
    console.log(`  ${words[state]} ${title}`);
    if (error)
      console.log(
        error
          .split("\n")
          .slice(0, 12)
          .map((line) => `       ${line}`)
          .join("\n"),
      );
  }
}

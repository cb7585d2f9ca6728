// The picture in the README: the sample project in the workbench, with the layer preview beside it.
import { join } from "node:path";
import { root } from "./install.mjs";
import { launchBrowser, makeWorld, startServer, stopWorld, workbenchUrl } from "./world.mjs";

const settings = {
  "breadcrumbs.enabled": false,
  "editor.fontSize": 14,
  "editor.lightbulb.enabled": "off",
  "editor.scrollbar.vertical": "hidden",
  "workbench.activityBar.location": "hidden",
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
};

export async function takeScreenshot(installed, { vsix, to }) {
  const world = makeWorld(installed, { workspace: join(root, "examples/tides"), vsix, settings });
  const seen = await launchBrowser(installed.chromium, { width: 1500, height: 800, scale: 1.5 });
  try {
    await startServer(world);
    const { page } = seen;
    await page.goto(workbenchUrl(world, { open: join(world.workspace, "Dockerfile") }), { waitUntil: "domcontentloaded" });
    const editor = page.locator(".editor-instance:has(.view-line)").first();
    await editor.locator(".squiggly-warning").first().waitFor();
    await page.keyboard.press("Control+b"); // the side bar goes
    await page.locator(".explorer-viewlet").waitFor({ state: "hidden" });
    await editor
      .locator(".codelens-decoration a", { hasText: /layers/i })
      .first()
      .click();
    const preview = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
    await preview.locator("button.layer").first().waitFor();
    await editor.locator(".view-line", { hasText: "COPY . ." }).getByText("kB").waitFor();
    await preview.locator("button.layer", { hasText: "COPY . ." }).getByText("kB").waitFor();
    await page.mouse.move(300, 700);
    await page.screenshot({ path: to });
    console.log(`Wrote ${to}`);
  } finally {
    await seen.browser.close();
    await stopWorld(world);
  }
}

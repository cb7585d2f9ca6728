// Looks at Ballast as a person does: the installed .vsix in a real workbench, driven with mouse and keys. Every wait is for a
// condition. The pictures land in the artifacts folder.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deadline, launchBrowser, makeWorld, saveTraces, startServer, stopWorld, until, workbenchUrl } from "./world.mjs";

const settings = {
  "editor.fontSize": 14,
  "editor.hover.delay": 100,
  "editor.inlayHints.enabled": "on",
  "editor.lightbulb.enabled": "on",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "files.autoSave": "off",
};

/** Resolves with what passed and failed; never rejects. The steps build on each other: after the first failure the rest is not tried. */
export async function runUi(installed, { vsix, workspace, artifacts, timeout = 300_000, keep = false }) {
  mkdirSync(artifacts, { recursive: true });
  const outcome = { passed: 0, failed: 0 };
  const log = [];
  let current = "the editor starts";
  let world;
  let seen;
  try {
    world = makeWorld(installed, { workspace, vsix, settings });
    [seen] = await Promise.all([launchBrowser(installed.chromium), startServer(world)]);
    const { page } = seen;
    page.setDefaultTimeout(30_000);
    page.on("console", (message) => void log.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => void log.push(`error: ${error.stack}`));
    const step = async (name, act) => {
      current = name;
      const from = Date.now();
      await act();
      outcome.passed++;
      console.log(`  ok   ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    };
    await page.goto(workbenchUrl(world, { open: join(world.workspace, "Dockerfile") }), { waitUntil: "domcontentloaded" });
    const shot = (name) => page.screenshot({ path: join(artifacts, `${name}.png`) });
    await Promise.race([steps({ page, world, step, shot }), deadline(timeout, "the steps did not end")]);
  } catch (error) {
    outcome.failed++;
    console.log(`  FAIL ${current}: ${error.message}`);
    if (world) await saveTraces(world, seen?.page, join(artifacts, "ui-failure"), log);
  } finally {
    await seen?.browser.close().catch(() => {});
    if (world) await stopWorld(world, keep);
  }
  return outcome;
}

async function steps({ page, world, step, shot }) {
  const file = join(world.workspace, "Dockerfile");
  const editor = page.locator(".editor-instance:has(.view-line)").first();
  const line = (text) => editor.locator(".view-line", { hasText: text });
  // The workbench's frame, then VS Code's own page in it, then the extension's.
  const preview = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  const layer = (text) => preview.locator("button.layer", { hasText: text });
  const cursorAt = (where) => page.locator('[id="status.editor.selection"]', { hasText: where }).waitFor();
  const command = async (name) => {
    await page.keyboard.press("F1");
    const box = page.locator(".quick-input-widget input");
    await box.waitFor();
    await box.fill(`>${name}`);
    await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await page.keyboard.press("Enter");
  };
  /** Clears the way: an open hover would lie over what is to be clicked. */
  const away = () => page.mouse.move(700, 860);

  await step("the workbench shows the Dockerfile", async () => {
    await page.locator('.tab[data-resource-name="Dockerfile"]').waitFor();
    await line("FROM").waitFor();
    await page.locator('[id="status.editor.mode"]', { hasText: /Docker/ }).waitFor();
  });

  await step("the shell in RUN is coloured", async () => {
    const colours = () =>
      line("apt-get")
        .locator("span > span")
        .evaluateAll((spans) => new Set(spans.map((span) => span.className)).size);
    await until(async () => (await colours()) >= 3); // the instruction, the command, its arguments
  });

  await step("what wastes bytes is squiggled", async () => {
    await editor.locator(".squiggly-warning").first().waitFor();
    await page.locator('[id="status.problems"]:is([aria-label*="Warnings:"], :has([aria-label*="Warnings:"]))').waitFor();
  });

  await step("a hint at the end of the line has its bytes", () => line("COPY").getByText("3 MB").waitFor());

  await step("a CodeLens above FROM has the total", () => editor.locator(".codelens-decoration a", { hasText: /\d MB/ }).first().waitFor());

  await step("a hover explains the finding", async () => {
    const squiggle = await editor.locator(".squiggly-warning").first().boundingBox(); // below the chown
    assert.ok(squiggle);
    await page.mouse.move(squiggle.x + squiggle.width / 2, squiggle.y + squiggle.height / 2, { steps: 5 });
    await page.locator(".monaco-hover:visible", { hasText: /a.second.time:.3.MB/ }).waitFor();
    await shot("1-editor");
    await away();
  });

  await step("a CodeLens opens the layer preview beside the editor", async () => {
    await editor
      .locator(".codelens-decoration a", { hasText: /layers/i })
      .first()
      .click();
    await preview.locator("h1", { hasText: "Layers of Dockerfile" }).waitFor();
    await preview.locator("header .total", { hasText: /\d MB/ }).waitFor();
    assert.match(await preview.locator("header .legend").textContent(), /base.*yours.*wasted 3 MB/s);
  });

  await step("the preview shows each layer with its bytes and what is wasted", async () => {
    const words = await preview.locator("button.layer .words").allTextContents();
    assert.deepEqual(
      words.map((w) => w.split(" ")[0]),
      ["FROM", "COPY", "RUN", "RUN"],
    );
    assert.equal(await layer("COPY data").locator(".size").textContent(), "3 MB");
    await layer("COPY data").locator(".bar .wasted").waitFor();
    await preview
      .locator("li", { has: page.locator("button.layer", { hasText: "COPY data" }) })
      .getByText(/3 MB wasted/)
      .waitFor();
    assert.match((await layer("COPY data").getAttribute("aria-label")) ?? "", /measured/);
    await preview.locator(".findings", { hasText: "a second time: 3 MB" }).waitFor();
    await shot("2-preview");
  });

  await step("a click on a layer goes to its line", async () => {
    await layer("chown").click();
    await cursorAt("Ln 3, Col 1");
  });

  await step("Enter on a layer goes to its line", async () => {
    await layer("COPY data").focus();
    await page.keyboard.press("Enter");
    await cursorAt("Ln 2, Col 1");
  });

  await step("the preview follows as one types, and leaves the focus in the editor", async () => {
    await line("COPY").click();
    await page.keyboard.press("End");
    for (const text of ["\nWORKDIR", " /one", "/more"]) {
      await page.keyboard.type(text);
      await layer(text.trim()).waitFor();
    }
    await line(/^WORKDIR.\/one\/more/).waitFor();
  });

  await step("the preview has its own focus back where it was", async () => {
    await page.keyboard.press("Control+2"); // the second group of editors
    await preview.locator("#layer-0-1:focus").waitFor();
  });

  await step("the lightbulb applies a fix", async () => {
    await line("apt-get").click({ position: { x: 60, y: 8 } });
    await away();
    const bulb = editor.locator('[class*="codicon-gutter-lightbulb"]:visible, .lightBulbWidget:visible').first();
    await bulb.waitFor();
    await bulb.click();
    const offer = page.locator(".action-widget .monaco-list-row", { hasText: /lists/ }).first();
    await offer.waitFor();
    await shot("3-lightbulb");
    await offer.click();
    await line(/rm.-rf.\/var\/lib\/apt\/lists/).waitFor();
  });

  await step("saving writes the fixed file", async () => {
    await page.keyboard.press("Control+s");
    await until(() => readFileSync(file, "utf8").includes("rm -rf /var/lib/apt/lists"));
    await page.locator('.tab.dirty[data-resource-name="Dockerfile"]').waitFor({ state: "detached" });
  });

  await step("a fix in the preview opens the lightbulb at its line", async () => {
    await preview.locator(".findings .fix", { hasText: "--chown" }).first().click();
    const offer = page.locator(".action-widget .monaco-list-row", { hasText: "--chown" }).first();
    await offer.waitFor();
    await offer.click();
    await line(/COPY.--chown=www-data/).waitFor();
    await preview.locator("header .legend", { hasText: "wasted 0 B" }).waitFor();
  });

  await step("the preview says so when the document is closed", async () => {
    // The tab, not a line: the fix has scrolled the text to the side, and what is out of sight takes no click.
    await page.locator('.tab[data-resource-name="Dockerfile"]').click();
    await page.keyboard.press("Control+s");
    await page.locator('.tab.dirty[data-resource-name="Dockerfile"]').waitFor({ state: "detached" });
    await page.locator('.tab[data-resource-name="Dockerfile"]').click({ button: "middle" });
    await preview.locator(".notice", { hasText: "Dockerfile is closed" }).waitFor();
  });

  await step("and comes back with it, through the command palette", async () => {
    await page.locator(".explorer-viewlet .monaco-list-row", { hasText: "Dockerfile" }).dblclick();
    await line("FROM").click();
    await command("Ballast: Show Layers");
    await layer("COPY").first().waitFor();
  });
}

// Draws icon.png from icon.svg with the Chromium of the editor tests: node media/icon.mjs
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { installChromium } from "../test/host/chromium.mjs";
import { cache, npm } from "../test/host/install.mjs";

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const browser = await chromium.launch({ executablePath: await installChromium(cache, npm), args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${readFileSync(file("icon.svg"), "utf8")}`);
await page.screenshot({ path: file("icon.png"), omitBackground: true });
await browser.close();

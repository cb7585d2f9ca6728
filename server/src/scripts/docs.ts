// Writes docs/rules/ and the schema of the settings: npm run docs:rules
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulePages } from "./rule-pages.ts";
import { configSchema } from "./schema.ts";

const folder = "docs/rules";
const pages = rulePages();
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(join(folder, file));
for (const [file, text] of pages) writeFileSync(join(folder, file), text);
mkdirSync("schemas", { recursive: true });
writeFileSync("schemas/ballastrc.schema.json", `${JSON.stringify(configSchema(), undefined, 2)}\n`);
console.log(`${pages.size} pages in ${folder}`);

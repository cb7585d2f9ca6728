// Bundles the product into dist/ (all of it, or the parts that are named), or (--tests) the test suites into out/test/.
import { chmodSync, copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const common = {
  bundle: true,
  target: "node20",
  format: "cjs",
  logLevel: "warning",
  legalComments: "none",
};
const product = { ...common, minify: true, outdir: "dist" };

if (process.argv.includes("--tests")) {
  const outdir = process.env.TEST_OUT ?? "out/test";
  rmSync(outdir, { recursive: true, force: true });
  const entryPoints = readdirSync("test", { recursive: true })
    .filter((f) => f.endsWith(".test.ts") && !f.startsWith("host"))
    .map((f) => join("test", f));
  // ES modules that share what they have in common: a process that runs several suites loads the core once.
  await build({
    ...common,
    format: "esm",
    splitting: true,
    chunkNames: "shared/[hash]",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url), __dirname = import.meta.dirname;',
    },
    platform: "node",
    entryPoints,
    outdir,
    outbase: "test",
    sourcemap: true,
    external: ["mocha", "esbuild"],
  });
  writeFileSync(join(outdir, "package.json"), '{ "type": "module" }\n');
} else {
  // `node esbuild.mjs cli` builds that one alone, and leaves the others as they are.
  const wanted = process.argv.slice(2);
  const products = {
    extension: { platform: "node", entryPoints: ["client/src/extension.ts"], external: ["vscode"] },
    server: { platform: "node", entryPoints: { server: "server/src/lsp/main.ts" } },
    cli: { platform: "node", entryPoints: { cli: "server/src/cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
    // Only the library is without Node's own Buffer: what runs in Node keeps the real one.
    index: {
      platform: "neutral",
      mainFields: ["main"],
      // In a realm without `require` a library in the bundle names it nevertheless.
      banner: { js: "var require;" },
      entryPoints: { index: "server/src/index.ts" },
      // Tells Node's ESM loader the names it cannot see in the bundle: import { analyze } from "dockerfile-ballast".
      footer: { js: "0 && (module.exports = { analyze });" },
      inject: ["server/src/dockerfile/buffer-shim.ts"],
    },
    view: { platform: "browser", format: "iife", target: "es2022", entryPoints: { view: "client/src/layers/view.ts" } },
  };
  if (wanted.length === 0) rmSync("dist", { recursive: true, force: true });
  const names = wanted.length > 0 ? wanted : Object.keys(products);
  await Promise.all(names.map((name) => build({ ...product, ...products[name] })));
  // The package indexes lie beside what reads them (sizes/packages/bundled.ts).
  for (const file of ["packages.gz", "apk.gz"]) copyFileSync(`server/src/sizes/data/${file}`, `dist/${file}`);
  if (names.includes("cli")) chmodSync("dist/cli.js", 0o755);
}

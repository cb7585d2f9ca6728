import { readdirSync } from "node:fs";

/** The bundled unit tests. What takes longest goes first, so that neither of mocha's two processes waits for it in the end. */
export function unitTests() {
  const longest = ["prefixes-1", "prefixes-2", "robust", "bounds", "fixtures"];
  const files = readdirSync("test/unit").filter((name) => name.endsWith(".test.ts"));
  const names = files.map((name) => name.slice(0, -".test.ts".length));
  return [...longest, ...names.filter((name) => !longest.includes(name))].map((name) => `out/test/unit/${name}.test.js`);
}

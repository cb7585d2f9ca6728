// What every part of the real builds leans on: the cache folder outside the checkout, running a tool, hashing.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Bases, the engine and measured results: everything that took time, kept between runs and shared by checkouts. */
export const cacheDir = process.env.BALLAST_CACHE || join(homedir(), ".cache", "ballast");

export function cachePath(...parts) {
  const path = join(cacheDir, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  return path;
}

export const hash = (...parts) => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);

/** Runs a tool to its end and gives its standard output; what it said is in the error when it fails. */
export function tool(command, args, options = {}) {
  return execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"], ...options });
}

export function has(command, args = ["--version"]) {
  try {
    tool(command, args);
    return true;
  } catch {
    return false;
  }
}

/** Runs a tool whose output is long or whose time is: resolves to { code, output }. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** A reader never sees half a file: two runs may share the cache. */
export function writeWhole(path, text) {
  mkdirSync(join(path, ".."), { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, path);
}

/** Why something cannot be done here, said to the user; not a bug. */
export class Missing extends Error {}

/** Runs a program's main function. On a user's machine a test that cannot run says so; in CI it must not pass unseen. */
export async function program(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`${process.env.CI ? "FAIL" : "skipped:"} ${error.message}`);
    process.exitCode = process.env.CI ? 1 : 0;
  }
}

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { FileJSON } from "../../../server/src/protocol.ts";

/** BALLAST_CLI: another build of it. */
export const cli = resolve(process.env.BALLAST_CLI || "dist/cli.js");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as a real process. */
export function ballast(
  args: readonly string[],
  options: { cwd?: string; input?: string | Uint8Array; env?: Record<string, string> } = {},
): Ran {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  const done = spawnSync(process.execPath, [cli, ...args], {
    cwd: options.cwd,
    input: options.input ?? "",
    env: { ...env, ...options.env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

export interface Report {
  readonly version: number;
  readonly files: readonly FileJSON[];
  readonly errors: readonly { readonly file: string; readonly message: string }[];
}

/** What `check --format json` prints. */
export const report = (ran: Ran): Report => JSON.parse(ran.out) as Report;

/** A folder of its own for each test, removed behind it. Paths to texts. */
export function useFolder(): (files?: Readonly<Record<string, string | Uint8Array>>) => string {
  let folders: string[] = [];
  afterEach(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    folders = [];
  });
  return (files = {}) => {
    const folder = mkdtempSync(join(tmpdir(), "ballast-cli-"));
    folders.push(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };
}

/** Has a finding whose fix is safe. */
export const withLists = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n";
export const withoutLists = `${withLists.trimEnd()} && rm -rf /var/lib/apt/lists/*\n`;
/** Nothing to report. */
export const clean = 'FROM debian:bookworm-slim\nCMD ["true"]\n';

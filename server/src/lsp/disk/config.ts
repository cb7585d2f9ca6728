import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Settings } from "../../analysis.ts";
import type { Level } from "../../protocol.ts";
import { ruleById, rules } from "../../rules/index.ts";
import { parseBytes } from "../../topics/bytes.ts";
import { type Threshold, thresholdNamed, thresholds } from "../../topics/fail-on.ts";
import { listed } from "../../topics/lists.ts";
import { composeFor, type composeOnce } from "./compose.ts";
import { reasonOf, textIfThere, Unreadable } from "./read.ts";
import { topOf, upward } from "./root.ts";

/** What a project says of its Dockerfiles: `.ballastrc.json`, or "ballast" in package.json. */
export interface Config {
  readonly minSaving?: number;
  readonly budget?: number;
  readonly rules?: Readonly<Record<string, Level | "off">>;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** An absolute path. */
  readonly context?: string;
  readonly failOn?: Threshold;
}

/** What a Dockerfile is looked at with, whoever says it: an editor, the command line, the project. */
export interface Wishes {
  readonly settings: Settings;
  readonly target?: string;
  /** Nobody but a Compose file names the target. */
  readonly isComposeTarget?: boolean;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The folder of the build context, where it is named. */
  readonly context?: string;
  /** The most that the image may weigh, in bytes. */
  readonly budget?: number;
  /** For the command line's exit code: the least grave finding that counts. */
  readonly failOn?: Threshold;
}

const configName = ".ballastrc.json";

/** What a project says of one of its Dockerfiles: its settings, and below them what Compose builds it with. */
export async function configOfDockerfile(
  path: string,
  workspace: string | undefined,
  buildsAt?: ReturnType<typeof composeOnce>,
): Promise<Config> {
  return over(await composeFor(path, workspace, buildsAt), await configFor(dirname(path), workspace));
}

/** What one says, and where it says nothing the other. */
export const over = (lower: Config, upper: Config): Config => ({
  ...lower,
  ...upper,
  ...((lower.buildArgs || upper.buildArgs) && { buildArgs: { ...lower.buildArgs, ...upper.buildArgs } }),
});

/** The nearest settings at a folder or above it, up to its repository or workspace. Throws `Unreadable` for settings that are none. */
export async function configFor(folder: string, workspace: string | undefined): Promise<Config> {
  for (const at of upward(folder, await topOf(resolve(folder), workspace))) {
    const found = (await readIfThere(join(at, configName))) ?? (await readIfThere(join(at, "package.json")));
    if (found) return found;
  }
  return {};
}

/** The settings in a file that the user names. */
export async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Unreadable(`${path}: ${reasonOf(error)}`);
  });
  const found = configIn(path, text, true);
  if (!found) throw new Unreadable(`${path} has no settings under "ballast"`);
  return found;
}

async function readIfThere(path: string): Promise<Config | undefined> {
  const text = await textIfThere(path);
  return text === undefined ? undefined : configIn(path, text);
}

function configIn(path: string, text: string, required = false): Config | undefined {
  const isPackage = /(?:^|[\\/])package\.json$/.test(path);
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const own = isPackage ? fields(value).ballast : value;
    return own === undefined ? undefined : configOf(own, dirname(resolve(path)));
  } catch (error) {
    // A package.json that others will complain of.
    if (isPackage && !required && error instanceof SyntaxError) return undefined;
    throw new Unreadable(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const known = ["minSaving", "budget", "rules", "target", "buildArgs", "context", "failOn"];

function configOf(value: unknown, folder: string): Config {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("settings are an object");
  const own = fields(value);
  for (const name of Object.keys(own))
    if (!known.includes(name) && name !== "$schema") throw new Error(`unknown setting "${name}"; there are ${known.join(", ")}`);
  const minSaving = sizeOf(own.minSaving, "minSaving");
  const budget = sizeOf(own.budget, "budget");
  const target = textOf(own.target, "target");
  const context = textOf(own.context, "context");
  return {
    ...(minSaving !== undefined && { minSaving }),
    ...(budget !== undefined && { budget }),
    ...(own.rules !== undefined && { rules: levelsOf(own.rules) }),
    ...(target !== undefined && { target }),
    ...(own.buildArgs !== undefined && { buildArgs: textsOf(own.buildArgs) }),
    ...(context !== undefined && { context: resolve(folder, context) }),
    ...(own.failOn !== undefined && { failOn: thresholdOf(own.failOn) }),
  };
}

const fields = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? { ...value } : {});

function sizeOf(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const bytes = typeof value === "string" || typeof value === "number" ? parseBytes(String(value)) : undefined;
  if (bytes === undefined) throw new Error(`"${name}" is a size: 0, 1500000, "100kB", "1MB" or "1.2GB"`);
  return bytes;
}

function textOf(value: unknown, name: string): string | undefined {
  if (value !== undefined && typeof value !== "string") throw new Error(`"${name}" is a text`);
  return value || undefined;
}

function thresholdOf(value: unknown): Threshold {
  const threshold = thresholdNamed(value);
  if (!threshold) throw new Error(`"failOn" is one of ${thresholds.join(", ")}`);
  return threshold;
}

const levels = ["off", "hint", "info", "warning", "error"] as const;

function levelsOf(value: unknown): Record<string, Level | "off"> {
  return Object.fromEntries(
    objectOf(value, "rules", "of levels").map(([rule, written]) => {
      const level = levels.find((l) => l === written);
      if (!ruleById(rule)) throw new Error(`"rules" names "${rule}", ${ownNames(rule)}`);
      if (!level) throw new Error(`the level of "${rule}" is one of ${levels.join(", ")}`);
      return [rule, level];
    }),
  );
}

/** hadolint's number is no rule's name, but may stand for some. */
function ownNames(alias: string): string {
  const own = rules.filter((r) => r.aliases?.includes(alias.toUpperCase())).map((r) => r.id);
  return own.length > 0 ? `hadolint's number: here that is ${listed(own)}` : "which is no rule (see ballast rules)";
}

function objectOf(value: unknown, name: string, what: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`"${name}" is an object ${what}`);
  return Object.entries(value);
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    objectOf(value, "buildArgs", "of texts").map(([name, text]) => {
      if (typeof text !== "string") throw new Error(`"buildArgs" is an object of texts`);
      return [name, text];
    }),
  );
}

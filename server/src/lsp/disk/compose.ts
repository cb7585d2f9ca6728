import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Config } from "./config.ts";
import { textIfThere } from "./read.ts";
import { isFolder, topOf, upward } from "./root.ts";

/** In Compose's own order (the Compose specification, "Compose file"); of a folder's the first that is there. */
const names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/** Longer ones nobody writes by hand. */
const maximumBytes = 1_000_000;

export const isComposeName = (name: string): boolean => names.includes(name);

/** What a service says of its build. */
interface Build {
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/**
 * How the nearest Compose file that builds a Dockerfile does it: target, arguments and context, each where all services that are built from it
 * agree. Nothing where there is none, and where it cannot be read: Compose says so itself.
 */
export async function composeFor(
  dockerfile: string,
  workspace: string | undefined,
  buildsAt: BuildsAt = buildsIn,
): Promise<Pick<Config, "target" | "buildArgs" | "context">> {
  const path = resolve(dockerfile);
  for (const folder of upward(dirname(path), await topOf(dirname(path), workspace))) {
    const builds = (await buildsAt(folder)).filter((build) => build.dockerfile === path);
    const [first] = builds;
    if (!first) continue;
    const agreed = <T>(value: (build: Build) => T): boolean =>
      builds.every((b) => JSON.stringify(value(b)) === JSON.stringify(value(first)));
    return {
      ...(first.target !== undefined && agreed((b) => b.target) && { target: first.target }),
      ...(agreed((b) => b.context) && (await isFolder(first.context)) && { context: first.context }),
      ...(agreed((b) => b.buildArgs) && { buildArgs: first.buildArgs }),
    };
  }
  return {};
}

/** What the Compose file of a folder builds. */
type BuildsAt = (folder: string) => Promise<readonly Build[]>;

/** Each file is read once, however many Dockerfiles lie below it: for a run that is over soon. */
export function composeOnce(): BuildsAt {
  const read = new Map<string, Promise<readonly Build[]>>();
  return (folder) => {
    const builds = read.get(folder) ?? buildsIn(folder);
    read.set(folder, builds);
    return builds;
  };
}

async function buildsIn(folder: string): Promise<readonly Build[]> {
  for (const name of names) {
    const file = join(folder, name);
    const text = await textIfThere(file, maximumBytes);
    if (text !== undefined) return buildsOf(text, folder);
  }
  return [];
}

function buildsOf(text: string, folder: string): Build[] {
  try {
    const services = fields(fields(parse(text)).services);
    return Object.values(services).flatMap((service) => buildOf(fields(service).build, folder) ?? []);
  } catch {
    return []; // Half-typed.
  }
}

function buildOf(written: unknown, folder: string): Build | undefined {
  const build = typeof written === "string" ? { context: written } : fields(written);
  if (written === undefined || written === null || build.dockerfile_inline !== undefined) return undefined;
  const context = textOf(build.context ?? ".");
  const dockerfile = textOf(build.dockerfile ?? "Dockerfile");
  // A repository, or another place that is not on this disk.
  if (context === undefined || dockerfile === undefined || /^[\w+.-]+:|^git@/.test(context)) return undefined;
  const at = resolve(folder, context);
  const target = build.target === undefined ? undefined : textOf(build.target);
  return { dockerfile: resolve(at, dockerfile), context: at, ...(target && { target }), buildArgs: argumentsOf(build.args) };
}

/** A mapping, or a list of `NAME=value`; one without a value comes from the environment, and nobody knows it here. */
function argumentsOf(args: unknown): Record<string, string> {
  const pairs = Array.isArray(args)
    ? args
        .map(String)
        .flatMap((arg): [string, unknown][] =>
          arg.includes("=") ? [[arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]] : [],
        )
    : Object.entries(fields(args));
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** With `${NAME:-default}` filled in; undefined where a variable decides it. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const text = String(value).replace(/\$\{\w+:?-([^${}]*)\}/g, "$1");
  return /\$(?!\$)/.test(text.replaceAll("$$", "")) ? undefined : text.replaceAll("$$", "$");
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

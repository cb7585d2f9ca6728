import { dirname } from "node:path";
import { composeFor, composeOnce } from "../lsp/disk/compose.ts";
import { type Config, configFor, over, readConfig, type Wishes } from "../lsp/disk/config.ts";
import { Unreadable } from "../lsp/disk/read.ts";
import { thresholdNamed } from "../topics/fail-on.ts";
import type { Arguments } from "./arguments.ts";
import { UsageError } from "./output.ts";

/** The wishes for one Dockerfile; its path is undefined on standard input. */
export type WishesFor = (path: string | undefined, workspace: string) => Promise<Wishes>;

/** The command line says it, else the settings file: the one that is named, or that nearest to the Dockerfile. */
export async function wishesOf(args: Arguments): Promise<WishesFor> {
  const minSaving = args.size("min-saving");
  const budget = args.size("budget");
  const target = args.value("target");
  const context = args.value("context");
  const failOn = thresholdNamed(args.value("fail-on"));
  const own = {
    ...(target !== undefined && { target }),
    ...(context !== undefined && { context }),
    ...(budget !== undefined && { budget }),
    ...(failOn !== undefined && { failOn }),
  };
  const buildArgs = args.pairs("build-arg");
  const named = args.value("config");
  const fixed = named === undefined ? undefined : await namedConfig(named);
  const near = new Map<string, Promise<Config>>();
  const buildsAt = composeOnce();
  return async (path, workspace) => {
    const folder = path === undefined ? workspace : dirname(path);
    const project = fixed ?? (await (near.get(folder) ?? remember(near, folder, configFor(folder, workspace))));
    const compose = path === undefined ? {} : await composeFor(path, workspace, buildsAt);
    const found = over(compose, project);
    const { rules, minSaving: smallest, buildArgs: others, ...rest } = found;
    const least = minSaving ?? smallest;
    return {
      ...rest,
      ...own,
      isComposeTarget: compose.target !== undefined && target === undefined && project.target === undefined,
      buildArgs: { ...others, ...buildArgs },
      settings: { ...(least !== undefined && { minSaving: least }), ...(rules && { rules }) },
    };
  };
}

function remember(near: Map<string, Promise<Config>>, folder: string, config: Promise<Config>): Promise<Config> {
  near.set(folder, config);
  return config;
}

async function namedConfig(path: string): Promise<Config> {
  try {
    return await readConfig(path);
  } catch (error) {
    throw error instanceof Unreadable ? new UsageError(`--config ${error.message}`) : error;
  }
}

import type { Settings } from "../analyze.ts";
import type { Arguments } from "./arguments.ts";

/** What a Dockerfile is looked at with: from the command line, else from the settings file. */
export interface Wishes {
  readonly settings: Settings;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly context?: string;
}

export function wishesOf(args: Arguments): Wishes {
  const target = args.value("target");
  const context = args.value("context");
  const minSaving = args.size("min-saving");
  return {
    settings: { ...(minSaving !== undefined && { minSaving }) },
    buildArgs: args.pairs("build-arg"),
    ...(target !== undefined && { target }),
    ...(context !== undefined && { context }),
  };
}

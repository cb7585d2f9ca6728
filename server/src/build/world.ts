import type { Indexes } from "../commands/call.ts";
import type { BaseCatalogue, ReleaseLines } from "../image/base.ts";
import type { BuildContext } from "../image/context.ts";

/** All that the core is told from outside. Everything is optional: what is not given is unknown. */
export interface World extends Indexes {
  readonly bases?: BaseCatalogue;
  /** Undefined: nobody knows what lies in the build context. */
  readonly context?: BuildContext;
  /** Names of base images, as FROM writes them, that files of the same repository build. */
  readonly built?: ReadonlySet<string>;
  /** What the file is called, with the folder that it lies in where that is known: `.devcontainer/Dockerfile`. */
  readonly name?: string;
  /** `--target`: a stage's name or number; else the last stage. */
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The most that the image may weigh, in bytes. */
  readonly budget?: number;
  /** The day it is, as an ISO text; with it, until when base images get security fixes. */
  readonly today?: string;
  readonly releases?: ReleaseLines;
}

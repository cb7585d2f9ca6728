import { apkCache } from "./apk.ts";
import { aptCache } from "./apt.ts";
import { builderCaches } from "./builders.ts";
import type { ToolCache } from "./cache.ts";
import { cargoCache } from "./cargo.ts";
import { ccacheCache } from "./ccache.ts";
import { composerCache } from "./composer.ts";
import { condaCache } from "./conda.ts";
import { dnfCaches } from "./dnf.ts";
import { goCache } from "./go.ts";
import { npmCache } from "./npm.ts";
import { pacmanCache } from "./pacman.ts";
import { pipCache } from "./pip.ts";
import { pythonProjectCaches } from "./python-projects.ts";
import { rubyCaches } from "./ruby.ts";
import { yarnCaches } from "./yarn.ts";
import { zypperCache } from "./zypper.ts";

/** The caches that tools leave behind, a row for each tool. */
export const caches: readonly ToolCache[] = [
  aptCache,
  apkCache,
  ...dnfCaches,
  zypperCache,
  pacmanCache,
  pipCache,
  ...pythonProjectCaches,
  condaCache,
  npmCache,
  ...yarnCaches,
  ...rubyCaches,
  composerCache,
  goCache,
  cargoCache,
  ccacheCache,
  ...builderCaches,
];

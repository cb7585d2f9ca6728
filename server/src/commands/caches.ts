import { apkCache } from "./apk.ts";
import type { ToolCache } from "./cache.ts";
import { dnfCaches } from "./dnf.ts";
import { npmCache } from "./npm.ts";
import { pipCache } from "./pip.ts";

/** The caches that tools leave behind, a row for each tool. */
export const caches: readonly ToolCache[] = [apkCache, ...dnfCaches, npmCache, pipCache];

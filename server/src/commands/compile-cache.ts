import { isImage, partsOfName } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import { dirname } from "../image/paths.ts";
import { isUnknown, typical } from "../image/size.ts";
import { cacheIn, setting } from "./cache.ts";
import { type Call, pathOf } from "./call.ts";
import { keepsModules } from "./node-modules.ts";

// What Node and Yarn keep of their own code, compiled, in the temporary folder: once, whatever they install.

/** From Node 22 on npm asks for it (npm 10.8.3, lib/cli.js): 1,086,428 bytes for `npm ci`, 1,084,644 for `npm install -g`. */
const npmCompiled = 1_086_000;
/** v8-compile-cache, in yarn 1.22: `yarn install` and `yarn cache clean`. */
const yarnCompiled = 2_325_000;

/** The official images alone say which Node they have. A tag without a number is the newest one's, or the last that is kept for long. */
function hasNode22({ state: { base } }: Call): boolean {
  if (base?.standardLayout !== true || !isImage(base, "node")) return false;
  const { tag, major } = partsOfName(base.resolved ?? base.name);
  return major === undefined ? !/^(?:argon|boron|carbon|dubnium|erbium|fermium|gallium|hydrogen|iron)\b/.test(tag) : major >= 22;
}

/** Beside what nobody knows it is not worth a number. */
export const isKnownIn = (call: Call, effects: readonly Effect[]): boolean =>
  effects.some((e) => (e.do === "fill" && !isUnknown(e.entry.size)) || (e.do === "mkdir" && keepsModules(call, dirname(e.path))));

const temporary = (call: Call): string => pathOf(call, setting(call, "TMPDIR") ?? "/tmp");

function kept(call: Call, folder: string, id: string, what: string, bytes: number): Effect[] {
  const looked: Effect = { do: "lookAt", path: folder };
  const isThere = contentAt(call.state.root, folder).of(id).length > 0;
  return isThere ? [looked] : [looked, cacheIn(folder, id, what, typical(bytes))];
}

/** By npm (Node's documentation, module.enableCompileCache). */
export function compiledNpm(call: Call): Effect[] {
  const onBase: Effect = { do: "lookAt", path: "base" };
  if (!hasNode22(call) || setting(call, "NODE_DISABLE_COMPILE_CACHE") !== undefined) return [onBase];
  const folder = setting(call, "NODE_COMPILE_CACHE");
  const at = folder === undefined ? `${temporary(call)}/node-compile-cache` : pathOf(call, folder);
  return [onBase, ...kept(call, at, "node-compile-cache", "npm's own code, compiled", npmCompiled)];
}

/** By Yarn 1, for each user. */
export const compiledYarn = (call: Call): Effect[] =>
  setting(call, "DISABLE_V8_COMPILE_CACHE") === undefined
    ? kept(
        call,
        `${temporary(call)}/v8-compile-cache-${isRoot(call.user) ? "0" : call.user}`,
        "v8-compile-cache",
        "yarn's own code, compiled",
        yarnCompiled,
      )
    : [];

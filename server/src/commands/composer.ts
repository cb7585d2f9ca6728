import { find } from "../image/files.ts";
import type { Installed } from "../sizes/installed/project.ts";
import { installedVendor } from "../sizes/installed/vendor.ts";
import { cacheIn, filled, prints, removeAll, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf, unknownWork } from "./call.ts";

/** Composer's documentation, COMPOSER_CACHE_DIR; the composer image sets COMPOSER_HOME=/tmp. */
function cacheFolder(call: Call): string {
  const image = /^(?:docker\.io\/)?(?:library\/)?composer(?::|@|$)/.test(call.state.base?.name ?? "");
  const home = setting(call, "COMPOSER_HOME") ?? (image ? "/tmp" : `${homeOf(call)}/.composer`);
  return pathOf(call, setting(call, "COMPOSER_CACHE_DIR") ?? `${home}/cache`);
}

/** What this machine shows of it, where vendor is new in the image. */
function vendorHere(call: Call, folder: string, vendor: string, isOther: boolean): Installed | undefined {
  const project = isOther || find(call.state.root, vendor, true) ? undefined : call.projectAt?.(`${folder}/composer.json`);
  return project && installedVendor(project);
}

const composer: Handler = (call) => {
  const o = options(call.args, "d --working-dir --ignore-platform-req --prefer-install --apcu-autoloader-prefix");
  const words = o.operands.map((a) => a.text);
  const isGlobal = words[0] === "global";
  const [verb, ...packages] = isGlobal ? words.slice(1) : words;
  const folder = pathOf(call, o.value("-d", "--working-dir") ?? ".");
  const vendor = isGlobal ? `${setting(call, "COMPOSER_HOME") ?? `${homeOf(call)}/.composer`}/vendor` : `${folder}/vendor`;
  switch (verb) {
    case "install":
    case "i":
    case "update":
    case "require": {
      const what = packages.length ? packages.join(" ") : "dependencies";
      const leaves = o.has("--no-dev") || packages.length > 0 || call.variable("COMPOSER_NO_DEV")?.text === "1";
      const here = vendorHere(call, folder, vendor, isGlobal || packages.length > 0);
      const dev = leaves
        ? []
        : [filled(vendor, `composer-dev:${folder}`, "package", "development dependencies", here?.parts?.development, here?.source)];
      const cached = o.has("--no-cache") ? [] : [cacheIn(cacheFolder(call), "composer-cache", "composer's cache")];
      return [filled(vendor, `composer:${folder}:${what}`, "package", what, here?.parts?.needed, here?.source), ...dev, ...cached];
    }
    case "create-project":
      return [...(o.has("--no-cache") ? [] : [cacheIn(cacheFolder(call), "composer-cache", "composer's cache")]), unknownWork(call)];
    case "clear-cache":
    case "clearcache":
    case "cc":
      return [removeAll(`${cacheFolder(call)}/*`)];
    case "config":
      return call.args.some((a) => a.text === "cache-dir") ? prints(cacheFolder(call)) : [];
    case "validate":
    case "show":
    case "check-platform-reqs":
      return [];
    default:
      return verb === undefined ? [] : undefined;
  }
};

export const composerCommands: Record<string, Handler> = { composer, "composer.phar": composer };

export const composerCache: ToolCache = {
  tool: "composer",
  what: "the composer cache",
  ids: ["composer-cache"],
  verbs: ["create-project", "install", "i", "update", "require"],
  clean: ({ ran }) => `${ran.words[0]?.raw ?? "composer"} clear-cache`,
};

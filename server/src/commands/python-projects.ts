import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { cacheIn, filled, removeAll, removeFolders, setting, type Tool, type ToolCache, userCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf, unknownWork } from "./call.ts";
import { uvEnvironment, uvVenv } from "./environments.ts";
import { pipCaches, wantedAt } from "./pip.ts";
import { poetry } from "./poetry.ts";

const uvOptions =
  "r c e o p --requirement --requirements --constraint --editable --index-url --extra-index-url --default-index --index --target --prefix --find-links --cache-dir --python --group --no-group --extra --link-mode --project --directory --index-strategy";

/** uv: what it installs lies in the environment; the cache holds index pages, what was built, and the unpacked wheels (hard links of them). */
const uv: Handler = (call) => {
  const o = options(call.args, uvOptions);
  const [first, second, ...rest] = o.operands.map((a) => a.text);
  const folder = pathOf(call, o.value("--cache-dir") ?? setting(call, "UV_CACHE_DIR") ?? userCache(call, "uv"));
  const off = o.has("--no-cache", "--no-cache-dir", "-n", "--offline") || setting(call, "UV_NO_CACHE") !== undefined;
  const cached = off ? [] : [cacheIn(folder, "uv-cache", "uv's cache")];
  switch (first) {
    case "pip": {
      if (second === "uninstall") return rest.map((p): Effect => ({ do: "take", path: uvEnvironment(call), id: `pip:${p}` }));
      if (second !== "install" && second !== "sync") return [];
      const files = [...o.values("-r", "--requirement", "--requirements"), ...(second === "sync" ? rest : [])].map((f) => `-r ${f}`);
      const named = second === "sync" ? [] : rest;
      const wanted = [...named, ...files, ...o.values("-e", "--editable").map((e) => `-e ${e}`)];
      return [...wanted.map((p) => wantedAt(call, uvEnvironment(call), p)), ...(wanted.every(isWheel) ? [] : cached)];
    }
    case "sync": {
      // Into the active one only when asked (uv's reference, `uv sync --active`).
      const active = o.has("--active") ? setting(call, "VIRTUAL_ENV") : undefined;
      const environment = pathOf(call, active ?? setting(call, "UV_PROJECT_ENVIRONMENT") ?? ".venv");
      const developed = o.has("--no-dev", "--no-default-groups") || setting(call, "UV_NO_DEV") !== undefined;
      const dev = developed ? [] : [filled(environment, `uv-dev:${environment}`, "package", "development dependencies")];
      return [{ do: "mkdir", path: environment }, filled(environment, `uv:${environment}`, "package", "dependencies"), ...dev, ...cached];
    }
    case "tool":
      return second === "install"
        ? [...rest.map((p) => filled(`${homeOf(call)}/.local/share/uv/tools`, `uv-tool:${p}`, "package", p)), ...cached]
        : [];
    case "cache":
      // With names it takes what it has of these (uv's reference, "uv cache clean").
      return second === "clean" && rest.length === 0 ? [removeAll(`${folder}/*`)] : [];
    case "venv":
      return [uvVenv(call, second ?? ".venv"), unknownWork(call)];
    case "version":
      return [];
    default:
      return first === undefined ? [] : undefined;
  }
};

/** Unpacked by uv into its cache, and linked from there: the archive itself is not kept. What else it needs mostly comes as wheels, too. */
const isWheel = (wanted: string): boolean => /^(?:https?:\/\/|[./]).*\.whl(?:#.*)?$/.test(wanted);

const pipenv: Handler = (call) => {
  const o = options(call.args, "r --requirements --python --categories --index");
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const folder = pathOf(call, setting(call, "PIPENV_CACHE_DIR") ?? userCache(call, "pipenv"));
  // Before a verb it says nothing (pypa/pipenv#2628).
  if (verb === undefined && o.has("--clear")) return [removeAll(`${folder}/*`)];
  if (verb === "--version" || verb === undefined) return o.has("--rm") ? undefined : [];
  if (verb !== "install" && verb !== "sync") return verb === "lock" || verb === "requirements" ? [] : undefined;
  const place = o.has("--system") ? "/usr" : `${homeOf(call)}/.local/share/virtualenvs`;
  const what = packages.length ? packages.join(" ") : "dependencies";
  const dev = o.has("-d", "--dev") ? [filled(place, `pipenv-dev:${call.cwd}`, "package", "development dependencies")] : [];
  const cached = pipCaches(call) ? [cacheIn(folder, "pipenv-cache", "pipenv's cache")] : [];
  return [filled(place, `pipenv:${call.cwd}:${what}`, "package", what), ...dev, ...cached];
};

/** uv without a network works from its cache. */
const isOffline = ({ name, args }: Ran): boolean => name === "uv" && args.some((a) => a.text === "--offline");

const cacheOf = (tool: Tool, ids: readonly string[], verbs: readonly string[]): Omit<ToolCache, "clean"> => ({
  tool,
  what: `the ${tool} cache`,
  ids,
  verbs,
});

const pdm: Handler = (call: Call) => {
  const o = options(call.args, "G p --group --project --without");
  const [verb, second, third] = o.operands.map((a) => a.text);
  const folder = pathOf(call, setting(call, "PDM_CACHE_DIR") ?? userCache(call, "pdm"));
  if (verb === "cache") return second === "clear" ? [{ ...removeAll(`${folder}/*`), maybe: third !== undefined }] : [];
  if (verb !== "install" && verb !== "sync" && verb !== "add") return verb === undefined || verb === "config" ? [] : undefined;
  const place = pathOf(call, ".venv");
  const dev = o.has("--prod", "--production", "--no-default")
    ? []
    : [filled(place, `pdm-dev:${place}`, "package", "development dependencies")];
  return [filled(place, `pdm:${place}`, "package", "dependencies"), ...dev, cacheIn(folder, "pdm-cache", "pdm's cache")];
};

export const pythonProjectCommands: Record<string, Handler> = { uv, poetry, pipenv, pdm };

export const pythonProjectCaches: readonly ToolCache[] = [
  {
    ...cacheOf("uv", ["uv-cache"], ["install", "sync"]),
    flag: { text: "--no-cache", unfit: isOffline },
    reads: isOffline,
    clean: () => "uv cache clean",
  },
  {
    ...cacheOf("poetry", ["poetry-cache", "poetry-artifacts"], ["install", "sync", "add", "update"]),
    clean: removeFolders,
    fails: {
      isMeant: ({ name, args: [verb, second] }) => name === "poetry" && verb?.text === "cache" && second?.text === "clear",
      why: () => "of what was downloaded",
    },
  },
  { ...cacheOf("pipenv", ["pipenv-cache"], ["install", "sync"]), clean: removeFolders },
  { ...cacheOf("pdm", ["pdm-cache"], ["install", "sync", "add"]), clean: removeFolders },
];

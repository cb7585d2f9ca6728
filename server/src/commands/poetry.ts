import type { Effect } from "../image/effects.ts";
import { contentAt } from "../image/files.ts";
import { typical } from "../image/size.ts";
import { cacheIn, filled, prints, removeAll, setting, userCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";
import { environmentOf } from "./environments.ts";

const configFolder = (call: Call): string => pathOf(call, `${setting(call, "XDG_CONFIG_HOME") ?? `${homeOf(call)}/.config`}/pypoetry`);

const told = (key: string, value = ""): string => `poetry-setting:${key}=${value}`;

/** `virtualenvs.create` by its variable, by the project's poetry.toml, or by what `poetry config` was told (Poetry's documentation, "Configuration"). */
function poetrySetting(call: Call, folder: string, key: string): string | undefined {
  const variable = setting(call, `POETRY_${key.toUpperCase().replace(/[.-]/g, "_")}`);
  if (variable !== undefined) return variable;
  const text = call.textAt?.(pathOf(call, `${folder}/poetry.toml`)) ?? "";
  const [section, name] = key.includes(".") ? key.split(".") : ["", key];
  const own = text.split(/^[ \t]*\[/m).find((part, i) => (section === "" ? i === 0 : part.startsWith(`${section}]`)));
  const value = new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*["']?([^"'#\\n]*)`, "m").exec(own ?? "")?.[1]?.trim();
  if (value) return value;
  const start = told(key);
  const settings = [configFolder(call), pathOf(call, folder)].flatMap((at) => [...contentAt(call.state.root, at)]);
  return settings.findLast(({ id }) => id.startsWith(start))?.id.slice(start.length);
}

/** All but `true` and 1 is no (its own reading of a setting). */
const isYes = (value: string | undefined): boolean => /^(?:true|1)$/i.test(value ?? "");
const isNo = (value: string | undefined): boolean => value !== undefined && !isYes(value);

/** Its version as it was installed by pip, or as its installer is told: `1.0.10`. */
function versionOf(call: Call): string | undefined {
  const installed = ["/usr", environmentOf(call)].flatMap((folder) => [...contentAt(call.state.root, folder)]);
  const named = installed.flatMap(({ id }) => /^pip:poetry(?:\[[^\]]*\])?==(\d[\w.]*)/.exec(id)?.[1] ?? []);
  return named.at(-1) ?? setting(call, "POETRY_VERSION");
}

/**
 * Before 1.1, and where the new installer is switched off, which went with 1.5 (its changelog; python-poetry/poetry#7356), pip downloads: into its
 * own cache.
 */
function installsByPip(call: Call, folder: string): boolean {
  return isNo(poetrySetting(call, folder, "experimental.new-installer")) || /^(?:0|1\.0)(?:\.|$)/.test(versionOf(call) ?? "");
}

/** Poetry: below its cache folder also the environments that it makes, unless it is told otherwise. */
export const poetry: Handler = (call) => {
  const o = options(call.args, "C P E --directory --project --with --without --only --extras --group");
  const [verb, ...more] = o.operands.map((a) => a.text);
  const folder = o.value("-C", "-P", "--directory", "--project") ?? ".";
  const cacheFolder = poetrySetting(call, folder, "cache-dir");
  const root = pathOf(call, cacheFolder ?? userCache(call, "pypoetry"));
  const inProject = isYes(poetrySetting(call, folder, "virtualenvs.in-project"));
  const place = inProject
    ? pathOf(call, `${folder}/.venv`)
    : isNo(poetrySetting(call, folder, "virtualenvs.create"))
      ? "/usr"
      : `${root}/virtualenvs`;
  switch (verb) {
    case "install":
    case "sync":
    case "add":
    case "update": {
      const leaves = o.has("--no-dev", "--only", "--only-root") || o.values("--without").some((g) => g.split(",").includes("dev"));
      const dev = leaves || verb === "add" ? [] : [filled(place, `poetry-dev:${place}`, "package", "development dependencies")];
      const off = o.has("--no-cache") || installsByPip(call, folder);
      const cached = off
        ? []
        : [cacheIn(`${root}/cache`, "poetry-cache", "poetry's cache"), cacheIn(`${root}/artifacts`, "poetry-artifacts", "downloads")];
      return [filled(place, `poetry:${call.cwd}`, "package", "dependencies"), ...dev, ...cached];
    }
    case "cache":
      // What it downloaded stays, and of a package that is named with its version goes that alone (poetry's CacheClearCommand).
      return more[0] === "clear" && !more.some((word) => word.includes(":")) ? [removeAll(`${root}/cache`)] : [];
    case "config":
      return more.length === 1 && more[0] === "cache-dir" ? prints(root) : configured(call, more, o.has("--local"));
    case "check":
    case "show":
    case "version":
    case "env":
      return [];
    default:
      return verb === undefined ? [] : undefined;
  }
};

/** A line in a file: of the project with `--local`, else of whoever runs it. */
function configured(call: Call, [key, value]: readonly string[], isLocal: boolean): Effect[] {
  if (key === undefined || value === undefined) return [];
  const folder = isLocal ? call.cwd : configFolder(call);
  return [filled(folder, told(key, value), "metadata", "poetry's settings", typical(50))];
}

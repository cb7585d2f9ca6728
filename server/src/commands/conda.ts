import type { Effect } from "../image/effects.ts";
import { cacheIn, filled, type KeptCache, removeAll, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, options } from "./call.ts";

const valued = "n p c f --name --prefix --channel --file --revision --override-channels --solver";
const rootOf = (call: Call): string =>
  byPath.exec(call.name)?.[1] ??
  setting(call, "CONDA_DIR") ??
  setting(call, "MAMBA_ROOT_PREFIX") ??
  rootInPath(setting(call, "PATH") ?? "") ??
  "/opt/conda";

/** `/opt/conda/bin/conda`: it works for the folder that it lies in. */
const byPath = /^(\/.+)\/(?:cond)?bin\/(?:conda|mamba)$/;

export const condaHandler = (name: string): Handler | undefined => (byPath.test(name) ? conda : undefined);

/** `/miniconda/bin` in PATH: where its installer was told to put it. */
const rootInPath = (path: string): string | undefined =>
  path
    .split(":")
    .find((folder) => /^\/[^$]*(?:conda|mamba|miniforge)\w*\/(?:cond)?bin\/?$/.test(folder))
    ?.replace(/\/\w+\/?$/, "");

/** conda, mamba, micromamba: pkgs/ keeps the archives, and what was unpacked from them (hard links of what is installed). */
const conda: Handler = (call) => {
  const o = options(call.args, valued);
  const [first, second, ...others] = o.operands.map((a) => a.text);
  const root = rootOf(call);
  const isEnv = first === "env";
  const verb = isEnv ? second : first;
  const packages = isEnv ? others : [second ?? "", ...others].filter((p) => p !== "");
  switch (verb) {
    case "install":
    case "create":
    case "update": {
      const files = o.values("-f", "--file").map((f) => `-f ${f}`);
      const named = [...packages, ...files];
      const wanted = named.length > 0 ? named : [isEnv ? "an environment" : `conda ${verb}`];
      const downloaded = o.has("--offline") ? [] : [cacheIn(`${root}/pkgs`, "conda-pkgs", "downloaded packages")];
      return [...wanted.map((p) => filled(root, `conda:${p}`, "package", p)), ...downloaded];
    }
    case "clean":
      return o.has("-a", "--all", "-t", "--tarballs", "-p", "--packages") && !o.has("-d", "--dry-run") ? [removeAll(`${root}/pkgs/*`)] : [];
    case "remove":
    case "uninstall":
      return packages.map((p): Effect => ({ do: "take", path: root, id: `conda:${p}` }));
    case "config":
    case "list":
    case "info":
    case "search":
      return [];
    default:
      return verb === undefined ? [] : undefined;
  }
};

export const condaCommands: Record<string, Handler> = { conda, mamba: conda, micromamba: conda };

/**
 * `conda clean` knows -f since 4.6 (docs.conda.io, its pages of 4.5 and 4.6). Miniconda's installer and image have conda's version in their name;
 * Anaconda's had conda 4.5 up to 2018.12 (its release notes), Archiconda's has none later (Archiconda/build-tools, 0.2.3).
 */
const isOfOldConda = (text: string): boolean =>
  /\bminiconda[23]?[-:](?:[123]\.|4\.[0-5]\.)|\banaconda[23]?[-:](?:[1-5]\.\d|2018\.)|\barchiconda3-0\.[012]\./i.test(text);

const isOld = ({ ran, earlier }: KeptCache): boolean =>
  isOfOldConda(ran.before.base?.name ?? "") || earlier().some((r) => r.args.some((a) => isOfOldConda(a.text)));

export const condaCache: ToolCache = {
  tool: "conda",
  what: "the conda package cache",
  ids: ["conda-pkgs"],
  verbs: ["install", "create", "update"],
  reads: (ran) => Object.hasOwn(condaCommands, ran.name) && ran.args.some((a) => a.text === "--offline"),
  clean: (kept) => `${kept.ran.words[0]?.raw ?? "conda"} clean ${/(?:^|\/)conda$/.test(kept.ran.name) && isOld(kept) ? "-ay" : "-afy"}`,
};

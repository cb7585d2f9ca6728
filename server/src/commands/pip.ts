import { type BaseImage, isImage, partsOfName } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, find } from "../image/files.ts";
import { isRoot, isSameUser } from "../image/homes.ts";
import { dirname } from "../image/paths.ts";
import { add, atLeast, isUnknown, type Size, typical, unknown, zero } from "../image/size.ts";
import { installedRequirements } from "../sizes/installed/python.ts";
import type { Wheels } from "../sizes/pip.ts";
import { packagesOf } from "./apt-installed.ts";
import { cacheIn, filled, prints, removeAll, removeFolders, setting, type ToolCache, userCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";
import { environmentOf, venv } from "./environments.ts";
import { cudaLibraries, nltk, playwright, required } from "./extras.ts";
import { isPip } from "./kinds.ts";

const valued =
  "r c e i t d w --requirement --constraint --editable --index-url --extra-index-url --target --prefix --root --find-links --trusted-host --timeout --retries " +
  "--cache-dir --python --log --proxy --cert --client-cert --progress-bar --only-binary --no-binary --platform --python-version --implementation --abi --src " +
  "--upgrade-strategy --config-settings --global-option --install-option --build-option --dest --wheel-dir --root-user-action --use-feature --report --group --default-timeout --exists-action";

/** An archive or folder on this machine: nothing is downloaded for it itself. */
const isLocal = (text: string): boolean => /\.whl$|\.tar\.gz$|\.zip$/.test(text) && !/^[a-z+]+:\/\//.test(text);
const noCacheId = "pip-no-cache";

/** Files in which pip reads its settings. One whose text is not known is taken to turn the cache off. */
function isOffByFile(call: Call): boolean {
  const home = homeOf(call);
  const config = setting(call, "XDG_CONFIG_HOME") ?? `${home}/.config`;
  const files = [
    setting(call, "PIP_CONFIG_FILE"),
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    `${home}/.pip/pip.conf`,
    `${config}/pip/pip.conf`,
  ];
  const told = contentAt(call.state.root, configFolder(call)).of(noCacheId).length > 0;
  return told || files.some((f) => f !== undefined && f !== "/dev/null" && turnsOff(call, pathOf(call, f)));
}

const turnsOff = (call: Call, path: string): boolean =>
  find(call.state.root, path, true) !== undefined && /no-cache-dir/.test(call.textAt?.(path) ?? "no-cache-dir");

const configFolder = (call: Call): string => pathOf(call, `${setting(call, "XDG_CONFIG_HOME") ?? `${homeOf(call)}/.config`}/pip`);

/** Any value of the variable turns the cache off, even 0 (pip's own reading of it). */
export function pipCaches(call: Call): boolean {
  // Both switches set the same thing: the last one counts.
  const told = call.args.findLast((a) => saysNone(a) || namesFolder(a));
  if (told) return namesFolder(told);
  return !isOld(call) && setting(call, "PIP_NO_CACHE_DIR") === undefined && !isOffByFile(call);
}

/** Wheezy's, jessie's, precise's and trusty's own pip is older than 6.0, which brought the cache and the option (pip's news). */
const releases = /^(?:wheezy|jessie|12\.04|14\.04)$/;
/** Bases that stand on one of these: ROS Indigo and Jade, CUDA 7, phusion's up to 0.9.18, those of before there were official ones, and what says so. */
const onThese =
  /:(?:indigo|jade)(?:$|-)|cuda[\w-]*:7\.|^phusion\/\w+:0\.9\.(?:\d|1[0-8])$|^dockerfile\/|(?:^|[^a-z])(?:wheezy|jessie|precise|trusty)\b|(?:ubuntu|[:-]u)[:-]?1[24](?:\.?04)?\b|debian:[78]\b/;
/** These say that they stand on a later one. */
const sayRelease =
  /cuda[\w-]*:(?:[89]|\d\d)\.|^phusion\/\w+:0\.(?:9\.(?:19|2)|1)|ubuntu[:-]?\d\d\.?04|(?:^|[^a-z])(?:xenial|bionic|focal|jammy|noble|stretch|buster|bullseye|bookworm|trixie)\b/;

/** The pip that runs is an old distribution's own, or nobody can tell: apt installed it on a base whose release is not known, and nothing renewed it. */
function isOld(call: Call): boolean {
  const { base, root } = call.state;
  const { name = "", os } = base ?? {};
  if (isImage(base, "python", "pypy") || /conda/.test(call.name)) return false;
  if (onThese.test(name) || ((os?.id === "debian" || os?.id === "ubuntu") && releases.test(os.release ?? ""))) return true;
  if (os?.release !== undefined || sayRelease.test(name) || /^(?:debian|ubuntu):/.test(name)) return false;
  const isApts = ["deb:python-pip", "deb:python3-pip"].some((id) => root.content.of(id).length > 0);
  return isApts && ![...contentAt(root, "/usr")].some((e) => /^pip:pip(?![\w.-])/.test(e.id));
}

/** Its option parser takes any beginning that stands for one option only. */
const saysNone = ({ text }: Call["args"][number]): boolean => /^--no-cache(?:-d(?:ir?)?)?$/.test(text);
const namesFolder = ({ text }: Call["args"][number]): boolean => /^--cache-dir(?:=|$)/.test(text);

const pipCacheFolder = (call: Call, given?: string): string =>
  pathOf(call, given ?? setting(call, "PIP_CACHE_DIR") ?? userCache(call, "pip"));

/** pip keeps none in a folder that is not its own: of those above, the first that exists decides (its check_path_owner). Known to be another's, that is. */
function isOfOthers({ state: { root, base, homes }, user }: Call, folder: string): boolean {
  for (let at = folder; at !== "/"; at = dirname(at)) {
    const node = find(root, at, true);
    // Nobody else may even look into root's home.
    const owner = node?.type === "folder" ? node.owner : undefined;
    if (at === "/root" && owner === undefined) return !isRoot(user);
    if (node?.type === "folder") return owner !== undefined && !mayBeOwned(owner, node.mode ?? 0, user);
    // useradd made no home: /home is root's.
    const isDebian = base?.standardLayout === true && (base.os?.id === "debian" || base.os?.id === "ubuntu");
    if (isDebian && dirname(at) === "/home" && homes.get(user) === at) return true;
  }
  return false;
}

/** A number may be anybody's; root takes its own alone, who else writes where all may. */
function mayBeOwned(owner: string, mode: number, user: string): boolean {
  const [name = ""] = owner.split(":");
  if (isSameUser(name, user) || /\$/.test(name + user)) return true;
  if (isRoot(user)) return false;
  return (mode & 0o022) !== 0 || (!isRoot(name) && /^\d+$/.test(name) !== /^\d+$/.test(user));
}

const cacheId = "pip-cache";

const pipCached = (folder: string, size?: Size): Effect => cacheIn(folder, cacheId, "pip's cache", size);

/** They are there already, or next to nothing. */
const basics = /^(?:pip|setuptools|wheel)(?![\w.-])/;

const source = "wheels of PyPI, by lock files in public repositories";

/** Python before 3.9, which today's wheels are not for: an image's own, or its distribution's (packages.debian.org, packages.ubuntu.com; Red Hat's 7 and 8 have 3.6). */
function hasOldPython(base: BaseImage | undefined): boolean {
  const { image, major, minor } = partsOfName(base?.name);
  if (image === "python" || image === "pypy") return major === 2 || (major === 3 && minor !== undefined && minor < 9);
  const { id = "", release = "" } = base?.os ?? {};
  return id === "debian" || id === "ubuntu"
    ? /^(?:wheezy|jessie|stretch|buster|1[0-8]\.\d\d|20\.04)$/.test(release)
    : /^(?:centos|rhel|rocky\w*|alma\w*|oracle\w*|ol) [78]\b|^amzn? |^amazonlinux [12]$/.test(`${id} ${release}`);
}

/**
 * What is downloaded for each of several requirements: what two need counts for the first. For an old Python and on Alpine there are other
 * wheels, or they are built; on an image that nobody knows, after other installs and from another index nobody knows which.
 */
function wheelsFor(call: Call, place: string, o: ReturnType<typeof options>): (wanted: string) => Wheels | undefined {
  const { pip: index, state } = call;
  const { standardLayout, os } = state.base ?? {};
  const files = required(call, o.values("-r", "--requirement"));
  const elsewhere = [...files.indexes, ...o.values("--index-url", "-i", "--extra-index-url", "-f", "--find-links")];
  const installed = find(state.root, place, true);
  const isFirst = installed?.type !== "folder" || !installed.content.some((e) => e.id.startsWith("pip:") && !basics.test(e.id.slice(4)));
  const isKnown = standardLayout === true && os !== undefined && os.id !== "alpine" && !hasOldPython(state.base);
  if (!index || elsewhere.length > 0 || o.has("--no-deps") || !isFirst || !isKnown) return () => undefined;
  // Debian's modules are seen by Debian's Python alone: not by that of the Python images, in /usr/local, and not from an environment.
  const isDebians = environmentOf(call) === "/usr" && !isImage(state.base, "python", "pypy");
  const debians = isDebians ? packagesOf(call)?.present : undefined;
  const taken = new Set<string>();
  return (wanted) => {
    const [, file] = /^-r (.+)$/.exec(wanted) ?? [];
    const named = file === undefined ? [wanted].filter((p) => !p.startsWith("-") && !isLocal(p)) : required(call, [file]).packages;
    const found = index.wheels(
      named.filter((p) => !basics.test(p)),
      (name) => basics.test(name) || taken.has(name) || debians?.has(`python3-${name}`) === true,
    );
    for (const name of found.names) taken.add(name);
    return found;
  };
}

/**
 * Its cache keeps every wheel that was downloaded (pip's documentation, "Caching"): 669,253 bytes of 588 kB of wheels
 * (tdurieux/docker-parfum-experiment, 1tayh/noisy).
 */
function downloaded({ state, layer }: Call, folder: string, wheels: readonly (Wheels | undefined)[]): Size {
  const size = atLeast(wheels.reduce((total, found) => add(total, found?.downloaded ?? unknown), zero));
  const before = contentAt(state.root, folder)
    .of(cacheId)
    .find((e) => e.layer === layer)?.size;
  if (before && before.bytes > size.bytes) return atLeast(before);
  return size.bytes > 0 ? size : unknown;
}

/** pip: packages in site-packages, and what was downloaded and built for them in the cache of whoever runs it. */
const pip: Handler = (call) => {
  const o = options(call.args, valued);
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const folder = pipCacheFolder(call, o.value("--cache-dir"));
  const cached = (found: readonly (Wheels | undefined)[]): Effect[] => {
    if (!pipCaches(call)) return [];
    return isOfOthers(call, folder) ? [{ do: "lookAt", path: folder }] : [pipCached(folder, downloaded(call, folder, found))];
  };
  const wanted = [
    ...packages,
    ...o.values("-r", "--requirement").map((f) => `-r ${f}`),
    ...o.values("-e", "--editable").map((f) => `-e ${f}`),
    ...o.values("--group").map((g) => `--group ${g}`),
  ];
  const downloads = wanted.some((p) => !isLocal(p)) && !o.has("--no-index");
  switch (verb) {
    case "install": {
      const target = o.value("-t", "--target", "--prefix", "--root");
      const place = target !== undefined ? pathOf(call, target) : o.has("--user") ? `${homeOf(call)}/.local` : environmentOf(call);
      const indexes = [...o.values("--index-url", "-i"), ...o.values("--extra-index-url"), ...o.values("-f", "--find-links")];
      const cuda = cudaLibraries(call, place, packages, indexes, o.values("-r", "--requirement"));
      const found = wanted.map(wheelsFor(call, place, o));
      // Of an environment here, and of wheels, they would be counted twice.
      const effects = [
        ...wanted.map((p, i) => (cuda.length > 0 ? filled(place, `pip:${p}`, "package", p) : wantedAt(call, place, p, found[i]?.unpacked))),
        ...cuda,
      ];
      return downloads ? [...effects, ...cached(found)] : effects;
    }
    case "download":
    case "wheel": {
      const place = pathOf(call, o.value("-d", "--dest", "-w", "--wheel-dir") ?? ".");
      const found = wanted.map(wheelsFor(call, environmentOf(call), o));
      const effects = wanted.map((p, i) => filled(place, `wheel:${p}`, "download", p, found[i]?.unpacked));
      return downloads ? [...effects, ...cached(found)] : effects;
    }
    case "uninstall":
      return packages.map((p): Effect => ({ do: "take", path: environmentOf(call), id: `pip:${p}` }));
    case "cache":
      if (packages[0] === "dir") return prints(folder);
      return packages[0] === "purge" ? [removeAll(`${folder}/*`)] : [];
    case "config":
      return packages[0] === "set" ? [settingWritten(call, packages[1] ?? "")] : [];
    default:
      return [];
  }
};

/** A package, or a file of them: what this machine has of that in an environment beside it, where it has; else what is known of it. */
export function wantedAt(call: Call, place: string, wanted: string, known?: Size): Effect {
  const [, file] = /^-r (.+)$/.exec(wanted) ?? [];
  const path = file === undefined ? undefined : pathOf(call, file);
  const project = path === undefined ? undefined : call.projectAt?.(path);
  const text = path === undefined || !project ? undefined : call.textAt?.(path);
  const here = project && text !== undefined ? installedRequirements(project, text) : undefined;
  const otherwise = known && !isUnknown(known) ? source : undefined;
  return filled(place, `pip:${wanted}`, "package", wanted, here?.size ?? known, here ? here.source : otherwise);
}

/** `pip config set global.no-cache-dir true`: a line in a file. */
const settingWritten = (call: Call, key: string): Effect =>
  filled(configFolder(call), /no-cache-dir$/.test(key) ? noCacheId : `pip-setting:${key}`, "metadata", "pip's settings", typical(30));

/** `python -m pip …`, `python -m playwright …`; another module or script is nobody knows what. */
const python: Handler = (call) => {
  const at = call.args.findIndex((a) => !/^-[IsSEuBO]+$/.test(a.text));
  const [dash, module] = call.args.slice(at);
  if (call.args.length > 0 && call.args.every((a) => /^(?:-V|-VV|--version)$/.test(a.text))) return [];
  const words = call.args.slice(at + 1).map((a) => a.text);
  if (at >= 0 && dash?.text === "-c") return nltk(call, words);
  if (at < 0 || dash?.text !== "-m") return undefined;
  if (module?.text === "nltk.downloader") return nltk(call, words);
  if (module?.text === "playwright") return playwright(call);
  if (module?.text === "venv") return venv({ ...call, args: call.args.slice(at + 2) });
  return module?.text === "pip" ? pip({ ...call, args: call.args.slice(at + 2) }) : undefined;
};

/** pip3.11, python3, /opt/venv/bin/pip. */
export const pythonHandler = (name: string): Handler | undefined => {
  const base = name.replace(/^.*\/bin\//, "");
  if (isPip(base)) return pip;
  return /^(?:python|pypy)[\d.]*$/.test(base) ? python : undefined;
};

export const pipCache: ToolCache = {
  tool: "pip",
  what: "the pip cache",
  ids: ["pip-cache"],
  alias: "DL3042",
  verbs: ["install", "wheel", "download"],
  flag: { text: "--no-cache-dir", unfit: ({ args }) => args.some(namesFolder) },
  clean: removeFolders,
};

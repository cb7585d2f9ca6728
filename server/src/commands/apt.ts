import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry, find, isMounted, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { absolute, dirname } from "../image/paths.ts";
import { atLeast, computed, isUnknown, type Size, typical, unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Inventory, installedOn } from "../sizes/packages/chains.ts";
import { type AptCall, aptCall, aptOptions, isPackageFile, packageName } from "./apt-call.ts";
import { debId, packagesOf, snapshotName } from "./apt-installed.ts";
import { installEffects, removeEffects } from "./apt-packages.ts";
import { isOfRpm, recommendedBy, recommendedTogether, recommendsId, recommendsOfId } from "./apt-recommends.ts";
import { addedBy, aptRepositories, nodesourceRun, sourceAdded, updaterRun, updatesAsItAdds } from "./apt-sources.ts";
import type { ToolCache } from "./cache.ts";
import { type Call, type Handler, options, unknownWork } from "./call.ts";

export const listsFolder = "/var/lib/apt/lists";
export const listsId = "apt-lists";

/** What `apt-get update` leaves, whatever is installed after; it grows by a few kB a day as security updates come in. */
function listsEntry(call: Call): Pick<Entry, "id" | "kind" | "what" | "size" | "source"> {
  const entry = { id: listsId, kind: "lists" as const, what: "package lists" };
  const { base } = call.state;
  // Of an image whose distribution is not known the lists are not known either.
  const known = base?.os?.release && call.packages ? installedOn(call.packages, base) : undefined;
  if (known && known.release.name !== "" && isRelease(known, base?.os)) {
    const size = base?.ofLastBuild ? typical(known.release.lists) : computed(known.release.lists);
    return { ...entry, size: withSources(call, size), source: snapshotName(known.release) };
  }
  const { id, release } = base?.os ?? {};
  // A tag that names no release stood on one that was stable then: of all of them the first has the fewest packages.
  if (id === "debian" && release === undefined) return { ...entry, size: atLeast(typical(oldLists["debian jessie"] ?? 0)) };
  const old = oldLists[`${id} ${release}`];
  return { ...entry, size: old === undefined ? unknown : withSources(call, typical(old)) };
}

/** Each repository has lists of its own. */
function withSources(call: Call, own: Size): Size {
  const sources = aptRepositories(call);
  return sources === "own" ? own : sources === "more" ? atLeast(own) : unknown;
}

/**
 * Releases that get no more packages, and whose lists stay as they are. Buster: caronc/apprise#940 and Lujeni/matterllo#68, `docker images`
 * before and after (18 and 17 MB, 2023 and 2021). Xenial: fetched by apt from Ubuntu's archive as the official image does, October 2026
 * (ansible/distro-test-containers#46 saw 30 MB in 2020). Jessie: docker-library/buildpack-deps#1, two RUNs with an update each (9.4 MB, 2014).
 */
const oldLists: Readonly<Record<string, number>> = { "debian buster": 17_500_000, "ubuntu 16.04": 27_664_836, "debian jessie": 9_400_000 };

/** Not another one that stands in for it. */
const isRelease = ({ release }: Inventory, os: BaseImage["os"]): boolean =>
  release.os === os?.id && (release.name === os.release || release.version === os.release);

/** `APT::Install-Recommends "false";` in apt.conf (apt.conf(5)); comments do not count. */
const recommendsOff = /^(?!\s*(?:\/\/|#)).*apt::install-recommends\s+"?(?:0|false|no|off)"?\s*;/im;

/**
 * Options that were set for good, by a file of an earlier command or of the context. Where nobody knows what is in one, one that is
 * called after it is taken to say so: the smaller image is assumed.
 */
function recommendsAreOff(call: Call): boolean {
  const { root } = call.state;
  const folder = find(root, "/etc/apt/apt.conf.d", true);
  const paths = folder?.type === "folder" ? [...unfold(folder).children.keys()].map((name) => `/etc/apt/apt.conf.d/${name}`) : [];
  if (find(root, "/etc/apt/apt.conf")) paths.push("/etc/apt/apt.conf");
  return paths.some((path) => {
    const text = call.textAt?.(path);
    return text === undefined ? /recommend|apt\.conf$/i.test(path) : recommendsOff.test(text);
  });
}

/**
 * The file by which Debian's and Ubuntu's images tell apt to keep no downloads and no index of its own (debuerreotype's docker-clean).
 * A base that has it shows it in its tree (build/): once it is removed, both stay.
 */
export const dockerClean = "/etc/apt/apt.conf.d/docker-clean";
export const cleansItself = ({ os, standardLayout }: BaseImage): boolean =>
  standardLayout === true && (os?.id === "debian" || os?.id === "ubuntu");
const cacheFolder = "/var/cache/apt";
const indexId = "apt-index";
const archivesId = "apt-archives";
/** pkgcache.bin, and nearly as much again in srcpkgcache.bin: measured with real builds, November 2026 (case apt/archives-kept). */
const indexBytes: Record<string, number> = { bullseye: 33_053_000, bookworm: 36_923_000, trixie: 44_510_000 };
/**
 * The signed InRelease files: what `apt-get distclean` keeps of the lists, and what `apt-get update` writes again where the lists are
 * there and still new. Measured with real builds, November 2026 (case apt/distclean-trixie; two RUNs with an update each on bookworm).
 */
const releaseFiles: Record<string, number> = { bookworm: 241_248, trixie: 231_169 };
const releasesEntry = ({ state }: Call): Pick<Entry, "id" | "kind" | "what" | "size"> => {
  const bytes = releaseFiles[state.base?.os?.release ?? ""];
  return { id: "apt-releases", kind: "lists", what: "signed lists of the releases", size: bytes === undefined ? unknown : typical(bytes) };
};

function kept({ state, layer }: Call, downloads: boolean): Effect[] {
  if (!state.base || !cleansItself(state.base) || find(state.root, dockerClean)) return [];
  const [old] = contentAt(state.root, cacheFolder).of(indexId);
  const one = indexBytes[state.base.os?.release ?? ""];
  // The source index is as it was; the other is written anew with each change.
  const size = one === undefined ? unknown : typical(old && old.layer !== layer ? one : 2 * one);
  const index: Effect = { do: "fill", path: cacheFolder, entry: { id: indexId, kind: "cache", what: "apt's index of all packages", size } };
  return [index, ...(downloads ? [archived] : [])];
}

const archived: Effect = {
  do: "fill",
  path: `${cacheFolder}/archives`,
  entry: { id: archivesId, kind: "download", what: "downloaded packages", size: unknown, like: "curl_8.14.1-2_amd64.deb" },
};

const clean: Effect[] = [
  { do: "take", path: cacheFolder, id: indexId },
  { do: "take", path: `${cacheFolder}/archives`, id: archivesId },
];

function distclean(call: Call): Effect[] {
  const left: Effect = {
    do: "fill",
    path: listsFolder,
    entry: { ...releasesEntry(call), kind: "metadata" },
  };
  const fresh = contentAt(call.state.root, listsFolder)
    .of(listsId)
    .some((e) => e.layer === call.layer);
  // What an earlier layer holds of them stays, too.
  return [...clean, { do: "take", path: listsFolder, id: listsId }, ...(fresh ? [left] : [])];
}

/** A script that sets up a repository, beside all that nobody knows of it: it updates the lists, where they are not there. */
export function repositoryAdded(call: Call): Effect[] {
  const updater = updaterRun(call);
  const address = updater ?? nodesourceRun(call);
  return address === undefined ? [] : [addedBy(address), ...(updater === undefined ? [] : listsFetched(call))];
}

/** From Ubuntu 18.04 on it updates the lists, too (add-apt-repository(1)). */
function repositoryByTool(call: Call): Effect[] {
  const { os } = call.state.base ?? {};
  const updates = os?.id === "ubuntu" && Number(os.release) >= 18 && updatesAsItAdds(call);
  return [unknownWork(call), sourceAdded(call), ...(updates ? listsFetched(call) : [])];
}

/** By an update of somebody's own, where they are not there. */
export const listsFetched = (call: Call): Effect[] => [
  { do: "lookAt", path: listsFolder },
  ...(hasLists(call.state) ? [] : [{ do: "fill" as const, path: listsFolder, entry: listsEntry(call) }]),
];

/**
 * aptitude notes the state of each package in the lists, and keeps the old notes beside them, even if nothing changed: 6,502,709 bytes each
 * for the 19,880,022 of bookworm's lists, 7,075,959 for the 21,668,227 of trixie's, 6,001,376 for the 18,464,622 of bullseye's.
 */
const statesPerByte = 0.327;
const statesId = "aptitude-states";

const aptitude: Handler = (call) => {
  const parsed = aptCall(call);
  const effects = apt(call) ?? [];
  if (!parsed || ["asks", "cleans"].includes(parsed.does) || !(hasLists(call.state) || parsed.fetchesLists)) return effects;
  const path = "/var/lib/aptitude";
  const { size } = listsEntry(call);
  const states: Size = isUnknown(size) ? size : { ...typical(Math.round(statesPerByte * size.bytes)), lowerBound: size.lowerBound };
  const entry = { kind: "metadata", what: "what aptitude notes of all packages" } as const;
  const hadOnes = !parsed.fetchesLists || contentAt(call.state.root, path).of(statesId).length > 0;
  return [
    ...effects,
    { do: "fill", path, entry: { ...entry, id: statesId, size: states } },
    ...(hadOnes ? [{ do: "fill" as const, path, entry: { ...entry, id: `${statesId}-old`, size: states } }] : []),
  ];
};

/** What is installed depends on which of the packages are there already. */
const apt: Handler = (call) => {
  const parsed = aptCall(call);
  if (!parsed) return undefined;
  const looked = parsed.packages.map((p) => `deb:${packageName(p.text)}`);
  return [{ do: "look", ids: looked }, ...effectsOf(call, parsed)];
};

function effectsOf(call: Call, parsed: AptCall): readonly Effect[] {
  // Lists in a folder of their own: a place like any other.
  if (parsed.lists !== undefined && parsed.fetchesLists) {
    const folder: Effect = {
      do: "fill",
      path: absolute(parsed.lists, call.cwd),
      entry: { ...listsEntry(call), id: "apt-lists-elsewhere" },
    };
    return parsed.verb === "update" ? [folder] : [folder, ...effectsOf(call, { ...parsed, fetchesLists: false })];
  }
  const o = aptOptions(call);
  if (o.has("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris")) return [];
  switch (parsed.verb) {
    case "update":
      return update(call);
    case "install":
    case "reinstall":
    case "build-dep":
    case "satisfy": {
      const before = parsed.fetchesLists ? update(call) : [];
      if (o.has("-d", "--download-only")) return [...before, archived];
      const effects = install(call, parsed);
      return [...before, ...effects, ...(effects.length > 0 ? kept(call, true) : [])];
    }
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
    case "safe-upgrade":
      // Without lists it knows of nothing newer.
      if (!parsed.fetchesLists && isWithoutLists(call.state)) return [];
      return [
        { do: "fill", path: "/", entry: { id: "deb-upgrade", kind: "package", what: "upgraded packages", size: unknown } },
        { do: "replace", part: "upgrade" },
      ];
    case "remove":
    case "purge":
    case "autoremove":
    case "autopurge":
      return remove(call, parsed);
    case "source":
      return [{ do: "unknown", id: `apt-${parsed.verb}`, what: `apt-get ${parsed.verb}` }];
    case "download":
      return parsed.packages.map(({ text }): Effect => {
        const name = packageName(text);
        const entry = { id: `apt-download:${name}`, kind: "download", what: `${name}'s package file`, size: unknown } as const;
        return { do: "fill", path: call.cwd, entry: { ...entry, like: `${name}_1.0_amd64.deb` } };
      });
    case "clean":
      return clean;
    case "distclean":
    // Its other spelling: the official images write it so (docker-library/php).
    case "dist-clean":
      return distclean(call);
    default:
      // autoclean, check, show, list …: nothing is written.
      return [];
  }
}

function update(call: Call): Effect[] {
  // With one repository more they are fetched for it, too.
  const isFresh = !hasLists(call.state) || (hasLists(call.state, call.layer) && aptRepositories(call) !== "own");
  if (isFresh) return [{ do: "fill", path: listsFolder, entry: listsEntry(call) }, ...kept(call, false)];
  return call.state.base && !hasLists(call.state, call.layer) ? [{ do: "fill", path: listsFolder, entry: releasesEntry(call) }] : [];
}

/** dpkg's own files, written anew by whatever changes the set of packages: status, logs, ld.so.cache … */
export const dpkgsOwn: Effect = {
  do: "fill",
  path: "/var/lib/dpkg",
  entry: { id: "dpkg-status", kind: "metadata", what: "dpkg's own files", size: unknown },
};

/** The removal of the lists by something that is not known to do so. */
export const maybeWithoutLists: Effect = { do: "remove", path: `${listsFolder}/*`, recursive: true, maybe: true };

/** Whether a path with parts that are not known may stand for the lists, or for a folder above them. What mktemp names does not. */
export function mayNameLists(text: string): boolean {
  if (/^\$\(mktemp\b/.test(text)) return false;
  const parts = text.split(/\$\([^)]*\)|`[^`]*`|\$\{[^}]*\}|\$\w+/);
  const [first = "", ...more] = parts;
  const last = more.pop() ?? "";
  const places = ["/var/lib/apt", listsFolder, `${listsFolder}/*`];
  return places.some((p) => p.startsWith(first) && p.endsWith(last.replace(/\/$/, "")) && more.every((part) => p.includes(part)));
}

/** Official images come without (docker-library/official-images, review guidelines). In a mount there may be those of an earlier RUN, or build. */
function isWithoutLists({ base, root, unknownWrites }: State): boolean {
  const inMount = [dirname(listsFolder), listsFolder].some((path) => isMounted(root, path));
  const isKnown = base !== undefined && cleansItself(base) && !inMount && !unknownWrites;
  return isKnown && contentAt(root, listsFolder).of(listsId).length === 0;
}

/** `layer`: written by this one. */
const hasLists = ({ root }: State, layer?: number): boolean =>
  contentAt(root, listsFolder)
    .of(listsId)
    .some((e) => !e.maybe && (layer === undefined || e.layer === layer));

function remove(call: Call, parsed: AptCall): Effect[] {
  const named = parsed.packages.map((p) => packageName(p.text));
  const autoremove = parsed.sweeps;
  const all = packagesOf(call);
  if (all) {
    const settings = aptOptions(call).values("-o", "--option");
    const keepRecommended = !settings.some((s) =>
      /^apt::autoremove::recommendsimportant=["']?(?:0|false|no|off)/i.test(s.replace(/\s/g, "")),
    );
    return removeEffects(call, all, named, { autoremove, keepRecommended, purges: parsed.purges });
  }
  return parsed.does === "sweeps" ? [] : [...named.map((name): Effect => ({ do: "take", path: "/", id: debId(name) })), dpkgsOwn];
}

function install(call: Call, parsed: AptCall): Effect[] {
  // Without lists it finds no package: what is named is there already, or the build ends here.
  if (!parsed.fetchesLists && isWithoutLists(call.state) && !parsed.packages.some((p) => isPackageFile(p.text))) return [];
  const recommends = parsed.recommends && !recommendsAreOff(call) && !isOfRpm(call.state.base);
  const again = aptOptions(call).has("--reinstall") || parsed.verb === "reinstall";
  const all = parsed.verb === "install" || parsed.verb === "reinstall" ? packagesOf(call) : undefined;
  if (all) return installEffects(call, all, { packages: parsed.packages, recommends, again });
  // Without an index: what is named is there afterwards, and weighs nobody knows what.
  const isThere = (name: string): boolean => call.state.root.content.of(debId(name)).some((e) => !e.maybe);
  const fresh = parsed.packages.filter((p) => !p.text.endsWith("-") && (again || !isThere(packageName(p.text))));
  if (fresh.length === 0) return [];
  const more = recommends ? fresh.flatMap((p) => (isPackageFile(p.text) ? [] : recommendedBy(call, packageName(p.text)))) : [];
  const isSure = more.some((m) => m.any);
  const wanted = new Set(fresh.map((p) => packageName(p.text)));
  const missed = new Set(more.flatMap((m) => m.named).filter((name) => !wanted.has(name) && !isThere(name)));
  const fill = (id: string, kind: Entry["kind"], what: string, brought?: Entry["brought"]): Effect => ({
    do: "fill",
    path: "/",
    entry: { id, kind, what, size: unknown, ...(brought && { brought }) },
  });
  return [
    ...fresh.map((p) => {
      const name = isPackageFile(p.text) ? p.text : packageName(p.text);
      return fill(debId(name), "package", name);
    }),
    // By name: with one package less, what the others bring is still the same.
    ...fresh.map((p) => fill(`deb-dependencies:${packageName(p.text)}`, "unknown", `what ${packageName(p.text)} needs`)),
    ...[...missed].flatMap((name) => [
      fill(debId(name), "package", name, "recommended"),
      fill(`deb-dependencies:${name}`, "unknown", `what ${name} needs`),
    ]),
    ...(recommends ? [fill(`${isSure ? recommendsId : recommendsOfId}${names(fresh)}`, "unknown", recommendedTogether)] : []),
  ];
}

const names = (packages: readonly Argument[]): string =>
  packages
    .map((p) => packageName(p.text))
    .sort()
    .join(" ");

export const aptCommands: Record<string, Handler> = {
  "apt-get": apt,
  apt,
  aptitude,
  // A package file, with what it needs from the repositories.
  gdebi: (call) => [
    unknownWork(call),
    ...call.args.flatMap(({ text }): Effect[] =>
      isPackageFile(text) ? [{ do: "fill", path: "/", entry: { id: debId(text), kind: "package", what: text, size: unknown } }] : [],
    ),
  ],
  "apt-cache": () => [],
  "add-apt-repository": repositoryByTool,
  "apt-add-repository": repositoryByTool,
  // Gone from Debian 13 on. Each key is appended.
  "apt-key": (call) =>
    /^(?:add|adv)$/.test(options(call.args).operands[0]?.text ?? "")
      ? [{ do: "write", path: "/etc/apt/trusted.gpg", size: unknown, kind: "artifact", append: true }]
      : [],
};

/** apt's own index and the packages it downloaded: kept only where docker-clean is gone. */
export const aptCache: ToolCache = {
  tool: "apt",
  what: "the apt cache",
  ids: [indexId, archivesId],
  verbs: ["install", "update", "upgrade", "dist-upgrade"],
  wants: (ran) => aptCall(ran) !== undefined && aptOptions(ran).has("-d", "--download-only"),
  clean: () => "apt-get clean",
  mounted: () => cacheFolder,
};

import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { entriesOf, find } from "../image/files.ts";
import { absolute } from "../image/paths.ts";
import { atLeast, type Size, typical, unknown } from "../image/size.ts";
import { quoted } from "../shell/words.ts";
import { cacheIn, filled, removeAll, removeFolders, type ToolCache } from "./cache.ts";
import { type Call, type Handler, type Options, options, pathOf } from "./call.ts";
import { withDatabase } from "./database.ts";
import { weakDependencies, weakDependenciesOff } from "./extras.ts";
import { dnfs, isDnf } from "./kinds.ts";

/** Those of the family whose cache has a rule of its own, with hadolint's number. `dnf5` is a name of dnf. */
const tools = { dnf: "DL3040", microdnf: "DL3040", yum: "DL3032", tdnf: undefined } as const;

export const dnfOptions = ({ args }: Pick<Call, "args">): Options =>
  options(
    args,
    "c d e x --config --exclude --setopt --repo --repoid --enablerepo --disablerepo --installroot --releasever --disableplugin --enableplugin --forcearch --destdir --downloaddir",
  );

/** Where these tools have their caches unless they are told otherwise. */
const ownFolder = /\/var\/cache\/(?:dnf|yum|tdnf|libdnf5)$/;

/** Images in which `yum` is a name of dnf: Red Hat 8 and later, Fedora, Amazon Linux 2023. */
const isDnfSystem = /fedora|rocky|alma|ubi[89]|ubi10|\bstream|(?:centos|oraclelinux|rhel)[:/-]?(?:8|9|10)|amazonlinux:(?:2022|2023|latest)/;
/**
 * Fedora 41 and later: dnf5, which has a folder of its own (dnf5's documentation, "dnf5.conf", cachedir), and as microdnf from Fedora 38 on
 * ("Changes between DNF and DNF5", Fedora Linux 38). Of a base that is not known a mount there tells.
 */
function isDnf5({ name, state: { base, root } }: Call): boolean {
  const release = base?.os?.release ?? /\bfedora(?:-minimal)?:(\d+)/.exec(base?.name ?? "")?.[1];
  if (base?.os && base.os.id !== "fedora") return false;
  return release === undefined ? find(root, "/var/cache/libdnf5") !== undefined : Number(release) >= (name === "microdnf" ? 38 : 41);
}

/** Which of the folders it is the base's release decides: that of tdnf is one. */
const isFolderGuessed = (base: BaseImage | undefined): boolean =>
  base?.os === undefined &&
  !/\bfedora(?:-minimal)?:\d/.test(base?.name ?? "") &&
  !isDnfSystem.test(base?.name.replace(/fedora/g, "") ?? "");

function folderOf(call: Call): string {
  if (call.name === "tdnf") return "/var/cache/tdnf";
  if (call.name === "dnf5" || isDnf5(call)) return "/var/cache/libdnf5";
  // microdnf before dnf5 has yum's (rpm-software-management/microdnf, dnf/dnf-main.c, CACHEDIR).
  if (call.name === "microdnf") return "/var/cache/yum";
  return call.name === "yum" && !isDnfSystem.test(call.state.base?.name ?? "") ? "/var/cache/yum" : "/var/cache/dnf";
}

/**
 * What yum keeps of the metadata of the repositories that the image comes with: what images lost by `yum clean all`, `docker images` before
 * and after. CentOS 7 pch18-docker/baota#53 (132.2 MB, 2020; ZoneMinder/zmdockerfiles#27: 114 MB, 2018), Amazon Linux 2
 * carlossg/docker-maven#161 (195 MB, 2020). Their updates have only grown since.
 */
const metadataBytes: readonly (readonly [base: RegExp, bytes: number])[] = [
  [/^(?:docker\.io\/)?(?:library\/)?centos:(?:centos)?7/, 132_200_000],
  [
    /^(?:docker\.io\/)?(?:library\/)?(?:amazonlinux:2(?:$|\.0)|amazoncorretto:(?:8|11)(?:$|[.-])(?!.*(?:alpine|al2023|debian)))/,
    195_000_000,
  ],
];

/** Where an earlier layer has left metadata it is taken as it is: what is added to that nobody knows, nor what some of the repositories have. */
function metadataSize({ name, layer, state: { base, root } }: Call, folder: string, o: Options): Size {
  if (o.has("--disablerepo", "--repo", "--repoid")) return unknown;
  const there = find(root, folder);
  if (there && entriesOf(there, folder).some(({ entry }) => entry.kind === "cache" && entry.layer !== layer)) return unknown;
  const [, bytes] = (name === "yum" && metadataBytes.find(([pattern]) => pattern.test(base?.name ?? ""))) || [];
  return bytes === undefined ? unknown : atLeast(typical(bytes));
}

/** They ask the repositories, and fetch their metadata for it (yum(8); DNF Command Reference): not where they are told to ask what is installed. */
const asking = new Set(
  "list ls info search se provides prov whatprovides repoquery rq deplist check-update check-upgrade updateinfo grouplist groupinfo".split(
    " ",
  ),
);
const ofInstalled = ({ args }: Call): boolean => args.some((a) => /^(?:--)?installed$/.test(a.text));

/** What `download` leaves where it was called, or was told to (DNF Command Reference, "Download Command"). */
function downloaded(call: Call, o: Options, names: readonly string[]): Effect[] {
  if (o.has("--url", "--urls")) return [];
  const path = pathOf(call, o.value("--destdir", "--downloaddir") ?? ".");
  return names.map((name): Effect => {
    const entry = { id: `rpm-download:${name}`, kind: "download", what: `${name}'s package file`, size: unknown } as const;
    return { do: "fill", path, entry: { ...entry, like: `${name.replace(/[*?]/g, "")}-1.0-1.x86_64.rpm` } };
  });
}

/** Packages, and the metadata of the repositories, which stays until `clean all`. */
const dnf: Handler = (call) => {
  const o = dnfOptions(call);
  const words = o.operands.map((a) => a.text);
  // `dnf group install`, and yum's `groups install`, are `groupinstall` in two words.
  const [verb, ...rest] = /^groups?$/.test(words[0] ?? "") ? [`group${words[1]}`, ...words.slice(2)] : words;
  const id = `${call.name === "dnf5" ? "dnf" : call.name}-cache`;
  const root = pathOf(call, o.value("--installroot") ?? "/");
  const set = o.values("--setopt").findLast((s) => s.startsWith("cachedir="));
  // The cache, too, lies in the root that is installed into (dnf's documentation, "--installroot"), but for microdnf's, which is told where.
  const folder = absolute((set?.replace("cachedir=", "") ?? folderOf(call)).replace(/^\/+/, ""), call.name === "microdnf" ? "/" : root);
  const isAsking = asking.has(verb ?? "");
  // Of that it is not known how much they fetch.
  const size = isAsking || verb === "download" ? unknown : metadataSize(call, folder, o);
  const metadata = o.has("-C", "--cacheonly") ? [] : [cacheIn(folder, id, "package metadata", size)];
  if (isAsking) return ofInstalled(call) ? [] : metadata;
  switch (verb) {
    case "download":
      return [...metadata, ...downloaded(call, o, rest)];
    case "install":
    case "in":
    case "localinstall":
    case "reinstall":
    case "rei":
    case "groupinstall": {
      // yum of Red Hat 7, and tdnf, know no weak dependencies.
      const hasWeak = call.name !== "tdnf" && (call.name !== "yum" || isDnfSystem.test(call.state.base?.name ?? ""));
      return [
        ...metadata,
        ...rest.map((p) => filled(root, `rpm:${p}`, "package", p)),
        ...(hasWeak ? weakDependencies(call, rest, o.values("--setopt")) : []),
      ];
    }
    case "module":
      return rest[0] === "install" ? [...metadata, ...rest.slice(1).map((p) => filled(root, `rpm:${p}`, "package", p))] : metadata;
    case "builddep":
    case "distro-sync":
      return [...metadata, filled(root, `rpm-${verb}`, "package", verb === "builddep" ? "build dependencies" : "upgraded packages")];
    case "update":
    case "upgrade":
    case "up":
    case "upgrade-minimal":
    case "up-min":
    case "groupupdate":
    case "groupupgrade":
      return [...metadata, filled(root, "rpm-upgrade", "package", "upgraded packages")];
    case "makecache":
      return metadata;
    case "config-manager":
      return rest[0] === "setopt" ? weakDependenciesOff(rest) : o.has("--save") ? weakDependenciesOff(o.values("--setopt")) : [];
    case "remove":
    case "rm":
    case "erase":
    case "groupremove":
      return rest.map((p): Effect => ({ do: "take", path: root, id: `rpm:${p}` }));
    case "autoremove":
      return [];
    case "clean":
      // `packages` and `expire-cache` leave the metadata, `dbcache` a part of it (dnf(8)).
      if (rest.every((word) => /^(?:packages|expire-cache)$/.test(word))) return [];
      // One tool of the family cleans what another of them wrote: they share the folder.
      return [{ ...removeAll(`${folder}/*`), ...(rest.every((word) => word !== "all" && word !== "metadata") && { maybe: true }) }];
    default:
      return [];
  }
};

/** Verbs as commands of their own, of yum on a system that has yum, else of dnf (yum-utils; dnf-plugins-core, "dnf-utils"). */
const utilities = { yumdownloader: "download", repoquery: "repoquery", "yum-builddep": "builddep" } as const;
const utility =
  (verb: string): Handler =>
  (call) =>
    dnf({
      ...call,
      name: isDnfSystem.test(call.state.base?.name ?? "") ? "dnf" : "yum",
      args: [{ text: verb, known: true, glob: false }, ...call.args],
    });

/** `rpm -i FILE`, `rpm -e NAME`, `rpm --import KEY` (rpm(8)); a query writes nothing. */
const rpm: Handler = (call) => {
  const o = options(call.args, "E D r --eval --define --root --dbpath --queryformat --qf");
  const names = o.operands.map((a) => a.text);
  if (o.has("-q", "-V", "-K", "-E", "--query", "--verify", "--checksig", "--eval", "--version", "--showrc")) return [];
  if (o.has("-e", "--erase")) return names.map((p): Effect => ({ do: "take", path: "/", id: `rpm:${p}` }));
  return names.map((p) => filled("/", `rpm:${p}`, "package", o.has("--import") ? `the key ${p}` : p));
};

const dnfWithDatabase = withDatabase(dnf);
export const dnfCommands: Record<string, Handler> = {
  ...Object.fromEntries(dnfs.map((name) => [name, dnfWithDatabase])),
  ...Object.fromEntries(Object.entries(utilities).map(([name, verb]) => [name, withDatabase(utility(verb))])),
  rpm: withDatabase(rpm),
};

export const dnfCaches: readonly ToolCache[] = (Object.keys(tools) as (keyof typeof tools)[]).map((tool) => {
  const alias = tools[tool];
  return {
    tool,
    what: `the ${tool} cache`,
    ids: [`${tool}-cache`],
    fetchedByAll: true,
    ...(alias && { alias }),
    ...(tool !== "tdnf" && { liesAnywhere: isFolderGuessed }),
    verbs: [
      ..."install in update upgrade up upgrade-minimal up-min groupinstall localinstall reinstall rei makecache".split(" "),
      ...asking,
    ],
    reads: (ran) => isDnf(ran.name) && ran.args.some((a) => a.text === "-C" || a.text === "--cacheonly"),
    // Keys of repositories are taken with a yes.
    fetchesAnew: ({ name, args }) =>
      isDnf(name) && args.some((a) => a.text === "makecache") && !args.some((a) => /^(?:-y|--assumeyes)$/.test(a.text)),
    clean: (kept) => {
      const folder = [...kept.folders.values()].at(-1) ?? "";
      const root = folder.replace(ownFolder, "");
      // Told to keep it elsewhere: without the same words `clean all` does not find it.
      if (root === folder || /[$`]/.test(root)) return removeFolders(kept);
      return root ? `${tool} --installroot=${quoted(root)} clean all` : `${tool} clean all`;
    },
  };
});

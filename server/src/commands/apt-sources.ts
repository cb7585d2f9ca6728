import { isImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, type FolderNode, find, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { typical } from "../image/size.ts";
import { type Call, options } from "./call.ts";
import { isRepositoryTool, isShell } from "./kinds.ts";

// Repositories that are added to those of the distribution.

/** Where dpkg notes the architectures beside its own; each has lists of its own (dpkg(1), --add-architecture). */
export const architectures = "/var/lib/dpkg/arch";
const sourcesFolder = "/etc/apt/sources.list.d";

/** What lies there, where the tree knows the folder. */
function sourcesIn({ root }: State): FolderNode | undefined {
  const folder = find(root, sourcesFolder, true);
  return folder?.type === "folder" ? unfold(folder) : undefined;
}

export function hasOwnSources(state: State): boolean {
  const sources = sourcesIn(state);
  return sources !== undefined && (sources.content.size > 0 || sources.children.size > 0);
}

const sourcesList = "/etc/apt/sources.list";

/** Whether what apt knows are the base's own repositories, or more, or nobody knows which: its list is another one. */
export function aptRepositories(call: Pick<Call, "state" | "textAt">): "own" | "more" | "others" {
  const { root } = call.state;
  const list = find(root, sourcesList, true);
  const isMore = hasOwnSources(call.state) || find(root, architectures) !== undefined;
  if (list?.type !== "file") return isMore ? "more" : "own";
  const text = call.textAt?.(sourcesList);
  if (text === undefined) return isMore ? "more" : "own";
  // Lines behind those of the base, of which nobody knows the length.
  if (list.entry.size.lowerBound) return isMore || /^\s*deb/m.test(text) ? "more" : "own";
  if (!namesAll(text)) return "others";
  return isMore || /^\s*deb-src/m.test(text) ? "more" : "own";
}

/** A mirror's list, mostly: of Debian's packages all but a few lie in `main`, of Ubuntu's in `universe`. */
const namesAll = (text: string): boolean =>
  /^\s*deb\s.*\s(?:universe|stable|(?:jessie|stretch|buster|bullseye|bookworm|trixie)\s+main)\b/m.test(text);

/** The repository of nodesource, by its set-up script or by a file that is called so. */
const nodesourceId = "apt-source:nodesource";
const setUp = /\b(deb|rpm)\.nodesource\.com\/setup/;
const repositories = { deb: sourcesFolder, rpm: "/etc/yum.repos.d" } as const;

const nodesourceEffect = (address: string): Effect => ({
  do: "fill",
  path: repositories[setUp.exec(address)?.[1] === "rpm" ? "rpm" : "deb"],
  entry: { id: nodesourceId, kind: "metadata", what: "nodesource's repository", size: typical(100) },
});

/**
 * Scripts that set up a repository, and have apt update the lists for it, all of them (the scripts' own text, November 2026): nodesource's,
 * Docker's, td-agent's, those of packagecloud (GitLab's too) and cloudsmith, LLVM's, Azure's, MariaDB's, Tailscale's, Salt's.
 */
const updating =
  /\bdeb\.nodesource\.com\/setup|\/\/(?:get|test)\.docker\.com\/?$|\btreasuredata\.com\/sh\/install-(?:debian|ubuntu)|\/(?:script|setup)\.deb\.sh\b|\bapt\.llvm\.org\/llvm\.sh|\baka\.ms\/InstallAzureCLIDeb|\/mariadb_repo_setup\b|\btailscale\.com\/install\.sh|\bbootstrap\.salt(?:project\.io|stack\.com)/i;

/** It fetches such a script, to be run at once. */
export const fetchesUpdater = ({ name, args }: Pick<Call, "name" | "args">): boolean =>
  /^(?:curl|wget)$/.test(name) && args.some((a) => updating.test(a.text));

/** Debian's and Ubuntu's tool, where it is not told to leave the lists as they are (add-apt-repository(1)). */
export const updatesAsItAdds = ({ name, args }: Pick<Call, "name" | "args">): boolean =>
  isRepositoryTool(name) && !options(args).has("-n", "--no-update");

/** The address of such a script that is piped into it. */
export const updaterRun = (call: Call): string | undefined => scriptRun(call, updating);

/** So of one that sets up nodesource's repository, for apt or for dnf. */
export const nodesourceRun = (call: Call): string | undefined => scriptRun(call, setUp);

const scriptRun = ({ name, stdin }: Call, address: RegExp): string | undefined =>
  isShell(name) ? stdin?.what.split(" ").find((word) => address.test(word)) : undefined;

const sourceEffect = (source: string): Effect => ({
  do: "fill",
  path: sourcesFolder,
  entry: { id: `apt-source:${source}`, kind: "metadata", what: source, size: typical(200) },
});

/** add-apt-repository adds a list, and the key to it. */
export const sourceAdded = ({ args }: Call): Effect =>
  sourceEffect(args.flatMap((a) => (a.text.startsWith("-") ? [] : [a.text])).join(" "));

/** So does the script from that address. */
export const addedBy = (address: string): Effect => (setUp.test(address) ? nodesourceEffect(address) : sourceEffect(address));

/** What is fetched from there into a file is run next. */
export const nodesourceFetched = ({ args }: Call): Effect[] => args.filter((a) => setUp.test(a.text)).map((a) => nodesourceEffect(a.text));

/** nodesource's package of Node, in the place of the distribution's. */
export function isOfNodesource(state: State, name: string): boolean {
  const sources = name.startsWith("nodejs") ? sourcesIn(state) : undefined;
  if (!sources) return false;
  return sources.content.of(nodesourceId).length > 0 || [...sources.children.keys()].some((n) => n.startsWith("nodesource."));
}

/** The same by dnf, whose repository may come as a package as well. */
export function isOfNodesourceRpm({ root }: State, name: string): boolean {
  const folder = name.startsWith("nodejs") ? find(root, repositories.rpm, true) : undefined;
  const files = folder?.type === "folder" ? [...unfold(folder).children.keys()] : [];
  const ids = [...root.content, ...contentAt(root, repositories.rpm)].map((e) => e.id);
  return name.startsWith("nodejs") && [...files, ...ids].some((text) => text.includes("nodesource"));
}

/** Repositories, by a word of their address, and packages of the distributions that they have others of: where the address does not say it. */
const vendors: readonly (readonly [RegExp, RegExp])[] = [
  [/r-project|c2d4u|marutter/, /^r-/],
  [/deadsnakes/, /^(?:lib)?python/],
  [/ubuntu-toolchain/, /^(?:gcc|g\+\+|cpp|gfortran|lib(?:gcc|stdc\+\+))/],
  [/kitware/, /^cmake/],
  [/llvm/, /^(?:clang|lld|lib(?:clang|c\+\+))/],
  [/sury|ondrej/, /^(?:php|apache2|nginx|libapache2)/],
  [/openjdk-r|adoptium|azul/, /^openjdk/],
  [/postgresql|pgdg/, /^(?:postgresql|postgis)/],
  [/cuda|nvidia/, /^(?:cuda|lib(?:cu|nv|nccl))/],
];

/** Words of addresses that are no vendor's. */
const common = new Set("http https debian ubuntu linux main contrib universe stable packages security archive".split(" "));

const isNamedAfter = (name: string, words: readonly string[]): boolean =>
  words.some((word) => name.startsWith(word) && /^(?:$|[-=\d])/.test(name.slice(word.length)));

/** The postgres image, and what is built on it under these names, have the server's packages from PostgreSQL's own archive (docker-library/postgres). */
const isOfPostgres = ({ base }: State, name: string): boolean =>
  /^(?:postgresql|postgis)(?:-|$)/.test(name) && isImage(base, "postgres", "postgis", "pgvector");

/** A list is called after the package: `yarn.list` is where yarn comes from, whatever the distribution's own of that name is. */
export function isForeign(state: State, name: string): boolean {
  if (isOfPostgres(state, name)) return true;
  const files = [...(sourcesIn(state)?.children.keys() ?? [])].flatMap((file) => /^(.{4,})\.(?:list|sources)$/.exec(file)?.[1] ?? []);
  return isOfNodesource(state, name) || isNamedAfter(name, files);
}

/**
 * By the address of a repository the package may be the vendor's: `https://nginx.org/packages`, `ppa:git-core/ppa`. It needs about what the
 * distribution's own needs; what it recommends nobody knows.
 */
export function isOfVendor(state: State, name: string): boolean {
  const sources = sourcesIn(state);
  if (!sources) return false;
  const texts = [...sources.children.values()].flatMap((node) => (node.type === "file" ? (node.entry.text ?? "") : []));
  const told = [...texts, ...[...sources.content].map((e) => e.what)].map((text) => text.toLowerCase());
  const words = told.flatMap((text) => [...text.split(/[^a-z0-9+-]+/), ...text.split(/[^a-z0-9+]+/)]);
  const named = words.filter((w) => (w.length > 3 || w === "php" || w === "git") && !common.has(w));
  return isNamedAfter(name, named) || vendors.some(([address, theirs]) => theirs.test(name) && told.some((text) => address.test(text)));
}

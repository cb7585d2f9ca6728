import type { Effect } from "../image/effects.ts";
import { type FolderNode, find, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { typical } from "../image/size.ts";
import type { Call } from "./call.ts";

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
export function sourcesOf(call: Pick<Call, "state" | "textAt">): "own" | "more" | "others" {
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
const setUp = /\bdeb\.nodesource\.com\/setup/;

const nodesourceEffect: Effect = {
  do: "fill",
  path: sourcesFolder,
  entry: { id: nodesourceId, kind: "metadata", what: "nodesource's repository", size: typical(100) },
};

/**
 * Scripts that set up a repository, and have apt update the lists for it, all of them (the scripts' own text, November 2026): nodesource's,
 * Docker's, td-agent's, those of packagecloud (GitLab's too) and cloudsmith, LLVM's, Azure's, MariaDB's, Tailscale's, Salt's.
 */
const updating =
  /\bdeb\.nodesource\.com\/setup|\/\/(?:get|test)\.docker\.com\/?$|\btreasuredata\.com\/sh\/install-(?:debian|ubuntu)|\/(?:script|setup)\.deb\.sh\b|\bapt\.llvm\.org\/llvm\.sh|\baka\.ms\/InstallAzureCLIDeb|\/mariadb_repo_setup\b|\btailscale\.com\/install\.sh|\bbootstrap\.salt(?:project\.io|stack\.com)/i;

/** It fetches such a script, to be run at once. */
export const fetchesUpdater = ({ name, args }: Pick<Call, "name" | "args">): boolean =>
  /^(?:curl|wget)$/.test(name) && args.some((a) => updating.test(a.text));

/** Such a script is piped into it. */
export const runsUpdater = ({ name, stdin }: Call): boolean =>
  /^(?:ba|da)?sh$/.test(name) && stdin !== undefined && stdin.what.split(" ").some((word) => updating.test(word));

/** add-apt-repository adds a list, and the key to it. */
export const sourceAdded: Effect = {
  do: "fill",
  path: sourcesFolder,
  entry: { id: "apt-source:added", kind: "metadata", what: "the list of a repository", size: typical(200) },
};

/** What is piped into a shell that way adds the repository. */
export const nodesourceAdded = (call: Call): Effect[] =>
  runsUpdater(call) && setUp.test(call.stdin?.what ?? "") ? [nodesourceEffect] : [];

/** What is fetched from there into a file is run next. */
export const nodesourceFetched = ({ args }: Call): Effect[] => (args.some((a) => setUp.test(a.text)) ? [nodesourceEffect] : []);

export function hasNodesource({ state }: Call): boolean {
  const sources = sourcesIn(state);
  if (!sources) return false;
  return sources.content.of(nodesourceId).length > 0 || [...sources.children.keys()].some((n) => n.startsWith("nodesource."));
}

/** A list is called after the package: `yarn.list` is where yarn comes from, whatever the distribution's own of that name is. */
export function hasSourceFor(state: State, name: string): boolean {
  const files = [...(sourcesIn(state)?.children.keys() ?? [])];
  const words = files.flatMap((file) => /^(.{4,})\.(?:list|sources)$/.exec(file)?.[1] ?? []);
  return words.some((word) => name === word || name.startsWith(`${word}-`) || name.startsWith(`${word}=`));
}

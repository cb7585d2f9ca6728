import type { Effect } from "../image/effects.ts";
import { type FolderNode, find, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { typical } from "../image/size.ts";
import type { Call } from "./call.ts";

// Repositories that are added to those of the distribution.

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

/** The repository of nodesource, by its set-up script or by a file that is called so. */
const nodesourceId = "apt-source:nodesource";
const setUp = /\bdeb\.nodesource\.com\/setup/;

const nodesourceEffect: Effect = {
  do: "fill",
  path: sourcesFolder,
  entry: { id: nodesourceId, kind: "metadata", what: "nodesource's repository", size: typical(100) },
};

/** What is piped into a shell that way adds the repository. */
export const nodesourceAdded = ({ name, stdin }: Call): Effect[] =>
  /^(?:ba)?sh$/.test(name) && stdin && setUp.test(stdin.what) ? [nodesourceEffect] : [];

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

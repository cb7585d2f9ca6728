// What npm, Yarn, pnpm and bun fill a project's node_modules with.
import type { Effect } from "../image/effects.ts";
import { countOf, find, type Node } from "../image/files.ts";
import type { Size } from "../image/size.ts";
import { installedModules } from "../sizes/installed/node-modules.ts";
import type { Installed } from "../sizes/installed/project.ts";
import { filled } from "./cache.ts";
import type { Call } from "./call.ts";

/** What only development needs: an entry of its own, that `npm prune --production` takes. */
export const developmentId = (folder: string): string => `npm-dev:${folder}`;

/** An install of the packages that are named, else of what package.json asks for: then it is what this machine has, where that is known. */
export function nodeModules(folder: string, packages: readonly string[], omitsDevelopment: boolean, here: Installed | undefined): Effect[] {
  const modules = `${folder}/node_modules`;
  const what = packages.length > 0 ? packages.join(" ") : "dependencies";
  const fill = (id: string, name: string, size?: Size): Effect => filled(modules, id, "package", name, size, size && here?.source);
  const fresh: Effect = { do: "mkdir", path: modules };
  const id = `npm:${folder}:${what}`;
  if (packages.length > 0) return [fresh, fill(id, what)];
  if (omitsDevelopment) return [fresh, fill(id, what, here?.parts?.needed)];
  const development = fill(developmentId(folder), "development dependencies", here?.parts?.development);
  return [fresh, fill(id, what, here?.parts?.needed ?? here?.all), development];
}

/** What this machine shows of it. Of what an install adds to a node_modules that is there already nobody knows. */
export function modulesHere(call: Call, folder: string, how: { optional?: boolean; fresh?: boolean } = {}): Installed | undefined {
  const modules = find(call.state.root, `${folder}/node_modules`, true);
  if (!how.fresh && modules && !isEmpty(modules)) return undefined;
  const project = call.projectAt?.(`${folder}/package.json`);
  return project && installedModules(project, { optional: how.optional === true });
}

const isEmpty = (node: Node): boolean => node.type === "folder" && !node.context && countOf(node) === 1;

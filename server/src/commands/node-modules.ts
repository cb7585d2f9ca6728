// What npm, Yarn, pnpm and bun fill a project's node_modules with.
import type { Effect } from "../image/effects.ts";
import { countOf, find, unfold } from "../image/files.ts";
import { atLeast, isUnknown, isZero, type Size, unknown } from "../image/size.ts";
import { installedModules } from "../sizes/installed/node-modules.ts";
import { fieldsOf, type Installed, parsed } from "../sizes/installed/project.ts";
import { together } from "../sizes/npm.ts";
import { filled } from "./cache.ts";
import type { Call } from "./call.ts";

/** What only development needs: an entry of its own, that `npm prune --production` takes. */
export const developmentId = (folder: string): string => `npm-dev:${folder}`;

/** What package.json asks for, and no more than development does. */
export const dependenciesId = (folder: string): string => `npm:${folder}:dependencies`;

/** An install of the packages that are named, else of what package.json asks for: then it is what this machine has, where that is known. */
export function nodeModules(
  call: Call,
  folder: string,
  packages: readonly string[],
  omitsDevelopment: boolean,
  here: Installed | undefined,
): Effect[] {
  const modules = `${folder}/node_modules`;
  const what = packages.length > 0 ? packages.join(" ") : "dependencies";
  const fill = (id: string, name: string, size?: Size, source = here?.source): Effect =>
    filled(modules, id, "package", name, size, size && !isUnknown(size) ? source : undefined);
  const fresh: Effect = { do: "mkdir", path: modules };
  const id = packages.length > 0 ? `npm:${folder}:${what}` : dependenciesId(folder);
  if (packages.length > 0) return [fresh, fill(id, what, named(call, folder, packages), call.npm?.source)];
  if (!here && hasDevelopment(call, folder)) return [fresh, fill(id, what)];
  // What an install before it brought for development goes (the documentation of npm, Yarn 1 and pnpm, "install").
  if (omitsDevelopment) return [fresh, fill(id, what, here?.parts?.needed), { do: "take", path: modules, id: developmentId(folder) }];
  const development = fill(developmentId(folder), "development dependencies", here?.parts?.development);
  return [fresh, fill(id, what, here?.parts?.needed ?? here?.all), development];
}

/** COPY brought this machine's node_modules, with what only development needs: the install has none of it to add. */
function hasDevelopment(call: Call, folder: string): boolean {
  const node = find(call.state.root, `${folder}/node_modules`, true);
  const project = node?.type === "folder" && node.context ? call.projectAt?.(`${folder}/package.json`) : undefined;
  const development = project && installedModules(project)?.parts?.development;
  return development !== undefined && development.bytes > 0;
}

/** Packages by name: as much as a table knows, but for the lock files (a hundredth). Where there is a package.json, what it asks for comes too. */
function named(call: Call, folder: string, packages: readonly string[]): Size | undefined {
  const size = together(call.npm, packages);
  if (isUnknown(size) || !isFresh(call, folder)) return undefined;
  return hasManifest(call, folder) ? atLeast(size) : size;
}

/** Or it may: something lies there that nobody knows by name. */
function hasManifest({ state }: Call, folder: string): boolean {
  const node = find(state.root, folder, true);
  if (node === undefined) return state.unknownWrites === true;
  return node.type !== "folder" || unfold(node).content.size > 0 || find(state.root, `${folder}/package.json`, true) !== undefined;
}

/** Tools that Yarn, pnpm and bun install for all, into one folder. */
export function globalTools(call: Call, packages: readonly string[]): Effect[] {
  const biggest = packages.reduce((a, b) => (bytesOf(call, b) > bytesOf(call, a) ? b : a), packages[0] ?? "");
  return packages.map((p) => {
    const size = p === biggest ? call.npm?.tool(p)?.size : undefined;
    return filled("/usr", `npm:${p}`, "package", p, size, size && call.npm?.source);
  });
}

const bytesOf = (call: Call, name: string): number => call.npm?.tool(name)?.size.bytes ?? 0;

/** What this machine shows of it, else the biggest of what package.json asks for, at least: what that needs is there once, whoever else needs it. Of what an install adds to a node_modules that is there already nobody knows. */
export function modulesHere(call: Call, folder: string, how: { optional?: boolean; fresh?: boolean } = {}): Installed | undefined {
  if (!how.fresh && !isFresh(call, folder)) return undefined;
  const project = call.projectAt?.(`${folder}/package.json`);
  return (project && installedModules(project, { optional: how.optional === true })) ?? askedFor(call, folder);
}

function askedFor(call: Call, folder: string): Installed | undefined {
  const { npm: index, textAt } = call;
  const asked = fieldsOf(parsed(textAt?.(`${folder}/package.json`))?.dependencies) ?? {};
  const size = atLeast(
    together(
      index,
      Object.entries(asked).map(([name, version]) => `${name}@${String(version)}`),
    ),
  );
  return index && !isUnknown(size) ? { all: size, parts: { needed: size, development: unknown }, source: index.source } : undefined;
}

/** There is no node_modules, or an empty one. */
function isFresh(call: Call, folder: string): boolean {
  const node = find(call.state.root, `${folder}/node_modules`, true);
  return node === undefined || (node.type === "folder" && !node.context && countOf(node) === 1);
}

/** What leaves some of it out. */
const leavesOut = /^(?:-P|--(?:production|prod|omit|only|no-optional)(?:=.*)?)$/;

/**
 * An install of everything adds what is missing in the node_modules that this machine has of the project, and leaves the rest (npm's
 * documentation, "npm install").
 */
export function keepsModules(call: Call, folder: string): boolean {
  const project = find(call.state.root, `${folder}/node_modules`) && call.projectAt?.(`${folder}/package.json`);
  const here = project && installedModules(project);
  const [, named] = call.args.filter((a) => !a.text.startsWith("-"));
  const takesAll = call.variable("NODE_ENV")?.text !== "production" && !call.args.some((a) => leavesOut.test(a.text));
  return here !== undefined && !named && (takesAll || isZero(here.parts?.development ?? unknown));
}

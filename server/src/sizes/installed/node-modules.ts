import { type ContextFolder, type ContextNode, findInContext, folder } from "../../image/context.ts";
import { lockedByNpm } from "./npm-lock.ts";
import { pnpmStore } from "./packages.ts";
import { linkedByPnpm } from "./pnpm.ts";
import { type Installed, installed, type Project, parsed, remembering } from "./project.ts";
import { lockedByYarn } from "./yarn-lock.ts";

interface Left {
  readonly optional: boolean;
}

const remembered = remembering<Installed | undefined>();

/** What an install of a package.json's dependencies stores in node_modules. Undefined where there is none on this machine. */
export function installedModules(project: Project, left: Left = { optional: false }): Installed | undefined {
  const modules = findInContext(project.folder, "node_modules");
  if (modules?.kind !== "folder" || modules.files === 0) return undefined;
  const texts = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"].map((name) => project.text(name) ?? "");
  const key = JSON.stringify([left.optional, ...texts]);
  return remembered(modules, key, () => measuredModules(project, modules, left));
}

function measuredModules(project: Project, modules: ContextFolder, left: Left): Installed | undefined {
  const packages = linkedByPnpm(project, modules) ?? lockedByNpm(project) ?? lockedByYarn(project);
  const without = left.optional ? packages?.optional : new Set<string>();
  if (!without) return undefined;
  if (!packages) {
    const all = kept(modules, () => true);
    return installed("this machine's node_modules", all, hasNoneForDevelopment(project) ? all : undefined);
  }
  const { needed, development } = packages;
  const isNeeded = (path: string): boolean => needed.has(path) && !without.has(path);
  const isThere = (path: string): boolean =>
    isNeeded(path) || (!needed.has(path) && (development === "all others" || development.has(path)));
  const source = `this machine's node_modules, by ${packages.toldBy}`;
  const all = kept(modules, isThere);
  // It is another project's list, or of another day: of what it asks for nobody knows.
  if (all.files === 0 && kept(modules, () => true).files > 0) return undefined;
  return installed(source, all, kept(modules, isNeeded), !packages.isPart);
}

/** The package.json names none. */
function hasNoneForDevelopment(project: Project): boolean {
  const manifest = parsed(project.text("package.json"));
  return manifest !== undefined && manifest.devDependencies === undefined && manifest.workspaces === undefined;
}

/** A node_modules with these packages only. What begins with a dot is no package: caches of bundlers and transpilers, links to programs. */
function kept(modules: ContextFolder, isKept: (path: string) => boolean, path = "node_modules"): ContextFolder {
  const children: [string, ContextNode][] = [];
  for (const [name, child] of modules.children) {
    const at = `${path}/${name}`;
    if (name === pnpmStore && child.kind === "folder") children.push([name, filtered(child, at, isKept)]);
    else if (name.startsWith("@") && child.kind === "folder") children.push([name, kept(child, isKept, at)]);
    else if (!name.startsWith(".") && child.kind === "folder") children.push(...packageAt(name, child, at, isKept));
  }
  return folder(new Map(children), modules.mode, modules.complete);
}

/** A package without those below it that are not kept; they may be kept where it is not. */
function packageAt(name: string, child: ContextFolder, at: string, isKept: (path: string) => boolean): [string, ContextNode][] {
  const inner = child.children.get("node_modules");
  const below = inner?.kind === "folder" ? kept(inner, isKept, `${at}/node_modules`) : undefined;
  const own = isKept(at) ? [...child.children].filter(([n]) => n !== "node_modules") : [];
  if (own.length === 0 && !below?.files) return [];
  return [[name, folder(new Map([...own, ...(below ? ([["node_modules", below]] as const) : [])]), child.mode, child.complete)]];
}

const filtered = (store: ContextFolder, path: string, isKept: (path: string) => boolean): ContextFolder =>
  folder(
    new Map([...store.children].filter(([name, child]) => child.kind === "folder" && isKept(`${path}/${name}`))),
    store.mode,
    store.complete,
  );

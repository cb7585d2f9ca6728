import type { ContextFolder, ContextNode } from "../../image/context.ts";
import { type Packages, pnpmStore, storesElsewhere } from "./packages.ts";
import { fieldsOf, type Project, parsed } from "./project.ts";

/** pnpm's node_modules tells by its links what needs what: each package has those it needs beside itself. */
export function linkedByPnpm(project: Project, modules: ContextFolder): Packages | undefined {
  const store = modules.children.get(pnpmStore);
  const manifest = parsed(project.text("package.json"));
  // Of a workspace there is one store for all of its packages.
  if (store?.kind !== "folder" || !manifest || project.folder.children.has("pnpm-workspace.yaml")) return undefined;
  const needed = new Set<string>();
  let isPart = false;
  const waiting: string[] = [];
  for (const field of ["dependencies", "optionalDependencies"])
    for (const name of Object.keys(fieldsOf(manifest[field]) ?? {})) {
      const target = storedAs(childAt(modules, name));
      if (target !== undefined) waiting.push(target);
      else isPart ||= field === "dependencies";
    }
  for (const name of waiting) {
    const path = `node_modules/${pnpmStore}/${name}`;
    const own = store.children.get(name);
    const beside = own?.kind === "folder" ? own.children.get("node_modules") : undefined;
    if (needed.has(path) || beside?.kind !== "folder") continue;
    needed.add(path);
    isPart ||= storesElsewhere(`node_modules/${name.replace(/@.*/, "")}`);
    waiting.push(...linksIn(beside).flatMap((link) => storedAs(link) ?? []));
  }
  return { needed, development: "all others", isPart, toldBy: "its links" };
}

/** `@scope/name` is two folders deep. */
function childAt(modules: ContextFolder, name: string): ContextNode | undefined {
  let node: ContextNode | undefined = modules;
  for (const part of name.split("/")) node = node?.kind === "folder" ? node.children.get(part) : undefined;
  return node;
}

const linksIn = (modules: ContextFolder): ContextNode[] =>
  [...modules.children].flatMap(([name, child]) =>
    child.kind === "link" ? [child] : name.startsWith("@") && child.kind === "folder" ? [...child.children.values()] : [],
  );

/** `.pnpm/debug@4.3.4/node_modules/debug` → `debug@4.3.4` */
const storedAs = (node: ContextNode | undefined): string | undefined =>
  node?.kind === "link" ? /([^/\\]+)[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+[/\\]?$/.exec(node.target)?.[1] : undefined;

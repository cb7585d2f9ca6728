import { type ContextFolder, type ContextNode, findInContext, folder } from "../../image/context.ts";
import { atLeast, unknown } from "../../image/size.ts";
import { type Installed, installed, type Project, parsed } from "./project.ts";

/** Composer's own list of what it installed, with the names of what only development needs (since Composer 2). */
const list = "vendor/composer/installed.json";

/** What `composer install` stores in vendor. */
export function installedVendor(project: Project): Installed | undefined {
  const vendor = findInContext(project.folder, "vendor");
  if (vendor?.kind !== "folder" || vendor.files === 0) return undefined;
  const told = parsed(project.text(list));
  const names = told?.["dev-package-names"];
  if (!Array.isArray(names)) return undefined;
  const source = "this machine's vendor folder, by its installed.json";
  const needed = without(vendor, new Set(names.map(String)));
  const all = installed(source, vendor, needed);
  // It was installed without them here: how much they are nobody knows.
  return told?.dev === true || !all.parts ? all : { ...all, all: atLeast(all.all), parts: { ...all.parts, development: unknown } };
}

/** Packages are two folders deep: `monolog/monolog`. */
function without(vendor: ContextFolder, names: ReadonlySet<string>): ContextFolder {
  const children: [string, ContextNode][] = [];
  for (const [owner, node] of vendor.children) {
    if (node.kind !== "folder") children.push([owner, node]);
    else {
      const left = [...node.children].filter(([name]) => !names.has(`${owner}/${name}`));
      children.push([owner, left.length === node.children.size ? node : folder(new Map(left), node.mode, node.complete)]);
    }
  }
  return folder(new Map(children), vendor.mode, vendor.complete);
}

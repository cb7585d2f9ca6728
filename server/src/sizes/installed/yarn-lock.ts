import { findInContext } from "../../image/context.ts";
import { type Packages, storesElsewhere } from "./packages.ts";
import { fieldsOf, type Project, parsed } from "./project.ts";

interface Dependency {
  readonly name: string;
  readonly range: string;
  readonly optional: boolean;
}

/** Yarn 1 has no marks in its lock file: what the project needs is what can be reached from its dependencies. */
export function lockedByYarn(project: Project): Packages | undefined {
  const text = project.text("yarn.lock");
  const manifest = parsed(project.text("package.json"));
  // A later Yarn has another format; with workspaces the packages of the others count too.
  if (text === undefined || /^__metadata:/m.test(text) || !manifest || manifest.workspaces !== undefined) return undefined;
  const lock = entriesOf(text);
  const needed = new Set<string>();
  let isPart = false;
  const waiting = [...wantedBy(manifest)].map((wanted) => ({ wanted, from: "" }));
  for (const { wanted, from } of waiting) {
    const path = resolved(project, from, wanted.name);
    if (path === undefined) isPart ||= !wanted.optional;
    if (path === undefined || needed.has(path)) continue;
    needed.add(path);
    isPart ||= storesElsewhere(path);
    const entry = lock.get(`${wanted.name}@${wanted.range}`);
    isPart ||= entry === undefined;
    for (const next of entry ?? []) waiting.push({ wanted: next, from: `${path}/` });
  }
  return { needed, development: "all others", isPart, toldBy: "yarn.lock" };
}

function* wantedBy(manifest: Readonly<Record<string, unknown>>): Generator<Dependency> {
  for (const field of ["dependencies", "optionalDependencies"])
    for (const [name, range] of Object.entries(fieldsOf(manifest[field]) ?? {}))
      if (typeof range === "string") yield { name, range, optional: field === "optionalDependencies" };
}

/** Where a package finds another: in its own node_modules, or in that of a folder above it. */
function resolved(project: Project, from: string, name: string): string | undefined {
  for (let above = from; ; above = above.slice(0, above.lastIndexOf("node_modules/"))) {
    const path = `${above}node_modules/${name}`;
    if (findInContext(project.folder, path)) return path;
    if (above === "") return undefined;
  }
}

/** The dependencies of each `name@range`. The format is lines: a key, below it fields, below a field names and ranges. */
function entriesOf(text: string): ReadonlyMap<string, readonly Dependency[]> {
  const all = new Map<string, Dependency[]>();
  let entry: Dependency[] = [];
  let field = "";
  for (const line of text.split(/\r?\n/)) {
    if (/^[^\s#].*:$/.test(line)) {
      entry = [];
      field = "";
      for (const key of line.slice(0, -1).split(", ")) all.set(unquoted(key), entry);
    } else if (/^ {2}\S/.test(line)) field = line.trim();
    else if (/^ {4}\S/.test(line) && /^(?:optionalD|d)ependencies:$/.test(field)) {
      const [, name = "", range = ""] = /^\s+("[^"]+"|\S+)\s+(.*)$/.exec(line) ?? [];
      entry.push({ name: unquoted(name), range: unquoted(range), optional: field.startsWith("optional") });
    }
  }
  return all;
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, "$1");

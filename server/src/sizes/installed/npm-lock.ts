import { findInContext } from "../../image/context.ts";
import { type Packages, storesElsewhere } from "./packages.ts";
import { type Fields, fieldsOf, type Project, parsed } from "./project.ts";

/** The marks of a package in package-lock.json (npm's documentation, "package-lock.json"). */
interface Marks {
  readonly dev: boolean;
  readonly optional: boolean;
  /** Both development and something optional bring it: it stays until both are left out. */
  readonly devOptional: boolean;
}

/** npm writes into its lock file what only development needs. */
export function lockedByNpm(project: Project): Packages | undefined {
  const name = ["npm-shrinkwrap.json", "package-lock.json"].find((lock) => project.text(lock) !== undefined);
  const lock = name === undefined ? undefined : parsed(project.text(name));
  if (!lock || name === undefined) return undefined;
  const listed = fieldsOf(lock.packages) ? listedFlat(fieldsOf(lock.packages) ?? {}) : listedNested(fieldsOf(lock.dependencies) ?? {}, "");
  const needed = new Set<string>();
  const optional = new Set<string>();
  const development = new Set<string>();
  let isPart = false;
  for (const [path, marks] of listed) {
    (marks.dev ? development : needed).add(path);
    if (marks.optional && !marks.dev) optional.add(path);
    const isOptional = marks.optional || marks.devOptional;
    isPart ||= (!marks.dev && !isOptional && !isThere(project, path)) || (!marks.dev && storesElsewhere(path));
  }
  return { needed, optional, development, isPart, toldBy: name };
}

/** A package of another platform, or one that could not be built, is not there; of a workspace there may be only the link. */
const isThere = (project: Project, path: string): boolean =>
  path.startsWith("node_modules/") && findInContext(project.folder, path) !== undefined;

const marksOf = (entry: Fields): Marks => ({
  dev: entry.dev === true,
  optional: entry.optional === true,
  devOptional: entry.devOptional === true,
});

/** Since npm 7: by path. What is outside node_modules is the project's own. */
function listedFlat(packages: Fields): Map<string, Marks> {
  const all = new Map<string, Marks>();
  for (const [path, value] of Object.entries(packages)) {
    const entry = fieldsOf(value);
    if (entry && /(?:^|\/)node_modules\//.test(path) && entry.extraneous !== true) all.set(path, marksOf(entry));
  }
  return all;
}

/** Of a path, on Linux (limits.h). */
const maximumPath = 4096;

/** Before: by name, each with its own below it. */
function listedNested(dependencies: Fields, above: string, all = new Map<string, Marks>()): Map<string, Marks> {
  // Nobody's are nested so deep.
  if (above.length > maximumPath) return all;
  for (const [name, value] of Object.entries(dependencies)) {
    const entry = fieldsOf(value);
    if (!entry) continue;
    const path = `${above}node_modules/${name}`;
    all.set(path, marksOf(entry));
    listedNested(fieldsOf(entry.dependencies) ?? {}, `${path}/`, all);
  }
  return all;
}

import { type ContextFolder, findInContext } from "../../image/context.ts";
import { components } from "../../image/paths.ts";
import { atLeast, type Size, typical } from "../../image/size.ts";
import { type Project, remembering } from "./project.ts";

/** Where projects keep an environment of their own. */
export const environments: readonly string[] = [".venv", "venv", "env"];

/** What an environment says of each package in it (PyPA, "Recording installed projects"). */
export const told: readonly string[] = ["METADATA", "RECORD"];

interface Requirement {
  readonly name: string;
  readonly extras: readonly string[];
  /** It is asked for on a condition. */
  readonly marker: string;
}

const remembered = remembering<Size | undefined>();

/**
 * What the packages of a requirements file weigh with all that they need, as they are installed in the project's environment here.
 * Undefined where there is none, or it has not all that the file asks for.
 */
export function installedRequirements(project: Project, requirements: string): { size: Size; source: string } | undefined {
  for (const name of environments) {
    const environment = project.folder.children.get(name);
    const at = environment?.kind === "folder" && environment.children.has("pyvenv.cfg") ? sitePackages(environment) : undefined;
    if (environment?.kind !== "folder" || at === undefined) continue;
    const size = remembered(environment, requirements, () => sizeOf(project, `${name}/${at}`, requirements));
    if (size) return { size, source: `this machine's ${name}` };
  }
  return undefined;
}

/** `lib/python3.12/site-packages`, on Windows `Lib/site-packages`; from the environment's folder. */
export function sitePackages(environment: ContextFolder): string | undefined {
  const lib = environment.children.get("lib");
  const versions = lib?.kind === "folder" ? [...lib.children.keys()].filter((n) => /^python\d/.test(n)).map((n) => `lib/${n}`) : [];
  return [...versions, "Lib"].map((path) => `${path}/site-packages`).find((path) => findInContext(environment, path)?.kind === "folder");
}

function sizeOf(project: Project, at: string, requirements: string): Size | undefined {
  const packages = findInContext(project.folder, at);
  const waiting = wantedIn(requirements)?.map((wanted) => ({ wanted, isAskedFor: true }));
  if (packages?.kind !== "folder" || !waiting) return undefined;
  const infos = new Map<string, string>();
  for (const name of packages.children.keys()) {
    const [, own] = /^(.+?)-[^-]+\.dist-info$/.exec(name) ?? [];
    if (own !== undefined) infos.set(normal(own), name);
  }
  const done = new Map<string, Set<string>>();
  const files = new Set<string>();
  let isWhole = packages.complete;
  for (const { wanted, isAskedFor } of waiting) {
    const info = infos.get(wanted.name);
    const metadata = info === undefined ? undefined : project.text(`${at}/${info}/METADATA`);
    const record = info === undefined ? undefined : project.text(`${at}/${info}/RECORD`);
    if (metadata === undefined || record === undefined) {
      // On a condition that may not hold here, or does not there.
      if (wanted.marker !== "") continue;
      if (isAskedFor) return undefined;
      isWhole = false;
      continue;
    }
    const before = done.get(wanted.name);
    const extras = wanted.extras.filter((extra) => !before?.has(extra));
    if (before && extras.length === 0) continue;
    done.set(wanted.name, new Set([...(before ?? []), ...extras]));
    for (const path of before ? [] : pathsIn(record)) files.add(`/${components(`${at}/${path}`).reduce(climb, "")}`);
    for (const next of neededBy(metadata)) {
      const extra = /\bextra\s*==\s*['"]([^'"]+)['"]/.exec(next.marker)?.[1];
      if (extra === undefined ? !before : extras.includes(extra)) waiting.push({ wanted: next, isAskedFor: false });
    }
  }
  const { bytes, compiled } = bytesOf(project.folder, files);
  if (bytes === 0) return undefined;
  // Some installers leave the compiling to the first start; pip does it.
  return isWhole && compiled ? typical(bytes) : atLeast(typical(bytes));
}

/** Steps up are taken: `a/b/..` → `a`. */
const climb = (path: string, part: string): string =>
  part === ".." ? path.replace(/\/?[^/]*$/, "") : path === "" ? part : `${path}/${part}`;

/** With what Python compiled of them: it lies beside, in `__pycache__`. */
function bytesOf(root: ContextFolder, files: Iterable<string>): { bytes: number; compiled: boolean } {
  let bytes = 0;
  let compiled = false;
  for (const path of files) {
    if (/\.pyc$/.test(path)) continue;
    const node = findInContext(root, path);
    if (node?.kind === "file") bytes += node.bytes;
    const [, folder = "", name = ""] = /^(.*)\/([^/]+)\.py$/.exec(path) ?? [];
    const beside = name === "" ? undefined : findInContext(root, `${folder}/__pycache__`);
    for (const [other, file] of beside?.kind === "folder" ? beside.children : []) {
      if (file.kind !== "file" || !other.startsWith(`${name}.`) || !/^[^.]+\.[^.]+\.pyc$/.test(other)) continue;
      compiled = true;
      bytes += file.bytes;
    }
  }
  return { bytes, compiled };
}

/** Names are compared so (PEP 503). */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** A requirements file's lines; undefined where it asks for more than packages by name. */
function wantedIn(text: string): Requirement[] | undefined {
  const all: Requirement[] = [];
  for (const line of text.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const bare = line.replace(/(?:^|\s)#.*$/, "").trim();
    if (bare === "" || /^--?(?:i|index-url|extra-index-url|trusted-host|f|find-links|no-binary|only-binary|prefer-binary|pre)\b/.test(bare))
      continue;
    const wanted = wantedOf(bare);
    if (!wanted) return undefined;
    all.push(wanted);
  }
  return all;
}

function wantedOf(text: string): Requirement | undefined {
  const [, name, extras = "", rest = ""] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?(.*)$/.exec(text) ?? [];
  if (name === undefined || /^[\\/:]/.test(rest.trim()) || /^\s*@/.test(rest)) return undefined;
  const marker = /;\s*(.*?)(?:\s+--hash.*)?$/.exec(rest)?.[1] ?? "";
  return { name: normal(name), extras: extras.split(",").flatMap((e) => (e.trim() === "" ? [] : [normal(e.trim())])), marker };
}

const neededBy = (metadata: string): Requirement[] =>
  [...(metadata.split(/\r?\n\r?\n/)[0] ?? "").matchAll(/^Requires-Dist:\s*(.+)$/gm)].flatMap((m) => wantedOf((m[1] ?? "").trim()) ?? []);

/** RECORD is a table with commas: path, digest, size. */
const pathsIn = (record: string): string[] =>
  record
    .split(/\r?\n/)
    .flatMap((line) => (line === "" ? [] : [/^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? line.split(",")[0] ?? ""]));

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestOf } from "../../commands/development.ts";
import type { Dockerfile } from "../../dockerfile/instruction.ts";
import { type ContextFolder, findInContext } from "../../image/context.ts";
import { basename, dirname, hasGlob, matches } from "../../image/paths.ts";
import { environments, sitePackages, told } from "../../sizes/installed/python.ts";
import type { Sources } from "./sources.ts";

/** Files of one context that are looked into. */
const maximumFiles = 200;
/** Longer ones are no scripts. */
const maximumText = 200_000;
/** A script that is called calls others; so deep they are read beforehand. */
const maximumRounds = 3;

/**
 * Files of the context that a Dockerfile names: what COPY and ADD name, what has the name of a word in a RUN or of what is started, and
 * where a project says what is installed: `COPY . .` names none of these.
 */
export function namedFiles(root: ContextFolder, file: Dockerfile, sources: Sources): string[] {
  const copied = sources.all.flatMap((source) => expanded(root, source));
  const commands = commandsOf(file);
  const projects = manifestsIn(commands).flatMap((manifest) => filesByName(root).get(manifest) ?? []);
  const started = mentioned(root, commandsOf(file, ["CMD", "ENTRYPOINT"]));
  return [...new Set([...copied, ...projects, ...mentioned(root, commands), ...started])].slice(0, maximumFiles);
}

const commandsOf = (file: Dockerfile, keywords: readonly string[] = ["RUN"]): string =>
  file.instructions
    .filter((i) => keywords.includes((i.trigger ?? i).keyword))
    .map((i) => file.text.slice(i.start, i.end))
    .join("\n");

/** The files in which the installers that a text names look what to install. */
const manifestsIn = (text: string): string[] => [
  ...new Set((text.match(/[\w-]+/g) ?? []).flatMap((name) => others.get(name) ?? manifestOf({ name })?.manifest ?? [])),
];

/** What a crate or a module depends on, and whether it belongs to a workspace or has parts of it beside it; which gems are compiled; which Ruby or Python is asked for; what make is to do. */
const others = new Map([
  ["make", ["GNUmakefile", "makefile", "Makefile"]],
  ["just", ["justfile", "Justfile"]],
  ["cargo", ["Cargo.toml", "Cargo.lock"]],
  ["go", ["go.mod"]],
  ["bundle", ["Gemfile", "Gemfile.lock", ".ruby-version"]],
  ["bundler", ["Gemfile", "Gemfile.lock", ".ruby-version"]],
  ["pip", ["pyproject.toml"]],
  ["pip3", ["pyproject.toml"]],
]);

/** The folder beside a manifest that its installers fill, and what tells what of the installed ones the project needs. */
const installed: Readonly<Record<string, { readonly folder: string; readonly toldBy: readonly string[] }>> = {
  "package.json": { folder: "node_modules", toldBy: ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"] },
  "composer.json": { folder: "vendor", toldBy: ["vendor/composer/installed.json"] },
};

/**
 * The texts of scripts that a Dockerfile runs, and that those run, read beforehand: the core asks for them while it runs, and cannot
 * wait. And where they install a project's packages, those that tell what of the installed ones it needs.
 */
export async function textsOf(
  folder: string,
  root: ContextFolder,
  file: Dockerfile,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = await scriptsOf(folder, root, names);
  const commands = [commandsOf(file), ...texts.values()];
  const read = [...manifests(root, commands), ...goSources(root, commands)];
  await Promise.all(
    read.map(async (path) => {
      const text = await readFile(join(folder, path), "utf8").catch(() => "");
      if (text !== "") texts.set(path, text);
    }),
  );
  return texts;
}

/** Of a project with more some are read. */
const maximumSources = 500;

/** They say whether C is compiled with them, and which files the program opens: asked where it is built. */
function goSources(root: ContextFolder, commands: readonly string[]): string[] {
  if (!commands.some((text) => /\bgo\s+(?:build|install)\b/.test(text))) return [];
  const all = [...filesByName(root).values()].flat();
  return all
    .filter((path) => /(?<!_test)\.go$/.test(path) && !/(?:^|\/)(?:vendor|testdata)\//.test(path) && isShort(root, path))
    .slice(0, maximumSources);
}

/** Longer ones are no lock files. */
const maximumManifest = 20_000_000;
/** Packages of one environment of Python that are looked at. */
const maximumPackages = 1000;

function manifests(root: ContextFolder, commands: readonly string[]): string[] {
  const files = filesByName(root);
  const named = new Set(commands.flatMap(manifestsIn));
  const found = Object.entries(installed).flatMap(([manifest, { folder, toldBy }]) =>
    (named.has(manifest) ? (files.get(manifest) ?? []) : []).flatMap((path) => {
      const above = path.slice(0, -manifest.length);
      return findInContext(root, above + folder)?.kind === "folder" ? toldBy.map((name) => above + name) : [];
    }),
  );
  if (commands.some((text) => /\b(?:pip[\d.]*|uv)\b/.test(text)))
    found.push(...(files.get("pyvenv.cfg") ?? []).flatMap((path) => inEnvironment(root, dirname(`/${path}`).slice(1))));
  return found.filter((at) => isShort(root, at, maximumManifest));
}

function inEnvironment(root: ContextFolder, path: string): string[] {
  const environment = findInContext(root, path);
  const at = environment?.kind === "folder" && environments.includes(basename(path)) ? sitePackages(environment) : undefined;
  const packages = environment?.kind === "folder" && at !== undefined ? findInContext(environment, at) : undefined;
  const names = packages?.kind === "folder" ? [...packages.children.keys()].filter((name) => name.endsWith(".dist-info")) : [];
  return names.slice(0, maximumPackages).flatMap((name) => told.map((file) => `${path}/${at}/${name}/${file}`));
}

async function scriptsOf(folder: string, root: ContextFolder, names: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  let open = names;
  for (let round = 0; round < maximumRounds && open.length > 0; round++) {
    const read = await Promise.all(
      open
        .filter((path) => isShort(root, path))
        .map(async (path) => [path, await readFile(join(folder, path), "utf8").catch(() => "")] as const),
    );
    const scripts = read.filter(([, text]) => text !== "" && !text.includes("\0"));
    for (const [path, text] of scripts) texts.set(path, text);
    open = mentioned(root, scripts.map(([, text]) => text).join("\n"))
      .filter((path) => !texts.has(path))
      .slice(0, maximumFiles);
  }
  return texts;
}

function isShort(root: ContextFolder, path: string, maximum = maximumText): boolean {
  const node = findInContext(root, path);
  return node?.kind === "file" && node.bytes <= maximum;
}

/** The files that a source of COPY or ADD stands for; folders are not gone into. */
function expanded(root: ContextFolder, source: string): string[] {
  let found = [{ path: "", node: root }];
  const files: string[] = [];
  const parts = source.split("/").filter((part) => part !== "" && part !== ".");
  parts.forEach((part, i) => {
    const next: typeof found = [];
    for (const { path, node } of found) {
      const names = hasGlob(part) ? [...node.children.keys()].filter((name) => matches(part, name)) : [part];
      for (const name of names) {
        const child = node.children.get(name);
        const at = path === "" ? name : `${path}/${name}`;
        if (child?.kind === "folder") next.push({ path: at, node: child });
        else if (child?.kind === "file" && i === parts.length - 1) files.push(at);
      }
    }
    found = next;
  });
  return files;
}

/** The files that have the name of a word in a text, or one that it is a pattern of. */
function mentioned(root: ContextFolder, text: string): string[] {
  const names = new Set((text.match(/[^\s"'`;&|()<>=,$\\]+/g) ?? []).map(basename));
  if (names.size === 0) return [];
  const files = filesByName(root);
  return [...names].flatMap((name) =>
    hasGlob(name) && /\.\w+$/.test(name)
      ? [...files.keys()].filter((file) => matches(name, file)).flatMap((file) => files.get(file) ?? [])
      : (files.get(name) ?? []),
  );
}

const byName = new WeakMap<ContextFolder, ReadonlyMap<string, readonly string[]>>();
/** Of many files with one name those nearest to the root. */
const maximumOfOneName = 10;
/** Nobody's own scripts lie there. */
const ofOthers = new Set(["node_modules", ".git"]);

function filesByName(root: ContextFolder): ReadonlyMap<string, readonly string[]> {
  const known = byName.get(root);
  if (known) return known;
  const files = new Map<string, string[]>();
  const open = [{ path: "", node: root }];
  for (const { path, node } of open) {
    for (const [name, child] of node.children) {
      const at = path === "" ? name : `${path}/${name}`;
      if (child.kind === "folder" && !ofOthers.has(name)) open.push({ path: at, node: child });
      if (child.kind !== "file") continue;
      const same = files.get(name);
      if (!same) files.set(name, [at]);
      else if (same.length < maximumOfOneName) same.push(at);
    }
  }
  byName.set(root, files);
  return files;
}

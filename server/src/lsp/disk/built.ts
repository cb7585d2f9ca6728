import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Dockerfile } from "../../dockerfile/instruction.ts";
import { expandWord, type Value } from "../../dockerfile/variables.ts";
import { parseReference } from "../../sizes/reference.ts";
import { textIfThere } from "./read.ts";
import { topOf, upward } from "./root.ts";

/** What people build images with: make, a script, CI, Compose, `docker buildx bake`; or a text says how. */
const tellsOfBuilds = /^(?:(?:GNU)?[Mm]akefile.*|[Jj]ustfile|Jenkinsfile.*|Rakefile|.*\.(?:mk|sh|ya?ml|hcl|py|md))$/;
/** Folders in which they lie, beside those on the way up from the Dockerfile. */
const foldersOfBuilds = [".github/workflows", ".circleci", ".gitlab", ".ci", "ci", "scripts", "script", "bin", "hack", "build", "tools"];
/** Those of a folder that are read, the first by name. */
const maximumFiles = 100;
/** Those beside the Dockerfile's own that are looked into. */
const maximumFolders = 50;
/** In bytes: longer ones nobody writes by hand. */
const maximumText = 200_000;

/**
 * Which of these images files of the repository build that a Dockerfile lies in. A build names
 * them after it: `docker build -t NAME`, `tags: NAME` in a workflow, `tags = ["NAME"]` in a bake file, `IMAGE = NAME` in a Makefile, `image: NAME` beside `build:` in Compose.
 * Never rejects: what cannot be read says nothing.
 */
export async function builtHere(
  dockerfile: string,
  names: ReadonlySet<string>,
  workspace: string | undefined,
): Promise<ReadonlySet<string>> {
  if (names.size === 0) return names;
  const own = dirname(resolve(dockerfile));
  const top = await topOf(own, workspace);
  const folders = new Set([...upward(own, top), ...foldersOfBuilds.map((folder) => join(top, folder))]);
  for (const folder of own === top ? [] : await foldersIn(dirname(own))) folders.add(folder);
  const texts = (await Promise.all([...folders].map(textsIn))).flat();
  return new Set([...names].filter((name) => texts.some((text) => tellsThatItBuilds(text, name))));
}

/** Base images without a tag, or with latest: written in FROM, with the defaults of its variables, or an ARG that it may name. Those of one part need no look: an official image or none. */
export function floatingBases({ instructions, escape }: Dockerfile): ReadonlySet<string> {
  const defaults = new Map<string, string>();
  const texts = instructions.flatMap(({ keyword, args, properties }) => {
    if (keyword === "FROM") return expandWord(args[0]?.text ?? "", (name) => valueIn(defaults, name), escape).text;
    if (keyword !== "ARG") return [];
    for (const { name, value } of properties) if (value !== undefined && !defaults.has(name)) defaults.set(name, value);
    return properties.flatMap(({ value }) => value ?? []);
  });
  const references = texts.flatMap((text) => parseReference(text) ?? []);
  const floating = references.filter(({ tag, digest }) => digest === undefined && (tag ?? "latest") === "latest");
  return new Set(floating.map(({ written }) => written).filter((name) => name.includes("/")));
}

function valueIn(defaults: ReadonlyMap<string, string>, name: string): Value | undefined {
  const text = defaults.get(name);
  return text === undefined ? undefined : { text, known: true };
}

/** `java` beside `web`: a folder for each image, often with the script that builds it. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((e) => e.isDirectory() && !/^\.|^node_modules$/.test(e.name)).map(({ name }) => name);
  return names
    .sort()
    .slice(0, maximumFolders)
    .map((name) => join(folder, name));
}

async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && tellsOfBuilds.test(entry.name)).map(({ name }) => name);
  const texts = files
    .sort()
    .slice(0, maximumFiles)
    .map(async (name) => (await textIfThere(join(folder, name), maximumText)) ?? "");
  return Promise.all(texts);
}

const builds = /\b(?:build|buildx|bake|bud|kaniko|build-push-action)\b/;

function tellsThatItBuilds(text: string, name: string): boolean {
  if (!builds.test(text)) return false;
  if (isNamedWithVariables(text, name)) return true;
  if (!text.includes(name)) return false;
  const image = `["']?${name.replaceAll(".", "\\.")}(?![\\w./-])`;
  if (isTaggedByVariable(text, image)) return true;
  return [
    `(?:^|\\s)(?:-t|--tag)[\\s=]\\s*${image}`,
    `\\b(?:tags|images)["']?\\s*[:=]\\s*[|>[]?[\\s-]*${image}`,
    `^\\s*(?:export\\s+)?\\w*(?:image|name|tag|repo)\\w*\\s*[:?]?=\\s*${image}`,
    `^(\\s+)build:.*\\n(?:\\1.*\\n)*?\\1image:\\s*${image}`,
    `^(\\s+)image:\\s*${image}.*\\n(?:\\1.*\\n)*?\\1build:`,
  ].some((pattern) => new RegExp(pattern, "im").test(text));
}

/** `OS = acme/os`, and somewhere `-t $(OS):1`. */
function isTaggedByVariable(text: string, image: string): boolean {
  const holders = text.matchAll(new RegExp(`^\\s*(?:export\\s+)?(\\w+)\\s*[:?]*=\\s*${image}`, "gm"));
  return [...holders].some(([, name]) => new RegExp(`(?:^|[\\s="'])(?:-t|--tag)[\\s=]\\s*["']?\\$[({]?${name}\\b`, "m").test(text));
}

/** `-t acme/$kind-$lang`: a loop builds all of them. */
function isNamedWithVariables(text: string, name: string): boolean {
  const named = text.matchAll(/(?:^|\s)(?:-t|--tag)[\s=]\s*["']?([\w.-]+(?:\/[\w.-]*)*\/[\w.-]*\$[\w.${}/-]*)/gm);
  return [...named].some(([, words = ""]) => {
    const known = words.split(/\$(?:\w+|\{\w+\})/).map((part) => part.replace(/[.${}]/g, "\\$&"));
    return known.length > 1 && new RegExp(`^${known.join("[\\w.-]+")}$`).test(name);
  });
}

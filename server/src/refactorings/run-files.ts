import { copySources, isCopy } from "../dockerfile/instruction.ts";
import { expandWord } from "../dockerfile/variables.ts";
import { contextOf, type FolderNode, find, type Node, unfold } from "../image/files.ts";
import { type Change, type Stage, type Step, variableIn } from "../image/model.ts";
import { absolute, basename, hasGlob, isWithin, join, matches } from "../image/paths.ts";
import type { Program } from "../queries/program.ts";
import type { Started } from "../queries/started.ts";

/** What the program may read when it runs, and what is left in the build stage though it may. */
interface RunFiles {
  /** Files and folders to take along. */
  readonly paths: readonly string[];
  /** Names for the user. */
  readonly left: readonly string[];
}

/**
 * Taken along: what CMD and its like name, what COPY names one by one and is no source, and of a whole context the folders that are
 * called as a program's data is, and what its sources name. Only what was there when the last command of the build ended: what is copied later is copied again.
 */
export function runFilesOf(
  stage: Stage,
  started: readonly Started[],
  programs: readonly Program[],
  lastBuild: number,
  sources: readonly string[],
): RunFiles {
  const { root } = stage.end;
  const paths = new Set<string>();
  const left = new Set<string>();
  const projects = programs.filter((p) => p.language === "java").map((p) => p.ran.cwd);
  for (const path of started.flatMap((s) => named(stage, s))) paths.add(path);
  for (const value of stage.end.env.values())
    if (value.text.startsWith("/") && find(root, value.text, true)?.type === "file") paths.add(value.text);
  for (const step of stage.steps.filter((s) => s.index <= lastBuild)) {
    for (const change of step.changes.filter((c) => c.how === "written")) {
      const node = find(root, change.path);
      if (!node) continue;
      const project = projects.find((at) => isWithin(change.path, at));
      // A jar holds its resources; what the program reads beside it nobody knows.
      if (project !== undefined) left.add(`whatever else it reads in ${project}`);
      else if (isCopy(step.instruction)) copied(stage, step, change, node, paths, left);
      else if (isOwnFile(change, node, programs)) left.add(change.path);
    }
    for (const { entry } of step.changes) {
      const command = step.ran.length ? /^command:(\S+)/.exec(entry.id)?.[1] : undefined;
      if (command !== undefined && !buildTools.has(basename(command)) && !programs.some((p) => basename(p.path) === basename(command)))
        left.add(`what \`${entry.what}\` wrote`);
    }
  }
  // What the sources name is read, whatever else lies there.
  for (const path of left)
    if (isWithin(path, stage.end.cwd) && sources.some((text) => names(text, path.slice(stage.end.cwd.length + 1)))) paths.add(path);
  const inside = (path: string): boolean =>
    programs.some((p) => p.path === path) || [...paths].some((other) => other !== path && isWithin(path, other));
  const kept = [...paths].filter((path) => !inside(path));
  return {
    paths: kept,
    left: [...left].filter((name) => !kept.some((path) => isWithin(name, path)) && !programs.some((p) => p.path === name)),
  };
}

/** As a text of its own: "./settings.json". */
const names = (source: string, path: string): boolean => ["", "./"].some((before) => source.includes(`"${before}${path}"`));

/** Files and folders that the arguments of a program name; its working folder is no such thing. */
function named(stage: Stage, { args, cwd }: Started): string[] {
  return args.flatMap(({ text, known }) => {
    const value = /^-{1,2}[\w-]+=(.+)$/.exec(text)?.[1] ?? text;
    const path = absolute(value, cwd);
    const node = known && value !== "" && !isWithin(cwd, path) ? find(stage.end.root, path, true) : undefined;
    return node?.type === "file" || (node?.type === "folder" && !holdsSources(node)) ? [path] : [];
  });
}

/** Of a folder with sources in it only the data is taken along. */
function copied(
  stage: Stage,
  { instruction, before }: Step,
  { path, entry }: Change,
  node: Node,
  paths: Set<string>,
  left: Set<string>,
): void {
  const words = copySources(instruction).map((w) => expandWord(w.text, (name) => variableIn(before, name)).text);
  const fromStage = instruction.flags.some((f) => f.name === "from");
  const source = contextOf(entry);
  const at = (source ?? entry.id).replace(/\/$/, "");
  const isNamed =
    fromStage ||
    source === undefined ||
    words.some((word) => at !== "" && at !== "." && sameSource(word, at)) ||
    instruction.heredocs.length > 0;
  if (node.type !== "folder") {
    if (isSource(basename(path)) || (isNamed && isBuildFile(basename(path)))) return;
    if (isNamed) paths.add(path);
    else if (isData(basename(path))) left.add(path);
    return;
  }
  // Of a folder of a context that nobody knows only the name can tell.
  const isUnknown = unfold(node).content.some((e) => e.kind === "context");
  const isOfData = isUnknown ? [at, path].some((p) => dataFolders.has(basename(p))) : !holdsSources(node);
  if (isNamed && isOfData && !isWithin(stage.end.cwd, path)) paths.add(path);
  else data(node, path, paths, left);
}

const sameSource = (word: string, at: string): boolean => {
  const source = absolute(word, "/").slice(1);
  if (!hasGlob(source)) return source === at;
  return basename(source) !== "*" && source.split("/").length === at.split("/").length && matches(basename(source), basename(at));
};

/** What lies in a folder of sources and is none: folders of data, and the names of files that look like it. */
function data(folder: FolderNode, path: string, paths: Set<string>, left: Set<string>): void {
  const open = unfold(folder);
  if (open.content.some((e) => e.kind === "context" && !isSource(e.id))) left.add(`whatever else it reads in ${path}`);
  for (const [name, child] of open.children) {
    const at = join(path, name);
    if (child.type === "file" && !isSource(name) && isData(name)) left.add(at);
    if (child.type !== "folder" || name.startsWith(".") || skipped.has(name) || (path === "/" && ofSystem.has(name))) continue;
    if (dataFolders.has(name.toLowerCase()) && holdsOthers(child)) paths.add(at);
    else data(child, at, paths, left);
  }
}

/** What a command of a RUN left, a program that is not started or a file: not objects, caches or what tools keep for themselves. */
const isOwnFile = ({ path, entry }: Change, node: Node, programs: readonly Program[]): boolean =>
  node.type === "file" &&
  (entry.kind === "artifact" || entry.kind === "download") &&
  node.entry.id === entry.id &&
  !/\.(?:o|a|d|log)$/.test(path) &&
  !["/tmp", "/var", "/root", "/go/pkg", "/usr/src"].some((folder) => isWithin(path, folder)) &&
  !programs.some((p) => p.ran.changes.some((c) => c.path === path));

/** What these write is for the compiler. */
const buildTools = new Set([
  "go",
  "cargo",
  "mvn",
  "mvnw",
  "gradle",
  "gradlew",
  "make",
  "configure",
  "cmake",
  "golangci-lint",
  "mockgen",
  "protoc",
  "wire",
]);

const holdsSources = (folder: FolderNode): boolean => [...namesIn(folder, "")].some((name) => isSource(name));
const holdsOthers = (folder: FolderNode): boolean =>
  [...namesIn(folder, "")].some((name) => !isSource(name) && !isBuildFile(name)) || unfold(folder).content.size > 0;

/** A folder is searched this far: where nobody looks deeper, it is taken for what it seems. */
const maximumDepth = 6;

function* namesIn(folder: FolderNode, path: string, depth = 0): Generator<string> {
  for (const [name, child] of unfold(folder).children) {
    if (child.type !== "folder") yield name;
    else if (depth < maximumDepth && !skipped.has(name)) yield* namesIn(child, join(path, name), depth + 1);
  }
}

const isSource = (name: string): boolean => /\.(?:go|rs|mod|sum|work|c|cc|cpp|cxx|h|hh|hpp|hxx|s|S|o|a|y|l|proto)$/.test(name);

const isBuildFile = (name: string): boolean =>
  /^(?:Cargo\.(?:toml|lock)|Makefile|makefile|GNUmakefile|CMakeLists\.txt|configure.*|Dockerfile.*|Containerfile.*|\..*ignore|\..*rc|Jenkinsfile|Taskfile.*|Justfile|justfile)$/.test(
    name,
  ) || /\.(?:mk|cmake|in|am|ac|m4)$/.test(name);

/** As files of data are called, less those that belong to tools. */
const isData = (name: string): boolean =>
  (/\.(?:html?|tmpl|tpl|gohtml|css|js|json|ya?ml|toml|ini|conf|cfg|properties|sql|csv|xml|pem|crt|key|db|sqlite3?|env|txt)$/.test(name) ||
    name === ".env") &&
  !/^(?:package(?:-lock)?\.json|tsconfig.*\.json|(?:docker-)?compose.*\.ya?ml|\.(?!env).*|CMakeLists\.txt|renovate\.json|Taskfile.*|.*\.config\.js)$/.test(
    name,
  );

const dataFolders = new Set(
  (
    "assets certs conf config configs css data dist etc fixtures fonts html i18n images img js lang locale locales migration migrations pages public resources schema " +
    "schemas seeds sql static template templates tmpl translations ui views web webroot wwwroot www"
  ).split(" "),
);

/** A context that is copied to the root lies beside these. */
const ofSystem = new Set([
  "bin",
  "boot",
  "dev",
  "etc",
  "home",
  "lib",
  "lib64",
  "opt",
  "proc",
  "root",
  "run",
  "sbin",
  "sys",
  "tmp",
  "usr",
  "var",
]);

const skipped = new Set(["vendor", "node_modules", "testdata", "test", "tests", "docs", "doc", "examples", ".git"]);

import type { Subject } from "../build/subject.ts";
import { copySources, isFromContext } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import type { BuildContext, ContextFolder, ContextNode } from "../image/context.ts";
import type { Ran } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { formatBytes } from "../topics/bytes.ts";
import { listed } from "../topics/lists.ts";

/** Something of the build context that no image needs, as a line of a .dockerignore. */
export interface Junk {
  readonly pattern: string;
  readonly bytes: number;
}

/** Never wanted in an image, whatever is in them: histories, editors' folders, caches and reports of this machine. */
const always = new Set(
  ".git .hg .svn .idea .vscode .github .gitlab .circleci .devcontainer .pytest_cache .mypy_cache .ruff_cache .tox .nox .terraform .gradle .DS_Store coverage .coverage .nyc_output .cache .parcel-cache .turbo".split(
    " ",
  ),
);
/** Made on this machine, and made anew by a build that runs one of these. */
const madeAnew: Readonly<Record<string, RegExp>> = {
  node_modules: /^(?:npm|yarn|pnpm|bun) (?:ci|i|install|install-clean)\b|^yarn$/,
  target: /^(?:cargo|mvn|\.\/mvnw) .*\b(?:build|install|package|verify|test)\b/,
};
const builtBy = /^(?:npm|yarn|pnpm|bun|npx)(?: run)?(?: -\S+)* (?:build|generate)\b|^(?:npx )?(?:vite|next|nuxt|ng|webpack|tsc)\b/;
const built = new Set(["dist", "build", ".next", ".nuxt", ".output", ".svelte-kit", ".angular"]);
const installsPython = /^(?:pip\d*|uv|poetry|pipenv)\b/;
/** Says what is built here, and how it is run: for the builder, not for the image. */
const isRecipe = (name: string): boolean => dockerfile.test(name) || /^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/i.test(name);
const dockerfile = /^(?:(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:Docker|Container)file)$/i;
const secrets = /^\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$).+)?$/;

/** Lines for what is really there and has no use in the image; what an instruction names is left alone. */
export function junkIn(subject: Subject, context: BuildContext): Junk[] {
  const commands = subject.steps.flatMap((s) => s.ran);
  const lines = commands.map((r) => [r.name, ...r.args.map((a) => a.text)].join(" "));
  const runs = (test: RegExp): boolean => lines.some((line) => test.test(line));
  const copied = namedSources(subject);
  const isCopied = (name: string): boolean => copied.some((path) => path === name || path.startsWith(`${name}/`));
  const isMentioned = (name: string): boolean => commands.some((r) => mentions(r, name));
  const found: Junk[] = [];
  const small: Junk[] = [];
  for (const [name, node] of context.root.children) {
    if (isCopied(name)) continue;
    const junk = { pattern: name, bytes: bytesOf(node) };
    const anew = Object.hasOwn(madeAnew, name) ? madeAnew[name] : undefined;
    const isVenv = node.kind === "folder" && (node.children.has("pyvenv.cfg") || /^\.?venv$/.test(name)) && runs(installsPython);
    const wanted = always.has(name) || secrets.test(name) || name.endsWith(".log");
    if (isVenv || (anew && runs(anew)) || (built.has(name) && runs(builtBy))) found.push(junk);
    else if (wanted && !isMentioned(name) && !(name === ".git" && needsHistory(context, commands))) found.push(junk);
    else if (isRecipe(name) && !isMentioned(name)) small.push(junk);
  }
  for (const name of ["__pycache__", ...(runs(madeAnew.node_modules ?? /^$/) ? ["node_modules"] : [])]) {
    const below = bytesBelow(context.root, name, new Set(found.map((j) => j.pattern)));
    if (below > 0 && !copied.some((path) => path.split("/").includes(name))) found.push({ pattern: `**/${name}`, bytes: below });
  }
  // Not worth a file of their own, but they belong there, and changing them need not throw the build cache away.
  return found.length > 0 ? [...found.sort((a, b) => b.bytes - a.bytes), ...small] : [];
}

/** A .dockerignore counts for all Dockerfiles that are built with this context: a word for the title, where there are others. */
export function alsoFor({ world }: Subject, { root }: BuildContext): string {
  const others = [...root.children.keys()].filter((name) => dockerfile.test(name) && name !== basename(world.name ?? "Dockerfile"));
  return others.length === 0 ? "" : ` (check first: that ${listed(others)} ${others.length === 1 ? "copies" : "copy"} none of it)`;
}

/** Their bytes, and the biggest of them by name: `.git (80 MB) and node_modules (20 MB)`. */
export function junkText(junk: readonly Junk[]): { biggest: string; share: string } {
  const all = junk.reduce((n, j) => n + j.bytes, 0);
  const named = junk.filter((j) => j.bytes > 0.01 * all).slice(0, 3);
  const total = formatBytes(all);
  const biggest = listed(named.map((j) => `${j.pattern} (${formatBytes(j.bytes)})`));
  // Of one alone the total says how much it is.
  const only = named.length === 1 && named[0] && biggest === `${named[0].pattern} (${total})` ? named[0].pattern : undefined;
  return { biggest, share: only ? `${only} is ${total} of what this copies` : `${total} of what this copies is ${biggest}` };
}

/** What COPY, ADD and mounts take from the context by name. */
function namedSources({ steps }: Subject): string[] {
  const clean = (path: string): string => path.replace(/^(?:\.?\/)+/, "").replace(/\/$/, "");
  return steps.flatMap(({ instruction: i }) => {
    if (i.keyword === "RUN") return mountsOf(i).flatMap((m) => (m.from === undefined && m.source ? [clean(m.source)] : []));
    return isFromContext(i) ? copySources(i).map((a) => clean(a.text)) : [];
  });
}

/** Whether an instruction takes this file, or a command names it or the folder that it lies in. */
export function mentionsName(subject: Subject, path: string): boolean {
  const parts = path.split("/");
  const isSource = namedSources(subject).some((source) => source !== "" && (path === source || path.startsWith(`${source}/`)));
  return isSource || subject.steps.some((s) => s.ran.some((r) => parts.some((name) => mentions(r, name))));
}

const mentions = (ran: Ran, name: string): boolean =>
  ran.args.some(({ text }) => text.split(/[/=:,\s]/).includes(name)) ||
  (ran.command?.redirects.some((r) => r.target?.raw.split("/").includes(name)) ?? false);

/** Tools that take the version from git, by the files that configure them. */
const versions =
  /setuptools[_-]scm|hatch-vcs|versioneer|pdm\.version|dynamic-versioning|git-commit-id|jgitver|\bgit (?:describe|rev-parse|rev-list|log|show|submodule)\b/;
const configured = [
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "Makefile",
  "package.json",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "CMakeLists.txt",
];

const needsHistory = (context: BuildContext, commands: readonly Ran[]): boolean =>
  commands.some((r) => r.name === "git" && !r.args.some((a) => /^(?:clone|config|--version|init|lfs)$/.test(a.text))) ||
  configured.some((file) => context.root.children.has(file) && versions.test(context.readText?.(file) ?? ""));

const bytesOf = (node: ContextNode): number => (node.kind === "link" ? 0 : node.bytes);

/** Everything in folders of this name, wherever they lie but in these, which are left out whole. */
function bytesBelow(folder: ContextFolder, wanted: string, except?: ReadonlySet<string>): number {
  let bytes = 0;
  for (const [name, node] of folder.children)
    if (node.kind === "folder" && !except?.has(name)) bytes += name === wanted ? node.bytes : bytesBelow(node, wanted);
  return bytes;
}

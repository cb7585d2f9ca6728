// Which files an installer of dependencies reads: what has to be there before it runs, and all it needs.
import type { Ran } from "../image/model.ts";
import { absolute, dirname, join } from "../image/paths.ts";
import { options } from "./call.ts";
import { isPip, isPython } from "./kinds.ts";

/** An install of what a project depends on, as one command says it. */
export interface DependencyInstall {
  /** What has to be there. */
  readonly required: readonly string[];
  /** What it reads where it is there. */
  readonly optional: readonly string[];
  /** What it reads where none of these is there: npm takes versions from yarn's lock file (docs.npmjs.com, package-lock.json). */
  readonly otherwise?: string;
  /** The text of the first required file that asks for something: without it there is nothing to install. */
  readonly asks: RegExp;
  /** Files that have it read more of the project. */
  readonly spoiledBy: readonly string[];
  /** Folders it makes: a copy of this machine's own must not come on top. */
  readonly makes: readonly string[];
  /** The text of the first required file that makes it read more than these files: then the source is needed. */
  readonly needsMore: RegExp;
}

/** Scripts that run with an install, and packages of the project itself (npm's docs, "scripts", "workspaces"; `file:` dependencies). */
const ofNode = /"(?:preinstall|install|postinstall|prepare|prepublish|workspaces)"\s*:|"(?:file|link|portal|workspace):/;
const node = (...locks: string[]): DependencyInstall => ({
  required: ["package.json"],
  optional: [...locks, ".npmrc"],
  asks: /\S/,
  spoiledBy: ["pnpm-workspace.yaml", ".pnpmfile.cjs", ".yarnrc.yml", ".pnp.cjs"],
  makes: ["node_modules"],
  needsMore: ofNode,
});

const plain = (
  required: readonly string[],
  optional: readonly string[],
  needsMore: RegExp,
  asks = /\S/,
  spoiledBy: readonly string[] = [],
): DependencyInstall => ({
  required,
  optional,
  asks,
  spoiledBy,
  makes: [],
  needsMore,
});

/** Undefined for a command that installs something else, or needs the source itself. */
export function dependencyInstall({ name, args }: Pick<Ran, "name" | "args">): DependencyInstall | undefined {
  if (isPython(name) && args[0]?.text === "-m") return dependencyInstall({ name: args[1]?.text ?? "", args: args.slice(2) });
  const { operands, has, values } = options(
    args,
    "C r c --prefix --registry --cache --loglevel --omit --include --requirement --constraint",
  );
  const [verb, ...more] = operands.map((a) => a.text);
  const isBare = more.length === 0 && !has("-g", "--global", "-C", "--prefix");
  switch (isPip(name) ? "pip" : name) {
    case "npm":
      return /^(?:ci|install|i|clean-install)$/.test(verb ?? "") && isBare
        ? { ...node("package-lock.json", "npm-shrinkwrap.json"), otherwise: "yarn.lock" }
        : undefined;
    case "yarn":
      // Berry keeps itself and its settings in the project.
      return (verb === undefined || verb === "install") && isBare ? node("yarn.lock") : undefined;
    case "pnpm":
      return (verb === "install" || verb === "i") && isBare ? node("pnpm-lock.yaml") : undefined;
    case "bun":
      return (verb === "install" || verb === "i") && isBare ? node("bun.lock", "bun.lockb") : undefined;
    case "pip": {
      const [file, another] = values("-r", "--requirement");
      const isPlain = file !== undefined && another === undefined && !file.includes("/") && values("-c", "--constraint").length === 0;
      // Lines that name files and folders of the project (pip's docs, "Requirements File Format").
      return verb === "install" && isPlain && isBare && !has("-e", "--editable")
        ? plain([file], [], /^\s*(?:-[erc]\b|--(?:editable|requirement|constraint)|\.|file:)/m)
        : undefined;
    }
    case "pipenv":
      return /^(?:install|sync)$/.test(verb ?? "") && isBare ? plain(["Pipfile"], ["Pipfile.lock"], /\b(?:path|editable)\s*=/) : undefined;
    case "poetry":
      return verb === "install" && has("--no-root") ? plain(["pyproject.toml"], ["poetry.lock"], /\bpath\s*=/) : undefined;
    case "uv":
      return verb === "sync" && has("--no-install-project") ? plain(["pyproject.toml"], ["uv.lock"], /\bpath\s*=/) : undefined;
    case "bundle":
      return verb === "install" && isBare
        ? plain(["Gemfile"], ["Gemfile.lock"], /\b(?:gemspec|path|eval_gemfile|ruby file)\b/, /^\s*gem\b/m)
        : undefined;
    case "go":
      return verb === "mod" && more[0] === "download"
        ? plain(["go.mod"], ["go.sum"], /^\s*replace\b.*=>\s*\.|=>\s*\.{1,2}\//m, /^\s*require\b/m, ["go.work"])
        : undefined;
    default:
      return undefined;
  }
}

/** Commands that look for it in the folders above as well (npm's docs, "folders"; yarn 1, findProjectRoot; Bundler's SharedHelpers#find_gemfile). */
const climbs = /^(?:npm|yarn|pnpm|bun|bundle)$/;

/**
 * The files of which an install needs one, to find anything to install at all. Undefined where it is told by name what to install, or where
 * settings may tell it of another file.
 */
export function manifestsSought({ name, args, cwd, command, before }: Ran): readonly string[] | undefined {
  const settings = [...(command?.assignments.map((a) => a.name) ?? []), ...[...before.env].map(([variable]) => variable)];
  if (settings.some((s) => /^(?:BUNDLE_GEMFILE|COMPOSER|npm_config_(?:prefix|global))$/i.test(s))) return undefined;
  if (isPython(name) && args[0]?.text === "-m" && isPip(args[1]?.text ?? "")) return listsSought(args.slice(2), cwd);
  if (isPip(name)) return listsSought(args, cwd);
  const tool = name === "composer.phar" ? "composer" : name === "bundler" ? "bundle" : name === "yarnpkg" ? "yarn" : name;
  const o = options(
    args,
    "C d F r j --prefix --cwd --dir --working-dir --registry --cache --cache-folder --jobs --retry --omit --filter --loglevel",
  );
  const [verb, ...named] = o.operands.map((a) => a.text);
  const manifests = filesOf(tool, verb, named);
  const told = o.value("-C", "--prefix", "--cwd", "--dir", "-d", "--working-dir");
  if (!manifests || o.has("-g", "--global", "--gemfile", "--location") || o.operands.some((a) => !a.known)) return undefined;
  const folders = [absolute(told ?? ".", cwd)];
  for (let at = folders[0] ?? "/"; at !== "/" && climbs.test(tool); at = dirname(at)) folders.push(dirname(at));
  return folders.flatMap((folder) => manifests.map((file) => join(folder, file)));
}

function filesOf(tool: string, verb: string | undefined, named: readonly string[]): readonly string[] | undefined {
  switch (tool) {
    case "npm":
      return /^(?:ci|install|i|clean-install|install-clean)$/.test(verb ?? "") && named.length === 0 ? ["package.json"] : undefined;
    case "yarn":
      return (verb === undefined || verb === "install") && named.length === 0 ? ["package.json"] : undefined;
    case "pnpm":
      return /^(?:install|i)$/.test(verb ?? "") && named.length === 0 ? ["package.json", "package.yaml", "package.json5"] : undefined;
    case "bun":
      return /^(?:install|i)$/.test(verb ?? "") && named.length === 0 ? ["package.json"] : undefined;
    case "bundle":
      return (verb === undefined || verb === "install") && named.length === 0 ? ["Gemfile", "gems.rb"] : undefined;
    case "composer":
      return /^(?:install|i|update)$/.test(verb ?? "") ? ["composer.json"] : undefined;
    default:
      return undefined;
  }
}

/** Of an install that is told by files alone: those. */
function listsSought(args: Ran["args"], cwd: string): readonly string[] | undefined {
  const o = options(
    args,
    "r c e i t --requirement --constraint --editable --index-url --extra-index-url --target --find-links --cache-dir --trusted-host",
  );
  const [verb, ...named] = o.operands.map((a) => a.text);
  const files = o.values("-r", "--requirement");
  const isAll = verb === "install" && named.length === 0 && files.length > 0 && !o.has("-e", "--editable") && args.every((a) => a.known);
  return isAll && !files.some((f) => /^\w+:\/\//.test(f)) ? files.map((f) => absolute(f, cwd)) : undefined;
}

// Dependencies that only development needs: how installers are told to leave them out.
import { type BaseImage, partsOfName } from "../image/base.ts";
import type { Ran } from "../image/model.ts";
import type { Word } from "../shell/syntax.ts";
import { isBundler, isPip, isPython } from "./kinds.ts";
import { groupsLeftOut } from "./ruby.ts";

/** The ids of entries that hold them: `npm-dev:/app`; and a file of requirements that says so itself. */
export const isDevelopment = (id: string): boolean =>
  /^[a-z]+-dev:/.test(id) || (id.startsWith("pip:-r ") && isDevelopmentFile(id.slice("pip:-r ".length)));

/** The installer that an id of them begins with. */
export const installerIn = (id: string): string => /^[a-z]+/.exec(id)?.[0] ?? "";

/** `requirements-dev.txt`, `requirements/test.txt`, `dev-requirements.txt`. */
const isDevelopmentFile = (path: string): boolean =>
  /(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|docs)(?:[-_.][\w-]*)?\.(?:txt|in|pip)$/.test(path);

/** How a command is told to leave them out. */
export type Omission =
  /** A flag, behind a word where any is written; or what one is to name, too, and how it reads then. */
  | { readonly flag: string; readonly behind: Word | undefined; readonly whole?: string }
  /** Words that ask for them, to be taken away. */
  | { readonly words: readonly Word[] }
  /** A variable of the environment: what runs later must know of it, too. */
  | { readonly variable: string };

interface Installer {
  /** What the project says of itself, and what stands there where it has development dependencies. */
  readonly manifest: string;
  readonly some: RegExp;
  readonly flag?: string;
}

const node = (flag: string): Installer => ({ manifest: "package.json", some: /"devDependencies"\s*:\s*\{\s*"/, flag });
/** A table of TOML with something in it, under one of these names; or, in another table, a list that is not empty. */
const table = (names: string): RegExp =>
  new RegExp(`^[ \\t]*\\[(?:${names})\\][ \\t]*(?:#.*)?\\r?\\n(?:[ \\t]*(?:#.*)?\\r?\\n)*[ \\t]*[\\w"']`, "m");
/** PEP 735's group of that name, which uv and PDM install unless told otherwise. */
const devGroup = /^[ \t]*\[dependency-groups\][ \t]*\r?\n(?:(?!\[)[^\n]*\n)*?[ \t]*dev[ \t]*=[ \t]*\[\s*[^\s\]]/m;
/** Of a Gemfile. A group that is optional is left out by itself (its manual, gemfile(5), "GROUPS"). */
function groupOf(names: string): RegExp {
  const named = `[^\\n]*[:"'](?:${names})\\b`;
  return new RegExp(`^[ \\t]*group\\b(?![^\\n]*\\boptional:[ \\t]*true)${named}|\\bgroups?:${named}`, "m");
}
const either = (...all: RegExp[]): RegExp => new RegExp(all.map((r) => `(?:${r.source})`).join("|"), "m");

/** The installers' own flags (their manuals: npm-install, yarn 1 install, pnpm install, composer install, poetry install, uv sync, pdm install, bundle config). */
const installers: Readonly<Record<string, Installer>> = {
  npm: node("--omit=dev"),
  yarn: node("--production"),
  pnpm: node("--prod"),
  bun: node("--production"),
  composer: { manifest: "composer.json", some: /"require-dev"\s*:\s*\{\s*"/, flag: "--no-dev" },
  poetry: {
    manifest: "pyproject.toml",
    some: either(table("tool\\.poetry\\.(?:dev-dependencies|group\\.[\\w-]+\\.dependencies)"), devGroup),
    flag: "--only main",
  },
  uv: { manifest: "pyproject.toml", some: either(devGroup, /^[ \t]*dev-dependencies[ \t]*=[ \t]*\[\s*[^\s\]]/m), flag: "--no-dev" },
  pdm: { manifest: "pyproject.toml", some: either(table("tool\\.pdm\\.dev-dependencies"), devGroup), flag: "--prod" },
  pipenv: { manifest: "Pipfile", some: table("dev-packages") },
  bundle: { manifest: "Gemfile", some: groupOf("development|test") },
};

/** The installer of a command, under the one name of it that is in the table. */
const installerOf = (name: string): string => (isPip(name) || isPython(name) ? "pip" : isBundler(name) ? "bundle" : name);

/** What the project has to say for the command to bring any; undefined where the command itself does. */
export const manifestOf = ({ name }: Pick<Ran, "name">): Pick<Installer, "manifest" | "some"> | undefined => {
  const installer = installerOf(name);
  return Object.hasOwn(installers, installer) ? installers[installer] : undefined;
};

/** Whether the project's own file has some that the command brings, and is not told to leave out. */
export function bringsSome(ran: Ran, text: string): boolean {
  if (installerOf(ran.name) !== "bundle") return manifestOf(ran)?.some.test(text) === true;
  const left = missingGroups(groupsLeftOut(ran)?.groups ?? []);
  return left.length > 0 && groupOf(left.join("|")).test(text);
}

/** Bundler's groups for development that are not among these. */
const missingGroups = (groups: readonly string[]): string[] => ["development", "test"].filter((group) => !groups.includes(group));

/** Those that are left out already stay so. */
function withoutGroups(ran: Ran): Omission | undefined {
  const out = groupsLeftOut(ran);
  const more = out && missingGroups(out.groups);
  if (!more || more.length === 0) return undefined;
  const { groups, behind } = out;
  return behind === undefined
    ? { variable: `BUNDLE_WITHOUT=${[...groups, ...more].join(":")}` }
    : { flag: more.join(" "), behind, whole: `--without ${[...groups, ...more].join(" ")}` };
}

/** Undefined for a command that cannot be told. */
export function omitsDevelopment(ran: Ran, base: BaseImage | undefined): Omission | undefined {
  const { name, words, args } = ran;
  const installer = installerOf(name);
  // They are what is asked for.
  if (args.some((a) => /^(?:--save-dev|--include=dev|-D)$/.test(a.text))) return undefined;
  if (installer === "pip") return withoutFiles(words);
  if (installer === "pipenv") return { words: words.filter((w) => w.raw === "--dev" || w.raw === "-d") };
  if (installer === "bundle") return withoutGroups(ran);
  const { flag } = Object.hasOwn(installers, installer) ? (installers[installer] ?? {}) : {};
  if (flag === undefined) return undefined;
  const verb = words.find((w) => /^(?:ci|i|install|clean-install|sync|update)$/.test(w.raw));
  return { flag: name === "npm" && isOldNpm(base) ? "--production" : flag, behind: verb ?? words[0] };
}

/** `-r requirements.txt -r requirements-dev.txt`: without the second, where there is another one. */
function withoutFiles(words: readonly Word[]): Omission | undefined {
  const files = words.flatMap((file, i) => {
    const flag = words[i - 1];
    return flag && /^(?:-r|--requirement)$/.test(flag.raw) ? [[flag, file] as const] : [];
  });
  const gone = files.filter(([, file]) => isDevelopmentFile(file.raw));
  return gone.length > 0 && gone.length < files.length ? { words: gone.flat() } : undefined;
}

/** --omit came with npm 7, which came with Node 15; a distribution's own may be older still. Every npm knows the other word for it. */
function isOldNpm(base: BaseImage | undefined): boolean {
  const { image, major } = partsOfName(base?.name);
  return image === "node" ? major !== undefined && major < 15 : base?.standardLayout === true && base.os !== undefined;
}

/** Programs of development themselves. */
export const isForDevelopment = (name: string): boolean =>
  /^(?:pytest|tox|nox|nodemon|ts-node|tsx|ng|vite|webpack|webpack-dev-server|react-scripts|vue-cli-service|parcel|gulp|grunt|jest|mocha|vitest|cypress|concurrently)$/.test(
    name,
  );

/** They run whatever the project's own files say, mostly with what was installed into its folder. */
export const drivesProject = (name: string): boolean => /^(?:make|just|task|mix)$/.test(name);

/** `npm run build`, `yarn build`, `npx tsc`: what the project itself defines, with whatever it takes. */
export function runsProjectScript({ name, args }: Pick<Ran, "name" | "args">): boolean {
  const verb = args.find((a) => !a.text.startsWith("-"))?.text;
  if (name === "npx" || name === "bunx") return true;
  if (name === "npm" || name === "pnpm" || name === "bun") return /^(?:run|run-script|test|t|build|exec|x|rebuild|dlx)$/.test(verb ?? "");
  if (name === "yarn") return verb !== undefined && !/^(?:install|add|cache|config|set|global|remove|global|--version)$/.test(verb);
  return /^(?:tsc|webpack|vite|ng|next|nuxt|gulp|grunt|rollup|esbuild)$/.test(name);
}

/**
 * What runs there may need development dependencies. Rails compiles the assets without the gems of development (its template, Dockerfile.tt), but
 * may have Vite, webpack or esbuild do it, which the node packages of development bring (vite_ruby, Shakapacker, jsbundling-rails).
 */
export function mayNeedDevelopment({ name, args }: Pick<Ran, "name" | "args">, installer: string): boolean {
  if (args.some((a) => a.text === "assets:precompile")) return !isBundler(installer);
  if (/^(?:poetry|uv|pdm|pipenv|bundle|bundler)$/.test(name))
    return /^(?:run|exec)$/.test(args.find((a) => !a.text.startsWith("-"))?.text ?? "");
  return /^(?:pytest|tox|nox|mypy|ruff|flake8|rake|rspec|rails|(?:\.\/)?bin\/\w+)$/.test(name) || runsProjectScript({ name, args });
}

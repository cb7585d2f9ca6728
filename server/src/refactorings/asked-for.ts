import type { Subject } from "../build/subject.ts";
import {
  compiler,
  headersForGems,
  mayLinkSqlite,
  namesGemsInC,
  namesGlibcOnly,
  namesJavaSources,
  neededByCrates,
  neededForSources,
} from "../commands/compiled.ts";
import { isBundler, isPip, isPython } from "../commands/kinds.ts";
import { contextText } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, dirname } from "../image/paths.ts";

// What installers of languages call by themselves, as the lists of packages that they read tell it.

/** The commands, and the packages with headers, that a RUN's installers need of the image. */
export const neededByLists = (subject: Subject, step: Step): string[] => step.ran.flatMap((ran) => neededBy(subject, step, ran));

function neededBy(subject: Subject, step: Step, ran: Ran): string[] {
  if (callsPip(ran)) {
    const asked = pipIsAsked(subject, step, ran);
    return [...(asked.some((text) => /(?:^|[\s@])git\+/m.test(text)) ? ["git"] : []), ...asked.flatMap(neededForSources)];
  }
  // Its words are names of gems.
  if (ran.name === "gem") return ran.args[0]?.text === "install" ? neededByGems(ran.args.map((a) => `gem "${a.text}"`).join("\n")) : [];
  if (isBundler(ran.name)) return neededByBundler(subject, step, ran);
  if (/^(?:npm|pnpm|yarn|bun)$/.test(ran.name)) return textsBeside(subject, step, ran, ["package.json"]).some(asksGit) ? ["git"] : [];
  if (/^(?:poetry|uv|pdm|pipenv)$/.test(ran.name))
    return textsBeside(subject, step, ran, ["pyproject.toml", "Pipfile"]).some((text) => /\bgit\s*=\s*["']|["'\s]git\+/.test(text))
      ? ["git"]
      : [];
  return compilesCrates(ran) && !ofOthers(ran) ? textsBeside(subject, step, ran, ["Cargo.lock"]).flatMap(neededByCrates) : [];
}

/** pip, by its name or as a module. */
export const callsPip = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  isPip(name) || (isPython(name) && args[0]?.text === "-m" && args[1]?.text === "pip");

/** What a pip command is to install: its words, and the lists of packages that it reads. */
export function pipIsAsked({ world }: Subject, step: Step, ran: Ran): string[] {
  const readText = (path: string): string => contextText(step.after.root, path, world.context) ?? "";
  return ran.args.flatMap(({ text }, i) => {
    const list = /^(?:-r|--requirement)$/.test(ran.args[i - 1]?.text ?? "") ? text : /^(?:-r|--requirement=)(.+)$/.exec(text)?.[1];
    if (list === undefined) return [text];
    const path = absolute(list, step.after.cwd);
    const named = readText(path);
    const more = [...named.matchAll(/^[ \t]*(?:-r|--requirement)[ \t=]*(\S+)/gm)].map(([, other = ""]) =>
      readText(absolute(other, dirname(path))),
    );
    return [text, named, ...more];
  });
}

/** pip is asked for what there is for glibc alone. */
export const asksForGlibc = (subject: Subject, steps: readonly Step[]): boolean =>
  steps.some((step) => step.ran.some((ran) => callsPip(ran) && pipIsAsked(subject, step, ran).some(namesGlibcOnly)));

/** pip is asked for what is compiled against Java's headers. */
export const asksForJavaHeaders = (subject: Subject, steps: readonly Step[]): boolean =>
  steps.some((step) => step.ran.some((ran) => callsPip(ran) && pipIsAsked(subject, step, ran).some(namesJavaSources)));

/** Files that lie where a command runs, as far as their texts are at hand. */
const textsBeside = ({ world }: Subject, { after }: Step, { cwd }: Ran, names: readonly string[]): string[] =>
  names.flatMap((name) => contextText(after.root, absolute(name, cwd), world.context) ?? []);

/** A dependency of a package.json that lies in a repository; where the project itself lies is said in such words, too. */
const asksGit = (text: string): boolean =>
  /"(?!url"|repository"|homepage"|bugs")[^"\n]+"\s*:\s*"(?:git(?:\+(?:ssh|https?|file))?:|git@|github:|gitlab:|bitbucket:)/.test(text);

/** `bundle install` for a Gemfile, or its lock file, that names a gem in C which rubygems.org has no Linux build of, or one in a repository. */
function neededByBundler(subject: Subject, step: Step, ran: Ran): string[] {
  if (!(ran.args.length === 0 || ran.args.some((a) => a.text === "install"))) return [];
  const texts = textsBeside(subject, step, ran, ["Gemfile", "Gemfile.lock"]);
  // Most applications have gems in C; of a list that nobody can read that is taken to be so, and what they need nobody knows.
  if (texts.length === 0) return ["gcc"];
  const takesBuilds = step.after.env.get("BUNDLE_FORCE_RUBY_PLATFORM")?.text !== "true";
  const fetches = texts.some((text) => /^GIT$|^\s*gem\b.*\b(?:git|github)(?::|\s*=>)/m.test(text));
  return [...(fetches ? ["git"] : []), ...texts.flatMap((text) => neededByGems(text, takesBuilds, texts.length > 1))];
}

/** What gems need that a list names. Without a lock file Rails brings the newest psych, which is compiled against libyaml. */
const neededByGems = (text: string, takesBuilds = true, isLocked = false): string[] => [
  ...(namesGemsInC(text, takesBuilds) ? [compiler] : []),
  ...headersForGems(text),
  ...(!isLocked && /^\s*gem\s*\(?\s*["']rails["']/m.test(text) ? ["libyaml-dev"] : []),
];

const compilesCrates = ({ name, args }: Ran): boolean =>
  name === "cargo" && args.some((a) => /^(?:b|build|install|r|run|t|test|check|clippy|bench|chef|leptos)$/.test(a.text));

/** `cargo install wasm-pack`: its lock file is not the project's. */
const ofOthers = ({ args }: Ran): boolean => args.some((a) => a.text === "install") && !args.some((a) => a.text === "--path");

/** What nobody can tell of the crates that are compiled: whether they look for libraries. */
export function unknownOfCrates(subject: Subject, steps: readonly Step[]): "all" | "SQLite" | undefined {
  const compiled = steps.flatMap((step) => step.ran.flatMap((ran) => (compilesCrates(ran) ? [{ step, ran }] : [])));
  const locks = compiled.map(({ step, ran }) => (ofOthers(ran) ? undefined : textsBeside(subject, step, ran, ["Cargo.lock"])[0]));
  if (locks.includes(undefined)) return "all";
  return locks.some((lock) => mayLinkSqlite(lock ?? "")) ? "SQLite" : undefined;
}

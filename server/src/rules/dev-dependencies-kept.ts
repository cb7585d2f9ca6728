import type { Subject } from "../build/subject.ts";
import { options } from "../commands/call.ts";
import {
  bringsSome,
  drivesProject,
  isDevelopment,
  isForDevelopment,
  manifestOf,
  mayNeedDevelopment,
  type Omission,
  omitsDevelopment,
} from "../commands/development.ts";
import { cloneAbove } from "../commands/git-call.ts";
import { isBundler, startsForNode } from "../commands/kinds.ts";
import { removeWords, startWithComments } from "../edits/chain.ts";
import { contextText, entriesOf } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, join } from "../image/paths.ts";
import { isDevelopedWith } from "../queries/developed.ts";
import { wordsOf } from "../queries/places.ts";
import { startedByImage } from "../queries/started.ts";
import { startedScripts, startedThrough } from "../queries/started-through.ts";
import { bringsTests, isWorkplace } from "../queries/workplace.ts";
import { fieldsOf, parsed } from "../sizes/installed/project.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const devDependenciesKept: Rule = {
  id: "dev-dependencies-kept",
  summary: "Development dependencies are installed into the image",
  why:
    "Test runners, bundlers, linters and type checkers are no use to the program that runs, and often weigh more than what it needs. " +
    "Leave them out of the install. Where a build needs them, build in a stage of its own, and install without them in the one that ships.",
  about: "bytes",
  example: {
    before:
      'FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci && npm cache clean --force\nCOPY app.js .\nCMD ["node", "app.js"]\n',
    after:
      'FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY app.js .\nCMD ["node", "app.js"]\n',
    context: {
      "package.json": '{ "dependencies": { "express": "5" }, "devDependencies": { "jest": "30" } }\n',
      "package-lock.json": 90_000,
      "app.js": 2000,
    },
  },
  *check(subject) {
    const { image, file } = subject;
    const target = image.stages[image.target];
    // A stage that does not ship may hand them on: `COPY --from=build /app /app`.
    const steps = subject.steps.filter((s) => image.needed.has(s.stage));
    // Who develops in it wants them.
    if (isWorkplace(subject, "logged in to") || bringsTests(subject)) return;
    // Before the whole tree is searched.
    if (!target || !steps.some((s) => s.changes.some((c) => isDevelopment(c.entry.id))) || !startsWithout(subject)) return;
    const kept = new Set(
      [...entriesOf(target.end.root, "/")].flatMap(({ entry }) => (isDevelopment(entry.id) && !entry.maybe ? [entry.id] : [])),
    );
    if (kept.size === 0) return;
    for (const step of steps) {
      for (const ran of step.ran) {
        const how = ran.maybe ? undefined : omitsDevelopment(ran, step.before.base);
        const written = ran.changes.flatMap((c) => (c.how === "written" && kept.has(c.entry.id) ? [c.entry.id] : []));
        if (!how || written.length === 0) continue;
        const own = steps.filter((s) => s.stage === step.stage);
        const installs = installsOf(own, new Set(written));
        const [first = { step, ran }] = installs;
        // An install into the same place brings them again: the last one is told of, and all are mended.
        if (installs.at(-1)?.ran !== ran) continue;
        if (!hasSome(subject, ran) || installsAtStart(subject, ran) || isDevelopedWith(subject, step, ran)) continue;
        const mayNeed = (r: Ran): boolean => r !== ran && (mayNeedDevelopment(r, ran.name) || (drivesProject(r.name) && r.cwd === ran.cwd));
        const isNeeded = own.some((s) => s.index >= first.step.index && s.ran.some(mayNeed));
        const edits = editsForAll(subject, installs);
        if (!edits) continue;
        yield {
          span: wordsOf(file, ran, step),
          message: (saving) =>
            `Development dependencies come too: ${formatSaving(saving)}. ${isNeeded ? `A command of the project runs after the install and may need them: ${image.ships.has(step.stage) ? "build in a stage of its own" : "install without them once more for what is copied"}.` : `${said(how)}.`}`,
          fixes: isNeeded ? [] : [{ title: title(how), safety: "review", edits }],
          ...(isNeeded && { instead: edits }),
        };
      }
    }
  },
};

const said = (how: Omission): string =>
  "flag" in how
    ? `${how.whole ?? how.flag} leaves them out`
    : "variable" in how
      ? `ENV ${how.variable} leaves them out`
      : `${how.words.map((w) => w.raw).join(" ")} asks for them`;

const title = (how: Omission): string =>
  "flag" in how
    ? `Add ${how.flag}${how.whole ? " to --without" : ""}`
    : "variable" in how
      ? `Set ${how.variable}`
      : `Leave out ${how.words.map((w) => w.raw).join(" ")}`;

interface Install {
  readonly step: Step;
  readonly ran: Ran;
}

/** All that surely bring these entries, and no copies of them. */
const installsOf = (steps: readonly Step[], ids: ReadonlySet<string>): Install[] =>
  steps.flatMap((step) =>
    step.ran
      .filter((r) => !r.maybe && omitsDevelopment(r, step.before.base) && r.changes.some((c) => c.how === "written" && ids.has(c.entry.id)))
      .map((ran): Install => ({ step, ran })),
  );

/** Each told once, however often it runs; undefined where one of them cannot be told. */
function editsForAll(subject: Subject, installs: readonly Install[]): Edit[] | undefined {
  const edits = new Map<number, Edit>();
  let isSet = false;
  for (const { step, ran } of installs) {
    const how = omitsDevelopment(ran, step.before.base);
    // Set before the first of them it holds for all.
    if (isSet && how && "variable" in how) continue;
    const own = how && editsFor(subject, step, ran, how);
    if (!own) return undefined;
    for (const edit of own) edits.set(edit.start, edit);
    isSet ||= "variable" in how;
  }
  return [...edits.values()];
}

/** Undefined where there is nothing written to hold on to. */
function editsFor({ file }: Subject, step: Step, ran: Ran, how: Omission): Edit[] | undefined {
  if ("variable" in how) {
    const at = startWithComments(file, step.instruction);
    // For the program as well: bundler wants each gem of the Gemfile that it was not told to leave out.
    return [{ start: at, end: at, text: `ENV ${how.variable}${file.newline}` }];
  }
  if ("words" in how) return ran.command && how.words.length > 0 ? removeWords(file, ran.command, how.words) : undefined;
  const { flag, behind } = how;
  return behind && behind.end > behind.start ? [{ start: behind.end, end: behind.end, text: ` ${flag}` }] : undefined;
}

/** The project says itself that it has some; what comes from elsewhere nobody can tell. */
function hasSome(subject: Subject, ran: Ran): boolean {
  const { context } = subject.world;
  const project = manifestOf(ran);
  // The command names a file of them.
  if (!project) return true;
  const told = options(ran.args, "C --prefix --cwd --dir").value("-C", "--prefix", "--cwd", "--dir");
  const { root } = ran.before;
  // Told where, or in a clone, it is the project that lies there, if it is one of this context.
  const text =
    told !== undefined || cloneAbove(root, ran.cwd) !== undefined
      ? contextText(root, join(absolute(told ?? ".", ran.cwd), project.manifest), context)
      : (context?.readText?.(join(ran.cwd, project.manifest).slice(1)) ?? context?.readText?.(project.manifest));
  return (
    text !== undefined && bringsSome(ran, text) && !isRailsInDevelopment(subject, ran, text) && !isSymfonyInDevelopment(subject, ran, text)
  );
}

/** Rails runs in its environment for development unless it is told otherwise, and that asks for such gems. */
const isRailsInDevelopment = (subject: Subject, { name }: Ran, gemfile: string): boolean =>
  isBundler(name) && /^\s*gem\s+["']rails["']/m.test(gemfile) && !isToldProduction(subject);

/** By a flag of Rails' or Puma's, else by its variable, else by Rack's. */
function isToldProduction(subject: Subject): boolean {
  const { image } = subject;
  const env = image.stages[image.target]?.end.env;
  const flags = startedThrough(subject).flatMap((s) => options(s.args, "e --environment").value("-e", "--environment") ?? []);
  return (flags[0] ?? (env?.get("RAILS_ENV")?.text || env?.get("RACK_ENV")?.text)) === "production";
}

/**
 * Symfony runs in its environment for development unless it is told otherwise, and registers bundles there that only development has
 * (symfony.com/doc: "Configuration Environments", "The Bundle System").
 */
const isSymfonyInDevelopment = ({ image }: Subject, { name }: Ran, manifest: string): boolean =>
  name === "composer" &&
  /"symfony\/framework-bundle"/.test(manifest) &&
  image.stages[image.target]?.end.env.get("APP_ENV")?.text !== "prod";

/** `uv run` looks at each start whether all is installed, those for development too (uv's documentation, "Locking and syncing"). */
const installsAtStart = (subject: Subject, { name }: Ran): boolean =>
  name === "uv" &&
  startedByImage(subject).some((s) => s.name === "uv" && !s.args.some((a) => /^--(?:no-dev|no-sync|frozen)$/.test(a.text)));

/** The program is started by itself, and asks for none of them; by a script of the project it may be one for development. */
function startsWithout(subject: Subject): boolean {
  const { context } = subject.world;
  const manifest = parsed(context?.readText?.("package.json"));
  const started = startedByImage(subject);
  if (started.some((s) => isForDevelopment(s.name) || s.args.some((a) => isForDevelopment(a.text)))) return false;
  const own = started.filter((s) => !startsForNode(s.name));
  const { start } = fieldsOf(manifest?.scripts) ?? {};
  const script = typeof start === "string" ? start : undefined;
  const byScript = own.length < started.length;
  if (byScript && !(started.every((s) => s.args[0]?.text === "start") && script !== undefined && /^node\s/.test(script))) return false;
  const main = byScript
    ? script?.split(/\s+/).find((word) => /\.[cm]?js$/.test(word))
    : own[0]?.args.find((a) => /\.[cm]?js$/.test(a.text))?.text;
  const text = main === undefined ? undefined : context?.readText?.(main.replace(/^\.?\//, ""));
  // A script that starts it may call them: `npx prisma migrate deploy`.
  const called = new Set(startedScripts(subject).flatMap((script) => script.match(/[\w@/.-]+/g) ?? []));
  return (
    started.length > 0 &&
    !Object.keys(fieldsOf(manifest?.devDependencies) ?? {}).some(
      (name) => called.has(name) || text?.includes(`'${name}'`) || text?.includes(`"${name}"`),
    )
  );
}

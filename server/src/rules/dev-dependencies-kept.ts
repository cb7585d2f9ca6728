import { type Subject, shippedSteps } from "../build/subject.ts";
import { isDevelopment, isForDevelopment, omitsDevelopment, runsProjectScript } from "../commands/development.ts";
import { isFromContext } from "../dockerfile/instruction.ts";
import { entriesOf } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { join } from "../image/paths.ts";
import { wordsOf } from "../queries/places.ts";
import { startedByImage } from "../queries/started.ts";
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
  },
  *check(subject) {
    const { image, file } = subject;
    const target = image.stages[image.target];
    const steps = shippedSteps(subject);
    // Before the whole tree is searched.
    if (!target || !steps.some((s) => s.changes.some((c) => isDevelopment(c.entry.id))) || !startsWithout(subject)) return;
    const kept = new Set(
      [...entriesOf(target.end.root, "/")].flatMap(({ entry }) => (isDevelopment(entry.id) && !entry.maybe ? [entry.id] : [])),
    );
    if (kept.size === 0) return;
    for (const step of steps) {
      for (const ran of step.ran) {
        const how = ran.maybe ? undefined : omitsDevelopment(ran, step.before.base);
        const written = ran.changes.some((c) => c.how === "written" && kept.has(c.entry.id));
        if (!how || !written || hasNone(subject, ran)) continue;
        const isNeeded = steps.some((s) => s.index >= step.index && s.ran.some(runsProjectScript));
        const word = ran.words.find((w) => w.raw === how.behind) ?? ran.words[0];
        if (!word || word.end <= word.start) continue;
        const edits = [{ start: word.end, end: word.end, text: ` ${how.flag}` }];
        yield {
          span: wordsOf(file, ran, step),
          message: (saving) =>
            `Development dependencies come too: ${formatSaving(saving)}. ${isNeeded ? "A script of the project runs after the install and may need them: build in a stage of its own." : `${how.flag} leaves them out.`}`,
          fixes: isNeeded ? [] : [{ title: `Add ${how.flag}`, safety: "review", edits }],
          ...(isNeeded && { instead: edits }),
        };
      }
    }
  },
};

/** The project says itself that it has none; or what names them comes from elsewhere, and nobody can tell. */
function hasNone({ steps, world: { context } }: Subject, ran: Ran): boolean {
  const [name, some] =
    ran.name === "composer" ? ["composer.json", /"require-dev"\s*:\s*\{\s*"/] : ["package.json", /"devDependencies"\s*:\s*\{\s*"/];
  const text = context?.readText?.(join(ran.cwd, name).slice(1)) ?? context?.readText?.(name);
  if (text !== undefined) return !some.test(text);
  if (context !== undefined) return !context.root.children.has(name);
  return !steps.some((s) => isFromContext(s.instruction));
}

/** The program is started by itself, and asks for none of them; by a script of the project it may be one for development. */
function startsWithout(subject: Subject): boolean {
  const { context } = subject.world;
  const manifest = context?.readText?.("package.json") ?? "";
  const started = startedByImage(subject);
  if (started.some((s) => isForDevelopment(s.name))) return false;
  const own = started.filter((s) => !/^(?:npm|npx|yarn|pnpm|bun)$/.test(s.name));
  const script = /"start"\s*:\s*"([^"]*)"/.exec(manifest)?.[1];
  const byScript = own.length < started.length;
  if (byScript && !(started.every((s) => s.args[0]?.text === "start") && script !== undefined && /^node\s/.test(script))) return false;
  const main = byScript
    ? script?.split(/\s+/).find((word) => /\.[cm]?js$/.test(word))
    : own[0]?.args.find((a) => /\.[cm]?js$/.test(a.text))?.text;
  const text = main === undefined ? undefined : context?.readText?.(main.replace(/^\.?\//, ""));
  return started.length > 0 && !developmentIn(manifest).some((name) => text?.includes(`'${name}'`) || text?.includes(`"${name}"`));
}

/** The names that a package.json has for development. */
const developmentIn = (manifest: string): string[] =>
  [...(/"devDependencies"\s*:\s*\{([^}]*)\}/.exec(manifest)?.[1] ?? "").matchAll(/"([^"]+)"\s*:/g)].flatMap((m) => m[1] ?? []);

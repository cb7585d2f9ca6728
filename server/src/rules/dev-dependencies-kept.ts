import { type Subject, shippedSteps } from "../build/subject.ts";
import { isDevelopment, omitsDevelopment, runsProjectScript } from "../commands/development.ts";
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
        const how = ran.maybe ? undefined : omitsDevelopment(ran);
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

/** The project says itself that it has none. */
function hasNone({ world }: Subject, ran: Ran): boolean {
  const text = world.context?.readText?.(join(ran.cwd, "package.json").slice(1)) ?? world.context?.readText?.("package.json");
  return text !== undefined && !/"devDependencies"\s*:\s*\{\s*"/.test(text);
}

/** The program is started by itself; by a script of the project it may be one for development. */
function startsWithout(subject: Subject): boolean {
  const started = startedByImage(subject);
  const own = started.filter((s) => !/^(?:npm|npx|yarn|pnpm|bun|nodemon|ts-node|tsx)$/.test(s.name));
  if (own.length === started.length) return started.length > 0;
  const script = /"start"\s*:\s*"([^"]*)"/.exec(subject.world.context?.readText?.("package.json") ?? "")?.[1];
  return started.every((s) => s.args[0]?.text === "start") && script !== undefined && /^node\s/.test(script);
}

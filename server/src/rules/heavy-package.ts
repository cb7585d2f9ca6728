import { type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { runsScript } from "../commands/builders.ts";
import { mayUseJavaHeaders } from "../commands/compiled.ts";
import { commandsOf, forPeople } from "../commands/for-people.ts";
import { lighterThan } from "../commands/lighter.ts";
import { isIgnored } from "../dockerfile/ignored.ts";
import { insertAfter, removeWords } from "../edits/chain.ts";
import { isNamedAt } from "../queries/comments.ts";
import { startsBuilding } from "../queries/compiles.ts";
import { packageWords } from "../queries/package-words.ts";
import { servesOnPort, startsProgram } from "../queries/started.ts";
import { calls } from "../queries/started-through.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { asksForJavaHeaders } from "../refactorings/asked-for.ts";
import type { Word } from "../shell/syntax.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";
import { toolsForPeople } from "./tools-for-people.ts";

export const heavyPackage: Rule = {
  id: "heavy-package",
  summary: "A package is installed that has a lighter sibling of the same use",
  why:
    "Some names stand for more than a server needs: a JDK where a JRE runs the program, a JRE with graphics where nothing is shown, all of TeX Live. The package beside it does the same job with less. " +
    "What is given up is said; where a command of the file needs it, nothing is.",
  about: "bytes",
  example: {
    before:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends default-jdk && rm -rf /var/lib/apt/lists/*\nCOPY app.jar /app.jar\nEXPOSE 8080\nCMD ["java", "-jar", "/app.jar"]\n',
    after:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends default-jre-headless && rm -rf /var/lib/apt/lists/*\nCOPY app.jar /app.jar\nEXPOSE 8080\nCMD ["java", "-jar", "/app.jar"]\n',
  },
  *check(subject) {
    if (!startsProgram(subject) || isWorkplace(subject, "compilers") || startsBuilding(subject)) return;
    const isServer = servesOnPort(subject);
    const end = subject.image.stages[subject.image.target]?.end;
    const words = packageWords(subject);
    for (const first of words) {
      const { name, word } = first;
      // All words that name it: one alone still installs it.
      const all = words.filter((w) => w.name === name);
      const lighter = lighterThan(name).find((l) => isServer || !l.headless);
      // Who has written about it wants this one.
      if (all.some((w) => isNamedAt(subject.file, w.step.instruction, [name]))) continue;
      if (!lighter || first !== all[0] || all.some((w) => w.word.raw !== name) || isTold(subject, word, name)) continue;
      if (words.some((w) => lighter.unlessWith?.test(w.name)) || (lighter.unlessRuns && calls(subject, lighter.unlessRuns))) continue;
      if (lighter.builds && mayBuild(subject)) continue;
      const made = lighter.made?.((variable) => end?.env.get(variable)?.text);
      const step = all.at(-1)?.step;
      const last = step?.script?.body.items.at(-1);
      const put = made !== undefined && last && step ? insertAfter(subject.file, step, last, made) : undefined;
      if (lighter.made && !put) continue;
      const isThere = words.some((w) => w.name === lighter.name);
      const swapped = all.flatMap((w) =>
        isThere
          ? (removeWords(subject.file, w.ran.command ?? { words: [] }, [w.word]) ?? [])
          : [{ start: w.word.start, end: w.word.end, text: lighter.name }],
      );
      if (swapped.length < all.length) continue;
      yield {
        span: { start: word.start, end: word.end },
        message: (saving) => `${lighter.name} does with ${formatSaving(saving)} less: ${lighter.without}.`,
        fixes: [
          {
            title: `${isThere ? `Install only ${lighter.name}` : `Install ${lighter.name} instead`}${made === undefined ? "" : `, and ${made}`}`,
            safety: "review",
            edits: [...swapped, ...(put ? [put] : [])],
          },
        ],
      };
    }
  },
};

/** Something runs that may compile Java, or against it, and nobody sees. */
function mayBuild(subject: Subject): boolean {
  const steps = shippedSteps(subject);
  return steps.some((s) => s.ran.some((r) => (isUnread(r) && runsScript(r)) || mayUseJavaHeaders(r))) || asksForJavaHeaders(subject, steps);
}

/** That nobody needs it at all is the better advice, where it is given. */
const isTold = (subject: Subject, word: Word, name: string): boolean =>
  forPeople(name) !== undefined && !calls(subject, commandsOf(name)) && !isIgnored(subject.file, word, [toolsForPeople.id]);

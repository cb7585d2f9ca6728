import { type Subject, shippedSteps } from "../build/subject.ts";
import { type Named, namedPackages } from "../commands/installs.ts";
import type { Ran, Step } from "../image/model.ts";
import type { Word } from "../shell/syntax.ts";

/** A package that a command of the image installs by name, is still there at the end, and the word that names it. */
export interface PackageWord extends Named {
  readonly step: Step;
  readonly ran: Ran;
  readonly word: Word;
}

/** Those that are certainly installed, one for each word. */
export function packageWords(subject: Subject): readonly PackageWord[] {
  const known = words.get(subject) ?? wordsIn(subject);
  words.set(subject, known);
  return known;
}

/** Several rules ask for them. */
const words = new WeakMap<Subject, readonly PackageWord[]>();

function wordsIn(subject: Subject): PackageWord[] {
  const steps = shippedSteps(subject);
  const left = new Set(namedPackages(steps.flatMap((s) => s.ran)).left.map((p) => p.written));
  return steps.flatMap((step) =>
    step.ran.flatMap((ran) => {
      if (ran.maybe || !ran.command) return [];
      return namedPackages([ran]).all.flatMap((named) => {
        const word = ran.words.find((w) => w.raw === named.written.text && w.end > w.start);
        return word && left.has(named.written) ? [{ ...named, step, ran, word }] : [];
      });
    }),
  );
}

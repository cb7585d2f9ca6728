import { type Subject, shippedSteps } from "../build/subject.ts";
import { aptCall } from "../commands/apt-call.ts";
import { type Named, namedPackages } from "../commands/installs.ts";
import { type Ran, type Step, variableIn } from "../image/model.ts";
import type { Word } from "../shell/syntax.ts";

/** A package that a command of the image installs by name, is still there at the end, and the word that names it. */
export interface PackageWord extends Named {
  readonly step: Step;
  readonly ran: Ran;
  readonly word: Word;
  /** The word is a variable: it names all of these. */
  readonly among?: readonly string[];
}

/** Those that are certainly installed, one for each word. */
export const packageWords = (subject: Subject): readonly PackageWord[] => packagesNamed(subject).filter((p) => !p.among);

/** Likewise, and those that a variable of the image or of its base names. */
export function packagesNamed(subject: Subject): readonly PackageWord[] {
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
        const found = wordOf(ran, named.written.text);
        return found && left.has(named.written) && !isUnmarked(step, ran, named) ? [{ ...named, step, ran, ...found }] : [];
      });
    }),
  );
}

function wordOf(ran: Ran, name: string): Pick<PackageWord, "word" | "among"> | undefined {
  const written = ran.words.filter((w) => w.end > w.start);
  const word = written.find((w) => unquoted(w.raw) === name);
  if (word) return { word };
  for (const word of written) {
    const [, variable] = /^\$(?:(?=\w)|\{(?=\w+\}$))(\w+)\}?$/.exec(word.raw) ?? [];
    const among = (variable === undefined ? undefined : variableIn(ran.before, variable))?.text.split(/\s+/).filter((n) => n !== "");
    if (among?.includes(name)) return { word, among };
  }
  return undefined;
}

/** The names of all that are certainly installed: by a script that the image's RUNs call as well, and in exec form. */
export function installedByName(subject: Subject): ReadonlySet<string> {
  const known = installed.get(subject) ?? new Set([...packageWords(subject).map((p) => p.name), ...namedByScripts(subject)]);
  installed.set(subject, known);
  return known;
}

const installed = new WeakMap<Subject, ReadonlySet<string>>();

function namedByScripts(subject: Subject): string[] {
  const steps = shippedSteps(subject);
  const written = (ran: Ran): boolean => ran.words.some((w) => w.end > w.start);
  const inScripts = steps.flatMap((step) =>
    step.ran.flatMap((ran) =>
      ran.maybe || written(ran)
        ? []
        : namedPackages([ran])
            .all.filter((named) => !isUnmarked(step, ran, named))
            .map((n) => n.written),
    ),
  );
  const there = new Set(inScripts);
  return namedPackages(steps.flatMap((s) => s.ran)).left.flatMap((p) => (there.has(p.written) ? [p.name] : []));
}

const unquoted = (raw: string): string => /^(["'])([^"'$\\]*)\1$/.exec(raw)?.[2] ?? raw;

/** `apt-mark auto '.*'`, and then a removal of what nothing needs: on a base that nobody knows, too, the package is gone behind it. */
function isUnmarked({ ran: rans }: Step, ran: Ran, { manager, name }: Named): boolean {
  const behind = manager === "apt" ? rans.slice(rans.indexOf(ran) + 1) : [];
  const marked = behind.findLastIndex(
    (r) => r.name === "apt-mark" && r.args[0]?.text === "auto" && r.args.some((a) => /^\.?\*$/.test(a.text)),
  );
  const purged = behind.findLastIndex((r) => aptCall(r)?.sweeps);
  const isManual = (r: Ran): boolean => r.name === "apt-mark" && r.args[0]?.text === "manual" && r.args.some((a) => a.text === name);
  return marked >= 0 && purged > marked && !behind.slice(marked).some(isManual);
}

/**
 * What is to be left out together: the words of one place, and all words for the same package, since one of them alone still installs it.
 * In order.
 */
export function togetherBy<K>(all: readonly PackageWord[], placeOf: (word: PackageWord) => K): PackageWord[][] {
  const groups: PackageWord[][] = [];
  for (const word of all) {
    const isOne = (other: PackageWord): boolean => other.name === word.name || placeOf(other) === placeOf(word);
    const joined = groups.filter((group) => group.some(isOne));
    const [first] = joined;
    if (!first) groups.push([word]);
    else {
      first.push(...joined.slice(1).flat(), word);
      for (const other of joined.slice(1)) groups.splice(groups.indexOf(other), 1);
    }
  }
  return groups;
}

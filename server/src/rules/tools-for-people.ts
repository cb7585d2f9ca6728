import { type Subject, shippedSteps } from "../build/subject.ts";
import { commandsOf, forPeople, mayBeCalled, shellServers } from "../commands/for-people.ts";
import { copySources, isCopy } from "../dockerfile/instruction.ts";
import { withoutPackages } from "../edits/without-packages.ts";
import { basename } from "../image/paths.ts";
import { isNamedAt } from "../queries/comments.ts";
import { type PackageWord, packageWords, togetherBy } from "../queries/package-words.ts";
import { servicesOf } from "../queries/services.ts";
import { startsProgram } from "../queries/started.ts";
import { calls } from "../queries/started-through.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const toolsForPeople: Rule = {
  id: "tools-for-people",
  summary: "Editors and debugging tools are in the image",
  why:
    "vim, gdb or net-tools help somebody who looks into a running container; the program in it never calls them. They weigh with all they bring, and are there for an intruder, too. " +
    "`docker debug`, `kubectl debug` and `nsenter` bring tools of their own to a container that has none. " +
    "Spoken of is only an image that starts nothing but servers that everybody knows, or the project's own program, which is asked over a port: what other programs call, and whether somebody sits before them, nobody can say. " +
    "What saves less than 1 MB, or an unknown amount, is left unsaid.",
  about: "bytes",
  example: {
    before:
      'FROM python:3.14-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim && rm -rf /var/lib/apt/lists/*\nCOPY app.py /app.py\nEXPOSE 8000\nCMD ["python", "/app.py"]\n',
    after:
      'FROM python:3.14-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*\nCOPY app.py /app.py\nEXPOSE 8000\nCMD ["python", "/app.py"]\n',
  },
  *check(subject) {
    const services = servicesOf(subject);
    if (services === undefined || !startsProgram(subject) || isWorkplace(subject, "compilers") || servesShell(subject)) return;
    const tools = packageWords(subject).filter(
      (p) =>
        forPeople(p.name) !== undefined &&
        (services === "servers" || !mayBeCalled(p.name)) &&
        !isNamedAt(subject.file, p.step.instruction, [p.name, ...commandsOf(p.name)]) &&
        !calls(subject, commandsOf(p.name)) &&
        !isChosen(subject, p.name),
    );
    for (const group of togetherBy(tools, (p) => p.ran)) {
      const draft = finding(subject, group);
      if (draft) yield draft;
    }
  },
};

/** Something in it gives people a shell, whoever starts that: they work in it. */
function servesShell(subject: Subject): boolean {
  const isServer = (path: string): boolean => shellServers.includes(basename(path));
  return (
    calls(subject, shellServers) ||
    packageWords(subject).some((p) => isServer(p.name)) ||
    shippedSteps(subject).some(
      ({ instruction, changes }) =>
        (isCopy(instruction) && copySources(instruction).some((word) => isServer(word.text))) ||
        changes.some((c) => c.how === "written" && isServer(c.path)),
    )
  );
}

/** A setting names it as the editor or pager that programs open (environ(7)). */
function isChosen({ image }: Subject, tool: string): boolean {
  const env = [...(image.stages[image.target]?.end.env ?? [])];
  return env.some(
    ([name, { text }]) => /(?:^|_)(?:EDITOR|VISUAL|PAGER)$/.test(name) && commandsOf(tool).includes(basename(text.split(/\s/, 1)[0] ?? "")),
  );
}

/** A network tool of some hundred kB is what somebody who runs a server may well keep. */
const least = { bytes: 1_000_000, known: true } as const;

function finding(subject: Subject, tools: readonly PackageWord[]): Draft | undefined {
  const [first] = tools;
  const edits = withoutPackages(subject, tools);
  if (!first || !edits) return undefined;
  const names = [...new Set(tools.map((p) => p.name))];
  const what = names.length === 1 ? `${first.name} is ${forPeople(first.name)}` : `${listed(names)} are tools for people`;
  return {
    span: { start: first.word.start, end: first.word.end },
    message: (saving) =>
      `${what}, and nothing in this file calls ${names.length === 1 ? "it" : "them"}: ${formatSaving(saving)} with what ${names.length === 1 ? "it brings" : "they bring"}.`,
    least,
    fixes: [{ title: `Leave out ${listed(names)}`, safety: "review", edits }],
  };
}

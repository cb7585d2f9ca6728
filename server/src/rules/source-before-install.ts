import { type Subject, visibleContext } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { type DependencyInstall, dependencyInstall } from "../commands/manifests.ts";
import { copySources, copyWords, type Dockerfile, type Instruction, isFromContext } from "../dockerfile/instruction.ts";
import { isPlain, pathTo, removeCommand, removeInstruction, startWithComments } from "../edits/chain.ts";
import { find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, matches } from "../image/paths.ts";
import { lineNumber } from "../queries/places.ts";
import { wholeContext } from "../queries/whole-context.ts";
import type { Edit } from "../text.ts";
import { listed } from "../topics/lists.ts";
import type { Rule } from "./rule.ts";

export const sourceBeforeInstall: Rule = {
  id: "source-before-install",
  summary: "The whole source is copied before the dependencies are installed",
  why:
    "A layer is built again when something that it stands on changed. With `COPY . .` before the install, every change of any source file downloads and installs all dependencies again. " +
    "Copy the files that name them first, install, and copy the rest after: then only a change of those files does.",
  about: "build cache",
  level: "info",
  example: {
    before: 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "app.js"]\n',
    after: 'FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nCMD ["node", "app.js"]\n',
    context: { "app.js": 4000, "package.json": 300, "package-lock.json": 9000 },
  },
  *check(subject) {
    const told = new Set<Step>();
    for (const step of subject.steps) {
      if (step.instruction.keyword !== "RUN" || !subject.image.needed.has(step.stage)) continue;
      for (const ran of step.ran) {
        const install = ran.maybe ? undefined : dependencyInstall(ran);
        const found = install && early(subject, step, ran, install);
        if (!found || told.has(found.copy)) continue;
        const { copy, files } = found;
        const word = wholeContext(copy);
        if (!word) continue;
        told.add(copy);
        const fix = fixFor(subject, copy, step, ran, install, files);
        const line = lineNumber(subject.file, step);
        // Only the install moves before the copy: what else the RUN does with the source cannot.
        const isMore = step.ran.some((r) => r !== ran && needsSource(r, files));
        const how = isMore
          ? `run ${[ran.name, ...ran.args.map((a) => a.text).filter((text) => !text.startsWith("-"))].slice(0, 2).join(" ")} in a RUN of its own, then copy the rest and run what is left of line ${line}`
          : "install, then copy the rest";
        yield {
          span: { start: word.start, end: word.end },
          message: () => `Any change of a source file runs the install in line ${line} again. Copy ${listed(files)} first, ${how}.`,
          fixes: fix ? [{ title: `Copy ${listed(files)} and install before the rest`, safety: "review", edits: fix }] : [],
        };
      }
    }
  },
};

/** The copy of the whole context that an install stands on for the sake of a few files; undefined where it needs more of it, or has them already. */
function early(subject: Subject, step: Step, ran: Ran, install: DependencyInstall): { copy: Step; files: string[] } | undefined {
  const { context } = subject.world;
  const copies = subject.steps.filter((s) => s.stage === step.stage && s.index < step.index && isFromContext(s.instruction));
  const copy = copies.find((s) => wholeContext(s));
  // Whether the files lie there, and ask for no more than themselves, only the context can tell.
  if (!context || !copy || absolute(copyWords(copy.instruction).at(-1)?.text ?? "", copy.before.cwd) !== ran.cwd) return undefined;
  const wanted = [...install.required, ...install.optional];
  const named = copies.flatMap((s) => copySources(s.instruction).map((a) => a.text.replace(/^.*\//, "")));
  if (named.some((name) => install.required.some((file) => name === file || (/[*?]/.test(name) && name !== "*" && matches(name, file)))))
    return undefined;
  const there = visibleContext(subject).children;
  const text = context.readText?.(install.required[0] ?? "") ?? "";
  if (!install.required.every((file) => there.has(file)) || install.needsMore.test(text)) return undefined;
  if (install.spoiledBy.some((file) => there.has(file)) || (text !== "" && !install.asks.test(text))) return undefined;
  const files = wanted.filter((file) => there.has(file));
  const { otherwise } = install;
  const isLocked = files.some((file) => /lock|shrinkwrap/.test(file));
  return { copy, files: otherwise !== undefined && !isLocked && there.has(otherwise) ? [...files, otherwise] : files };
}

/** It names another file of the source, or is a program that nobody knows: one that builds. */
const needsSource = (ran: Ran, files: readonly string[]): boolean =>
  isUnread(ran) ||
  ran.args.some(({ text }) => {
    const node = text.startsWith("-") || files.includes(text) ? undefined : find(ran.before.root, absolute(text, ran.cwd), true);
    return node?.type === "file" && node.entry.kind === "context";
  });

/** The install in a RUN of its own between two copies; only where it follows the copy, and the folders it makes are not copied over. */
function fixFor(
  subject: Subject,
  copy: Step,
  step: Step,
  ran: Ran,
  install: DependencyInstall,
  files: readonly string[],
): Edit[] | undefined {
  const { file } = subject;
  const { instructions, text, newline } = file;
  const next = instructions[instructions.indexOf(copy.instruction) + 1];
  const target = copyWords(copy.instruction).at(-1);
  const { script, instruction } = step;
  const { command } = ran;
  const path = script && command && pathTo(script, command);
  if (next !== instruction || !target || !path || !isPlain(path) || instruction.heredocs.length > 0) return undefined;
  if (install.makes.some((folder) => visibleContext(subject).children.has(folder))) return undefined;
  const rest = removeCommand(file, script, command);
  // Alone it must run in the same folder, and what cleans up after it must not stay behind in a later layer.
  const at = step.ran.indexOf(ran);
  const behind = step.ran.slice(at + 1);
  if (rest === undefined || (rest !== "everything" && (ran.cwd !== step.before.cwd || behind.some(cleans)))) return undefined;
  // It may be what installs the tool: `pip install poetry && poetry install`.
  if (rest !== "everything" && !step.ran.slice(0, at).every((r) => /^(?:set|echo|mkdir)$/.test(r.name))) return undefined;
  const flags = (instruction: Instruction): string => instruction.flags.map((f) => `${text.slice(f.start, f.end)} `).join("");
  const folder = /[/]$/.test(target.text) ? target.text : `${target.text}/`;
  const run =
    rest === "everything"
      ? text.slice(startWithComments(file, step.instruction), step.instruction.end)
      : `RUN ${flags(step.instruction)}${text.slice(command.start, command.end)}`;
  const start = startWithComments(file, copy.instruction);
  return [
    { start, end: start, text: `COPY ${flags(copy.instruction)}${files.join(" ")} ${folder}${newline}${run}${newline}` },
    rest === "everything" ? removeWithComments(file, step) : rest,
  ];
}

/** Its comment goes with it. */
const removeWithComments = (file: Dockerfile, step: Step): Edit => ({
  ...removeInstruction(file, step),
  start: startWithComments(file, step.instruction),
  text: "",
});

/** `rm`, `yarn cache clean`, `apk del`: what takes away what the install needed or left. */
const cleans = ({ name, args }: Ran): boolean =>
  /^(?:rm|find)$/.test(name) || args.some((a) => /^(?:clean|clear|purge|prune|del|remove|autoremove)$/.test(a.text));

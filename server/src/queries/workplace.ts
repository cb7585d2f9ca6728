import { type Subject, shippedSteps, visibleContext } from "../build/subject.ts";
import { upgradesOnly } from "../commands/apt-call.ts";
import { arranges, carries } from "../commands/kinds.ts";
import { copySources, isFromContext } from "../dockerfile/instruction.ts";
import type { BaseImage } from "../image/base.ts";
import { findInContext } from "../image/context.ts";
import type { Ran, State, Step } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import { installedByName } from "./package-words.ts";
import { startedBy, startsProgram } from "./started.ts";

/**
 * What tells that people work in an image, the surest first, with the packages that tell it: it says so itself; it is typed in, for it
 * completes words or has manuals to read; somebody becomes root in it, or comes by ssh; compilers are installed by name. Then what is for people is there for
 * a reason.
 */
const signs = {
  "says so": [],
  "typed in": ["bash-completion", "zsh", "fish", "vim-doc", "man", "man-db", "mandoc"],
  "logged in to": ["sudo", "doas", "openssh-server"],
  compilers: ["build-essential", "gcc", "g++", "clang", "make", "cmake", "gcc-c++", "build-base", "base-devel"],
} as const;

type Sign = keyof typeof signs;

/**
 * Whether people work in the image. `least` is the weakest sign that is enough; the surer ones always are. A rule takes no sign that it speaks
 * about itself: one about compilers stops at "typed in". Whether a program is started in it at all is another question (`startsProgram`).
 */
export function isWorkplace(subject: Subject, least: Sign): boolean {
  if (saysSo(subject)) return true;
  const all = Object.entries(signs);
  const counted = all.slice(0, all.findIndex(([sign]) => sign === least) + 1);
  const told = new Set<string>(counted.flatMap(([, packages]) => packages));
  return told.size > 0 && [...installedByName(subject)].some((name) => told.has(name));
}

const development = /^(?:dev|devel|develop|development|devcontainer|debug)$/i;
const others = /^(?:ci|tests?|testing|builder|sdk)$/i;

/**
 * Its file, or the stage that is built, is called so: Dockerfile.dev, `AS test`; it lies in .devcontainer, or in app-dev; or it stands on a stage for
 * development; or it says so itself. Whoever develops, tests or builds in an image wants the tools for it. A stage for tests on top of
 * another one tests that: the other one ships.
 */
function saysSo({ world: { name = "" }, image }: Subject): boolean {
  const [file = "", folder] = name.split(/[\\/]/).reverse();
  const wordsOf = (text = ""): string[] => text.split(/[._-]|(?<=[a-z])(?=[A-Z])/);
  const target = image.stages[image.target];
  const own = [
    ...wordsOf(file),
    ...wordsOf(folder).filter((word) => development.test(word)),
    ...wordsOf(target?.baseStage === undefined ? target?.name : ""),
  ];
  const shipped = [...image.ships].flatMap((index) => wordsOf(image.stages[index]?.name));
  if (target && (isKeptAwake(target.end) || environments.some((variable) => target.end.env.get(variable)?.text === "development")))
    return true;
  return folder === ".devcontainer" || own.some((word) => others.test(word)) || [...own, ...shipped].some((word) => development.test(word));
}

const environments = ["NODE_ENV", "RAILS_ENV", "APP_ENV", "FLASK_ENV"];

/** `sleep infinity`, `tail -f /dev/null` and nothing else: it waits for people, who then work in it. */
const isKeptAwake = (end: State): boolean =>
  [end.entrypoint, end.cmd].some((form) => {
    const [only, ...others] = form?.instruction ? startedBy(form.instruction, end) : [];
    const words = [only?.name, ...(only?.args.map((a) => a.text) ?? [])].join(" ");
    return others.length === 0 && /^(?:sleep inf(?:inity)?|tail -[fF] \/dev\/null)$/.test(words);
  });

/** It starts nothing, and nothing is made ready to be started: a base as it is today, or with a folder more, that is published under another name. */
export function isBaseAgain(subject: Subject, base: BaseImage): boolean {
  const end = subject.image.stages[subject.image.target]?.end;
  if (end?.cmd?.instruction || end?.entrypoint?.instruction) return false;
  const steps = shippedSteps(subject);
  const rans = steps.flatMap((s) => s.ran);
  if (steps.every((s) => /^(?:FROM|LABEL|MAINTAINER|ARG|RUN)$/.test(s.instruction.keyword)) && rans.every(upgradesOnly)) return true;
  return !isOperatingSystem(base) && rans.length > 0 && rans.every((r) => arranges(r.name));
}

/** It starts nothing and brings nothing of its own: a language with tools, which others build on or work in. */
export function isForOthers(subject: Subject, base: BaseImage): boolean {
  const end = subject.image.stages[subject.image.target]?.end;
  if (end?.cmd?.instruction || end?.entrypoint?.instruction || isOperatingSystem(base)) return false;
  return !shippedSteps(subject).some((s) => /^(?:COPY|ADD|EXPOSE|HEALTHCHECK)$/.test(s.instruction.keyword));
}

/** Without tools of its own: of such an image the slim one has as many. */
const isOperatingSystem = ({ name, os }: BaseImage): boolean => new RegExp(`(?:^|/)${os?.id}(?:[:@]|$)`).test(name);

/**
 * Nothing is started, and whoever comes stands in the folder in which this command built, with what was built still there and nowhere else: to
 * build it again, or to have the tool start it.
 */
export function isBuiltToWorkIn(subject: Subject, step: Step, ran: Ran): boolean {
  const end = subject.image.stages[subject.image.target]?.end;
  const isHere = (path: string): boolean => isWithin(path, ran.cwd);
  if (!end || startsProgram(subject) || ran.cwd === "/" || !(isHere(end.cwd) || isWithin(ran.cwd, end.cwd))) return false;
  // `cargo install`, `go build -o /usr/local/bin/tool`: it is taken to where programs lie.
  const isTool = ran.args.some(({ text }) => text === "install" || (text.startsWith("/") && !isHere(text)));
  const behind = subject.steps.filter((s) => s.index >= step.index).flatMap((s) => (s === step ? s.ran.slice(s.ran.indexOf(ran)) : s.ran));
  const takes = ({ name }: Ran): boolean => carries(name) || name === "ln" || name === "rm";
  const isTaken = behind.some((r) => takes(r) && r.args.some((a) => isHere(absolute(a.text, r.cwd))));
  return !isTool && !isTaken;
}

/** A folder of scripts is copied by name, and one of them is called test.sh: the project is tested in this image, for where else would it lie. */
export function bringsTests(subject: Subject): boolean {
  return shippedSteps(subject).some(({ instruction }) => {
    const sources = isFromContext(instruction) ? copySources(instruction) : [];
    return sources.some((source) => {
      const path = absolute(source.text, "/");
      const folder = path === "/" ? undefined : findInContext(visibleContext(subject), path);
      return folder?.kind === "folder" && [...folder.children.keys()].some((name) => /^(?:\w+[-_])?tests?(?:[-_]\w+)?\.sh$/.test(name));
    });
  });
}

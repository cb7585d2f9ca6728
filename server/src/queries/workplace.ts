import type { Subject } from "../build/subject.ts";
import type { State } from "../image/model.ts";
import { packageWords } from "./package-words.ts";
import { startedBy } from "./started.ts";

/** What is installed by name for somebody who works in the image: to become root, to type. No program that only runs needs it. */
const comforts = "bash-completion zsh fish vim-doc man-db".split(" ");
const logins = ["sudo", "doas", ...comforts];
const signs = new Set([...logins, ..."build-essential gcc g++ clang make cmake gcc-c++ build-base base-devel".split(" ")]);

/** An image that people work in, or build in: what is for people is there for a reason. */
export const isWorkplace = (subject: Subject): boolean => isDevelopedIn(subject) || packageWords(subject).some((p) => signs.has(p.name));

/** An image that somebody types in: it completes words, or has manuals to read. */
export const isTypedIn = (subject: Subject): boolean => packageWords(subject).some((p) => comforts.includes(p.name));

/** An image that somebody logs in to: it has what makes a shell comfortable. */
export const isLoggedInTo = (subject: Subject): boolean => packageWords(subject).some((p) => logins.includes(p.name));

const development = /^(?:dev|devel|develop|development|devcontainer)$/i;
const others = /^(?:ci|tests?|testing|builder|sdk)$/i;

/**
 * Its file, or the stage that is built, is called so: Dockerfile.dev, `AS test`; it lies in .devcontainer; or it stands on a stage for
 * development; or it says so itself. Whoever develops, tests or builds in an image wants the tools for it. A stage for tests on top of
 * another one tests that: the other one ships.
 */
export function isDevelopedIn({ world: { name = "" }, image }: Subject): boolean {
  const [file = "", folder] = name.split(/[\\/]/).reverse();
  const wordsOf = (text = ""): string[] => text.split(/[._-]|(?<=[a-z])(?=[A-Z])/);
  const target = image.stages[image.target];
  const own = [...wordsOf(file), ...wordsOf(target?.baseStage === undefined ? target?.name : "")];
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

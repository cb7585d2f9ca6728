import type { Subject } from "../build/subject.ts";
import { packageWords } from "./package-words.ts";

/** What is installed by name for somebody who works in the image: to become root, to type. No program that only runs needs it. */
const shells = "sudo doas bash-completion zsh fish vim-doc man-db".split(" ");
const signs = new Set([...shells, ..."build-essential gcc g++ clang make cmake gcc-c++ build-base base-devel".split(" ")]);

/** An image that people work in, or build in: what is for people is there for a reason. */
export const isWorkplace = (subject: Subject): boolean => isDevelopedIn(subject) || packageWords(subject).some((p) => signs.has(p.name));

/** An image that somebody logs in to: it has what makes a shell comfortable. */
export const isLoggedInTo = (subject: Subject): boolean => packageWords(subject).some((p) => shells.includes(p.name));

const development = /^(?:dev|devel|develop|development|devcontainer)$/i;
const others = /^(?:ci|tests?|testing|builder|sdk)$/i;

/**
 * Its file, or the stage that is built, is called so: Dockerfile.dev, `AS test`; it lies in .devcontainer; or it stands on a stage for
 * development. Whoever develops, tests or builds in an image wants the tools for it. A stage for tests on top of another one tests that: the
 * other one ships.
 */
export function isDevelopedIn({ world: { name = "" }, image }: Subject): boolean {
  const [file = "", folder] = name.split(/[\\/]/).reverse();
  const wordsOf = (text = ""): string[] => text.split(/[._-]|(?<=[a-z])(?=[A-Z])/);
  const target = image.stages[image.target];
  const own = [...wordsOf(file), ...wordsOf(target?.baseStage === undefined ? target?.name : "")];
  const shipped = [...image.ships].flatMap((index) => wordsOf(image.stages[index]?.name));
  return folder === ".devcontainer" || own.some((word) => others.test(word)) || [...own, ...shipped].some((word) => development.test(word));
}

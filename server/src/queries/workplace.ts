import type { Subject } from "../build/subject.ts";
import { packageWords } from "./package-words.ts";

/** What is installed by name for somebody who works in the image: to become root, to build, to type. No program that only runs needs it. */
const signs = new Set(
  "sudo doas bash-completion zsh fish build-essential gcc g++ clang make cmake gcc-c++ build-base vim-doc base-devel man-db".split(" "),
);

/** An image that people work in, or build in: what is for people is there for a reason. */
export const isWorkplace = (subject: Subject): boolean => packageWords(subject).some((p) => signs.has(p.name));

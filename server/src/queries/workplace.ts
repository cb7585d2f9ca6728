import type { Subject } from "../build/subject.ts";
import { packageWords } from "./package-words.ts";

/** What is installed by name for somebody who works in the image: to become root, to type. No program that only runs needs it. */
const shells = "sudo doas bash-completion zsh fish vim-doc man-db".split(" ");
const signs = new Set([...shells, ..."build-essential gcc g++ clang make cmake gcc-c++ build-base base-devel".split(" ")]);

/** An image that people work in, or build in: what is for people is there for a reason. */
export const isWorkplace = (subject: Subject): boolean => packageWords(subject).some((p) => signs.has(p.name));

/** An image that somebody logs in to: it has what makes a shell comfortable. */
export const isLoggedInTo = (subject: Subject): boolean => packageWords(subject).some((p) => shells.includes(p.name));

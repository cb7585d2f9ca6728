// Which package a command line asks for, where another one only recommends it.
import type { Ran } from "../image/model.ts";
import { certificates, essentialToBuild, headersOfLibc, headersOfPython } from "./build-only.ts";
import { keepsKeys, keyFetcher, keyKeeper } from "./keys.ts";

type Words = Pick<Ran, "name" | "args">;

const isCalled =
  (names: RegExp) =>
  ({ name }: Words): boolean =>
    names.test(name);

const compiles = isCalled(/^(?:make|cmake|(?:gcc|g\+\+|cpp)(?:-\d+)?|cc|c\+\+|(?:.*\/)?configure|meson|ninja|scons|cargo)$/);
const asksBySsh = ({ name, args }: Words): boolean =>
  /^(?:ssh|ssh-(?:add|agent|keygen|keyscan)|scp|sftp|sshpass|autossh)$/.test(name) ||
  (/^(?:git|pip[\d.]*|rsync)$/.test(name) && args.some((a) => /^(?:git\+)?ssh:\/\/|^[\w.-]+@[\w.-]+:/.test(a.text)));

/** Packages of Debian's that others recommend, and what asks for them: git has patch and ssh that way, cmake gcc and make, dpkg-dev gnupg. */
const asked: Readonly<Record<string, (ran: Words) => boolean>> = {
  gcc: compiles,
  "g++": isCalled(/^(?:g|c)\+\+$/),
  make: isCalled(/^(?:make|cmake|(?:.*\/)?configure)$/),
  patch: isCalled(/^patch$/),
  unzip: isCalled(/^unzip$/),
  fakeroot: isCalled(/^fakeroot$/),
  [keyKeeper]: keepsKeys,
  "openssh-client": asksBySsh,
};

export const asksFor = (name: string, ran: Words): boolean => Object.hasOwn(asked, name) && asked[name]?.(ran) === true;
export const compilesNatively = compiles;

/** What is recommended, and may be missed: a fix names it where it is. */
export const mayBeMissed: ReadonlySet<string> = new Set([
  certificates,
  keyFetcher,
  essentialToBuild,
  headersOfLibc,
  ...Object.values(headersOfPython),
  ...Object.keys(asked),
]);

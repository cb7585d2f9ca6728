import { movesShell } from "../commands/kinds.ts";
import type { Ran, State, Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import type { Place, Use } from "./uses.ts";

// What programs find without being told: settings and keys in /etc and in a home, libraries and programs in /usr, and what a variable names.

/** They look at nothing but what they are told; what a shell knows by itself. */
const plain = new Set(
  "echo printf export set unset true false : sleep exit test [ mkdir rmdir rm unlink mv cp ln ls touch chown chmod chgrp cat head tail wc tee stat du df pwd date uname id whoami sync".split(
    " ",
  ),
);

export const mayLook = ({ name }: Ran): boolean => !plain.has(name) && !movesShell(name);

/** Folders that programs look into by themselves. */
const system = /^\/(?:etc|bin|sbin|lib\w*|usr(?!\/(?:local\/)?src\/|\/share\/(?:doc|man|info)\/)|var\/lib(?!\/apt\/lists)|run)(?:\/|$)/;
/** Settings in a home: not the caches, which only spare a download. */
const settings =
  /^\/(?:root|home\/[^/]+)\/\.(?!cache(?:\/|$)|npm(?:\/|$)|cargo\/|gradle\/|m2\/repository|composer\/cache|yarn|bundle|ivy2|nuget)/;

/** Whether these commands of a step may find a place by themselves. */
export function foundBy({ before }: Step, rans: readonly Ran[], { path }: Place, variables = before): Use {
  const busy = busyOf(rans);
  if (!busy.works && !before.shell.some((word) => /^-\w*[li]/.test(word))) return "no";
  const isFound = system.test(path) || settings.test(path) || busy.values.some((text) => names(text, path)) || isSet(variables, path);
  return isFound ? "maybe" : "no";
}

interface Busy {
  /** There is a command that may look anywhere. */
  readonly works: boolean;
  /** What variables are given. */
  readonly values: readonly string[];
}

const known = new WeakMap<readonly Ran[], Busy>();

function busyOf(rans: readonly Ran[]): Busy {
  const found = known.get(rans) ?? {
    works: rans.some(mayLook),
    values: rans.flatMap((r) => [
      ...(r.command?.assignments.flatMap((a) => a.value?.raw.replace(/["']/g, "") ?? []) ?? []),
      ...(/^(?:export|env)$/.test(r.name) ? r.args.map((a) => a.text.slice(a.text.indexOf("=") + 1)) : []),
    ]),
  };
  known.set(rans, found);
  return found;
}

/** The home is no setting, and PATH names folders whose programs are called by name. */
const isSet = (state: State, path: string): boolean =>
  [state.env, state.args].some((table) =>
    [...table].some(([name, { text }]) => !/^(?:HOME|PWD)$/.test(name) && names(text, path, name !== "PATH")),
  );

/** Whether a variable's text names a place, or something in it; or, unless told otherwise, the folder that it lies in. */
const names = (text: string, path: string, above = true): boolean =>
  text.includes("/") &&
  text.split(/[\s:,;=]+/).some((part) => part.startsWith("/") && part !== "/" && (isWithin(part, path) || (above && isWithin(path, part))));

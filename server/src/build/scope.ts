import type { Lookup, Value } from "../dockerfile/variables.ts";
import type { Node } from "../shell/syntax.ts";
import type { Wrapped } from "./wrappers.ts";

/** What the commands of one shell share. A subshell works on a copy. */
export interface Scope {
  readonly variables: Map<string, Value | undefined>;
  /** Values that are known on amd64 only, for conditions. */
  readonly onPlatform: Map<string, Value>;
  readonly functions: Map<string, Node>;
  readonly outer: Lookup;
  /** Its name. */
  shell: string;
  cwd: string;
  /** Where `popd` goes back to, the last one first. */
  pushed: readonly string[];
  user: string;
  ended: boolean;
}

export const copyOf = (scope: Scope): Scope => ({
  ...scope,
  variables: new Map(scope.variables),
  onPlatform: new Map(scope.onPlatform),
  functions: new Map(scope.functions),
});

/** A variable gets a value; undefined for one that is not known. */
export function assign(scope: Scope, name: string, value: Value | undefined, onPlatform?: Value): void {
  scope.variables.set(name, value);
  if (onPlatform) scope.onPlatform.set(name, onPlatform);
  else scope.onPlatform.delete(name);
}

/** The shell goes to another folder: `cd -` goes back. */
export function go(scope: Scope, path: string): void {
  assign(scope, "OLDPWD", { text: scope.cwd, known: true });
  scope.cwd = path;
}

export const lookupIn =
  (scope: Scope): Lookup =>
  (name) =>
    scope.variables.has(name) ? scope.variables.get(name) : isNotGiven(scope, name) ? { text: "", known: true } : scope.outer(name);

/** `$2` of a function or script that gets one argument. */
const isNotGiven = ({ variables }: Scope, name: string): boolean => /^[1-9]\d*$/.test(name) && variables.get("#") !== undefined;

/** Gives a function or a script its arguments; undefined where they are not known. */
export function setPositional(scope: Scope, args: readonly Value[] | undefined): void {
  for (const name of scope.variables.keys()) if (/^\d+$/.test(name) && name !== "0") scope.variables.delete(name);
  args?.forEach((arg, i) => void scope.variables.set(String(i + 1), arg));
  const all = args && { text: args.map((a) => a.text).join(" "), known: args.every((a) => a.known) };
  for (const name of ["@", "*"]) scope.variables.set(name, all);
  scope.variables.set("#", args && { text: String(args.length), known: true });
}

/** As it was before `setPositional`. */
export const positional = (scope: Scope): readonly Value[] | undefined => {
  const count = scope.variables.get("#");
  return count && Array.from({ length: Number(count.text) }, (_, i) => scope.variables.get(String(i + 1)) ?? { text: "", known: false });
};

/** What a command finds behind sudo, env, su and their like. */
export function wrappedIn(scope: Scope, { user = scope.user, home, login, variables }: Wrapped): Scope {
  if (home === undefined && user === scope.user && variables.length === 0) return scope;
  const own: [string, Value][] = home === undefined ? [] : [["HOME", { text: home, known: true }]];
  const inner = { ...scope, user, variables: new Map([...scope.variables, ...own, ...variables]) };
  return login ? { ...inner, variables: new Map(own), onPlatform: new Map(), outer: () => undefined, cwd: home ?? scope.cwd } : inner;
}

/** Another shell within one: it has no functions of the outer one, and the arguments that it is given (`sh -c TEXT ZEROTH FIRST …`). */
export function shellIn(scope: Scope, shell: string, given: readonly Value[] | undefined): Scope {
  const inner = { ...copyOf(scope), shell };
  // `eval` has all that is there.
  if (!given) return inner;
  const [name, ...args] = given;
  inner.functions.clear();
  setPositional(inner, args);
  if (name) inner.variables.set("0", name);
  return inner;
}

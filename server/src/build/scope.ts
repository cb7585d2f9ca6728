import type { Lookup, Value } from "../dockerfile/variables.ts";
import type { Node } from "../shell/syntax.ts";

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

export const lookupIn =
  (scope: Scope): Lookup =>
  (name) =>
    scope.variables.has(name) ? scope.variables.get(name) : scope.outer(name);

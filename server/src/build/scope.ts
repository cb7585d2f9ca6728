import type { Lookup, Value } from "../dockerfile/variables.ts";
import type { Node } from "../shell/syntax.ts";

/** What the commands of one shell share. A subshell works on a copy. */
export interface Scope {
  readonly variables: Map<string, Value | undefined>;
  readonly functions: Map<string, Node>;
  readonly outer: Lookup;
  /** Its name. */
  shell: string;
  cwd: string;
  user: string;
  ended: boolean;
}

export const copyOf = (scope: Scope): Scope => ({ ...scope, variables: new Map(scope.variables), functions: new Map(scope.functions) });

export const lookupIn =
  (scope: Scope): Lookup =>
  (name) =>
    scope.variables.has(name) ? scope.variables.get(name) : scope.outer(name);

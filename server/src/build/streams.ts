import { utf8Length } from "../commands/files.ts";
import { find } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { measured, type Size, typical, unknown, zero } from "../image/size.ts";
import type { Redirect } from "../shell/syntax.ts";
import { expandWhole } from "../shell/words.ts";
import { lookupIn, type Scope } from "./scope.ts";

/** What a command reads: its bytes, a name for it, and the text where that is known. */
export interface Input {
  readonly size: Size;
  readonly what: string;
  readonly text?: string;
}

export interface Output {
  /** Bytes written to standard output. */
  readonly size: Size;
  readonly text?: string;
}

export const silent: Output = { size: zero };

/** What the last redirect of standard input gives. */
export function inputOf(redirects: readonly Redirect[], scope: Scope, state: State): Input | undefined {
  const last = redirects.findLast((r) => r.heredoc || r.operator === "<" || (r.operator === "<<<" && r.target));
  if (!last || last.heredoc) return last && heredocInput(last, scope);
  const value = last.target && expandWhole(last.target, lookupIn(scope));
  if (last.operator === "<<<" && value) {
    const length = utf8Length(value.text) + 1;
    return { size: value.known ? measured(length) : typical(length), what: "a here-string" };
  }
  const node = value?.known && !value.glob ? find(state.root, absolute(value.text, scope.cwd), true) : undefined;
  return { size: node?.type === "file" ? node.entry.size : unknown, what: last.target?.raw ?? "a file" };
}

/** The body as the command gets it. */
function heredocInput(redirect: Redirect, scope: Scope): Input {
  const what = "a heredoc";
  const body = redirect.heredoc?.body;
  if (!body) return { size: unknown, what };
  const text = expandWhole(body, lookupIn(scope));
  const stripped = redirect.operator === "<<-" ? text.text.replace(/^\t+/gm, "") : text.text;
  return text.known ? { size: measured(utf8Length(stripped)), what, text: stripped } : { size: typical(utf8Length(stripped)), what };
}

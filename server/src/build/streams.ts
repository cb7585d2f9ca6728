import { utf8Length } from "../commands/files.ts";
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

/** The body as the command gets it. */
export function heredocInput(redirect: Redirect, scope: Scope): Input {
  const what = "a heredoc";
  const body = redirect.heredoc?.body;
  if (!body) return { size: unknown, what };
  const text = expandWhole(body, lookupIn(scope));
  const stripped = redirect.operator === "<<-" ? text.text.replace(/^\t+/gm, "") : text.text;
  return text.known ? { size: measured(utf8Length(stripped)), what, text: stripped } : { size: typical(utf8Length(stripped)), what };
}

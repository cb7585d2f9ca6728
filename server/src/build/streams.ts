import { utf8Length } from "../commands/printing.ts";
import type { Packed } from "../image/effects.ts";
import { find } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { add, measured, type Size, typical, unknown, zero } from "../image/size.ts";
import type { Redirect } from "../shell/syntax.ts";
import { type Argument, expandWhole } from "../shell/words.ts";
import { lookupIn, type Scope } from "./scope.ts";

export interface Output {
  /** Bytes written to standard output. */
  readonly size: Size;
  /** What is written, where it is known. */
  readonly text?: string;
  /** As much of it as is known, beside what stands for itself: the packages of `apt-mark showmanual`. */
  readonly partly?: string;
  /** A pattern: what is written are the names of the files that it stands for. */
  readonly pattern?: string;
  /** The archive that it is. */
  readonly packed?: Packed;
  /** The words of the `find` that wrote it. */
  readonly found?: readonly Argument[];
}

/** What a command reads, with a name for it. */
export interface Input extends Output {
  readonly what: string;
}

export const silent: Output = { size: zero };

const isSilent = ({ size, text }: Output): boolean => size.bytes === 0 && !size.lowerBound && (text ?? "") === "";

/** What two commands write one after the other. */
export function joined(first: Output, second: Output): Output {
  if (isSilent(first)) return second;
  if (isSilent(second)) return first;
  const text = first.text !== undefined && second.text !== undefined ? first.text + second.text : undefined;
  return { size: add(first.size, second.size), ...(text !== undefined && text.length <= longestText && { text }) };
}

/** Longer texts are not kept. */
const longestText = 65_536;

/** What the last redirect of standard input gives. */
export function inputOf(
  redirects: readonly Redirect[],
  scope: Scope,
  state: State,
  textAt: (path: string) => string | undefined,
): Input | undefined {
  const last = redirects.findLast((r) => r.heredoc || r.operator === "<" || (r.operator === "<<<" && r.target));
  if (!last || last.heredoc) return last && heredocInput(last, scope);
  const value = last.target && expandWhole(last.target, lookupIn(scope));
  if (last.operator === "<<<" && value) {
    const length = utf8Length(value.text) + 1;
    return {
      size: value.known ? measured(length) : typical(length),
      what: "a here-string",
      ...(value.known && { text: `${value.text}\n` }),
    };
  }
  const path = value?.known && !value.glob ? absolute(value.text, scope.cwd) : undefined;
  const node = path === undefined ? undefined : find(state.root, path, true);
  const text = path !== undefined && node?.type === "file" ? textAt(path) : undefined;
  return {
    size: node?.type === "file" ? node.entry.size : unknown,
    what: last.target?.raw ?? "a file",
    ...(text !== undefined && { text }),
  };
}

/** The body as the command gets it. */
function heredocInput(redirect: Redirect, scope: Scope): Input {
  const what = "a heredoc";
  const body = redirect.heredoc?.body;
  if (!body) return { size: unknown, what };
  const text = expandWhole(body, lookupIn(scope), { tilde: false });
  const stripped = redirect.operator === "<<-" ? text.text.replace(/^\t+/gm, "") : text.text;
  return text.known ? { size: measured(utf8Length(stripped)), what, text: stripped } : { size: typical(utf8Length(stripped)), what };
}

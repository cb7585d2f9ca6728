import type { Saving } from "../build/difference.ts";
import type { Subject } from "../build/subject.ts";
import type { Level, Safety } from "../protocol.ts";
import type { Edit, FileText, Span } from "../text.ts";

/** A rule: what is wrong, why, and how to mend it. Its metadata is its documentation; its example is a test. */
export interface Rule {
  /** Names the smell; reads well after "ignore". */
  readonly id: string;
  readonly summary: string;
  /** What it costs and why, in a few sentences of Markdown: for hover and docs. */
  readonly why: string;
  /** A byte rule speaks only when its fix makes the target image smaller. */
  readonly about: "bytes" | "form" | "pin" | "build cache" | "budget";
  /** A byte finding's level follows from its bytes: this is the gravest that it may be. */
  readonly level?: Level;
  /** hadolint's numbers that its findings may carry: for the table. */
  readonly aliases?: readonly string[];
  /** BuildKit's own checks (docs.docker.com/reference/build-checks) that find the same: `# check=skip=NAME` silences the rule. */
  readonly checks?: readonly string[];
  readonly example: Example;
  check(subject: Subject): Iterable<Draft>;
}

export interface Example {
  readonly before: string;
  /** What its first fix makes of `before`; absent where nothing can be rewritten for the user. */
  readonly after?: string;
  /** Files of the build context, path to bytes, or to the text that is in it. */
  readonly context?: Readonly<Record<string, number | string>>;
  /** The text of its .dockerignore. */
  readonly ignore?: string;
  /** The files that the fix creates, or adds to. */
  readonly creates?: readonly string[];
}

/** A finding before its saving is known. */
export interface Draft {
  readonly span: Span;
  /** Where they are not all of the rule's. */
  readonly aliases?: readonly string[];
  /** What, how much, why or what to do: one or two lines. `saving` is that of the first fix, `lost` that of `instead`. */
  message(saving: Saving, lost?: Saving): string;
  readonly fixes: readonly DraftFix[];
  /** Where it is not as grave as its rule says. */
  readonly level?: Level;
  /** With no fix to offer, or none that gains all of it: the change that shows what is lost. The message says why that cannot be done for the user. */
  readonly instead?: readonly Edit[];
  /** Much goes for sure, and nobody knows how much: told where neither a fix nor `instead` can be weighed. */
  readonly goes?: true;
  /** Bytes that are known to be at stake, where all that may come on top is what nobody knows to be there: of a little nothing is told. */
  readonly known?: number | undefined;
  /** What saves or costs less is not worth a word here, whatever the settings allow; nor, where that is said, what nobody knows the amount of. */
  readonly least?: { readonly bytes: number; readonly known?: true };
  /** What it gains is taken from something else that is alike: that it gains is said, and not how much. */
  readonly guessed?: true;
  /** The marked words do nothing for the image. */
  readonly unnecessary?: boolean;
}

export interface DraftFix {
  /** Without its gain: that is added. */
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly Edit[];
  readonly creates?: readonly FileText[];
  readonly inAll?: InAll;
  /** What it saves is not told: of what weighs nobody knows the size before and after. */
  readonly unweighed?: boolean;
}

/**
 * How it takes part where all findings are mended at once: alone in its round, since it moves what others would mend; or never, since nobody
 * would see what it says one has to know.
 */
export type InAll = "alone" | "never";

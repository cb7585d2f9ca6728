import type { Subject } from "../build/subject.ts";
import type { DraftFix, InAll } from "../rules/rule.ts";
import type { Edit, Span } from "../text.ts";

/** A rewrite that is offered on request, wherever it can be done. */
export interface RefactoringKind {
  /** What `ballast apply ID` takes. */
  readonly id: string;
  readonly summary: string;
  /** It is there to save bytes: not offered where it is known to save none. */
  readonly needsGain?: true;
  /** Where a rule has it for a fix. */
  readonly inAll?: InAll;
  /** Why there is nothing to offer where no attempt says so, as a part of a sentence. */
  readonly nothing: (subject: Subject) => string;
  /** Where it can be done, and where not and why: the latter only for a place where somebody may look for it. */
  attempts(subject: Subject): Iterable<Refactoring | Refusal>;
}

export interface Refusal {
  readonly id: string;
  /** Why it cannot be done, as a part of a sentence. */
  readonly refused: string;
  readonly span: Span;
}

export const offersOf = (kind: RefactoringKind, subject: Subject): Refactoring[] =>
  [...kind.attempts(subject)].filter((a): a is Refactoring => !("refused" in a));

/** An offer as a rule has it: somebody has to look at it. */
export const fixOf = ({ inAll }: RefactoringKind, { title, edits }: Refactoring): DraftFix => ({
  title,
  safety: "review",
  edits,
  ...(inAll && { inAll }),
});

export const fixesOf = (kind: RefactoringKind, subject: Subject): DraftFix[] => offersOf(kind, subject).map((offer) => fixOf(kind, offer));

export const refusalsOf = (kind: RefactoringKind, subject: Subject): Refusal[] =>
  [...kind.attempts(subject)].filter((a): a is Refusal => "refused" in a);

export interface Refactoring {
  readonly id: string;
  /** Without its gain: that is added. Says what one should know before accepting it. */
  readonly title: string;
  /** Where in the file it is offered. */
  readonly span: Span;
  readonly edits: readonly Edit[];
}

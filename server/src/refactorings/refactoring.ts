import type { Subject } from "../build/subject.ts";
import type { Edit, Span } from "../text.ts";

/** A rewrite that is offered on request, wherever it can be done. */
export interface RefactoringKind {
  /** What `ballast apply ID` takes. */
  readonly id: string;
  readonly summary: string;
  /** It is there to save bytes: not offered where it is known to save none. */
  readonly needsGain?: true;
  offers(subject: Subject): Iterable<Refactoring>;
}

export interface Refactoring {
  readonly id: string;
  /** Without its gain: that is added. Says what one should know before accepting it. */
  readonly title: string;
  /** Where in the file it is offered. */
  readonly span: Span;
  readonly edits: readonly Edit[];
}

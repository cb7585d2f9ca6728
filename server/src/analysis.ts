/** What an analysis is, and what it says. */
import type { Saving } from "./build/difference.ts";
import type { Subject } from "./build/subject.ts";
import type { World } from "./build/world.ts";
import type { Dockerfile } from "./dockerfile/instruction.ts";
import type { Image } from "./image/model.ts";
import type { FileJSON, Level, Safety } from "./protocol.ts";
import type { Refactoring } from "./refactorings/refactoring.ts";
import type { InAll, Rule } from "./rules/rule.ts";
import type { Edit, FileText, Lines, Span } from "./text.ts";

export interface Settings {
  /** Byte findings that save less are not told; one whose saving is not known always is. In bytes; 100,000 unless set. */
  readonly minSaving?: number;
  /** Per rule: its level, or that it is off. */
  readonly rules?: Readonly<Record<string, Level | "off">>;
}

export type AnalysisWorld = World & { readonly settings?: Settings };

export interface Fix {
  /** With what it gains. */
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly Edit[];
  readonly creates: readonly FileText[];
  readonly inAll?: InAll;
  /** Absent where the rule is not about bytes and nothing is saved. */
  readonly saving?: Saving;
}

export interface Finding {
  readonly rule: Rule;
  readonly aliases: readonly string[];
  readonly level: Level;
  readonly message: string;
  readonly span: Span;
  readonly saving?: Saving;
  /** All that are on offer; what those behind the first save is worked out when they are first asked for. */
  readonly fixes: readonly Fix[];
  readonly unnecessary: boolean;
}

export interface Analysis {
  readonly file: Dockerfile;
  readonly lines: Lines;
  readonly subject: Subject;
  readonly image: Image;
  readonly findings: readonly Finding[];
  /** Rewrites on offer anywhere in the file, with what they save; worked out when first asked for. */
  readonly refactorings: readonly Offer[];
  /** Bytes that the first fix of every byte finding saves, all applied; those that share a place one after the other. */
  readonly savable: number;
  toJSON(name?: string): FileJSON;
}

export type Offer = Refactoring & { readonly saving: Saving };

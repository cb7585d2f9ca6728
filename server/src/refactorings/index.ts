import type { RefactoringKind } from "./refactoring.ts";

export const refactorings: readonly RefactoringKind[] = [];

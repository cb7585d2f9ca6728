import { alpineBaseKind, slimBaseKind } from "./base-swap.ts";
import { mergeRunsKind } from "./merge-runs.ts";
import type { RefactoringKind } from "./refactoring.ts";

export const refactorings: readonly RefactoringKind[] = [mergeRunsKind, slimBaseKind, alpineBaseKind];

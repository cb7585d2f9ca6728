import { alpineBaseKind, slimBaseKind } from "./base-swap.ts";
import { mergeRunsKind } from "./merge-runs.ts";
import { multiStageKind } from "./multi-stage.ts";
import type { RefactoringKind } from "./refactoring.ts";

export const refactorings: readonly RefactoringKind[] = [mergeRunsKind, multiStageKind, slimBaseKind, alpineBaseKind];

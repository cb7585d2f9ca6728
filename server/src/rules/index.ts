import { aptListsKept } from "./apt-lists-kept.ts";
import type { Rule } from "./rule.ts";

/** All rules; a test asserts that every file beside this one is here. */
export const rules: readonly Rule[] = [aptListsKept];

export const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);

import { addPlainFile } from "./add-plain-file.ts";
import { aptListsKept } from "./apt-lists-kept.ts";
import { aptRecommendsInstalled } from "./apt-recommends-installed.ts";
import { aptUpdateAlone } from "./apt-update-alone.ts";
import { archiveCopied } from "./archive-copied.ts";
import { baseEnded } from "./base-ended.ts";
import { baseFat } from "./base-fat.ts";
import { baseOlder } from "./base-older.ts";
import { baseUntagged } from "./base-untagged.ts";
import { buildToolsKept } from "./build-tools-kept.ts";
import { cachesKept } from "./cache-kept.ts";
import { changedLater } from "./changed-later.ts";
import { cloneHistoryKept } from "./clone-history-kept.ts";
import { contextBigFile } from "./context-big-file.ts";
import { contextLeaky } from "./context-leaky.ts";
import { contextUnfiltered } from "./context-unfiltered.ts";
import { copiedForOneRun } from "./copied-for-one-run.ts";
import { copiedTwice } from "./copied-twice.ts";
import { copyFromNumber } from "./copy-from-number.ts";
import { debugInfoKept } from "./debug-info-kept.ts";
import { devDependenciesKept } from "./dev-dependencies-kept.ts";
import { docsKept } from "./docs-kept.ts";
import { downloadKept } from "./download-kept.ts";
import { extrasInstalled } from "./extras-installed.ts";
import { healthcheckShell } from "./healthcheck-shell.ts";
import { heavyPackage } from "./heavy-package.ts";
import { lastlogSparse } from "./lastlog-sparse.ts";
import { overBudget } from "./over-budget.ts";
import { overwrittenLater } from "./overwritten-later.ts";
import { packagesUpgraded } from "./packages-upgraded.ts";
import { platformPinned } from "./platform-pinned.ts";
import { removedLater } from "./removed-later.ts";
import { rewrittenLater } from "./rewritten-later.ts";
import type { Rule } from "./rule.ts";
import { runsApart } from "./runs-apart.ts";
import { sdkShipped } from "./sdk-shipped.ts";
import { shellForm } from "./shell-form.ts";
import { shellMissing } from "./shell-missing.ts";
import { sourceBeforeInstall } from "./source-before-install.ts";
import { sourcesKept } from "./sources-kept.ts";
import { stageCopiedWhole } from "./stage-copied-whole.ts";
import { toolsForPeople } from "./tools-for-people.ts";
import { unknownRuleIgnored } from "./unknown-rule-ignored.ts";

/** All rules; a test asserts that every file beside this one is here. Those of tools' caches are made from one table. */
const all: readonly Rule[] = [
  addPlainFile,
  aptListsKept,
  aptRecommendsInstalled,
  aptUpdateAlone,
  archiveCopied,
  baseEnded,
  baseFat,
  baseOlder,
  baseUntagged,
  buildToolsKept,
  ...cachesKept,
  changedLater,
  cloneHistoryKept,
  contextBigFile,
  contextLeaky,
  contextUnfiltered,
  copiedForOneRun,
  copiedTwice,
  copyFromNumber,
  debugInfoKept,
  devDependenciesKept,
  docsKept,
  downloadKept,
  extrasInstalled,
  healthcheckShell,
  heavyPackage,
  lastlogSparse,
  overBudget,
  overwrittenLater,
  packagesUpgraded,
  platformPinned,
  removedLater,
  rewrittenLater,
  runsApart,
  sdkShipped,
  shellForm,
  sourcesKept,
  shellMissing,
  sourceBeforeInstall,
  stageCopiedWhole,
  toolsForPeople,
];

export const rules: readonly Rule[] = [...all, unknownRuleIgnored(all)].sort((a, b) => (a.id < b.id ? -1 : 1));

export const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);

/** Examples are run as on this day: what the documentation says must not change by itself. */
export const exampleDay = "2026-11-24";

import { type Subject, stepsOn } from "../build/subject.ts";
import { isWindows } from "../image/base.ts";
import type { Stage, State } from "../image/model.ts";

/** By its base, or by its shell or its folders. Its commands remove by other words, and its paths have other marks between their parts. */
export const isOfWindows = ({ base, shell, cwd }: State): boolean =>
  isWindows(base?.name ?? "") || /(?:^|[/\\])(?:cmd|powershell)(?:\.exe)?$/i.test(shell[0] ?? "") || /^\/?[a-z]:/i.test(cwd);

/** A stage, or one that is built on it, says so: its base is the one of that name for Windows. */
export const standsOnWindows = (subject: Subject, stage: Stage): boolean => stepsOn(subject, stage).some((s) => isOfWindows(s.after));

/** A text for PowerShell or cmd: where it is their words, the base is of Windows, whatever it is called. */
export const isForWindows = (text: string): boolean => /^(?:powershell|cmd)(?:\.exe)?\s|%\w+%|(?:^|[\s"'])[a-z]:[\\/]/i.test(text);

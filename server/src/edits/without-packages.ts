import type { Subject } from "../build/subject.ts";
import { namedPackages } from "../commands/installs.ts";
import { isApt, isDnf } from "../commands/kinds.ts";
import type { Ran } from "../image/model.ts";
import type { PackageWord } from "../queries/package-words.ts";
import { printsIntoFile } from "../queries/printed.ts";
import type { Edit } from "../text.ts";
import { isPlain, pathTo, removeInstruction, removeWords, withoutCommand } from "./chain.ts";

/** These packages no longer installed: out of the list of their command, or with the command where they are all of it. Undefined where that cannot be written. */
export function withoutPackages(subject: Subject, packages: readonly PackageWord[]): Edit[] | undefined {
  const { file } = subject;
  const edits: Edit[] = [];
  for (const ran of new Set(packages.map((p) => p.ran))) {
    const own = packages.filter((p) => p.ran === ran);
    const step = own[0]?.step;
    const path = step?.script && ran.command && pathTo(step.script, ran.command);
    if (!step?.script || !path || !isPlain(path)) return undefined;
    const gone = own.map((p) => p.word);
    if (gone.length < namedPackages([ran]).all.length) edits.push(...(removeWords(file, ran, gone) ?? []));
    else if (step.ran.every((r) => r === ran || isHousekeeping(r)) && !printsIntoFile(step.script.body))
      edits.push(removeInstruction(file, step));
    else {
      const edit = withoutCommand(file, step, ran.command);
      if (!edit) return undefined;
      edits.push(edit);
    }
  }
  return edits.length > 0 ? edits : undefined;
}

/** What goes with an install, and does nothing without one. */
export const isHousekeeping = (ran: Ran): boolean =>
  ((isApt(ran.name) || isDnf(ran.name)) && ran.args.some((a) => /^(?:update|clean|autoclean|autoremove|makecache)$/.test(a.text))) ||
  (ran.name === "rm" && ran.args.every((a) => /^-|^\/var\/(?:lib\/apt\/lists|cache\/(?:apt|apk|dnf|yum))/.test(a.text)));

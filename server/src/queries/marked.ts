import type { Subject } from "../build/subject.ts";
import { options } from "../commands/call.ts";
import { isCopy, isFromContext } from "../dockerfile/instruction.ts";
import { entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import type { Changer } from "./changers.ts";

const setBits = /^[0-7]?[2-7][0-7]{3}$|[+=][rwxXt]*s/;

/** What a command names that it gives capabilities, or set-user-ID and set-group-ID bits: setcap(8), chmod(1), install(1). */
function markedBy({ name, args }: Ran): string[] {
  if (name === "setcap") return args.flatMap((a) => (a.text.startsWith("-") ? [] : [a.text]));
  if (name === "chmod") {
    const [mode, ...paths] = options(args, "--reference").operands;
    return mode && setBits.test(mode.text) ? paths.map((p) => p.text) : [];
  }
  if (name !== "install") return [];
  const o = options(args, "m o g t --mode --owner --group --target-directory S");
  return setBits.test(o.value("-m", "--mode") ?? "") ? o.operands.map((p) => p.text) : [];
}

const marked = new WeakMap<Subject, ReadonlySet<string>>();

/** The files that have had such marks, by id: COPY --from keeps them. */
function markedIn(subject: Subject): ReadonlySet<string> {
  const known = marked.get(subject);
  if (known) return known;
  const ids = new Set<string>();
  for (const ran of subject.steps.flatMap((s) => s.ran))
    for (const text of markedBy(ran)) {
      const path = absolute(text, ran.cwd);
      const node = find(ran.before.root, path, true);
      for (const { entry } of node ? entriesOf(node, path) : []) ids.add(entry.id);
      for (const { entry } of ran.changes) ids.add(entry.id);
    }
  marked.set(subject, ids);
  return ids;
}

/** Whether a COPY brings a file with marks that Linux takes off where it is given an owner (chown(2), capabilities(7)): COPY --chown leaves them on. */
const bringsMarked = (subject: Subject, copy: Step): boolean =>
  copy.changes.some(({ path, entry }) => {
    const node = find(copy.after.root, path);
    // In the build context a file is as it was, whatever becomes of its copies.
    const isMarked = !isFromContext(copy.instruction) && markedIn(subject).has(entry.id);
    return isMarked || (node?.type === "file" && ((node.mode ?? 0) & 0o6000) !== 0);
  });

/** Whether these changers take such marks off what these steps copy. */
export const losesMarks = (subject: Subject, copies: readonly Step[], related: readonly Changer[]): boolean =>
  related.some(({ call }) => call.verb !== "chmod") && copies.some((s) => isCopy(s.instruction) && bringsMarked(subject, s));

import type { Subject } from "../build/subject.ts";
import { basename } from "../image/paths.ts";
import type { Safety } from "../protocol.ts";
import { type Kept, keptAt, nameOf } from "../queries/kept.ts";
import { isForBuilding } from "../queries/passing.ts";
import { usedLater } from "../queries/used.ts";
import { quoted } from "../shell/words.ts";
import type { Edit } from "../text.ts";
import { insertAfter, removeInstruction } from "./chain.ts";
import { mountInstead } from "./mount.ts";
import { mergeFrom, privilegeOf, spelledAt, spotBehindUse } from "./removal.ts";

/** What is downloaded to check an archive by. */
const companions = [".asc", ".sig", ".sha256", ".sha512", ".sha1", ".md5", ".sha256sum", ".DIGESTS"];

interface KeptFix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly Edit[];
}

/** Its removal in the RUN that unpacks it, with the download if that is another one; for a COPY a mount. */
export function fixFor(subject: Subject, kept: Kept): KeptFix | undefined {
  const { step, ran, writer, path, use } = kept;
  const name = nameOf(kept);
  const remove = removal(subject, kept);
  if (writer === step)
    return (
      remove && {
        title: `Remove ${name} in this RUN`,
        safety: use === "no" && !ran.chosen && isForBuilding(path) ? "safe" : "review",
        edits: [remove],
      }
    );
  if (writer.instruction.keyword === "RUN") {
    // What a COPY brought, and this RUN stored again, is in the image in any case.
    if (keptAt(subject, step, path)?.kind === "context") return undefined;
    const merged = remove && mergeFrom(subject, writer, step, [remove]);
    return merged && { title: `Download, unpack and remove ${name} in one RUN`, safety: "review", edits: [merged.edit] };
  }
  const neighbours = writer.stage === step.stage && subject.steps.slice(writer.index + 1, step.index).every((s) => !s.layer);
  const edits = neighbours ? mountInstead(subject.file, writer, step, { path, folder: false }) : undefined;
  return edits && { title: `Mount ${name} for this RUN instead of copying it`, safety: "review", edits };
}

/** Nothing here says its name, but a script: with a version in it, tomorrow it is another one. */
export const isOfScript = ({ file }: Subject, path: string): boolean => !/[$`]/.test(path) && !file.text.includes(basename(path));

/** `rm` behind the last command of this RUN that uses it, with what was downloaded to check it by. */
function removal(subject: Subject, { step, ran, writer, path, word }: Kept): Edit | undefined {
  const beside = companions
    .map((end) => path + end)
    .filter((p) => keptAt(subject, step, p)?.layer === writer.index && usedLater(subject, step, { path: p, folder: false }) === "no");
  const spot = spotBehindUse(
    step,
    [path, ...beside].map((p) => ({ path: p, folder: false })),
  );
  const first = spot && spelledAt(word, path, ran, step, step, spot.cwd);
  if (!spot || first === undefined) return undefined;
  if (isOfScript(subject, path) && /\d/.test(basename(first))) return undefined;
  // As the archive is written, with the other ending.
  const [, open, quote] = /^(.*?)(["']?)$/s.exec(first) ?? [];
  const others = beside.map((p) => `${open ?? first}${p.slice(path.length)}${quote ?? ""}`);
  // Behind a branch that is taken here the others have no such file.
  const force = ran.chosen ? ["-f"] : [];
  return insertAfter(subject.file, step, spot.statement, [...privilegeOf(ran), "rm", ...force, first, ...others].join(" "));
}

/** To see what it weighs: gone at the end of the RUN that wrote it, or never brought. */
export function withoutIt({ file }: Subject, { writer, path }: Kept): Edit[] {
  const end = writer.script?.body.items.at(-1);
  if (end) return [insertAfter(file, writer, end, `rm -f ${quoted(path)}`) ?? []].flat();
  return writer.instruction.keyword !== "RUN" && writer.changes.every((c) => c.path === path) ? [removeInstruction(file, writer)] : [];
}

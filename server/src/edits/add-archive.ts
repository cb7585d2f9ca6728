import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { stepUses } from "../build/uses.ts";
import { unpacking, unpacksAsItIs } from "../commands/archives.ts";
import { type Argument, copyWords } from "../dockerfile/instruction.ts";
import { find } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, dirname, isArchiveName, isWithin } from "../image/paths.ts";
import { usedByLaterSteps } from "../queries/used.ts";
import type { Edit } from "../text.ts";
import { withoutCommands } from "./chain.ts";

/** An archive that COPY brings only for tar to do what ADD does, and the edits that leave it to ADD. */
interface CopiedArchive {
  /** The RUN that unpacks it. */
  readonly step: Step;
  readonly ran: Ran;
  readonly source: Argument;
  readonly edits: readonly Edit[];
}

export function* copiedArchives(subject: Subject): Generator<CopiedArchive> {
  for (const step of shippedSteps(subject)) {
    if (!isRoot(step.before.user) || !isOwn(subject, step)) continue;
    for (const ran of step.ran) {
      const found = ran.maybe ? undefined : unpacking(ran);
      if (found?.archive === undefined || !unpacksAsItIs(ran)) continue;
      const copy = copyOf(subject, step, found.archive);
      const edits = copy && isOwn(subject, copy) ? added(subject, copy, step, ran, found.archive, found.folder) : undefined;
      const [source] = copy ? copyWords(copy.instruction) : [];
      if (source && edits) yield { step, ran, source, edits };
    }
  }
}

/** The COPY that brought just this archive, for nobody in between. */
function copyOf({ steps }: Subject, step: Step, archive: string): Step | undefined {
  const node = find(step.before.root, archive);
  const copied = node?.type === "file" && node.entry.kind === "context" ? steps[node.entry.layer] : undefined;
  const copy = node ? copied : copyInto(steps, step, archive);
  // Another one that lay there before would lie there again.
  if (copy && find(copy.before.root, archive)) return undefined;
  if (copy?.instruction.keyword !== "COPY" || copy.instruction.flags.length > 0 || copy.instruction.exec) return undefined;
  const place = { path: archive, folder: false };
  const between = steps.slice(copy.index + 1, step.index);
  const isFree = copy.stage === step.stage && between.every((s) => stepUses(s, place) === "no");
  const [source, , more] = copyWords(copy.instruction);
  return isFree && !more && isArchiveName(source?.text ?? "") ? copy : undefined;
}

/** `COPY app.tar /srv/app`, and tar reads /srv/app/app.tar: what looks like the file's name is a folder that the base image has. */
const copyInto = (steps: readonly Step[], step: Step, archive: string): Step | undefined =>
  steps.slice(0, step.index).findLast(({ instruction, before, stage }) => {
    if (stage !== step.stage || instruction.keyword !== "COPY") return false;
    const [source, target, more] = copyWords(instruction);
    if (!source || !target || more) return false;
    return basename(source.text) === basename(archive) && absolute(target.text, before.cwd) === dirname(archive);
  });

/** ADD in place of COPY; tar, the removal of the archive and the making of the folder taken out of the RUN. */
function added(subject: Subject, copy: Step, step: Step, ran: Ran, archive: string, folder: string): Edit[] | undefined {
  const { file } = subject;
  const place = { path: archive, folder: false };
  const names = (r: Ran): string[] => r.args.flatMap((a) => (a.text.startsWith("-") ? [] : [absolute(a.text, r.cwd)]));
  const gone = step.ran.filter(
    (r) =>
      r === ran ||
      (r.name === "rm" && names(r).every((n) => n === archive)) ||
      (r.name === "mkdir" && names(r).every((n) => isWithin(folder, n)) && step.ran.indexOf(r) < step.ran.indexOf(ran)),
  );
  const others = step.ran.filter((r) => !gone.includes(r));
  const used = others.some((r) => stepUses({ ...step, ran: [r] }, place) !== "no") || usedByLaterSteps(subject, step, place) === "yes";
  const [, target] = copyWords(copy.instruction);
  const commands = gone.flatMap((r) => r.command ?? []);
  if (isAtUnknownHome(step, ran)) return undefined;
  if (used || !target || commands.length < gone.length || !/^[\w./@+-]+$/.test(folder)) return undefined;
  const rest = withoutCommands(file, step, commands);
  if (!rest) return undefined;
  return [
    { ...copy.instruction.keywordSpan, text: "ADD" },
    { start: target.start, end: target.end, text: folder === "/" ? "/" : `${folder}/` },
    ...rest,
  ];
}

/** ADD knows no HOME, and on a base that nobody knows it may be anywhere. */
const isAtUnknownHome = ({ before: { base } }: Step, { words }: Ran): boolean =>
  base !== undefined && !base.standardLayout && words.some((w) => /\$\{?HOME\b|^~/.test(w.raw));

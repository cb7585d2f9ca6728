import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { stepUses } from "../build/uses.ts";
import { unpacking, unpacksAsItIs } from "../commands/archives.ts";
import { withoutCommands } from "../edits/chain.ts";
import { find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, isArchiveName, isWithin } from "../image/paths.ts";
import { lineNumber } from "../queries/places.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const archiveCopied: Rule = {
  id: "archive-copied",
  summary: "An archive is copied and then unpacked, where ADD would unpack it",
  why:
    "`ADD` unpacks a local tar archive, plain or compressed, and the archive itself is in no layer. `COPY` and `tar` store both: the archive, and what is in it. " +
    "Said where tar does no more than ADD does: all of the archive, as root, with the owners that it names. ADD does nothing of the kind for zip files and URLs.",
  about: "bytes",
  aliases: ["DL3010"],
  example: {
    before: "FROM debian:bookworm-slim\nCOPY dist.tar.gz /tmp/\nRUN tar -xzf /tmp/dist.tar.gz -C /opt && rm /tmp/dist.tar.gz\n",
    after: "FROM debian:bookworm-slim\nADD dist.tar.gz /opt/\n",
    context: { "dist.tar.gz": 20_000_000 },
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      if (!/^(?:root|0)?(?::|$)/.test(step.before.user)) continue;
      for (const ran of step.ran) {
        const found = ran.maybe ? undefined : unpacking(ran);
        const copy = found?.archive !== undefined && unpacksAsItIs(ran) ? copyOf(subject, step, found.archive) : undefined;
        const edits = copy && found?.archive !== undefined ? added(subject, copy, step, ran, found.archive, found.folder) : undefined;
        const [source] = copy?.instruction.args ?? [];
        if (!copy || !edits || !source || !isOwn(subject, step) || !isOwn(subject, copy)) continue;
        yield {
          span: { start: source.start, end: source.end },
          aliases: ["DL3010"],
          message: (saving) =>
            `${basename(source.text)} is copied only to be unpacked in line ${lineNumber(subject.file, step)}: ${formatSaving(saving)} stay in this layer. ADD unpacks it as it comes.`,
          fixes: [{ title: `Unpack ${basename(source.text)} with ADD`, safety: "review", edits }],
        };
      }
    }
  },
};

/** The COPY that brought just this archive, for nobody in between. */
function copyOf({ steps }: Subject, step: Step, archive: string): Step | undefined {
  const node = find(step.before.root, archive);
  const copy = node?.type === "file" && node.entry.id.startsWith("context:") ? steps[node.entry.layer] : undefined;
  if (copy?.instruction.keyword !== "COPY" || copy.instruction.flags.length > 0 || copy.instruction.exec) return undefined;
  const place = { path: archive, folder: false };
  const between = steps.slice(copy.index + 1, step.index);
  const isFree = copy.stage === step.stage && between.every((s) => stepUses(s, place) === "no");
  const [source] = copy.instruction.args;
  return isFree && copy.instruction.args.length === 2 && isArchiveName(source?.text ?? "") ? copy : undefined;
}

/** ADD in place of COPY; tar, the removal of the archive and the making of the folder taken out of the RUN. */
function added({ file, steps }: Subject, copy: Step, step: Step, ran: Ran, archive: string, folder: string): Edit[] | undefined {
  const place = { path: archive, folder: false };
  const names = (r: Ran): string[] => r.args.flatMap((a) => (a.text.startsWith("-") ? [] : [absolute(a.text, r.cwd)]));
  const gone = step.ran.filter(
    (r) =>
      r === ran ||
      (r.name === "rm" && names(r).every((n) => n === archive)) ||
      (r.name === "mkdir" && names(r).every((n) => isWithin(folder, n)) && step.ran.indexOf(r) < step.ran.indexOf(ran)),
  );
  const others = step.ran.filter((r) => !gone.includes(r));
  const used =
    others.some((r) => stepUses({ ...step, ran: [r] }, place) !== "no") ||
    steps.slice(step.index + 1).some((s) => s.stage === step.stage && stepUses(s, place) === "yes");
  const target = copy.instruction.args[1];
  const commands = gone.flatMap((r) => r.command ?? []);
  if (used || !target || commands.length < gone.length || !/^[\w./@+-]+$/.test(folder)) return undefined;
  const rest = withoutCommands(file, step, commands);
  if (!rest) return undefined;
  return [
    { ...copy.instruction.keywordSpan, text: "ADD" },
    { start: target.start, end: target.end, text: folder === "/" ? "/" : `${folder}/` },
    ...rest,
  ];
}

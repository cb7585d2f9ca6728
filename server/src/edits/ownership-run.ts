import { isOwn, type Subject } from "../build/subject.ts";
import { stepUses } from "../build/uses.ts";
import { accountsNamed, isKnownAccount } from "../commands/owners.ts";
import { isCopy } from "../dockerfile/instruction.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import { reach } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import { absolute, isWithin } from "../image/paths.ts";
import type { Safety } from "../protocol.ts";
import { accountMakers, type Changer, renumberedBetween } from "../queries/changers.ts";
import { lineNumber } from "../queries/places.ts";
import { usedBetween } from "../queries/used.ts";
import type { Edit } from "../text.ts";
import { insertAfter, withoutCommands } from "./chain.ts";
import { mergeFrom, spelledAt, spotBehindUse } from "./removal.ts";

export interface OwnerFix {
  readonly title: string;
  /** Said by the COPY (or ADD) itself: these flags; none where the change changes nothing. */
  readonly copy?: { readonly flags: string; readonly says: readonly string[] };
  readonly safety: Safety;
  readonly edits: readonly Edit[];
  /** What others may have written is looked for. */
  readonly searches?: boolean;
  /** What to do where the fix does not gain enough to be offered. */
  readonly advice?: string;
  /** The lines that wrote what it leaves as it is. */
  readonly rest?: string;
}

/** Files that one RUN wrote and a later one changes: the change moves up to it, or both become one RUN. */
export function changeInRun(subject: Subject, step: Step, related: readonly Changer[], writers: readonly Step[]): OwnerFix | undefined {
  const [writer, another] = writers;
  const [first] = related;
  if (!writer || !first || writer.instruction.keyword !== "RUN" || writer.stage !== step.stage || !isOwn(subject, writer)) return undefined;
  const title = `Do it in the RUN of line ${lineNumber(subject.file, writer)}`;
  const merged = mergeFrom(subject, writer, step);
  if (merged?.count === 2 && !another) return { title, safety: "safe", edits: [merged.edit] };
  const moved = another ? undefined : move(subject, writer, step, related);
  if (moved) return moved;
  // Many RUNs are not made one for its sake.
  return merged && merged.count <= 3
    ? { title: `Merge these ${merged.count} RUNs into one`, safety: "review", edits: [merged.edit] }
    : undefined;
}

/** Where a bind mount, which cannot be written (docs.docker.com/reference/dockerfile), lies in what they change, they fail. */
export const isBarred = ({ instruction, before }: Step, related: readonly Changer[]): boolean =>
  instruction.keyword === "RUN" &&
  mountsOf(instruction).some(
    ({ type, target }) =>
      type === "bind" && target && related.some(({ call }) => call.paths.some((p) => isWithin(absolute(target, before.cwd), p))),
  );

function move(subject: Subject, writer: Step, step: Step, related: readonly Changer[]): OwnerFix | undefined {
  const { file } = subject;
  if (isBarred(writer, related)) return undefined;
  const places = related.flatMap(({ call }) =>
    call.paths.map((named) => {
      const { path, node } = reach(step.before.root, named);
      return { path, folder: node?.type === "folder" };
    }),
  );
  const use = usedBetween(subject, writer, step, related[0]?.ran, places);
  const spot = spotBehindUse(writer, places);
  const earlier = accountMakers(subject, writer.index + 1);
  const commands = related.flatMap(({ ran }) => (ran.command && ran.command.words[0] === ran.words[0] ? [ran.command] : []));
  const gone = withoutCommands(file, step, commands);
  // Behind such a COPY there may be more to change.
  const between = subject.steps.slice(writer.index + 1, step.index).filter((s) => isCopy(s.instruction));
  if (between.some((s) => places.some((place) => stepUses(s, place) !== "no"))) return undefined;
  if (use === "yes" || renumberedBetween(subject, writer, step, related) || !spot || !gone || commands.length < related.length)
    return undefined;
  const texts: string[] = [];
  for (const { ran, call } of related) {
    const paths = call.paths.map((path, i) => spelledAt(call.pathWords[i], path, ran, step, writer, spot.cwd));
    const exists = accountsNamed(call).every((name) => isKnownAccount(name, writer.before, earlier));
    if (!exists || !call.value.known || paths.includes(undefined)) return undefined;
    const flags = ran.words.slice(1).flatMap((w) => (w.raw.startsWith("-") ? [w.raw] : []));
    texts.push([call.verb, ...flags, call.word?.raw ?? call.value.text, ...paths].join(" "));
  }
  const put = insertAfter(file, writer, spot.statement, texts.join(" && "));
  if (!put) return undefined;
  return {
    title: `Do it in the RUN of line ${lineNumber(file, writer)}`,
    safety: use === "no" && writer.before.user === step.before.user ? "safe" : "review",
    edits: [put, ...gone],
  };
}

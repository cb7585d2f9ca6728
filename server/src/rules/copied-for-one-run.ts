import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { type Place, stepUses } from "../build/uses.ts";
import { installedFiles, unpacking } from "../commands/archives.ts";
import { copySources, copyWords, flagValue, isCopy } from "../dockerfile/instruction.ts";
import { mountInstead } from "../edits/mount.ts";
import { find } from "../image/files.ts";
import type { Step } from "../image/model.ts";
import { absolute, hasGlob, isWithin } from "../image/paths.ts";
import { isPassing } from "../queries/passing.ts";
import { lineNumber } from "../queries/places.ts";
import { usedLater } from "../queries/used.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const copiedForOneRun: Rule = {
  id: "copied-for-one-run",
  summary: "Files are copied that only one RUN needs",
  why:
    "An installer, a package or a data file that the next `RUN` reads and nobody after it stays in the layer of its `COPY`. `RUN --mount=type=bind` shows it to that one RUN, and no layer holds it. " +
    "Said only of files in folders for passing things (`/tmp`, `/root`, `/build` …): elsewhere the program may read them when it runs.",
  about: "bytes",
  example: {
    before: "FROM debian:bookworm-slim\nCOPY installer.sh /tmp/installer.sh\nRUN sh /tmp/installer.sh --prefix /opt\n",
    after:
      "FROM debian:bookworm-slim\nRUN --mount=type=bind,source=installer.sh,target=/tmp/installer.sh sh /tmp/installer.sh --prefix /opt\n",
    context: { "installer.sh": 80_000_000 },
  },
  *check(subject) {
    for (const copy of shippedSteps(subject)) {
      const place = isCopy(copy.instruction) ? placeOf(copy) : undefined;
      const run = place && nextRun(subject, copy);
      if (!place || !run || !isForRun(subject, copy, run, place)) continue;
      const edits = mountInstead(subject.file, copy, run, place);
      const [source, another] = copySources(copy.instruction);
      if (!edits || !source || another) continue;
      yield {
        span: { start: source.start, end: source.end },
        message: (saving) =>
          `Only the RUN in line ${lineNumber(subject.file, run)} needs ${place.path}: ${formatSaving(saving)}. Mount it there instead of copying it.`,
        fixes: [{ title: `Mount ${source.text} for that RUN instead of copying it`, safety: "review", edits }],
      };
    }
  },
};

/** They hold other things, too, which a mount would hide. */
const shared = new Set(["/tmp", "/var/tmp", "/root"]);

/** Where a COPY puts one file, or the content of one folder: of known bytes, or what a stage has made. */
function placeOf({ instruction, changes, before, after, layer }: Step): Place | undefined {
  const [only, another] = changes;
  const target = copyWords(instruction).at(-1);
  const size = layer?.size;
  const isOfStage = flagValue(instruction, "from") !== undefined && copyWords(instruction).every((a) => !hasGlob(a.text));
  if (!only || !target || !size || ((size.bytes === 0 || size.lowerBound) && !isOfStage)) return undefined;
  // What the stage does not show may be a folder.
  const isFile = !another && !size.lowerBound && find(after.root, only.path)?.type === "file";
  const path = isFile ? only.path : absolute(target.text, before.cwd);
  return /\/(?:wheels|wheelhouse)$/.test(path) || (isPassing(path) && !shared.has(path)) ? { path, folder: !isFile } : undefined;
}

/** The next instruction that makes a layer, where it is a RUN. */
function nextRun({ steps }: Subject, copy: Step): Step | undefined {
  const next = steps.slice(copy.index + 1).find((s) => s.layer || s.stage !== copy.stage);
  return next?.stage === copy.stage && next.instruction.keyword === "RUN" ? next : undefined;
}

/** The RUN reads it, writes nothing there and removes nothing (that is another rule's), nor does it unpack it (that one's too); and nobody needs it after. */
function isForRun(subject: Subject, copy: Step, run: Step, place: Place): boolean {
  const isThere = (path: string | undefined): boolean => path !== undefined && isWithin(path, place.path);
  const { cmd, entrypoint } = subject.image.stages[subject.image.target]?.end ?? run.after;
  return (
    [copy, run].every((s) => isOwn(subject, s)) &&
    stepUses(run, place) === "yes" &&
    !run.changes.some((c) => isThere(c.path) || c.entry.layer === copy.index) &&
    !run.ran.some((r) => isThere(unpacking(r)?.archive) || installedFiles(r).some((f) => isThere(f) && !hasGlob(f))) &&
    ![cmd, entrypoint].some((form) => form?.text.includes(place.path)) &&
    !isWithin(subject.image.stages[subject.image.target]?.end.cwd ?? "/", place.path) &&
    usedLater(subject, run, place) === "no"
  );
}

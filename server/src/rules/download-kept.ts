import { isBuiltOn, isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { installedFiles, unpacking } from "../commands/archives.ts";
import { writesLines } from "../commands/kinds.ts";
import { copiedArchives } from "../edits/add-archive.ts";
import { fixFor, isOfScript, withoutIt } from "../edits/kept.ts";
import type { Entry } from "../image/files.ts";
import { isLittle } from "../image/little.ts";
import type { Ran, Step } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { isOpen, type Kept, keptAt, nameOf, wordOf } from "../queries/kept.ts";
import { isForBuilding } from "../queries/passing.ts";
import { lineNumber, wordsOf } from "../queries/places.ts";
import { startedScripts } from "../queries/started-through.ts";
import { usedLater } from "../queries/used.ts";
import { isOfWindows } from "../queries/windows.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const downloadKept: Rule = {
  id: "download-kept",
  summary: "An archive stays in the image after it was unpacked",
  why:
    "The archive and what was unpacked from it are the same thing twice. Removed in the RUN that downloads it, it never reaches a layer; removed in a later one, it stays in the layer below. " +
    "A pipe (`curl … | tar -xz`) does not store it at all, but then a failing download goes unnoticed without `set -o pipefail`.",
  about: "bytes",
  example: {
    before: "FROM debian:bookworm\nRUN wget -O /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt\n",
    after:
      "FROM debian:bookworm\nRUN wget -O /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt && rm /tmp/tool.tar.gz\n",
  },
  *check(subject) {
    const told = new Set<Entry>();
    const writers = subject.steps.map((step) => ({ step, rans: step.ran.filter(writesText) })).filter(({ rans }) => rans.length > 0);
    const scripts = startedScripts(subject);
    // Where ADD does it all that is the better word.
    const added = new Set([...copiedArchives(subject)].map(({ ran }) => ran));
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        if (added.has(ran) || isOfWindows(step.before)) continue;
        const archive = unpacking(ran)?.archive;
        for (const path of archive === undefined ? installedFiles(ran) : [archive]) {
          const entry = ran.maybe ? undefined : keptAt(subject, step, path);
          const writer = entry && subject.steps[entry.layer];
          if (!entry || !writer || told.has(entry) || isLittle({ path, entry }) || !isOwn(subject, step) || !isOwn(subject, writer))
            continue;
          if (isProgram(path) || isWrittenDown(subject, { step, ran, path }, writers, scripts)) continue;
          // Where it is needed once more, it is that command's finding.
          const use = usedLater(subject, step, { path, folder: false });
          if (use === "yes") continue;
          told.add(entry);
          const word = wordOf(ran, path);
          // A name that nobody knows, and that stands nowhere in this file, tells nothing.
          if (word || !isOpen(path)) yield finding(subject, { step, ran, writer, path, use, word });
        }
      }
    }
  },
};

/** Java runs it packed as it is; only what lies where nobody looks for programs is there to be unpacked. */
const isProgram = (path: string): boolean => /\.(?:jar|war|ear)$/.test(path) && !isForBuilding(path);

const writesText = ({ name }: Ran): boolean => writesLines(name) || /^(?:awk|perl)$/.test(name);

/** Whether its path stands in a script that the image starts, or a command behind it writes it down, into such a script say. */
function isWrittenDown(
  subject: Subject,
  { step, ran, path }: { readonly step: Step; readonly ran: Ran; readonly path: string },
  writers: readonly { readonly step: Step; readonly rans: readonly Ran[] }[],
  scripts: readonly string[],
): boolean {
  if (isForBuilding(path)) return false;
  // Its version may be another variable there: up to it the two are alike.
  const [known = path] = /^.*\/[A-Za-z_]{2,}-?/.exec(path) ?? [];
  const isNamed = ({ text }: { text: string }): boolean => text !== path && text.includes(known) && /[\s#'"=;|]/.test(text);
  const isBehind = (at: Step, other: Ran): boolean =>
    at === step ? step.ran.indexOf(other) > step.ran.indexOf(ran) : at.index > step.index && isBuiltOn(subject.image, at.stage, step.stage);
  return (
    writers.some(({ step: at, rans }) => rans.some((r) => r.args.some(isNamed) && isBehind(at, r))) ||
    scripts.some((text) => text.includes(path) || (!isOpen(path) && text.includes(basename(path))))
  );
}

function finding(subject: Subject, kept: Kept): Draft {
  const { step, ran, writer, path, word } = kept;
  const name = nameOf(kept);
  const fix = fixFor(subject, kept);
  const line = lineNumber(subject.file, writer);
  const { keyword } = writer.instruction;
  // A RUN that only gave it another owner or mode stores it again.
  const isCopied = keptAt(subject, step, path)?.kind === "context";
  const stored = `Line ${line} stores it`;
  const isScripts = !word && !fix && isOfScript(subject, path);
  const advice =
    writer === step
      ? `Remove it in ${isScripts ? "the script that stores it" : "this RUN"}`
      : keyword === "COPY" || isCopied
        ? `${stored}: mount it for this RUN instead of copying it`
        : `${stored}: download, ${unpacking(ran) ? "unpack" : "install"} and remove it in one RUN`;
  const { start, end } = word ?? wordsOf(subject.file, ran, step);
  return {
    span: { start, end },
    message: (saving) =>
      `${name} stays in the image after it was ${unpacking(ran) ? "unpacked" : "installed"}: ${formatSaving(saving)}. ${advice}.`,
    fixes: fix ? [fix] : [],
    ...(!fix && { instead: withoutIt(subject, kept) }),
  };
}

import { type Subject, shippedSteps } from "../build/subject.ts";
import { stepUses, strongest, useOf } from "../build/uses.ts";
import { unpacking } from "../commands/archives.ts";
import { insertAfter, isPlain, pathTo } from "../edits/chain.ts";
import { type Entry, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, isWithin } from "../image/paths.ts";
import type { Span } from "../text.ts";
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
    const told = new Set<string>();
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const archive = unpacking(ran)?.archive;
        const entry = archive === undefined ? undefined : keptAt(subject, step, archive);
        if (archive === undefined || !entry || ran.maybe || told.has(archive)) continue;
        told.add(archive);
        yield finding(subject, step, ran, archive, entry);
      }
    }
  },
};

/** The archive as it lies in the finished image, when it is the file that was there at this step. */
function keptAt({ image }: Subject, step: Step, path: string): Entry | undefined {
  const node = find(image.stages[image.target]?.end.root ?? step.after.root, path, true);
  const now = find(step.after.root, path, true);
  const kept = node?.type === "file" && now?.type === "file" && node.entry.layer === now.entry.layer ? node.entry : undefined;
  return kept && !kept.maybe && (kept.kind === "download" || kept.kind === "context") ? kept : undefined;
}

/** Where nobody looks for a file that is meant to stay. */
const temporary = ["/tmp", "/var/tmp", "/usr/src", "/usr/local/src"];
/** What is downloaded to check an archive by. */
const companions = [".asc", ".sig", ".sha256", ".sha512", ".sha1", ".md5", ".sha256sum", ".DIGESTS"];

function finding(subject: Subject, step: Step, ran: Ran, archive: string, entry: Entry): Draft {
  const word = wordOf(ran, archive);
  const writtenHere = entry.layer === step.layer?.index;
  const beside = companions.map((end) => archive + end).filter((path) => keptAt(subject, step, path)?.layer === entry.layer);
  const path = ran.command && step.script && pathTo(step.script, ran.command);
  const place = { path: archive, folder: false };
  const later = strongest([
    ...step.ran.slice(step.ran.indexOf(ran) + 1).map((r) => useOf(r, place)),
    ...subject.steps
      .filter((s) => s.index > step.index)
      .map((s) =>
        s.stage === step.stage
          ? stepUses(s, place)
          : s.touched.some((t) => t.stage === step.stage && isWithin(archive, t.path))
            ? "yes"
            : "no",
      ),
  ]);
  const span: Span = word ?? ran.command ?? step.instruction.keywordSpan;
  const writer = subject.steps.find((s) => s.layer?.index === entry.layer);
  const line = writer?.instruction.source.slice(0, writer.instruction.start).split("\n").length ?? 0;
  const fixable = writtenHere && ran.command && path && isPlain(path) && word && later !== "yes";
  const text = ["rm", word?.raw ?? archive, ...beside].join(" ");
  return {
    span: { start: span.start, end: span.end },
    message: (saving) =>
      `${basename(archive)} stays in the image after it was unpacked: ${formatSaving(saving)}. ` +
      (fixable
        ? "Remove it in this RUN."
        : later === "yes"
          ? "A later command uses it."
          : writtenHere
            ? "Only a removal in this RUN frees it."
            : `Line ${line} stores it: download, unpack and remove it in one RUN.`),
    fixes:
      fixable && ran.command
        ? [
            {
              title: `Remove ${basename(archive)} in this RUN`,
              safety: later === "no" && temporary.some((t) => isWithin(archive, t)) ? "safe" : "review",
              edits: [insertAfter(subject.file, step, ran.command, text)],
            },
          ]
        : [],
    ...(!fixable &&
      later !== "yes" &&
      writer && { instead: [{ start: writer.instruction.start, end: writer.instruction.headEnd, text: "" }] }),
  };
}

/** The word of the command that names the archive. */
function wordOf(ran: Ran, archive: string) {
  const index = ran.args.findIndex((a) => absolute(a.text, ran.cwd) === archive);
  const word = ran.words[index + 1];
  return index >= 0 && word && word.end > word.start ? word : undefined;
}

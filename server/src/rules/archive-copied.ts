import { copiedArchives } from "../edits/add-archive.ts";
import { basename } from "../image/paths.ts";
import { lineNumber } from "../queries/places.ts";
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
    for (const { step, source, edits } of copiedArchives(subject)) {
      yield {
        span: { start: source.start, end: source.end },
        message: (saving) =>
          `${basename(source.text)} is copied only to be unpacked in line ${lineNumber(subject.file, step)}: this layer keeps ${formatSaving(saving)} of it. ADD unpacks it as it comes.`,
        fixes: [{ title: `Unpack ${basename(source.text)} with ADD`, safety: "review", edits }],
      };
    }
  },
};

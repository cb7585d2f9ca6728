import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { installedFrom } from "../commands/compilers.ts";
import { insertAfter } from "../edits/chain.ts";
import { privilegeOf } from "../edits/removal.ts";
import { type Entry, entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { dirname, isWithin } from "../image/paths.ts";
import { wordsOf } from "../queries/places.ts";
import { usedByLaterSteps } from "../queries/used.ts";
import { quoted } from "../shell/words.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const sourcesKept: Rule = {
  id: "sources-kept",
  summary: "Sources stay in the image after what they are of is installed",
  why:
    "What is unpacked or cloned to be built lies there with all that the compiler made of it, once `make install` has copied what is needed elsewhere: often ten times the program. " +
    "Fetch, build, install and remove it in one `RUN`, or build in a stage of its own and copy what was installed.",
  about: "bytes",
  example: {
    before:
      'FROM debian:bookworm\nRUN mkdir -p /usr/src/tool && curl -sL http://example.org/tool.tar.gz | tar -xzC /usr/src/tool --strip-components=1 && make -C /usr/src/tool install\nCMD ["tool"]\n',
    after:
      'FROM debian:bookworm\nRUN mkdir -p /usr/src/tool && curl -sL http://example.org/tool.tar.gz | tar -xzC /usr/src/tool --strip-components=1 && make -C /usr/src/tool install && rm -rf /usr/src/tool\nCMD ["tool"]\n',
  },
  *check(subject) {
    const told = new Set<string>();
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const from = ran.maybe ? undefined : installedFrom(ran);
        const kept = from === undefined ? undefined : sourcesAt(subject, step, from);
        if (!kept || told.has(kept.path) || !isOwn(subject, step) || isNeeded(subject, step, kept.path)) continue;
        told.add(kept.path);
        yield finding(subject, step, ran, kept);
      }
    }
  },
};

interface Sources {
  readonly path: string;
  readonly entry: Entry;
}

/** Folders of all sorts of things: nobody removes them whole. */
const shared = new Set([
  "/",
  "/tmp",
  "/opt",
  "/root",
  "/home",
  "/srv",
  "/usr",
  "/usr/src",
  "/usr/local",
  "/usr/local/src",
  "/var",
  "/var/tmp",
  "/app",
]);

/** The folder at or above that was filled with sources, where it lies in the finished image as it was here. */
function sourcesAt({ image }: Subject, step: Step, from: string): Sources | undefined {
  const end = image.stages[image.target]?.end.root;
  for (let at = from; end && !shared.has(at); at = dirname(at)) {
    const now = find(step.after.root, at, true);
    const entry = now?.type === "folder" ? now.content.find((e) => e.kind === "source" && !e.maybe) : undefined;
    const node = find(end, at, true);
    if (entry && node && entriesOf(node, at).some((e) => e.entry.id === entry.id && e.entry.layer === entry.layer))
      return { path: at, entry };
  }
  return undefined;
}

/** Something links to it, looks for it by its path, starts there, or uses it later. */
function isNeeded(subject: Subject, step: Step, path: string): boolean {
  const end = subject.image.stages[subject.image.target]?.end ?? step.after;
  const links = subject.steps.some((s) => s.ran.some((r) => r.name === "ln" && r.args.some((a) => isWithin(a.text, path))));
  const isSet = [...end.env].some(([, value]) => value.text.split(":").some((part) => isWithin(part, path)));
  const isStarted = [end.cmd, end.entrypoint].some((form) => (form?.exec?.join(" ") ?? form?.text ?? "").includes(path));
  return links || isSet || isWithin(end.cwd, path) || isStarted || usedByLaterSteps(subject, step, { path, folder: true }) !== "no";
}

function finding({ file, steps }: Subject, step: Step, ran: Ran, { path, entry }: Sources): Draft {
  const removal = [...privilegeOf(ran), "rm", "-rf", quoted(path)].join(" ");
  const behind = (one: Step | undefined) => {
    const last = one?.script?.body.items.at(-1);
    return one && last ? insertAfter(file, one, last, removal) : undefined;
  };
  const edit = entry.layer === step.index ? behind(step) : undefined;
  const lost = edit ? undefined : behind(steps[entry.layer]);
  return {
    span: wordsOf(file, ran, step),
    message: (saving) =>
      `${path} still holds the sources of what is installed here, and what was built of them: ${formatSaving(saving)}. ${edit ? "Remove it at the end of this RUN" : "Fetch, build, install and remove it in one RUN"}.`,
    fixes: edit ? [{ title: `Remove ${path} at the end of this RUN`, safety: "review", edits: [edit] }] : [],
    ...(lost && { instead: [lost] }),
  };
}

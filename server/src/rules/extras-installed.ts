import { shippedSteps } from "../build/subject.ts";
import { extraOf } from "../commands/extras.ts";
import { wordsOf } from "../queries/places.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const extrasInstalled: Rule = {
  id: "extras-installed",
  summary: "What an installer brings along by default stays in the image",
  why:
    "dnf installs weak dependencies, zypper recommended packages, gem the documentation of each gem, pip takes the wheels of torch that hold the libraries of CUDA, and playwright fetches three browsers: nobody named them, and a word leaves them out. " +
    "Where one of them is needed, name it. What apt brings along has a rule of its own, apt-recommends-installed.",
  about: "bytes",
  example: {
    before: "FROM fedora:44\nRUN dnf install -y nginx && dnf clean all\n",
    after: "FROM fedora:44\nRUN dnf install --setopt=install_weak_deps=False -y nginx && dnf clean all\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const written = ran.maybe ? undefined : ran.changes.find((c) => c.how === "written" && extraOf(c.entry.id) !== undefined);
        const extra = written && extraOf(written.entry.id);
        const word = extra && ran.words.find((w) => extra.behind.includes(w.raw));
        if (!extra || !word || word.end <= word.start) continue;
        yield {
          span: wordsOf(subject.file, ran, step),
          message: (saving) =>
            `${extra.what} come${extra.what.endsWith("n") ? "s" : ""} too${extra.ifAny ? ", where a package has any" : ""}: ${formatSaving(saving)}. ${extra.flag.startsWith("-") ? extra.flag : `install ${extra.flag}`} leaves ${extra.what.endsWith("n") ? "it" : "them"} out; ${extra.care}.`,
          fixes: [{ title: `Add ${extra.flag}`, safety: "review", edits: [{ start: word.end, end: word.end, text: ` ${extra.flag}` }] }],
        };
      }
    }
  },
};

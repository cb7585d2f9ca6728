import { type Subject, shippedSteps } from "../build/subject.ts";
import { type Extra, extraOf } from "../commands/extras.ts";
import { usedWords } from "../commands/rpm-recommends.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Ran } from "../image/model.ts";
import { namesGraphicsCards } from "../queries/graphics-cards.ts";
import { namedAnywhere } from "../queries/named.ts";
import { wordsOf } from "../queries/places.ts";
import { isWorkplace } from "../queries/workplace.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { capital, listed } from "../topics/lists.ts";
import type { Rule } from "./rule.ts";

export const extrasInstalled: Rule = {
  id: "extras-installed",
  summary: "What an installer brings along by default stays in the image",
  why:
    "dnf installs weak dependencies, gem the documentation of each gem, pip takes the wheels of torch that hold the libraries of CUDA, playwright fetches three browsers, and NLTK's downloader all that there is when it is told `all`: nobody named them, and a word leaves them out. " +
    "Where one of them is needed, name it. Fixing all at once leaves torch as it is: without CUDA's libraries it computes on the CPU only. What apt brings along has a rule of its own, apt-recommends-installed; openSUSE's images tell zypper to bring nothing.",
  about: "bytes",
  example: {
    before: "FROM rockylinux:9\nRUN dnf install -y nodejs && dnf clean all\n",
    after: "FROM rockylinux:9\nRUN dnf install --setopt=install_weak_deps=0 -y nodejs && dnf clean all\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const written = ran.maybe ? undefined : ran.changes.find((c) => c.how === "written" && extraOf(c.entry.id) !== undefined);
        const extra = written && extraOf(written.entry.id);
        const edit = extra && editFor(subject.file, ran, extra);
        const brought = written && extra?.ofPackages ? written.entry.id.slice(extra.id.length).split("|") : [];
        if (!extra || !edit || isMeant(subject, extra, ran, brought)) continue;
        const [them, come] = extra.isOne ? ["it", "comes"] : ["them", "come"];
        const of = extra.ofPackages ? ` of ${listed(brought)}` : "";
        const how = extra.flag.startsWith("-") ? extra.flag : extra.instead === undefined ? `install ${extra.flag}` : extra.flag;
        yield {
          span: wordsOf(subject.file, ran, step),
          message: (saving) => `${extra.what}${of} ${come} too: ${formatSaving(saving)}. ${how} leaves ${them} out; ${extra.care}.`,
          fixes: [
            {
              title: extra.instead === undefined ? `Add ${extra.flag}` : `${capital(extra.flag)} in place of ${extra.instead}`,
              safety: "review",
              edits: [edit],
              ...(extra.isAbility && { inAll: "never" }),
            },
          ],
        };
      }
    }
  },
};

function isMeant(subject: Subject, { meantIn }: Extra, ran: Ran, brought: readonly string[]): boolean {
  switch (meantIn) {
    case "one that uses them": {
      const named = ran.args.map((a) => a.text);
      return namedAnywhere(subject, usedWords(brought, named)).size > 0;
    }
    case "one for people":
      return isWorkplace(subject, "typed in");
    case "one for graphics cards":
      return namesGraphicsCards(subject);
    case "one for any browser": {
      const named = namedAnywhere(subject, ["chromium", "firefox", "webkit"]);
      return !named.has("chromium") || named.size > 1;
    }
    default:
      return false;
  }
}

/** The flag behind its word, or a word in the place of another: as an argument of its own, or as a text in quotes inside one. */
function editFor(file: Dockerfile, ran: Ran, extra: Extra): Edit | undefined {
  const { instead, flag } = extra;
  if (instead === undefined) {
    const word = ran.words.find((w) => extra.behind?.includes(w.raw));
    return word && word.end > word.start ? { start: word.end, end: word.end, text: ` ${flag}` } : undefined;
  }
  for (const { start, end, raw } of ran.words) {
    if (raw === instead && end > start) return { start, end, text: flag };
    const quoted = new RegExp(`(["'])${instead}\\1`).exec(file.text.slice(start, end));
    if (quoted) return { start: start + quoted.index + 1, end: start + quoted.index + 1 + instead.length, text: flag };
  }
  return undefined;
}

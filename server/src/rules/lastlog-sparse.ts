import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import type { Ran, Step } from "../image/model.ts";
import { wordsOf } from "../queries/places.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const lastlogSparse: Rule = {
  id: "lastlog-sparse",
  summary: "A new account makes the log of last logins as long as its uid is high",
  why:
    "Up to Debian 11 and Ubuntu 22.04 `useradd` gives each account its place in `/var/log/lastlog` and `/var/log/faillog`: 324 bytes for each number up to the highest uid. On a disk these files are sparse; in a layer they count in full, " +
    "324 MB for the uid 1,000,000. `--no-log-init` leaves both alone. Nobody logs into a container, so nothing is lost.",
  about: "bytes",
  aliases: ["DL3046"],
  example: {
    before: "FROM debian:bullseye\nRUN useradd --uid 100000 app\n",
    after: "FROM debian:bullseye\nRUN useradd --no-log-init --uid 100000 app\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      // Something may have removed it again.
      if (!step.layer?.entries.some(({ path, entry }) => path === lastlog && !entry.maybe)) continue;
      const rans = step.ran.filter((ran) => !ran.maybe && growsLog(ran));
      const [first] = rans;
      if (first && isOwn(subject, step)) yield finding(subject, step, rans, first);
    }
  },
};

const lastlog = "/var/log/lastlog";
const growsLog = (ran: Ran): boolean => ran.changes.some((c) => c.how === "written" && c.path === lastlog);

const isUseradd = (ran: Ran): boolean => ran.name === "useradd";

/** To write another command in adduser's place is worth a megabyte: of zeros, which nobody downloads. */
const least = { bytes: 1_000_000 };

function finding({ file }: Subject, step: Step, rans: readonly Ran[], first: Ran): Draft {
  const edits = rans.flatMap((ran): Edit[] => {
    const [name] = ran.words;
    return name && name.end > name.start ? [{ start: name.end, end: name.end, text: " --no-log-init" }] : [];
  });
  const canSay = rans.every(isUseradd) && edits.length === rans.length;
  return {
    span: wordsOf(file, first, step),
    ...(!rans.every(isUseradd) && { least }),
    message: (saving) =>
      `/var/log/lastlog and faillog are stored, with a place for each uid up to the highest: ${formatSaving(saving)}. ${canSay ? "--no-log-init leaves them alone" : "adduser cannot be told not to: useradd --no-log-init can"}.`,
    fixes: canSay ? [{ title: "Add --no-log-init", safety: "review", edits }] : [],
    ...(!canSay && { instead: edits }),
  };
}

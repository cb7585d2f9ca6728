import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { removesPackages } from "../commands/apt-call.ts";
import { mergeFrom } from "../edits/removal.ts";
import { isLittle, isWeighty } from "../image/little.ts";
import type { Change, Ran, Step } from "../image/model.ts";
import type { Size } from "../image/size.ts";
import { changersOf } from "../queries/changers.ts";
import { isCostly } from "../queries/costly.ts";
import { lineNumber } from "../queries/places.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const runsApart: Rule = {
  id: "runs-apart",
  summary: "Neighbouring RUNs store the same files again",
  why:
    "Fewer layers alone save nothing. But what two `RUN`s both write is stored twice: each `apt-get install` in a RUN of its own stores dpkg's status file, debconf's database and the logs again, about 1 MB on Debian; " +
    "a file that is appended to is stored in full with each RUN. One RUN stores it once. It also gives up the build cache between them: worth it for bytes only, and not where one of them compiles or runs a script.",
  about: "bytes",
  aliases: ["DL3059"],
  example: {
    before:
      "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n" +
      "RUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\n",
    after:
      "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl \\\n" +
      "    && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\n",
  },
  *check(subject) {
    let row: Step[] = [];
    let again: Again[] = [];
    for (const step of [...shippedSteps(subject), undefined]) {
      const previous = row.at(-1);
      const shared = previous && step && !removesOf(row, step) ? sharedBy(subject, previous, step) : [];
      if (step && shared.length > 0) {
        row.push(step);
        again.push(...shared);
        continue;
      }
      if (row.length > 1) yield* finding(subject, row, again);
      row = step ? [step] : [];
      again = [];
    }
  },
};

/** Something that the second of two RUNs stores once more. */
interface Again {
  readonly name: string;
  readonly size: Size;
}

/** It removes what one of them brings: merging gains that, which is not stored twice and another rule's to tell. */
const removesOf = (row: readonly Step[], step: Step): boolean =>
  step.changes.some((c) => c.how === "removed" && row.some((s) => s.index === c.entry.layer));

/** What the second of two neighbouring RUNs stores again of the first one's; nothing where another rule speaks of these files. */
function sharedBy(subject: Subject, first: Step, second: Step): Again[] {
  const next = first.stage === second.stage && first.index === second.index - 1;
  if (!next || [first, second].some((s) => s.instruction.keyword !== "RUN" || !isOwn(subject, s))) return [];
  const own = second.changes.filter((c) => c.entry.layer === first.index && !c.entry.maybe);
  // In one RUN it might take away what the first one installs: then the two are not the same.
  if (second.ran.some(removesPackages)) return [];
  if (changersOf(second).some(({ ran }) => ran.changes.some((c) => own.includes(c)))) return [];
  const isDear = [first, second].some((s) => s.ran.some(isCostly));
  const ids = new Map(
    first.layer?.entries.flatMap(({ path, entry }) =>
      entry.kind === "metadata" && !isDear && !entry.maybe && !isLittle({ path, entry })
        ? [[entry.id, { name: entry.what, size: entry.size }]]
        : [],
    ),
  );
  const again = second.layer?.entries.flatMap(({ entry }) => ids.get(entry.id) ?? []) ?? [];
  const ofWholeFolders = new Set(second.ran.filter(takesWholeFolder).flatMap((r) => r.changes));
  return [
    ...again,
    ...own.flatMap((c) =>
      isStoredAgain(c) && !(c.how === "stored again" && ofWholeFolders.has(c)) ? [{ name: c.path, size: c.entry.size }] : [],
    ),
  ];
}

/** A folder is linked, moved or copied with files that the tree does not show: how many of those are stored again nobody knows. */
const takesWholeFolder = ({ changes }: Ran): boolean => changes.some((c) => c.how === "written" && c.entry.id.startsWith("copy:"));

/** A setting that is appended to a file of the base is not worth a word: what else is in it is not known, but little. */
function isStoredAgain(change: Change): boolean {
  const { how, entry } = change;
  if (how !== "overwritten" && how !== "stored again") return false;
  if (!entry.size.lowerBound) return entry.size.bytes > 0;
  return (entry.kind === "download" && !isLittle(change)) || (entry.kind === "source" && isWeighty(change));
}

function* finding(subject: Subject, row: readonly Step[], again: readonly Again[]): Iterable<Draft> {
  const [first] = row;
  const last = row.at(-1);
  const merged = first && last && mergeFrom(subject, first, last);
  if (!first || !last || !merged) return;
  const what = [...new Set(again.map((a) => a.name))];
  const lines = listed(row.map((s) => String(lineNumber(subject.file, s))));
  yield {
    span: last.instruction.keywordSpan,
    // Of a file with one line in it nothing is gained, whatever else the RUNs do.
    ...(!again.some((a) => a.size.lowerBound) && { known: again.reduce((total, a) => total + a.size.bytes, 0) }),
    message: (saving) => {
      // Of three RUNs each stores some of these files, not each all of them.
      const stored = row.length === 2 ? `each store ${listed(what)}` : `repeatedly store ${listed(what)}`;
      return `The RUNs in lines ${lines} ${stored}: ${formatSaving(saving)}. One RUN stores ${what.length === 1 && what[0]?.startsWith("/") ? "it" : "them"} once.`;
    },
    fixes: [
      {
        title: row.length === 2 ? "Merge this RUN with the one before" : `Merge these ${row.length} RUNs`,
        safety: "review",
        edits: [merged.edit],
      },
    ],
  };
}

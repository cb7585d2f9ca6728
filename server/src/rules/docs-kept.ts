import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { aptCall } from "../commands/apt-call.ts";
import { standsOnFullDebian } from "../commands/base-tools.ts";
import { documentation, manualPages } from "../commands/dpkg-files.ts";
import { privilegeOf, removeBehind } from "../edits/removal.ts";
import type { Ran, Step } from "../image/model.ts";
import { wordsOf } from "../queries/places.ts";
import { startsProgram } from "../queries/started.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { parseReference } from "../sizes/reference.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const docsKept: Rule = {
  id: "docs-kept",
  summary: "Documentation of packages stays in the layer",
  why:
    "On Debian's full images each package brings its manual pages and what lies in `/usr/share/doc`; the slim images tell dpkg to leave that out. Nobody reads it in a container. " +
    "It can be removed in the RUN that installs. Licences lie in `/usr/share/doc` too (`copyright`): who hands the image on may have to keep those.",
  about: "bytes",
  // Whoever hands the image on has to think about licences first: never more than a remark.
  level: "info",
  example: {
    before:
      'FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends gdal-bin && rm -rf /var/lib/apt/lists/*\nCMD ["gdalserver"]\n',
    after:
      'FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends gdal-bin && rm -rf /var/lib/apt/lists/* && rm -rf /usr/share/doc/* /usr/share/man/*\nCMD ["gdalserver"]\n',
  },
  *check(subject) {
    // In an image that people work in, or that others build on, somebody may read it.
    if (!startsProgram(subject) || isWorkplace(subject, "compilers")) return;
    const steps = shippedSteps(subject);
    const last = steps.findLast((step) => step.ran.some(installs));
    for (const step of steps) {
      const { base } = step.before;
      // Slim images keep the licences alone, Ubuntu's leave all of it out; what another image does nobody knows.
      const image = parseReference(base?.name ?? "")?.path.replace(/^library\//, "") ?? "";
      if (base?.os?.id !== "debian" || base.slim || !standsOnFullDebian(image)) continue;
      const ran = step.ran.findLast((r) => !r.maybe && installs(r));
      const kept = folders.filter(({ id }) => step.layer?.entries.some(({ entry }) => entry.id === id && !entry.maybe));
      // Some tell apt's helpers where their manual page goes, and fail when the folder is not there (postgresql, default-jre).
      const safe = step === last ? kept : kept.filter((f) => f.id === documentation.id);
      if (ran && safe.length > 0 && isOwn(subject, step)) yield* finding(subject, step, ran, safe);
    }
  },
};

/** A third of the findings of the trials lay below, and none was worth thinking about licences for (docs/trials.md). */
const least = { bytes: 5_000_000, known: true } as const;

const folders = [
  { ...documentation, what: "documentation" },
  { ...manualPages, what: "manual pages" },
] as const;

const installs = (ran: Ran): boolean => aptCall(ran)?.verb === "install";

function* finding({ file }: Subject, step: Step, ran: Ran, kept: readonly (typeof folders)[number][]): Iterable<Draft> {
  const end = step.script?.body.items.at(-1);
  const command = [...privilegeOf(ran), "rm", "-rf", ...kept.map((f) => `${f.path}/*`)].join(" ");
  const edit =
    end &&
    removeBehind(
      file,
      step,
      end,
      command,
      kept.map((f) => f.path),
    );
  if (!edit) return;
  const what = listed(kept.map((f) => f.what));
  const [stay, them] = kept.length > 1 || kept[0]?.id === manualPages.id ? ["stay", "them"] : ["stays", "it"];
  yield {
    span: wordsOf(file, ran, step),
    least,
    message: (saving) =>
      `The packages' ${what} ${stay} in the layer: ${formatSaving(saving)}. Remove ${them} in this RUN, if nobody needs the licences in /usr/share/doc.`,
    fixes: [{ title: `Remove ${what} in this RUN`, safety: "review", edits: [edit] }],
  };
}

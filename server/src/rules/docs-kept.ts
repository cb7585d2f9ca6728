import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { aptCall } from "../commands/apt-call.ts";
import { insertAfter } from "../edits/chain.ts";
import { privilegeOf } from "../edits/removal.ts";
import type { Ran, Step } from "../image/model.ts";
import { sum } from "../image/size.ts";
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
      if (base?.os?.id !== "debian" || base.slim || !full.has(parseReference(base.name)?.path.replace(/^library\//, "") ?? "")) continue;
      const ran = step.ran.findLast((r) => !r.maybe && installs(r));
      const kept = folders.filter(({ id }) => step.layer?.entries.some(({ entry }) => entry.id === id && !entry.maybe));
      // Some tell apt's helpers where their manual page goes, and fail when the folder is not there (postgresql, default-jre).
      const safe = step === last ? kept : kept.filter((f) => f.path === "/usr/share/doc");
      const ids: ReadonlySet<string> = new Set(safe.map((f) => f.id));
      const size = sum(step.layer?.entries.flatMap(({ entry }) => (ids.has(entry.id) ? [entry.size] : [])) ?? []);
      if (ran && size.bytes >= worthIt && safe.length > 0 && isOwn(subject, step)) yield* finding(subject, step, ran, safe);
    }
  },
};

/**
 * The official images that stand on Debian itself or on buildpack-deps, where they say nothing else (the FROM of their Dockerfiles, by
 * docker-library/official-images). The others stand on its slim image: php and what builds on that, databases, servers.
 */
const full: ReadonlySet<string> = new Set(
  "debian buildpack-deps python node ruby golang rust gcc perl openjdk java erlang elixir haskell julia swipl crystal".split(" "),
);

/** In bytes: a third of the findings of the trials lay below, and none was worth thinking about licences for (docs/trials.md). */
const worthIt = 5_000_000;

const folders = [
  { id: "deb-doc", path: "/usr/share/doc", what: "documentation" },
  { id: "deb-man", path: "/usr/share/man", what: "manual pages" },
] as const;

const installs = (ran: Ran): boolean => aptCall(ran)?.verb === "install";

function* finding({ file }: Subject, step: Step, ran: Ran, kept: readonly (typeof folders)[number][]): Iterable<Draft> {
  const end = step.script?.body.items.at(-1);
  const command = [...privilegeOf(ran), "rm", "-rf", ...kept.map((f) => `${f.path}/*`)].join(" ");
  const edit = end && insertAfter(file, step, end, command);
  if (!edit) return;
  const what = listed(kept.map((f) => f.what));
  yield {
    span: wordsOf(file, ran, step),
    message: (saving) =>
      `The packages' ${what} ${kept.length > 1 || kept[0]?.id === "deb-man" ? "stay" : "stays"} in the layer: ${formatSaving(saving)}. Remove ${kept.length > 1 || kept[0]?.id === "deb-man" ? "them" : "it"} in this RUN, if nobody needs the licences in /usr/share/doc.`,
    fixes: [{ title: `Remove ${what} in this RUN`, safety: "review", edits: [edit] }],
  };
}

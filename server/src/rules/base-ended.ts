import type { Subject } from "../build/subject.ts";
import { swapTag } from "../edits/swap-tag.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import { osOfWord } from "../sizes/tag.ts";
import type { DraftFix, Rule } from "./rule.ts";

export const baseEnded: Rule = {
  id: "base-ended",
  summary: "The base image is past its end of life",
  why:
    "A release that is past its end gets no security fixes any more: every build carries holes that are known and stay open. Its packages move to an archive, so `apt-get update` fails one day. " +
    "Debian's free long-term support counts as alive, extended support that has to be paid for does not. The dates come from endoflife.date.",
  about: "pin",
  level: "warning",
  example: {
    before: 'FROM debian:buster-slim\nCMD ["bash"]\n',
    after: 'FROM debian:bookworm-slim\nCMD ["bash"]\n',
  },
  *check(subject) {
    const { today, releases } = subject.world;
    if (today === undefined || !releases) return;
    for (const stage of subject.image.stages) {
      const word = stage.from?.args[0];
      const base = stage.baseStage === undefined ? stage.steps[0]?.after.base : undefined;
      const ended = base && releases.of(base).find(({ line }) => !isAlive(line, today));
      if (!word || !ended) continue;
      const next = releases.next(ended, today);
      const fix = next && fixFor(subject, stage, ended, next);
      yield {
        span: { start: word.start, end: word.end },
        message: () =>
          `${nameOf(ended)} has had no security fixes since ${ended.line.ends}. ${next ? `The next line that gets them is ${nameOf({ ...ended, line: next })}${next.ends ? `, until ${next.ends}` : ""}.` : "No later line of it gets them."}`,
        fixes: fix ? [fix] : [],
      };
    }
  },
};

const nameOf = ({ image, line }: StandsOn): string =>
  `${image.replace(/^mcr\.microsoft\.com\//, "")} ${line.name}${line.codename ? ` (${line.codename})` : ""}`;

/** The same variant on the next line, where the catalogue knows that there is one; else without the distribution's release. */
function fixFor(subject: Subject, stage: Stage, { image, line }: StandsOn, next: ReleaseLine): DraftFix | undefined {
  const reference = parseReference(stage.base);
  if (reference?.tag === undefined || reference.digest !== undefined) return undefined;
  const names = candidates(reference.tag, line, next).map((tag) => `${reference.written}:${tag}`);
  const name = names.find((n) => {
    const base = subject.world.bases?.find(n);
    return (
      base?.resolved !== undefined && !isUnknown(base.size) && subject.world.releases?.of(base).every((on) => isStillGood(subject, on))
    );
  });
  const edits = name === undefined ? undefined : swapTag(subject, stage, name);
  // golang:1.26 says it already; debian:bookworm does not say 12.
  const what = name?.includes(`:${next.name}`) ? "" : `${image} ${next.name}, `;
  return edits && { title: `Move to ${name}: ${what}test before you ship`, safety: "review", edits };
}

const isStillGood = ({ world }: Subject, { line }: StandsOn): boolean => world.today === undefined || isAlive(line, world.today);

/** `3.8.1-slim-buster` → `3.11-slim-buster`, `3.11-slim`; `10-slim` → `12-slim`; `14-alpine3.12` → `22-alpine3.12`, `22-alpine`. */
function candidates(tag: string, line: ReleaseLine, next: ReleaseLine): string[] {
  const words = tag.split("-").filter((w) => !/^\d{8}$/.test(w));
  const at = words.findIndex((w) => w === line.codename || w === line.name || w.startsWith(`${line.name}.`) || w === `alpine${line.name}`);
  const word = words[at];
  if (word === undefined) return [];
  // dotnet writes 8.0 for its line 8.
  const name = word === `${line.name}.0` ? `${next.name}.0` : next.name;
  const moved = words.with(at, word === line.codename ? (next.codename ?? name) : word.startsWith("alpine") ? `alpine${name}` : name);
  const anyAlpine = moved.map((w, i) => (i === at ? w : w.replace(/^alpine[\d.]+$/, "alpine")));
  const anySuite = moved.filter((w, i) => i === at || (osOfWord(w) === undefined && !w.startsWith("alpine")));
  return [moved, anyAlpine, ...(moved.some((w) => w.startsWith("alpine")) ? [] : [anySuite])].map((all) => all.join("-"));
}

import { isBuiltOn, type Subject } from "../build/subject.ts";
import { namedPackages } from "../commands/installs.ts";
import { swapTag } from "../edits/swap-tag.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { lineNumber } from "../queries/places.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import { osOfWord } from "../sizes/tag.ts";
import type { Edit } from "../text.ts";
import { listed } from "../topics/lists.ts";
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
      const pinned = next && pinnedLine(subject, stage);
      const fix = next && pinned === undefined ? fixFor(subject, stage, ended, next) : undefined;
      yield {
        span: { start: word.start, end: word.end },
        message: () =>
          `${nameOf(ended)} has had no security fixes since ${ended.line.ends}. ${next ? `The next line that gets them is ${nameOf({ ...ended, line: next })}${next.ends ? `, until ${next.ends}` : ""}.${pinned ? ` Line ${pinned} asks for a version of a package that this one has.` : ""}` : "No later line of it gets them."}`,
        fixes: fix ? [fix] : [],
      };
    }
  },
};

/** A package of a version that another release does not have ends the build. */
function pinnedLine({ file, image, steps }: Subject, stage: Stage): number | undefined {
  const own = steps.filter((s) => isBuiltOn(image, s.stage, stage.index));
  const pinned = own.find((s) => namedPackages(s.ran).all.some((p) => /[^~<>!]=/.test(p.written.text)));
  return pinned && lineNumber(file, pinned);
}

/** Stages on the same ended line that this one takes files from, or gives to: what is built on one release runs on no older one. */
function partners({ image, steps, world }: Subject, stage: Stage, { line }: StandsOn): Stage[] {
  const rootOf = (index: number): Stage | undefined =>
    image.stages.find((s) => s.baseStage === undefined && isBuiltOn(image, index, s.index));
  const pairs = steps.flatMap((s) => s.touched.map((t) => [rootOf(s.stage), rootOf(t.stage)] as const));
  const others = pairs.flatMap(([to, from]) => (to === stage && from ? [from] : from === stage && to ? [to] : []));
  return [...new Set(others)].filter((other) => {
    const base = other.steps[0]?.after.base;
    return other !== stage && base !== undefined && (world.releases?.of(base).some((on) => on.line === line) ?? false);
  });
}

const nameOf = ({ image, line }: StandsOn): string =>
  `${image.replace(/^mcr\.microsoft\.com\//, "")} ${line.name}${line.codename ? ` (${line.codename})` : ""}`;

/** The same variant on the next line, and with it the stages that files are exchanged with. */
function fixFor(subject: Subject, stage: Stage, ended: StandsOn, next: ReleaseLine): DraftFix | undefined {
  const others = partners(subject, stage, ended);
  const moves = [stage, ...others].map((s) => moveOf(subject, s, ended, next));
  const edits = moves.flatMap((m) => m?.edits ?? []);
  const [own] = moves;
  if (!own || moves.includes(undefined)) return undefined;
  const all = others.length > 0 ? `, with ${listed(others.map((o) => `stage ${o.name ?? o.index}`))}` : "";
  return { title: `Move to ${own.name}${all}: ${ended.image} ${next.name}, test before you ship`, safety: "review", edits };
}

/** The FROM on another line, where the catalogue knows that there is one; else without the distribution's release. */
function moveOf(subject: Subject, stage: Stage, { line }: StandsOn, next: ReleaseLine): { name: string; edits: Edit[] } | undefined {
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
  return name !== undefined && edits ? { name, edits } : undefined;
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

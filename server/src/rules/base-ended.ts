import { isBuiltOn, type Subject } from "../build/subject.ts";
import { moveOf } from "../edits/next-line.ts";
import { swapTag } from "../edits/swap-tag.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown, unknown } from "../image/size.ts";
import { lineName, linesAfter, packagesGone, pinnedLine } from "../queries/release-line.ts";
import { pipRefuses } from "../queries/system-pip.ts";
import { idTaken, isCalledAfter, linesNaming, needsModules, toolsGone } from "../queries/tied.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { retiredOf, type Successor } from "../sizes/retired.ts";
import type { Span } from "../text.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const baseEnded: Rule = {
  id: "base-ended",
  summary: "The base image is past its end of life",
  why:
    "A release that is past its end gets no security fixes any more: every build carries holes that are known and stay open. Its packages move to an archive, so `apt-get update` fails one day. " +
    "Debian's free long-term support counts as alive, extended support that has to be paid for does not. The dates come from endoflife.date. An image that is no longer made at all, such as openjdk, ends with all its tags. " +
    "Offered are the nearest line that has another year to go, and the one that gets fixes longest.",
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
      const successor = base && retiredOf(base);
      if (word && successor) yield retired(subject, stage, word, successor);
      if (successor) continue;
      const ended = base && releases.of(base).find(({ line }) => !isAlive(line, today));
      if (!word || !ended || !base || isCalledAfter(subject, base)) continue;
      const lines = worthMovingTo(linesAfter(releases, ended, today), today);
      const pinned = lines.length > 0 ? pinnedLine(subject, stage) : undefined;
      const first = toDoFirst(subject, stage, ended);
      const fixes = pinned === undefined && first === undefined ? lines.flatMap((line) => fixFor(subject, stage, ended, line) ?? []) : [];
      const [next, best] = lines.map((line) => ({ name: lineName({ ...ended, line }), until: line.ends ? ` until ${line.ends}` : "" }));
      const longest = best ? `, and ${best.name} longest of all${best.until && `,${best.until}`}` : "";
      const advice = next ? `${next.name} gets them${next.until}${longest}.` : "No later line of it gets them.";
      yield {
        span: { start: word.start, end: word.end },
        message: () =>
          `${lineName(ended)} has had no security fixes since ${ended.line.ends}. ${advice}${pinned ? ` Line ${pinned} asks for a version of a package that this one has.` : ""}${first ? ` ${first}` : ""}`,
        fixes,
      };
    }
  },
};

/** Where another line alone is not enough. */
function toDoFirst(subject: Subject, stage: Stage, ended: StandsOn): string | undefined {
  // Programs for Python 2 run on no later one.
  if (ended.image === "python" && ended.line.name.startsWith("2.")) return "What runs on it has to be ported first.";
  return needsModules(subject, stage, ended) ? "What it builds in GOPATH needs a go.mod first." : undefined;
}

/** Nobody makes the image any more; the same release and variant of what has taken its place, where that has it. */
function retired(subject: Subject, stage: Stage, { start, end }: Span, { image, since, now, like }: Successor): Draft {
  const isThere = like !== undefined && !isUnknown(subject.world.bases?.find(like).size ?? unknown);
  const edits = isThere ? swapTag(subject, stage, like) : undefined;
  return {
    span: { start, end },
    message: () => `${image} has had no security fixes since ${since}: the image is no longer made. ${now} has taken its place.`,
    fixes: edits ? [{ title: `Move to ${like}, test before you ship`, safety: "review", edits }] : [],
  };
}

/** The nearest line that gets fixes for another year, and behind it the one that gets them longest; that one alone where none has a year. */
function worthMovingTo(lines: readonly ReleaseLine[], today: string): ReleaseLine[] {
  const inAYear = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`;
  const near = lines.find((line) => isAlive(line, inAYear));
  const best = lines.reduce<ReleaseLine | undefined>((a, b) => (a && b.ends !== undefined && isAlive(a, b.ends) ? a : b), undefined);
  return [...new Set([near, best])].flatMap((line) => line ?? []);
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

/** More of them would hide the rest of a title. */
const mostNamed = 6;

/** The same variant on the next line, and with it the stages that files are exchanged with. */
function fixFor(subject: Subject, stage: Stage, ended: StandsOn, next: ReleaseLine): DraftFix | undefined {
  const others = partners(subject, stage, ended);
  const moves = [stage, ...others].map((s) => moveOf(subject, s, ended, next));
  const edits = moves.flatMap((m) => m?.edits ?? []);
  const [own] = moves;
  if (!own || moves.includes(undefined)) return undefined;
  const inEach = <T>(ask: (s: Stage, name: string) => T): T[] => [stage, ...others].map((s, i) => ask(s, moves[i]?.name ?? ""));
  const packages = inEach((s, name) => packagesGone(subject, s, name));
  const gone = [...new Set([...packages.flatMap((p) => p.gone), ...inEach((s, name) => toolsGone(subject, s, name)).flat()])];
  const unsure = [...new Set(packages.flatMap((p) => p.unsure))];
  const all = others.length > 0 ? `, with ${listed(others.map((o) => `stage ${o.name ?? o.index}`))}` : "";
  const refused = inEach((s, name) => pipRefuses(subject, s, name)).includes(true);
  const [taken] = inEach((s, name) => idTaken(subject, s, name)).filter((line) => line !== undefined);
  const notes = [
    ...new Set(inEach((s, name) => linesNaming(subject, s, name)).flat()),
    ...(taken === undefined ? [] : [`its user ubuntu has the id 1000 of line ${taken}`]),
    ...(gone.length > 0 ? [`it has no ${listed(gone)}`] : []),
    ...(unsure.length > 0
      ? [`whether it has ${unsure.length > mostNamed ? `${unsure.length} more packages` : listed(unsure)} is not known`]
      : []),
    ...(refused ? ["its pip wants a virtual environment or --break-system-packages"] : []),
  ];
  const first = notes.length > 0 ? ` (check first: ${notes.join("; ")})` : "";
  return { title: `Move to ${own.name}${all}${first}: ${ended.image} ${next.name}, test before you ship`, safety: "review", edits };
}

import { isBuiltOn, type Subject, stepsOn } from "../build/subject.ts";
import { moveOf } from "../edits/next-line.ts";
import { imageNote, swapTag } from "../edits/swap-tag.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import { find } from "../image/files.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { commandsGone, installsByGet, othersRepositories, othersScripts, sourcesMoved, versionsNamed } from "../queries/moved.ts";
import { isPort, toDoFirst, years } from "../queries/ported.ts";
import { isBefore, lineBehind, lineName, linesAfter, packagesGone, pinnedPackages } from "../queries/release-line.ts";
import { pipRefuses } from "../queries/system-pip.ts";
import { idTaken, isCalledAfter, linesNaming, toolsGone } from "../queries/tied.ts";
import { lackedBy } from "../refactorings/base-needs.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { retiredOf, type Successor } from "../sizes/retired.ts";
import type { Span } from "../text.ts";
import { capital, listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const baseEnded: Rule = {
  id: "base-ended",
  summary: "The base image is past its end of life",
  why:
    "A release that is past its end gets no security fixes any more: every build carries holes that are known and stay open. Its packages move to an archive, so `apt-get update` fails one day. " +
    "Debian's free long-term support counts as alive, extended support that has to be paid for does not. The dates come from endoflife.date. An image that is no longer made at all, such as openjdk, ends with all its tags. " +
    "Named are the nearest line that has another year to go, and the one that gets fixes longest. A move to them is offered where another tag may be enough, with what to check first, as far as the file shows it: " +
    "packages, commands, versions and repositories that go with the old release. It is not offered where code has to be ported, on a language that ended three years ago or to another major version, " +
    "where data has to be taken along, as in a database, and where the file keeps the release, by its archive or by the version of a package. " +
    "Where the sizes of both images are known, the offer says by how much the image grows or shrinks.",
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
      const pinned = lines.length > 0 ? pinnedPackages(subject, stage) : undefined;
      const first = lines.length > 0 ? toDoFirst(subject, stage, ended, today) : undefined;
      const offered = pinned === undefined && first === undefined ? lines.filter((line) => !isPort(ended, line)) : [];
      const moves = offered.flatMap((line) => fixFor(subject, stage, ended, line) ?? []);
      const fixes = moves.filter((move) => typeof move !== "string");
      const lacks = fixes.length > 0 ? undefined : moves.find((move) => typeof move === "string");
      const [next, best] = lines.map((line) => ({ name: lineName({ ...ended, line }), until: line.ends ? ` until ${line.ends}` : "" }));
      const longest = best ? `, and ${best.name} longest of all${best.until && `,${best.until}`}` : "";
      const advice = next ? `${next.name} gets them${next.until}${longest}.` : "No later line of it gets them.";
      yield {
        span: { start: word.start, end: word.end },
        least,
        message: () =>
          `${lineName(ended)} has had no security fixes since ${ended.line.ends}. ${advice}${pinned ? ` Line ${pinned.line} pins ${listed(pinned.packages)}, made for ${stage.base}: with another release the version changes.` : ""}${first ? ` ${first}` : ""}${lacks === undefined ? "" : ` ${capital(lacks)}.`}`,
        fixes,
      };
    }
  },
};

/** Sizes of whole images are typical ones: less is no difference between two of them. */
const least = { bytes: 1_000_000 };

/** Nobody makes the image any more; the same release and variant of what has taken its place, where that has it. */
function retired(subject: Subject, stage: Stage, { start, end }: Span, { image, since, now, like, isGone }: Successor): Draft {
  const there = like.filter((name) => subject.world.bases?.find(name).resolved !== undefined);
  const lacks = there.map((name) => lackedBy(subject, stepsOn(subject, stage), name));
  const name = there[lacks.indexOf(undefined)];
  const edits = name === undefined ? undefined : swapTag(subject, stage, name);
  const why = lacks[0] === undefined ? "" : `, but ${lacks[0]}${edits ? ` and ${name} has` : ""}`;
  return {
    span: { start, end },
    least,
    message: () =>
      `${isGone ? `${stage.base} was deleted from Docker Hub` : `${image} has had no security fixes since ${since}`}: the image is no longer made.${now === undefined ? "" : ` ${now} has taken its place${why}.`}`,
    fixes:
      name !== undefined && edits
        ? [
            {
              title: `Move to ${name}${firstChecking(checksOf(subject, stage, name))}, test before you ship`,
              safety: "review",
              edits,
              unweighed: !isWeighed(subject, stage, name),
            },
          ]
        : [],
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

/** The same variant on the next line, and with it the stages that files are exchanged with; or what a RUN needs that it has not. */
function fixFor(subject: Subject, stage: Stage, ended: StandsOn, next: ReleaseLine): DraftFix | string | undefined {
  const others = partners(subject, stage, ended);
  const moves = [stage, ...others].flatMap((s) => ({ stage: s, move: moveOf(subject, s, ended, next) }));
  const known = moves.flatMap(({ stage: s, move }) => (move ? [{ stage: s, ...move }] : []));
  const [own] = known;
  if (!own || known.length < moves.length) return undefined;
  const [lack] = known.flatMap((m) => lackedBy(subject, stepsOn(subject, m.stage), m.name) ?? []);
  if (lack !== undefined) return lack;
  const all = others.length > 0 ? `, with ${listed(others.map((o) => `stage ${o.name ?? o.index}`))}` : "";
  const to = `${ended.image}${next.name}`;
  const notes = [
    ...new Set(known.flatMap((m) => [...checksOf(subject, m.stage, m.name, [to]), ...checksOfLines(subject, m.stage, ended, next)])),
  ];
  const passed = years(ended.line.released, next.released);
  const more = passed < manyYears ? [] : [`what ${notes.length > 0 ? "else " : ""}${passed} years have changed`];
  return {
    title: `Move to ${own.name}${all}${lineBehind(own.name, { ...ended, line: next })}${firstChecking([...notes, ...more])}, test before you ship`,
    safety: "review",
    unweighed: !known.every((m) => isWeighed(subject, m.stage, m.name)),
    edits: known.flatMap((m) => m.edits),
  };
}

/**
 * The sizes of both images are their own: else all that is left to count is what the packages differ by. The log of logins, which newer
 * releases leave alone, can go without a move (lastlog-sparse): where it is big the difference is not that of the images.
 */
function isWeighed({ world }: Subject, { steps: [from], end }: Stage, name: string): boolean {
  const both = [from?.after.base, world.bases?.find(name)];
  const logins = find(end.root, "/var/log/lastlog");
  const isSmall = logins?.type !== "file" || logins.entry.size.bytes < least.bytes;
  return isSmall && both.every((base) => base !== undefined && !isUnknown(base.size) && !base.standsIn);
}

/** Over more the list of what breaks is surely not complete, and says so. */
const manyYears = 4;

const firstChecking = (notes: readonly string[]): string => (notes.length > 0 ? ` (check first: ${notes.join("; ")})` : "");

/** What of a stage may not hold on another image; `versions` of programs that it has. */
function checksOf(subject: Subject, stage: Stage, name: string, versions: readonly string[] = []): string[] {
  const packages = packagesGone(subject, stage, name);
  const gone = [...new Set([...packages.gone, ...toolsGone(subject, stage, name), ...commandsGone(subject, stage, name)])];
  const { unsure } = packages;
  const tied = linesNaming(subject, stage, name);
  const taken = idTaken(subject, stage, name);
  return [
    ...imageNote(subject, stage),
    ...tied.notes,
    ...versionsNamed(subject, stage, [...versions, ...gone]),
    ...optional(sourcesMoved(subject, stage, name)),
    ...(taken === undefined ? [] : [`its user ubuntu has the id 1000 of line ${taken}`]),
    ...(gone.length > 0 ? [`it has no ${listed(gone)}`] : []),
    ...(unsure.length > 0
      ? [
          `whether it has ${unsure.length > mostNamed ? `${unsure.length}${gone.length > 0 ? " more" : ""} packages` : listed(unsure)} is not known`,
        ]
      : []),
    ...optional(othersRepositories(subject, stage, tied.lines)),
    ...optional(othersScripts(subject, stage)),
    ...(pipRefuses(subject, stage, name) ? ["its pip wants a virtual environment or --break-system-packages"] : []),
  ];
}

/** What of a stage may not hold on another line of the same image. */
function checksOfLines(subject: Subject, stage: Stage, ended: StandsOn, next: ReleaseLine): string[] {
  const get = installsByGet(subject, stage, ended);
  const losesDistutils = ended.image === "python" && isBefore(ended.line.name, "3.12") && !isBefore(next.name, "3.12");
  return [
    ...(get === undefined ? [] : [`what line ${get} has go get install needs go install`]),
    ...(losesDistutils ? ["pinned packages have to know Python 3.12, which is without distutils"] : []),
  ];
}

const optional = (text: string | undefined): string[] => (text === undefined ? [] : [text]);

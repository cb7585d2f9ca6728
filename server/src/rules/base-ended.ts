import { type Subject, stepsOn } from "../build/subject.ts";
import { isIgnored } from "../dockerfile/ignored.ts";
import { moveOf } from "../edits/next-line.ts";
import { imageNote, swapTag } from "../edits/swap-tag.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import { find } from "../image/files.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { commandsGone, installsByGet, othersRepositories, othersScripts, sourcesMoved, versionsNamed } from "../queries/moved.ts";
import { movedWith, neighboursOf } from "../queries/neighbours.ts";
import { lineNumber, linesOf } from "../queries/places.ts";
import { isPort, toDoFirst, years } from "../queries/ported.ts";
import { isBefore, lineBehind, lineName, linesAfter, packagesGone, pinnedPackages } from "../queries/release-line.ts";
import { pipRefuses } from "../queries/system-pip.ts";
import { hasTwinOnLater, idTaken, isCalledAfter, linesNaming, toolsGone } from "../queries/tied.ts";
import { wantsOther } from "../queries/wanted-version.ts";
import { lackedBy } from "../refactorings/base-needs.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { retiredOf, type Successor } from "../sizes/retired.ts";
import type { Edit, Span } from "../text.ts";
import { capital, listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const baseEnded: Rule = {
  id: "base-ended",
  summary: "The base image is past its end of life",
  why:
    "A release that is past its end gets no security fixes any more: every build carries holes that are known and stay open. Its packages move to an archive, so `apt-get update` fails one day. " +
    "Debian's free long-term support counts as alive, extended support that has to be paid for does not. The dates come from endoflife.date. An image that is no longer made at all, such as openjdk, ends with all its tags. " +
    "Named are the nearest line that has another year to go, and the one that gets fixes longest. A move to them is offered where another tag may be enough, with what to check first, as far as the file shows it: " +
    "packages, commands, versions and repositories that go with the old release, and the version of a language that the project itself asks for. Stages that exchange files move together, and are named in one finding. A move to another distribution is offered only where " +
    "that has what the RUNs call, such as the package manager. None is offered where code has to be ported, on a language that ended three years ago or to another major version, " +
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
    const { stages } = subject.image;
    for (const stage of stages) {
      const word = stage.from?.args[0];
      const base = stage.baseStage === undefined ? stage.steps[0]?.after.base : undefined;
      const successor = base && retiredOf(base);
      if (word && successor) yield retired(subject, stage, word, successor);
    }
    const neighbours = neighboursOf(subject);
    const told = new Set<Stage>();
    for (const stage of stages) {
      const ended = told.has(stage) ? undefined : endedOf(subject, stage, today);
      if (!ended) continue;
      const moved = movedWith(subject, neighbours, stage, ended);
      const same = moved.filter((s) => endedOf(subject, s, today)?.line === ended.line);
      for (const s of same) told.add(s);
      yield finding(subject, moved, same, ended, today);
    }
  },
};

/** The ended line that the stage's own base stands on, where the image itself is still made and neither the file is called after the line nor the stage one for each release. */
function endedOf(subject: Subject, stage: Stage, today: string): StandsOn | undefined {
  const base = stage.baseStage === undefined ? stage.steps[0]?.after.base : undefined;
  if (!stage.from?.args[0] || !base || retiredOf(base) || isCalledAfter(subject, base)) return undefined;
  const ended = subject.world.releases?.of(base).find(({ line }) => !isAlive(line, today));
  return ended && !hasTwinOnLater(subject, stage, ended) ? ended : undefined;
}

/** Said once of all stages that move together, where the first of them stands whose FROM is not told to be ignored. */
function finding(subject: Subject, moved: readonly Stage[], same: readonly Stage[], ended: StandsOn, today: string): Draft {
  const { file, world } = subject;
  const isSilenced = ({ from }: Stage): boolean => from !== undefined && isIgnored(file, from, [baseEnded.id]);
  const at = same.find((s) => !isSilenced(s)) ?? same[0];
  const stages = [...moved.filter((s) => s === at), ...moved.filter((s) => s !== at)];
  const lines = world.releases ? worthMovingTo(linesAfter(world.releases, ended, today), today) : [];
  const [pinned] = lines.length > 0 ? stages.flatMap((s) => withBase(s, pinnedPackages(subject, s))) : [];
  const [first] = lines.length > 0 ? stages.flatMap((s) => toDoFirst(subject, s, ended, today) ?? []) : [];
  const offered = pinned === undefined && first === undefined ? lines.filter((line) => !isPort(ended, line)) : [];
  const moves = offered.flatMap((line) => fixFor(subject, stages, ended, line) ?? []);
  const fixes = moves.filter((move) => typeof move !== "string");
  const lacks = fixes.length > 0 ? undefined : moves.find((move) => typeof move === "string");
  const [next, best] = lines.map((line) => ({ name: lineName({ ...ended, line }), until: line.ends ? ` until ${line.ends}` : "" }));
  const longest = best ? `, and ${best.name} longest of all${best.until && `,${best.until}`}` : "";
  const advice = next ? `${next.name} gets them${next.until}${longest}.` : "No later line of it gets them.";
  const others = same.filter((s) => s !== at).map((s) => lineOf(subject, s));
  const too = others.length === 0 ? "" : ` (${linesOf(others)} ${others.length === 1 ? "stands" : "stand"} on it, too)`;
  const { start, end } = at?.from?.args[0] ?? { start: 0, end: 0 };
  return {
    span: { start, end },
    least,
    message: () =>
      `${lineName(ended)} has had no security fixes since ${ended.line.ends}${too}. ${advice}${pinned ? ` Line ${pinned.line} pins ${listed(pinned.packages)}, made for ${pinned.base}: with another release the version changes.` : ""}${first ? ` ${first}` : ""}${lacks === undefined ? "" : ` ${capital(lacks)}.`}`,
    fixes,
  };
}

const withBase = <T extends object>({ base }: Stage, found: T | undefined): (T & { base: string })[] => (found ? [{ ...found, base }] : []);

const lineOf = ({ file }: Subject, { steps: [from] }: Stage): number => (from ? lineNumber(file, from) : 1);

/** Sizes of whole images are typical ones: less is no difference between two of them. */
const least = { bytes: 1_000_000 };

/** Nobody makes the image any more; the same release and variant of what has taken its place, where that has it. */
function retired(subject: Subject, stage: Stage, { start, end }: Span, { image, since, now, like, isGone }: Successor): Draft {
  const there = like.filter((name) => subject.world.bases?.find(name).resolved !== undefined);
  const lacks = there.map((name) => lackedBy(subject, stepsOn(subject, stage), name));
  const name = there[lacks.indexOf(undefined)];
  const edits = name === undefined ? undefined : swapTag(subject, stage, name);
  const why = lacks[0] === undefined ? "" : `, but ${lacks[0]}${edits ? `; ${name} has it` : ""}`;
  return {
    span: { start, end },
    least,
    message: () =>
      `${isGone ? `${stage.base} was deleted from Docker Hub` : `${image} has had no security fixes since ${since}`}: the image is no longer made.${now === undefined ? "" : ` ${now} has taken its place${why}.`}`,
    fixes:
      name !== undefined && edits
        ? [
            {
              title: `Move to ${name}${firstChecking(checksOf(subject, [{ stage, name }]))}, test before you ship`,
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

/** More of them would hide the rest of a title. */
const mostNamed = 6;

/** The same variant of all these stages on the next line; or what a RUN needs that it has not. */
function fixFor(subject: Subject, stages: readonly Stage[], ended: StandsOn, next: ReleaseLine): DraftFix | string | undefined {
  const moves = stages.flatMap((s) => ({ stage: s, move: moveOf(subject, s, ended, next, stages) }));
  const known = moves.flatMap(({ stage: s, move }) => (move ? [{ stage: s, ...move }] : []));
  const [own] = known;
  if (!own || known.length < moves.length) return undefined;
  const [lack] = known.flatMap((m) => lackedBy(subject, stepsOn(subject, m.stage), m.name) ?? []);
  if (lack !== undefined) return lack;
  const edits = together(known);
  if (!edits) return undefined;
  const [, ...others] = stages.map((s) => lineOf(subject, s));
  const all = others.length > 0 ? `, with ${linesOf(others)}` : "";
  const to = `${ended.image}${next.name}`;
  const notes = [...checksOf(subject, known, [to]), ...new Set(known.flatMap((m) => checksOfLines(subject, m.stage, ended, next)))];
  const passed = years(ended.line.released, next.released);
  const more = passed < manyYears ? [] : [`what ${notes.length > 0 ? "else " : ""}${passed} years have changed`];
  return {
    title: `Move to ${own.name}${all}${lineBehind(own.name, { ...ended, line: next })}${firstChecking([...notes, ...more])}, test before you ship`,
    safety: "review",
    unweighed: !known.every((m) => isWeighed(subject, m.stage, m.name)),
    edits,
  };
}

/** Those of all moves; the default of an ARG that several stages name is changed once, and undefined where they would not all go with it. */
function together(moves: readonly { readonly stage: Stage; readonly edits: readonly Edit[] }[]): Edit[] | undefined {
  const inArg = moves.flatMap(({ stage, edits }) => edits.filter((e) => e.end <= (stage.from?.start ?? 0)));
  const [first] = inArg;
  if (!first) return moves.flatMap((m) => m.edits);
  const isWritten = ({ from, base }: Stage): boolean => from?.args[0]?.text === base;
  const written = moves.filter(({ stage }) => isWritten(stage)).flatMap((m) => m.edits);
  const isSame = inArg.every((e) => e.start === first.start && e.text === first.text);
  return isSame && inArg.length + written.length === moves.length ? [first, ...written] : undefined;
}

/**
 * The sizes of both images are their own: else all that is left to count is what the packages differ by. The log of logins, which newer
 * releases leave alone, can go without a move (lastlog-sparse): where it is big the difference is not that of the images. What takes the
 * place of packages that the other one has no longer nobody knows.
 */
function isWeighed(subject: Subject, stage: Stage, name: string): boolean {
  const { end } = stage;
  const both = [stage.steps[0]?.after.base, subject.world.bases?.find(name)];
  if (packagesGone(subject, stage, name).gone.length > 0) return false;
  const logins = find(end.root, "/var/log/lastlog");
  const isSmall = logins?.type !== "file" || logins.entry.size.bytes < least.bytes;
  return isSmall && both.every((base) => base !== undefined && !isUnknown(base.size) && !base.standsIn);
}

/** Over more the list of what breaks is surely not complete, and says so. */
const manyYears = 4;

const firstChecking = (notes: readonly string[]): string => (notes.length > 0 ? ` (check first: ${notes.join("; ")})` : "");

interface Move {
  readonly stage: Stage;
  /** The image that it moves to. */
  readonly name: string;
}

/** What of the stages may not hold on another image; `versions` of programs that it has. */
function checksOf(subject: Subject, moves: readonly Move[], versions: readonly string[] = []): string[] {
  const ofAll = <T>(ask: (stage: Stage, name: string) => readonly T[]): T[] => [...new Set(moves.flatMap((m) => ask(m.stage, m.name)))];
  const packages = ofAll((stage, name) => [packagesGone(subject, stage, name)]);
  const gone = [
    ...new Set([
      ...packages.flatMap((p) => p.gone),
      ...ofAll((stage, name) => toolsGone(subject, stage, name)),
      ...ofAll((stage, name) => commandsGone(subject, stage, name)),
    ]),
  ];
  const unsure = [...new Set(packages.flatMap((p) => p.unsure))];
  const taken = ofAll((stage, name) => optional(idTaken(subject, stage, name)));
  const tied = ofAll((stage, name) => [linesNaming(subject, stage, name)]);
  const naming = tied.flatMap((t) => t.lines);
  return [
    ...new Set([
      ...ofAll((stage) => imageNote(subject, stage)),
      ...tied.flatMap((t) => t.notes),
      ...ofAll((stage) => versionsNamed(subject, stage, [...versions, ...gone])),
      ...ofAll((stage, name) => optional(sourcesMoved(subject, stage, name))),
      ...(taken.length > 0 ? [`its user ubuntu has the id 1000 of ${linesOf(taken)}`] : []),
      ...(gone.length > 0 ? [`it has no ${listed(gone)}`] : []),
      ...(unsure.length > 0
        ? [
            `whether it has ${unsure.length > mostNamed ? `${unsure.length}${gone.length > 0 ? " more" : ""} packages` : listed(unsure)} is not known`,
          ]
        : []),
      ...ofAll((stage, name) => optional(othersRepositories(subject, stage, name, naming))),
      ...ofAll((stage, name) => optional(othersScripts(subject, stage, name))),
      ...ofAll((stage, name) =>
        pipRefuses(subject, stage, name) ? ["its pip wants a virtual environment or --break-system-packages"] : [],
      ),
    ]),
  ];
}

/** What of a stage may not hold on another line of the same image. */
function checksOfLines(subject: Subject, stage: Stage, ended: StandsOn, next: ReleaseLine): string[] {
  const get = installsByGet(subject, stage, ended);
  const losesDistutils = ended.image === "python" && isBefore(ended.line.name, "3.12") && !isBefore(next.name, "3.12");
  return [
    ...wantsOther(subject, stage, ended.image, next.name),
    ...(get === undefined ? [] : [`what line ${get} has go get install needs go install`]),
    ...(losesDistutils ? ["pinned packages have to know Python 3.12, which is without distutils"] : []),
  ];
}

const optional = <T>(found: T | undefined): T[] => (found === undefined ? [] : [found]);

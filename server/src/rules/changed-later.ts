import { isBuiltOn, isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { writesLines } from "../commands/kinds.ts";
import { printsFile, withoutCommands } from "../edits/chain.ts";
import { changeWhereWritten } from "../edits/ownership.ts";
import type { OwnerFix } from "../edits/ownership-run.ts";
import { type Entry, storedAgainIn } from "../image/files.ts";
import { isKey, isLittle, isWeighty } from "../image/little.ts";
import { type Change, type Ran, type Step, variableIn } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { isUnknown } from "../image/size.ts";
import { type Changer, changersOf, changesFoldersOnly, writersOf, writtenAs } from "../queries/changers.ts";
import { wordsOf } from "../queries/places.ts";
import { isOfNoInterest, storesAt, writersUnnamed } from "../queries/stored-again.ts";
import { type Edit, spanOver } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const changedLater: Rule = {
  id: "changed-later",
  summary: "Owner or mode of files is changed in a later layer",
  why:
    "A layer holds whole files. `chown` and `chmod` of what a lower layer holds store every file a second time, even where nothing changes in effect: the most expensive habit there is, and the least known. " +
    "`COPY --chown` and `COPY --chmod` give owner and mode while the files are copied. `chown app` leaves the group as it was, root's, so it becomes `--chown=app:0`; " +
    "a folder that was there before the `COPY` keeps a `chown` of its own, which costs nothing. What a `RUN` wrote it can change itself.",
  about: "bytes",
  example: {
    before: "FROM debian:bookworm-slim\nRUN useradd app\nCOPY data /srv/data\nRUN chown -R app /srv/data\n",
    after: "FROM debian:bookworm-slim\nRUN useradd app\nCOPY --chown=app:0 data /srv/data\n",
    context: { "data/big.bin": 20_000_000 },
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      const changers = changersOf(step);
      for (const changer of changers) {
        if (!changer.ran.changes.some((c) => isCopiedUp(subject, step, c, changer) && step.changes.includes(c))) continue;
        const known = knownOf(subject, step, changer);
        if (known === 0 || changesFoldersOnly(subject, changer)) continue;
        // One that comes later in the same RUN stores nothing again, but it must move along.
        const writers = writersOf(subject, step, changer);
        const related = changers.filter((c) => c === changer || writersOf(subject, step, c).some((w) => writers.includes(w)));
        const outcome = isOwn(subject, step) ? changeWhereWritten(subject, step, related) : "It comes from an ONBUILD";
        const isWorthIt = typeof outcome !== "string" || !changer.call.recursive || known === undefined || known >= leastByHand;
        if (outcome !== undefined && isWorthIt) yield finding(subject, step, changer, related, outcome);
      }
    }
  },
};

/** For a folder with less in it nobody rewrites a COPY by hand. */
const leastByHand = 500_000;

const isCopiedUp = (subject: Subject, step: Step, { how, path, entry }: Change, { call }: Changer): boolean =>
  how === "stored again" &&
  !isOfNoInterest(subject, step, { path, entry }) &&
  !isLittle({ path, entry }) &&
  !isKey({ path, entry }) &&
  (call.recursive || !mayBeFolder(path, entry, call));

/** Copied from a stage that nobody knows, under a name that a folder may have; only of a file anybody makes a program. */
const mayBeFolder = (path: string, { kind, size }: Entry, { verb, value }: Changer["call"]): boolean =>
  kind === "artifact" && isUnknown(size) && !/\.\w+$/.test(path) && !(verb === "chmod" && /x|[1357]/.test(value.text));

function finding(subject: Subject, step: Step, { ran, call }: Changer, related: readonly Changer[], outcome: OwnerFix | string): Draft {
  const refused = typeof outcome === "string";
  const named = [...new Set(call.paths)];
  const touched = heaviestFirst(
    named.filter((p) => storesAt(subject, step, { ran, call }, p)),
    ran,
  );
  // A link names what lies elsewhere.
  const places = (touched.length > 0 ? touched : named).map((place) => {
    const word = call.pathWords[call.paths.indexOf(place)];
    // A path that a variable begins lies nobody knows where, and so does the home that a base which nobody knows may set.
    const isGuess =
      /\$\{?HOME\b|^~/.test(word?.raw ?? "") && variableIn(step.before, "HOME") === undefined && !step.before.base?.standardLayout;
    return word && (place.startsWith("/$") || isGuess) ? word.raw : place;
  });
  const commands = related.flatMap((c) => (step.instruction.exec ? writtenAs(step, c)?.place : c.ran.command) ?? []);
  const taken = withoutCommands(subject.file, step, commands) ?? idleIn(step, related);
  return {
    span: wordsOf(subject.file, ran, step),
    // Where no fix gains enough, what is lost is all there is to tell.
    message: (saving, lost) =>
      `Stores ${listed(places, 5)} a second time: ${formatSaving(lost ?? saving)}. ${refused ? outcome : ((saving === lost ? outcome.advice : undefined) ?? adviceOf(outcome))}.`,
    fixes: refused ? [] : [outcome],
    known: knownOf(subject, step, { ran, call }),
    unnecessary: !refused && outcome.copy?.flags === "",
    ...(taken && { instead: taken }),
  };
}

/** Where what they print is a file, in their place commands that do nothing, to see what is lost. */
function idleIn({ script }: Step, related: readonly Changer[]): Edit[] | undefined {
  const commands = related.flatMap(({ ran }) => ran.command ?? []);
  const places = commands.map((c) => (script && printsFile(script, c) ? spanOver(c.words) : undefined));
  return places.includes(undefined) ? undefined : places.flatMap((at) => (at ? [{ ...at, text: "true" }] : []));
}

/** What nobody knows the size of weighs most; an empty file is not worth a word beside others. */
function heaviestFirst(places: readonly string[], { changes }: Ran): string[] {
  const again = changes.filter((c) => c.how === "stored again");
  const weights = places.map((place) => {
    const there = again.filter((c) => isWithin(c.path, place));
    return there.some(isWeighty)
      ? Number.POSITIVE_INFINITY
      : there.reduce((n, { entry }) => n + entry.size.bytes, there.some((c) => isUnknown(c.entry.size)) ? 1 : 0);
  });
  const order = [...places.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  const worth = order.filter((i) => (weights[i] ?? 0) > 0);
  return (worth.length > 0 ? worth : order).flatMap((i) => places[i] ?? []);
}

/**
 * What is known to be stored again; undefined where surely more is, nobody knows how much. That the base image may hold files there too is
 * no reason to speak, nor what may be a few lines of text.
 */
function knownOf(subject: Subject, step: Step, { ran: { changes }, call }: Changer): number | undefined {
  const { steps, image } = subject;
  const earlier = steps.filter((s) => s.index < step.index && isBuiltOn(image, step.stage, s.stage));
  let known = 0;
  for (const { path, entry, how } of changes) {
    const unnamed = storedAgainIn(entry);
    if (unnamed !== undefined) {
      if (writersUnnamed(subject, step, call, unnamed).length > 0) return undefined;
    } else if (
      how !== "stored again" ||
      isOfNoInterest(subject, step, { path, entry }) ||
      isLittle({ path, entry }) ||
      earlier.some((s) => s.ran.some((r) => writesText(r, entry)))
    )
      continue;
    else if (!isUnknown(entry.size)) known += entry.size.bytes;
    else if (isWeighty({ path, entry })) return undefined;
  }
  return known;
}

/** What a shell's own tools print to a file is some lines of text. */
const writesText = (ran: Ran, { id }: Entry): boolean =>
  writesLines(ran.name) && ran.changes.some((c) => c.how === "written" && c.entry.id === id && isUnknown(c.entry.size));

const adviceOf = ({ title, copy, searches, rest }: OwnerFix): string => {
  if (!copy) return title;
  if (copy.flags === "") return "It changes nothing";
  const inPlace = `${listed(copy.says)} ${copy.says.length > 1 ? "do" : "does"} it in place`;
  if (rest !== undefined) return `${inPlace} for its own files; change the rest where it is written: ${rest}`;
  return searches ? `${inPlace} for its own files; the RUN then changes only what others may have written there` : inPlace;
};

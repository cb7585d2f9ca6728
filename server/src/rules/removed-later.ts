import { isGain } from "../build/difference.ts";
import { knowsFolder } from "../build/holds.ts";
import type { Subject } from "../build/subject.ts";
import { isUnread, type Place, stepUses, type Use } from "../build/uses.ts";
import { caches } from "../commands/caches.ts";
import { installerIn, isDevelopment, mayNeedDevelopment } from "../commands/development.ts";
import { copySources, copyWords } from "../dockerfile/instruction.ts";
import { mountFix, moveAndMergeFix, moveFix, outOfContext, showLoss } from "../edits/later.ts";
import { mergeFrom } from "../edits/removal.ts";
import { sizeOf } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, isWithin } from "../image/paths.ts";
import { mayMeetAgent } from "../queries/agents.ts";
import { isRowTooDear } from "../queries/costly.ts";
import { findsNothing } from "../queries/nothing-asked.ts";
import { lineNumber, wordsOf } from "../queries/places.ts";
import { type Later, laterRemovals, onlyFills, withoutLittle } from "../queries/removals.ts";
import { isOfWindows } from "../queries/windows.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const removedLater: Rule = {
  id: "removed-later",
  summary: "Files are removed only in a later layer",
  why:
    "A layer that is finished never gets smaller. A `rm` in a later `RUN` hides the file, and its bytes stay in the image: 50 MB written in one `RUN` and removed in " +
    "the next are 50 MB still. Only a removal in the same `RUN` frees them. What a `COPY` brought can only be left out of it, or be mounted for the `RUN` that needs it.",
  about: "bytes",
  example: {
    before:
      "FROM debian:bookworm\nRUN curl -fsSLO https://download.redis.io/redis-7.2.tar.gz && tar xzf redis-7.2.tar.gz -C /opt\nRUN rm redis-7.2.tar.gz\n",
    after:
      "FROM debian:bookworm\nRUN curl -fsSLO https://download.redis.io/redis-7.2.tar.gz && tar xzf redis-7.2.tar.gz -C /opt && rm redis-7.2.tar.gz\n",
  },
  *check(subject) {
    // Package lists have a rule of their own.
    for (const all of laterRemovals(subject, (change) => change.entry.kind !== "lists")) {
      const later = withoutLittle(all);
      if (later && !isOfWindows(later.step.before) && !findsNothing(subject, later.step, later.first)) yield finding(subject, later);
    }
  },
};

function finding(subject: Subject, later: Later): Draft {
  const { file } = subject;
  const holders = [...new Set(later.parts.flatMap((p) => p.holders))].sort((a, b) => a.index - b.index);
  const lines = [...new Set(holders.map((s) => String(lineNumber(file, s))))];
  const names = [...new Set(later.parts.flatMap((p) => namesOf(p, later.step)))];
  const [are, them] = isMany(names) ? ["are", "them"] : ["is", "it"];
  const more = mayWriteThere(subject, later, holders).map((s) => String(lineNumber(file, s)));
  const others = more.length > 0 ? `, and perhaps by ${listed(more)}` : "";
  const { fixes, advice } = mend(subject, later, holders, names);
  const own = sizeOf(later.parts.flatMap((p) => p.changes));
  return {
    span: wordsOf(file, later.first, later.step),
    // Each of the layers may hold it once.
    ...(!own.lowerBound && { known: own.bytes * Math.max(1, holders.length) }),
    message: (saved) => {
      // RUNs that become one store less of other things, too, as lists are: that is no part of it.
      const isMore = own.bytes < (saved.bytes ?? 0) * (own.lowerBound ? 1 : 0.9);
      const saving = isMore ? { ...saved, bytes: own.bytes, lowerBound: own.lowerBound } : saved;
      return `${listed(names).replace(/^the /, "The ")} ${are} stored by line${lines.length > 1 ? "s" : ""} ${listed(lines)}${others}: ${formatSaving(saving)}. Removing ${them} here frees ${mayHoldMore(later) ? "none of that" : "nothing"}; ${advice}.`;
    },
    fixes,
    // What the command removes beside that, it does remove.
    unnecessary: later.rans.every((r) => r.changes.length === later.parts.reduce((n, p) => n + (p.ran === r ? p.changes.length : 0), 0)),
    ...(fixes.length === 0 && { instead: showLoss(subject, later) }),
  };
}

const isMany = (names: readonly string[]): boolean => names.length > 1 || /^the .*(?:dependencies|gems)$/.test(names[0] ?? "");

/** A file by its last name, a package by its own. */
const namesOf = (part: Later["parts"][number], step: Step): string[] => {
  // What a command prints is no name.
  if (part.word && (part.unnamed || part.places.some((p) => /[`(|"'\n]/.test(p.path)))) return [part.word.raw];
  const [cleaned] = part.word ? [] : part.changes.map((c) => caches.find(({ ids }) => ids.includes(c.entry.id)));
  if (cleaned?.liesAnywhere?.(step.before.base)) return [cleaned.what];
  if (part.changes.some((c) => c.path === "/" && c.entry.kind !== "source")) return part.changes.map((c) => c.entry.what);
  // `npm prune`, `conda remove`: a part of what lies in the folder.
  if (!part.word && part.changes.every((c) => c.entry.kind === "package"))
    return part.changes.map(({ entry }) => (entry.what.includes(" ") ? `the ${entry.what}` : entry.what));
  const { word } = part;
  if (word && part.places.length === 1 && !word.raw.startsWith("/") && !knowsFolder(step)) return [word.raw.replace(/["']/g, "")];
  return part.places.map((p) => (p.folder ? p.path : basename(p.path)));
};

/** The removal moved to where the file is written; else both in one RUN; for what COPY brought a mount, or a context without it. */
function mend(subject: Subject, later: Later, holders: readonly Step[], names: readonly string[]): { fixes: DraftFix[]; advice: string } {
  const [writer] = later.parts.map((p) => p.earliest).sort((a, b) => a.index - b.index);
  const name = listed(names);
  const it = isMany(names) || later.parts.flatMap((p) => p.places).length > 1 ? "them" : "it";
  const places = new Set(later.parts.map((p) => p.earliest)).size;
  const where =
    places > 1 ? "where they are written" : holders.length > 1 ? `in the RUNs that write ${it}` : `in the RUN that writes ${it}`;
  const moved = moveFix(subject, later);
  const both = moved ? undefined : moveAndMergeFix(subject, later);
  const row = subject.steps.slice(writer?.index, later.step.index + 1);
  const isDear = isRowTooDear(
    row,
    later.parts.flatMap((p) => p.changes),
  );
  const merged = writer && moved?.use !== "no" && !isDear ? mergeFrom(subject, writer, later.step) : undefined;
  const fixes: DraftFix[] = [];
  if (moved)
    fixes.push({ title: `Remove ${name} ${where}`, safety: safetyOf(withAgent(moved.use, moved.writers, later.rans)), edits: moved.edits });
  // Two neighbours read as one thing; a longer row also gives up the build cache between its RUNs.
  if (both) fixes.push({ title: `Write, use and remove ${name} in one RUN`, safety: safetyOf(both.use, both.count), edits: both.edits });
  if (merged) {
    const title = merged.count === 2 ? "Merge this RUN with the one before" : `Merge these ${merged.count} RUNs into one`;
    const use = withAgent(
      "no",
      row,
      row.flatMap((s) => s.ran),
    );
    fixes.push({ title, safety: safetyOf(use, merged.count), edits: [merged.edit] });
  }
  // A later RUN may bring it again.
  const isEnough = moved && (fixes.length === 1 || isGain(subject.saving(moved)));
  if (isEnough) return { fixes, advice: `remove ${it} ${where}` };
  if (fixes.length > 0) return { fixes, advice: "do both in one RUN" };
  const spared = mountFix(subject, later);
  if (spared) {
    const { edits, runs } = spared;
    const users = runs.map((s) => String(lineNumber(subject.file, s)));
    const those = runs.every((s) => s === later.step)
      ? "this RUN"
      : `the RUN${isMany(users) ? "s" : ""} in line${isMany(users) ? "s" : ""} ${listed(users)}`;
    const title = runs.length > 0 ? `Mount ${name} for ${those} instead of copying ${it}` : `Neither copy ${name} nor remove ${it}`;
    fixes.push({ title, safety: "review", edits });
    const isPart = holders.some((s) => copySources(s.instruction).length > 1);
    return {
      fixes,
      advice:
        runs.length > 0
          ? `mount ${it} for ${those} instead of copying ${it}`
          : `nothing uses ${it}: leave ${isPart ? `${it} out of the COPY` : "the COPY out"}`,
    };
  }
  const left = outOfContext(subject, later);
  if (left) {
    const { edits, ignore } = left;
    fixes.push({ title: `Leave ${name} out of the build context`, safety: "review", edits, creates: [ignore] });
    return { fixes, advice: `${ignore.replaces === undefined ? "a" : "a line in"} ${ignore.file} would leave ${it} out` };
  }
  const keywords = new Set(holders.map((s) => s.instruction.keyword));
  if (keywords.size > 1) return { fixes, advice: "a layer keeps what it brings" };
  const keyword = writer?.instruction.keyword ?? "RUN";
  if (keyword === "ADD" && writer && copyWords(writer.instruction).some((w) => /^https?:/.test(w.text)))
    return { fixes, advice: `download ${it} in the RUN that uses ${it}, in place of ADD` };
  if (keyword !== "RUN") return { fixes, advice: `a layer of ${keyword} keeps what it brings` };
  const between = subject.steps.slice((writer?.index ?? 0) + 1, later.step.index + 1).flatMap((s) => s.ran);
  const packages = later.parts.flatMap((p) => p.changes.flatMap(({ entry }) => (entry.kind === "package" ? [entry.what] : [])));
  const isCalled = between.some((r) => !later.rans.includes(r) && (names.includes(r.name) || packages.some((name) => mayBeOf(r, name))));
  const installers = later.parts.flatMap((p) => p.changes.flatMap((c) => (isDevelopment(c.entry.id) ? [installerIn(c.entry.id)] : [])));
  const isBuiltWith = installers.some((installer) => between.some((r) => mayNeedDevelopment(r, installer)));
  return {
    fixes,
    advice:
      isCalled || isBuiltWith || usersOf(subject, later, holders).length > 0
        ? `only one RUN that brings, uses and removes ${it}, or a stage of its own, would`
        : `only a removal ${where} would`,
  };
}

/** A command that a package's name has in it, versions aside: pip3 of python3-pip, gcc-12 of gcc; python3 looks at python3-setuptools, too. */
const mayBeOf = ({ name }: Ran, packaged: string): boolean =>
  packaged.split("-").some((word) => /^[a-z]/.test(word) && withoutVersion(word) === withoutVersion(basename(name)));

const withoutVersion = (name: string): string => name.replace(/[-\d.]+$/, "");

/** Steps between that work with the files, and are not known to store them. */
function usersOf({ steps }: Subject, { step, parts }: Later, holders: readonly Step[]): Step[] {
  // A pattern that is all that is known stands for the whole folder: who works there may work with anything.
  const places = parts.flatMap((p) => (p.unnamed ? [] : p.places.filter((place) => place.path !== "/")));
  const first = Math.min(...parts.map((p) => p.earliest.index));
  return steps.filter(
    (s) =>
      s.index > first &&
      s.index < step.index &&
      s.stage === step.stage &&
      !holders.includes(s) &&
      (s.ran.length > 0
        ? s.ran.some((r) => places.some((place) => worksWith(r, place)))
        : places.some((place) => stepUses(s, place) === "yes")),
  );
}

/** It stands there, is told of it, or writes there: what may write anywhere is no user for that. */
const worksWith = ({ cwd, args, changes }: Ran, { path }: Place): boolean =>
  isWithin(cwd, path) ||
  args.some((a) => a.text.includes(path) || isWithin(absolute(a.text, cwd), path)) ||
  changes.some((c) => isWithin(c.path, path));

/** Those among them of which nobody knows what they write. */
const mayWriteThere = (subject: Subject, later: Later, holders: readonly Step[]): Step[] =>
  usersOf(subject, later, holders).filter((s) =>
    s.ran.some(
      (r) => isUnread(r) && later.parts.some((p) => p.places.some((place) => place.folder && place.path !== "/" && worksWith(r, place))),
    ),
  );

/** A folder into which its own RUN has written, too, or may have: that it does remove. */
function mayHoldMore(later: Later): boolean {
  const { step, first, parts } = later;
  const before = step.ran.slice(0, step.ran.indexOf(first));
  const folders = parts.flatMap((p) => p.places.filter((x) => x.folder && x.path !== "/"));
  const writes = (r: Ran): boolean => r.changes.some((c) => c.how === "written" && folders.some((f) => isWithin(c.path, f.path)));
  return (
    (parts.some((p) => p.places.some((x) => x.folder)) && before.some(isUnread)) || before.some((r) => onlyFills(later, r) || writes(r))
  );
}

/** Where gpg's agent may still run, nobody knows whether the removal fails. */
const withAgent = (use: Use, steps: readonly Step[], removing: readonly Ran[]): Use =>
  use === "no" &&
  mayMeetAgent(
    steps.flatMap((s) => s.ran),
    removing,
  )
    ? "maybe"
    : use;

const safetyOf = (use: Use, merged = 0): DraftFix["safety"] => (use === "no" && merged <= 2 ? "safe" : "review");

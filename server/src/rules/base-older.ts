import type { Subject } from "../build/subject.ts";
import { moveOf } from "../edits/next-line.ts";
import type { StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { commandsGone } from "../queries/moved.ts";
import { movedWith, neighboursOf } from "../queries/neighbours.ts";
import { lineBehind, lineName, linesAfter, pinnedPackages } from "../queries/release-line.ts";
import { wantsOther } from "../queries/wanted-version.ts";
import { standsOnWindows } from "../queries/windows.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import type { Edit } from "../text.ts";
import { formatSize } from "../topics/bytes.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const baseOlder: Rule = {
  id: "base-older",
  summary: "A newer line of the base image is a good deal smaller",
  why:
    "Most images grow from line to line; some get smaller, because what was in them has moved out. Said only where the same variant of a newer line, one that gets security fixes for longer, weighs a tenth less or more. " +
    "Another line is another version of what you run: test it before you ship. Fixing all at once leaves it to you. Of a line that has ended `base-ended` speaks.",
  about: "bytes",
  level: "info",
  example: {
    before: 'FROM python:3.11-alpine\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n',
    after: 'FROM python:3.12-alpine\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n',
  },
  *check(subject) {
    const { image, world } = subject;
    const { today, releases } = world;
    const stage = image.stages.find((s) => image.ships.has(s.index) && s.baseStage === undefined);
    const base = stage?.steps[0]?.after.base;
    const word = stage?.from?.args[0];
    if (!stage || standsOnWindows(subject, stage) || !base || !word || today === undefined || !releases || isUnknown(base.size)) return;
    const lines = releases.of(base);
    const [own] = lines;
    if (!own || lines.some(({ line }) => !isAlive(line, today)) || pinnedPackages(subject, stage) !== undefined) return;
    // A virtual environment, or what was compiled for one version, runs on no other.
    if (movedWith(subject, neighboursOf(subject), stage, own).length > 1) return;
    const smaller = smallerThan(subject, stage, own, base.size.bytes, today);
    if (!smaller) return;
    yield {
      span: { start: word.start, end: word.end },
      message: (saving) =>
        `${base.name} has ${formatSize(base.size)}, and ${smaller.name} ${formatSaving(saving)} less, as another version of what you run. Both are supported: ${untilWhen(own)}, ${untilWhen(smaller.on)}.`,
      fixes: [
        {
          title: `Move to ${smaller.name}${lineBehind(smaller.name, smaller.on)}, test before you ship`,
          safety: "review",
          edits: smaller.edits,
          // Its own line is supported: only bytes speak for another.
          inAll: "never",
        },
      ],
    };
  },
};

const untilWhen = (on: StandsOn): string =>
  `${lineName(on)}${on.line.ends === undefined ? " without an end so far" : ` until ${on.line.ends}`}`;

/** Less is not worth another version. */
const share = 0.9;

interface Smaller {
  readonly name: string;
  readonly on: StandsOn;
  readonly edits: Edit[];
}

/** The nearest of the newer lines, of the same variant; one behind it only where that is as much less again. */
function smallerThan(subject: Subject, stage: Stage, own: StandsOn, bytes: number, today: string): Smaller | undefined {
  const { bases, releases } = subject.world;
  let found: (Smaller & { readonly bytes: number }) | undefined;
  for (const line of releases ? linesAfter(releases, own, today) : []) {
    // The project's own tools would refuse it.
    if (wantsOther(subject, stage, own.image, line.name).length > 0) continue;
    const moved = moveOf(subject, stage, own, line);
    const size = moved && bases?.find(moved.name).size;
    if (!moved || !size || size.lowerBound || size.bytes > share * Math.min(bytes, found?.bytes ?? bytes)) continue;
    // What it is smaller by may be what the stage calls.
    if (commandsGone(subject, stage, moved.name).length > 0) continue;
    found = { ...moved, on: { ...own, line }, bytes: size.bytes };
  }
  return found;
}

import type { Subject } from "../build/subject.ts";
import { startsBuild } from "../commands/build-only.ts";
import type { BaseImage, SmallerBase } from "../image/base.ts";
import { hasTrigger, startsBuilding } from "../queries/compiles.ts";
import { startedByImage } from "../queries/started.ts";
import { isBaseAgain, isForOthers, isWorkplace } from "../queries/workplace.ts";
import { alpineBaseKind, slimBaseKind } from "../refactorings/base-swap.ts";
import { fixOf, offersOf } from "../refactorings/refactoring.ts";
import { parseReference } from "../sizes/reference.ts";
import { retiredOf } from "../sizes/retired.ts";
import { formatSize } from "../topics/bytes.ts";
import type { Draft, DraftFix, Rule } from "./rule.ts";

export const baseFat: Rule = {
  id: "base-fat",
  summary: "A full base image where a slim or alpine one exists",
  why:
    "The full variant of an official image carries compilers, headers, version control and more for every use there might be. Its slim variant has the same language on the same " +
    "distribution without them; what the build needs of it is then installed by name, or used in an earlier stage. The alpine variant is smaller still, but stands on musl " +
    "instead of glibc: prebuilt binaries, Python wheels and native Node modules made for glibc do not run there, and the default shell is not bash.",
  about: "bytes",
  example: {
    before: 'FROM python:3.12\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n',
    after: 'FROM python:3.12-slim\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n',
  },
  *check(subject) {
    const swaps = [slimBaseKind, alpineBaseKind].flatMap((kind) =>
      offersOf(kind, subject).map((offer) => ({ at: offer.span.start, fix: fixOf(kind, offer) })),
    );
    for (const stage of subject.image.stages) {
      const base = stage.steps[0]?.after.base;
      const word = stage.from?.args[0];
      if (!base || !word || base.slim || base.os?.id === "alpine" || isToWorkIn(subject, base)) continue;
      // Its variants are gone with it: where to go from there base-ended says.
      if (retiredOf(base)?.isGone) continue;
      // The swaps know what a smaller base lacks: where the build would fail, none is offered, and nothing is said.
      const fixes = swaps.flatMap(({ at, fix }) => (at === stage.from?.start ? [fix] : []));
      if (fixes.length > 0) yield finding(subject, stage.base, word, fixes);
    }
  },
};

/** Whoever works in it may want git and compilers. */
const isToWorkIn = (subject: Subject, base: BaseImage): boolean =>
  isWorkplace(subject, "logged in to") ||
  isBaseAgain(subject, base) ||
  isForOthers(subject, base) ||
  hasTrigger(subject) ||
  startsBuilding(subject) ||
  startedByImage(subject).some(startsBuild);

function finding({ world }: Subject, image: string, { start, end }: { start: number; end: number }, fixes: readonly DraftFix[]): Draft {
  const size = world.bases?.find(image).size;
  const smaller = world.bases?.smaller(image) ?? [];
  return {
    span: { start, end },
    message: () =>
      `${image} is a full image${size && size.bytes > 0 ? `: ${formatSize(size)}` : ""}. ${smaller.map((s) => `${tagOf(s)} has ${formatSize(s.size)}`).join(", ")}.`,
    fixes,
  };
}

const tagOf = (s: SmallerBase): string => parseReference(s.name)?.tag ?? s.name;

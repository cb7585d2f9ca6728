import type { Subject } from "../build/subject.ts";
import { replaceImage, writtenImage } from "../edits/base.ts";
import type { SmallerBase } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { parseReference } from "../sizes/reference.ts";
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
    for (const stage of subject.image.stages) {
      if (subject.image.ships.has(stage.index)) yield* finding(subject, stage);
    }
  },
};

/** What these run is in no alpine image: apt and dpkg themselves. */
const debianOnly = new Set(["apt-get", "apt", "aptitude", "dpkg", "apt-key", "add-apt-repository"]);

function* finding({ image, world, steps }: Subject, stage: Stage): Iterable<Draft> {
  const written = writtenImage(stage);
  const base = stage.steps[0]?.after.base;
  if (base?.slim || base?.os?.id === "alpine") return;
  const smaller = written ? (world.bases?.smaller(stage.base) ?? []) : [];
  const shipped = steps.filter((s) => image.ships.has(s.stage) && s.stage >= stage.index);
  const onDebian = shipped.some((s) => s.ran.some((r) => debianOnly.has(r.name)));
  const usable = smaller
    .filter((s) => s.variant === "slim" || !onDebian)
    .sort((a, b) => (a.variant === b.variant ? 0 : a.variant === "slim" ? -1 : 1));
  if (!written || usable.length === 0) return;
  const size = base?.size;
  yield {
    span: { start: written.word.start, end: written.word.end },
    message: () =>
      `${stage.base} is a full image${size && size.bytes > 0 ? `: ${formatSize(size)}` : ""}. ${usable.map((s) => `${tagOf(s)} has ${formatSize(s.size)}`).join(", ")}.`,
    fixes: usable.map((s): DraftFix => ({ title: titleOf(s), safety: "review", edits: [replaceImage(written.word, s.name)] })),
  };
}

const tagOf = (s: SmallerBase): string => parseReference(s.name)?.tag ?? s.name;

const titleOf = (s: SmallerBase): string =>
  s.variant === "slim" ? `Stand on ${s.name}: without compilers and headers` : `Stand on ${s.name}: musl instead of glibc`;

import type { Subject } from "../build/subject.ts";
import type { ReleaseLine, StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import { osOfWord } from "../sizes/tag.ts";
import type { Edit } from "../text.ts";
import { swapTag } from "./swap-tag.ts";

/** The FROM on another line, beside others that move `along`, where the catalogue knows that there is one; else without the distribution's release. */
export function moveOf(
  subject: Subject,
  stage: Stage,
  { image, line }: StandsOn,
  next: ReleaseLine,
  along: readonly Stage[] = [],
): { name: string; edits: Edit[] } | undefined {
  const reference = parseReference(stage.base);
  if (reference?.tag === undefined || reference.digest !== undefined) return undefined;
  const names = candidates(reference.tag, image, line, next).map((tag) => `${reference.written}:${tag}`);
  const name = names.find((n) => {
    const base = subject.world.bases?.find(n);
    return (
      base?.resolved !== undefined && !isUnknown(base.size) && subject.world.releases?.of(base).every((on) => isStillGood(subject, on))
    );
  });
  const edits = name === undefined ? undefined : swapTag(subject, stage, name, along);
  return name !== undefined && edits ? { name, edits } : undefined;
}

const isStillGood = ({ world }: Subject, { line }: StandsOn): boolean => world.today === undefined || isAlive(line, world.today);

/** `3.8.1-slim-buster` → `3.11-slim-buster`, `3.11-slim`; `10-slim` → `12-slim`; `14-alpine3.12` → `22-alpine3.12`, `22-alpine`. */
function candidates(tag: string, image: string, line: ReleaseLine, next: ReleaseLine): string[] {
  const words = tag.split("-").filter((w) => !/^\d{8}$/.test(w));
  const at = words.findIndex((w) => w === line.codename || w === line.name || w.startsWith(`${line.name}.`) || w === `alpine${line.name}`);
  const word = words[at];
  if (word === undefined) return [];
  // dotnet writes 8.0 for its line 8; elsewhere that is its first release, which has none of the later fixes.
  const name = image.endsWith("/dotnet") && word === `${line.name}.0` ? `${next.name}.0` : next.name;
  const moved = words.with(at, word === line.codename ? (next.codename ?? name) : word.startsWith("alpine") ? `alpine${name}` : name);
  const anyAlpine = moved.map((w, i) => (i === at ? w : w.replace(/^alpine[\d.]+$/, "alpine")));
  const anySuite = moved.filter((w, i) => i === at || (osOfWord(w) === undefined && !w.startsWith("alpine")));
  return [moved, anyAlpine, ...(moved.some((w) => w.startsWith("alpine")) ? [] : [anySuite])].map((all) => all.join("-"));
}

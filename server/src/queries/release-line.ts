import { isBuiltOn, type Subject } from "../build/subject.ts";
import { namedPackages } from "../commands/installs.ts";
import type { StandsOn } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { lineNumber } from "./places.ts";

/** What a line of releases is called: `debian 12 (bookworm)`. */
export const lineName = ({ image, line }: StandsOn): string =>
  `${image.replace(/^mcr\.microsoft\.com\//, "")} ${line.name}${line.codename ? ` (${line.codename})` : ""}`;

/** A package of a version that another release does not have ends the build. */
export function pinnedLine({ file, image, steps }: Subject, stage: Stage): number | undefined {
  const own = steps.filter((s) => isBuiltOn(image, s.stage, stage.index));
  const pinned = own.find((s) => namedPackages(s.ran).all.some((p) => /[^~<>!]=/.test(p.written.text)));
  return pinned && lineNumber(file, pinned);
}

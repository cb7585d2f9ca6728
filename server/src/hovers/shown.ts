import type { Subject } from "../build/subject.ts";
import type { Image } from "../image/model.ts";
import type { Lines } from "../text.ts";

/** What a hover is about: an analysis has all of it. */
export interface Shown {
  readonly subject: Subject;
  readonly image: Image;
  readonly lines: Lines;
}

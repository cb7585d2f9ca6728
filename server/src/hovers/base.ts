import type { BaseImage } from "../image/base.ts";
import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { parseReference, type Reference } from "../sizes/reference.ts";
import { parseTag } from "../sizes/tag.ts";
import { formatSize } from "../topics/bytes.ts";
import * as say from "../topics/pinning.ts";
import type { Shown } from "./shown.ts";

/** The image of a FROM: what it stands for today, what it weighs, what is smaller, and how to pin it. Markdown. */
export function baseText(shown: Shown, stage: Stage): string {
  const base = stage.steps[0]?.after.base;
  if (stage.baseStage !== undefined)
    return `Stands on the stage \`${stage.base}\` above, and inherits its files, environment, user and folder.`;
  if (!base) return "`scratch` is empty: no files, no shell, no certificates.";
  return [sizeText(base, shown.subject.world.bases?.asOf), ...smallerText(shown, stage), ...pinningText(shown, stage)].join("\n\n");
}

function sizeText({ name, resolved, size, source }: BaseImage, asOf: string | undefined): string {
  const weight = isUnknown(size) ? "size not known until it is pulled" : `${formatSize(size)} (amd64)${source ? `, ${source}` : ""}`;
  return `**${name}**: ${weight}.${resolved && resolved !== name ? ` ${asOf ? `On ${asOf} it stood` : "It stands"} for \`${resolved}\`.` : ""}`;
}

function smallerText({ subject }: Shown, { base }: Stage): string[] {
  const smaller = subject.world.bases?.smaller(base) ?? [];
  if (smaller.length === 0) return [];
  return [
    `Smaller: ${smaller.map((s) => `\`${s.name}\` ${formatSize(s.size)}${s.variant === "alpine" ? " (musl instead of glibc)" : ""}`).join(", ")}.`,
  ];
}

function pinningText({ subject }: Shown, { base }: Stage): string[] {
  const reference = parseReference(base);
  if (!reference) return [];
  if (reference.digest) return [say.byDigest, say.whenNotToPin];
  const version = subject.world.bases?.versionOf(base);
  const name = `${reference.written}:${version ?? reference.tag ?? "latest"}`;
  const line = version ? [`By tag: \`${name}\` keeps to the line that it is today, and still gets its security fixes.`] : [];
  return [tagText(reference, version !== undefined), ...line, say.howToPin(name), say.whenNotToPin];
}

function tagText({ tag = "latest", ...reference }: Reference, moves: boolean): string {
  if (tag === "latest") return say.latestMoves;
  if (moves) return say.movesAt(tag);
  const isRelease = (parseTag(tag).version?.length ?? 0) > 2 && reference.path.startsWith("library/");
  return isRelease ? say.byRelease : say.byLine;
}

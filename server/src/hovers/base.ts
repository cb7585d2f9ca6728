import type { Stage } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { parseReference } from "../sizes/reference.ts";
import { formatSize } from "../topics/bytes.ts";
import { byDigest, byTag, moving, whenNot } from "../topics/pinning.ts";
import type { Shown } from "./shown.ts";

/** The image of a FROM: what it stands for today, what it weighs, what is smaller, and how to pin it. Markdown. */
export function baseText({ subject }: Shown, stage: Stage): string {
  const base = stage.steps[0]?.after.base;
  if (stage.baseStage !== undefined)
    return `Stands on the stage \`${stage.base}\` above, and inherits its files, environment, user and folder.`;
  if (!base) return "`scratch` is empty: no files, no shell, no certificates.";
  const lines = [
    `**${base.name}**${base.resolved && base.resolved !== base.name ? ` is \`${base.resolved}\` today` : ""}: ${isUnknown(base.size) ? "size not known" : `${formatSize(base.size)} (amd64)`}${base.source ? `, ${base.source}` : ""}.`,
  ];
  const smaller = subject.world.bases?.smaller(stage.base) ?? [];
  if (smaller.length) lines.push(`Smaller: ${smaller.map((s) => `\`${s.name}\` ${formatSize(s.size)}`).join(", ")}.`);
  const reference = parseReference(stage.base);
  const version = subject.world.bases?.versionOf(stage.base);
  if (!reference?.digest && (reference?.tag ?? "latest") === "latest")
    lines.push(`${moving}${version ? ` Today: \`${reference?.written ?? stage.base}:${version}\`.` : ""}`);
  else if (!reference?.digest) lines.push(byTag);
  lines.push(byDigest, whenNot);
  return lines.join("\n\n");
}

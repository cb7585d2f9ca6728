import { formatSize } from "../../topics/bytes.ts";
import type { Compared, LayerChange, LayerLine, Package } from "../growth.ts";
import { plural } from "../terminal.ts";
import { inWords, isChange } from "./growth-text.ts";

/** For a comment under a pull request. */
export function growthMarkdown({ before, after, growth }: Compared): string {
  const changes = growth.layers.filter(isChange);
  const { came, went } = growth.packages;
  return [
    `**Image: ${formatSize(before.analysis.image.size)} → ${formatSize(after.analysis.image.size)}** (${inWords(growth)})`,
    "",
    ...(changes.length > 0 ? ["| Layer | before | after |", "|---|---:|---:|", ...changes.map(row), ""] : ["No layer differs.", ""]),
    ...packageList(went, "no longer installed"),
    ...packageList(came, "newly installed"),
    "<sub>Predicted without building, by Ballast; for amd64.</sub>",
    "",
  ].join("\n");
}

const row = ({ before, after }: LayerChange): string => `| ${codeOf(after ?? before)} | ${sizeOf(before)} | ${sizeOf(after)} |`;
const sizeOf = (line: LayerLine | undefined): string => (line ? formatSize(line.size) : "");

/** Longer than any backticks in it; a bar would end the cell. */
function codeOf(line: LayerLine | undefined): string {
  const text = (line?.text ?? "").slice(0, 120).replaceAll("|", "\\|");
  const fence = "`".repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length > 1 ? `${fence} ${text} ${fence}` : `\`${text}\``;
}

function packageList(packages: readonly Package[], what: string): string[] {
  if (packages.length === 0) return [];
  const names = packages.map((p) => `\`${p.what}\``).join(", ");
  return [`<details><summary>${plural(packages.length, "package")} ${what}</summary>`, "", names, "", "</details>", ""];
}

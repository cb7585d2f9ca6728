import { dirname, resolve } from "node:path";
import type { Finding, Fix } from "../../analysis.ts";
import { defaultMinSaving } from "../../analyze.ts";
import { addedToUnknown } from "../../build/subject.ts";
import { wasteByLayer, wasted } from "../../build/waste.ts";
import { type AppliedFix, chosenFix } from "../../fixall.ts";
import { isUnknown, isZero, type Size } from "../../image/size.ts";
import type { Level } from "../../protocol.ts";
import { formatBytes, formatSize } from "../../topics/bytes.ts";
import { toReview } from "../fix.ts";
import { type Fixed, fromHere, type Looked } from "../inputs.ts";
import { write } from "../output.ts";
import { plural, printable, type Terminal, terminal } from "../terminal.ts";
import type { Reporter } from "./reporter.ts";

const colors = { error: "red", warning: "yellow", info: "blue", hint: "gray" } as const satisfies Record<Level, string>;
/** `  12:34  warning  `: messages begin behind it. */
const indent = 18;

/** For people: by file, each finding with its rule and its first fix, then what the image weighs. */
export function textReporter(): Reporter {
  const screen = terminal();
  let findings = 0;
  let files = 0;
  let safe = 0;
  let toReview = 0;
  return {
    begin: async () => {},
    async file(looked) {
      files++;
      findings += looked.analysis.findings.length;
      for (const { fixes } of looked.analysis.findings) {
        if (chosenFix(fixes)) safe++;
        else if (chosenFix(fixes, true)) toReview++;
      }
      const parts = [screen.style(["bold", "underline"], printable(looked.input.name))];
      if (looked.fixed) parts.push(...fixedLines(looked.fixed, looked.analysis.image.size, screen));
      for (const finding of looked.analysis.findings) parts.push(...findingLines(looked, finding, screen));
      parts.push(summaryLine(looked, screen), ...contextLine(looked, screen));
      await write(`${parts.join("\n")}\n\n`);
    },
    failure: async () => {},
    async end() {
      if (files > 1) await write(`${findings === 0 ? "Nothing to report" : plural(findings, "finding")} in ${plural(files, "file")}\n`);
      if (safe + toReview > 0) await write(`${screen.wrap(howToFix(safe, toReview), 0).join("\n")}\n`);
    },
  };
}

/** What fix-all would do about it. */
function howToFix(safe: number, toReview: number): string {
  return [
    ...(safe > 0 ? [`${plural(safe, "safe fix", "safe fixes")}: --fix`] : []),
    ...(toReview > 0 ? [`${plural(toReview, "fix", "fixes")} to review: --fix --unsafe-fixes (--diff shows what they do)`] : []),
  ].join("; ");
}

const remedyText = ({ title, safety }: Fix): string => `${printable(title)}${safety === "review" ? " [review]" : ""}`;

function fixedLines({ applied, created, before }: Fixed, after: Size, screen: Terminal): string[] {
  // What nobody knew and is known now is no growth.
  const isNews = before.bytes > 0 && before.lowerBound && after.bytes > before.bytes;
  const sizes =
    before.bytes === after.bytes ? "" : `: ${formatSize(before)} → ${formatSize(after)}${isNews ? ", since more is known now" : ""}`;
  const written = created.map((file) => `${printable(file)} written`);
  const text = [`${plural(applied.length, "fix", "fixes")} applied (${namesOf(applied)})${sizes}`, ...written].join(" · ");
  return [
    ...screen.wrap(text, 2).map((line) => screen.style("green", `  ${line}`)),
    ...toReview(applied).flatMap((fix) =>
      screen.wrap(`to review: ${printable(fix)}`, 4).map((line, i) => `${i > 0 ? "    " : "  "}${line}`),
    ),
  ];
}

/** `apt-lists-kept ×2, pip-cache-kept` */
function namesOf(applied: readonly AppliedFix[]): string {
  const rules = applied.map(({ rule }) => rule.id);
  const times = (rule: string): number => rules.filter((r) => r === rule).length;
  return [...new Set(rules)].map((rule) => (times(rule) > 1 ? `${rule} ×${times(rule)}` : rule)).join(", ");
}

function findingLines({ analysis }: Looked, finding: Finding, screen: Terminal): string[] {
  const { line, character } = analysis.lines.position(finding.span.start);
  const place = `${line + 1}:${character + 1}`.padEnd(6);
  const level = screen.style(colors[finding.level], finding.level.padEnd(7));
  const [fix, ...others] = finding.fixes;
  const remedy = fix ? ` → ${[fix, ...others].map(remedyText).join(", or: ")}` : "";
  const [first = "", ...rest] = screen.wrap(printable(finding.message), indent);
  const below = screen.wrap([finding.rule.id, ...finding.aliases].join(" ") + remedy, indent).map((text) => screen.style("dim", text));
  return [`  ${screen.style("dim", place)} ${level}  ${first}`, ...[...rest, ...below].map((text) => " ".repeat(indent) + text)];
}

/** `image ≥ 822 MB · wasted 45 MB · 477 MB can go` */
function summaryLine(looked: Looked, screen: Terminal): string {
  const { image, savable, findings } = looked.analysis;
  const added = addedToUnknown(image);
  const waste = wasted(wasteByLayer(image));
  const parts = [
    `image ${screen.style("bold", added ? "?" : formatSize(image.size))}${added ? " (base unknown)" : ""}`,
    ...(added && !isUnknown(added) ? [`this file ${formatSize(added)}`] : []),
    ...(isZero(waste) ? [] : [`wasted ${formatSize(waste)}`]),
    ...(savable > 0 ? [screen.style("green", `${formatBytes(savable)} can go`)] : []),
    ...(findings.length === 0 && waste.bytes < (looked.world.settings?.minSaving ?? defaultMinSaving) ? ["nothing to report"] : []),
  ];
  return `  ${parts.join(" · ")}`;
}

/** Which folder was taken for the build context, where it is not the Dockerfile's own or another one may be meant. */
function contextLine({ input, wishes, world, contextFolder }: Looked, screen: Terminal): string[] {
  const guess = world.context?.guess;
  const isOwn = input.path === undefined || contextFolder === dirname(resolve(input.path));
  if (contextFolder === undefined || wishes.context !== undefined || (isOwn && guess === undefined)) return [];
  const why = guess ? `a guess, for ${guess.because}` : "the nearest folder that has all that COPY names";
  return screen
    .wrap(`build context ${printable(fromHere(contextFolder))}: ${why} (--context)`, 2)
    .map((line) => screen.style("dim", `  ${line}`));
}

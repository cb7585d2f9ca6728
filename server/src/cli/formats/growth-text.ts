import { type Size, sum } from "../../image/size.ts";
import { formatBytes, formatSize } from "../../topics/bytes.ts";
import type { Compared, Growth, LayerChange, Package } from "../growth.ts";
import { cut, plural, printable, type Terminal, terminal } from "../terminal.ts";

const sizeWidth = 10;
/** Of packages that come or go, those named first; the others are in the other formats. */
const shownPackages = 8;

/** For people: what the image weighed and weighs, the layers that came, went or changed, and the packages. */
export function growthText({ before, after, growth }: Compared): string {
  const screen = terminal();
  const sizes = `image ${formatSize(before.analysis.image.size)} → ${screen.style("bold", formatSize(after.analysis.image.size))}`;
  const lines = growth.layers.filter(isChange).map((change) => layerLine(change, screen));
  const { came, went } = growth.packages;
  return [
    screen.style(["bold", "underline"], `${printable(before.input.name)} → ${printable(after.input.name)}`),
    ...(lines.length > 0 ? lines : ["  no layer differs"]),
    ...packageLines("-", went, "no longer installed", screen),
    ...packageLines("+", came, "newly installed", screen),
    `  ${sizes} · ${screen.style(isSmaller(growth) ? "green" : "yellow", inWords(growth))}`,
  ]
    .join("\n")
    .concat("\n");
}

/** `1 GB less`, `≥ 20 MB more`, `the same`. */
export function inWords({ bytes, bound }: Growth): string {
  if (bytes === undefined) return "how much it grows or shrinks is not known";
  if (bytes === 0)
    return bound === undefined ? "the same" : bound === "at least" ? "more, by an unknown amount" : "less, by an unknown amount";
  const isMore = bytes > 0;
  // "Grows by at most -20 MB" is: 20 MB less, at least.
  const mark = bound === undefined ? "" : (bound === "at least") === isMore ? "≥ " : "≤ ";
  return `${mark}${formatBytes(Math.abs(bytes))} ${isMore ? "more" : "less"}`;
}

const isSmaller = ({ bytes, bound }: Growth): boolean => bytes !== undefined && bytes <= 0 && bound !== "at least";

/** The row of an instruction that is the same on both sides tells nothing, unless its bytes differ. */
export const isChange = ({ before, after }: LayerChange): boolean =>
  before?.text !== after?.text || before?.size.bytes !== after?.size.bytes || before?.size.lowerBound !== after?.size.lowerBound;

function layerLine({ before, after }: LayerChange, screen: Terminal): string {
  const shown = after ?? before;
  const mark = !before ? "+" : !after ? "-" : "~";
  const width = Math.max(screen.width - 4 - 2 * sizeWidth - 3, 12);
  const text = cut(printable(shown?.text ?? ""), width).padEnd(width);
  const size = (one: Size | undefined): string => (one ? formatSize(one) : "").padStart(sizeWidth);
  return screen.style(
    mark === "+" ? "yellow" : mark === "-" ? "green" : "reset",
    `  ${mark} ${text}${size(before?.size)} → ${size(after?.size)}`.trimEnd(),
  );
}

function packageLines(mark: string, packages: readonly Package[], what: string, screen: Terminal): string[] {
  if (packages.length === 0) return [];
  const shown = packages.length > shownPackages + 1 ? packages.slice(0, shownPackages) : packages;
  const more = packages.length - shown.length;
  const rest = more > 0 ? ` and ${more} more (${formatSize(sum(packages.map((p) => p.size)))} in all)` : "";
  const names = shown.map((p) => printable(p.what)).join(", ");
  const text = `${plural(packages.length, "package")} ${what}: ${names}${rest}`;
  return screen.wrap(text, 4).map((line, i) => `  ${i === 0 ? mark : " "} ${line}`);
}

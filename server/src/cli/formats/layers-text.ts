import { wasteByLayer, wasted } from "../../build/waste.ts";
import { isZero } from "../../image/size.ts";
import type { LayerJSON, StageJSON } from "../../protocol.ts";
import { formatBytes, formatSize } from "../../topics/bytes.ts";
import type { Looked } from "../inputs.ts";
import { cut, printable, type Terminal, terminal } from "../terminal.ts";

const barWidth = 14;
/** All columns but the instruction's text. */
const fixedWidth = 4 + 1 + 2 + barWidth + 1 + 10 + 2 + 8 + 2 + 7;

/** A table for people: a bar for each layer of each stage, what it weighs and how sure that is, what of it is wasted. */
export function layersTable(looked: Looked): string {
  const { analysis } = looked;
  const screen = terminal();
  const { image } = analysis.toJSON(looked.input.name);
  const textWidth = Math.max(screen.width - fixedWidth, 12);
  const largest = Math.max(...image.stages.flatMap((stage) => stage.layers.map((layer) => layer.bytes)), 1);
  const head = `${"line".padStart(4)} ${"instruction".padEnd(textWidth + 2 + barWidth + 1)}${"bytes".padStart(10)}  ${"basis".padEnd(8)}  wasted`;
  const lines = [screen.style("dim", head)];
  for (const stage of image.stages) {
    if (image.stages.length > 1) lines.push(stageLine(stage, image.target, screen));
    for (const layer of stage.layers) {
      const row = layerLine(layer, firstLine(looked, layer), textWidth, largest, screen);
      lines.push(stage.ships ? row : screen.style("dim", row));
    }
  }
  const waste = wasted(wasteByLayer(analysis.image));
  const total = [
    `image ${screen.style("bold", formatSize(image))} for amd64`,
    ...(isZero(waste) ? [] : [`wasted ${formatSize(waste)}`]),
    ...(image.savableBytes > 0 ? [screen.style("green", `${formatBytes(image.savableBytes)} can go`)] : []),
  ];
  return `${[...lines, "", total.join(" · ")].join("\n")}\n`;
}

function stageLine(stage: StageJSON, target: number, screen: Terminal): string {
  const what = stage.index === target ? "the image" : stage.ships ? "in the image" : "not in the image";
  return `\n${screen.style("bold", printable(stage.name ?? `stage ${stage.index}`))} ${screen.style("dim", `· ${what}`)}`;
}

function layerLine(layer: LayerJSON, text: string, textWidth: number, largest: number, screen: Terminal): string {
  const lost = layer.wastedBytes > 0 ? formatBytes(layer.wastedBytes) : "";
  return [
    `${String(layer.range.start.line + 1).padStart(4)} ${cut(text, textWidth).padEnd(textWidth)}  `,
    `${bar(layer, largest, screen)} `,
    `${formatSize(layer).padStart(10)}  ${layer.basis.padEnd(8)}  ${screen.style("red", lost.padStart(7))}`.trimEnd(),
  ].join("");
}

/** `▓▓▓░░`: what stays, what is wasted; `╱╱╱` where nothing is known. */
function bar(layer: LayerJSON, largest: number, screen: Terminal): string {
  if (layer.basis === "unknown") return screen.style("dim", "╱╱╱".padEnd(barWidth));
  const length = layer.bytes === 0 ? 0 : Math.max(1, Math.round((layer.bytes / largest) * barWidth));
  const lost = Math.min(length, Math.ceil((layer.wastedBytes / Math.max(layer.bytes, 1)) * length));
  return screen.style("cyan", "▓".repeat(length - lost)) + screen.style("red", "░".repeat(lost)) + " ".repeat(barWidth - length);
}

function firstLine({ analysis }: Looked, layer: LayerJSON): string {
  const { start, end } = analysis.lines.span(layer.range);
  return printable(
    analysis.lines.text
      .slice(start, Math.min(end, start + 500))
      .replace(/\\\r?\n/g, " ")
      .split("\n", 1)[0] ?? "",
  )
    .replace(/ +/g, " ")
    .trim();
}

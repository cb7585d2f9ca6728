// The page of the layer preview. It keeps nothing but what it was last told, and draws that anew each time.
import "./view.css";
import type { FindingJSON, ItemJSON, LayerJSON, Position, StageJSON } from "../../../server/src/protocol.ts";
import { describeSize, formatBytes, formatSize } from "./format.ts";
import type { Layers, ToHost, ToView } from "./messages.ts";
import { findingsElsewhere, findingsOf, ordered, parts, widest } from "./summary.ts";

declare function acquireVsCodeApi(): { postMessage(message: ToHost): void; getState(): unknown; setState(state: { scroll: number }): void };

const host = acquireVsCodeApi();
const main = document.querySelector("main") ?? document.body;

window.addEventListener("message", ({ data }: MessageEvent<ToView>) => {
  if (data.type === "layers") show(data);
  else main.replaceChildren(element("p", { class: "notice", role: "status" }, data.text));
});
window.addEventListener("scroll", () => host.setState({ scroll: window.scrollY }));

/** Where the page stood before its tab was hidden; taken up with the first picture. */
let scroll = (host.getState() as { scroll?: number } | undefined)?.scroll;

/** What had the focus last. Asked when a picture is drawn it would be too late: the editor takes the focus off when it leaves the page. */
let focused = "";
window.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement && target.id) focused = target.id;
});
window.addEventListener("focus", () => refocus());

function show(layers: Layers): void {
  const from = scroll ?? window.scrollY;
  scroll = undefined;
  main.replaceChildren(...picture(layers));
  window.scrollTo(0, from);
  // While someone types in the editor the focus must stay there: it is given back when the page has it again.
  if (document.hasFocus()) refocus();
  // The target stands first: with the total above it.
  if (layers.stage === layers.file.image.target) window.scrollTo(0, 0);
  else if (layers.stage !== undefined) document.getElementById(`stage-${layers.stage}`)?.scrollIntoView();
}

function refocus(): void {
  if (document.activeElement === document.body && focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function picture(layers: Layers): HTMLElement[] {
  const { image } = layers.file;
  const elsewhere = findingsElsewhere(layers.file);
  return [
    heading(layers),
    ...ordered(image).map((stage) => section(layers, stage, widest(image, stage.ships))),
    ...(elsewhere.length > 0 ? [element("section", {}, element("h2", {}, "Other lines"), findingList(elsewhere, "other"))] : []),
  ];
}

function heading({ name, file: { image } }: Layers): HTMLElement {
  const { base, yours, wastedBytes } = parts(image);
  const shares: [string, number, string][] = [
    ["base", base.bytes, `base ${formatSize(base)}`],
    ["yours", yours.bytes, `yours ${formatSize(yours)}`],
    ["wasted", wastedBytes, `wasted ${formatBytes(wastedBytes)}`],
  ];
  const all = Math.max(1, base.bytes + yours.bytes + wastedBytes);
  const bar = element("div", { class: "bar", "aria-hidden": "true" });
  const legend = element("ul", { class: "legend" });
  for (const [kind, bytes, text] of shares) {
    bar.append(...piece(kind, bytes / all));
    legend.append(element("li", {}, element("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), text));
  }
  const total = element("p", { class: "total", title: describeSize(image) }, element("strong", {}, formatSize(image)));
  if (image.savableBytes > 0) total.append(` · ${formatBytes(image.savableBytes)} can go`);
  return element("header", {}, element("h1", {}, `Layers of ${name}`), total, bar, legend);
}

function section(layers: Layers, stage: StageJSON, full: number): HTMLElement {
  const { image } = layers.file;
  const role =
    stage.index === image.target
      ? "the image"
      : stage.ships
        ? "part of the image"
        : "left out of the image, but for what is copied from it";
  const only = image.stages.length === 1 && stage.name === undefined;
  const title = element("h2", {}, only ? "The image" : (stage.name ?? `Stage ${stage.index}`));
  if (!only) title.append(" ", element("span", { class: "role" }, role));
  const list = element("ol", {}, ...stage.layers.map((layer, i) => row(layers, stage, layer, i, full)));
  return element("section", { id: `stage-${stage.index}`, class: stage.ships ? "ships" : "discarded" }, title, list);
}

function row(layers: Layers, stage: StageJSON, layer: LayerJSON, i: number, full: number): HTMLElement {
  const words = brief(layers.words[stage.index]?.[i] ?? layer.instruction);
  const baseName = stage.baseStage === null ? undefined : (layers.file.image.stages[stage.baseStage]?.name ?? `stage ${stage.baseStage}`);
  const inherited = layer.instruction === "FROM" && baseName !== undefined;
  const size = inherited ? "" : formatSize(layer);
  const known = inherited ? `its layers stand under ${baseName}` : describeSize(layer, layer.source);
  const wasted = layer.wastedBytes > 0 ? `${formatBytes(layer.wastedBytes)} wasted: a later layer removes or replaces it` : "";

  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  const kind = layer.instruction === "FROM" ? "base" : "yours";
  bar.append(...piece(kind, (layer.bytes - layer.wastedBytes) / full), ...piece("wasted", layer.wastedBytes / full));
  if (layer.lowerBound) bar.append(element("span", { class: "unknown" }, "?"));

  const id = `layer-${stage.index}-${i}`;
  const label = [words, known, wasted].filter(Boolean).join(". ");
  const button = element(
    "button",
    { id, class: "layer", type: "button", title: label, "aria-label": label },
    element("span", { class: "words" }, words),
    bar,
    element("span", { class: "size" }, size),
  );
  button.addEventListener("click", () => host.postMessage({ type: "reveal", position: layer.range.start }));

  const items = inherited ? known : biggest(layer.items);
  const out = element("li", {}, button);
  if (items) out.append(element("p", { class: "items" }, items));
  if (wasted) out.append(element("p", { class: "waste" }, wasted));
  const findings = findingsOf(layers.file, layer);
  if (findings.length > 0) out.append(findingList(findings, id));
  return out;
}

/** The three biggest things in a layer, and how many more there are. */
function biggest(items: readonly ItemJSON[]): string {
  const sorted = [...items].sort((a, b) => b.bytes - a.bytes);
  const named = sorted.slice(0, 3).map((item) => `${item.what} ${formatSize(item)}`);
  return [...named, ...(sorted.length > 3 ? [`${sorted.length - 3} more`] : [])].join(" · ");
}

function findingList(findings: readonly FindingJSON[], owner: string): HTMLElement {
  return element("ul", { class: "findings" }, ...findings.map((finding, i) => findingItem(finding, `${owner}-${i}`)));
}

function findingItem(finding: FindingJSON, id: string): HTMLElement {
  const { start } = finding.range;
  const out = element("li", { class: finding.level }, link(id, finding.message, "reveal", start));
  for (const [i, fix] of finding.fixes.entries())
    out.append(link(`${id}-${i}`, fix.safety === "review" ? `${fix.title} [review]` : fix.title, "fix", start));
  return out;
}

function link(id: string, text: string, type: "reveal" | "fix", position: Position): HTMLElement {
  const title = type === "fix" ? "Opens the lightbulb in the editor" : "Goes to the line";
  const out = element("button", { id: `finding-${id}`, class: type, type: "button", title }, text);
  out.addEventListener("click", () => host.postMessage({ type, position }));
  return out;
}

/** A piece of a bar, if any. Widths are set by script: the page's policy allows no style in the markup. */
function piece(kind: string, share: number): HTMLElement[] {
  if (!(share > 0)) return [];
  const out = element("span", { class: kind });
  out.style.width = `${Math.min(1, share) * 100}%`;
  return [out];
}

/** An instruction on one line. */
const brief = (words: string): string =>
  words
    .replace(/\\\r?\n/g, " ")
    .replace(/\s+/g, " ")
    .trim();

function element(name: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const out = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
  out.append(...children);
  return out;
}

host.postMessage({ type: "ready" });

import type { Analysis, Finding, Fix } from "./analysis.ts";
import type { Saving } from "./build/difference.ts";
import { sourceOf } from "./build/layer.ts";
import { type WasteByLayer, wasteByLayer, wasted } from "./build/waste.ts";
import type { Entry } from "./image/files.ts";
import type { Layer, Stage, Step } from "./image/model.ts";
import { isZero, type Size } from "./image/size.ts";
import type { FileJSON, FindingJSON, FixJSON, ItemJSON, LayerJSON, SizeJSON, StageJSON } from "./protocol.ts";
import { titleWithGain } from "./topics/gain.ts";

/** Items of one layer that are named; packages are all named. */
const maximumItems = 50;

/** An analysis as `check --format json` prints it for one file. */
export function toJSON(analysis: Analysis, name: string): FileJSON {
  const { image, lines } = analysis;
  const waste = wasteByLayer(image);
  return {
    file: name,
    image: {
      ...sizeJSON(image.size),
      wastedBytes: wasted(waste).bytes,
      savableBytes: analysis.savable,
      target: image.target,
      stages: image.stages.map((stage) => stageJSON(analysis, stage, waste)),
    },
    findings: analysis.findings.map((finding) => findingJSON(analysis, finding)),
    refactorings: analysis.refactorings.map((r) => ({
      id: r.id,
      title: titleWithGain(r.title, r.saving),
      range: lines.range(r.span),
      ...savingJSON(r.saving),
      edits: r.edits.map((e) => lines.edit(e)),
    })),
  };
}

const sizeJSON = ({ bytes, lowerBound, basis }: Size): SizeJSON => ({ bytes, lowerBound, basis });

const savingJSON = (saving: Saving): { savesBytes: number | null; savesLowerBound: boolean } => ({
  savesBytes: saving.bytes ?? null,
  savesLowerBound: saving.lowerBound,
});

function stageJSON(analysis: Analysis, stage: Stage, waste: WasteByLayer): StageJSON {
  return {
    ...(stage.name !== undefined && { name: stage.name }),
    index: stage.index,
    base: stage.base,
    baseStage: stage.baseStage ?? null,
    ships: analysis.image.ships.has(stage.index),
    layers: stage.steps.flatMap((step) => layerJSON(analysis, step, waste)),
  };
}

function layerJSON({ lines }: Analysis, step: Step, waste: WasteByLayer): LayerJSON[] {
  const { layer, instruction } = step;
  if (!layer) return [];
  const lost = waste.get(layer.index);
  const isBase = instruction.keyword === "FROM";
  const source = isBase ? step.after.base?.source : sourceOf(layer);
  return [
    {
      range: lines.range(instruction),
      instruction: instruction.keyword,
      ...sizeJSON(layer.size),
      items: isBase ? [] : itemsOf(step, lost?.entries),
      wastedBytes: lost?.size.bytes ?? 0,
      ...(source !== undefined && { source }),
    },
  ];
}

/** Packages first, all of them; then files and folders, biggest first. */
function itemsOf(step: Step, lost: ReadonlySet<Entry> | undefined): ItemJSON[] {
  const entries = onceEach(step.layer?.entries ?? []).filter(({ entry }) => !isZero(entry.size) || entry.kind === "package");
  const packages = entries.filter(({ entry }) => entry.kind === "package");
  const others = entries.filter(({ entry }) => entry.kind !== "package").sort((a, b) => b.entry.size.bytes - a.entry.size.bytes);
  return [...packages, ...others.slice(0, maximumItems)].map(({ path, entry }) => ({
    kind: entry.kind,
    what: entry.what,
    ...sizeJSON(entry.size),
    ...(path !== "/" && { path }),
    ...(lost?.has(entry) && { wasted: true }),
  }));
}

/** A file of several names is stored once: the first stands for it. */
function onceEach(entries: Layer["entries"]): Layer["entries"] {
  const seen = new Set<string>();
  return entries.filter(({ entry: { inode } }) => inode === undefined || (!seen.has(inode) && seen.add(inode)));
}

function findingJSON({ lines }: Analysis, finding: Finding): FindingJSON {
  const { saving } = finding;
  return {
    rule: finding.rule.id,
    aliases: [...finding.aliases],
    level: finding.level,
    message: finding.message,
    range: lines.range(finding.span),
    ...(saving && { ...savingJSON(saving), basis: saving.basis }),
    ...(finding.unnecessary && { unnecessary: true }),
    fixes: finding.fixes.map((fix) => fixJSON(lines, fix)),
  };
}

function fixJSON(lines: Analysis["lines"], fix: Fix): FixJSON {
  return {
    title: fix.title,
    safety: fix.safety,
    ...(fix.saving && savingJSON(fix.saving)),
    edits: fix.edits.map((e) => lines.edit(e)),
    ...(fix.creates.length > 0 && {
      creates: fix.creates.map(({ file, text, replaces }) => ({ file, text, ...(replaces !== undefined && { replaces: true }) })),
    }),
  };
}

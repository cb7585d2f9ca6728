import { type CodeLens, type InlayHint, MarkupKind } from "vscode-languageserver";
import type { Analysis } from "../analysis.ts";
import { addedToUnknown } from "../build/subject.ts";
import { layerText } from "../hovers/layer.ts";
import type { Stage, Step } from "../image/model.ts";
import { isZero, type Size, sum, zero } from "../image/size.ts";
import { type ShowLayersArguments, showLayersCommand } from "../protocol.ts";
import type { Range } from "../text.ts";
import { formatBytes, formatSize } from "../topics/bytes.ts";

/** The bytes at the end of each instruction that stores something, and nothing else; where they come from is in the tooltip. */
export function inlayHintsIn(analysis: Analysis, range: Range): InlayHint[] {
  const { lines, image } = analysis;
  return image.stages.flatMap((stage) =>
    stage.steps.flatMap((step) => {
      const { layer, instruction } = step;
      if (!layer || isZero(layer.size) || instruction.end === instruction.start || isTrigger(stage, step)) return [];
      const position = lines.position(instruction.headEnd);
      if (position.line < range.start.line || position.line > range.end.line) return [];
      return [
        {
          position,
          label: formatSize(layer.size),
          paddingLeft: true,
          tooltip: { kind: MarkupKind.Markdown, value: layerText(analysis, step) },
        },
      ];
    }),
  );
}

/** An ONBUILD instruction stands in the stage above. */
const isTrigger = (stage: Stage, step: Step): boolean => stage.from !== undefined && step.instruction.start < stage.from.start;

/** Above each FROM what its stage weighs; above the target's what can go. */
export function codeLensesOf(analysis: Analysis, uri: string): CodeLens[] {
  const { image, lines } = analysis;
  return image.stages.flatMap((stage) => {
    const range = stage.from && lines.range(stage.from);
    if (!range) return [];
    const shown: ShowLayersArguments = { uri, stage: stage.index };
    return [{ range, command: { title: `${titleOf(analysis, stage)} · Show layers`, command: showLayersCommand, arguments: [shown] } }];
  });
}

function titleOf(analysis: Analysis, stage: Stage): string {
  const { image } = analysis;
  const added = addedToUnknown(image);
  if (stage.index === image.target)
    return [
      added ? `base unknown, this file ${formatSize(added)}` : formatSize(image.size),
      ...(analysis.savable > 0 ? [`${formatBytes(analysis.savable)} can go`] : []),
    ].join(" · ");
  const total = formatSize(totalOf(analysis, stage));
  return image.ships.has(stage.index) ? total : `${total}, not in the image`;
}

/** A stage with all that it stands on. */
function totalOf({ image }: Analysis, stage: Stage): Size {
  const sizes: Size[] = [];
  for (let at: Stage | undefined = stage; at; at = at.baseStage === undefined ? undefined : image.stages[at.baseStage])
    sizes.push(...at.steps.map((s) => s.layer?.size ?? zero));
  return sum(sizes);
}

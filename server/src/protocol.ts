// What the editor's client and the server say to each other beyond LSP, and the JSON that the command line prints.
// Types and the names of requests: the client imports nothing else from the server.
import type { Range, TextEdit } from "./text.ts";

export type { Position, Range, TextEdit } from "./text.ts";

/** How well a number of bytes is known: the weakest of its parts. */
export type Basis = "measured" | "computed" | "typical" | "unknown";

/** measured, computed, typical or unknown bytes; a lower bound where a part is missing. */
export interface SizeJSON {
  bytes: number;
  lowerBound: boolean;
  basis: Basis;
}

export interface ItemJSON extends SizeJSON {
  kind: string;
  what: string;
  path?: string;
  /** Stored here and removed or overwritten by a later layer of the target. */
  wasted?: boolean;
}

export interface LayerJSON extends SizeJSON {
  range: Range;
  instruction: string;
  items: ItemJSON[];
  /** Bytes of this layer that a later layer of the target removes or overwrites. */
  wastedBytes: number;
  /** Where the numbers come from, in words ("docker-library/repo-info, 2026-07-14"). */
  source?: string;
}

export interface StageJSON {
  name?: string;
  index: number;
  base: string;
  baseStage: number | null;
  ships: boolean;
  layers: LayerJSON[];
}

export interface ImageJSON extends SizeJSON {
  wastedBytes: number;
  savableBytes: number;
  /** The index of the stage the image is made from. */
  target: number;
  stages: StageJSON[];
}

export type Safety = "safe" | "review";
export type Level = "error" | "warning" | "info" | "hint";

export interface FixJSON {
  title: string;
  safety: Safety;
  savesBytes?: number | null;
  savesLowerBound?: boolean;
  edits: TextEdit[];
  /** Files beside it with the whole text they get; `replaces` where one is there already. */
  creates?: { file: string; text: string; replaces?: true }[];
}

export interface FindingJSON {
  rule: string;
  aliases: string[];
  level: Level;
  message: string;
  range: Range;
  /** null: unknown. Absent: the finding is not about bytes. */
  savesBytes?: number | null;
  savesLowerBound?: boolean;
  basis?: Basis;
  /** The marked words have no effect on the image. */
  unnecessary?: boolean;
  fixes: FixJSON[];
}

export interface RefactoringJSON {
  id: string;
  title: string;
  range: Range;
  savesBytes?: number | null;
  savesLowerBound?: boolean;
  edits: TextEdit[];
}

export interface FileJSON {
  file: string;
  image: ImageJSON;
  findings: FindingJSON[];
  refactorings: RefactoringJSON[];
}

/** Request `ballast/layers`: the layer preview of one open document; null when it is not a Dockerfile the server knows. */
export const layersRequest = "ballast/layers";
export interface LayersParams {
  uri: string;
}
export interface LayersResult {
  uri: string;
  version: number;
  file: FileJSON;
}

/** Notification `ballast/analyzed`: the server has a new answer for this document; an open layer preview asks again. */
export const analyzedNotification = "ballast/analyzed";
export interface AnalyzedParams {
  uri: string;
  version: number;
}

/** The client's command that the total above each FROM calls: opens the layer preview of a document, at a stage. */
export const showLayersCommand = "ballast.showLayers";
export interface ShowLayersArguments {
  uri: string;
  stage?: number;
}

/** Commands of the server. All safe fixes of all Dockerfiles in the workspace; */
export const fixWorkspaceCommand = "ballast.fixWorkspace";
/** the page of a rule, named by its id, in the browser. */
export const showRuleCommand = "ballast.showRule";

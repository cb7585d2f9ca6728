// All that the layer preview's page and its host say to each other.
import type { FileJSON, Position } from "../../../server/src/protocol.ts";

export interface Layers {
  type: "layers";
  /** The document's name, for the heading. */
  name: string;
  file: FileJSON;
  /** The words of each layer's instruction, by stage and layer. */
  words: string[][];
  /** A stage to bring into view. */
  stage?: number;
}

/** What there is to say when there are no layers to show. */
interface Notice {
  type: "notice";
  text: string;
}

export type ToView = Layers | Notice;

/** `ready`: the page can show something. `reveal`: the editor goes to a place. `fix`: and opens its lightbulb. */
export type ToHost = { type: "ready" } | { type: "reveal" | "fix"; position: Position };

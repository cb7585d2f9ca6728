import { fileURLToPath } from "node:url";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Analysis, type AnalysisWorld, analyze } from "../analyze.ts";
import { catalogue, packages } from "../sizes/builtin.ts";
import type { Config } from "./disk/config.ts";
import { configFor } from "./disk/config.ts";
import type { Measurer } from "./disk/measure.ts";
import { type DiskContext, diskContext } from "./disk/world.ts";
import type { EditorSettings } from "./settings.ts";

/** While somebody types, the analysis waits this long for the next key. In milliseconds. */
const settle = 60;

/** One open Dockerfile: its text, what is known of its build context, and the analysis of its newest version. */
export class OpenDockerfile {
  /** Undefined until the folder is measured, and where nobody can say which one it is. */
  #disk: DiskContext | undefined;
  #config: Config = {};
  #analysis: { version: number; value: Analysis } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #measuring: AbortController | undefined;
  /** What of the text decides which files of the context matter. */
  #measuredFor = "";

  constructor(
    public document: TextDocument,
    private readonly host: Host,
  ) {}

  get path(): string | undefined {
    return this.document.uri.startsWith("file:") ? pathOf(this.document.uri) : undefined;
  }

  get context(): DiskContext | undefined {
    return this.#disk;
  }

  /** The analysis of the document as it is now: made at most once for each version. */
  get analysis(): Analysis {
    const { version } = this.document;
    if (this.#analysis?.version !== version)
      this.#analysis = { version, value: analyze(this.document.getText(), this.world, this.#analysis?.value) };
    return this.#analysis.value;
  }

  /** Everything but the text that the analysis depends on. */
  get world(): AnalysisWorld {
    const settings = this.host.settings();
    const config = this.#config;
    const target = settings.target ?? config.target;
    const minSaving = settings.minSaving ?? config.minSaving;
    const rules = { ...settings.rules, ...config.rules };
    return {
      bases: catalogue,
      packages,
      ...(this.#disk && { context: this.#disk.context }),
      ...(target !== undefined && { target }),
      buildArgs: { ...settings.buildArgs, ...config.buildArgs },
      settings: { ...(minSaving !== undefined && { minSaving }), rules },
    };
  }

  /** The text, the settings or the build context changed: there is something new to say once things have settled. */
  changed(what: "text" | "world"): void {
    if (what === "world") this.#analysis = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.host.settled(this);
      void this.measure();
    }, settle);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#measuring?.abort();
  }

  /** Something on disk changed: the folder is looked at again. */
  remeasure(): void {
    this.#measuredFor = "";
    void this.measure();
  }

  /** Measures the build context in the background; analyses again when it says something new. */
  async measure(): Promise<void> {
    const { file } = this.analysis;
    const path = this.path;
    const wanted = [
      path ?? "",
      this.host.settings().context ?? "",
      ...file.instructions.filter((i) => /^(?:COPY|ADD|RUN)$/.test(i.keyword)).map((i) => i.rest.text),
    ].join("\n");
    if (path === undefined || wanted === this.#measuredFor) return;
    this.#measuredFor = wanted;
    this.#measuring?.abort();
    const stop = new AbortController();
    this.#measuring = stop;
    const workspace = this.host.workspaceOf(path);
    try {
      const config = await configFor(path.replace(/[^\\/]*$/, ""), workspace);
      const context = this.host.settings().context ?? config.context;
      const disk = await diskContext(path, file, {
        measurer: this.host.measurer,
        signal: stop.signal,
        ...(workspace !== undefined && { workspace }),
        ...(context !== undefined && { context }),
      });
      if (stop.signal.aborted) return;
      this.#config = config;
      this.#disk = disk;
      this.changed("world");
    } catch (error) {
      this.host.log(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** What a document needs of the server around it. */
export interface Host {
  readonly measurer: Measurer;
  settings(): EditorSettings;
  workspaceOf(path: string): string | undefined;
  /** The document has been left alone for a moment: time to publish. */
  settled(document: OpenDockerfile): void;
  log(message: string): void;
}

export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // a file: address of another machine
  }
}

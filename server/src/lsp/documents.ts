import { fileURLToPath } from "node:url";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Analysis, AnalysisWorld } from "../analysis.ts";
import { analyze } from "../analyze.ts";
import { type Config, configOfDockerfile, type Wishes } from "./disk/config.ts";
import type { Measurer } from "./disk/measure.ts";
import { type DiskContext, type Surroundings, surroundingsOf, worldOn } from "./disk/world.ts";
import { type EditorSettings, readSettings, wishesOf } from "./settings.ts";

/** While somebody types, publishing waits this long for the next key. In milliseconds. */
const settle = 60;
/** So long after the first of many files changed the context is looked at again. */
const gather = 150;

/** What a document needs of the server around it. */
export interface Host {
  readonly measurer: Measurer;
  /** What the editor says under "ballast" for a document. Never rejects. */
  configuration(uri: string): Promise<unknown>;
  workspaceOf(path: string): string | undefined;
  /** The document has been left alone for a moment: time to publish. */
  settled(document: OpenDockerfile, what: News): void;
  /** A bug of ours must not take the server down. */
  failed(what: string, error: unknown): void;
  log(message: string): void;
}

/** What is new: the text, or anything else that an analysis depends on. */
export type News = "text" | "world";

/** One open Dockerfile: its text, what is known of its build context, and the analysis of its newest version. */
export class OpenDockerfile {
  /** Resolved once the settings are known: before that nothing is said. */
  readonly ready: Promise<void>;
  readonly path: string | undefined;
  #settings = readSettings(undefined, undefined);
  #wishes: Wishes = wishesOf(this.#settings, {});
  /** Nothing until the folder is measured. */
  #around = nothingAround;
  #analysis: { readonly version: number; readonly world: AnalysisWorld; readonly value: Analysis } | undefined;
  #world: AnalysisWorld = {};
  #news: News = "text";
  #publishing: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #measuring: AbortController | undefined;
  /** What the context was last measured for; undefined when it has to be measured again. */
  #measuredFor: string | undefined;
  #configured = false;
  #closed = false;

  constructor(
    public document: TextDocument,
    private readonly host: Host,
  ) {
    this.path = document.uri.startsWith("file:") ? pathOf(document.uri) : undefined;
    this.ready = this.configure();
  }

  get settings(): EditorSettings {
    return this.#settings;
  }

  get context(): DiskContext | undefined {
    return this.#around.disk;
  }

  /** Everything but the text that the analysis depends on. */
  get world(): AnalysisWorld {
    return this.#world;
  }

  /** The analysis of the document as it is now: made at most once for each version. */
  get analysis(): Analysis {
    const { version } = this.document;
    const known = this.#analysis;
    if (known?.version === version && known.world === this.#world) return known.value;
    const value = analyze(this.document.getText(), this.#world, known?.value);
    this.#analysis = { version, world: this.#world, value };
    return value;
  }

  /** The settings are read, of the editor and of the project. Never rejects. */
  async configure(): Promise<void> {
    const workspace = this.path === undefined ? undefined : this.host.workspaceOf(this.path);
    const [given, project] = await Promise.all([this.host.configuration(this.document.uri), this.#project(workspace)]);
    if (this.#closed) return;
    this.#settings = readSettings(given, workspace);
    this.#wishes = wishesOf(this.#settings, project);
    this.#measuredFor = undefined;
    this.#configured = true;
    this.#changedWorld();
  }

  /** The text has another version. */
  edited(document: TextDocument): void {
    this.document = document;
    this.#publishSoon(settle, "text");
  }

  /** Something on disk changed: the folder is looked at again. Many changes at once are one. */
  remeasure(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#measuredFor = undefined;
      void this.#measure();
    }, gather);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#publishing);
    clearTimeout(this.#gathering);
    this.#measuring?.abort();
  }

  async #project(workspace: string | undefined): Promise<Config> {
    if (this.path === undefined) return {};
    try {
      return await configOfDockerfile(this.path, workspace);
    } catch (error) {
      this.host.log(error instanceof Error ? error.message : String(error));
      return {};
    }
  }

  #changedWorld(): void {
    this.#world = worldOn(this.path, this.#around, this.#wishes);
    this.#publishSoon(0, "world");
  }

  #publishSoon(wait: number, what: News): void {
    if (this.#closed || !this.#configured) return;
    if (what === "world") this.#news = what;
    clearTimeout(this.#publishing);
    this.#publishing = setTimeout(() => {
      const news = this.#news;
      this.#news = "text";
      this.host.settled(this, news);
      void this.#measure();
    }, wait);
  }

  /** Measures the build context in the background, and again for as long as it is not what the text asks for. Never rejects. */
  async #measure(): Promise<void> {
    try {
      const { path } = this;
      if (path === undefined) return;
      if (this.#measuring) {
        // The one under way looks again when it is done; for another text it need not finish.
        if (this.#measuredFor !== undefined && this.#measuredFor !== this.#asks()) this.#measuring.abort();
        return;
      }
      let before: Surroundings | undefined = this.#around;
      for (let asks = this.#asks(); !this.#closed && asks !== this.#measuredFor; asks = this.#asks()) {
        // Something on disk may have changed: all is looked at again.
        if (this.#measuredFor === undefined) before = undefined;
        this.#measuredFor = asks;
        this.#measuring = new AbortController();
        const { signal } = this.#measuring;
        const around = await this.#lookAround(path, signal, before);
        this.#measuring = undefined;
        if (this.#closed || signal.aborted) continue;
        const isNews = !isSame(around, this.#around);
        this.#around = before = around;
        if (isNews) this.#changedWorld();
      }
    } catch (error) {
      this.#measuring = undefined;
      this.host.failed("measuring the build context", error);
    }
  }

  /** What of the text decides which files of the context matter. */
  #asks(): string {
    const { file } = this.analysis;
    return file.instructions
      .filter(({ keyword }) => /^(?:FROM|ARG|COPY|ADD|RUN|ONBUILD)$/.test(keyword))
      .map(({ start, end }) => file.text.slice(start, end))
      .join("\n");
  }

  /** Nothing, and told in the log, where it cannot be read. */
  async #lookAround(path: string, signal: AbortSignal, before: Surroundings | undefined): Promise<Surroundings> {
    const workspace = this.host.workspaceOf(path);
    const { context } = this.#wishes;
    try {
      const where = {
        measurer: this.host.measurer,
        signal,
        ...(workspace !== undefined && { workspace }),
        ...(context !== undefined && { context }),
      };
      return await surroundingsOf(path, this.analysis.file, where, before);
    } catch (error) {
      this.host.log(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return nothingAround;
    }
  }
}

const nothingAround: Surroundings = { disk: undefined, floating: new Set(), built: new Set() };

/** The measurer gives the same tree for a folder in which nothing changed. */
function isSame(a: Surroundings, b: Surroundings): boolean {
  return isSameContext(a.disk, b.disk) && [...a.built].join() === [...b.built].join();
}

function isSameContext(a: DiskContext | undefined, b: DiskContext | undefined): boolean {
  if (!a || !b) return a === b;
  const sameTexts = a.texts.size === b.texts.size && [...a.texts].every(([path, text]) => b.texts.get(path) === text);
  return (
    a.folder === b.folder &&
    a.context.root === b.context.root &&
    a.context.ignore?.text === b.context.ignore?.text &&
    a.context.guess?.folder === b.context.guess?.folder &&
    a.context.guess?.because === b.context.guess?.because &&
    sameTexts
  );
}

export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // a file: address of another machine
  }
}

import { type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { dirname, sep } from "node:path";
import { setImmediate as othersFirst } from "node:timers/promises";
import { type ContextFolder, type ContextNode, folder } from "../../image/context.ts";
import { archiveOf } from "./archive.ts";

/** Files that are measured in one context; what is more is not counted. */
const maximumFiles = 200_000;

/** Milliseconds of measuring between which everything else gets its turn. */
const turn = 5;

interface MeasureOptions {
  readonly signal?: AbortSignal;
  /** Files (absolute paths) of which it should be told whether they are archives, and what they hold. */
  readonly archives?: Iterable<string>;
}

/**
 * Measures folders in the background and remembers them folder by folder: after a change only the folders on its way are read
 * again. Not measured: sockets, pipes and devices, which no build context holds.
 */
export class Measurer {
  readonly #known = new Map<string, ContextFolder>();
  readonly #archives = new Set<string>();
  readonly #running = new Map<string, Promise<ContextFolder>>();
  /** Grows with each change: what was read before it is not remembered. */
  #generation = 0;

  constructor(readonly limit = maximumFiles) {}

  /** The tree below a folder. Never rejects: where the signal or the bound stops it, or something cannot be read, it is not `complete`. */
  async measure(root: string, options: MeasureOptions = {}): Promise<ContextFolder> {
    // One at a time: the second finds what the first has read.
    const before = this.#running.get(root) ?? Promise.resolve();
    const run = before.then(() => {
      for (const path of options.archives ?? []) this.#ask(path);
      return this.#folder(root, { files: 0, since: performance.now(), ...(options.signal && { signal: options.signal }) });
    });
    this.#running.set(root, run);
    try {
      return await run;
    } finally {
      if (this.#running.get(root) === run) this.#running.delete(root);
    }
  }

  /** A file or folder came, changed or went. */
  changed(path: string): void {
    this.#generation++;
    for (const known of this.#known.keys()) if (known.startsWith(path + sep)) this.#known.delete(known);
    this.#forget(path);
  }

  #ask(archive: string): void {
    if (this.#archives.has(archive)) return;
    this.#archives.add(archive);
    this.#forget(archive);
  }

  #forget(path: string): void {
    for (let at = path; ; at = dirname(at)) {
      this.#known.delete(at);
      if (dirname(at) === at) return;
    }
  }

  async #folder(path: string, walk: Walk): Promise<ContextFolder> {
    const known = this.#known.get(path);
    if (known) {
      walk.files += known.files;
      return known;
    }
    const generation = this.#generation;
    const children = new Map<string, ContextNode>();
    let complete = true;
    let mode = 0o755;
    try {
      mode = lstatSync(path).mode & 0o7777;
      for (const entry of inOrder(path)) {
        if (performance.now() - walk.since > turn) {
          await othersFirst();
          walk.since = performance.now();
        }
        if (walk.signal?.aborted || walk.files >= this.limit) {
          complete = false;
          break;
        }
        const child = await this.#node(entry, path + sep + entry.name, walk);
        if (child === "unreadable") complete = false;
        else if (child) children.set(entry.name, child);
      }
    } catch {
      complete = false;
    }
    const built = folder(children, mode, complete);
    if (built.complete && generation === this.#generation) this.#known.set(path, built);
    return built;
  }

  /**
   * Asked of the system directly: that takes some microseconds, less than it costs here to have another thread ask. What may take
   * long, a folder of many files, is the sum of many such.
   */
  #node(entry: Dirent, path: string, walk: Walk): Promise<ContextFolder> | Promise<ContextNode> | ContextNode | "unreadable" | undefined {
    if (entry.isDirectory()) return this.#folder(path, walk);
    try {
      if (entry.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
      if (!entry.isFile()) return undefined;
      const { size, mode, nlink, dev, ino } = lstatSync(path);
      walk.files++;
      const file = { kind: "file", bytes: size, mode: mode & 0o7777, ...(nlink > 1 && { inode: `${dev}:${ino}` }) } as const;
      return this.#archives.has(path) ? withArchive(file, path) : file;
    } catch {
      return "unreadable";
    }
  }
}

/** One measuring under way. */
interface Walk {
  files: number;
  /** When it last let others have their turn. */
  since: number;
  readonly signal?: AbortSignal;
}

/** By name, so that the same folder always gives the same tree. */
const inOrder = (path: string): Dirent[] =>
  readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

async function withArchive(file: ContextNode & { kind: "file" }, path: string): Promise<ContextNode> {
  const archive = await archiveOf(path);
  return archive ? { ...file, archive } : file;
}

import { type Dirent, lstat, readdir, readlink, type Stats } from "node:fs";
import { dirname, sep } from "node:path";
import { type ContextFolder, type ContextNode, folder } from "../../image/context.ts";
import { archiveOf } from "./archive.ts";

/** Files that are measured in one context; what is more is not counted. */
export const maximumFiles = 200_000;
/** Questions to the operating system under way at once. */
const maximumQuestions = 64;

interface Open {
  readonly path: string;
  readonly parent?: Open;
  readonly name: string;
  readonly mode: number;
  readonly generation: number;
  names: readonly string[];
  readonly children: Map<string, ContextNode>;
  pending: number;
  complete: boolean;
}

/**
 * Measures folders in the background and remembers them folder by folder: after a change only the folders on its way are read
 * again. Not measured: sockets, pipes and devices, which no build context holds.
 */
export class Measurer {
  readonly #known = new Map<string, ContextFolder>();
  readonly #archives = new Set<string>();
  readonly #running = new Map<string, Promise<unknown>>();
  /** Grows with each change: what was read before it is not remembered. */
  #generation = 0;

  constructor(readonly limit = maximumFiles) {}

  /**
   * The tree below a folder. Never rejects: where the signal or the bound stops it, and where a folder cannot be read, the result
   * is not `complete`. `archives` are files (absolute) of which it should be told whether they are archives, and what they hold.
   */
  async measure(
    root: string,
    options: { readonly signal?: AbortSignal; readonly archives?: Iterable<string> } = {},
  ): Promise<ContextFolder> {
    // One at a time: the second finds what the first has read.
    const previous = this.#running.get(root);
    const run = (previous ?? Promise.resolve()).then(() => {
      for (const path of options.archives ?? []) this.#ask(path);
      return this.#known.get(root) ?? new Walk(this.#known, this.#archives, () => this.#generation, this.limit, options.signal).run(root);
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
}

class Walk {
  readonly #folders: Open[] = [];
  readonly #questions: (() => void)[] = [];
  #active = 0;
  #files = 0;
  #stopped = false;
  #done: (root: ContextFolder) => void = () => {};

  constructor(
    readonly known: Map<string, ContextFolder>,
    readonly archives: ReadonlySet<string>,
    readonly generation: () => number,
    readonly limit: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  run(root: string): Promise<ContextFolder> {
    return new Promise((resolve) => {
      lstat(root, (_, stats) => {
        this.#done = resolve;
        this.#open(root, "", stats);
        this.#next();
      });
    });
  }

  #open(path: string, name: string, stats: Stats | undefined, parent?: Open): Open {
    const open: Open = {
      path,
      name,
      ...(parent && { parent }),
      mode: stats ? stats.mode & 0o7777 : 0o755,
      generation: this.generation(),
      names: [],
      children: new Map(),
      pending: 1,
      complete: true,
    };
    this.#folders.push(open);
    return open;
  }

  #next(): void {
    if (this.signal?.aborted || this.#files >= this.limit) this.#stopped = true;
    while (this.#active < maximumQuestions) {
      const question = this.#questions.pop();
      if (question) {
        question();
        continue;
      }
      const open = this.#folders.pop();
      if (!open) return;
      this.#read(open);
    }
  }

  #read(open: Open): void {
    if (this.#stopped) {
      open.complete = false;
      return this.#close(open);
    }
    this.#active++;
    readdir(open.path, { withFileTypes: true }, (error, entries) => {
      this.#active--;
      if (error) open.complete = false;
      else this.#list(open, entries);
      this.#close(open);
      this.#next();
    });
  }

  #list(open: Open, entries: readonly Dirent[]): void {
    open.names = entries.map((entry) => entry.name).sort();
    for (const entry of entries) {
      const { name } = entry;
      const path = open.path + sep + name;
      const known = entry.isDirectory() ? this.known.get(path) : undefined;
      if (known) {
        open.children.set(name, known);
        this.#files += known.files;
      } else if (entry.isDirectory() || entry.isFile()) {
        open.pending++;
        this.#questions.push(() => this.#look(open, name, path));
      } else if (entry.isSymbolicLink()) {
        open.pending++;
        this.#questions.push(() => this.#follow(open, name, path));
      }
    }
  }

  #look(parent: Open, name: string, path: string): void {
    if (this.#stopped) return this.#missed(parent);
    this.#active++;
    lstat(path, (error, stats) => {
      this.#active--;
      if (error) this.#missed(parent);
      else if (stats.isDirectory()) this.#open(path, name, stats, parent);
      else this.#file(parent, name, path, stats);
      this.#next();
    });
  }

  #file(parent: Open, name: string, path: string, stats: Stats): void {
    this.#files++;
    const set = (archive?: { readonly bytes?: number }): void => {
      parent.children.set(name, {
        kind: "file",
        bytes: stats.size,
        mode: stats.mode & 0o7777,
        ...(stats.nlink > 1 && { inode: `${stats.dev}:${stats.ino}` }),
        ...(archive && { archive }),
      });
      this.#close(parent);
    };
    if (!this.archives.has(path)) return set();
    this.#active++;
    void archiveOf(path).then((archive) => {
      this.#active--;
      set(archive);
      this.#next();
    });
  }

  #follow(parent: Open, name: string, path: string): void {
    if (this.#stopped) return this.#missed(parent);
    this.#active++;
    readlink(path, (error, target) => {
      this.#active--;
      if (error) parent.complete = false;
      else parent.children.set(name, { kind: "link", target });
      this.#close(parent);
      this.#next();
    });
  }

  #missed(parent: Open): void {
    parent.complete = false;
    this.#close(parent);
  }

  /** One of the things that a folder waits for has come; with the last one it is built. */
  #close(open: Open): void {
    open.pending--;
    if (open.pending > 0) return;
    // In the order of the names, so that the same folder always gives the same tree.
    const children = new Map<string, ContextNode>();
    for (const name of open.names) {
      const child = open.children.get(name);
      if (child) children.set(name, child);
    }
    const built = folder(children, open.mode, open.complete);
    if (built.complete && open.generation === this.generation()) this.known.set(open.path, built);
    if (!open.parent) return this.#done(built);
    open.parent.children.set(open.name, built);
    this.#close(open.parent);
  }
}

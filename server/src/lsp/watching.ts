import { pathToFileURL } from "node:url";
import { type Connection, DidChangeWatchedFilesNotification, type Disposable } from "vscode-languageserver";

/** Has the editor tell of changes to files: all below its workspace folders, and below the build contexts that lie elsewhere. */
export class Watching {
  readonly #elsewhere = new Map<string, Promise<Disposable | undefined>>();

  constructor(
    private readonly connection: Connection,
    /** Whether the editor can watch a folder outside its workspace. */
    private readonly anywhere: boolean,
  ) {
    // Which files matter is seen when one changes: below a context, an ignore file, the settings.
    void this.#register("**/*");
  }

  /** From now on just these folders outside the workspace. */
  watch(folders: ReadonlySet<string>): void {
    if (!this.anywhere) return;
    for (const [folder, watcher] of this.#elsewhere) {
      if (folders.has(folder)) continue;
      this.#elsewhere.delete(folder);
      void watcher.then((w) => w?.dispose());
    }
    for (const folder of folders)
      if (!this.#elsewhere.has(folder))
        this.#elsewhere.set(folder, this.#register({ baseUri: pathToFileURL(folder).href, pattern: "**/*" }));
  }

  #register(globPattern: string | { baseUri: string; pattern: string }): Promise<Disposable | undefined> {
    return this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern }] }).catch(() => undefined);
  }
}

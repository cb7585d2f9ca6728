import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  ClientCapabilities,
  CodeAction,
  CodeLens,
  ConfigurationParams,
  Diagnostic,
  Hover,
  InlayHint,
  PublishDiagnosticsParams,
  Range,
  Registration,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver-protocol";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

import { applyEdits, Lines } from "../../../server/src/text.ts";

/** What VS Code can do, as far as the server asks. */
const everything: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
  },
  window: { showDocument: { support: true } },
  textDocument: { codeAction: { disabledSupport: true } },
};

interface Options {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  /** The workspace is this folder of the client's own one; null: there is none. */
  readonly workspace?: string | null;
  readonly command?: readonly string[];
}

/** A real server process, spoken to as an editor does, in a folder of its own. */
export class Client {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "ballast-lsp-")));
  readonly published: PublishDiagnosticsParams[] = [];
  readonly analyzed: { uri: string; version: number }[] = [];
  readonly registered: Registration[] = [];
  readonly logged: string[] = [];
  /** What the server asked for: edits, messages to the user, pages to open. */
  readonly edits: WorkspaceEdit[] = [];
  readonly shown: string[] = [];
  readonly opened: string[] = [];
  /** How often the server asked for hints or lenses to be fetched again. */
  refreshes = 0;
  settings: Record<string, unknown> = {};
  /** By document; others have `settings`. */
  readonly settingsOf = new Map<string, Record<string, unknown>>();
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly process: ChildProcess,
    readonly connection: MessageConnection,
  ) {}

  static async start(options: Options = {}): Promise<Client> {
    const [command = process.execPath, ...args] = options.command ?? [process.execPath, "dist/server.js", "--stdio"];
    const process_ = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    if (!process_.stdout || !process_.stdin) throw new Error("no pipes");
    const reader = new StreamMessageReader(process_.stdout);
    // Half a message of a server that was stopped would keep this process alive.
    reader.partialMessageTimeout = 0;
    const connection = createMessageConnection(reader, new StreamMessageWriter(process_.stdin));
    const client = new Client(process_, connection);
    client.listen();
    const workspace = options.workspace === null ? undefined : join(client.folder, options.workspace ?? "");
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: workspace === undefined ? null : [{ uri: pathToFileURL(workspace).href, name: "test" }],
      capabilities: options.capabilities ?? everything,
      ...(options.initializationOptions !== undefined && { initializationOptions: options.initializationOptions }),
    });
    await connection.sendNotification("initialized", {});
    return client;
  }

  private listen(): void {
    const { connection } = this;
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => this.got(this.published, params));
    connection.onNotification("ballast/analyzed", (params: { uri: string; version: number }) => this.got(this.analyzed, params));
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => this.got(this.logged, message));
    connection.onNotification("window/showMessage", ({ message }: { message: string }) => this.got(this.shown, message));
    connection.onRequest("window/showMessageRequest", ({ message }: { message: string }) => {
      this.got(this.shown, message);
      return null;
    });
    connection.onRequest("window/showDocument", ({ uri }: { uri: string }) => {
      this.got(this.opened, uri);
      return { success: true };
    });
    connection.onRequest("workspace/applyEdit", ({ edit }: { edit: WorkspaceEdit }) => {
      this.got(this.edits, edit);
      return { applied: true };
    });
    connection.onRequest("workspace/configuration", ({ items }: ConfigurationParams) =>
      items.map((item) => this.settingsOf.get(item.scopeUri ?? "") ?? this.settings),
    );
    connection.onRequest("client/registerCapability", ({ registrations }: { registrations: Registration[] }) => {
      for (const one of registrations) this.got(this.registered, one);
      return null;
    });
    connection.onRequest("client/unregisterCapability", ({ unregisterations }: { unregisterations: { id: string }[] }) => {
      for (const { id } of unregisterations)
        this.registered.splice(
          this.registered.findIndex((r) => r.id === id),
          1,
        );
      this.wake();
      return null;
    });
    for (const method of ["workspace/inlayHint/refresh", "workspace/codeLens/refresh"])
      connection.onRequest(method, () => {
        this.refreshes++;
        this.wake();
        return null;
      });
    connection.listen();
  }

  private got<T>(list: T[], item: T): void {
    list.push(item);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }

  /** Resolves when the condition holds; asked again with each message of the server. */
  async until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
    const found = condition();
    if (found) return found;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`never: ${what}\nlast diagnostics: ${JSON.stringify(this.published.at(-1))}`));
      }, 20_000);
      const check = (): void => {
        const now = condition();
        if (!now) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(now);
      };
      this.waiting.add(check);
    });
  }

  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return pathToFileURL(path).href;
  }

  async open(name: string, text: string, languageId = "dockerfile"): Promise<string> {
    const uri = this.write(name, text);
    await this.connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
    return uri;
  }

  change(uri: string, version: number, contentChanges: { text: string; range?: Range }[]): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
  }

  /** The findings of a version, once they are published. */
  async diagnostics(uri: string, version: number, good: (diagnostics: Diagnostic[]) => boolean = () => true): Promise<Diagnostic[]> {
    const found = await this.until(`diagnostics of version ${version}`, () =>
      this.published.findLast((p) => p.uri === uri && p.version === version && good(p.diagnostics)),
    );
    return found.diagnostics;
  }

  /** Files came or changed on disk: 1, 2; went: 3. */
  changedOnDisk(uris: readonly string[], type = 2): Promise<void> {
    return this.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: uris.map((uri) => ({ uri, type })) });
  }

  configured(): Promise<void> {
    return this.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** `triggerKind` 1: the user asked; 2: the cursor moved. */
  actions(uri: string, range: Range, only?: string[], triggerKind?: 1 | 2): Promise<CodeAction[]> {
    return this.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only && { only }), ...(triggerKind && { triggerKind }) },
    });
  }

  async hover(uri: string, line: number, character: number): Promise<string> {
    const found: Hover | null = await this.connection.sendRequest("textDocument/hover", {
      textDocument: { uri },
      position: { line, character },
    });
    const contents = found?.contents;
    return contents && typeof contents === "object" && "value" in contents ? contents.value : "";
  }

  hints(uri: string, range: Range = lines(0, 9999)): Promise<InlayHint[]> {
    return this.connection.sendRequest("textDocument/inlayHint", { textDocument: { uri }, range });
  }

  lenses(uri: string): Promise<CodeLens[]> {
    return this.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
  }

  stop(): void {
    this.connection.dispose();
    this.process.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const lines = (from: number, to: number): Range => ({ start: { line: from, character: 0 }, end: { line: to, character: 0 } });

/** Asks again until the answer is yes. */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; ; ) {
    if (await ask()) return;
    if (Date.now() > end) throw new Error(`never: ${what}`);
  }
}

/** The edits of an action to one document, applied. */
export function applied(text: string, action: CodeAction | undefined, uri: string): string {
  const { changes, documentChanges } = action?.edit ?? {};
  const versioned = (documentChanges ?? []).flatMap((c) =>
    "textDocument" in c && c.textDocument.uri === uri ? c.edits.filter((e): e is TextEdit => "newText" in e) : [],
  );
  return applyEdits(
    text,
    [...(changes?.[uri] ?? []), ...versioned].map((e) => ({ ...new Lines(text).span(e.range), text: e.newText })),
  );
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CodeAction, Diagnostic, PublishDiagnosticsParams, Range, TextEdit } from "vscode-languageserver-protocol";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

/** A real server process, spoken to as an editor does, in a folder of its own. */
export class Client {
  readonly folder = mkdtempSync(join(tmpdir(), "ballast-lsp-"));
  readonly published: PublishDiagnosticsParams[] = [];
  readonly analyzed: { uri: string; version: number }[] = [];
  settings: Record<string, unknown> = {};
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly process: ChildProcess,
    readonly connection: MessageConnection,
  ) {}

  static async start(): Promise<Client> {
    const process_ = spawn(process.execPath, ["dist/server.js", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    if (!process_.stdout || !process_.stdin) throw new Error("no pipes");
    const connection = createMessageConnection(new StreamMessageReader(process_.stdout), new StreamMessageWriter(process_.stdin));
    const client = new Client(process_, connection);
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) =>
      client.got(client.published, params),
    );
    connection.onNotification("ballast/analyzed", (params: { uri: string; version: number }) => client.got(client.analyzed, params));
    connection.onRequest("workspace/configuration", () => [client.settings]);
    connection.onRequest("client/registerCapability", () => null);
    connection.onRequest("workspace/inlayHint/refresh", () => null);
    connection.onRequest("workspace/codeLens/refresh", () => null);
    connection.listen();
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(client.folder).href, name: "test" }],
      capabilities: {
        workspace: {
          configuration: true,
          didChangeWatchedFiles: { dynamicRegistration: true },
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true },
          workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
        },
      },
    });
    await connection.sendNotification("initialized", {});
    return client;
  }

  private got<T>(list: T[], item: T): void {
    list.push(item);
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

  actions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    return this.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only && { only }) },
    });
  }

  stop(): void {
    this.connection.dispose();
    this.process.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The edits of an action to one document, applied. */
export function applied(text: string, action: CodeAction | undefined, uri: string): string {
  const edits = (action?.edit?.documentChanges ?? []).flatMap((c) =>
    "textDocument" in c && c.textDocument.uri === uri ? (c.edits as TextEdit[]) : [],
  );
  const lines = text.split(/(?<=\n)/);
  const offset = (line: number, character: number): number => lines.slice(0, line).join("").length + character;
  return edits
    .map((e) => ({
      start: offset(e.range.start.line, e.range.start.character),
      end: offset(e.range.end.line, e.range.end.character),
      text: e.newText,
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((t, e) => t.slice(0, e.start) + e.text + t.slice(e.end), text);
}

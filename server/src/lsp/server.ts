import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  MarkupKind,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { hoverAt } from "../hovers/index.ts";
import { type AnalyzedParams, analyzedNotification, type LayersParams, type LayersResult, layersRequest } from "../protocol.ts";
import { actionKinds, actionsFor, fixAllKind } from "./actions.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { isDockerfileName } from "./disk/find.ts";
import { Measurer } from "./disk/measure.ts";
import { isWithin } from "./disk/root.ts";
import { type Host, OpenDockerfile, pathOf } from "./documents.ts";
import { codeLensesOf, inlayHintsIn } from "./hints.ts";
import { readSettings } from "./settings.ts";

/** The language server, on any connection: an editor's, or `ballast lsp --stdio`. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const open = new Map<string, OpenDockerfile>();
  let folders: string[] = [];
  let settings = readSettings({}, undefined);
  let can = { configuration: false, watch: false, refreshHints: false, refreshLenses: false };

  const host: Host = {
    measurer: new Measurer(),
    settings: () => settings,
    workspaceOf: (path) => folders.find((folder) => isWithin(path, folder)),
    settled: (document) => guard("publish", () => publish(document), undefined),
    log: (message) => connection.console.warn(message),
  };

  /** A bug of ours must not take the server down: it is logged, and the editor gets nothing. */
  function guard<T>(what: string, run: () => T, otherwise: T): T {
    try {
      return run();
    } catch (error) {
      connection.console.error(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
      return otherwise;
    }
  }

  function publish(document: OpenDockerfile): void {
    const { uri, version } = document.document;
    void connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(document.analysis) });
    const params: AnalyzedParams = { uri, version };
    void connection.sendNotification(analyzedNotification, params);
    if (can.refreshHints && settings.inlayHints) connection.languages.inlayHint.refresh();
    if (can.refreshLenses && settings.codeLens) connection.sendRequest("workspace/codeLens/refresh").catch(() => undefined);
  }

  connection.onInitialize(({ capabilities, workspaceFolders, initializationOptions }): InitializeResult => {
    const { workspace } = capabilities;
    folders = (workspaceFolders ?? []).flatMap((f) => pathOf(f.uri) ?? []);
    settings = readSettings(initializationOptions, folders[0]);
    can = {
      configuration: workspace?.configuration === true,
      watch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      refreshHints: workspace?.inlayHint?.refreshSupport === true,
      refreshLenses: workspace?.codeLens?.refreshSupport === true,
    };
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: { codeActionKinds: [...actionKinds, CodeActionKind.Refactor, fixAllKind] },
        hoverProvider: true,
        inlayHintProvider: true,
        codeLensProvider: { resolveProvider: false },
        workspace: { workspaceFolders: { supported: true } },
      },
      serverInfo: { name: "ballast" },
    };
  });

  connection.onInitialized(async () => {
    if (can.configuration) {
      void connection.client.register(DidChangeConfigurationNotification.type, { section: "ballast" });
      await readConfiguration();
    }
    // Which files matter is seen when one changes: below a context, in an ignore file, in the settings.
    if (can.watch) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*" }] });
  });

  async function readConfiguration(): Promise<void> {
    const value: unknown = await connection.workspace.getConfiguration("ballast").catch(() => ({}));
    settings = readSettings(value, folders[0]);
    for (const document of open.values()) {
      document.changed("world");
      document.remeasure();
    }
  }

  connection.onDidChangeConfiguration(({ settings: given }: { settings?: { ballast?: unknown } }) => {
    if (can.configuration) void readConfiguration();
    else {
      settings = readSettings(given?.ballast, folders[0]);
      for (const document of open.values()) document.changed("world");
    }
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.flatMap((c) => pathOf(c.uri) ?? []).filter((path) => !/[\\/]\.git[\\/]/.test(path));
    for (const path of paths) host.measurer.changed(path);
    for (const document of open.values()) {
      const folder = document.context?.folder;
      if (paths.some((path) => folder === undefined || isWithin(path, folder) || /\.dockerignore$|\.ballastrc\.json$/.test(path)))
        document.remeasure();
    }
  });

  const isOurs = ({ languageId, uri }: TextDocument): boolean =>
    languageId === "dockerfile" || isDockerfileName(decodeURIComponent(uri.replace(/^.*\//, "")));

  documents.onDidChangeContent(({ document }) => {
    if (!isOurs(document)) return;
    const known = open.get(document.uri);
    if (known) {
      known.document = document;
      known.changed("text");
      return;
    }
    const fresh = new OpenDockerfile(document, host);
    open.set(document.uri, fresh);
    fresh.changed("text");
  });

  documents.onDidClose(({ document }) => {
    open.get(document.uri)?.close();
    if (open.delete(document.uri)) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.onCodeAction((params) => {
    const document = open.get(params.textDocument.uri);
    return document ? guard("code actions", () => actionsFor(document, params), []) : [];
  });

  connection.onHover(({ textDocument, position }) => {
    const analysis = open.get(textDocument.uri)?.analysis;
    if (!analysis) return null;
    const hover = guard("hover", () => hoverAt(analysis, analysis.lines.offset(position)), undefined);
    return hover ? { contents: { kind: MarkupKind.Markdown, value: hover.text }, range: analysis.lines.range(hover.span) } : null;
  });

  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const document = open.get(textDocument.uri);
    return document && settings.inlayHints ? guard("inlay hints", () => inlayHintsIn(document.analysis, range), []) : [];
  });

  connection.onCodeLens(({ textDocument }) => {
    const document = open.get(textDocument.uri);
    return document && settings.codeLens ? guard("code lens", () => codeLensesOf(document.analysis, textDocument.uri), []) : [];
  });

  connection.onRequest(layersRequest, ({ uri }: LayersParams): LayersResult | null => {
    const document = open.get(uri);
    if (!document) return null;
    const name = uri.replace(/^.*\//, "");
    return guard(
      "layers",
      () => ({ uri, version: document.document.version, file: document.analysis.toJSON(decodeURIComponent(name)) }),
      null,
    );
  });

  documents.listen(connection);
  connection.listen();
}

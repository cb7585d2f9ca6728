import { basename, dirname } from "node:path";
import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { hoverAt } from "../hovers/index.ts";
import {
  type AnalyzedParams,
  analyzedNotification,
  fixWorkspaceCommand,
  type LayersParams,
  type LayersResult,
  layersRequest,
  showRuleCommand,
} from "../protocol.ts";
import { packages } from "../sizes/builtin.ts";
import { rulePage } from "../topics/links.ts";
import { abilitiesOf, noAbilities } from "./abilities.ts";
import { actionsFor, fixAllKind } from "./actions.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { isComposeName } from "./disk/compose.ts";
import { isDockerfileName } from "./disk/find.ts";
import { Measurer } from "./disk/measure.ts";
import { isWithin } from "./disk/root.ts";
import { type Host, type News, OpenDockerfile, pathOf } from "./documents.ts";
import { codeLensesOf, inlayHintsIn } from "./hints.ts";
import { Watching } from "./watching.ts";
import { fixWorkspace } from "./workspace-fix.ts";

/** The language server, on any connection: an editor's, or `ballast lsp --stdio`. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const open = new Map<string, OpenDockerfile>();
  let folders: string[] = [];
  let can = noAbilities;
  let watching: Watching | undefined;
  /** What an editor that cannot be asked has told. */
  let told: unknown;

  const host: Host = {
    measurer: new Measurer(),
    configuration: async (scopeUri) => {
      if (!can.configuration) return told;
      const found: unknown = await connection.workspace.getConfiguration({ scopeUri, section: "ballast" }).catch(() => undefined);
      return found;
    },
    workspaceOf: (path) => folders.filter((folder) => isWithin(path, folder)).sort((a, b) => b.length - a.length)[0],
    settled: publish,
    failed: (what, error) => connection.console.error(`${what}: ${error instanceof Error ? error.stack : String(error)}`),
    log: (message) => connection.console.warn(message),
  };

  /** The end of a request or a notification: a bug of ours is logged, and the editor gets nothing. */
  function guard<T>(what: string, run: () => T, otherwise: T): T {
    try {
      return run();
    } catch (error) {
      host.failed(what, error);
      return otherwise;
    }
  }

  /** What an open document answers; `otherwise` for one that is no Dockerfile. */
  async function ask<T>(
    what: string,
    uri: string,
    token: CancellationToken,
    answer: (document: OpenDockerfile) => T,
    otherwise: T,
  ): Promise<T> {
    const document = open.get(uri);
    if (!document) return otherwise;
    await document.ready;
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    return open.get(uri) === document ? guard(what, () => answer(document), otherwise) : otherwise;
  }

  /** To the editor, which may be gone by now. */
  function tell(send: () => Promise<unknown>): void {
    guard("telling the editor", () => void send().catch(() => undefined), undefined);
  }

  function publish(open: OpenDockerfile, what: News): void {
    const { uri, version } = open.document;
    // Better none than those of another text.
    const diagnostics = guard("diagnostics", () => diagnosticsOf(open.analysis), []);
    tell(() => connection.sendDiagnostics({ uri, version, diagnostics }));
    const params: AnalyzedParams = { uri, version };
    tell(() => connection.sendNotification(analyzedNotification, params));
    // After an edit the editor asks again by itself.
    if (what === "text") return;
    if (can.refreshHints) tell(() => connection.languages.inlayHint.refresh());
    if (can.refreshLenses) tell(() => connection.sendRequest("workspace/codeLens/refresh"));
    watchContexts();
  }

  function watchContexts(): void {
    const contexts = [...open.values()].flatMap((document) => document.context?.folder ?? []);
    watching?.watch(new Set(contexts.filter((context) => host.workspaceOf(context) === undefined)));
  }

  connection.onInitialize(({ capabilities, workspaceFolders, rootUri, initializationOptions }): InitializeResult => {
    const roots = workspaceFolders?.map((f) => f.uri) ?? (rootUri ? [rootUri] : []);
    folders = roots.flatMap((uri) => pathOf(uri) ?? []);
    told = initializationOptions;
    can = abilitiesOf(capabilities);
    return {
      capabilities: {
        // Saving tells of changed files where the editor does not.
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: !can.watch },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAllKind] },
        hoverProvider: true,
        inlayHintProvider: true,
        codeLensProvider: { resolveProvider: false },
        executeCommandProvider: { commands: [fixWorkspaceCommand, showRuleCommand] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: "ballast" },
    };
  });

  connection.onInitialized(() => {
    // Packages are unpacked now, and not while somebody waits for an answer.
    setTimeout(() => guard("packages", () => packages.release("debian", "bookworm"), undefined), 0);
    if (can.configurationNews) tell(() => connection.client.register(DidChangeConfigurationNotification.type, { section: "ballast" }));
    if (can.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = removed.map((f) => pathOf(f.uri));
        folders = [...folders.filter((folder) => !gone.includes(folder)), ...added.flatMap((f) => pathOf(f.uri) ?? [])];
        configureAll();
      });
    if (can.watch) watching = new Watching(connection, can.watchAnywhere);
  });

  function configureAll(): void {
    for (const document of open.values()) void document.configure();
  }

  connection.onDidChangeConfiguration(({ settings }: { settings?: { ballast?: unknown } | null }) => {
    told = settings?.ballast ?? told;
    configureAll();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => changedOnDisk(changes.flatMap((c) => pathOf(c.uri) ?? [])));

  function changedOnDisk(paths: readonly string[]): void {
    // Git writes there all the time, and what a history weighs hardly changes by it.
    const counting = paths.filter((path) => !/[\\/]\.git[\\/]/.test(path));
    for (const path of counting) host.measurer.changed(path);
    for (const document of open.values()) {
      const folder = document.context?.folder;
      if (counting.some((path) => isConfigOf(document, path))) void document.configure();
      // With no context yet, the file that came may be what was missing.
      else if (counting.some((path) => folder === undefined || isWithin(path, folder) || path.endsWith(".dockerignore")))
        document.remeasure();
    }
  }

  /** The project's settings: in the document's folder or above it. */
  const isConfigOf = (document: OpenDockerfile, path: string): boolean =>
    (/[\\/](?:\.ballastrc|package)\.json$/.test(path) || isComposeName(basename(path))) &&
    document.path !== undefined &&
    isWithin(document.path, dirname(path));

  const isOurs = ({ languageId, uri }: TextDocument): boolean => languageId === "dockerfile" || isDockerfileName(nameOf(uri));

  documents.onDidChangeContent(({ document }) => {
    const known = open.get(document.uri);
    if (known) known.edited(document);
    else if (isOurs(document)) open.set(document.uri, new OpenDockerfile(document, host));
  });

  documents.onDidSave(({ document: { uri } }) => {
    const context = open.get(uri)?.context?.folder;
    if (!can.watch) changedOnDisk([pathOf(uri) ?? [], context ?? []].flat());
  });

  documents.onDidClose(({ document }) => {
    open.get(document.uri)?.close();
    if (!open.delete(document.uri)) return;
    tell(() => connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));
    watchContexts();
  });

  connection.onCodeAction((params, token) =>
    ask("code actions", params.textDocument.uri, token, (document) => actionsFor(document, params, can), []),
  );

  connection.onHover(({ textDocument, position }, token) =>
    ask(
      "hover",
      textDocument.uri,
      token,
      ({ analysis }) => {
        const hover = hoverAt(analysis, analysis.lines.offset(position));
        return hover ? { contents: { kind: MarkupKind.Markdown, value: hover.text }, range: analysis.lines.range(hover.span) } : null;
      },
      null,
    ),
  );

  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    ask("inlay hints", textDocument.uri, token, ({ settings, analysis }) => (settings.inlayHints ? inlayHintsIn(analysis, range) : []), []),
  );

  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    ask("code lenses", uri, token, ({ settings, analysis }) => (settings.codeLens ? codeLensesOf(analysis, uri) : []), []),
  );

  connection.onExecuteCommand(async ({ command, arguments: [id] = [] }) => {
    if (command === showRuleCommand && typeof id === "string" && can.showDocuments)
      tell(() => connection.window.showDocument({ uri: rulePage(id), external: true }));
    if (command !== fixWorkspaceCommand) return;
    const { edit, fixes, changed, looked } = await fixWorkspace(folders, open, host);
    if (changed > 0) await connection.workspace.applyEdit({ label: "Ballast: all safe fixes", edit });
    const message =
      changed > 0 ? `${fixes} safe fixes in ${changed} of ${looked} Dockerfiles.` : `No safe fix to apply in ${looked} Dockerfiles.`;
    connection.window.showInformationMessage(message);
  });

  connection.onRequest(layersRequest, ({ uri }: LayersParams, token: CancellationToken) =>
    ask<LayersResult | null>(
      "layers",
      uri,
      token,
      ({ document, analysis }) => ({ uri, version: document.version, file: analysis.toJSON(nameOf(uri)) }),
      null,
    ),
  );

  documents.listen(connection);
  connection.listen();
}

function nameOf(uri: string): string {
  const name = uri.replace(/^.*\//, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import {
  type AnalyzedParams,
  analyzedNotification,
  type LayersParams,
  type LayersResult,
  layersRequest,
  type ShowLayersArguments,
  showLayersCommand,
} from "../../server/src/protocol.ts";
import { LayerPreview } from "./layers/panel.ts";
import { restarting } from "./restarting.ts";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath("dist/server.js");
  const server: LanguageClient = new LanguageClient(
    "ballast", // also the section of its settings: ballast.trace.server
    "Ballast",
    { module, transport: TransportKind.ipc },
    {
      // Not every scheme: the old side of a diff (git:) would put its findings among the problems.
      documentSelector: ["file", "untitled"].map((scheme) => ({ language: "dockerfile", scheme })),
      synchronize: { configurationSection: "ballast" },
      errorHandler: restarting(() => server.createDefaultErrorHandler()),
    },
  );
  client = server;

  const preview = new LayerPreview(context.extensionUri, (uri) => {
    const params: LayersParams = { uri };
    return server.sendRequest<LayersResult | null>(layersRequest, params);
  });
  context.subscriptions.push(
    preview,
    server.onNotification(analyzedNotification, ({ uri }: AnalyzedParams) => preview.analyzed(uri)),
    vscode.commands.registerCommand(showLayersCommand, (given?: ShowLayersArguments | vscode.Uri) => showLayers(preview, given)),
  );
  await server.start();
}

export const deactivate = (): Promise<void> | undefined => client?.stop();

/** The CodeLens names a document and a stage, the button in an editor's title its file, the command palette nothing. */
function showLayers(preview: LayerPreview, given?: ShowLayersArguments | vscode.Uri): void {
  const active = vscode.window.activeTextEditor?.document;
  if (given instanceof vscode.Uri) preview.show({ uri: given.toString() });
  else if (given) preview.show(given);
  else if (active?.languageId === "dockerfile") preview.show({ uri: active.uri.toString() });
  else void vscode.window.showInformationMessage("Open a Dockerfile to see its layers.");
}

import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import * as vscode from "vscode";
import type { LayersResult, Position, Range, ShowLayersArguments } from "../../../server/src/protocol.ts";
import type { ToHost, ToView } from "./messages.ts";

/** The layer preview: one panel beside the editor, showing one document until the command names another. */
export class LayerPreview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private uri = "";
  /** To be brought into view with the next answer, once. */
  private stage: number | undefined;
  /** A page is built anew whenever its tab comes back to the front, and then wants what it had. */
  private last: ToView = { type: "notice", text: "" };
  /** Counts the questions, so that an answer to an older one is dropped. */
  private asked = 0;
  private readonly closing: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly ask: (uri: string) => Promise<LayersResult | null>,
  ) {
    this.closing = vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.toString() === this.uri) void this.update();
    });
  }

  show({ uri, stage }: ShowLayersArguments): void {
    this.uri = uri;
    this.stage = stage;
    this.panel ??= this.open();
    this.panel.title = `Layers of ${this.name}`;
    // Where it is, unless that would hide the editor it was called from.
    const covers = this.panel.viewColumn === vscode.window.activeTextEditor?.viewColumn;
    this.panel.reveal(covers ? vscode.ViewColumn.Beside : undefined, true);
    void this.update();
  }

  /** The server has a new answer for a document. */
  analyzed(uri: string): void {
    if (this.panel && uri === this.uri) void this.update();
  }

  dispose(): void {
    this.closing.dispose();
    this.panel?.dispose();
  }

  private get name(): string {
    return posix.basename(vscode.Uri.parse(this.uri).path);
  }

  private open(): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.extension, "dist");
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, enableFindWidget: true, localResourceRoots: [dist] };
    const panel = vscode.window.createWebviewPanel("ballast.layers", "Layers", where, options);
    panel.webview.onDidReceiveMessage((message: ToHost) => this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    panel.webview.html = page(panel.webview, dist);
    return panel;
  }

  private async update(): Promise<void> {
    const question = ++this.asked;
    const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === this.uri);
    if (!document) return this.send({ type: "notice", text: `${this.name} is closed. Its layers come back when it is opened again.` });
    let result: LayersResult | null;
    try {
      result = await this.ask(this.uri);
    } catch (error) {
      if (question === this.asked)
        this.send({ type: "notice", text: `Ballast's server did not answer: ${error instanceof Error ? error.message : error}` });
      return;
    }
    if (question !== this.asked) return;
    if (!result) return this.send({ type: "notice", text: `${this.name} is not a Dockerfile that Ballast knows: it has no layers.` });
    // The text went on meanwhile: the server is about to say that it has analysed that, too.
    if (result.version !== document.version) return;
    const { file } = result;
    if (!file.image.stages.some((stage) => stage.layers.length > 0)) {
      return this.send({ type: "notice", text: `${this.name} has no layers yet: an image starts with a FROM line.` });
    }
    const words = file.image.stages.map((stage) => stage.layers.map((layer) => document.getText(toRange(layer.range))));
    this.send({ type: "layers", name: this.name, file, words, ...(this.stage === undefined ? {} : { stage: this.stage }) });
    this.stage = undefined;
  }

  private send(message: ToView): void {
    this.last = message;
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: ToHost): Promise<void> {
    if (message.type === "ready") return this.send(this.last);
    await this.reveal(message.position);
    if (message.type === "fix") await vscode.commands.executeCommand("editor.action.quickFix");
  }

  /** Goes to a place in the document, in the group of editors that has it open. */
  private async reveal({ line, character }: Position): Promise<void> {
    const holds = (tab: vscode.Tab): boolean => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === this.uri;
    const viewColumn = vscode.window.tabGroups.all.find((group) => group.tabs.some(holds))?.viewColumn ?? vscode.ViewColumn.One;
    const at = new vscode.Position(line, character);
    await vscode.window.showTextDocument(vscode.Uri.parse(this.uri), { viewColumn, selection: new vscode.Range(at, at) });
  }
}

const toRange = ({ start, end }: Range): vscode.Range => new vscode.Range(start.line, start.character, end.line, end.character);

/** Only this page's own script and style, and nothing from the network. */
function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const file = (name: string): vscode.Uri => webview.asWebviewUri(vscode.Uri.joinPath(dist, name));
  const nonce = randomUUID();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${file("view.css")}">
<title>Layers</title>
</head>
<body>
<main></main>
<script nonce="${nonce}" src="${file("view.js")}"></script>
</body>
</html>`;
}

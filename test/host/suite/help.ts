import * as vscode from "vscode";

export const extensionId = "ballast.dockerfile-ballast";

export function workspaceFile(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error("no workspace is open");
  return vscode.Uri.joinPath(folder.uri, path);
}

export async function open(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(workspaceFile(path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** A Dockerfile of its own for one test, so that tests do not see each other's edits. */
export async function openText(path: string, text: string): Promise<vscode.TextDocument> {
  await vscode.workspace.fs.writeFile(workspaceFile(path), new TextEncoder().encode(text));
  return open(path);
}

/**
 * Asks until the answer is good. One question would not do: while a workbench starts, providers answer nothing, or "Canceled"
 * because another one was registered meanwhile.
 */
export async function until<T>(ask: () => Thenable<T> | T, good: (answer: T) => boolean, every = 50): Promise<T> {
  const ms = 20_000;
  const end = Date.now() + ms;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (good(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) throw new Error(`not within ${ms} ms; the last answer: ${JSON.stringify(last)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/** Ballast's findings on a document, once they are as wanted. */
export const findings = (document: vscode.TextDocument, good: (found: vscode.Diagnostic[]) => boolean): Promise<vscode.Diagnostic[]> =>
  until(() => vscode.languages.getDiagnostics(document.uri).filter((d) => d.source === "ballast"), good);

export const ruleOf = ({ code }: vscode.Diagnostic): string => String(typeof code === "object" ? code.value : code);

export async function edit(document: vscode.TextDocument, range: vscode.Range, text: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, range, text);
  if (!(await vscode.workspace.applyEdit(change))) throw new Error("the edit was not applied");
}

export const lineRange = (document: vscode.TextDocument, text: string): vscode.Range => {
  for (let i = 0; i < document.lineCount; i++) {
    if (document.lineAt(i).text.includes(text)) return document.lineAt(i).range;
  }
  throw new Error(`no line has ${text}`);
};

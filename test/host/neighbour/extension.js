// Another extension for Dockerfiles, as a user may well have one: Ballast must live beside it.
const vscode = require("vscode");

const dockerfile = { language: "dockerfile" };

exports.activate = (context) => {
  const found = vscode.languages.createDiagnosticCollection("neighbour");
  const look = (document) => {
    if (document.languageId === "dockerfile")
      found.set(document.uri, [new vscode.Diagnostic(document.lineAt(0).range, "the neighbour's finding")]);
  };
  vscode.workspace.textDocuments.forEach(look);
  context.subscriptions.push(
    found,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.languages.registerHoverProvider(dockerfile, { provideHover: () => new vscode.Hover("the neighbour's hover") }),
    vscode.languages.registerDocumentFormattingEditProvider(dockerfile, {
      provideDocumentFormattingEdits: () => [vscode.TextEdit.insert(new vscode.Position(0, 0), "# the neighbour's format\n")],
    }),
  );
};

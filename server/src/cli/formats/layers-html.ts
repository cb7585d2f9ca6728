import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Looked } from "../inputs.ts";

/** The colours that an editor gives the layer preview, for a page of its own: light, or dark where the reader wants that. */
const colors = `:root{color-scheme:light dark;--vscode-foreground:light-dark(#1f2328,#d4d4d4);--vscode-descriptionForeground:light-dark(#57606a,#9d9d9d);--vscode-font-family:system-ui,sans-serif;--vscode-font-size:14px;--vscode-editor-font-family:ui-monospace,monospace;--vscode-editorWidget-border:light-dark(#d0d7de,#3c3c3c);--vscode-focusBorder:#0969da;--vscode-textLink-foreground:light-dark(#0969da,#3794ff);--vscode-list-hoverBackground:transparent;--vscode-editorWarning-foreground:light-dark(#9a6700,#cca700);--vscode-editorInfo-foreground:light-dark(#0969da,#3794ff);--vscode-editorError-foreground:light-dark(#cf222e,#f14c4c)}body{background:light-dark(#fff,#1e1e1e)}button{cursor:default!important}`;

/** The layer preview as one page that needs nothing else: the editor's own, beside the command line in the package. */
export async function layersPage({ analysis, input }: Looked): Promise<string> {
  const [style, script] = await Promise.all(["view.css", "view.js"].map((name) => readFile(join(__dirname, name), "utf8")));
  const file = analysis.toJSON(input.name);
  const words = file.image.stages.map((stage) =>
    stage.layers.map((layer) => {
      const { start, end } = analysis.lines.span(layer.range);
      return analysis.lines.text.slice(start, end);
    }),
  );
  const name = basename(input.name);
  const message = inScript(JSON.stringify({ type: "layers", name, file, words }));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Layers of ${inText(name)}</title>
<style>${colors}</style>
<style>${style}</style>
</head>
<body>
<main></main>
<script>
const acquireVsCodeApi = () => ({
  postMessage: ({ type }) => type === "ready" && window.postMessage(${message}, "*"),
  getState: () => undefined,
  setState: () => undefined,
});
</script>
<script>${script?.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

/** Nothing in it ends the script or begins a comment of HTML. */
const inScript = (json: string): string => json.replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

const inText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

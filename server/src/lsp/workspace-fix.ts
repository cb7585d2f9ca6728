import { pathToFileURL } from "node:url";
import { TextDocumentEdit, type WorkspaceEdit } from "vscode-languageserver";
import type { AnalysisWorld } from "../analysis.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import { fixAll } from "../fixall.ts";
import { editBetween, Lines } from "../text.ts";
import { composeOnce } from "./disk/compose.ts";
import { configOfDockerfile } from "./disk/config.ts";
import { findDockerfiles } from "./disk/find.ts";
import { readDockerfile } from "./disk/read.ts";
import { surroundingsOf, worldOn } from "./disk/world.ts";
import type { Host, OpenDockerfile } from "./documents.ts";
import { readSettings, wishesOf } from "./settings.ts";

interface WorkspaceFix {
  readonly edit: WorkspaceEdit;
  readonly fixes: number;
  /** How many of the Dockerfiles get another text. */
  readonly changed: number;
  readonly looked: number;
}

/** All safe fixes of all Dockerfiles in the folders. What is open is taken as it stands in the editor, the others as they lie on disk. */
export async function fixWorkspace(
  folders: readonly string[],
  open: ReadonlyMap<string, OpenDockerfile>,
  host: Host,
): Promise<WorkspaceFix> {
  const changes: TextDocumentEdit[] = [];
  let fixes = 0;
  let looked = 0;
  const buildsAt = composeOnce();
  for (const path of new Set((await Promise.all(folders.map(findDockerfiles))).flat())) {
    const uri = pathToFileURL(path).href;
    const document = open.get(uri);
    try {
      const text = document?.document.getText() ?? (await readDockerfile(path));
      const world = document?.world ?? (await worldOf(path, text, host, buildsAt));
      looked++;
      const fixed = fixAll(text, world);
      if (fixed.text === text) continue;
      fixes += fixed.applied.length;
      const edit = new Lines(text).edit(editBetween(text, fixed.text));
      changes.push(TextDocumentEdit.create({ uri, version: document?.document.version ?? null }, [edit]));
    } catch (error) {
      host.log(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { edit: { documentChanges: changes }, fixes, changed: changes.length, looked };
}

async function worldOf(path: string, text: string, host: Host, buildsAt: ReturnType<typeof composeOnce>): Promise<AnalysisWorld> {
  const workspace = host.workspaceOf(path);
  const settings = readSettings(await host.configuration(pathToFileURL(path).href), workspace);
  const wishes = wishesOf(settings, await configOfDockerfile(path, workspace, buildsAt));
  const found = await surroundingsOf(path, parseDockerfile(text), {
    measurer: host.measurer,
    ...(workspace !== undefined && { workspace }),
    ...(wishes.context !== undefined && { context: wishes.context }),
  });
  return worldOn(path, found, wishes);
}

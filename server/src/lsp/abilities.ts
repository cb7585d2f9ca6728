import type { ClientCapabilities } from "vscode-languageserver";

/** What the editor can do, as far as we ask it to. */
export interface Abilities {
  /** It answers what its settings are, */
  readonly configuration: boolean;
  /** and tells of changes to them when asked to. */
  readonly configurationNews: boolean;
  readonly workspaceFolders: boolean;
  readonly watch: boolean;
  /** Folders outside its workspace, too. */
  readonly watchAnywhere: boolean;
  readonly refreshHints: boolean;
  readonly refreshLenses: boolean;
  /** Edits that name the version they are for. */
  readonly versionedEdits: boolean;
  readonly createFiles: boolean;
  /** It opens pages, in the browser too. */
  readonly showDocuments: boolean;
  /** It shows actions that are not possible, with the reason. */
  readonly disabledActions: boolean;
}

export function abilitiesOf({ workspace, window, textDocument }: ClientCapabilities): Abilities {
  const edits = workspace?.workspaceEdit;
  return {
    configuration: workspace?.configuration === true,
    configurationNews: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    watch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    watchAnywhere: workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    versionedEdits: edits?.documentChanges === true,
    showDocuments: window?.showDocument?.support === true,
    disabledActions: textDocument?.codeAction?.disabledSupport === true,
    createFiles: edits?.documentChanges === true && edits.resourceOperations?.includes("create") === true,
  };
}

export const noAbilities: Abilities = abilitiesOf({});

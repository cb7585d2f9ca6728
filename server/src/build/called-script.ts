import { handlerOf } from "../commands/index.ts";
import { commandName, isShell } from "../commands/kinds.ts";
import { type BuildContext, findInContext } from "../image/context.ts";
import { contextPath, find } from "../image/files.ts";
import { dirname } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import type { Project } from "../sizes/installed/project.ts";
import { look, type OpenLayer } from "./open-layer.ts";
import { assign, copyOf, type Scope, setPositional } from "./scope.ts";
import { interpreterOf, isShellScript, scriptFiles } from "./wrappers.ts";

/** Longer scripts are not read; nor does the host hand them in (lsp/disk/named.ts). */
const maximumScript = 200_000;

/** A script that was copied, mounted or written before, and is now called: it runs too. */
export function calledScript(
  open: OpenLayer,
  textAt: (path: string) => string | undefined,
  name: string,
  args: readonly Argument[],
  own: Scope,
  scope: Scope,
): { text: string; scope: Scope } | undefined {
  const called = scriptFiles(name, args, own.cwd);
  if (!name.includes("/") && handlerOf(name) && !called.sourced) return undefined;
  for (const path of called.paths) {
    if (find(open.state.root, path, true)?.type !== "file") continue;
    const text = textAt(path);
    if (text === undefined || text.length > maximumScript || !isShellScript(text)) return undefined;
    if (called.sourced) return { text, scope };
    const inner = copyOf(own);
    inner.shell = isShell(name) ? commandName(name) : (interpreterOf(text) ?? "sh");
    inner.functions.clear();
    setPositional(inner, called.args);
    assign(inner, "0", { text: isShell(name) ? path : name, known: true });
    return { text, scope: inner };
  }
  return undefined;
}

/** The folder of the build context that a file of the image was copied from, as it lies on disk. */
export function projectAt(open: OpenLayer, context: BuildContext | undefined, path: string): Project | undefined {
  look(open, path);
  const at = contextPath(open.state.root, path);
  if (!context || at === undefined) return undefined;
  const above = dirname(`/${at}`).slice(1);
  const folder = findInContext(context.root, above);
  const below = (name: string): string => (above === "" ? name : `${above}/${name}`);
  return folder?.kind === "folder" ? { folder, text: (name) => context.readText?.(below(name)) } : undefined;
}

/** A script that was copied or downloaded and cannot be read: it may well tidy up. */
export const isOwnScript = (open: OpenLayer, name: string, args: readonly Argument[], own: Scope): boolean =>
  scriptFiles(name, args, own.cwd).paths.some((path) => {
    const node = find(open.state.root, path, true);
    return node?.type === "file" && ["context", "download"].includes(node.entry.kind);
  });

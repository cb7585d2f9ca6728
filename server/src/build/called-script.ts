import { handlerOf } from "../commands/index.ts";
import { find } from "../image/files.ts";
import type { Argument } from "../shell/words.ts";
import type { OpenLayer } from "./open-layer.ts";
import { copyOf, type Scope } from "./scope.ts";
import { baseName, interpreterOf, isShellScript, scriptFiles, shells } from "./wrappers.ts";

/** Longer scripts are not read. */
const maximumScript = 200_000;

/** A script of the build context that was copied or mounted, and is now called: it runs too. */
export function calledScript(
  open: OpenLayer,
  readText: ((path: string) => string | undefined) | undefined,
  name: string,
  args: readonly Argument[],
  own: Scope,
  scope: Scope,
): { text: string; scope: Scope } | undefined {
  if (!readText || (!name.includes("/") && handlerOf(name) && name !== "source")) return undefined;
  const called = scriptFiles(name, args, own.cwd);
  for (const path of called.paths) {
    const at = contextPath(open, path);
    if (at === undefined) continue;
    open.touched.push({ path, stage: open.stage });
    const text = readText(at);
    if (text === undefined || text.length > maximumScript || !isShellScript(text)) return undefined;
    if (called.sourced) return { text, scope };
    const inner = copyOf(own);
    inner.shell = shells.has(baseName(name)) ? baseName(name) : (interpreterOf(text) ?? "sh");
    inner.functions.clear();
    called.args.forEach((arg, i) => void inner.variables.set(String(i + 1), arg));
    return { text, scope: inner };
  }
  return undefined;
}

/** Where a file of the image lies in the build context, when it was copied from there. */
export function contextPath(open: OpenLayer, path: string): string | undefined {
  const node = find(open.state.root, path, true);
  return node?.type === "file" && node.entry.kind === "context" ? /^context:(.*)$/.exec(node.entry.id)?.[1] : undefined;
}

/** A script that was copied or downloaded and cannot be read: it may well tidy up. */
export const isOwnScript = (open: OpenLayer, name: string, args: readonly Argument[], own: Scope): boolean =>
  scriptFiles(name, args, own.cwd).paths.some((path) => {
    const node = find(open.state.root, path, true);
    return node?.type === "file" && ["context", "download"].includes(node.entry.kind);
  });

import { type Subject, shippedSteps } from "../build/subject.ts";
import { isInterpreter } from "../commands/build-only.ts";
import { commandName } from "../commands/kinds.ts";
import { isServer, onlyHelps, servesProject } from "../commands/servers.ts";
import { isFromContext } from "../dockerfile/instruction.ts";
import { type FolderNode, find, unfold } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { absolute, dirname } from "../image/paths.ts";
import { fileOf } from "./program.ts";
import { type Started, servesOnPort } from "./started.ts";
import { startedThrough } from "./started-through.ts";

/**
 * What is known of all that the image starts: servers that everybody knows; or, beside those, the project's own program that somebody
 * asks over a port. Undefined where anything else is started: what that calls, and whether a person sits before it, nobody can say.
 */
export function servicesOf(subject: Subject): "servers" | "own" | undefined {
  const started = startedThrough(subject)
    .map(underInit)
    .filter((s) => !onlyHelps(commandName(s.name)));
  if (started.length === 0) return undefined;
  if (started.every((s) => isServer(commandName(s.name)))) return "servers";
  return servesOnPort(subject) && started.every((s) => isServer(commandName(s.name)) || isOwnProgram(subject, s)) ? "own" : undefined;
}

/** `tini -- nginx`: an init of containers starts what stands behind it. */
function underInit(started: Started): Started {
  const at = /^(?:tini|dumb-init|catatonit)$/.test(commandName(started.name)) ? started.args.findIndex((a) => !a.text.startsWith("-")) : -1;
  const program = started.args[at];
  return program ? { ...started, name: program.text, args: started.args.slice(at + 1) } : started;
}

/** It came from the build context, or was compiled from it here. */
function isOwnProgram(subject: Subject, started: Started): boolean {
  const end = subject.image.stages[subject.image.target]?.end;
  if (!end) return false;
  const name = commandName(started.name);
  if (servesProject(name)) return shippedSteps(subject).some((s) => isFromContext(s.instruction)) && holdsContext(end.root, started.cwd);
  if (!isInterpreter(name)) return isMadeHere(subject, end, fileOf(end, started)?.path);
  const file = started.args.find((a) => /[./]/.test(a.text) && !a.text.startsWith("-"));
  return file !== undefined && isMadeHere(subject, end, absolute(file.text, started.cwd));
}

function isMadeHere({ steps }: Subject, { root }: State, path: string | undefined): boolean {
  const node = path === undefined ? undefined : find(root, path, true);
  if (path === undefined || node?.type !== "file") return path !== undefined && !node && holdsContext(root, dirname(path));
  const { id, kind } = node.entry;
  if (kind === "context") return !path.endsWith(".sh");
  const makers = steps.flatMap((s) => s.ran.filter((r) => r.changes.some((c) => c.how === "written" && c.entry.id === id)));
  return makers.some((r) => holdsContext(r.before.root, r.cwd));
}

/** The folder, or one above it, has files of the build context, and none that were fetched. */
function holdsContext(root: FolderNode, path: string): boolean {
  for (let at = path; at !== "/"; at = dirname(at)) {
    const node = find(root, at, true);
    if (node?.type !== "folder") continue;
    const { children, content } = unfold(node);
    const kinds = [...[...content].map((e) => e.kind), ...[...children].flatMap(([, c]) => (c.type === "file" ? [c.entry.kind] : []))];
    if (kinds.some((kind) => kind === "source" || kind === "download")) return false;
    if (kinds.includes("context")) return true;
  }
  return false;
}

import { downloadId, fileNameOf } from "../commands/downloads.ts";
import { knownFolder } from "../commands/known-files.ts";
import { builtId } from "../commands/outputs.ts";
import { utf8Length } from "../commands/printing.ts";
import { type Argument, copySources, copyWords, flagValue, type Heredoc, type Instruction } from "../dockerfile/instruction.ts";
import { expandWord, type Lookup, type Value } from "../dockerfile/variables.ts";
import { type BuildContext, type ContextFolder, type ContextNode, findInContext } from "../image/context.ts";
import { childrenOf, contentAt, type FolderNode, find, fromContext, type Node, rewrite, unfold, unfoldAll } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { absolute, basename, components, dirname, hasGlob, isArchiveName, join, matches } from "../image/paths.ts";
import { type Exclusion, exclusion } from "../image/patterns.ts";
import { measured, type Size, typical, unknown } from "../image/size.ts";
import { apply } from "./apply.ts";
import { baseMayHold, contentMayHold } from "./holds.ts";
import { without } from "./ignore.ts";
import { lookAt, type OpenLayer } from "./open-layer.ts";
import { copied, isTooMuch, merge } from "./transfer.ts";
import { mkdir } from "./write.ts";

/** What COPY and ADD can take from. */
export interface Sources {
  readonly context?: BuildContext;
  /** The context as .dockerignore leaves it. */
  readonly visible?: ContextFolder;
  /** The end of an earlier stage, by name or number; undefined for an image of that name. */
  stage(name: string): { index: number; state: State } | undefined;
}

interface Look {
  readonly owner?: string;
  readonly mode?: number;
}

/** COPY and ADD. */
export function copy(open: OpenLayer, instruction: Instruction, sources: Sources, lookup: Lookup, escape: string): void {
  const words = copyWords(instruction).map((arg) => expandWord(arg.text, lookup, escape));
  const target = words.at(-1);
  if (words.length < 2 || !target) return;
  const from = flagValue(instruction, "from");
  const look = lookOf(instruction, lookup);
  const filter = filterOf(instruction, lookup, escape);
  const inputs = words.slice(0, -1);
  const toFolder = /\/\.?$/.test(target.text) || target.text === "." || inputs.length > 1;
  const to = absolute(target.text, open.state.cwd);
  const asFolder = toFolder || find(open.state.root, to, true)?.type === "folder";
  inputs.forEach((source, i) => {
    const heredoc = heredocOf(instruction, i);
    if (heredoc) return inline(open, heredoc, to, asFolder, look, lookup, instruction.source, escape);
    if (from !== undefined) return fromStage(open, expandWord(from, lookup, escape).text, source, to, asFolder, sources, look, filter);
    if (instruction.keyword === "ADD" && isRemote(source.text)) return remote(open, source.text, to, asFolder, look, instruction);
    return fromFolder(open, source, to, asFolder, sources, look, filter, unpacks(instruction));
  });
}

/** Which of the sources are taken, and where below the target they come to lie: COPY --exclude and --parents. */
interface Filter {
  readonly exclusion?: Exclusion;
  /** A pattern to leave out is not known. */
  readonly isUnknown: boolean;
  /** Sources keep the folders above them. */
  readonly parents: boolean;
  /** It is the only source: a pattern that fits no file yet stands for one that is there when the image is built. */
  readonly isOnly: boolean;
}

function filterOf(instruction: Instruction, lookup: Lookup, escape: string): Filter {
  const patterns = instruction.flags.flatMap((f) => (f.name === "exclude" ? [expandWord(f.value ?? "", lookup, escape)] : []));
  return {
    ...(patterns.length > 0 && { exclusion: exclusion(patterns.map((p) => p.text)) }),
    isUnknown: patterns.some((p) => !p.known),
    parents: (flagValue(instruction, "parents") ?? "false") !== "false",
    isOnly: copySources(instruction).length === 1,
  };
}

const unpacks = (instruction: Instruction): boolean => instruction.keyword === "ADD" && flagValue(instruction, "unpack") !== "false";

/** The path of a source as --parents keeps it: all of it, or what stands behind the `/./` in it. */
function keptPath(source: string, at: string): string {
  const pivot = source.indexOf("/./");
  const skipped = pivot < 0 ? 0 : components(absolute(source.slice(0, pivot), "/")).length;
  return components(at).slice(skipped).join("/");
}

/** With --parents the target of a source, its own name with it; and the path that patterns to leave out see. */
const placeOf = ({ parents }: Filter, source: string, at: string, to: string): { to: string; seen: string } => {
  const kept = parents ? keptPath(source, at) : "";
  return { to: kept === "" ? to : absolute(kept, to), seen: kept };
};

const isRemote = (source: string): boolean => /^(?:https?|ftp|git|ssh):\/\//i.test(source) || /^git@/.test(source);

function lookOf(instruction: Instruction, lookup: Lookup): Look {
  const owner = flagValue(instruction, "chown");
  const mode = flagValue(instruction, "chmod");
  return {
    ...(owner && { owner: expandWord(owner, lookup).text }),
    ...(mode && /^[0-7]{3,4}$/.test(mode) && { mode: Number.parseInt(mode, 8) }),
  };
}

/** The heredoc that stands for the i-th source: its mark is that word. */
function heredocOf(instruction: Instruction, i: number): Heredoc | undefined {
  const word: Argument | undefined = instruction.exec ? undefined : instruction.args[i];
  return word && instruction.heredocs.find((h) => h.mark.start === word.start);
}

function inline(
  open: OpenLayer,
  heredoc: Heredoc,
  to: string,
  asFolder: boolean,
  look: Look,
  lookup: Lookup,
  text: string,
  escape: string,
): void {
  const raw = text.slice(heredoc.body.start, heredoc.body.end);
  const lines = heredoc.stripTabs ? raw.replace(/^\t+/gm, "") : raw;
  const body = heredoc.expand ? expandHeredoc(lines, lookup, escape) : { text: lines, known: true };
  const bytes = utf8Length(body.text);
  const path = asFolder ? join(to, heredoc.name) : to;
  apply(
    open,
    {
      do: "write",
      path,
      size: body.known ? measured(bytes) : typical(bytes),
      kind: "context",
      ...(body.known && { text: body.text }),
      owner: look.owner ?? "root",
      mode: look.mode ?? 0o644,
    },
    false,
  );
}

/** In a heredoc's body quotes are text; only variables and escaped dollars are replaced. */
function expandHeredoc(body: string, lookup: Lookup, escape: string): Value {
  return expandWord(body.replace(/["']/g, `${escape}$&`), (name) => lookup(name), escape);
}

function remote(open: OpenLayer, url: string, to: string, asFolder: boolean, look: Look, instruction: Instruction): void {
  const isGit = /\.git(?:#.*)?$/.test(url) || /^(?:git|ssh):|^git@/.test(url);
  if (isGit || flagValue(instruction, "unpack") === "true" || flagValue(instruction, "unpack") === "") {
    return apply(open, { do: "fill", path: to, entry: { id: `clone:${to}`, kind: "source", what: url, size: unknown } }, false);
  }
  // What comes from a URL is for its owner only, unless --chmod says otherwise.
  const path = asFolder ? join(to, fileNameOf(url) || "download") : to;
  const id = downloadId(url, path);
  apply(open, { do: "write", path, id, size: unknown, kind: "download", owner: look.owner ?? "root", mode: look.mode ?? 0o600 }, false);
}

function fromStage(
  open: OpenLayer,
  name: string,
  source: Value,
  target: string,
  intoFolder: boolean,
  sources: Sources,
  look: Look,
  filter: Filter,
): void {
  const stage = sources.stage(name);
  const path = absolute(source.text, "/");
  const missing = (id: string): void => {
    const folder = intoFolder || path === "/";
    const kind = "artifact" as const;
    const built = folder ? undefined : builtAt(stage?.state.root, path);
    // A part of it: what is unknown there is unknown here.
    if (built)
      apply(
        open,
        { do: "fill", path: intoFolder ? target : dirname(target), entry: { id: built, kind, what: path, size: unknown } },
        false,
      );
    else if (folder) apply(open, { do: "fill", path: target, entry: { id, kind, what: `${name}:${path}`, size: unknown } }, false);
    else apply(open, { do: "write", path: target, size: unknown, kind }, false);
  };
  if (!stage) return missing(`from:${name}:${path}`);
  lookAt(open, path, stage.index, stage.state.root);
  const found = hasGlob(path) ? globbed(stage.state.root, path, filter.parents) : [{ path, node: find(stage.state.root, path, true) }];
  if (found.length === 0) return missing(`from:${stage.index}:${path}`);
  for (const { path: at, node: whole } of found) {
    const { to, seen } = placeOf(filter, source.text, at, target);
    const asFolder = intoFolder && seen === "";
    const node = whole && left(whole, seen, at, filter.exclusion);
    if (whole && !node) continue;
    if (node && isTooMuch(open, node, to)) {
      missing(`from:${stage.index}:${at}`);
      continue;
    }
    const hidden = baseMayHold(stage.state, at) || contentMayHold(stage.state, at);
    const there = node ? undefined : knownFolder(stage.state, at);
    if (!node || node.type === "link") {
      if (node) merge(open, asFolder ? join(to, basename(at)) : to, node);
      else if (there)
        apply(open, { do: "fill", path: to, entry: { id: `file:${at}`, kind: "artifact", what: `${name}:${at}`, size: there } }, false);
      else missing(`file:${at}`);
      continue;
    }
    const fresh = restyled(copied(open, node, `from:${stage.index}:${at}:${to}`), look);
    if (node.type === "folder") {
      mkdir(open, to);
      merge(open, to, fresh);
      if (hidden)
        apply(
          open,
          { do: "fill", path: to, entry: { id: `from:${stage.index}:${at}`, kind: "artifact", what: `${name}:${at}`, size: unknown } },
          false,
        );
    } else merge(open, asFolder ? join(to, basename(at)) : to, fresh);
  }
}

/** The id of what a builder put into the folder, one of whose files this must be. */
function builtAt(root: FolderNode | undefined, path: string): string | undefined {
  return root && [...contentAt(root, dirname(path))].findLast((e) => e.id.startsWith(builtId))?.id;
}

/** What --exclude leaves of a source; patterns see the paths below it, or a file's name. */
function left(node: Node, seen: string, at: string, exclusion: Exclusion | undefined): Node | undefined {
  if (!exclusion) return node;
  if (node.type !== "folder") return exclusion.excludes(seen || basename(at)) ? undefined : node;
  return rewrite(unfoldAll(node), `/${seen}`, (n, path) => {
    if (path === "/" || !exclusion.excludes(path.slice(1))) return n;
    return n.type === "folder" && exclusion.hasExceptions && n.children.size > 0 ? n : undefined;
  });
}

/** The nodes that a pattern stands for, each once. With `deep` two stars are any number of folders. */
function glob<N>(root: N, pattern: string, deep: boolean, below: (node: N) => Iterable<readonly [string, N]>): { path: string; node: N }[] {
  let found = new Map<string, N>([["/", root]]);
  for (const part of components(pattern)) {
    const next = new Map<string, N>();
    const waiting = [...found];
    for (const [path, node] of waiting) {
      if (deep && part === "**") {
        if (next.has(path)) continue;
        next.set(path, node);
        for (const [name, child] of below(node)) waiting.push([join(path, name), child]);
      } else for (const [name, child] of below(node)) if (matchesLoosely(part, name)) next.set(join(path, name), child);
    }
    found = next;
  }
  return [...found].map(([path, node]) => ({ path, node }));
}

/** A link that a pattern fits is followed, like one that is named: each of `libx.so*` becomes a whole file. */
const globbed = (root: FolderNode, pattern: string, deep: boolean): { path: string; node: Node | undefined }[] =>
  glob<Node>(root, pattern, deep, (node) => (node.type === "folder" ? unfold(node).children : [])).map(({ path, node }) => ({
    path,
    node: node.type === "link" ? find(root, path, true) : node,
  }));

/** COPY's patterns are Go's filepath.Match: a leading dot needs no dot in the pattern. */
const matchesLoosely = (pattern: string, name: string): boolean =>
  name.startsWith(".") && /^[*?[]/.test(pattern) ? matches(`.${pattern}`, `.${name}`) : matches(pattern, name);

function restyled(node: Node, look: Look): Node {
  if (node.type === "link" || (look.owner === undefined && look.mode === undefined)) return node;
  if (node.type === "file" || node.context) return { ...node, ...look };
  return { ...node, ...look, children: childrenOf([...node.children].map(([name, child]) => [name, restyled(child, look)])) };
}

function fromFolder(
  open: OpenLayer,
  source: Value,
  to: string,
  asFolder: boolean,
  sources: Sources,
  look: Look,
  filter: Filter,
  unpacks: boolean,
): void {
  const path = absolute(source.text, "/").slice(1);
  const { visible } = sources;
  const unknownSource = (): void => {
    const id = `context:${path || "."}`;
    const owner = look.owner ?? "root";
    // A name with an ending is a file's; of anything else the content goes to the target itself.
    const ending = asFolder ? /[^./]\.(?!d$)[a-z\d]+$/i : /\.[a-z\d]+$/i;
    // An archive may be unpacked there: then its name says nothing of what is stored.
    const mayUnpack = unpacks && isArchiveName(path);
    if (!hasGlob(path) && ending.test(path) && !mayUnpack)
      return apply(open, { do: "write", path: asFolder ? join(to, basename(path)) : to, id, size: unknown, kind: "context", owner }, false);
    // `COPY target/*.jar /app.jar`: whatever the pattern stands for, it becomes this file.
    const becomes = hasGlob(path) && !asFolder && ending.test(to) && find(open.state.root, to, true)?.type !== "folder";
    if (becomes && !mayUnpack) return apply(open, { do: "write", path: to, id, size: unknown, kind: "context", owner }, false);
    mkdir(open, to);
    apply(open, { do: "fill", path: to, entry: { id, kind: "context", what: source.text, size: unknown, owner } }, false);
  };
  if (!visible || !source.known || filter.isUnknown) return unknownSource();
  const found = hasGlob(path) ? globContext(visible, path, filter.parents) : single(visible, path);
  if (found.length === 0) {
    const isLeftOut = hasGlob(path) && sources.context && globContext(sources.context.root, path, false).length > 0;
    return sources.context && (!hasGlob(path) || (filter.isOnly && !isLeftOut)) ? unknownSource() : undefined;
  }
  for (const { path: at, node: named } of found) {
    // A link that is named is followed; one inside a copied folder stays a link.
    const node = followed(visible, at, named);
    if (!node) continue;
    const place = placeOf(filter, source.text, at, to);
    const { exclusion } = filter;
    if (exclusion && node.kind !== "folder" && exclusion.excludes(place.seen || basename(at))) continue;
    const kept = exclusion && node.kind === "folder" ? without(node, exclusion, place.seen) : node;
    put(open, kept, at, place.to, asFolder && place.seen === "", look, unpacks);
  }
}

function put(open: OpenLayer, node: ContextNode, path: string, to: string, asFolder: boolean, look: Look, unpacks: boolean): void {
  if (node.kind === "folder") {
    mkdir(open, to);
    return merge(open, to, styled(open, node, path, look));
  }
  if (node.kind === "file" && node.archive && unpacks) {
    mkdir(open, to);
    const size: Size = node.archive.bytes === undefined ? unknown : measured(node.archive.bytes);
    return apply(open, { do: "fill", path: to, entry: { id: `unpacked:${path}`, kind: "source", what: path, size } }, false);
  }
  merge(open, asFolder ? join(to, basename(path)) : to, styled(open, node, path, look));
}

const styled = (open: OpenLayer, node: ContextNode, path: string, look: Look): Node =>
  fromContext(node, path, open.layer, { owner: "root", ...look });

/** Docker follows links as if the context were the root of a file system. */
function followed(root: ContextFolder, path: string, node: ContextNode): ContextNode | undefined {
  let at = `/${path}`;
  let found: ContextNode | undefined = node;
  for (let depth = 0; found?.kind === "link" && depth < 20; depth++) {
    at = absolute(found.target, dirname(at));
    found = findInContext(root, at);
  }
  return found?.kind === "link" ? undefined : found;
}

const single = (root: ContextFolder, path: string): { path: string; node: ContextNode }[] => {
  const node = findInContext(root, path);
  return node ? [{ path, node }] : [];
};

function globContext(root: ContextFolder, pattern: string, deep: boolean): { path: string; node: ContextNode }[] {
  const found = glob<ContextNode>(root, pattern, deep, (node) => (node.kind === "folder" ? node.children : []));
  return found.map(({ path, node }) => ({ path: path.slice(1), node }));
}

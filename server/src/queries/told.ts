import type { Subject } from "../build/subject.ts";
import type { Place } from "../build/uses.ts";
import { options } from "../commands/call.ts";
import { familyOf, isApt, isBundler, isPip, isPython } from "../commands/kinds.ts";
import { dependencyInstall } from "../commands/manifests.ts";
import { contextText, entriesOf, find } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { absolute, components, isArchiveName, isWithin } from "../image/paths.ts";
import { isTemporary } from "./passing.ts";

// What a command reads because a file tells it to: no word of it names the place.

/** Downloaded to be unpacked: no manifest names it. */
const isPlainArchive = ({ path, folder }: Place): boolean =>
  !folder && (isTemporary(path) || (isArchiveName(path) && !path.endsWith(".tgz")) || /\.(?:zip|deb|rpm|apk|jar|sh)$/.test(path));

/** Options whose file says what to read: sed(1), gawk(1), wget(1), curl(1), tar(1), rsync(1), xargs(1), aria2c(1). */
const instructed: Readonly<Record<string, readonly string[]>> = {
  sed: ["-f", "--file"],
  awk: ["-f", "--file"],
  gawk: ["-f", "--file"],
  mawk: ["-f"],
  wget: ["-i", "--input-file"],
  curl: ["-K", "--config"],
  tar: ["-T", "--files-from"],
  rsync: ["--files-from"],
  xargs: ["-a", "--arg-file"],
  aria2c: ["-i", "--input-file"],
};
/** Of these tools, those of their options that take a value. */
const valued = "f i K T a e o O d C --file --input-file --config --files-from --arg-file --expression --output --directory";

export function isToldOf(subject: Subject, ran: Ran, place: Place): boolean {
  const { name, args } = ran;
  const files = Object.hasOwn(instructed, name) ? (instructed[name] ?? []) : [];
  if (files.length > 0)
    return options(args, valued)
      .values(...files)
      .some((file) => mayName(subject, ran, file, place));
  return !isPlainArchive(place) && (isManifestRead(subject, ran) || compilesFile(ran) || asksCopiedSettings(ran));
}

/** A file whose text is not known, or that has the place in it. */
function mayName({ world }: Subject, { before, cwd }: Ran, file: string, { path }: Place): boolean {
  const at = absolute(file, cwd);
  const node = find(before.root, at, true);
  const text = (node?.type === "file" ? node.entry.text : undefined) ?? contextText(before.root, at, world.context);
  return text === undefined || text.includes(path);
}

/** What a project depends on may be a folder beside it: `file:../lib`, `path = "../lib"`, `-r ../more.txt`. */
function isManifestRead({ world }: Subject, ran: Ran): boolean {
  const install = dependencyInstall(ran);
  if (!install) return readsManifest(ran);
  const texts = install.required.map((file) => contextText(ran.before.root, absolute(file, ran.cwd), world.context));
  return texts.some((text) => text === undefined || install.needsMore.test(text));
}

/** Commands that work by what a project's own files say, and not by what they are told alone. */
function readsManifest({ name, args }: Pick<Ran, "name" | "args">): boolean {
  if (isPython(name) && args[0]?.text === "-m") return readsManifest({ name: args[1]?.text ?? "", args: args.slice(2) });
  const o = options(args, "r c e C --requirement --constraint --editable --prefix");
  const [verb, named] = o.operands.map((a) => a.text);
  if (isPip(name))
    return (
      verb === "install" && (o.has("-r", "--requirement", "-c", "--constraint", "-e", "--editable") || named?.startsWith(".") === true)
    );
  if (isBundler(name)) return verb === undefined || /^(?:install|update|package|cache)$/.test(verb);
  switch (name) {
    case "npm":
    case "yarn":
    case "pnpm":
    case "bun":
      return !o.has("-g", "--global") && (verb === undefined || (/^(?:ci|i|install|clean-install)$/.test(verb) && named === undefined));
    case "composer":
      return /^(?:i|install|u|update)$/.test(verb ?? "");
    case "poetry":
    case "pipenv":
    case "pdm":
      return /^(?:install|sync|update|lock)$/.test(verb ?? "");
    case "uv":
      return verb === "sync" || verb === "lock" || (verb === "pip" && o.has("-r", "--requirement", "-e", "--editable"));
    case "cargo":
    case "go":
      return (
        verb !== undefined &&
        !/^(?:env|version|clean|login)$/.test(verb) &&
        !(verb === "install" && named !== undefined && !named.startsWith("."))
      );
    case "mvn":
    case "gradle":
    case "sbt":
    case "dotnet":
    case "mix":
    case "lein":
      return verb !== undefined;
    case "conda":
    case "mamba":
      return verb === "env" || o.has("-f", "--file");
    default:
      return false;
  }
}

/** `#include "/opt/inc/big.h"` */
const compilesFile = ({ name, args }: Ran): boolean =>
  /^(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|gfortran)$/.test(name) && args.some((a) => /\.(?:c|cc|cpp|cxx|m|f90|f|s|S)$/.test(a.text));

/** apt by a list that a COPY brought, which may name a folder; git by such settings. */
function asksCopiedSettings({ name, before }: Ran): boolean {
  const places = isApt(name) ? ["/etc/apt"] : name === "git" ? ["/root/.gitconfig", "/etc/gitconfig"] : [];
  return places.some((path) => {
    const node = find(before.root, path, true);
    return node !== undefined && entriesOf(node, path).some(({ entry }) => entry.kind === "context");
  });
}

/** Their words become a file's, or settings, where any program may find them. */
const printsWords = /^(?:echo|printf)$/;
const editsText = /^(?:sed|perl|awk|gawk)$/;
const keepsSettings = /^(?:git|npm|yarn|pnpm|pip|composer|bundle|poetry|conda|mamba)$/;

/** Whether a command may write a place down: `echo "deb file:/opt/debs ./" > …`, `git config --global url.file:///opt/x.insteadOf …`. */
export function writesDown({ name, args, cwd, command }: Ran, { path }: Place): boolean {
  const heredocs = command?.redirects.flatMap((r) => r.heredoc?.body.raw ?? []) ?? [];
  // A word that is the place is a use like others.
  const inWords = args.flatMap(({ text }) => (isWithin(absolute(text, cwd), path) ? [] : [text]));
  const isSetting = keepsSettings.test(familyOf(name)) && args.some((a) => a.text === "config" || a.text === "-c");
  const texts = printsWords.test(name) ? args.map((a) => a.text) : isSetting || editsText.test(name) ? inWords : [];
  const written = [...texts, ...heredocs];
  if (written.length === 0) return false;
  // The folder that it lies in may be the one that is named, but for one that everybody has.
  const names = components(path);
  const places = names.slice(1).map((_, i) => `/${names.slice(0, i + 2).join("/")}`);
  return written.some((text) => [path, ...places].some((place) => isNamedIn(text, place)));
}

function isNamedIn(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) if (!/^[\w-]/.test(text.slice(at + path.length))) return true;
  return false;
}

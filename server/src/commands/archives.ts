import type { Effect, Packed } from "../image/effects.ts";
import { contextOf } from "../image/files.ts";
import { absolute, basename, dirname } from "../image/paths.ts";
import { measured, type Size, unknown } from "../image/size.ts";
import { type Call, type Handler, nodeAt, type Options, options, pathOf } from "./call.ts";
import { isPip, packageEnding } from "./kinds.ts";

/** What an archive holds is not known from its name: an unknown amount, at a known place. */
const unpacked = (archive: string, folder: string, size: Size = unknown): Effect => ({
  do: "fill",
  path: folder,
  entry: { id: `unpacked:${archive}`, kind: "source", what: `contents of ${basename(archive) || archive}`, size },
});

interface Unpacking {
  /** The archive's absolute path; undefined when it is read from a pipe. */
  readonly archive?: string;
  readonly folder: string;
}

/** The archive that a command unpacks and where to; undefined when it does something else. */
export function unpacking(call: Pick<Call, "name" | "args" | "cwd">): Unpacking | undefined {
  const path = (text: string): string => pathOf(call, text);
  switch (call.name) {
    case "tar":
    case "bsdtar": {
      const o = tarOptions(call.args);
      if (!o.has("-x", "--extract", "--get")) return undefined;
      const file = o.value("-f", "--file");
      const folder = path(o.value("-C", "--directory", "--one-top-level") ?? ".");
      return file === undefined || file === "-" ? { folder } : { archive: path(file), folder };
    }
    case "unzip": {
      const o = options(call.args, "d x P");
      const [archive] = o.operands;
      return archive && !o.has("-l", "-t", "-v", "-p") ? { archive: path(archive.text), folder: path(o.value("-d") ?? ".") } : undefined;
    }
    case "7z":
    case "7za": {
      const [verb, archive] = options(call.args).operands;
      const folder = call.args.find((a) => a.text.startsWith("-o"))?.text.slice(2);
      return archive && (verb?.text === "x" || verb?.text === "e")
        ? { archive: path(archive.text), folder: path(folder ?? ".") }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** tar that takes out all of an archive as it is. */
export function unpacksAsItIs({ name, args }: Pick<Call, "name" | "args">): boolean {
  const asked = /^(?:-[xzjJavp]*(?:[fC].*)?|--(?:extract|get|gzip|xz|bzip2|verbose|file|directory)(?:=.*)?)$/;
  const list = tarArguments(args);
  return (
    name === "tar" &&
    tarOptions(args).operands.length === 0 &&
    list.every((a) => a.known && (!a.text.startsWith("-") || asked.test(a.text)))
  );
}

/** Package files that a command installs from: dpkg -i, apt-get install ./x.deb, rpm -i, pip install x.whl … */
export function installedFiles({ name, args, cwd }: Pick<Call, "name" | "args" | "cwd">): string[] {
  const ending = isPip(name) ? "whl" : packageEnding(name);
  const o = options(args);
  const [verb] = o.operands;
  const installs =
    name === "dpkg" || name === "rpm"
      ? o.has("-i", "-U", "--install", "--upgrade", "--unpack")
      : verb?.text === "install" || verb?.text === "add";
  if (ending === undefined || !installs) return [];
  return o.operands.flatMap((a) => (a.text.endsWith(`.${ending}`) && !/^[a-z]+:\/\//.test(a.text) ? [absolute(a.text, cwd)] : []));
}

/** tar takes its first word as options even without a dash: `tar xzf a.tgz`. */
function tarArguments(args: Call["args"]): Call["args"] {
  const [first, ...rest] = args;
  const bundled = first && !first.text.startsWith("-") && /^[a-zA-Z]+$/.test(first.text);
  // In the old style each letter that takes a value takes the next word, in order.
  return bundled ? oldStyle(first.text, rest) : args;
}

const tarOptions = (args: Call["args"]): Options =>
  options(
    tarArguments(args),
    "f C T X b g I --file --directory --exclude --strip-components --strip --transform --wildcards-match --owner --group --mode --use-compress-program --files-from --exclude-from",
  );

function oldStyle(letters: string, rest: Call["args"]): Call["args"] {
  const waiting = [...rest];
  const out: Call["args"][number][] = [];
  for (const letter of letters) {
    out.push({ text: `-${letter}`, known: true, glob: false });
    const value = "fCTXbgI".includes(letter) ? waiting.shift() : undefined;
    if (value) out.push(value);
  }
  return [...out, ...waiting];
}

const tar: Handler = (call) => {
  const found = unpacking(call);
  const o = tarOptions(call.args);
  const packed = found && found.archive === undefined && unpacksAsItIs(call) ? call.stdin?.packed : undefined;
  if (found && packed) return packed.paths.map((path) => copiedBy(packed.folder, path, found.folder));
  if (found) return [unpacked(archiveName(call, found), found.folder, contentOf(call, found, o))];
  if (o.has("-t", "--list")) return [];
  const file = o.value("-f", "--file");
  if (file === undefined || file === "-") return [{ do: "print", size: unknown, ...packedBy(call, o) }];
  return [{ do: "write", path: pathOf(call, file), size: unknown, kind: "artifact" }];
};

/** What `tar -cf - .` packs, where all of it is known by name. */
function packedBy(call: Call, o: Options): { packed?: Packed } {
  const plain = tarArguments(call.args).every(
    (a, i, all) => !a.text.startsWith("-") || /^(?:-[cfvzjJpC]+|-)$/.test(a.text) || all[i - 1]?.text === "-C",
  );
  const isNamed = o.operands.length > 0 && o.operands.every((a) => a.known && !a.glob && !a.text.startsWith("/"));
  const folder = pathOf(call, o.value("-C", "--directory") ?? ".");
  return plain && isNamed && o.values("-C").length < 2 ? { packed: { folder, paths: o.operands.map((a) => a.text) } } : {};
}

/** `tar -cf - x | tar -xf - -C /to` does what `cp -a x /to` would. */
const copiedBy = (folder: string, path: string, to: string): Effect => {
  const inside = absolute(path, "/");
  const isAll = inside === "/";
  return {
    do: "copy",
    from: isAll ? `${folder === "/" ? "" : folder}/.` : absolute(inside.slice(1), folder),
    to: isAll ? to : `${absolute(dirname(inside).slice(1), to)}/`,
    recursive: true,
    keepsLinks: true,
  };
};

/** An archive of the build context has the name that it has there: ADD unpacks the same. */
function archiveName(call: Call, { archive }: Unpacking): string {
  const node = archive === undefined ? undefined : nodeAt(call, archive);
  return (node?.type === "file" ? contextOf(node.entry) : undefined) ?? archive ?? call.stdin?.what ?? "standard input";
}

/** Known where all of an archive of the build context is unpacked. */
function contentOf(call: Call, { archive }: Unpacking, o: Options): Size {
  const node = archive === undefined ? undefined : nodeAt(call, archive);
  const partly = o.operands.length > 0 || o.has("--exclude", "-X", "--exclude-from", "-T", "--files-from");
  return node?.type === "file" && node.entry.archive !== undefined && !partly ? measured(node.entry.archive) : unknown;
}

const unzip: Handler = (call) => {
  const found = unpacking(call);
  return found?.archive ? [unpacked(found.archive, found.folder)] : [];
};

/** gzip, xz and their like put a file in another's place: `a` becomes `a.gz`, or the other way round. */
const compress =
  (suffix: string, unpacks: boolean): Handler =>
  (call) => {
    const o = options(call.args, "S T --suffix --threads");
    const undo = unpacks || o.has("-d", "--decompress", "--uncompress");
    if (o.has("-c", "--stdout", "--to-stdout") || o.operands.length === 0) return [{ do: "print", size: unknown }];
    return o.operands.flatMap(({ text }): Effect[] => {
      const path = pathOf(call, text);
      const target = undo ? path.replace(/\.(?:gz|tgz|xz|bz2|zst|lzma|Z)$/, "") : `${path}${suffix}`;
      const written: Effect = { do: "write", path: target, size: unknown, kind: undo ? "source" : "artifact" };
      return o.has("-k", "--keep") ? [written] : [written, { do: "remove", path, recursive: false }];
    });
  };

export const archives: Record<string, Handler> = {
  tar,
  bsdtar: tar,
  unzip,
  "7z": unzip,
  "7za": unzip,
  gzip: compress(".gz", false),
  gunzip: compress(".gz", true),
  xz: compress(".xz", false),
  unxz: compress(".xz", true),
  bzip2: compress(".bz2", false),
  bunzip2: compress(".bz2", true),
  zstd: compress(".zst", false),
  unzstd: compress(".zst", true),
};

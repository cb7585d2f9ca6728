import type { Effect } from "../image/effects.ts";
import { type Entry, find } from "../image/files.ts";
import { basename, isWithin } from "../image/paths.ts";
import { atLeast, type Size, unknown } from "../image/size.ts";
import { staticPart } from "./apply.ts";
import { baseMayHold } from "./holds.ts";
import { allContent, type OpenLayer, storeContent } from "./open-layer.ts";

/** Where packages have what weighs in them; what lies elsewhere (/etc, /run) is small, or made by others. */
const heavy = ["/usr", "/opt", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/var/lib", "/var/www", "/boot"];
/** Below those: in the tree under their own names, or nothing of a package's. */
const apart = [
  "/usr/share/doc",
  "/usr/share/man",
  "/usr/share/locale",
  "/usr/local",
  "/usr/src",
  "/var/lib/apt",
  "/var/lib/dpkg",
  "/var/lib/gems",
  "/var/lib/mysql",
  "/var/lib/postgresql",
];
/** Of these only some packages have something. */
const ofSome: readonly (readonly [folder: string, packages: RegExp])[] = [["/usr/share/zoneinfo", /^deb:tzdata/]];
/** Of these a package has little, or one file. */
const little = ["/usr/share/info", "/usr/share/lintian", "/usr/share/groff", "/usr/share/linda", "/usr/share/doc-base", "/usr/share/bug"];

/**
 * What a removal takes of content whose files are not known: of the packages that this layer installed, and of the base image as
 * it is seen from now on (its own layer stays what it is). How much that is nobody knows: what is left is at least nothing.
 */
export function hollow(open: OpenLayer, effect: Effect & { do: "remove" }): void {
  const path = staticPart(effect.path);
  // A shell that does not know braces names a file that nobody has.
  if (/[{}]/.test(path)) return;
  if (!effect.recursive && !effect.only && find(open.state.root, path)) return;
  if (effect.only?.("x.pyc") && !effect.only("x")) return takeCompiled(open, path);
  const one = !effect.recursive && !effect.only;
  const isFile = one || !/[a-z]/.test(basename(path)) || /\.[a-z]+$/.test(path);
  const smaller = (size: Size): Size => (isFile || little.some((f) => isWithin(path, f)) ? atLeast(size) : unknown);
  const reaches = (folders: readonly string[]): boolean => folders.some((f) => isWithin(path, f) || isWithin(f, path));
  const ofPackages = reaches(heavy) && !apart.some((f) => isWithin(path, f));
  const ofBase = reaches(heavy) && baseMayHold(open.state, path);
  if (!ofPackages && !ofBase) return;
  const of = ofSome.find(([folder]) => isWithin(path, folder))?.[1] ?? /^deb:/;
  const isHollow = (entry: Entry): boolean =>
    entry.kind === "base" ? ofBase : ofPackages && of.test(entry.id) && entry.layer === open.layer;
  if (!open.state.root.content.some(isHollow)) return;
  open.touched.push(allContent(open.stage));
  const change = (e: Entry): Entry => (isHollow(e) ? { ...e, size: e.kind === "base" ? unknown : smaller(e.size) } : e);
  storeContent(open, "/", (content) => content.map(change));
}

/** What a copy of the whole file system would hold of the base image: without what was written anew, or went, it is less. */
export function replace(open: OpenLayer, { part, bytes }: Effect & { do: "replace" }): void {
  const { bases } = open.state.root.content;
  for (const id of bases) open.touched.push({ path: `content:${id}`, stage: open.stage });
  const less = (size: Size): Size => (bytes === undefined || bytes >= size.bytes ? unknown : { ...size, bytes: size.bytes - bytes });
  const change = (e: Entry): Entry =>
    e.replaced?.includes(part) ? e : { ...e, size: less(e.size), replaced: [...(e.replaced ?? []), part] };
  storeContent(open, "/", (content) => content.map(change, bases));
}

/** `find / -name '*.pyc' -delete`. */
function takeCompiled(open: OpenLayer, path: string): void {
  const folder = "/usr/lib/python3";
  const { root } = open.state;
  if (!isWithin(folder, path) || !find(root, folder)) return;
  const change = (entry: Entry): Entry | undefined => (entry.layer === open.layer ? undefined : entry);
  storeContent(open, folder, (content) => content.map(change, ["deb-compiled"]));
}

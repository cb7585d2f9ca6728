// What an apt layer holds beside the files of its packages. Every number was measured: RECIPES, section 5, from the layers of
// test/data/apt-layers.jsonl, whose parts are in test/data/apt-layer-parts.jsonl (dockerd, overlay2, bookworm).
import type { Package } from "./index.ts";

/** /var/lib/dpkg/status, whole in each layer: bytes for each installed package (165,292 for 93, 267,819 for 144, 803,486 for 475). */
const statusPerPackage = 1_780;
/** /etc/ld.so.cache (4.6 to 7.6 kB), ldconfig's aux-cache (6 kB), what apt knows to be automatic (2 kB). */
const smallFiles = 14_000;
/**
 * /var/lib/dpkg/info: scripts, and a line for each file, link and folder in a list and among the checksums. Installed-Size counts half a
 * kB too much for a file, a whole one for a link or folder: so it tells how many there are. Fitted on the rows of apt-layer-parts.jsonl
 * (within 25 %, but for nodejs, whose names are short); where the files were not read, RECIPES' mean of 19 kB.
 */
const infoPerPackage = 11_000;
const infoPerSlack = 0.19;
const infoUnread = 19_000;
/** /var/log: apt's history and term.log, dpkg.log (15,249 for 5 packages, 53,085 for 56, 326,859 for 387). */
const logs = 8_000;
const logsPerPackage = 800;
/** /var/cache/debconf: templates and answers of the base, and their backup once a package with questions is configured. */
const debconf = 760_000;
const debconfAsked = 1_560_000;
/** Compiled modules, in bytes for each byte of source. */
const compiled = 1.18;

/** What maintainer scripts write, by the package whose they are. */
const generated: Readonly<Record<string, number>> = {
  // /etc/ssl/certs/ca-certificates.crt and /etc/ca-certificates.conf
  "ca-certificates": 222_073 + 6_349,
  // /etc/ssl/certs/java/cacerts
  "ca-certificates-java": 167_226,
  // /usr/share/mime/mime.cache, globs, globs2 … (apt-layer-parts.jsonl: ffmpeg-norec-rm, what is not the linker's)
  "shared-mime-info": 2_690_000,
};

/** A package's own files, parted by what images leave out or remove. */
export interface Weight {
  /** All that is not below. */
  readonly files: number;
  readonly doc: number;
  readonly man: number;
  readonly locale: number;
  /** Read from the package itself; else Installed-Size stands for it. */
  readonly exact: boolean;
}

export function weightOf(found: Package, slim: boolean): Weight {
  const { parts, installed } = found;
  if (!parts) return { files: installed, doc: 0, man: 0, locale: 0, exact: false };
  const { scaled, total, doc, copyright, man, locale, other } = parts;
  // The snapshot rounds each part: of a package that is little but translations the difference may come out below nothing.
  const rest = Math.max(0, total - doc - man - locale);
  return slim
    ? { files: Math.max(0, rest - other), doc: copyright, man: 0, locale: 0, exact: !scaled }
    : { files: rest, doc, man, locale, exact: !scaled };
}

export interface Bookkeeping {
  readonly dpkg: number;
  readonly logs: number;
  readonly debconf: number;
  readonly compiled: number;
  readonly generated: number;
}

const infoOf = ({ parts, installed }: Package): number =>
  parts ? Math.round(infoPerPackage + infoPerSlack * Math.max(0, installed - parts.total)) : infoUnread;

/** What apt and dpkg write for packages that one layer adds. `installed` counts all that are there afterwards. */
export function bookkeeping(added: readonly Package[], installed: number, hasPython: boolean): Bookkeeping {
  const asks = added.some((p) => p.depends.some((group) => group[0] === "debconf"));
  return {
    dpkg: statusPerPackage * installed + smallFiles + added.reduce((sum, p) => sum + infoOf(p), 0),
    logs: logs + logsPerPackage * added.length,
    debconf: asks ? debconfAsked : debconf,
    compiled: hasPython ? Math.round(compiled * added.reduce((sum, p) => sum + (p.parts?.python ?? 0), 0)) : 0,
    generated: added.reduce((sum, p) => sum + (Object.hasOwn(generated, p.name) ? (generated[p.name] ?? 0) : 0), 0),
  };
}

// What an apt layer holds beside the files of its packages: what dpkg, debconf, ldconfig and apt write, file by file, as seen in
// the layers of real installs on Debian 11, 12 and 13 (November 2026; test/builds measures them again).
import type { Package, Release } from "./package.ts";

/** Files of a release's own base image that an install writes whole again, as they are there (the bases of test/builds, November 2026). */
interface BaseFiles {
  /** /var/cache/debconf/templates.dat and config.dat. */
  readonly debconf: number;
  /** Their old versions beside them. */
  readonly debconfOld: number;
  /** /etc/ld.so.cache. */
  readonly linkerCache: number;
  /** /var/cache/ldconfig/aux-cache, which the base does not hold, of the base's libraries. */
  readonly linkerAux: number;
}
const bookworm: BaseFiles = { debconf: 753_157 + 4_401, debconfOld: 456_085 + 3_429, linkerCache: 4_523, linkerAux: 4_559 };
const baseFiles: Readonly<Record<string, BaseFiles>> = {
  bookworm,
  trixie: { debconf: 781_774 + 4_337, debconfOld: 493_643 + 3_429, linkerCache: 4_095, linkerAux: 4_130 },
  bullseye: { debconf: 781_098 + 4_817, debconfOld: 763_668 + 4_657, linkerCache: 6_044, linkerAux: 4_970 },
};
/** A package that was not read, as those are that have little documentation: the medians of the 7,442 of bookworm that were. */
const unreadStatus = 855;
const unreadInfo = 6_064;
/** /var/lib/apt/extended_states: a base's, and a paragraph for each package that nobody named. */
const automatic = 1_300;
const automaticPerPackage = 60;
/** debconf writes a package's questions with their owners and names: 28,385 bytes for the 26,265 of ca-certificates. */
const questions = 1.08;
/** What answers take in config.dat, by the package whose they are: each certificate is one. */
const answers: Readonly<Record<string, number>> = { "ca-certificates": 12_480 };
/** /var/log: dpkg.log, apt's history.log and term.log. 2,584 bytes for 2 packages, 19,994 for 24; 41 installed and purged again 54,129. */
const logsPerCommand = 1_000;
const logsPerPackage = 810;
const logsPerRemoval = 460;
/** /var/log/apt/eipp.log.xz, what apt told its planner: 4,560 bytes on 90 packages, 5,384 on 110, 6,488 on 112, 6,964 on 129. */
const planner = 4_400;
const plannerPerPackage = 60;
/** Compiled modules, in bytes for each byte of source. */
interface Compiled {
  /** python3.x-minimal and libpython3.x-minimal: tables of encodings, that shrink. */
  readonly minimal: number;
  /** The rest of the standard library, and pip. */
  readonly library: number;
  readonly others: number;
  /** Its modules are documentation for the most part. */
  readonly ansible: number;
}
/**
 * By version of Python. 3.9, 3.11 and 3.13: as installs on Debian's bases hold them (November 2026); 3.6 to 3.10 write less for the same
 * source, and 3.12 as much as 3.13, as the same modules compiled by each say. Of others 3.11 makes 174.8 MB of 126.3 MB for the 52 python3-…
 * packages that Dockerfiles name most (sympy, 2.7 times its source, left out); what other versions make of the same is scaled from that.
 * Ansible: 190.0 MB of 218.5 MB on Debian 12, 165.3 MB of 162.0 MB on 13; on others scaled from the nearest.
 */
const compiled: Readonly<Record<string, Compiled>> = {
  "3.9": { minimal: 0.612, library: 0.767, others: 0.8, ansible: 0.503 },
  "3.10": { minimal: 0.617, library: 0.782, others: 0.85, ansible: 0.534 },
  "3.11": { minimal: 1.017, library: 1.214, others: 1.384, ansible: 0.87 },
  "3.13": { minimal: 0.944, library: 1.165, others: 1.26, ansible: 1.02 },
};
const pythonOf: Readonly<Record<string, string>> = {
  bionic: "3.9",
  focal: "3.9",
  bullseye: "3.9",
  jammy: "3.10",
  bookworm: "3.11",
  noble: "3.13",
  trixie: "3.13",
  resolute: "3.13",
};

/** Of packages of modules that were not read: 1 byte of source for 2.8 of the Installed-Size of those 351 of bookworm that were. */
const unreadSource = 0.35;
const sourceOf = ({ parts, name, installed }: Package): number =>
  parts ? parts.python : name.startsWith("python3-") ? unreadSource * installed : 0;

/** Long expressions that are compiled to much: 85,784,660 bytes of 31,203,471 on bookworm. numpy and scipy bring it along. */
const dense: Readonly<Record<string, number>> = { "python3-sympy": 2.75 };

function compiledBytes(release: Release, added: readonly Package[]): number {
  const rates = compiled[pythonOf[release.name] ?? "3.11"];
  if (!rates) return 0;
  const rateOf = ({ name }: Package): number => {
    if (name === "ansible") return rates.ansible;
    const [, part] = /^(?:lib)?python3(?:\.\d+)?(?:-(minimal|stdlib|distutils|lib2to3|pip))?$/.exec(name) ?? [];
    if (Object.hasOwn(dense, name)) return dense[name] ?? rates.others;
    return part === "minimal" ? rates.minimal : part !== undefined || /^python3(?:\.\d+)?$/.test(name) ? rates.library : rates.others;
  };
  return Math.round(sum(added, (p) => rateOf(p) * sourceOf(p)));
}

/** A package's own files, parted by what images leave out or remove. */
interface Weight {
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
  // Nothing but documentation is left out whole where dpkg leaves that out.
  if (!parts) return { files: slim && /-docs?$/.test(found.name) ? 0 : installed, doc: 0, man: 0, locale: 0, exact: false };
  const { scaled, total, doc, copyright, man, locale, other } = parts;
  // The snapshot rounds each part: of a package that is little but translations the difference may come out below nothing.
  const rest = Math.max(0, total - doc - man - locale);
  return slim
    ? { files: Math.max(0, rest - other), doc: copyright, man: 0, locale: 0, exact: !scaled }
    : { files: rest, doc, man, locale, exact: !scaled };
}

/** What one layer does to the set of packages. */
interface PackageChange {
  /** What the layer adds, and how many of it by this command. */
  readonly added: readonly Package[];
  readonly fresh: number;
  /** What this command removes, and whether with what was set for it: the answers to its questions. */
  readonly gone: readonly Package[];
  readonly purges: boolean;
  /** What is installed before and after the command. */
  readonly before: Holding;
  readonly after: Holding;
  /** Modules of Python are compiled when they are installed. */
  readonly compiles: boolean;
  /** Logs of earlier commands: they are appended to, and so stored whole. */
  readonly logs: number | undefined;
}

export interface Bookkeeping {
  readonly dpkg: number;
  readonly dpkgOld: number;
  readonly logs: number;
  readonly planner: number;
  readonly debconf: number;
  /** Undefined where the command leaves them as they are. */
  readonly debconfOld: number | undefined;
  readonly compiled: number;
}

const sum = (packages: readonly Package[], bytes: (p: Package) => number): number => packages.reduce((total, p) => total + bytes(p), 0);
const numberOf = (table: Readonly<Record<string, number>>, { name }: Package): number =>
  Object.hasOwn(table, name) ? (table[name] ?? 0) : 0;
/** They have pam-auth-update(8) run, which asks debconf whatever they have to ask themselves (libpam-systemd, libpam-cap, libpam-pwquality on bookworm and trixie). */
const pamModules = /^libpam-(?:cap|cracklib|elogind|fprintd|gnome-keyring|krb5|ldapd?|mount|pwquality|sss|systemd|tmpdir|winbind)$/;
const asks = (p: Package): boolean =>
  pamModules.test(p.name) || (p.parts ? p.parts.templates > 0 : p.depends.some((group) => group[0] === "debconf"));

/** Each package that asks saves debconf's files when it is configured, and what they were before stays beside them: of all but the last. */
function askedBefore(added: readonly Package[]): readonly Package[] {
  const asking = added.filter(asks);
  const needed = new Set(asking.flatMap((p) => p.depends.flat()));
  const last = asking.findLast((p) => !needed.has(p.name));
  return asking.filter((p) => p !== last);
}

const librariesOf = (packages: readonly Package[]): number => sum(packages, (p) => p.parts?.libraries ?? 0);

/** Sums over packages that are installed; all but `status` of those that a base image of its own release does not have. */
export interface Holding {
  readonly status: number;
  readonly own: number;
  readonly libraries: number;
  readonly templates: number;
  readonly answers: number;
}

export function holdingOf(release: Release, packages: Iterable<Package>): Holding {
  let [status, own, libraries, templates, answered] = [0, 0, 0, 0, 0];
  for (const p of packages) {
    status += p.parts?.status ?? unreadStatus;
    if (release.base.has(p.name)) continue;
    own++;
    libraries += p.parts?.libraries ?? 0;
    templates += p.parts?.templates ?? 0;
    answered += numberOf(answers, p);
  }
  return { status, own, libraries, templates, answers: answered };
}

/** With more packages; with a sign of -1, without them. */
export const withMore = (a: Holding, b: Holding, sign: 1 | -1 = 1): Holding => ({
  status: a.status + sign * b.status,
  own: a.own + sign * b.own,
  libraries: a.libraries + sign * b.libraries,
  templates: a.templates + sign * b.templates,
  answers: a.answers + sign * b.answers,
});

/** What `ldconfig` writes: its two caches, of the base's libraries and of those that packages added. */
export const linkerCaches = (release: string, held: Pick<Holding, "libraries">): number => {
  const base = baseFiles[release] ?? bookworm;
  return base.linkerCache + base.linkerAux + held.libraries;
};

/** debconf's templates and answers, of the base and of what was added to it. */
const debconfOf = (base: BaseFiles, held: Holding): number => base.debconf + Math.round(questions * held.templates + held.answers);

/** What debconf writes when it is asked outside of an install. */
export const debconfFiles = (release: string, held: Holding): number => debconfOf(baseFiles[release] ?? bookworm, held);

/**
 * Of these, what a base image has already: files that are another layer's once its packages change. Their old copies too, which in an
 * image that was built in one go are as big as the files themselves.
 */
export function bookkeptIn(release: Release, present: Holding): number {
  const base = baseFiles[release.name] ?? bookworm;
  const { own } = present;
  const linker = base.linkerCache + present.libraries;
  const plain = 2 * present.status + linker + automatic + automaticPerPackage * own + debconfOf(base, present);
  if (own === 0) return plain + base.debconfOld;
  const logs = logsPerCommand + logsPerPackage * own + planner + plannerPerPackage * own;
  return plain + debconfOf(base, present) + base.linkerAux + logs;
}

/**
 * man-db's index of manual pages: 25 files in which 495,806 bytes are of the base's pages, its own and those that it needs (bookworm and trixie), 73,728 of them in the one
 * of English, which grows by 52 to 109 bytes for each 1,000 of pages that come.
 */
export const pageIndex = (all: boolean, pages: number): number => (all ? 441_000 : pages > 0 ? 73_728 : 0) + Math.round(0.07 * pages);

/** What apt and dpkg write in a layer. */
export function bookkeeping(release: Release, change: PackageChange): Bookkeeping {
  const { added, gone, purges, before, after } = change;
  const base = baseFiles[release.name] ?? bookworm;
  const { status } = after;
  const linker = librariesOf(added) + librariesOf(gone) > 0 ? base.linkerCache + base.linkerAux + after.libraries : 0;
  return {
    dpkg: status + linker + automatic + automaticPerPackage * after.own + sum(added, (p) => p.parts?.info ?? unreadInfo),
    dpkgOld: status,
    logs:
      (change.logs ?? logsPerPackage * before.own) + logsPerCommand + logsPerPackage * change.fresh + logsPerRemoval * change.gone.length,
    planner: planner + plannerPerPackage * (after.own + holdingOf(release, gone).own),
    debconf: debconfOf(base, purges ? after : withMore(after, holdingOf(release, gone))),
    // A removal opens debconf's files, and so they are stored again; it only changes them when it purges (case apt/removed-and-purged).
    debconfOld:
      added.some(asks) || (purges && gone.some(asks))
        ? debconfOf(base, withMore(before, holdingOf(release, askedBefore(added))))
        : undefined,
    compiled: change.compiles ? compiledBytes(release, added) : 0,
  };
}

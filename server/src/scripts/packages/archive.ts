import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Parts } from "../../sizes/packages/package.ts";

/** Downloads and what was read from them, kept outside the checkout. */
export const cache = join(process.env.BALLAST_CACHE || join(homedir(), ".cache", "ballast"), "packages");

const tool = (command: string, args: readonly string[], options: { cwd?: string; input?: string } = {}): string =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "pipe"], ...options });

export interface Archive {
  readonly os: "debian" | "ubuntu";
  readonly name: string;
  /** `22.04`, as image tags say it. */
  readonly version?: string;
}

const debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg";
const ubuntuKeys = join(cache, "ubuntu-keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg");

/** Where apt looks on this machine, where that is Debian's own archive; else Debian's own address. */
function debianMirror(label: string, otherwise: string): string {
  const lines = tool("apt-get", ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)", "Created-By: Packages"]).split("\n");
  return (lines.find((line) => line.endsWith(` Debian ${label}`))?.split(" ")[0] ?? otherwise).replace(/\/$/, "");
}

/** What the official images have in their sources; backports do not count: apt takes nothing from there unasked. */
function sources({ os, name }: Archive): string[] {
  if (os === "debian") {
    const main = debianMirror("Debian", "http://deb.debian.org/debian");
    const security = debianMirror("Debian-Security", "http://deb.debian.org/debian-security");
    return [`${main} ${name} main`, `${main} ${name}-updates main`, `${security} ${name}-security main`].map(
      (line) => `deb [signed-by=${debianKeys}] ${line}`,
    );
  }
  const components = "main universe restricted multiverse";
  return [
    ...[name, `${name}-updates`, `${name}-backports`].map((suite) => `http://archive.ubuntu.com/ubuntu ${suite}`),
    `http://security.ubuntu.com/ubuntu ${name}-security`,
  ].map((line) => `deb [signed-by=${ubuntuKeys}] ${line} ${components}`);
}

const folderOf = ({ name }: Archive): string => join(cache, name);

/** apt beside the host's own: its lists and settings, nothing installed; signatures are checked. */
function apt(archive: Archive, args: readonly string[], cwd?: string, more: readonly string[] = []): string {
  const at = (...parts: string[]) => join(folderOf(archive), ...parts);
  for (const folder of ["lists/partial", "archives/partial"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("sources.list"), `${sources(archive).join("\n")}\n`);
  const settings: Record<string, string> = {
    "Dir::Etc::sourcelist": at("sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::Etc::preferencesparts": "-",
    "Dir::State::lists": at("lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": at(),
    "APT::Sandbox::User": "root",
    "APT::Architecture": "amd64",
    "APT::Architectures": "amd64",
    // As on the official images: so the lists have the size they have there.
    "Acquire::GzipIndexes": "true",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return tool("apt-get", [...options, ...more, ...args], cwd === undefined ? {} : { cwd });
}

/** Ubuntu's keys come from Debian's archive, so its signatures are checked too. */
function ubuntuKeyring(): void {
  if (existsSync(ubuntuKeys)) return;
  const folder = join(cache, "ubuntu-keyring");
  mkdirSync(folder, { recursive: true });
  const trixie: Archive = { os: "debian", name: "trixie" };
  apt(trixie, ["update"]);
  apt(trixie, ["download", "ubuntu-keyring"], folder);
  for (const file of readdirSync(folder)) if (file.endsWith(".deb")) tool("dpkg-deb", ["-x", join(folder, file), folder]);
}

export interface Index {
  /** The texts of all its Packages files, in the order apt reads them. */
  readonly texts: readonly string[];
  /** Of the newest Release file. */
  readonly date: string;
  /** Bytes of the lists, as `apt-get update` leaves them on the official image. */
  readonly lists: number;
}

export function fetchIndex(archive: Archive): Index {
  if (archive.os === "ubuntu") ubuntuKeyring();
  if (!process.env.BALLAST_NO_UPDATE) apt(archive, ["update"]);
  const folder = join(folderOf(archive), "lists");
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith("/lock"));
  const names = apt(archive, ["indextargets", "--format", "$(FILENAME)", "Created-By: Packages"]).trim().split("\n");
  const texts = names
    .filter((name) => !name.includes("-backports"))
    .map((name) => tool("/usr/lib/apt/apt-helper", ["cat-file", existsSync(name) ? name : `${name.replace(/\.\w+$/, "")}.lz4`]));
  const dates = files
    .filter((path) => path.endsWith("InRelease"))
    .map((path) => Date.parse(/^Date: (.*)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? ""));
  return {
    texts,
    date: new Date(Math.max(...dates)).toISOString().slice(0, 10),
    lists: files.reduce((total, path) => total + statSync(path).size, 0),
  };
}

/**
 * How many files of each package slim images leave out, from the archive's own lists of files (Contents-*).
 */
export function droppedFiles(archive: Archive): Map<string, number> {
  const lists = "contents/lists";
  const folder = join(folderOf(archive), lists);
  mkdirSync(join(folder, "partial"), { recursive: true });
  // The target as apt-file (a Debian package) defines it.
  const target = "Acquire::IndexTargets::deb::Contents-deb";
  const settings = {
    "Dir::State::lists": folder,
    [`${target}::MetaKey`]: "$(COMPONENT)/Contents-$(ARCHITECTURE)",
    [`${target}::ShortDescription`]: "Contents-$(ARCHITECTURE)",
    [`${target}::Description`]: "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents",
    [`${target}::DefaultEnabled`]: "true",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  try {
    if (!readdirSync(folder).some((name) => name.includes("Contents"))) apt(archive, ["update"], undefined, options);
  } catch {
    // A mirror in the middle of its update: then another release's lists say which packages are worth it.
  }
  const count = new Map<string, number>();
  for (const name of readdirSync(folder).filter((file) => file.includes("Contents"))) {
    const command = '/usr/lib/apt/apt-helper cat-file "$1" | grep -E "^usr/share/(man|locale|info|lintian|doc)/" | sed "s/.*[[:space:]]//"';
    for (const line of tool("sh", ["-c", command, "sh", join(folder, name)]).split("\n")) {
      for (const entry of line.split(",")) {
        const found = entry.slice(entry.lastIndexOf("/") + 1);
        count.set(found, (count.get(found) ?? 0) + 1);
      }
    }
  }
  return count;
}

/** Bytes of the files in a .deb, by what they are, and what dpkg writes for it. Links cost nothing. */
export type DebBytes = Omit<Parts, "scaled">;

const measuredFile = (archive: Archive): string => join(folderOf(archive), "deb-bytes.json");

/** Numbers read before, by `name version`. */
export function measuredDebs(archive: Archive): Record<string, DebBytes> {
  const file = measuredFile(archive);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, DebBytes>) : {};
}

/** Downloads packages, reads what is in them and lets them go; in groups, so that an end in the middle loses little. */
export function measureDebs(archive: Archive, wanted: readonly { name: string; version: string }[]): void {
  const known = measuredDebs(archive);
  const missing = wanted.filter(({ name, version }) => known[`${name} ${version}`]?.info === undefined);
  for (let i = 0; i < missing.length; i += 40) {
    const folder = join(folderOf(archive), "debs");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const group = missing.slice(i, i + 40);
    try {
      apt(archive, ["download", ...group.map(({ name, version }) => `${name}=${version}`)], folder);
    } catch {
      // A mirror may lack some; what it has was downloaded nevertheless.
    }
    for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".deb"))) {
      const [name = "", version = ""] = decodeURIComponent(file).split("_");
      known[`${name} ${version}`] = debBytes(join(folder, file));
    }
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(measuredFile(archive), JSON.stringify(known));
    process.stderr.write(`\r${archive.name}: ${Math.min(i + 40, missing.length)} of ${missing.length} packages read `);
  }
}

function debBytes(file: string): DebBytes {
  const listing = tool("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar --numeric-owner --quoting-style=literal -tvf -', "sh", file]);
  const bytes = { total: 0, doc: 0, copyright: 0, man: 0, locale: 0, other: 0, python: 0, ...dpkgBytes(file), libraries: 0 };
  const cached = new Set<string>();
  for (const line of listing.split("\n")) {
    const [, kind = "", size = "", full = ""] = /^(.)\S+\s+\S+\s+(\d+)\s+\S+\s+\S+\s+\.?(.*)$/.exec(line) ?? [];
    if (kind === "") continue;
    const [path = "", target = ""] = kind === "l" ? full.split(" -> ") : kind === "h" ? full.split(" link to ") : [full];
    // NAME.list names folders without their slash, the root as "/.".
    bytes.info += path === "/" ? 3 : Buffer.byteLength(kind === "d" ? path.replace(/\/$/, "") : path) + 1;
    if (isLibrary(path)) {
      cached.add(path);
      // ldconfig names a library by its links, the file itself only where it has none.
      if (kind === "l") cached.delete(path.slice(0, path.lastIndexOf("/") + 1) + target);
    }
    if (kind !== "-") continue;
    const n = Number(size);
    bytes.total += n;
    if (path.startsWith("/usr/share/doc/")) {
      bytes.doc += n;
      if (/\/copyright$/.test(path)) bytes.copyright += n;
    } else if (path.startsWith("/usr/share/man/")) bytes.man += n;
    else if (path.startsWith("/usr/share/locale/")) bytes.locale += n;
    else if (/^\/usr\/share\/(?:info|lintian\/overrides|linda)\//.test(path)) bytes.other += n;
    // What py3compile does when the package is configured.
    if (/^\/usr\/(?:lib|share)\/python3[^/]*\/.*\.py$/.test(path)) bytes.python += n;
  }
  for (const path of cached) bytes.libraries += linked(path.slice(path.lastIndexOf("/") + 1));
  return bytes;
}

const isLibrary = (path: string): boolean => /^(?:\/usr)?\/lib(?:\/x86_64-linux-gnu)?\/(?:lib|ld)[^/]*\.so[^/]*$/.test(path);

/** Its path and 24 bytes in ld.so.cache, its name and 48 in ldconfig's aux-cache, each with a zero behind (glibc, elf/cache.c). */
const linked = (name: string): number => 24 + "/lib/x86_64-linux-gnu/".length + name.length + 1 + 48 + name.length + 1;

/** What dpkg keeps of a package: its scripts and lists in /var/lib/dpkg/info, its control fields in the status file. */
function dpkgBytes(file: string): Pick<DebBytes, "info" | "status" | "templates"> {
  const folder = `${file}.control`;
  tool("dpkg-deb", ["-e", file, folder]);
  const size = (name: string): number => statSync(join(folder, name)).size;
  const members = readdirSync(folder).filter((name) => name !== "control");
  const conffiles = members.includes("conffiles") ? readFileSync(join(folder, "conffiles"), "utf8").split("\n").filter(Boolean) : [];
  const line = (path: string): number => Buffer.byteLength(` ${path} ${"0".repeat(32)}\n`);
  const bytes = {
    info: members.reduce((sum, name) => sum + size(name), 0),
    status:
      size("control") +
      Buffer.byteLength("Status: install ok installed\n\n") +
      (conffiles.length > 0 ? Buffer.byteLength("Conffiles:\n") : 0) +
      conffiles.reduce((sum, path) => sum + line(path), 0),
    templates: members.includes("templates") ? size("templates") : 0,
  };
  rmSync(folder, { recursive: true });
  return bytes;
}

// Which commands an image has before anything is installed: what its slim or alpine variant would miss.
import type { BaseImage, PackageManager } from "../image/base.ts";
import { parseReference } from "../sizes/reference.ts";
import { compiler } from "./compiled.ts";
import { dnfs } from "./kinds.ts";

/**
 * In the full official images that stand on buildpack-deps, and in no slim one: what docker-library/buildpack-deps installs
 * (debian/trixie, trixie-scm and trixie-curl), by the package that brings each back on Debian.
 */
const fullOnly: Readonly<Record<string, string>> = {
  curl: "curl",
  wget: "wget",
  gpg: "gnupg",
  dirmngr: "dirmngr",
  git: "git",
  hg: "mercurial",
  svn: "subversion",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  "ssh-keyscan": "openssh-client",
  scp: "openssh-client",
  ps: "procps",
  pgrep: "procps",
  autoconf: "autoconf",
  autoreconf: "autoconf",
  automake: "automake",
  aclocal: "automake",
  bzip2: "bzip2",
  file: "file",
  gcc: "gcc",
  cc: "gcc",
  cpp: "cpp",
  "g++": "g++",
  "c++": "g++",
  convert: "imagemagick",
  identify: "imagemagick",
  magick: "imagemagick",
  libtool: "libtool",
  make: "make",
  patch: "patch",
  "pkg-config": "pkg-config",
  unzip: "unzip",
  xz: "xz-utils",
};

/** What packages of languages are compiled with, by the packages that are called so: buildpack-deps installs it, too. */
const fullHeaders: ReadonlySet<string> = new Set(
  (
    `${compiler} default-libmysqlclient-dev libpq-dev libsqlite3-dev libyaml-dev libmagickwand-dev libcurl4-openssl-dev libicu-dev ` +
    "libssl-dev libkrb5-dev zlib1g-dev"
  ).split(" "),
);

const neededFor = (command: string): string | undefined =>
  Object.hasOwn(fullOnly, command) ? fullOnly[command] : fullHeaders.has(command) ? command : undefined;

/** Packages that bring those of other packages, or do what is asked of them. */
const brings: Readonly<Record<string, readonly string[]>> = {
  "build-essential": ["gcc", "cpp", "g++", "make", "patch", "bzip2", "xz-utils"],
  gcc: ["cpp", compiler],
  "g++": ["gcc", "cpp", compiler],
  clang: [compiler],
  "dpkg-dev": ["make", "patch", "bzip2", "xz-utils"],
  gnupg2: ["gnupg"],
  gpg: ["gnupg"],
  git: [],
  pkgconf: ["pkg-config"],
  "libmysqlclient-dev": ["default-libmysqlclient-dev"],
  "libmariadb-dev": ["default-libmysqlclient-dev"],
  "libmariadbclient-dev": ["default-libmysqlclient-dev"],
  "libmariadb-dev-compat": ["default-libmysqlclient-dev"],
  "postgresql-server-dev-all": ["libpq-dev"],
  "libcurl4-gnutls-dev": ["libcurl4-openssl-dev"],
};

/** Those of them that BusyBox has: alpine's tools (busybox-1.37, its list of applets). */
const busybox = new Set(["wget", "ps", "pgrep", "bzip2", "patch", "unzip"]);

/** apt's and dpkg's own commands, and those that work with their packages. */
const ofApt =
  "apt apt-get apt-key apt-mark apt-cache aptitude add-apt-repository dpkg dpkg-reconfigure dpkg-query dpkg-architecture dpkg-divert " +
  "debconf-set-selections update-rc.d invoke-rc.d locale-gen";

/**
 * In each Debian and Ubuntu image, and in no Alpine one: bash, apt and dpkg, Perl (perl-base is essential), and the account tools of
 * `passwd` (Alpine has BusyBox's adduser and addgroup).
 */
const debianOnly = new Set(
  (
    `bash perl ${ofApt} update-alternatives service useradd userdel usermod groupadd groupdel groupmod ` +
    "chage runuser tempfile yum dnf microdnf tdnf rpm"
  ).split(" "),
);

/** Commands that go with a package manager, by those whose images have them. Where dnf is, yum is a name of it (see commands/dnf.ts). */
const managersWith: ReadonlyMap<string, readonly PackageManager[]> = new Map<string, readonly PackageManager[]>([
  ...ofApt.split(" ").map((name): [string, PackageManager[]] => [name, ["apt"]]),
  ["apk", ["apk"]],
  ["dnf", ["dnf", "dnf5"]],
  ["yum", ["yum", "dnf", "dnf5"]],
  ["microdnf", ["microdnf"]],
  ["tdnf", ["tdnf"]],
  ["rpm", [...dnfs, "zypper"]],
  ["zypper", ["zypper"]],
  ["pacman", ["pacman"]],
]);

/** Alpine variants that have more than Alpine: nginx (nginx/docker-nginx, mainline/alpine/Dockerfile). */
const ofAlpineImage: ReadonlyMap<string, readonly string[]> = new Map([["nginx", ["curl"]]]);

/** Official images whose full variant stands on buildpack-deps, as their Dockerfiles say. */
const onBuildpack = new Set([
  "python",
  "node",
  "ruby",
  "rust",
  "golang",
  "perl",
  "erlang",
  "elixir",
  "haskell",
  "pypy",
  "gcc",
  "buildpack-deps",
]);

export const standsOnBuildpack = (image: string): boolean => onBuildpack.has(image);

const onDebian = new Set(["debian", "openjdk", "java", "julia", "swipl", "crystal"]);

/**
 * Official images that stand on Debian itself or on buildpack-deps, where their tag says nothing else (the FROM of their Dockerfiles, by
 * docker-library/official-images). The others stand on its slim image: php and what builds on that, databases, servers.
 */
export const standsOnFullDebian = (image: string): boolean => standsOnBuildpack(image) || onDebian.has(image);

/** A command, or headers, that an image's slim variant has not; `installed` names the packages that the Dockerfile itself brings. */
export function isMissingOnSlim(command: string, installed: ReadonlySet<string>): boolean {
  const needed = neededFor(command);
  if (needed === undefined) return false;
  return !installed.has(needed) && ![...installed].some((p) => Object.hasOwn(brings, p) && brings[p]?.includes(needed));
}

/**
 * Libraries that Python packages load and do not bring, as what they say of their installation has it; buildpack-deps has them, by the -dev
 * packages that it installs (docker-library/buildpack-deps, debian/trixie/Dockerfile).
 */
const loads: readonly (readonly [package_: string, library: string])[] = [
  ["opencv-python", "libglib2.0-0"],
  ["opencv-contrib-python", "libglib2.0-0"],
  ["python-magic", "libmagic1"],
  ["wand", "libmagickwand"],
  ["cairosvg", "libcairo2"],
  ["cairocffi", "libcairo2"],
  ["weasyprint", "libpango-1.0-0"],
  ["psycopg", "libpq5"],
];

/** Of packages as pip is told them, or of a list: what they load that a slim image lacks. */
export const loadedBy = (text: string): readonly (readonly [package_: string, library: string])[] => {
  const names = new Set(
    [...text.matchAll(/^[ \t]*([\w.-]+)(?=[ \t]*(?:$|[=<>~!;#@,]))/gm)].map(([, name = ""]) => name.toLowerCase().replaceAll("_", "-")),
  );
  return loads.filter(([name]) => names.has(name));
};

/** Those that fetch, unpack and tell: small, and complete without a compiler. */
const ofNoCompiler = new Set(
  "curl wget gnupg git mercurial subversion openssh-client procps bzip2 file unzip xz-utils patch pkg-config adduser".split(" "),
);

/** The package that brings such a command, or headers, back on Debian, where it is all that is needed. */
export function packageThatBrings(command: string): string | undefined {
  const needed = command === "adduser" || command === "addgroup" ? "adduser" : neededFor(command);
  return needed !== undefined && (ofNoCompiler.has(needed) || fullHeaders.has(needed)) ? needed : undefined;
}

/** A command that an image's alpine variant has not. */
export function isMissingOnAlpine(command: string, image: string): boolean {
  if (debianOnly.has(command)) return true;
  if (fullHeaders.has(command)) return true;
  return Object.hasOwn(fullOnly, command) && !busybox.has(command) && !(ofAlpineImage.get(image) ?? []).includes(command);
}

/** A command that an image of another distribution has not; `installed` names the packages that the Dockerfile itself brings. */
export function isMissingElsewhere(command: string, { name, os, packageManager }: BaseImage, installed: ReadonlySet<string>): boolean {
  if (packageManager === undefined || installed.has(command)) return false;
  if (packageManager === "apk") return isMissingOnAlpine(command, imageOf(name));
  const those = managersWith.get(command);
  if (those) return !those.includes(packageManager);
  if (packageManager === "apt") return false;
  // UBI's minimal images are without the package that has these (wildfly/wildfly-container#187); addgroup is Debian's and Alpine's alone.
  const isMinimal = os?.id === "rhel" && packageManager === "microdnf";
  const isOfShadow = /^(?:(?:user|group)(?:add|del|mod)|adduser)$/.test(command);
  return /^(?:addgroup|del(?:user|group))$/.test(command) || (isMinimal && isOfShadow && !installed.has("shadow-utils"));
}

const imageOf = (name: string): string => (parseReference(name)?.path ?? "").replace(/^library\//, "");

/**
 * Commands that an image brought up to a line of it, by the first line without: Yarn v1 was taken out of node's images (nodejs/docker-node#2422),
 * Corepack out of Node.js itself (nodejs/node#57617, in the notes on release 25.0.0).
 */
const broughtUpTo: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node: { corepack: "25", yarn: "26", yarnpkg: "26" },
};

/** The first line of an image that is without a command. */
export const firstWithout = (image: string, command: string): string | undefined => {
  const commands = Object.hasOwn(broughtUpTo, image) ? broughtUpTo[image] : undefined;
  return commands && Object.hasOwn(commands, command) ? commands[command] : undefined;
};

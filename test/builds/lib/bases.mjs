// Local stand-ins for Debian's official images, made as those are: minbase, debuerreotype's four apt settings, for slim its dpkg filter.
// Above the base, layers weigh what they weigh on the official image; a Docker that may pull takes the official image itself.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptMirrors, keyring, releaseDate } from "./apt.mjs";
import { cachePath, has, hash, Missing, run, tool } from "./tools.mjs";

const suites = ["bookworm", "trixie", "bullseye"];
const debianNames = suites.flatMap((suite) => [`debian:${suite}`, `debian:${suite}-slim`]);

/** Maven asks Debian's own repository, which lies in the image, and keeps what it takes from there as it keeps what it downloads. */
const mavenSettings =
  "<settings><mirrors><mirror><id>debian</id><mirrorOf>*</mirrorOf><url>file:///usr/share/maven-repo</url></mirror></mirrors></settings>\n";

/** Images that do with Debian's packages what official ones of other makers do. They do not weigh what those weigh: only what stands on them is compared. */
const made = {
  "maven:3.9-eclipse-temurin-17": {
    suite: "bookworm",
    packages: [
      ...["openjdk-17-jdk-headless", "maven", "libmaven-compiler-plugin-java", "libmaven-jar-plugin-java"],
      ...["libmaven-resources-plugin-java", "libsurefire-java"],
    ],
    settings: mavenSettings,
  },
  "gradle:8-jdk17": { suite: "bookworm", packages: ["openjdk-17-jdk-headless", "gradle"] },
  "eclipse-temurin:17-jre": { suite: "bookworm", packages: ["openjdk-17-jre-headless"] },
};
export const baseNames = [...debianNames, ...Object.keys(made)];
export const isOfDebian = (name) => debianNames.includes(name);

/** Never the official name: a user's own debian:bookworm stays what it is. */
export const localName = (name) => `ballast-test/${name}`;

// https://github.com/debuerreotype/debuerreotype/blob/master/scripts/debuerreotype-minimizing-config
const removeDebs = "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true";
const aptSettings = {
  "docker-clean": `DPkg::Post-Invoke { "${removeDebs}"; };\nAPT::Update::Post-Invoke { "${removeDebs}"; };\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n`,
  "docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
  "docker-no-languages": 'Acquire::Languages "none";\n',
  "docker-autoremove-suggests": 'Apt::AutoRemove::SuggestsImportant "false";\n',
  // Ours: a mirror may serve a fixed snapshot, whose Release files are out of date.
  "99mirror": 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n',
};

// debuerreotype's slim variant: the rule stays in the image, so that later installs are slim too.
const slimExcludes = ["doc", "info", "linda", "lintian/overrides", "locale", "man"].map((name) => `path-exclude /usr/share/${name}/*`);
const slimRules = [...slimExcludes, "path-include /usr/share/doc/*/copyright"];

function sources(suite, { main, security }) {
  const block = (uri, names) => `Types: deb\nURIs: ${uri}\nSuites: ${names}\nComponents: main\nSigned-By: ${keyring}\n`;
  return `${block(main, `${suite} ${suite}-updates`)}\n${block(security, `${suite}-security`)}`;
}

/** bullseye has /usr merged, but not yet the package usr-is-merged that mmdebstrap's own hook looks for. */
const mergedBeforePackage =
  '--setup-hook=for d in bin sbin lib lib32 lib64 libx32; do mkdir -p "$1/usr/$d" && ln -s "usr/$d" "$1/$d"; done';

const specOf = (name) => {
  const [, suite, slim] = name.match(/^debian:([a-z]+)(-slim)?$/) ?? [];
  return made[name] ?? { suite, slim };
};

/** What mmdebstrap is told, with FILES standing for the folder of the files above. */
function recipe({ suite, slim, packages, settings }) {
  const remove =
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/apt/* "$1"/var/log/dpkg.log "$1"/var/log/alternatives.log ' +
    '"$1"/var/log/bootstrap.log; : >"$1"/etc/machine-id; rm -f "$1"/etc/resolv.conf; echo debuerreotype >"$1"/etc/hostname';
  const ownSettings =
    'rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/preferences.d/nousrmerge "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*';
  const slimOptions = [
    '--setup-hook=mkdir -p "$1"/etc/dpkg/dpkg.cfg.d && cp FILES/docker "$1"/etc/dpkg/dpkg.cfg.d/',
    ...slimRules.map((rule) => `--dpkgopt=${rule.replace(" ", "=")}`),
    '--customize-hook=rm -f "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap',
  ];
  return [
    ...["--mode=root", "--variant=minbase", "--format=tar", ...(slim ? slimOptions : [])],
    ...(packages ? [`--include=${packages.join(",")}`] : []),
    ...(settings ? ["--customize-hook=copy-in FILES/settings.xml /etc/maven"] : []),
    suite === "bullseye" ? mergedBeforePackage : "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
    // Without this pin apt takes usrmerge (and perl, 48 MB) where the official image has usr-is-merged.
    '--setup-hook=mkdir -p "$1"/etc/apt/preferences.d && cp FILES/nousrmerge "$1"/etc/apt/preferences.d/',
    ...['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Check-Date "false"'],
    `--customize-hook=${ownSettings}`,
    "--customize-hook=copy-in FILES/debian.sources /etc/apt/sources.list.d",
    `--customize-hook=copy-in ${Object.keys(aptSettings)
      .map((name) => `FILES/${name}`)
      .join(" ")} /etc/apt/apt.conf.d`,
    `--customize-hook=${remove}`,
  ];
}

/**
 * The base's file system as a tar in the cache, made when it is not there: { tar, key }. The key is its content's: what it was made
 * with and the dates of the releases on the mirror. Without an answer from the mirror the newest one made before is taken.
 */
export async function baseTar(name) {
  const spec = specOf(name);
  const { suite, settings } = spec;
  const mirrors = aptMirrors();
  const dates = [
    releaseDate(mirrors.main, suite),
    releaseDate(mirrors.main, `${suite}-updates`),
    releaseDate(mirrors.security, `${suite}-security`),
  ];
  const label = name.replace(":", "-");
  if (!dates[0]) return newest(label) ?? missing(name);
  const files = {
    ...aptSettings,
    "debian.sources": sources(suite, mirrors),
    docker: `${slimRules.join("\n")}\n`,
    ...(settings && { "settings.xml": settings }),
  };
  const options = recipe(spec);
  const key = hash(options, files, dates);
  const tar = cachePath("bases", `${label}-${key}.tar`);
  if (!existsSync(tar)) await make(suite, tar, files, options, Date.parse(dates[0]) / 1000);
  return { tar, key };
}

export const canMake = () => process.getuid?.() === 0 && has("apt-get");

async function make(suite, tar, files, options, epoch) {
  if (!canMake()) throw new Missing(`making debian:${suite} needs root on Debian or Ubuntu`);
  if (!has("mmdebstrap")) tool("apt-get", ["install", "-y", "--no-install-recommends", "mmdebstrap", "xz-utils", "debian-archive-keyring"]);
  const folder = mkdtempSync(join(tmpdir(), "ballast-base-"));
  const part = `${tar}.${process.pid}.part`;
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "nousrmerge"), "Package: usrmerge\nPin: release *\nPin-Priority: -1\n");
    const args = options.map((option) => option.replaceAll("FILES", folder));
    // The release's date as the files' time: the same recipe and mirror give the same tar.
    const { code, output } = await run("mmdebstrap", [...args, suite, part, join(folder, "debian.sources")], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    });
    if (code !== 0) throw new Error(`mmdebstrap ended with ${code}:\n${output.trim().split("\n").slice(-12).join("\n")}`);
    renameSync(part, tar);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(part, { force: true });
  }
}

function newest(label) {
  const folder = cachePath("bases", "x").slice(0, -2);
  if (!existsSync(folder)) return undefined;
  const made = readdirSync(folder).filter(
    (file) => file.startsWith(`${label}-`) && /-[0-9a-f]{24}\.tar$/.test(file) && file.length === label.length + 29,
  );
  const file = made.sort((a, b) => statSync(join(folder, b)).mtimeMs - statSync(join(folder, a)).mtimeMs)[0];
  return file && { tar: join(folder, file), key: file.slice(label.length + 1, -4) };
}

function missing(name) {
  throw new Missing(`${name}: no mirror answers and none was made before`);
}

// Packages of languages that are compiled where they are installed, and those that never are.
import type { Ran } from "../image/model.ts";
import { options } from "./call.ts";
import { isPip, isPython } from "./kinds.ts";

/** Python packages that come as wheels, for the card too: nothing is compiled for them (their pages on pypi.org, "Download files"). */
const wheels = new Set(
  "torch torchvision torchaudio numpy scipy pandas transformers accelerate tokenizers safetensors pillow opencv-python opencv-python-headless flask fastapi uvicorn gunicorn requests tqdm matplotlib scikit-learn pip setuptools wheel".split(
    " ",
  ),
);

/** Of a package as pip is told it: `torch==2.1`, `uvicorn[standard]`. */
const comesAsWheel = (argument: string): boolean => wheels.has(argument.replace(/[[<>=~!].*$/, ""));

/** pip, told only of packages that come as wheels. */
export function installsWheels({ name, args }: Pick<Ran, "name" | "args">): boolean {
  const words = isPython(name) && args[0]?.text === "-m" ? args.slice(1) : args;
  const { operands, has } = options(words, "i f --index-url --extra-index-url --find-links --trusted-host --timeout");
  const [verb, ...packages] = operands.map((a) => a.text);
  if (!isPip(name) && words === args) return false;
  const install = words === args ? verb : packages.shift();
  return install === "install" && !has("-r", "-e", "--requirement", "--editable", "--no-binary") && packages.every(comesAsWheel);
}

/** The Debian package of a compiler, make and the C library's headers: what installers that compile are asked to have by their own pages. */
export const compiler = "build-essential";

/** pip compiles what it is told to bring: there are no wheels of it, or it may not take them. */
export const compilesByPip = (ran: Pick<Ran, "name" | "args">): boolean =>
  isPipInstall(ran) && ran.args.some((a) => a.text.startsWith("--no-binary") || neededForSources(a.text).length > 0);

/** pip, by itself or as Python's module. */
export const isPipInstall = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  (isPip(name) || (isPython(name) && args.some((a) => a.text === "pip"))) && args.some((a) => a.text === "install");

/** What no package brings back: whatever else the full image has for it. */
const fullImage = "gcc";

/**
 * Python packages that PyPI has no Linux wheel of, as their pages list their files, with what a full image has for them: they are compiled,
 * against headers by Debian's packages (psycopg.org/install, PyMySQL/mysqlclient and pythongssapi/python-gssapi, README).
 */
const sourcesOnly: readonly (readonly [package_: RegExp, needs: readonly string[]])[] = [
  [pythonNamed("uwsgi|meinheld|python-ldap"), [compiler]],
  [pythonNamed("psycopg2|psycopg\\[c\\]"), [compiler, "libpq-dev"]],
  [pythonNamed("mysqlclient"), [compiler, "default-libmysqlclient-dev", "pkg-config"]],
  [pythonNamed("gssapi"), [compiler, "libkrb5-dev"]],
  [pythonNamed("pycairo|pygraphviz|dbus-python|m2crypto"), [fullImage]],
];

function pythonNamed(names: string): RegExp {
  return new RegExp(`^[ \\t]*(?:${names})[ \\t]*(?:$|[[=<>~!;#@,])`, "im");
}

/** Of a package as pip is told it, or a list of them: what compiling it needs. */
export const neededForSources = (text: string): readonly string[] => sourcesOnly.flatMap(([name, needs]) => (name.test(text) ? needs : []));

/** Python packages that are compiled against Java's headers, as their pages say of their installation. */
const javaOnly = pythonNamed("jep|jcc|pylucene|pyjnius|(?:python-)?javabridge|jpype1-py3");
export const namesJavaSources = (text: string): boolean => javaOnly.test(text);

/** What compiles C, and R, whose packages do, may need Java's headers where a JDK is there (R Installation and Administration, "Java support"). */
export const mayUseJavaHeaders = ({ name }: Pick<Ran, "name">): boolean =>
  /^(?:R|Rscript|r|install2?\.r|cmake|ninja|meson|gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/.test(name);

/** Python packages that PyPI has wheels for glibc alone of, and that nobody compiles beside a build, as their pages list their files. */
const glibcOnly = pythonNamed(
  "torch|torchvision|torchaudio|tensorflow(?:-cpu|-gpu)?|jaxlib|onnxruntime(?:-gpu)?|faiss-cpu|paddlepaddle|mxnet|open3d|playwright|mediapipe",
);

/** Of a package as pip is told it, or a list of them. */
export const namesGlibcOnly = (text: string): boolean => glibcOnly.test(text);

/** Gems in C that rubygems.org has no Linux build of, as it lists their files; and those that bring one of them. */
const gemsInC = gemNamed(
  "rails|jekyll|github-pages|middleman|puma|unicorn|pitchfork|iodine|thin|eventmachine|nio4r|io-event|mysql2|bcrypt|bootsnap|msgpack|bigdecimal|racc|oj|rugged|websocket-driver|unf_ext|redcarpet",
);
/** It has builds of these. */
const gemsWithBuilds = gemNamed("pg|sqlite3|nokogiri|json|ffi|google-protobuf|grpc");

function gemNamed(names: string): RegExp {
  return new RegExp(`^\\s*(?:gem\\s*\\(?\\s*["']|)(?:${names})(?:["']|\\s+\\()`, "m");
}

/** Of a Gemfile, or its lock file; `takesBuilds` unless bundler is told to take none. */
export const namesGemsInC = (text: string, takesBuilds: boolean): boolean =>
  gemsInC.test(text) || (!takesBuilds && gemsWithBuilds.test(text));

/** From these versions on rubygems.org has Linux builds of them, as it lists their files; older ones are compiled. */
const buildsSince: Readonly<Record<string, string>> = { pg: "1.6", sqlite3: "1.5", nokogiri: "1.11", ffi: "1.17" };

/** A lock file names a version of a gem that is older than its Linux builds. */
const locked = (text: string): readonly string[] =>
  [...text.matchAll(/^ {4}([\w-]+) \((\d+)\.(\d+)/gm)].flatMap(([, name = "", major, minor]) => {
    const [first, second] = (Object.hasOwn(buildsSince, name) ? (buildsSince[name] ?? "") : "0.0").split(".").map(Number);
    return Number(major) < (first ?? 0) || (Number(major) === first && Number(minor) < (second ?? 0)) ? [name] : [];
  });

/** Headers that gems in C look for, by Debian's packages (what their own pages say of their installation). */
const headersOfGems: readonly (readonly [gem: RegExp, packages: readonly string[]])[] = [
  [gemNamed("mysql2"), ["default-libmysqlclient-dev"]],
  [gemNamed("rmagick"), ["libmagickwand-dev", "pkg-config"]],
  [gemNamed("curb"), ["libcurl4-openssl-dev"]],
  [gemNamed("charlock_holmes"), ["libicu-dev"]],
  [gemNamed("psych"), ["libyaml-dev"]],
  [gemNamed("openssl"), ["libssl-dev"]],
  // It calls ImageMagick's commands.
  [gemNamed("mini_magick|image_processing"), ["convert"]],
];
const headersOfOld: Readonly<Record<string, string>> = { pg: "libpq-dev", sqlite3: "libsqlite3-dev", nokogiri: "zlib1g-dev" };

/** Of a Gemfile, or its lock file: the packages that its gems are compiled with, and commands that they call. */
export const headersForGems = (text: string): readonly string[] => {
  const old = locked(text);
  return [
    ...headersOfGems.flatMap(([gem, packages]) => (gem.test(text) ? [compiler, ...packages] : [])),
    ...(old.length > 0 ? [compiler] : []),
    ...old.flatMap((name) => headersOfOld[name] ?? []),
  ];
};

/** Crates that ask for more than a C compiler, by what they call and look for (their build scripts). */
const needsOfCrates: readonly (readonly [crate: RegExp, needs: readonly string[]])[] = [
  [crateNamed("openssl-src|tikv-jemalloc-sys|jemalloc-sys|rdkafka-sys|librdkafka-sys"), ["make"]],
  [crateNamed("link-cplusplus|librocksdb-sys|rdkafka-sys|esaxx-rs|cxx-build"), ["g++"]],
  [crateNamed("pq-sys"), ["libpq-dev"]],
  [crateNamed("mysqlclient-sys"), ["default-libmysqlclient-dev", "pkg-config"]],
  [crateNamed("alsa-sys|libudev-sys|libdbus-sys|glib-sys|gobject-sys|expat-sys|yeslogic-fontconfig-sys"), ["pkg-config"]],
];

function crateNamed(names: string): RegExp {
  return new RegExp(`^name = "(?:${names})"`, "m");
}

/** Of a Cargo.lock: what compiling its crates needs that comes with no Rust. */
export const neededByCrates = (lock: string): readonly string[] => [
  ...needsOfCrates.flatMap(([crate, needs]) => (crate.test(lock) ? needs : [])),
  ...(crateNamed("openssl-sys").test(lock) && !crateNamed("openssl-src").test(lock) ? ["pkg-config", "libssl-dev"] : []),
];

/** One of its crates brings SQLite, or looks for it on the system: the lock file does not say. */
export const mayLinkSqlite = (lock: string): boolean => crateNamed("libsqlite3-sys").test(lock);

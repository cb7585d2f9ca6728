// Packages and settings that a build needs and the program that was built does not.
import type { Ran } from "../image/model.ts";
import { familyOf } from "./kinds.ts";

/** Why a package is only for building, by its name on Debian, Ubuntu, Alpine and Fedora. */
const reasons: Readonly<Record<string, string>> = {
  compiles:
    "build-essential build-base alpine-sdk base-devel gcc g++ gcc-c++ cpp clang llvm lld gfortran golang golang-go go rustc rust cargo nasm yasm binutils bison flex " +
    "gcc-multilib g++-multilib libc-dev-bin",
  drives:
    "make gmake cmake ninja-build ninja meson samurai scons autoconf automake libtool m4 gettext pkg-config pkgconf pkgconfig ccache debhelper dpkg-dev fakeroot",
  "fetches sources":
    "git git-core mercurial subversion bzr cvs openssh-client software-properties-common apt-transport-https gnupg gnupg2 dirmngr lsb-release",
  unpacks: "unzip zip xz-utils bzip2 patch",
  "tests and debugs": "gdb gdbserver strace ltrace valgrind cppcheck clang-format clang-tidy upx upx-ucl",
  "generates code": "protobuf-compiler protoc",
  "builds Java's programs": "maven gradle ant ivy sbt leiningen",
  headers: "linux-headers linux-libc-dev libc6-dev libc-dev musl-dev glibc-devel kernel-headers",
};

const tools = new Set(`${reasons.compiles} ${reasons.drives} software-properties-common`.split(" "));

/** What compiles or drives a build, and is of no use to what was built: not headers, which bring the library itself. */
export const isBuildTool = (name: string): boolean =>
  (tools.has(name) && name !== "gettext" && name !== "binutils" && name !== "go" && name !== "m4") ||
  /^(?:gcc|g\+\+|clang|llvm|golang)-\d[\d.]*$/.test(name);

/** Commands that may call a compiler: installers of language packages, and build systems. */
const compiling = new Set(
  "pip uv poetry pipenv npm yarn pnpm npx node-gyp bun gem bundle cargo go pecl phpize docker-php-ext-install cpan cpanm luarocks R Rscript cmake configure ./configure make meson ninja cc c++ gcc g++ clang clang++ mix rebar3 stack cabal conda mamba".split(
    " ",
  ),
);
/** Whoever starts it has something built, by tools that a smaller image may lack. */
export const startsBuild = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  /^(?:make|ninja)$/.test(name) ||
  (/^(?:cargo|go|mvn|gradle|sbt|cmake)$/.test(name) && /^(?:build|test|package|install|verify|--build)$/.test(args[0]?.text ?? ""));

/** What one starts to have a project built, whatever it is told: build tools with a shell or a server of their own, too. */
export const isBuilder = (name: string): boolean =>
  /^(?:sbt|mvn|mvnw|gradle|gradlew|cargo|cross|xargo|rustc|go|stack|cabal|ghc|ghci|lein|mill|bazel|bazelisk|scons|wasm-pack|trunk|platformio|pio|arduino-cli|dapper|swift|zig|nim|javac|verilator|opam|dune|emcc|emmake)$/.test(
    name,
  );

/** What installs packages of its users' choice when it runs, and compiles what has to be: notebooks, and what has plug-ins. */
export const installsForUsers = (name: string): boolean =>
  /^(?:R|Rscript|rserver|shiny-server|julia|jupyter(?:-\w+|hub|lab)?|ipython3?|sage|octave|hass|homeassistant|esphome|octoprint|node-red|airflow|superset|n8n)$/.test(
    name,
  );

/** The text of a script or a program that has packages installed when it runs: `pip install`, `["npm", "ci"]`, `$(which pip) install`. */
export const installsAtStart = (text: string): boolean =>
  /\b(?:pip[\d.]*|npm|pnpm|yarn|bun|gem|cargo|bundle|bundler|luarocks|cpanm?|conda|mamba|poetry|pipenv|uv|pecl)\)?["',\s]+(?:-\S+\s+)*(?:install|i|ci|add|sync|build|rebuild|update)\b/.test(
    text,
  ) || /\bsetup\.py\b/.test(text);

/** It runs tests, and those may build. */
export const runsTests = (path: string): boolean => /(?:^|[-_/])(?:run-?)?tests?(?:[-_./]|$)/i.test(path);
/** What runs them goes by its name, or stands behind what starts it: `python -m unittest`. */
export const isTestRunner = (name: string): boolean =>
  /^(?:unittest|py\.?test|nose(?:tests|2)?|tox|nox|rspec|phpunit|ctest|jest|mocha)$/.test(name);

/** A script by its name or by the folder that it lies in, whatever is in it. */
export const isNamedLikeScript = (path: string): boolean =>
  /\.(?:ba)?sh$|entry-?point[\w-]*$/.test(path) ||
  /(?:^|\/)(?:[\w-]+-)?(?:start|run|init|boot(?:strap)?|launch)$/.test(path) ||
  /(?:^|\/)(?:hack|scripts?)\/[\w-]+$/.test(path);

/**
 * Packages of Python that have C or C++ compiled while they run, and look for a compiler to do so: torch.compile and Triton, and what stands on
 * them (docs.pytorch.org, torch.compiler troubleshooting), DeepSpeed's operators, PyTensor and Theano, Stan's models, PyCUDA, Brian. And ROOT,
 * by where it comes from, whose interpreter asks the compiler for its headers when it starts (root.cern, "Installing ROOT").
 */
export const compilingPackages: readonly string[] = (
  "torch pytorch torchvision torchaudio triton transformers diffusers accelerate sentence-transformers vllm sglang deepspeed xformers flash-attn unsloth " +
  "pytensor theano pymc pymc3 pystan cmdstanpy prophet brian2 pycuda pyximport root.cern root-project cppyy"
).split(" ");

/** The first word behind the program says that it builds: `entry build`. */
export const isToldToBuild = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  !/^(?:npm|npx|yarn|pnpm|bun|docker|node|deno)$/.test(name) && /^(?:build|compile|make|dapper)$/.test(args[0]?.text ?? "");

/** The text of a program of whatever language has a compiler, or what drives one, called: `["make", "all"]`, `exec('gcc -o x')`. */
export const callsCompilers = (text: string): boolean =>
  /["'`](?:make(?! sure)|cmake|ninja|gcc|g\+\+|clang(?:\+\+)?|cargo|rustc|xargo|wasm-pack|javac|(?:avr|arm-none-eabi)-gcc|go (?:build|run|test))(?:["'`]|\s)/.test(
    text,
  );

/** It tells of itself that nothing is shipped with it: people develop in it, or what builds there is built to see whether it can be. */
export const isTestOfBuild = (text: string): boolean =>
  /\bdev(?:elopment)? (?:env|environment|container)\b|\brun the test suite\b|\bnot (?:(?:a|an|for|meant for|intended for|suitable for) )?["']?production\b|\b(?:test|verify|check)(?:s|ing)? (?:that |whether |if )?(?:the )?(?:build|compil|install)/.test(
    text,
  );

/** Words of the names of files, folders and stages whose image is there to build in. */
export const isNamedForBuilding = (word: string): boolean =>
  /^(?:dapper|playground|sandbox|judge|compilers?|builders?|toolchains?|buildenv|ide|cloud9|c9|devbox|workspace)$/i.test(word);

/** A script whose name says that it compiles before it runs: `compile-and-run.sh`. */
export const compilesFirst = (name: string): boolean => /(?:^|[-_/])(?:compile|build)(?:[-_]\w+)*\.sh$/.test(name);

/** Servers and agents of a CI, as their programs, archives, packages and images are called. */
const ofJobs =
  /(?:^|[-_/])(?:jenkins|hudson|gitlab-(?:ci-multi-)?runner|buildkite|teamcity|drone|concourse|gocd|go-agent|go-server|woodpecker|bamboo|act_runner|codebuild)(?:[-_/.:]|$)/i;
export const isOfJobs = (name: string): boolean => ofJobs.test(name);

/** Runs the jobs of a CI, builds among them; one that starts Docker runs those in which images are built. */
export const runsJobs = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  /(?:^|\/)(?:\w+-)?runner(?:\.sh)?$/.test(name) ||
  /(?:^|\/)dockerd(?:-entrypoint\.sh)?$/.test(name) ||
  isOfJobs(name) ||
  (name === "java" && args.some((a) => /\.[jw]ar$/.test(a.text) && isOfJobs(a.text)));

/** What a package manager of a language is told when it brings packages, and compiles what has to be. */
export const installsPackages = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  mayCompile({ name, args }) && args.some((a) => /^(?:install|i|ci|add|sync|rebuild|build)$/.test(a.text));

/** An image whose name says that one builds in it: `alpine-sdk`. */
export const isToBuildIn = (image: string): boolean =>
  /(?:^|[-_/:.])(?:sdk|build|builder|buildenv|toolchain|compiler)(?:[-_/:.]|$)/i.test(image);

/** A package manager that is asked something, or given its settings: it brings nothing. */
const tellsOrSets = ({ name, args: [first] }: Pick<Ran, "name" | "args">): boolean =>
  /^(?:pip|uv|poetry|pipenv|npm|yarn|pnpm|gem|bundle|conda|mamba)$/.test(familyOf(name)) &&
  /^(?:--version|-[Vv]|version|config|init|info|list|search|cache|clean|activate)$/.test(first?.text ?? "");

/** They run programs that need no compiler. */
const interpreters = /^(?:python|node|ruby|perl|php|java)[\d.]*$/;
export const isInterpreter = (name: string): boolean => interpreters.test(name);
export const mayCompile = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  (compiling.has(familyOf(name)) && !tellsOrSets({ name, args })) ||
  (interpreters.test(name) && args.some((a) => /^(?:setup\.py|pip|build|-m)$/.test(a.text)));

const names = new Set(Object.values(reasons).flatMap((list) => list.split(" ")));

/** Headers and what links against them: Debian and Alpine say -dev, Fedora -devel; compilers with their version: gcc-12. */
export const isBuildOnly = (name: string): boolean =>
  names.has(name) || isHeaders(name) || /^(?:gcc|g\+\+|cpp|clang|llvm|golang|autoconf|automake)-?\d[\d.]*$/.test(name);

export const isHeaders = (name: string): boolean => /-(?:dev|devel|static)$/.test(name);

/** Headers of the C and C++ libraries themselves: what is compiled with them needs only what each image has. */
export const isOfLibc = (name: string): boolean =>
  /^(?:libc6?|libc-dev-bin|musl|glibc|linux-libc|linux|kernel|libstdc\+\+)(?:-[\d.]+)?-(?:dev|devel|headers|static)$/.test(name);

export const isCompiler = (name: string): boolean =>
  /^(?:build-essential|build-base|alpine-sdk|gcc|g\+\+|gcc-c\+\+|clang)(?:-?\d[\d.]*)?$/.test(name);

/** A compiler of Debian's that compiles nothing without the C library's headers, and only recommends them. */
export const recommendsHeaders = (name: string): boolean => /^(?:gcc|clang)(?:-\d+)?$/.test(name);
export const headersOfLibc = "libc6-dev";

/** The certificates that programs of the system trust. */
export const certificates = "ca-certificates";

/** Its headers, by the package of pip that recommends them. */
export const headersOfPython: Readonly<Record<string, string>> = { "python3-pip": "python3-dev", "python-pip": "python-dev" };

/** What every build of a Debian package is taken to have (Debian's policy, 4.2); dpkg-dev recommends it, and what drives such builds brings dpkg-dev. */
export const essentialToBuild = "build-essential";
const ofPackages = new Set("debhelper devscripts dh-make dh-python packaging-dev git-buildpackage".split(" "));
export const buildsPackages = (name: string): boolean => ofPackages.has(name);
export const mayBringEssential = (name: string): boolean => ofPackages.has(name) || name === "dpkg-dev";
/** It builds a Debian package. */
export const startsPackage = (name: string): boolean =>
  /^(?:dpkg-buildpackage|debuild|debian\/rules|gbp|pdebuild|dh|mk-build-deps)$/.test(name);

/** Environment variables that only the go command reads: `go help environment`. GOGC, GODEBUG, GOMAXPROCS … are the program's own. */
const goBuild = new Set(
  (
    "GO111MODULE GOARCH GOAMD64 GOARM GOARM64 GO386 GOBIN GOCACHE GOCACHEPROG GOENV GOEXPERIMENT GOFLAGS GOHOSTARCH GOHOSTOS GOINSECURE GOMODCACHE GONOPROXY GONOSUMDB " +
    "GOOS GOPATH GOPRIVATE GOPROXY GOROOT GOSUMDB GOTELEMETRY GOTMPDIR GOTOOLCHAIN GOTOOLDIR GOVCS GOWORK GO_EXTLINK_ENABLED GIT_TERMINAL_PROMPT"
  ).split(" "),
);
const ofBuilds = new Set("DEBIAN_FRONTEND CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS PKG_CONFIG_PATH".split(" "));

export const isBuildVariable = (name: string): boolean => goBuild.has(name) || ofBuilds.has(name) || name.startsWith("CGO_");

/**
 * Go modules that do nothing, or not the same, without cgo: their own documentation says so. A program that needs one compiles with
 * CGO_ENABLED=0 and fails when it runs.
 */
export const cgoModules: readonly string[] = [
  "github.com/mattn/go-sqlite3",
  "github.com/confluentinc/confluent-kafka-go",
  "github.com/mutecomm/go-sqlcipher",
  "github.com/marcboeker/go-duckdb",
  "github.com/duckdb/duckdb-go",
  "github.com/h2non/bimg",
  "github.com/davidbyttow/govips",
  "gocv.io/x/gocv",
  "github.com/godror/godror",
  "github.com/DataDog/zstd",
  "github.com/google/gopacket",
  "github.com/libgit2/git2go",
  "github.com/pebbe/zmq4",
  "gopkg.in/gographics/imagick",
];

/** Libraries that a linker's -l names and each image of the same system has, as part of its C library. */
export const isLibcLibrary = (name: string): boolean => /^(?:c|m|pthread|dl|rt|util|resolv|nsl|crypt|anl)$/.test(name);

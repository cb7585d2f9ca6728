import type { Subject } from "../build/subject.ts";
import { cgoModules, isBuildOnly, isCompiler, isHeaders, isLibcLibrary, isOfLibc } from "../commands/build-only.ts";
import { installText, namedPackages } from "../commands/installs.ts";
import type { PackageManager } from "../image/base.ts";
import { contextText, entriesOf } from "../image/files.ts";
import { type Ran, type Stage, type Step, variableIn } from "../image/model.ts";
import { join } from "../image/paths.ts";
import { goSources } from "../queries/named.ts";
import type { Program } from "../queries/program.ts";
import { startedBy } from "../queries/started.ts";
import type { Word } from "../shell/syntax.ts";
import { parseReference } from "../sizes/reference.ts";
import { runtimeOf, sdkOf } from "../sizes/sdk-images.ts";

/** What the run stage stands on. */
export interface RunBase {
  /** `alpine:3.24`; undefined: what the build stage stands on, as it is written. */
  readonly image?: string;
  readonly isAlpine: boolean;
  /** The program needs no library. */
  readonly isStatic: boolean;
  /** CGO_ENABLED=0 has to be said in the build stage. */
  readonly withoutCgo: boolean;
  /** The commands of a RUN that installs what the program needs. */
  readonly install?: string;
  /** The bundle of certificates comes from the build stage. */
  readonly certificates: boolean;
  readonly notes: readonly string[];
}

interface Packages {
  /** Every name that was ever installed. */
  readonly all: readonly string[];
  /** Those that are there at the end and not only for building, as written. */
  readonly kept: readonly string[];
  readonly manager: PackageManager;
  readonly recommends: boolean;
}

/** Undefined where it cannot be said on what the programs would run. */
export function runBaseOf(subject: Subject, stage: Stage, programs: readonly Program[]): RunBase | undefined {
  const packages = packagesOf(stage);
  if (!packages) return undefined;
  if (programs.every((p) => p.language === "java")) return forJava(subject, stage, packages);
  if (programs.some((p) => p.language === "java")) return undefined;
  if (programs.every((p) => p.language === "rust")) return forRust(subject, stage, packages);
  if (programs.some((p) => p.language === "rust")) return undefined;
  const isGo = programs.every((p) => p.language === "go");
  if (isGo) return forGo(subject, stage, programs, packages);
  return programs.some((p) => p.language === "go") ? undefined : forC(stage, programs, packages);
}

const imageOf = (stage: Stage): string => (parseReference(stage.base)?.path ?? "").replace(/^library\//, "");

/** Undefined where a name is not known, a file is installed, or a package's source is one that the run stage would not have. */
function packagesOf(stage: Stage): Packages | undefined {
  const { all, left } = namedPackages(stage.steps.flatMap((s) => s.ran));
  const needed = left.filter((p) => !isBuildOnly(p.name));
  if (needed.some((p) => !p.written.known || p.written.text.includes("/"))) return undefined;
  const foreign = stage.steps.some(
    (s) =>
      s.ran.some(addsRepository) || s.changes.some((c) => /^\/etc\/(?:apt\/(?:sources|keyrings|trusted)|apk\/|yum\.repos\.d)/.test(c.path)),
  );
  if (needed.length > 0 && foreign) return undefined;
  const manager = (needed[0] ?? all[0])?.manager ?? stage.end.base?.packageManager ?? "apt";
  return { all: all.map((p) => p.name), kept: needed.map((p) => p.written.text), manager, recommends: needed.some((p) => p.recommends) };
}

const addsRepository = (ran: Ran): boolean => ran.name === "add-apt-repository" || ran.name === "apt-key";

// --- Go --------------------------------------------------------------------------------------------------------------------

function forGo(subject: Subject, stage: Stage, programs: readonly Program[], packages: Packages): RunBase | undefined {
  const os = stage.end.base?.os;
  const cgo = cgoOf(subject, stage, programs, packages);
  if (programs.some(isPutByTarget)) return undefined;
  if (cgo === "unclear" || (cgo === "on" && packages.all.some((name) => isHeaders(name) && !isOfLibc(name)))) return undefined;
  const newest = subject.world.bases?.versionOf("alpine");
  const fetchers = packages.kept.filter((name) => isFetcherOfBuild(stage, name));
  const needed = packages.kept.filter((name) => !fetchers.includes(name));
  const notes = fetchers.length ? [`${fetchers.join(" and ")} ${fetchers.length > 1 ? "stay" : "stays"} in the build stage`] : [];
  const plain = { certificates: false, notes };
  // A time zone by its name is read from the system's files: Debian's image has them, and golang's its own copy.
  const zones = stage.end.env.has("TZ") ? ["tzdata"] : [];
  if (os?.id === "alpine") {
    const image = os.release ? `alpine:${os.release}` : cgo === "on" || !newest ? undefined : `alpine:${newest}`;
    const names = [...needed, ...zones.filter((name) => !needed.includes(name))];
    // Without a C compiler the go command does without cgo, and what cgo makes here is for musl.
    return image === undefined
      ? undefined
      : { ...plain, image, isAlpine: true, isStatic: cgo === "off", withoutCgo: false, ...install(packages, names) };
  }
  const withoutCgo = cgo === "default";
  // Alpine itself holds the bundle that Go looks for (ca-certificates-bundle, in docker-library/repo-info's list for alpine:3.24.2), and
  // calls this package as Debian does.
  const others = needed.filter((name) => name !== "ca-certificates" && name !== "tzdata");
  if (cgo !== "on" && others.length === 0) {
    const isZoned = zones.length > 0 || needed.includes("tzdata");
    if (!newest) return undefined;
    return {
      ...plain,
      image: `alpine:${newest}`,
      isAlpine: true,
      isStatic: true,
      withoutCgo,
      ...(isZoned && { install: installText("apk", ["tzdata"], true) }),
    };
  }
  const same = imageOf(stage) !== "golang";
  const image = same ? undefined : os?.id === "debian" && os.release ? `debian:${os.release}-slim` : undefined;
  if (!same && !image) return undefined;
  // golang has the certificates (buildpack-deps), the distribution's image has none.
  const certificates = !same && !needed.includes("ca-certificates");
  return {
    ...plain,
    ...(image && { image }),
    isAlpine: false,
    isStatic: cgo !== "on",
    withoutCgo,
    certificates,
    ...install(packages, needed),
  };
}

/** `go install` for another system or machine puts the program into a folder of its name (`go help install`): which one a build argument says. */
const isPutByTarget = ({ step, ran }: Program): boolean =>
  ran.args[0]?.text === "install" &&
  ["GOOS", "GOARCH"].some((name) => step.before.args.has(name) || /[$`]/.test(environmentOf(step, ran, name) ?? ""));

/** curl or wget, where a RUN fetches something with it and no health check does. */
function isFetcherOfBuild({ steps }: Stage, name: string): boolean {
  if (name !== "curl" && name !== "wget") return false;
  const checks = steps.some(
    (s) => s.instruction.keyword === "HEALTHCHECK" && startedBy(s.instruction, s.after).some((started) => started.name === name),
  );
  return !checks && steps.some((s) => s.ran.some((r) => r.name === name));
}

const install = (packages: Packages, names: readonly string[]): { install?: string } =>
  names.length === 0 ? {} : { install: installText(packages.manager, names, packages.recommends) };

/** `default`: nothing speaks for cgo, but golang's image would use it, for DNS and users. */
function cgoOf(subject: Subject, stage: Stage, programs: readonly Program[], packages: Packages): "on" | "off" | "default" | "unclear" {
  const args = programs.flatMap((p) => p.ran.args.map((a) => a.text));
  if (args.some((text) => /^-{1,2}(?:race|msan|asan)$/.test(text) || /^-{1,2}buildmode=(?!exe$|default$)/.test(text))) return "unclear";
  const values = programs.map((p) => environmentOf(p.step, p.ran, "CGO_ENABLED"));
  if (values.every((value) => value === "0")) return "off";
  if (values.some((value) => value !== undefined && value !== "" && value !== "0"))
    return args.some((text) => /-static\b/.test(text)) ? "off" : "on";
  if (values.some((value) => value === "0")) return "unclear";
  const needsC =
    packages.all.some((name) => isCompiler(name) || (isHeaders(name) && !isOfLibc(name))) ||
    usesCgoModule(subject, stage) ||
    goSources(subject).some(importsC);
  return needsC ? "on" : "default";
}

/** Without cgo the go command leaves such a file out, and what it defines is missing (pkg.go.dev/cmd/cgo). */
const importsC = (text: string): boolean => /^[ \t]*(?:import[ \t]+)?"C"[ \t]*(?:\/\/.*)?\r?$/m.test(text);

function usesCgoModule({ world }: Subject, stage: Stage): boolean {
  const texts = entriesOf(stage.end.root, "/").flatMap(({ path, entry }) => {
    const at = path.endsWith("/go.mod") ? path : entry.kind === "context" && entry.id.endsWith("/") ? join(path, "go.mod") : undefined;
    const text = at === undefined ? undefined : contextText(stage.end.root, at, world.context);
    return text === undefined ? [] : [text];
  });
  return cgoModules.some((module) => texts.some((text) => text.includes(module)));
}

/** What a command finds in its environment, where the Dockerfile says it. */
function environmentOf(step: Step, ran: Ran, name: string): string | undefined {
  const assigned = ran.command?.assignments.findLast((a) => a.name === name);
  if (assigned) return assigned.value && literal(assigned.value);
  const first = ran.words[0]?.start ?? 0;
  const wrapper = ran.command?.words.find((w) => w.start < first && w.raw.startsWith(`${name}=`));
  if (wrapper) return wrapper.raw.slice(name.length + 1);
  const before = step.ran.slice(0, step.ran.indexOf(ran));
  const set = before
    .flatMap((r) => (r.name === "export" || (r.name === "go" && r.args[0]?.text === "env") ? r.args.map((a) => a.text) : []))
    .findLast((text) => text.startsWith(`${name}=`));
  return set?.slice(name.length + 1) ?? variableIn(step.before, name)?.text;
}

const literal = (word: Word): string => word.parts.map((p) => (p.kind === "text" ? p.text : "$")).join("");

// --- Java ------------------------------------------------------------------------------------------------------------------

/** The run-time image of the same Java version. */
function forJava({ world }: Subject, stage: Stage, packages: Packages): RunBase | undefined {
  const { base } = stage.end;
  const sdk = base && sdkOf(base);
  const runtime = sdk && world.bases && runtimeOf(sdk, base, world.bases);
  if (!runtime || (packages.kept.length > 0 && runtime.packageManager !== packages.manager)) return undefined;
  const plain = { isStatic: false, withoutCgo: false, certificates: false, notes: [] };
  return { ...plain, image: runtime.name, isAlpine: runtime.os?.id === "alpine", ...install(packages, packages.kept) };
}

// --- Rust ------------------------------------------------------------------------------------------------------------------

/** The distribution alone: a program of Rust needs its C library, and what headers were installed for. */
function forRust({ world }: Subject, stage: Stage, packages: Packages): RunBase | undefined {
  const { base } = stage.end;
  const needsOthers = packages.all.some((name) => isHeaders(name) && !isOfLibc(name));
  if (!needsOthers && packages.all.some((name) => name === "cargo" || name === "rustc")) return onItsOwnBase(stage, packages);
  const sdk = base && imageOf(stage) === "rust" ? sdkOf(base) : undefined;
  const runtime = sdk && base && world.bases && runtimeOf(sdk, base, world.bases);
  if (!runtime || needsOthers) return undefined;
  const isAlpine = runtime.os?.id === "alpine";
  // Rust's images have the certificates, the distribution's has none; Alpine's has.
  const names = isAlpine || packages.kept.includes("ca-certificates") ? packages.kept : [...packages.kept, "ca-certificates"];
  const notes = ["C libraries that a crate links to have to be there"];
  return { image: runtime.name, isAlpine, isStatic: false, withoutCgo: false, certificates: false, notes, ...install(packages, names) };
}

/** Where the distribution's own Rust compiled it: the base brings the C library, and what unwinds the stack but on Alpine. */
function onItsOwnBase(stage: Stage, packages: Packages): RunBase {
  const isAlpine = stage.end.base?.os?.id === "alpine";
  const names = isAlpine && !packages.kept.includes("libgcc") ? [...packages.kept, "libgcc"] : packages.kept;
  const notes = ["C libraries that a crate links to have to be there"];
  return { isAlpine, isStatic: false, withoutCgo: false, certificates: false, notes, ...install(packages, names) };
}

// --- C and C++ -------------------------------------------------------------------------------------------------------------

function forC(stage: Stage, programs: readonly Program[], packages: Packages): RunBase | undefined {
  const links = programs.map((p) => linking(p));
  if (links.some((l) => l === "unclear")) return undefined;
  const os = stage.end.base?.os;
  const isAlpine = os?.id === "alpine";
  const isStatic = links.every((l) => l === "static");
  const plain = { isAlpine, isStatic, withoutCgo: false, certificates: false, notes: [] };
  const needsLibrary = programs.some((p, i) => p.language === "c++" && links[i] === "shared");
  // gcc's image: its programs run on the Debian beneath; its libstdc++ is newer than Debian's.
  if (imageOf(stage) === "gcc")
    return os?.id === "debian" && os.release && !needsLibrary
      ? { ...plain, image: `debian:${os.release}-slim`, ...install(packages, packages.kept) }
      : undefined;
  // The same base would bring the compiler again.
  if (!packages.all.some(isCompiler)) return undefined;
  // apt itself needs libstdc++6; Alpine's base has none.
  const library = isAlpine && needsLibrary && !packages.kept.includes("libstdc++") ? ["libstdc++"] : [];
  return { ...plain, ...install(packages, [...packages.kept, ...library]) };
}

/** What the program needs to start: nothing, the system's own libraries, or others, whose packages we cannot name. */
function linking({ step, ran }: Program): "static" | "shared" | "unclear" {
  const fromOutside = ["LDLIBS", "LDFLAGS", "CFLAGS", "CXXFLAGS"].flatMap((name) => environmentOf(step, ran, name)?.split(/\s+/) ?? []);
  const texts = [...ran.args.flatMap((a) => a.text.replace(/^(?:LDLIBS|LDFLAGS|CFLAGS|CXXFLAGS)=/, "").split(/\s+/)), ...fromOutside];
  if (texts.some((t) => t === "-static" || t === "-static-pie")) return "static";
  if (
    ran.args.some((a) => !a.known) ||
    texts.some((t) => t === "-shared" || t === "-fopenmp" || t.startsWith("-fsanitize") || /\.so(?:\.|$)/.test(t))
  )
    return "unclear";
  const libraries = texts.flatMap((t, i) => (t === "-l" ? [texts[i + 1] ?? ""] : t.startsWith("-l") ? [t.slice(2)] : []));
  return libraries.every(isLibcLibrary) ? "shared" : "unclear";
}

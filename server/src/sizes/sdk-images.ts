// Images that carry what builds a program, and what the program then runs on.
import type { BaseCatalogue, BaseImage } from "../image/base.ts";
import { isUnknown } from "../image/size.ts";
import { parseReference } from "./reference.ts";

export interface SdkImage {
  /** What starts only with the SDK there: an image that runs one of these at its start is meant to carry it. */
  readonly tools: readonly string[];
  /** Commands that build a program. */
  readonly builds: readonly string[];
  /** What starts a program that was built elsewhere, where the smaller image does as well: by its name and its first word. */
  readonly runs?: (name: string, first: string) => boolean;
  /** What the smaller image does not have. */
  readonly without?: string;
  /** Names of images it may run on, the best first; the first that is in the catalogue counts. */
  runtimes(tag: string, base: BaseImage): readonly string[];
}

/** The distribution alone, in its small variant. */
const distribution = ({ os, name }: BaseImage): string[] => {
  // A tag without a suite stands on Debian's or Alpine's newest: what its own is nobody says.
  if (os?.release === undefined) return /windows|nanoserver/.test(name) ? [] : [/alpine/.test(name) ? "alpine:3" : "debian:stable-slim"];
  return os.id === "debian" ? [`debian:${os.release}-slim`] : os.id === "alpine" || os.id === "ubuntu" ? [`${os.id}:${os.release}`] : [];
};

/** `3.9-eclipse-temurin-21-alpine`, `8-jdk17`, `jdk17-alpine`, `3-openjdk-11`: the Java in the tag, as a run-time image. */
const javaRuntimes = (tag: string): string[] =>
  jresOf(/(?:eclipse-temurin|temurin|amazoncorretto|openjdk|jdk|ibmjava|sapmachine)-?(\d+)/.exec(tag)?.[1], tag);

/** `8-jdk-alpine`, `openjdk-8-jdk` of an image that is no longer made (see `retiredOf`): what has taken its place. */
const retiredRuntimes = (tag: string): string[] => jresOf(/^(?:openjdk-)?(\d+)/.exec(tag)?.[1], tag);

function jresOf(version: string | undefined, tag: string): string[] {
  if (version === undefined || /windows|nanoserver/.test(tag)) return [];
  const jre = `eclipse-temurin:${version}-jre`;
  // Of some versions only one of the two Ubuntu variants has a known size.
  return [...(/alpine/.test(tag) ? [`${jre}-alpine`] : []), jre, `${jre}-noble`];
}

/** `21` → `21-jre`, `8-jdk-alpine` → `8-jre-alpine`: the same image without what compiles. */
function jreOf(image: string, tag: string): string[] {
  const jre = tag.includes("jdk") ? tag.replace("jdk", "jre") : tag.replace(/^(\d[\w.+]*)/, "$1-jre");
  return jre === tag ? [] : [`${image}:${jre}`];
}

/** Images of Java in which a project is built with its own wrapper, or with a tool that the file brings. */
const jdk = (image: string): SdkImage => ({
  tools: ["mvn", "gradle", "javac", "jshell", "sbt", "ant"],
  builds: ["mvn", "./mvnw", "gradle", "./gradlew", "javac", "sbt", "ant"],
  runtimes: (tag) => jreOf(image, tag),
  runs: (name) => name === "java",
  without: "compiler and tools of the JDK",
});

const sdks: Readonly<Record<string, SdkImage>> = {
  // Beside it what builds anew as the sources change.
  golang: {
    tools: "go air gow reflex fresh dlv CompileDaemon gin modd realize".split(" "),
    builds: ["go", "make", "mage", "task"],
    runtimes: (_, base) => distribution(base),
  },
  rust: { tools: ["cargo", "rustc"], builds: ["cargo", "rustc", "make", "just"], runtimes: (_, base) => distribution(base) },
  gcc: { tools: ["gcc", "g++", "make", "cc"], builds: ["gcc", "g++", "make", "cmake", "cc"], runtimes: (_, base) => distribution(base) },
  "buildpack-deps": {
    tools: ["gcc", "g++", "make", "cc"],
    builds: ["gcc", "g++", "make", "cmake", "cc"],
    runtimes: (_, base) => distribution(base),
  },
  haskell: { tools: ["ghc", "ghci", "cabal", "stack"], builds: ["cabal", "stack", "ghc"], runtimes: (_, base) => distribution(base) },
  maven: { tools: ["mvn", "javac", "jshell"], builds: ["mvn", "./mvnw"], runtimes: javaRuntimes },
  "eclipse-temurin": jdk("eclipse-temurin"),
  openjdk: { ...jdk("openjdk"), runtimes: retiredRuntimes },
  java: { ...jdk("java"), runtimes: retiredRuntimes },
  gradle: { tools: ["gradle", "javac", "jshell"], builds: ["gradle", "./gradlew"], runtimes: javaRuntimes },
  "mcr.microsoft.com/dotnet/sdk": {
    tools: ["msbuild", "powershell", "pwsh"],
    builds: ["dotnet"],
    runtimes: (tag) => [`mcr.microsoft.com/dotnet/aspnet:${tag}`],
    runs: (name, first) => name === "dotnet" && first.endsWith(".dll"),
    without: "compiler and NuGet",
  },
};

/** Undefined for an image that is no SDK. */
export function sdkOf(base: BaseImage): SdkImage | undefined {
  const reference = parseReference(base.name);
  if (!reference) return undefined;
  const name = reference.domain === "docker.io" ? reference.path.replace(/^library\//, "") : `${reference.domain}/${reference.path}`;
  return Object.hasOwn(sdks, name) && !/jre/.test(reference.tag ?? "") ? sdks[name] : undefined;
}

/** A command of the SDK's own, or of what it is made of: the smaller image lacks it. */
export const isOfSdk = ({ tools, builds }: SdkImage, name: string): boolean =>
  tools.includes(name) || builds.includes(name) || /^(?:j(?:ar|link|deps|package|cmd|map|stack|shell)|javac|keytool|make)$/.test(name);

/** The image that what it builds can run on: one that the catalogue lists, with its size. */
export function runtimeOf(sdk: SdkImage, base: BaseImage, catalogue: BaseCatalogue): BaseImage | undefined {
  const tag = parseReference(base.name)?.tag ?? "latest";
  return sdk
    .runtimes(tag, base)
    .map((name) => catalogue.find(name))
    .find((image) => image.resolved !== undefined && !isUnknown(image.size));
}

/** Servers of files that Node runs. */
const isFileServer = (name: string): boolean => /^(?:serve|http-server|live-server|static-server|superstatic|local-web-server)$/.test(name);
/** `serve -s build`, `npx serve`. */
export const servesFiles = ({ name, args }: { readonly name: string; readonly args: readonly { readonly text: string }[] }): boolean =>
  isFileServer(name) || ((name === "npx" || name === "bunx") && isFileServer(args.find((a) => !a.text.startsWith("-"))?.text ?? ""));
/** What serves them without it. */
export const fileServers: readonly string[] = ["nginx:1.29-alpine", "nginx:1.27-alpine", "nginx:alpine"];

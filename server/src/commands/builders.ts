import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { cacheIn, removeAll, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf, unknownWork } from "./call.ts";

// Build tools that download what they need: what they build is not known, where their downloads lie is.

const maven: Handler = (call) => {
  if (call.args.every((a) => /^(?:-v|--version|-version)$/.test(a.text))) return [];
  const local = call.args.map((a) => /^-Dmaven\.repo\.local=(.+)$/.exec(a.text)?.[1]).find((p) => p !== undefined);
  return [
    cacheIn(pathOf(call, local ?? `${homeOf(call)}/.m2/repository`), "maven-repository", "Maven's local repository"),
    unknownWork(call),
  ];
};

const gradle: Handler = (call) => {
  const o = options(call.args, "g p --gradle-user-home --project-dir");
  if (o.has("-v", "--version", "--stop")) return [];
  const home = pathOf(call, o.value("-g", "--gradle-user-home") ?? setting(call, "GRADLE_USER_HOME") ?? `${homeOf(call)}/.gradle`);
  return [cacheIn(`${home}/caches`, "gradle-caches", "Gradle's caches"), unknownWork(call)];
};

const sbt: Handler = (call) => {
  if (call.args.length > 0 && call.args.every((a) => /^--?(?:version|V|help)$/.test(a.text))) return [];
  const home = homeOf(call);
  const folders = [`${home}/.sbt`, `${home}/.ivy2`, `${setting(call, "COURSIER_CACHE") ?? `${home}/.cache/coursier`}`];
  return [...folders.map((f, i) => cacheIn(pathOf(call, f), `sbt-${i}`, "downloads of sbt")), unknownWork(call)];
};

const nugetFolders = (call: Call): readonly [string, string] => [
  pathOf(call, setting(call, "NUGET_PACKAGES") ?? `${homeOf(call)}/.nuget/packages`),
  `${homeOf(call)}/.local/share/NuGet/http-cache`,
];

const dotnet: Handler = (call) => {
  const [verb, second, third] = options(
    call.args,
    "c r f o s v --configuration --runtime --framework --output --source --verbosity",
  ).operands.map((a) => a.text);
  const [packages, http] = nugetFolders(call);
  if (verb === "nuget") return second === "locals" && third === "all" ? [removeAll(`${packages}/*`), removeAll(http)] : [];
  if (verb === undefined) return [];
  const restores = /^(?:restore|build|publish|pack|test|run|msbuild)$/.test(verb) && !call.args.some((a) => a.text === "--no-restore");
  const work: Effect[] = [unknownWork(call)];
  return restores
    ? [cacheIn(packages, "nuget-packages", "NuGet packages"), cacheIn(http, "nuget-http", "NuGet's downloads"), ...work]
    : work;
};

export const builderCommands: Record<string, Handler> = { mvn: maven, gradle, sbt, dotnet };

/** The wrapper scripts of a project: ./mvnw, ./gradlew. */
export const wrapperHandler = (name: string): Handler | undefined =>
  /(?:^|\/)mvnw$/.test(name) ? maven : /(?:^|\/)gradlew$/.test(name) ? gradle : undefined;

/** Whether a later command builds with the tool: by its name, or by a script that may. */
export const buildsWith =
  (names: RegExp) =>
  ({ name, args }: Ran): boolean =>
    (names.test(name) && !args.every((a) => /^--?(?:v|V|version|help|info)$/.test(a.text))) ||
    name === "make" ||
    name === "just" ||
    name.startsWith("./") ||
    args.some((a) => /^(?!\w+:\/\/).*\.sh$/.test(a.text));

/** The image starts one of them. */
export const started = (names: string): RegExp => new RegExp(`(?:^|[\\s/'"])(?:${names})(?:[\\s'"]|$)`);

export const builderCaches: readonly ToolCache[] = [
  {
    tool: "maven",
    what: "the Maven repository",
    ids: ["maven-repository"],
    verbs: [],
    reads: buildsWith(/(?:^|\/)mvnw?$/),
    onlyFills: (ran) => ran.args.some((a) => /^(?:[\w.:-]*:)?(?:go-offline|resolve|resolve-plugins)(?:-plugins)?$/.test(a.text)),
    startedBy: started("mvnw?"),
    clean: removeFolders,
  },
  {
    tool: "gradle",
    what: "the Gradle cache",
    ids: ["gradle-caches"],
    verbs: [],
    reads: buildsWith(/(?:^|\/)gradlew?$/),
    onlyFills: (ran) => ran.args.some((a) => /^(?:dependencies|resolveDependencies|downloadDependencies)$/.test(a.text)),
    startedBy: started("gradlew?"),
    // The jar of the task `jar` names its libraries; these tasks pack or copy them (Spring Boot's, Shadow's, Quarkus's and Gradle's own manuals).
    linkedFrom: {
      started: /-jar\s\S*build\/libs\//,
      whole: /(?:bootJar|shadowJar|fatJar|uberJar|quarkusBuild|installDist|distZip|distTar)$/,
    },
    heed: "the manifest of a thin jar names its libraries there",
    clean: removeFolders,
  },
  {
    tool: "sbt",
    what: "what sbt downloads",
    ids: ["sbt-0", "sbt-1", "sbt-2"],
    // Ivy's before 1.3, coursier's since then (its release notes).
    inSome: true,
    verbs: [],
    reads: buildsWith(/^sbt$/),
    onlyFills: (ran) => ran.args.every((a) => /^(?:update|exit|about|sbtVersion|--version|-V)$/.test(a.text)),
    startedBy: started("sbt"),
    clean: removeFolders,
  },
  {
    tool: "nuget",
    what: "the NuGet cache",
    ids: ["nuget-packages", "nuget-http"],
    verbs: ["restore", "build", "publish", "pack", "test"],
    reads: buildsWith(/^dotnet$/),
    onlyFills: (ran) => ran.args.some((a) => a.text === "restore"),
    startedBy: started("dotnet (?:run|watch|test|build|ef)"),
    clean: () => "dotnet nuget locals all --clear",
  },
];

import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import type { Argument } from "../shell/words.ts";
import { cacheIn, removeAll, removeFolders, setting, type ToolCache } from "./cache.ts";
import { type Call, type Handler, homeOf, options, pathOf, unknownWork } from "./call.ts";
import { isShell } from "./kinds.ts";

// Build tools that download what they need: what they build is not known, where their downloads lie is.

/** Options of mvn that take a value (`mvn --help`). */
const mavenValued =
  "f pl P s gs t gt l T b rf D --file --projects --activate-profiles --settings --global-settings --toolchains --log-file --threads --builder --resume-from";
/** Options of gradle that take a value (the Gradle manual, "Command-Line Interface Reference"). */
const gradleValued =
  "g p b c I x --gradle-user-home --project-dir --build-file --settings-file --init-script --exclude-task --console --max-workers --warning-mode --gradle-version --distribution-type --type";

const maven: Handler = (call) => {
  if (call.args.every((a) => /^(?:-v|--version|-version)$/.test(a.text))) return [];
  const local = call.args.map((a) => /^-Dmaven\.repo\.local=(.+)$/.exec(a.text)?.[1]).find((p) => p !== undefined);
  return [
    cacheIn(pathOf(call, local ?? `${homeOf(call)}/.m2/repository`), "maven-repository", "Maven's local repository"),
    unknownWork(call),
  ];
};

/** `-Dorg.gradle.jvmargs=…` and `-Pname=value` are no clusters of short options. */
const isProperty = ({ text }: Argument): boolean => /^-[DP]/.test(text);

const gradle: Handler = (call) => {
  const o = options(
    call.args.filter((a) => !isProperty(a)),
    gradleValued,
  );
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
  const [verb] = options(call.args, "c r f o s v --configuration --runtime --framework --output --source --verbosity").operands.map(
    (a) => a.text,
  );
  const [packages, http] = nugetFolders(call);
  if (verb === "nuget") {
    const has = (...words: string[]): boolean => call.args.some((a) => words.includes(a.text));
    const clears = (folder: string): boolean => has("locals") && has("-c", "--clear") && has("all", folder);
    return [...(clears("global-packages") ? [removeAll(`${packages}/*`)] : []), ...(clears("http-cache") ? [removeAll(http)] : [])];
  }
  if (verb === undefined) return [];
  const restores = /^(?:restore|build|publish|pack|test|run|msbuild)$/.test(verb) && !call.args.some((a) => a.text === "--no-restore");
  const work: Effect[] = [unknownWork(call)];
  return restores
    ? [cacheIn(packages, "nuget-packages", "NuGet packages"), cacheIn(http, "nuget-http", "NuGet's downloads"), ...work]
    : work;
};

export const builderCommands: Record<string, Handler> = { mvn: maven, gradle, sbt, dotnet };

/** The wrapper scripts of a project, ./mvnw and ./gradlew, and tools that are called by where they lie: /opt/maven/bin/mvn. */
export const wrapperHandler = (name: string): Handler | undefined =>
  isMaven.test(name) ? maven : isGradle.test(name) ? gradle : undefined;

/** Whether a later command builds with the tool: by its name, or by a script that may, where those stand that built with it before. */
export const buildsWith =
  (names: RegExp) =>
  (ran: Ran, before: readonly Ran[] = [ran]): boolean =>
    (names.test(ran.name) &&
      !ran.args.every((a) => /^--?(?:v|V|version|help|info)$/.test(a.text)) &&
      !ran.args.some((a) => a.text.startsWith("--print"))) ||
    (runsScript(ran) && standsBy(ran, before));

/** In a folder of these, or in one that holds theirs: it may be their project. */
export const standsBy = (ran: Ran, before: readonly Ran[]): boolean =>
  before.some((b) => isWithin(ran.cwd, b.cwd) || isWithin(b.cwd, ran.cwd));

/** A command that may call any other: by a script of the project, or by its makefile. */
export function runsScript({ name, args }: Ran): boolean {
  const [first] = args.filter((a) => !a.text.startsWith("-"));
  const isCalled = (isShell(name) || name === "source" || name === ".") && first !== undefined && /\.sh$/.test(first.text);
  return /^(?:make|just)$/.test(name) || isCalled || (/^\.\/|\.sh$/.test(name) && !isTold.test(name));
}

/** The tools' own scripts; and those that find out about the system, and build nothing. */
const isTold = /(?:^|\/)(?:mvnw|gradlew|configure|config|Configure|autogen\.sh|bootstrap(?:\.sh)?|buildconf|wait-for-it\.sh)$/;

/** The words of a command that are no options. */
const wordsOf = ({ args }: Ran, valued: string): string[] =>
  options(
    args.filter((a) => !isProperty(a)),
    valued,
  ).operands.map((a) => a.text);

/** Goals and phases of Maven that leave nothing that could be started elsewhere (Maven's "Introduction to the Build Lifecycle"). */
const mavenFetches =
  /^(?:clean|validate|initialize|compile|test|test-compile|(?:generate|process)-[\w-]+|(?:[\w.:-]*:)?(?:go-offline|resolve|resolve-plugins|get|tree|list|evaluate)(?:-plugins)?|(?:help|versions|archetype|exec|antrun|surefire|checkstyle):[\w-]+|(?:javadoc|site)(?::[\w-]+)?)$/;
/** Tasks of Gradle that leave nothing that could be started elsewhere. */
const gradleFetches =
  /^(?:[\w:-]*:)?(?:clean|init|wrapper|tasks|help|properties|projects|dependencies|check|test|classes|testClasses|compile\w*|(?:resolve|download|setup)\w*)$/;
/** Tasks of sbt that leave something to start: its own and those of sbt-native-packager, sbt-assembly and sbt-pack. */
const sbtPacks =
  /(?:^|[/: ])(?:\w*[aA]ssembly|stage|dist|pack\w*|universal|make|proguard|publish\w*|(?:fast|full)OptJS|nativeImage)(?:$|[/: ])/;

/** What it makes is removed again by its own last word. */
const endsWithClean = (words: readonly string[]): boolean => words.at(-1) === "clean";

const fetchesOnly =
  (names: RegExp, words: (ran: Ran) => readonly string[], fetches: RegExp) =>
  (ran: Ran): boolean =>
    names.test(ran.name) && (endsWithClean(words(ran)) || words(ran).every((word) => fetches.test(word)));

const does = (all: readonly Ran[], verb: RegExp): boolean => all.some((r) => r.name === "dotnet" && verb.test(r.args[0]?.text ?? ""));

const isMaven = /(?:^|\/)mvnw?$/;
/** Grails, Leiningen and Clojure's own tools take libraries from there, too (their manuals). */
const readsMaven = /(?:^|\/)mvnw?$|^(?:grails|lein|clj|clojure|boot)$/;
const isGradle = /(?:^|\/)gradlew?$/;
const mavenWords = (ran: Ran): readonly string[] => wordsOf(ran, mavenValued);

/** The image starts one of them. */
export const started = (names: string): RegExp => new RegExp(`(?:^|[\\s/'"])(?:${names})(?:[\\s'"]|$)`);

export const builderCaches: readonly ToolCache[] = [
  {
    tool: "maven",
    what: "the Maven repository",
    ids: ["maven-repository"],
    verbs: [],
    reads: buildsWith(readsMaven),
    onlyFills: (ran) => mavenWords(ran).length > 0 && fetchesOnly(isMaven, mavenWords, mavenFetches)(ran),
    fetchesForOthers: (ran) => mavenWords(ran).some((word) => /(?:^|:)(?:go-offline|resolve|resolve-plugins)$/.test(word)),
    inPlace: true,
    keepsWork: (ran) => mavenWords(ran).some((word) => /^(?:install|(?:[\w.:-]*:)?install-file)$/.test(word)),
    // dependency:build-classpath writes the paths of the libraries into a file.
    runsFrom: (all) => all.some((ran) => mavenWords(ran).some((word) => /(?:^|:)build-classpath$/.test(word))),
    startedBy: started("mvnw?|grails|lein|clj|clojure|boot"),
    clean: removeFolders,
  },
  {
    tool: "gradle",
    what: "the Gradle cache",
    ids: ["gradle-caches"],
    verbs: [],
    reads: buildsWith(isGradle),
    onlyFills: fetchesOnly(isGradle, (ran) => wordsOf(ran, gradleValued), gradleFetches),
    inPlace: true,
    // Its tasks for Minecraft's mods leave what is started in the cache (ForgeGradle's manual).
    // So does what a task prints about jars or the class path.
    runsFrom: (all) =>
      all.some((ran) =>
        wordsOf(ran, gradleValued).some((word) => /^setup(?:Decomp|Dev|CI)Workspace$|^\w+(?:ClassPath|Classpath|Jars)/.test(word)),
      ),
    startedBy: started("gradlew?|grails"),
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
    onlyFills: ({ name, args }) =>
      name === "sbt" && (endsWithClean(args.map((a) => a.text)) || !args.some((a) => !a.text.startsWith("-") && sbtPacks.test(a.text))),
    inPlace: true,
    keepsWork: (ran) => ran.args.some((a) => /\bpublish(?:Local|M2)$/.test(a.text)),
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
    // Before .NET Core 3.0 the output of a build names its libraries in the cache; only `publish` copies them (its release notes).
    runsFrom: (all) => does(all, /^(?:build|msbuild|test|run)$/) && !does(all, /^(?:publish|pack)$/),
    startedBy: started("dotnet (?:run|watch|test|build|ef)"),
    clean: () => "dotnet nuget locals all --clear",
  },
];

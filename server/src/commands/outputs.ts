import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { dirname } from "../image/paths.ts";
import { type Built, builtAt, builtIn, builtInModules } from "../sizes/installed/built.ts";
import type { Project } from "../sizes/installed/project.ts";
import { filled, setting } from "./cache.ts";
import { type Call, options, pathOf } from "./call.ts";
import { runsProjectScript } from "./development.ts";
import { goOutputs } from "./go.ts";
import { keepsModules } from "./node-modules.ts";

/** What the scripts of a package.json usually fill: vite, webpack, tsc, rollup (dist), react-scripts (build), next, nuxt, svelte. */
const webOutputs = "dist build out lib .next .nuxt .output .svelte-kit";
const installs = /^(?:i|install|add|ci|clean-install|install-clean|update|up|upgrade)$/;

/**
 * The folders that a builder fills, in the project's folder and those of its modules: what the build context brought there is not what lies
 * there when it is done.
 */
export function renewedBy(call: Call): Effect[] {
  const { args } = call;
  if (args.length > 0 && args.every((a) => /^--?(?:v|V|version|help)$/.test(a.text))) return [];
  const given = (...names: string[]): string | undefined =>
    options(args, names.map((n) => n.replace(/^-(?!-)/, "")).join(" ")).value(...names);
  const renew = (folder: string, names: string, about = false): Effect[] =>
    names.split(" ").map((name): Effect => ({ do: "renew", path: pathOf(call, `${folder}/${name}`), ...(about && { about }) }));
  switch (toolOf(call.name)) {
    case "mvn":
    case "mvnw":
      return renew((given("-f", "--file") ?? ".").replace(/\/?[^/]*\.xml$/, "") || ".", "target */target */*/target");
    case "gradle":
    case "gradlew":
      return renew(given("-p", "--project-dir") ?? ".", "build */build */*/build");
    case "sbt":
      return renew(".", "target */target project/target");
    case "cargo":
      return renew(given("--target-dir") ?? setting(call, "CARGO_TARGET_DIR") ?? "target", ".");
    case "dotnet":
      return [...renew(".", "bin obj */bin */obj"), ...renew(given("-o", "--output") ?? "out", ".")];
    default:
  }
  const runsScript = runsProjectScript(call);
  const isInstaller = /^(?:npm|yarn|pnpm|bun)$/.test(call.name);
  const isInstall = isInstaller && installs.test(args.find((a) => !a.text.startsWith("-"))?.text ?? "install");
  if (!runsScript && (!isInstall || args.some((a) => a.text === "-g" || a.text === "--global"))) return [];
  const folder = given("--prefix", "--cwd", "-C", "--dir") ?? ".";
  return runsScript ? renew(folder, webOutputs) : renew(folder, "node_modules", keepsModules(call, pathOf(call, folder)));
}

/** What a builder makes in the folder of the project: under names that are not known, and those that a build on this machine has made. */
export function builtBy(call: Call): Effect[] {
  return [...unnamed(call), ...likeHere(call)];
}

function unnamed(call: Call): Effect[] {
  if (compilesWithCargo(call)) {
    const folder = pathOf(call, cargoFolder(call));
    return [filled(folder, `${builtId}${folder}`, "artifact", "what cargo makes")];
  }
  if (!makesPackage(call)) return [];
  const folder = pathOf(call, toolOf(call.name).startsWith("mvn") ? "target" : "build/libs");
  return [filled(folder, `${builtId}${folder}`, "artifact", `what ${call.name} makes`)];
}

function cargoFolder({ args }: Call): string {
  const isRelease = args.some((a) => a.text === "--release" || a.text === "-r" || a.text === "--profile=release");
  const target = options(args, "--target").value("--target");
  return ["target", ...(target === undefined ? [] : [target]), isRelease ? "release" : "debug"].join("/");
}

const isJar = (name: string): boolean => /\.(?:jar|war|ear)$/.test(name);
/** Caches and logs are not what is built. */
const besideWebOutput = new Set(["cache", "dev", "trace"]);

/** Where the project lies in the build context, with what is built there. */
function likeHere(call: Call): Effect[] {
  const tool = toolOf(call.name);
  const like = (manifest: string, built: (project: Project) => readonly Built[]): Effect[] => {
    const project = call.projectAt?.(pathOf(call, manifest));
    return (project ? built(project) : []).map(({ path, node }) => ({
      do: "make",
      path: pathOf(call, path),
      like: node,
      source: `this machine's ${dirname(`/${path}`).slice(1)}`,
    }));
  };
  // A program's name has no ending, and the rest of what cargo leaves has one.
  if (compilesWithCargo(call))
    return like("Cargo.toml", (p) => builtIn(p, cargoFolder(call), (name, { kind }) => kind === "file" && !name.includes(".")));
  if (call.name === "go") {
    const inside = goOutputs(call).flatMap((path) => (path.startsWith(`${call.cwd}/`) ? path.slice(call.cwd.length + 1) : []));
    return like("go.mod", (p) => inside.flatMap((path) => builtAt(p, path)));
  }
  if (makesPackage(call) && tool.startsWith("mvn"))
    return like("pom.xml", (p) => builtInModules(p, (name) => name === "pom.xml", "target", isJar));
  if (makesPackage(call))
    return ["build.gradle", "build.gradle.kts"].flatMap((manifest) =>
      like(manifest, (p) => builtInModules(p, (name) => /^build\.gradle(?:\.kts)?$/.test(name), "build/libs", isJar)),
    );
  if (!buildsPages(call)) return [];
  // A folder of the image that is called so may be anything's.
  const isFree = (name: string): boolean => !/^(?:build|lib)$/.test(name) || find(call.state.root, pathOf(call, name)) === undefined;
  return like("package.json", (p) =>
    webOutputs
      .split(" ")
      .filter(isFree)
      .flatMap((folder) => builtIn(p, folder, (name) => !besideWebOutput.has(name))),
  );
}

/** `npm run build`, `yarn build:prod`, `npx vite build`, `tsc`. */
const buildsPages = (call: Call): boolean =>
  runsProjectScript(call) &&
  (/^tsc|webpack|rollup$/.test(call.name) || call.args.some((a) => /^(?:build|generate|export)(?:[:-]\S+)?$|^tsc$|^webpack$/.test(a.text)));

/** `./mvnw` is mvnw. */
const toolOf = (name: string): string => name.replace(/^.*\//, "");

export const builtId = "built:";

/** Maven or Gradle, told to make a jar. */
export const makesPackage = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  /^(?:mvnw?|gradlew?)$/.test(toolOf(name)) &&
  args.some((a) => /^(?:.*:)?(?:package|install|verify|build|assemble|jar|bootJar|shadowJar|fatJar)$/.test(a.text));

export const compilesWithCargo = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  toolOf(name) === "cargo" && args.find((a) => !/^[-+]/.test(a.text))?.text === "build";

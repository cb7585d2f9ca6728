import type { Effect } from "../image/effects.ts";
import type { Ran } from "../image/model.ts";
import { filled, setting } from "./cache.ts";
import { type Call, options, pathOf } from "./call.ts";
import { runsProjectScript } from "./development.ts";

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
  const renew = (folder: string, names: string): Effect[] =>
    names.split(" ").map((name): Effect => ({ do: "renew", path: pathOf(call, `${folder}/${name}`) }));
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
  if (!runsScript && !isInstall) return [];
  return renew(given("--prefix", "--cwd", "-C", "--dir") ?? ".", runsScript ? webOutputs : "node_modules");
}

/** What Maven or Gradle makes, under names that are not known, in the folder of the project. */
export function builtBy(call: Call): Effect[] {
  if (compilesWithCargo(call)) {
    const profile = call.args.some((a) => a.text === "--release" || a.text === "-r" || a.text === "--profile=release")
      ? "release"
      : "debug";
    const target = options(call.args, "--target").value("--target");
    const folder = pathOf(call, ["target", ...(target === undefined ? [] : [target]), profile].join("/"));
    return [filled(folder, `${builtId}${folder}`, "artifact", "what cargo makes")];
  }
  if (!packages(call)) return [];
  const folder = pathOf(call, toolOf(call.name).startsWith("mvn") ? "target" : "build/libs");
  return [filled(folder, `${builtId}${folder}`, "artifact", `what ${call.name} makes`)];
}

/** `./mvnw` is mvnw. */
const toolOf = (name: string): string => name.replace(/^.*\//, "");

export const builtId = "built:";

/** Maven or Gradle, told to make a jar. */
export const packages = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  /^(?:mvnw?|gradlew?)$/.test(toolOf(name)) &&
  args.some((a) => /^(?:.*:)?(?:package|install|verify|build|assemble|jar|bootJar|shadowJar|fatJar)$/.test(a.text));

export const compilesWithCargo = ({ name, args }: Pick<Ran, "name" | "args">): boolean =>
  toolOf(name) === "cargo" && args.find((a) => !/^[-+]/.test(a.text))?.text === "build";

import type { Effect } from "../image/effects.ts";
import { setting } from "./cache.ts";
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
  switch (call.name) {
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
  const folder = given("--prefix", "--cwd", "-C", "--dir") ?? ".";
  if (runsProjectScript(call)) return renew(folder, webOutputs);
  const isInstaller = /^(?:npm|yarn|pnpm|bun)$/.test(call.name);
  const verb = args.find((a) => !a.text.startsWith("-"))?.text ?? "install";
  return isInstaller && installs.test(verb) ? renew(folder, "node_modules") : [];
}

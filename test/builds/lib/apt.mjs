// The Debian mirrors of this machine, and an apt of our own beside the host's: verified downloads of another release, nothing installed.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "./tools.mjs";

export const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** { main, security }: what apt uses here where that is Debian's archive, else Debian's own address. */
export function aptMirrors() {
  const uris = tool("apt-get", ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)", "Created-By: Packages"]).trim().split("\n");
  const of = (label) =>
    uris
      .find((line) => line.endsWith(` Debian ${label}`))
      ?.split(" ")[0]
      .replace(/\/$/, "");
  return {
    main: of("Debian") ?? "http://deb.debian.org/debian",
    security: of("Debian-Security") ?? "http://deb.debian.org/debian-security",
  };
}

/** A mirror may serve a fixed snapshot, whose Release files are out of date: the host's own apt knows, and says so in its settings. */
export function dateChecks() {
  return tool("apt-config", ["dump", "--format", "%f=%v%n", "Acquire"])
    .split("\n")
    .filter((line) => /^Acquire::Check-(Valid-Until|Date)=/.test(line));
}

/** Downloads packages of `source` ("URI SUITE COMPONENT"), signatures checked, into folder/debs; the paths of the files. */
export function privateApt(folder, source, packages) {
  const at = (...parts) => join(folder, ...parts);
  for (const name of ["apt/lists/partial", "apt/archives/partial", "debs"]) mkdirSync(at(name), { recursive: true });
  writeFileSync(at("apt/sources.list"), `deb [signed-by=${keyring}] ${source}\n`);
  const settings = {
    "Dir::Etc::sourcelist": at("apt/sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": at("apt/lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": at("apt"),
    "APT::Sandbox::User": "root",
    "APT::Architecture": "amd64",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  tool("apt-get", [...options, "update"]);
  tool("apt-get", [...options, "download", ...packages], { cwd: at("debs") });
  tool("rm", ["-rf", at("apt")]);
  return readdirSync(at("debs")).map((name) => at("debs", name));
}

/** The date of a release on a mirror; undefined where the mirror does not answer or has no such release. */
export function releaseDate(mirror, suite) {
  try {
    return tool("curl", ["-sfL", "--max-time", "20", `${mirror}/dists/${suite}/InRelease`]).match(/^Date: (.*)$/m)?.[1];
  } catch {
    return undefined;
  }
}

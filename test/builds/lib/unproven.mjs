// What no build here can prove, said before anything is built: commands that need more than Debian's packages, and rules with nothing to build.

import { baseNames } from "./bases.mjs";

/** Programs that fetch from elsewhere than a mirror of Debian, or are none of Debian's. A build with them fails, some after minutes. */
const elsewhere = [
  ...["curl", "wget", "aria2c", "git\\b[^;&|]*\\b(?:clone|submodule|fetch|pull|ls-remote)", "svn", "hg", "rsync", "scp"],
  ...[
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "corepack",
    "bun",
    "bower",
    "pip[\\d.]*",
    "python[\\d.]* -m pip",
    "pipenv",
    "pipx",
    "poetry",
    "pdm",
    "uv",
  ],
  ...[
    "conda",
    "mamba",
    "micromamba",
    "gem",
    "bundle",
    "bundler",
    "composer",
    "go",
    "cargo",
    "rustup",
    "mvn",
    "gradle",
    "sbt",
    "dotnet",
    "nuget",
  ],
  ...["./mvnw", "./gradlew", "apk", "dnf", "microdnf", "yum", "tdnf", "zypper", "pacman", "add-apt-repository", "snap", "brew"],
];
const command = new RegExp(
  `(?:^|[;&|({\\n]|\\b(?:RUN|then|do|else|exec|env|sudo|!))\\s*(?:--\\S+\\s+|\\w+=\\S*\\s+|sudo\\s+)*(?:${elsewhere.join("|")})(?=[\\s;&|]|$)`,
  "im",
);
const remote = /^[ \t]*ADD[ \t][^\n]*\b(?:https?|git|ssh):\/\//im;
/** A Dockerfile's own word for it that all is here: what its tools ask for comes with Debian's packages, the build context or the same RUN. */
const local = /^#[ \t]*No network\b/m;

/** Whether a Dockerfile can be built here only with a network beyond Debian's mirror. */
function needsMore(dockerfile) {
  const text = dockerfile.replace(/^[ \t]*#.*\n/gm, "").replace(/\\[ \t]*\r?\n/g, " ");
  return !local.test(dockerfile) && (command.test(text) || remote.test(text));
}

/** Whether it needs no other network, and all images it names are bases of ours, its own stages or scratch. */
export function canBuild(dockerfile) {
  const from = [...dockerfile.matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?/gim)];
  const stages = new Set(from.map(([, , name]) => name?.toLowerCase()));
  const others = [...dockerfile.matchAll(/(?:--from=|,from=)([^\s,]+)/g)].filter(([, name]) => !/^\d+$/.test(name));
  const known = (name) => name === "scratch" || stages.has(name.toLowerCase()) || baseNames.includes(name);
  return (
    !needsMore(dockerfile) && from.length > 0 && [...from, ...others].every(([, name]) => known(name) || /^debian:\$\{?SUITE/.test(name))
  );
}

const otherBase = "the bases it is about are not Debian's; they cannot be made here";
const registry = (tool) => `${tool} fetches from its own registry, which a build here does not reach`;

/** Rules without a proof, each with the reason. A rule that is in neither list fails the run. */
export const notBuilt = {
  "apk-cache-kept": otherBase,
  "base-older": "the images that get smaller from line to line cannot be made here: no stand-in does",
  "base-untagged":
    "the tag it adds is the one that the name stands for already: the same image, by definition; and no stand-in is without a tag",
  "bun-cache-kept": registry("bun"),
  "composer-cache-kept": registry("composer"),
  "conda-cache-kept": registry("conda"),
  "context-big-file": "has no edit of the Dockerfile to build: which files are left out is the user's choice",
  "dnf-cache-kept": otherBase,
  "gradle-cache-kept": registry("Gradle"),
  "microdnf-cache-kept": otherBase,
  "nuget-cache-kept": registry("NuGet"),
  "over-budget": "has no fix of its own",
  "pacman-cache-kept": otherBase,
  "pdm-cache-kept": registry("pdm"),
  "pipenv-cache-kept": registry("pipenv"),
  "pnpm-cache-kept": registry("pnpm"),
  "poetry-cache-kept": registry("poetry"),
  "sbt-cache-kept": registry("sbt"),
  "tdnf-cache-kept": otherBase,
  "uv-cache-kept": registry("uv"),
  "yum-cache-kept": otherBase,
  "zypper-cache-kept": otherBase,
};

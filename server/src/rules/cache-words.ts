import type { Tool } from "../commands/cache.ts";
import type { Example } from "./rule.ts";

interface Words {
  /** What lies there, and who needs it again. */
  readonly why: string;
  readonly example: Example;
}

const dnf = (tool: string, base: string): Words => ({
  why: `\`${tool}\` keeps what it downloads about the repositories below \`/var/cache\`: tens of megabytes that the next ${tool} would fetch anew anyway. \`${tool} clean all\` removes them.`,
  example: {
    before: `FROM ${base}\nRUN ${tool} install -y gcc\n`,
    after: `FROM ${base}\nRUN ${tool} install -y gcc && ${tool} clean all\n`,
  },
});

/** A tool and its cleaner. */
const one = (base: string, command: string, cleaner: string): Example => ({
  before: `FROM ${base}\nRUN ${command}\n`,
  after: `FROM ${base}\nRUN ${command} && ${cleaner}\n`,
});

/** What the documentation says of each tool of the table. */
export const cacheWords: Readonly<Record<Tool, Words>> = {
  apk: {
    why: "`apk add` downloads the index of all packages and keeps it in `/var/cache/apk`. With `--no-cache` it takes a fresh index for this one command and stores nothing; `apk update` is then of no use.",
    example: {
      before: "FROM alpine:3.22\nRUN apk update && apk add curl\n",
      after: "FROM alpine:3.22\nRUN apk add --no-cache curl\n",
    },
  },
  dnf: dnf("dnf", "rockylinux:9"),
  microdnf: dnf("microdnf", "registry.access.redhat.com/ubi9/ubi-minimal"),
  yum: dnf("yum", "centos:7"),
  tdnf: dnf("tdnf", "mcr.microsoft.com/azurelinux/base/core:3.0"),
  apt: {
    why: "Debian's and Ubuntu's images tell apt to keep no packages and no index of its own, by `/etc/apt/apt.conf.d/docker-clean`. Where that file is removed, for the sake of a cache mount, each install without the mount keeps both.",
    example: {
      before:
        "FROM debian:bookworm-slim\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN apt-get update && apt-get install -y --no-install-recommends tree && rm -rf /var/lib/apt/lists/*\n",
      after:
        "FROM debian:bookworm-slim\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN apt-get update && apt-get install -y --no-install-recommends tree && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  zypper: {
    why: "zypper keeps the metadata of all repositories below `/var/cache/zypp`: the next zypper fetches what has changed anyway. `zypper clean --all` removes it.",
    example: one("opensuse/leap:15.6", "zypper install -y gcc", "zypper clean --all"),
  },
  pacman: {
    why: "pacman keeps each package that it downloads, packed, in `/var/cache/pacman/pkg`: for a downgrade, which nobody does in an image. `pacman -Scc --noconfirm` answers its own question with no, so the folder is emptied by hand.",
    example: one("archlinux:base", "pacman -Syu --noconfirm git", "rm -rf /var/cache/pacman/pkg/*"),
  },
  uv: {
    why: "uv keeps index pages, sources and the wheels that it builds in `~/.cache/uv`. The unpacked wheels there are hard links of what it installs and weigh nothing in the same layer, unless `UV_LINK_MODE=copy` makes them copies. `--no-cache` keeps all of it out.",
    example: {
      before: "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nRUN uv pip install --system flask\n",
      after: "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nRUN uv pip install --no-cache --system flask\n",
    },
  },
  poetry: {
    why: "Poetry keeps each archive that it downloads in `~/.cache/pypoetry`, beside the environments that it makes there. The folders `cache` and `artifacts` are of no use in an image; `virtualenvs` is the program.",
    example: one(
      "python:3.14-slim",
      "pip install --no-cache-dir poetry && poetry install --only main",
      "rm -rf /root/.cache/pypoetry/cache /root/.cache/pypoetry/artifacts",
    ),
  },
  pipenv: {
    why: "Pipenv has pip keep what it downloads and builds in `~/.cache/pipenv`, for the next install on the same machine. In an image there is no next one.",
    example: one("python:3.14-slim", "pip install --no-cache-dir pipenv && pipenv install --system --deploy", "rm -rf /root/.cache/pipenv"),
  },
  pdm: {
    why: "PDM keeps what it downloads and what it finds out about packages in `~/.cache/pdm`, for the next install on the same machine. In an image there is no next one.",
    example: one("python:3.14-slim", "pip install --no-cache-dir pdm && pdm sync --prod", "rm -rf /root/.cache/pdm"),
  },
  conda: {
    why: "conda keeps each package twice in `pkgs/`: as the archive that it downloaded, and unpacked. The unpacked files are hard links of what is installed; the archives are as much again. `conda clean -afy` removes both.",
    example: one("continuumio/miniconda3", "conda install -y numpy", "conda clean -afy"),
  },
  yarn: {
    why: "Yarn 1 keeps each package that it downloads a second time in its cache, as root in `/usr/local/share/.cache`. In an image nobody installs again. `yarn cache clean` empties it. Later versions may run the program from their cache: of those this rule speaks only where `.yarnrc.yml` has them make `node_modules`.",
    example: one("node:24-slim\nCOPY package.json yarn.lock ./", "yarn install --frozen-lockfile", "yarn cache clean"),
  },
  pnpm: {
    why: "pnpm keeps what it asks the registry in `~/.cache/pnpm`: up to version 10 what there is of pnpm itself, from 11 on a file or two for every package, also where a lock file names them. In an image nobody asks again. Its store and `node_modules` are hard links of each other: in one layer they are stored once, and removing the store frees nothing. Where files are copied both are stored.",
    example: one(
      "node:24-slim\nRUN npm install -g pnpm@10 && npm cache clean --force\nCOPY package.json pnpm-lock.yaml .",
      "pnpm install --frozen-lockfile",
      "rm -rf /root/.cache/pnpm",
    ),
  },
  bun: {
    why: "bun links what it installs from its cache: in one layer both are stored once, and removing the cache frees nothing. With `--backend=copyfile` they are two copies.",
    example: one("oven/bun:1", "bun install --backend=copyfile", "rm -rf ~/.bun/install/cache"),
  },
  gem: {
    why: "`gem install` keeps the archive of each gem beside what it unpacked, in the folder `cache`. Only `gem pristine` would look at it again.",
    example: one("ruby:3.4-slim", "gem install puma", "rm -rf /usr/local/bundle/cache"),
  },
  bundler: {
    why: "Bundler keeps the archive of each gem beside what it unpacked, in the folder `cache`. The program runs without.",
    example: one("ruby:3.4-slim\nCOPY Gemfile Gemfile.lock ./", "bundle install", "rm -rf /usr/local/bundle/cache"),
  },
  composer: {
    why: "Composer keeps each archive that it downloads in its cache, for the next install on the same machine. In an image there is no next one. `composer clear-cache` empties it.",
    example: one("php:8.4-cli\nCOPY composer.json composer.lock ./", "composer install --no-dev", "composer clear-cache"),
  },
  go: {
    why: "Go keeps the sources of all modules in `GOPATH/pkg/mod`, and each package that it compiled in `~/.cache/go-build`. The program that was built needs neither. A stage of its own for the build leaves both behind; in one stage `go clean` removes them, or a cache mount keeps them out.",
    example: one("golang:1.25", "go install golang.org/x/tools/cmd/stringer@v0.38.0", "go clean -cache -modcache"),
  },
  cargo: {
    why: "Cargo keeps the archives and the sources of all crates in `CARGO_HOME/registry`, and what comes from repositories in `CARGO_HOME/git`. The program that was built needs none of it. A stage of its own for the build leaves it behind.",
    example: one("rust:1.91", "cargo install ripgrep", "rm -rf /usr/local/cargo/registry"),
  },
  ccache: {
    why: "ccache keeps all that the compiler makes in `~/.cache/ccache` (before version 4 in `~/.ccache`), for the same source once more. In an image nothing is compiled again. A cache mount makes it useful for the next build.",
    example: {
      before:
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ccache gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nWORKDIR /src\nCOPY main.c util.c ./\nRUN ccache gcc -c main.c && ccache gcc -c util.c && gcc -o /usr/local/bin/tool main.o util.o\n",
      after:
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ccache gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nWORKDIR /src\nCOPY main.c util.c ./\nRUN ccache gcc -c main.c && ccache gcc -c util.c && rm -rf /root/.cache/ccache && gcc -o /usr/local/bin/tool main.o util.o\n",
    },
  },
  maven: {
    why: "Maven keeps each plugin and library that it downloads in `~/.m2/repository`. What it packed has a copy of what it needs. A stage of its own for the build leaves the rest behind.",
    example: one("maven:3.9-eclipse-temurin-21", "mvn -B package", "rm -rf /root/.m2/repository"),
  },
  gradle: {
    why: "Gradle keeps what it downloads and what it made of it in `~/.gradle/caches`. The program that was built needs none of it. A stage of its own for the build leaves it behind.",
    example: one("gradle:9-jdk21", "gradle installDist", "rm -rf /root/.gradle/caches"),
  },
  sbt: {
    why: "sbt downloads itself, its plugins and all libraries to `~/.sbt`, `~/.ivy2` and coursier's cache. What it packed needs none of it. A stage of its own for the build leaves it behind.",
    example: one("sbtscala/scala-sbt:eclipse-temurin-21.0.8_9_1.11.7_3.7.3", "sbt assembly", "rm -rf ~/.sbt ~/.ivy2 ~/.cache/coursier"),
  },
  nuget: {
    why: "NuGet unpacks each package to `~/.nuget/packages` and keeps what it downloaded beside. What was published has a copy of what it needs. A stage of its own for the build leaves the rest behind.",
    example: one("mcr.microsoft.com/dotnet/sdk:9.0", "dotnet publish -c Release -o /app", "dotnet nuget locals all --clear"),
  },
  npm: {
    why: "npm stores each package that it downloads a second time, packed, in `~/.npm/_cacache`: for the next install on the same machine. In an image there is no next one. `npm cache clean --force` empties it.",
    example: {
      before: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
      after: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci && npm cache clean --force\n",
    },
  },
  pip: {
    why: "pip keeps each wheel that it downloads or builds in `~/.cache/pip`, for the next install on the same machine. In an image there is no next one. `--no-cache-dir` stores none.",
    example: {
      before: "FROM python:3.14-slim\nRUN pip install flask\n",
      after: "FROM python:3.14-slim\nRUN pip install --no-cache-dir flask\n",
    },
  },
};

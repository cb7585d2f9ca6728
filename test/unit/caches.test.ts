import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

/** What the fixes for a kept cache are called. */
function fixes(lines: string[], rule: string): string[] {
  const world = { ...worldOf({ "x.c": 100 }), settings: { minSaving: 0 } };
  const { findings } = analyze(`${lines.join("\n")}\n`, world);
  return findings.filter((f) => f.rule.id === rule).flatMap((f) => f.fixes.map((fix) => fix.title.replace(/ \(saves.*/, "")));
}

const found = (lines: string[], rule: string): boolean => fixes(lines, rule).length > 0;

describe("a cache in a folder that holds more", () => {
  const compiled = "RUN cd /src && ccache gcc -c x.c -o x.o";
  const cases: [says: string, lines: string[]][] = [
    ["the root", ["ENV CCACHE_DIR=/", "COPY . /src", compiled]],
    ["the sources", ["ENV CCACHE_DIR=/src", "COPY . /src", compiled]],
    ["a folder of every image", ["ENV CCACHE_DIR=/tmp", "COPY . /src", compiled]],
    [
      "the folder that the commands stand in",
      ["ENV CCACHE_DIR=/work", "WORKDIR /work/a", "COPY . /src", "RUN ccache gcc -c /src/x.c -o /x.o"],
    ],
  ];
  for (const [says, lines] of cases)
    it(`is not removed, and nothing is mounted there: ${says}`, () =>
      assert.deepEqual(fixes(["FROM debian:bookworm", ...lines], "ccache-cache-kept"), []));

  it("is removed by name where the tool's own removal does nothing", () => {
    const clean = "pacman -Scc --noconfirm";
    for (const run of [clean, `yes | ${clean}`]) {
      const text = `FROM archlinux:base\nRUN pacman -Syu --noconfirm git && ${run}\n`;
      const [found] = analyze(text, { settings: { minSaving: 0 } }).findings.filter((f) => f.rule.id === "pacman-cache-kept");
      assert.match(found?.message ?? "", /pacman -Scc --noconfirm removes nothing with --noconfirm: .*\. Remove it by name\.$/);
      assert.ok(found && applyEdits(text, found.fixes[0]?.edits ?? []).endsWith(` ${run} && rm -rf /var/cache/pacman/pkg/*\n`));
    }
  });

  it("is removed where it is alone", () =>
    assert.deepEqual(fixes(["FROM debian:bookworm", "ENV CCACHE_DIR=/ccache", "COPY . /src", compiled], "ccache-cache-kept"), [
      "Remove the cache of ccache in this RUN",
      "Mount a cache for this RUN (needs BuildKit)",
    ]));
});

describe("pacman, told to clean its cache", () => {
  const kept = (clean: string): string | undefined =>
    analyze(`FROM archlinux:base\nRUN pacman -Syu --noconfirm git && ${clean}\n`).findings.find((f) => f.rule.id === "pacman-cache-kept")
      ?.message;
  it("does where it gets a yes", () => {
    for (const clean of ["yes | pacman -Scc", "echo y | pacman -Scc", "printf 'y\\ny\\n' | pacman -S -c -c", 'sh -c "yes | pacman -Scc"'])
      assert.equal(kept(clean), undefined, clean);
  });
  it("removes nothing without, nor what is installed where it is told of the rest", () => {
    assert.match(kept("pacman -Scc") ?? "", /\. pacman -Scc removes nothing without an answer\. /);
    assert.match(kept("echo n | pacman -Scc") ?? "", /removes nothing without an answer/);
    assert.match(kept("pacman -Sc --noconfirm") ?? "", /\. pacman -Sc --noconfirm removes nothing of what is installed\. /);
    assert.doesNotMatch(kept("pacman -Rsc git --noconfirm") ?? "removes", /removes/);
  });
});

describe("the links of ccache", () => {
  const count = (base: string, folder: string): number =>
    fixes([`FROM ${base}`, `ENV PATH=${folder}:$PATH`, "COPY . /src", "RUN make -C /src"], "ccache-cache-kept").length;
  it("lie in a folder more on Alpine", () => {
    assert.equal(count("alpine:3.22", "/usr/lib/ccache"), 0);
    assert.equal(count("alpine:3.22", "/usr/lib/ccache/bin"), 2);
    assert.equal(count("debian:bookworm", "/usr/lib/ccache"), 2);
    assert.equal(count("debian:bookworm", "/usr/lib/ccache/bin"), 0);
    assert.equal(count("example/dev:1", "/usr/lib/ccache"), 2);
  });
});

describe("a cache of which only the base says where it lies", () => {
  const titles = (base: string) => fixes([`FROM ${base}`, "RUN dnf install -y gcc"], "dnf-cache-kept");
  it("is removed by its tool, and nothing is mounted", () =>
    assert.deepEqual(titles("quay.io/example/fedora:latest"), ["Remove the dnf cache in this RUN"]));
  it("is mounted where the base is known", () => assert.equal(titles("rockylinux:9").length, 2));
  it("nor is Go's, on what need not be built on the official image", () => {
    const ofGo = (base: string) =>
      fixes([`FROM ${base}`, "ENV GO_VERSION=1.22", "RUN go install example.com/a@v1"], "go-cache-kept").length;
    assert.equal(ofGo("example/dev:1"), 1);
    assert.equal(ofGo("registry.example.com/library/golang:1.22"), 2);
  });
});

describe("metadata that zypper takes unchecked", () => {
  const safetyOf = (...lines: string[]): string | undefined =>
    analyze(`FROM opensuse/leap:15.6\n${lines.join("\n")}\n`).findings.find((f) => f.rule.id === "zypper-cache-kept")?.fixes[0]?.safety;
  it("may not be had once more by a RUN that is not told to", () => {
    assert.equal(safetyOf("RUN zypper --no-gpg-checks -n update", "RUN zypper -n install gcc"), "review");
    assert.equal(safetyOf("RUN zypper --no-gpg-checks refresh", "RUN zypper -n install gcc"), "review");
  });
  it("is by one that is told, and where the key was kept", () => {
    assert.equal(safetyOf("RUN zypper --no-gpg-checks -n update", "RUN zypper --no-gpg-checks -n install gcc"), "safe");
    assert.equal(safetyOf("RUN zypper --gpg-auto-import-keys -n update", "RUN zypper -n install gcc"), "safe");
    assert.equal(safetyOf("RUN zypper -n update", "RUN zypper --no-gpg-checks -n install gcc"), "safe");
  });
});

describe("what two RUNs of a user without a number work from", () => {
  const adviceOn = (...between: string[]): string | undefined => {
    const build = (name: string): string => `RUN go build -o /srv/${name} ./cmd/${name}`;
    const lines = [
      "FROM golang:1.26",
      "USER ferry",
      "WORKDIR /src",
      "COPY . .",
      build("quay"),
      ...between,
      build("wharf"),
      'CMD ["/srv/quay"]',
    ];
    const { findings } = analyze(`${lines.join("\n")}\n`, { settings: { minSaving: 0 } });
    return findings.find((f) => f.rule.id === "go-cache-kept")?.message;
  };
  it("is removed at the end of one RUN for both", () =>
    assert.match(adviceOn("ENV A=1") ?? "", /works from it: one RUN for all, with a removal/));
  it("is removed at the end of each where another RUN stands between them", () =>
    assert.match(adviceOn("RUN touch /tmp/a") ?? "", /works from it: a removal at the end of each of these RUNs keeps/));
});

describe("a cache on Windows", () => {
  it("is kept out by a switch, and by nothing else", () => {
    const text =
      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN uv pip install flask && pip install flask\nRUN cargo install tool\n";
    const fixes = analyze(text, {}).findings.map((f) => [f.rule.id, ...f.fixes.map((x) => x.title.replace(/ \(saves.*/, ""))]);
    assert.deepEqual(fixes, [
      ["uv-cache-kept", "Add --no-cache"],
      ["pip-cache-kept", "Add --no-cache-dir"],
    ]);
  });
});

describe("a command that tells of a cache, or removes some of it", () => {
  const cases: [rule: string, base: string, fills: string, tells: readonly string[], removes: readonly string[]][] = [
    ["pip", "python:3.13", "pip install flask", ["pip cache list", "pip cache info", "pip cache remove flask"], ["pip cache purge"]],
    ["uv", "python:3.13", "uv pip install flask", ["uv cache dir", "uv cache clean flask"], ["uv cache clean"]],
    [
      "poetry",
      "python:3.13",
      "poetry install",
      ["poetry cache list", "poetry cache clear pypi:flask:3.1.0", "poetry cache clear --all ."],
      ["poetry cache clear --all . && rm -rf ~/.cache/pypoetry/artifacts"],
    ],
    ["pipenv", "python:3.13", "pipenv install", ["pipenv graph"], ["pipenv --clear"]],
    ["pdm", "python:3.13", "pdm install", ["pdm cache list", "pdm cache info"], ["pdm cache clear", "pdm cache clear http"]],
    ["npm", "node:24", "npm install -g a", ["npm cache ls", "npm cache verify"], ["npm cache clean --force"]],
    ["yarn", "node:24", "yarn global add a", ["yarn cache dir", "yarn cache list", "yarn cache clean a"], ["yarn cache clean"]],
    ["pnpm", "node:24", "pnpm add -g pnpm@11 a", ["pnpm store path", "pnpm store status"], ["pnpm store prune"]],
    ["bun", "oven/bun:1", "bun install --backend copyfile a", ["bun pm cache"], ["bun pm cache rm"]],
    ["composer", "composer:2", "composer require a/b", ["composer config cache-dir"], ["composer clear-cache"]],
    ["conda", "continuumio/miniconda3", "conda install a", ["conda info", "conda clean -a --dry-run"], ["conda clean -afy"]],
    ["go", "golang:1.26", "go install example.com/a@v1", ["go env GOCACHE", "go clean"], ["go clean -cache -modcache"]],
    [
      "nuget",
      "mcr.microsoft.com/dotnet/sdk:10.0",
      "dotnet publish -o /out",
      ["dotnet nuget locals all --list", "dotnet nuget locals -l all"],
      ["dotnet nuget locals all --clear", "dotnet nuget locals -c all"],
    ],
    ["dnf", "fedora:44", "dnf install -y a", ["dnf clean expire-cache", "dnf clean packages"], ["dnf clean all", "dnf clean dbcache"]],
    ["apk", "alpine:3.24", "apk add --update git", ["apk stats"], ["apk cache clean"]],
    ["pacman", "archlinux:base", "pacman -Syu --noconfirm git", ["pacman -Q"], ["yes | pacman -Scc"]],
    ["ccache", "debian:bookworm", "ccache gcc -c /x.c", ["ccache -s", "ccache --show-stats"], ["ccache -C"]],
  ];
  for (const [tool, base, fills, tells, removes] of cases)
    it(`leaves it there, and the one that removes all does not: ${tool}`, () => {
      const isKept = (command: string): boolean => found([`FROM ${base}`, `RUN ${fills} && ${command}`], `${tool}-cache-kept`);
      for (const command of ["true", ...tells]) assert.ok(isKept(command), command);
      for (const command of removes) assert.ok(!isKept(command), command);
    });
});

describe("poetry's cache", () => {
  const isKept = (...lines: string[]): boolean =>
    analyze(`FROM python:3.10-slim\n${lines.join("\n")}\n`, {}).findings.some((f) => f.rule.id === "poetry-cache-kept");

  it("stays where poetry downloads, and not where it has pip do so", () => {
    const install = "RUN poetry install";
    assert.ok(isKept("RUN pip install --no-cache-dir poetry==1.1.0", install));
    assert.ok(isKept("ENV POETRY_VERSION=1.8.3", install));
    assert.ok(isKept("RUN poetry config experimental.new-installer true", install));
    assert.ok(!isKept("RUN pip install --no-cache-dir 'poetry==1.0.10'", install));
    assert.ok(!isKept("ENV POETRY_VERSION=0.12.17", install));
    assert.ok(!isKept("ENV POETRY_EXPERIMENTAL_NEW_INSTALLER=0", install));
    assert.ok(!isKept("RUN poetry config experimental.new-installer false", install));
    assert.ok(!isKept("WORKDIR /src", "RUN poetry config --local experimental.new-installer false && poetry install"));
  });
});

describe("a cache of an install that finds nothing to install", () => {
  const ofYarn = (...lines: string[]) => found(["FROM node:24", ...lines, "RUN yarn install"], "yarn-cache-kept");

  it("is none", () => {
    assert.ok(!ofYarn("WORKDIR /app", "COPY . ."));
    assert.ok(!ofYarn("RUN curl -fsSL https://example.com/setup | bash", "WORKDIR /app", "COPY . ."), "a script of somebody's in between");
  });
  it("is one where the build context is a guess, unless another install finds its project there", () => {
    const { context, ...world } = worldOf({ Gemfile: 100 });
    const guessed = { ...world, ...(context && { context: { ...context, guess: { folder: "docker", because: "it has no app" } } }) };
    const ofYarnIn = (...more: string[]) =>
      analyze(["FROM ruby:3.4", "WORKDIR /app", "COPY . .", ...more, "RUN yarn install", ""].join("\n"), guessed).findings.some(
        (f) => f.rule.id === "yarn-cache-kept",
      );
    assert.ok(ofYarnIn());
    assert.ok(!ofYarnIn("RUN bundle install"));
  });
  it("is one where somebody may have made the project", () => {
    assert.ok(ofYarn("WORKDIR /app", "COPY . .", "RUN harbour new ."));
    assert.ok(ofYarn("RUN harbour new /app", "WORKDIR /app"), "told of its folder");
    assert.ok(
      found(["FROM node:24", "RUN git clone https://example.com/app.git /app", "WORKDIR /app", "RUN npm install"], "npm-cache-kept"),
    );
    assert.ok(ofYarn("WORKDIR /app", "COPY --from=example/app /app ."));
  });
  it("is one where the project lies in a folder above, is called otherwise here, or is mounted", () => {
    assert.ok(ofYarn("WORKDIR /app", "RUN echo '{}' > package.json", "WORKDIR /app/below"));
    assert.ok(ofYarn("WORKDIR /app", "COPY x.c package.json"));
    const mounted = "RUN --mount=type=bind,source=x.c,target=package.json yarn install";
    assert.ok(found(["FROM node:24", "WORKDIR /app", mounted], "yarn-cache-kept"));
  });
  it("is one where the base may hold the project, or the command names what it wants", () => {
    assert.ok(found(["FROM example/app", "WORKDIR /app", "RUN yarn install"], "yarn-cache-kept"));
    assert.ok(found(["FROM python:3.14", "COPY . .", "RUN pip install -r requirements.txt flask"], "pip-cache-kept"));
    assert.ok(found(["FROM php:8.4-cli", "COPY . .", "RUN composer global require harbour/pilot"], "composer-cache-kept"));
    assert.ok(found(["FROM node:24", "COPY . .", "RUN npm i lighthouse"], "npm-cache-kept"));
  });
});

describe("a build tool that is told to clean", () => {
  const ofProject = (command: string, rule: string): boolean =>
    found(
      [
        "FROM eclipse-temurin:21-jdk",
        "WORKDIR /ferry",
        "RUN git clone https://example.com/ferry.git /ferry",
        `RUN ${command}`,
        'CMD ["java", "-jar", "/ferry.jar"]',
      ],
      rule,
    );
  it("takes what it built, and nothing that it fetched", () => {
    assert.ok(ofProject("./mvnw clean package", "maven-cache-kept"));
    assert.ok(ofProject("./gradlew clean bootJar", "gradle-cache-kept"));
    assert.ok(ofProject("/opt/maven/bin/mvn -B clean install -DskipTests", "maven-cache-kept"));
  });
  it("is no script that may tidy up", () => assert.ok(!ofProject("mvn package && ./tasks.sh clean", "maven-cache-kept")));
});

describe("Go's cache, of a Go that nobody knows", () => {
  it("is there where it takes the version of a package", () => {
    assert.ok(found(["FROM example/tools", "RUN go install example.com/ferry/cmd/ferry@latest"], "go-cache-kept"));
    assert.ok(found(["FROM example/tools", "RUN go get example.com/ferry/cmd/ferry@v1.2", 'CMD ["ferry"]'], "go-cache-kept"));
    assert.ok(!found(["FROM example/tools", "RUN go get example.com/ferry/cmd/ferry", 'CMD ["ferry"]'], "go-cache-kept"));
  });
  it("is removed too late where another RUN does it", () => {
    const lines = ["ARG base", "FROM $base", "USER porter", "ENV GOPATH=$HOME/packages", "RUN go install example.com/ferry@v2"];
    assert.ok(found([...lines, "RUN sudo rm -rf $GOPATH/pkg $HOME/.cache/go-build"], "removed-later"));
    const text = [...lines, "RUN sudo rm -rf $GOPATH/pkg $HOME/.cache/go-build", ""].join("\n");
    const [edits] = analyze(text, {}).findings.flatMap((f) => (f.rule.id === "removed-later" ? [f.fixes[0]?.edits ?? []] : []));
    const fixed = applyEdits(text, edits ?? []);
    assert.match(fixed, /ferry@v2 && sudo rm -rf \$GOPATH\/pkg \$HOME\/\.cache\/go-build\n$/, "whose home that is the base says");
  });
});

describe("package lists that a pipe answered for", () => {
  const removed = (command: string): string[] => {
    const text = `FROM debian:bookworm\nRUN ${command}\n`;
    const { findings } = analyze(text, worldOf({}));
    const edits = findings.find((f) => f.rule.id === "apt-lists-kept")?.fixes[0]?.edits;
    return edits ? [applyEdits(text, edits).split("RUN ")[1]?.trim() ?? ""] : [];
  };
  it("go behind it", () => {
    assert.deepEqual(removed("apt-get update && yes | apt-get install curl"), [
      "apt-get update && yes | apt-get install curl && rm -rf /var/lib/apt/lists/*",
    ]);
  });
  it("stay where another command decides how it ends", () => {
    assert.deepEqual(removed("apt-get update && yes | apt-get install curl | tee /log"), []);
    assert.deepEqual(removed("apt-get update && ! yes | apt-get install curl"), []);
  });
});

describe("package lists that two RUNs fetch, of which one cannot be mended", () => {
  it("weigh what goes without both", () => {
    const lines = [
      "FROM debian:bookworm",
      "RUN apt-get update && apt-get install -y gcc",
      "RUN apt-get update && apt-get install -y jq | tee /log",
      "",
    ];
    const found = analyze(lines.join("\n"), worldOf({})).findings.find((f) => f.rule.id === "apt-lists-kept");
    assert.ok(found && found.fixes.length === 0 && (found.saving?.bytes ?? 0) > 10_000_000);
  });
});

import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const said = (rule: string, text: string): string | undefined => analyze(text, worldOf()).findings.find((f) => f.rule.id === rule)?.message;

describe("messages", () => {
  it("of shell-form say nothing of a shell that gives way", () => {
    assert.equal(said("shell-form", "FROM opensuse:leap\nCMD etcd\n"), undefined);
    assert.equal(said("shell-form", "FROM busybox\nCMD /bin/sh /deploy.sh\n"), undefined, "a shell is process 1 in either form");
    assert.match(said("shell-form", "FROM debian:trixie-slim\nCMD /bin/sh /deploy.sh\n") ?? "", /spares one of the two shells/);
  });

  it("of shell-form say what an init makes of the stop signal, and of a shell in a shell only that one can go", () => {
    const killed = /does not pass the stop signal on: docker stop ends the shell, and the program is killed at once\. Exec form/;
    assert.match(said("shell-form", 'FROM debian:trixie-slim\nENTRYPOINT ["tini", "--"]\nCMD serve --port 80\n') ?? "", killed);
    assert.match(said("shell-form", "FROM condaforge/miniforge3:latest\nCMD serve --port 80\n") ?? "", killed);
    for (const flag of ["tini", "-g"])
      assert.equal(said("shell-form", `FROM x\nENTRYPOINT ["tini", "${flag}"]\nCMD serve\n`) === undefined, flag === "-g");
    assert.match(
      said("shell-form", "FROM debian:trixie-slim\nCMD bash $SCRIPT\n") ?? "",
      /-c\. Begun with exec, it spares one of the two shells\.$/,
    );
    assert.equal(said("shell-form", "FROM debian:trixie-slim\nENTRYPOINT a && bash\n"), undefined, "nothing can be done");
  });

  it("of shell-form ask for no exec where the inner shell has it", () => {
    const ofInner = (text: string) => said("shell-form", `FROM debian:trixie-slim\nCMD bash -c '${text}'\n`) ?? "";
    assert.match(ofInner("exec serve --port 80"), /spares one of the two shells\.$/);
    assert.match(ofInner("serve --port 80"), /two shells\.$/, "bash gives way by itself");
    assert.match(ofInner("serve --port 80 > /log"), /let its last command begin with exec/);
  });

  it("of shell-form say of every ENTRYPOINT that arguments are ignored, unless exec form would not take them either", () => {
    for (const text of ["serve", "sh /serve.sh", "serve --home $HOME"])
      assert.match(said("shell-form", `FROM debian:trixie-slim\nENTRYPOINT ${text}\n`) ?? "", /ignores CMD and the arguments/, text);
    assert.doesNotMatch(said("shell-form", "FROM debian:trixie-slim\nENTRYPOINT sh -c 'serve'\n") ?? "", /ignores CMD/);
  });

  it("of changed-later know no amount where a later command stores the file in any case", () => {
    const text = "FROM debian:bookworm\nRUN curl -LO https://example.com/ctl\nRUN chmod +x ctl && mv ctl /usr/local/bin/\n";
    assert.match(said("changed-later", text) ?? "", /^Stores \/ctl a second time: an unknown amount\./);
  });

  it("of removed-later name the folder of dnf's cache only where the base tells which it is", () => {
    const text = (base: string) => `FROM ${base}\nRUN dnf install -y gcc\nRUN dnf clean all\n`;
    assert.match(said("removed-later", text("quay.io/example/fedora:latest")) ?? "", /^The dnf cache is stored by line 2/);
    assert.match(said("removed-later", text("fedora:40")) ?? "", /^\/var\/cache\/dnf is stored by line 2/);
    assert.match(said("removed-later", text("quay.io/example/fedora:42")) ?? "", /^\/var\/cache\/libdnf5 is stored by line 2/);
  });

  it("of extras-installed name the packages that bring others along", () => {
    const of = (packages: string) => said("extras-installed", `FROM fedora:44\nRUN dnf install -y ${packages}\n`);
    const brought = /^Weak dependencies of nodejs \(nodejs22-full-i18n\) and clang \(compiler-rt and libomp-devel\) come too/;
    assert.match(of("make nodejs gcc zlib-devel clang") ?? "", brought);
    assert.equal(of("make gcc zlib-devel openssl-devel libffi-devel bison flex"), undefined);
  });

  it("of source-before-install say that what else the RUN does with the source stays behind its copy", () => {
    const files = { "package.json": '{"dependencies":{"a":"1"}}', "tools/list.txt": "flask\n", "gulpfile.js": "task()\n" };
    const of = (run: string) => {
      const { findings } = analyze(`FROM example/node:1\nWORKDIR /app\nCOPY . .\nRUN ${run}\n`, worldOf(files));
      return findings.find((f) => f.rule.id === "source-before-install")?.message ?? "";
    };
    for (const run of ["pip install -r tools/list.txt && npm install", "npm install && gulp"])
      assert.match(of(run), /first, run npm install in a RUN of its own, then copy the rest and run what is left of line 4\.$/, run);
    assert.match(of("npm install -g npm && npm install && rm -rf /tmp/x"), /first, install, then copy the rest\.$/);
  });

  it("of removed-later name what is stored again before it is removed, and no list of sums alone", () => {
    const of = (...runs: string[]) => said("removed-later", `FROM debian:trixie-slim\n${runs.map((r) => `RUN ${r}\n`).join("")}`);
    const fetched = "curl -O https://example.com/tool && curl -o checksums.txt https://example.com/sums";
    assert.match(of(fetched, "chmod +x tool && ./tool && rm tool checksums.txt") ?? "", /^tool and checksums\.txt are stored by line 2/);
    assert.equal(of(fetched, "sha256sum -c checksums.txt && rm checksums.txt"), undefined);
  });

  it("of removed-later tell no other bytes that merging saves as those of what is removed", () => {
    const build = "apt-get update && mkdir -p /tmp/build && cd /tmp/build && git clone https://example.com/acme/tool.git";
    const use = "ls /tmp/build && rm -rf /var/lib/apt/lists/* && rm -rf /tmp/build";
    const { findings } = analyze(`FROM debian:trixie-slim\nRUN ${build}\nRUN ${use}\n`, worldOf());
    const found = findings.find((f) => f.rule.id === "removed-later");
    assert.match(found?.fixes[0]?.title ?? "", /^Merge this RUN with the one before \(saves ≥ 2\d(?:\.\d)? MB\)/);
    assert.match(found?.message ?? "", /^\/tmp\/build is stored by line 2: an unknown amount\./);
  });

  it("of apt-recommends-installed say that what a package file recommends goes, too", () => {
    for (const base of ["debian:bookworm-slim", "ubuntu:14.04"]) {
      const of = (more: string) => said("apt-recommends-installed", `FROM ${base}\nRUN apt-get update && apt-get install -y git${more}\n`);
      assert.match(of(" ./*.deb") ?? "", / leaves it out, and what \.\/\*\.deb may recommend; name what is needed/, base);
      assert.match(of("") ?? "", / leaves it out; name what is needed/, base);
    }
  });

  it("of apt-lists-kept say whether one RUN installs or several do", () => {
    const of = (...runs: string[]) => said("apt-lists-kept", `FROM debian:trixie-slim\n${runs.map((r) => `RUN ${r}\n`).join("")}`) ?? "";
    assert.match(of("apt-get update", "apt-get install -y jq"), /removing them in one RUN keeps/);
    assert.match(of("apt-get update && apt-get install -y git", "apt-get install -y jq"), /removing them in each RUN keeps/);
  });

  it("of apt-lists-kept name a line that installs from them on another platform", () => {
    const text =
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y jq\nARG TARGETARCH\nRUN if [ "$TARGETARCH" = arm64 ]; then apt-get install -y curl; fi\n';
    assert.match(
      said("apt-lists-kept", text) ?? "",
      /\. Line 4 installs from them, with other values or on another platform: update there, too/,
    );
  });

  it("of apt-lists-kept say where somebody installs from the lists, when a script fetches them", () => {
    const files = { "first.sh": "#!/bin/sh\napt-get update\napt-get install -y curl\n", "second.sh": "#!/bin/sh\napt-get install -y jq\n" };
    const text = "FROM debian:bookworm-slim\nCOPY *.sh /tmp/\nRUN /tmp/first.sh\nRUN /tmp/second.sh\n";
    const found = analyze(text, worldOf(files)).findings.find((f) => f.rule.id === "apt-lists-kept");
    assert.match(found?.message ?? "", /\. Line 4 installs from them: update there, too, and remove them in each RUN\.$/);
  });

  it("of apt-lists-kept give a lower bound where repositories were added, and no number for a list of others", () => {
    const update = "apt-get update && apt-get install -y --no-install-recommends jq";
    const of = (run: string, base = "debian:bullseye") => said("apt-lists-kept", `FROM ${base}\nRUN ${run} && ${update}\n`) ?? "";
    assert.match(of("true"), /layer: ≈ \d/);
    assert.match(of("sed -i s/deb.debian.org/mirror.example.com/ /etc/apt/sources.list"), /layer: ≈ \d/);
    assert.match(of("echo 'deb http://mirror.example.com/debian bullseye main' > /etc/apt/sources.list"), /layer: ≈ \d/);
    for (const more of [
      "echo 'deb-src http://deb.debian.org/debian bullseye main' >> /etc/apt/sources.list",
      "echo 'deb https://apt.example.com stable main' > /etc/apt/sources.list.d/example.list",
      "dpkg --add-architecture arm64",
    ])
      assert.match(of(more), /layer: ≥ \d/, more);
    assert.match(of("echo 'deb https://apt.example.com/ubuntu jammy main' > /etc/apt/sources.list", "ubuntu:22.04"), /an unknown amount/);
    const tool = `${update} && apt-get install -y --no-install-recommends software-properties-common && add-apt-repository -y ppa:ex/ample`;
    assert.match(of(tool, "ubuntu:22.04"), /layer: ≥ \d/);
  });

  it("of dev-dependencies-kept keep the groups that are left out already", () => {
    const files = { Gemfile: "gem 'json'\ngroup :development, :test do\n  gem 'pry'\nend\n", "pump.rb": "" };
    const of = (install: string, env = "A=1") => {
      const text = `FROM ruby:2.7-slim\nENV ${env}\nWORKDIR /pump\nCOPY . .\nRUN ${install}\nCMD ["ruby", "pump.rb"]\n`;
      const found = analyze(text, worldOf(files)).findings.find((f) => f.rule.id === "dev-dependencies-kept");
      return found && `${found.message} ${found.fixes[0]?.title}`;
    };
    assert.match(of("bundle install") ?? "", /\. ENV BUNDLE_WITHOUT=development:test leaves them out\. Set BUNDLE_WITHOUT=/);
    assert.match(of("bundle install", "BUNDLE_WITHOUT=jobs") ?? "", /\. ENV BUNDLE_WITHOUT=jobs:development:test leaves/);
    const flag = /\. --without test jobs development leaves them out\. Add development to --without/;
    for (const groups of ["--without test jobs", "--without=test:jobs", '--without "test jobs"', "-j 4 --without test jobs --retry 3"])
      assert.match(of(`bundle install ${groups}`) ?? "", flag, groups);
    for (const groups of ["--without test development", "--without=jobs:development", "--without $GROUPS"])
      assert.equal(of(`bundle install ${groups}`), undefined, groups);
  });

  it("of clone-history-kept say what to do, name whole paths, and what a build may miss", () => {
    const of = (...lines: string[]) => said("clone-history-kept", ["FROM example.com/base", ...lines, ""].join("\n")) ?? "";
    const clone = "git clone https://example.com/a.git";
    assert.match(of(`RUN cd /srv && ${clone}`), /^\/srv\/a keeps .*\. --depth 1 fetches only what is checked out\.$/);
    assert.match(of(`RUN cd /srv/ && ${clone}`), /^\/srv\/a keeps /);
    assert.match(of(`RUN ${clone}`), /^a keeps /);
    assert.match(of(`RUN ${clone} /srv/a && cd /srv/a && make`), /, and no tags that the build may name its version by\.$/);
    assert.match(
      of(`RUN ${clone} /srv/a`, "RUN cd /srv/a && git describe > /v"),
      /\. Line 3 asks git for it: clone, ask and remove \.git in one RUN\.$/,
    );
    assert.match(
      of(`RUN ${clone} /srv/a`, "RUN cd /srv/a && git describe > /v", "RUN make -C /srv/a"),
      /\. Line 3 asks git for it, and what line 4 builds may: clone, ask, build and remove \.git in one RUN\.$/,
    );
    assert.match(
      of(
        `RUN ${clone} /srv/a`,
        "WORKDIR /srv/a",
        "RUN git checkout v1",
        "RUN make -C /srv/a",
        "RUN git clone https://x.org/b",
        "RUN git stash",
      ),
      /\. Lines 4 and 7 ask git for it, and what line 5 builds may: /,
    );
    assert.match(of(`RUN ${clone} /srv/a`, "WORKDIR /srv/a", "RUN /usr/share/at.sh v1"), /\. Line 4 may ask git for it: /);
    assert.match(
      of(`RUN ${clone} /srv/a && cd /srv/a && sh /at.sh v1`),
      /\. What is run there may ask git for more than the last commit: /,
    );
    assert.match(of(`RUN ${clone} -b next /srv/a && cd /srv/a && ./build.sh`), /, and no tags that the build may name its version by\.$/);
    assert.match(of(`RUN ${clone} -b v1.2 /srv/a && cd /srv/a && make`), /only what is checked out\.$/);
    assert.match(
      of(`RUN ${["a", "b", "c", "d", "e", "f"].map((name) => `${clone} /srv/${name}`).join(" && ")}`),
      /^\/srv\/a, \/srv\/b, \/srv\/c, \/srv\/d and 2 more keep their whole history, in \.git: an unknown amount\. --depth 1 fetches/,
    );
  });

  it("of clone-history-kept say that --depth 1 brings one branch where somebody works in the image", () => {
    const titles = (...lines: string[]) =>
      analyze(["FROM debian:trixie-slim", "RUN git clone https://example.com/a.git /srv/a", ...lines, ""].join("\n"), worldOf())
        .findings.find((f) => f.rule.id === "clone-history-kept")
        ?.fixes[0]?.title.replace(/ \(saves.*/, "");
    const worked = "Clone with --depth 1 (check first: whether somebody wants another branch: only one is fetched)";
    assert.equal(titles('CMD ["serve"]'), "Clone with --depth 1");
    assert.equal(titles('CMD ["bash"]'), worked);
    assert.equal(titles("RUN apt-get update && apt-get install -y zsh", 'CMD ["serve"]'), worked);
  });

  it("of removed-later name no instruction where several brought the files", () => {
    const text =
      "FROM alpine:3.22\nADD https://example.org/a.json /tmp/a.json\nRUN mkdir /tmp/b && wget -O /tmp/b/c https://example.org/c\nRUN cat /tmp/a.json && rm -rf /tmp/a.json /tmp/b\n";
    assert.match(said("removed-later", text) ?? "", /; a layer keeps what it brings\.$/);
  });

  it("of packages-upgraded say what there will be of the base", () => {
    const digest = `debian:trixie-slim@sha256:${"0".repeat(64)}`;
    for (const [base, what] of [
      ["debian:trixie-slim", "build"],
      ["debian:trixie-20260101", "tag"],
      ["alpine:3.23.3", "tag"],
      ["python:3.12-slim", "build"],
      ["debian", "build"],
      ["alpine:edge", "build"],
      ["debian:stable-slim", "build"],
      [digest, "digest"],
    ])
      assert.match(
        said(
          "packages-upgraded",
          `FROM ${base}\nRUN ${base?.startsWith("alpine") ? "apk upgrade" : "apt-get update && apt-get -y upgrade"}\n`,
        ) ?? "",
        new RegExp(` A newer ${what} of the base`),
      );
  });

  it("of changed-later name the line that brings more than is changed", () => {
    const context = { "backend/media/film.mp4": 20_000_000, "backend/index.php": 2000 };
    const text = "FROM php:8.4-fpm\nCOPY backend /var/www\nRUN chown -R www-data:www-data /var/www/media\n";
    const found = analyze(text, worldOf(context)).findings.find((f) => f.rule.id === "changed-later");
    assert.equal(found?.message, "Stores /var/www/media a second time: ≥ 20 MB. Change it where it is written: line 2.");
  });

  it("of changed-later name what weighs first, and all lines that wrote it", () => {
    const context = { "a/x": 30_000_000, "b/x": 1000, "c/d/x": 2_000_000, "c/y": 100 };
    const text = [
      "FROM debian:bookworm-slim",
      "COPY b /srv/b",
      "COPY a /srv/a",
      "COPY c /srv/c",
      "RUN mkdir /srv/log && touch /srv/log/.keep",
      "RUN useradd app && chown -R app:app /srv/log /srv/b /srv/a /srv/c/d",
      "",
    ].join("\n");
    const found = analyze(text, worldOf(context)).findings.find((f) => f.rule.id === "changed-later");
    assert.equal(
      found?.message,
      "Stores /srv/a, /srv/c/d and /srv/b a second time: 32 MB. " +
        "Change it where it is written: lines 3, 4, 2 and 5; app must exist by then.",
    );
  });

  it("of changed-later do not send a chown into the RUN of somebody who is not root, nor to an archive beside the COPY", () => {
    const of = (...lines: string[]) => {
      const text = ["FROM debian:bookworm-slim", ...lines, ""].join("\n");
      return analyze(text, worldOf({ "data/big.bin": 20_000_000 })).findings.find((f) => f.rule.id === "changed-later")?.message ?? "";
    };
    const run = "RUN curl -L https://x.example.org/a.tgz | tar xz -C /home/me";
    const steps = (owner: string) => ["RUN useradd -m me && useradd other", "USER me", run, "USER root", `RUN chown -R ${owner} /home/me`];
    assert.match(of(...steps("me")), /\. Line 4 wrote it as me already\.$/);
    assert.match(of(...steps("1000")), /\. Line 4 wrote it as me already\.$/);
    assert.match(of(...steps("other")), /\. Change it where it is written: line 4\.$/);
    const beside = of("RUN curl -L https://x.example.org/a.tgz | tar xz -C /opt", "COPY data /opt/data", "RUN chown -R 1000 /opt/data");
    assert.match(beside, /COPY --chown=1000:0 does it in place/);
    assert.doesNotMatch(beside, /line 2/);
  });

  it("of changed-later speak of no fix that is not offered because it saves nothing", () => {
    const text = [
      "FROM debian:bookworm AS base",
      "RUN apt-get update && apt-get install -y python3-venv && python3 -m venv /opt/venv",
      "FROM base AS build",
      "RUN /opt/venv/bin/pip install numpy",
      "FROM base",
      "COPY --from=build /opt/venv /opt/venv",
      "RUN mkdir /x",
      "RUN useradd app && chown -R app:app /opt/venv",
      "",
    ].join("\n");
    const found = analyze(text, worldOf()).findings.find((f) => f.rule.id === "changed-later");
    assert.match(found?.message ?? "", /\. Change it where it is written: line 6; app must exist by then\.$/);
    assert.deepEqual(found?.fixes, []);
  });

  it("of changed-later look behind a chown that has given the files to root", () => {
    const of = (...lines: string[]) => {
      const text = ["FROM debian:bookworm-slim", "COPY data /srv/data", ...lines, "RUN chown -R www-data:www-data /srv/data", ""].join(
        "\n",
      );
      return analyze(text, worldOf({ "data/big.bin": 20_000_000 }))
        .findings.filter((f) => f.rule.id === "changed-later")
        .map((f) => [f.message, f.fixes.length] as const)
        .at(-1);
    };
    const chown = "RUN chown -R root:root /srv/data";
    const [message, fixes] = of(chown) ?? [];
    assert.match(message ?? "", /a second time: 20 MB\. Change it where it is written: line 2\.$/);
    assert.equal(fixes, 0);
    assert.match(of(chown, "RUN usermod -u 1000 www-data")?.[0] ?? "", /written: line 2; usermod must come before that\.$/);
    assert.doesNotMatch(of()?.[0] ?? "", /Leave out/);
  });

  it("of apt-update-alone leave a script that may install to the user", () => {
    const of = (...between: string[]) => {
      const text = ["FROM debian:bookworm", "RUN apt-get update", ...between, "RUN apt-get install -y jq", ""].join("\n");
      return analyze(text, worldOf())
        .findings.find((f) => f.rule.id === "apt-update-alone")
        ?.fixes.map((f) => f.safety);
    };
    assert.deepEqual(of(), ["safe"]);
    assert.deepEqual(of("RUN curl https://example.com/get | sh"), ["review"]);
    assert.deepEqual(of("RUN mk-build-deps --install control"), []);
  });

  it("of apt-lists-kept leave a script whose name says that it installs to the user", () => {
    const of = (script: string) => {
      const clone = "git clone --depth 1 https://example.com/b.git /b";
      const text = `FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends git\nRUN ${clone} && /b/${script}\n`;
      return analyze(text, worldOf())
        .findings.find((f) => f.rule.id === "apt-lists-kept")
        ?.fixes.map((f) => f.safety);
    };
    assert.deepEqual([of("build.sh"), of("install_deps.sh")], [["safe"], ["review"]]);
    const text = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\nRUN curl https://example.com/get | sh\n";
    const found = analyze(text, worldOf()).findings.find((f) => f.rule.id === "apt-lists-kept");
    assert.match(found?.fixes[0]?.title ?? "", / \(check first: whether line 3 installs from them, or fetches them again\)/);
  });

  it("of apt-recommends-installed are silent of packages that a vendor's repository has", () => {
    const of = (base: string, run: string) => said("apt-recommends-installed", `FROM ${base}\nRUN ${run}\n`);
    const list = (source: string) => `echo "deb ${source}" > /etc/apt/sources.list.d/a.list && apt-get update && apt-get install -y`;
    const script = (url: string) => `curl -s ${url} | bash && apt-get install -y`;
    assert.equal(of("debian:bookworm", `${list("https://nginx.org/packages/debian bookworm nginx")} nginx`), undefined);
    assert.match(of("debian:bookworm", `${list("https://nginx.org/packages/debian bookworm nginx")} git`) ?? "", /^Recommends bring/);
    assert.equal(of("debian:bookworm", `${list("https://cloud.r-project.org/bin/linux/debian bookworm-cran40/")} r-base`), undefined);
    assert.equal(of("ubuntu:22.04", "add-apt-repository -y ppa:git-core/ppa && apt-get install -y git"), undefined);
    assert.equal(
      of("debian:bookworm", `${script("https://a.example.com/repositories/rabbitmq/script.deb.sh")} rabbitmq-server`),
      undefined,
    );
    assert.equal(of("ubuntu:15.10", `${script("https://deb.nodesource.com/setup")} nodejs`), undefined);
  });

  it("of debug-info-kept are silent beside the compiler, and not where it goes", () => {
    const of = (last: string) =>
      said(
        "debug-info-kept",
        `FROM alpine:3.22\nCOPY . /src\nRUN apk add --no-cache go && cd /src && go build -o /bin/a . ${last}\nCMD ["a"]\n`,
      );
    assert.equal(of(""), undefined);
    const archive = "curl -fsSL https://go.dev/dl/go1.25.0.linux-amd64.tar.gz | tar -C /usr/local -xz";
    assert.equal(said("debug-info-kept", `FROM debian:trixie-slim\nRUN ${archive} && go install example.com/lint@latest\n`), undefined);
    assert.match(of("&& apk del go") ?? "", /^The program ships with its symbols and debug information\./);
  });

  it("of removed-later tell who else may have written there, and that who uses it belongs into the same RUN", () => {
    const text = [
      "FROM debian:bookworm-slim",
      "RUN git clone https://example.org/a.git /tmp/a",
      "WORKDIR /tmp/a",
      "RUN ./build.sh",
      "WORKDIR /",
      "RUN cp -r /tmp/a/target/* /usr/local/bin",
      "RUN rm -rf /tmp/a",
      "",
    ].join("\n");
    assert.match(
      said("removed-later", text) ?? "",
      /^\/tmp\/a is stored by line 2, and perhaps by 4: .*; only one RUN that brings, uses and removes it, or a stage of its own, would\.$/,
    );
  });

  it("of removed-later take nobody for a user who only may be one", () => {
    const text = (then: string) => `FROM debian:bookworm-slim\nRUN wget -P /tmp/a https://example.org/a\n${then}\nRUN rm -rf /tmp/a/*\n`;
    for (const then of ["RUN cd /x && make", "RUN cd /x && git clone https://example.org/b.git && cd b && make"])
      assert.match(
        said("removed-later", text(`${then}\nENV A=1`)) ?? "",
        /remove it in the RUN that writes it\.$|only a removal in the RUN that writes it would\.$/,
      );
  });

  it("of removed-later name only who stores a package", () => {
    const text =
      "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL https://example.org/a > a && sh ./a\nRUN apt-get purge -y curl\n";
    assert.match(said("removed-later", text) ?? "", /stored by line 2:/);
  });

  it("of apt-recommends-installed give no number of another distribution's packages", () => {
    assert.match(
      said("apt-recommends-installed", "FROM debian:stretch-slim\nRUN apt-get update && apt-get install -y systemd\n") ?? "",
      /unknown amount/,
    );
  });

  it("of copied-twice count files, not names", () => {
    const files = ["a/__init__.py", "b/__init__.py", "c/__init__.py", "d/main.py", "d/more.py"].map((f) => [f, 90_000]);
    const text = "FROM debian:trixie-slim\nWORKDIR /app\nCOPY . .\nRUN true\nCOPY . /app\n";
    const found = analyze(text, worldOf(Object.fromEntries(files))).findings.find((f) => f.rule.id === "copied-twice");
    assert.match(found?.message ?? "", / and 3 more lie there already/);
  });

  it("of rewritten-later send what a RUN wrote to one RUN", () => {
    const text = "FROM debian:trixie-slim\nRUN git clone https://example.org/x /x\nRUN true\nRUN mv /x /y\n";
    assert.match(said("rewritten-later", text) ?? "", /Let one RUN write and move it\.$/);
  });

  it("of clone-history-kept know a script of the clone by whatever shell runs it", () => {
    for (const shell of ["sh", "bash", "/bin/dash", "ash", "zsh", "ksh"]) {
      const text = `FROM alpine:3.24\nRUN git clone https://example.org/b.git /src && ${shell} /src/build.sh\nCMD ["/src/b"]\n`;
      assert.match(said("clone-history-kept", text) ?? "", /no tags that the build may name its version by\.$/, shell);
    }
  });

  it("of sources-kept say no word of what was built where that was cleaned up", () => {
    const ofTool = (words: string) =>
      said(
        "sources-kept",
        `FROM debian:bookworm\nRUN git clone --depth 1 https://example.org/x /opt/x && cd /opt/x && ${words}\nCMD ["x"]\n`,
      ) ?? "";
    const built = /the sources of what is installed here, and what was built of them:/;
    const cleaned = /the sources of what is installed here:/;
    assert.match(ofTool("make clean && make install"), built);
    assert.match(ofTool("make && make install && make distclean"), cleaned);
    assert.match(ofTool("cmake -B build && cmake --build build --target install && cmake --build build --target clean"), cleaned);
  });

  it("of a cache know which modules of Go are whose, and what cargo builds nothing with", () => {
    const ofGo =
      'FROM golang:1.23\nRUN go install example.org/tool@v1\nWORKDIR /app\nCOPY . .\nRUN go mod tidy && go build .\nCMD ["app"]\n';
    const fixes = analyze(ofGo, worldOf())
      .findings.filter((f) => f.rule.id === "go-cache-kept")
      .flatMap((f) => f.fixes[0]?.edits ?? []);
    assert.deepEqual(
      fixes.map((e) => e.text.trim()),
      Array(2).fill("&& go clean -cache -modcache"),
    );
    const ofCargo = 'FROM rust:1.80\nRUN cargo install cargo-demo\nRUN cargo demo init --with=/usr/bin/demo\nCMD ["date"]\n';
    assert.match(said("cargo-cache-kept", ofCargo) ?? "", /Remove it in this RUN\.$/);
  });
});

import assert from "node:assert/strict";
import type { Offer } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { differenceOf } from "../../server/src/build/difference.ts";
import { swapTag } from "../../server/src/edits/swap-tag.ts";
import type { Step } from "../../server/src/image/model.ts";
import { atLeast, computed, type Size, typical, unknown } from "../../server/src/image/size.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

const lines = (...text: string[]): string => `${text.join("\n")}\n`;
const offers = (text: string, id: string, files?: Record<string, number | string>): Offer[] =>
  analyze(text, worldOf(files)).refactorings.filter((o) => o.id === id);
const applied = (text: string, id: string): string | undefined => {
  const [offer] = offers(text, id);
  return offer && applyEdits(text, offer.edits);
};

describe("a base swap and what is installed", () => {
  it("tells what the bases differ by where pip's packages are known in part on one of them and not at all on the other", () => {
    const text = lines("FROM python:3.12", "COPY a.py /", "RUN pip install --no-cache-dir flask", 'CMD ["python", "/a.py"]');
    const saving = offers(text, "alpine-base", { "a.py": 10 })[0]?.saving;
    const of = (name: string) => analyze(lines(`FROM ${name}`), worldOf()).toJSON().image.bytes;
    assert.deepEqual([saving?.bytes, saving?.lowerBound], [of("python:3.12") - of("python:3.12-alpine"), false]);
  });
});

describe("the difference of what steps store", () => {
  const { steps } = analyze("FROM scratch\nCOPY a /\n", worldOf({ a: 1 })).image.stages[0] ?? assert.fail();
  const step = steps.find((s) => s.layer) ?? assert.fail();
  const stored = (...all: { id: string; size: Size }[]): Step[] =>
    all.map(({ id, size }) => ({
      ...step,
      layer: {
        ...(step.layer ?? assert.fail()),
        size,
        entries: [{ path: "/x", entry: { id, size, kind: "package", what: id, layer: 1 } }],
      },
    }));
  const [part, more, all] = [atLeast(typical(50)), atLeast(typical(300)), computed(400)];

  it("takes nothing of two lower bounds of one thing", () => {
    for (const [a, b] of [
      [more, part],
      [part, more],
      [more, unknown],
      [unknown, more],
    ] as const) {
      const found = differenceOf(stored({ id: "a", size: a }, { id: "b", size: all }), stored({ id: "a", size: b }));
      assert.deepEqual(found, { bytes: 400, lowerBound: false, basis: "computed", packages: ["b"] });
    }
  });

  it("is at least what goes for certain, and unknown where more of it comes", () => {
    const twice = [
      { id: "a", size: more },
      { id: "a", size: part },
    ];
    const one = { id: "a", size: unknown };
    const fixed = { id: "b", size: all };
    assert.deepEqual(differenceOf(stored(...twice, fixed), stored(one)), {
      bytes: 400,
      lowerBound: true,
      basis: "computed",
      packages: ["b"],
    });
    assert.deepEqual(differenceOf(stored(one, fixed), stored(...twice)).bytes, undefined);
    assert.deepEqual(differenceOf(stored({ id: "a", size: more }), stored({ id: "c", size: part })).bytes, undefined);
  });
});

describe("swapTag", () => {
  const swapped = (text: string, name: string, world = worldOf()): string | undefined => {
    const { subject, image } = analyze(text, world);
    const [stage] = image.stages;
    const edits = stage && swapTag(subject, stage, name);
    return edits && applyEdits(text, edits);
  };

  const cases: [string, string, string, string | undefined][] = [
    ["a name that is written out", "FROM python:3.12\n", "python:3.12-slim", "FROM python:3.12-slim\n"],
    [
      "platform and stage name stay",
      "FROM --platform=linux/amd64 node:20 AS app\n",
      "node:20-slim",
      "FROM --platform=linux/amd64 node:20-slim AS app\n",
    ],
    ["a version that is a variable", `ARG V=3.12\nFROM python:\${V}\n`, "python:3.12-slim", `ARG V=3.12\nFROM python:\${V}-slim\n`],
    [
      "and a suite behind it",
      "ARG V=3.12\nFROM python:$V-bookworm\n",
      "python:3.12-slim-bookworm",
      "ARG V=3.12\nFROM python:$V-slim-bookworm\n",
    ],
    [
      "a registry that is a variable",
      "ARG R=docker.io/library\nFROM $R/python:3.12\n",
      "docker.io/library/python:3.12-slim",
      "ARG R=docker.io/library\nFROM $R/python:3.12-slim\n",
    ],
    ["a default of the variable's own", `FROM python:\${V:-3.12}\n`, "python:3.12-slim", `FROM python:\${V:-3.12}-slim\n`],
    ["the whole name in an ARG", 'ARG BASE="python:3.12"\nFROM $BASE\n', "python:3.12-slim", 'ARG BASE="python:3.12-slim"\nFROM $BASE\n'],
    ["a variant in an ARG", "ARG TAG=latest\nFROM python:$TAG\n", "python:3.14-slim", "ARG TAG=3.14-slim\nFROM python:$TAG\n"],
    ["not where another FROM uses the ARG", "ARG BASE=python:3.12\nFROM $BASE\nFROM $BASE\n", "python:3.12-slim", undefined],
    ["not where a stage sees the ARG", "ARG BASE=python:3.12\nFROM $BASE\nARG BASE\nRUN echo $BASE\n", "python:3.12-slim", undefined],
    ["not where another ARG is made of it", `ARG BASE=python:3.12\nARG X=\${BASE}-x\nFROM $BASE\n`, "python:3.12-slim", undefined],
    ["not over a continued line", "FROM pyth\\\non:3.12\n", "python:3.12-slim", undefined],
    ["not for a stage", "FROM python:3.12 AS a\n", "python:3.12", undefined],
  ];
  for (const [what, text, name, expected] of cases) it(what, () => assert.equal(swapped(text, name), expected));

  it("not where a build argument decides", () => {
    const world = { ...worldOf(), buildArgs: { BASE: "python:3.12" } };
    assert.equal(swapped("ARG BASE=x\nFROM $BASE\n", "python:3.12-slim", world), undefined);
  });
});

describe("swap to alpine", () => {
  const images: [string, string][] = [
    ["python:3.12", "python:3.12-alpine"],
    ["python", "python:3.14-alpine"],
    ["node:22", "node:22-alpine"],
    ["golang:1.25", "golang:1.25-alpine"],
    ["nginx", "nginx:1.31-alpine"],
    ["docker.io/library/node:22-slim", "docker.io/library/node:22-alpine"],
  ];
  for (const [from, to] of images)
    it(`${from} → ${to}`, () => {
      const [offer] = offers(`FROM ${from}\n`, "alpine-base");
      assert.equal(applied(`FROM ${from}\n`, "alpine-base"), `FROM ${to}\n`);
      assert.equal(offer?.title, `Swap to ${to}: musl instead of glibc`);
      assert.ok((offer?.saving.bytes ?? 0) > 10_000_000);
    });

  it("eclipse-temurin too", () => {
    assert.match(applied("FROM eclipse-temurin:21-jre\n", "alpine-base") ?? "", /^FROM eclipse-temurin:21-jre-alpine/);
  });

  const asked: [string, string[], RegExp][] = [
    ["pip", ["RUN pip install numpy"], /check first: musl instead of glibc; pip takes musllinux wheels/],
    ["npm", ["RUN npm ci"], /check first: .*native Node modules/],
    ["a download", ["ADD https://example.org/tool /usr/local/bin/tool"], /check first: .*may be built for glibc/],
    ["a digest", [], /check first: .*the digest goes/],
  ];
  for (const [what, more, title] of asked) {
    it(`asks first: ${what}`, () => {
      const name = what === "a digest" ? `node:22@sha256:${"0".repeat(64)}` : what === "npm" ? "node:22" : "python:3.12";
      const [offer] = offers(lines(`FROM ${name}`, ...more), "alpine-base");
      assert.match(offer?.title ?? "", /^Swap to \S+ \(check first: /);
      assert.match(offer?.title ?? "", title);
    });
  }

  it("asks first: whether other images that a build may name have such a tag", () => {
    const titleOf = (args: string, name: string) => offers(`${args}FROM ${name}\n`, "slim-base")[0]?.title ?? "";
    const note = /check first: .*whatever else builds set OS to needs such a tag/;
    for (const name of ["$OS:$TAG", `\${REGISTRY}/\${OS}:bookworm`, `\${REGISTRY:-docker.io}/library/$OS:\${TAG:-bookworm}`])
      assert.match(titleOf("ARG OS=debian\nARG TAG=bookworm\nARG REGISTRY=docker.io\n", name), note, name);
    for (const name of ["debian:$TAG", `\${REGISTRY}/debian:\${TAG}`, "$REGISTRY/library/debian:bookworm"])
      assert.match(titleOf("ARG TAG=bookworm\nARG REGISTRY=docker.io\n", name), /^Swap to [^(]+$/, name);
  });

  it("asks first: what another stage made on glibc", () => {
    const [offer] = offers(
      lines("FROM python:3.12 AS build", "RUN pip install -t /out numpy", "FROM python:3.12-slim", "COPY --from=build /out /out"),
      "alpine-base",
    );
    assert.match(offer?.title ?? "", /what comes from stage build was made on glibc/);
  });

  it("says which tool the started program misses", () => {
    const [offer] = offers(lines("FROM node:22", 'CMD ["sh", "-c", "git pull && node ."]'), "slim-base");
    assert.match(offer?.title ?? "", /check first: .*CMD runs git, which it lacks/);
  });

  it("says which tool the health check misses", () => {
    const [offer] = offers(lines("FROM node:22", "HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1"), "alpine-base");
    assert.match(offer?.title ?? "", /check first: .*HEALTHCHECK runs curl, which it lacks/);
  });

  it("says that a makefile has no make, where the image starts what it is told", () => {
    const titleOf = (...more: string[]) =>
      offers(lines("FROM python:3.12", "WORKDIR /srv", "COPY . .", ...more), "slim-base", { Makefile: "x:\n", "a.py": 1 })[0]?.title ?? "";
    assert.match(titleOf(), /check first: .*whoever runs its Makefile needs make, which it lacks/);
    assert.doesNotMatch(titleOf('CMD ["python", "a.py"]'), /Makefile/);
    assert.doesNotMatch(titleOf("RUN apt-get update && apt-get install -y make"), /Makefile/);
  });

  it("gives the account tools BusyBox's words", () => {
    const text = lines("FROM node:22", "RUN groupadd -g 1001 app && \\", "    useradd -m -u 1001 -g app -s /bin/bash app");
    assert.equal(
      applied(text, "alpine-base"),
      lines("FROM node:22-alpine", "RUN addgroup -g 1001 app && \\", "    adduser -D -u 1001 -G app -s /bin/sh app"),
    );
    assert.equal(
      applied("FROM node:22\nRUN useradd -r app\n", "alpine-base"),
      "FROM node:22-alpine\nRUN addgroup -S app && adduser -S -D -H -G app app\n",
    );
  });

  const refused: [string, string[]][] = [
    ["apt-get", ["RUN apt-get update && apt-get install -y curl"]],
    ["apt in a stage that is built on it", ["RUN true", "FROM base", "RUN apt-get update"]],
    ["a package that dpkg installs", ["RUN dpkg -i /x.deb"]],
    ["bash", ['RUN bash -c "echo"']],
    ["bash in exec form", ['RUN ["bash", "-c", "echo"]']],
    ["bash as the shell", ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]']],
    ["bash as the program", ['CMD ["/bin/bash"]']],
    ["git, which only the full image has", ["RUN git clone https://example.org/x"]],
    ["a user that BusyBox cannot make so", ["RUN useradd -G audio,video app"]],
  ];
  for (const [what, more] of refused)
    it(`is refused: ${what}`, () => assert.deepEqual(offers(lines("FROM python:3.12 AS base", ...more), "alpine-base"), []));

  it("is refused: an entry point that is a script for bash", () => {
    const text = lines("FROM node:22", "COPY start.sh /", 'ENTRYPOINT ["/start.sh"]');
    assert.equal(offers(text, "alpine-base", { "start.sh": "#!/usr/bin/env bash\nexec node" }).length, 0);
    assert.equal(offers(text, "alpine-base", { "start.sh": "#!/bin/sh\nexec node" }).length, 1);
  });

  it("is not offered for an image without one, a stage that is thrown away, or alpine itself", () => {
    assert.deepEqual(offers("FROM debian:trixie\n", "alpine-base"), []);
    assert.deepEqual(offers("FROM python:3.12-alpine\n", "alpine-base"), []);
    assert.deepEqual(offers(lines("FROM node:22 AS a", "FROM scratch", "COPY --from=a /x /x"), "alpine-base"), []);
  });
});

describe("swap to slim", () => {
  it("is none where an installation links manual pages into a folder that the slim images of the time had not", () => {
    const swaps = (base: string): number =>
      offers(lines(`FROM ${base}`, "RUN apt-get update && apt-get install -y postgresql-client", 'CMD ["python", "/a.py"]'), "slim-base")
        .length;
    assert.deepEqual(["python:3.12", "debian:bullseye", "debian:buster"].map(swaps), [1, 1, 1]);
    assert.deepEqual(["python:3.8.5", "debian:stretch"].map(swaps), [0, 0]);
  });

  it("says what goes", () => {
    const [offer] = offers("FROM python:3.12\n", "slim-base");
    assert.equal(offer?.title, "Swap to python:3.12-slim: without compilers, headers, curl, wget and git");
    assert.equal(applied("FROM python:3.12\n", "slim-base"), "FROM python:3.12-slim\n");
    assert.match(
      offers("FROM debian:trixie\n", "slim-base")[0]?.title ?? "",
      /without manual pages, documentation and translations, also of what is installed later$/,
    );
  });

  it("keeps apt, and asks where a compiler may be missed", () => {
    const [offer] = offers(
      lines("FROM python:3.12", "RUN apt-get update && apt-get install -y git", "RUN git clone https://example.org/x && pip install x"),
      "slim-base",
    );
    assert.match(offer?.title ?? "", /check first: pip needs a compiler and headers for what has no wheel/);
  });

  it("sees what scripts call in words, conditions and files that they read", () => {
    const text = lines("FROM python:3.12", "COPY run.py watch.sh /", 'CMD ["/watch.sh"]');
    const titleOf = (...script: string[]): string =>
      offers(text, "slim-base", { "watch.sh": lines("#!/bin/sh", ...script) })[0]?.title ?? "";
    const withCurl = /^Swap to python:3\.12-slim, ca-certificates and curl installed by name/;
    for (const script of [
      'up="$(curl -s localhost)"',
      "up=`curl -s localhost`",
      'if [ "$(curl -s localhost)" = ok ]; then touch /up; fi',
      "[[ $(curl -s localhost) == ok ]] && touch /up",
      'for name in $(curl -s localhost); do touch "$name"; done',
      "case $(curl -s localhost) in ok) touch /up ;; esac",
      "until curl -s localhost; do sleep 1; done",
      `python3 /run.py "$\{PORT:-$(curl -s localhost)}"`,
      "python3 /run.py <<END\n$(curl -s localhost)\nEND",
      'cat > "/tmp/$(curl -s localhost)" < /dev/null',
      'eval "$(curl -s localhost)"',
      "exec 3< <(curl -s localhost)",
    ])
      assert.match(titleOf(script), withCurl, script);
    const apart = lines("FROM python:3.12", "WORKDIR /app", "COPY . .", 'CMD ["./watch.sh"]');
    const files = { "watch.sh": "#!/bin/sh\n. ./lib/net.sh\nup\n", "lib/net.sh": "up() { curl -s localhost; }\n" };
    assert.match(offers(apart, "slim-base", files)[0]?.title ?? "", withCurl);
    assert.doesNotMatch(titleOf("echo 'see $(curl -s localhost)'", "python3 /run.py"), /curl installed/);
  });

  it("says which library of the system a Python package loads", () => {
    const text = lines("FROM python:3.12", "COPY requirements.txt .", "RUN pip install -r requirements.txt", 'CMD ["python", "/a.py"]');
    const titleOf = (list: string): string => offers(text, "slim-base", { "requirements.txt": list })[0]?.title ?? "";
    assert.match(titleOf("flask\nopencv-python==4.10.0.84\n"), /no wheel; opencv-python loads libglib2\.0-0, which it lacks\)/);
    assert.match(
      titleOf("opencv-python-headless\n"),
      /check first: pip needs a compiler and headers for what in requirements\.txt has no wheel\)/,
    );
  });

  it("installs by name what the build uses and what goes", () => {
    const first = (text: string) => applied(text, "slim-base")?.split("\n")[1];
    const installs = (names: string) =>
      `RUN apt-get update && apt-get install -y --no-install-recommends ${names} && rm -rf /var/lib/apt/lists/*`;
    const curl = lines("FROM python:3.12", "RUN curl -O https://example.org/x");
    assert.equal(first(curl), installs("ca-certificates curl"));
    assert.match(
      offers(curl, "slim-base")[0]?.title ?? "",
      /^Swap to python:3\.12-slim, ca-certificates and curl installed by name: without compilers, headers, wget and git$/,
    );
    assert.equal(first(lines("FROM python:3.12", "RUN pip install git+https://example.org/x")), installs("ca-certificates git"));
    const list = lines("FROM python:3.12", "COPY requirements.txt .", "RUN pip install -r requirements.txt");
    const [offer] = offers(list, "slim-base", { "requirements.txt": "flask\nx @ git+https://example.org/x\n" });
    assert.match(offer?.title ?? "", /ca-certificates and git installed by name/);
    const brings = lines("FROM python:3.12", "RUN apt-get update && apt-get install -y curl && curl -O https://example.org/x");
    assert.match(first(brings) ?? "", /install -y curl && curl/);
  });

  it("asks for a compiler and headers however packages are installed", () => {
    const title = (...rest: string[]) => offers(lines(...rest), "slim-base")[0]?.title ?? "";
    assert.match(title("FROM python:3.12", "RUN python -m pip install ferry"), /pip needs a compiler and headers/);
    assert.match(title("FROM python:3.12", "RUN python setup.py install"), /pip needs a compiler and headers/);
    assert.match(title("FROM python:3.12", "RUN apt-get update && apt-get install -y gcc && pip install ferry"), /pip needs headers for/);
    assert.match(title("FROM node:26", "RUN npm ci"), /need Python, a compiler and headers/);
    const compiler = "RUN apt-get update && apt-get install -y build-essential";
    assert.match(
      title("FROM python:3.12", `${compiler} && bash install.sh && /srv/x/configure`),
      /\(check first: what install\.sh and configure compile may need headers\)/,
    );
    assert.match(
      title("FROM rust:1.98", "RUN cargo install ferry"),
      /crates that link to C libraries need pkg-config and headers such as libssl-dev\)/,
    );
    const [offer] = offers(lines("FROM rust:1.98", "COPY . .", "RUN cargo build"), "slim-base", {
      "Cargo.lock": 'name = "libsqlite3-sys"\n',
    });
    assert.match(offer?.title ?? "", /check first: libsqlite3-sys needs libsqlite3-dev where it does not bring SQLite\)/);
    const [plain] = offers(lines("FROM rust:1.98", "COPY . .", "RUN cargo build"), "slim-base", { "Cargo.lock": 'name = "serde"\n' });
    assert.doesNotMatch(plain?.title ?? "", /check first/);
  });

  it("is refused on musl for what there is for glibc alone", () => {
    assert.deepEqual(offers(lines("FROM python:3.12", "RUN pip install torch==2.4.0 flask"), "alpine-base"), []);
    assert.equal(offers(lines("FROM python:3.12", "RUN pip install flask"), "alpine-base").length, 1);
  });

  it("is refused where the build needs a compiler that goes", () => {
    assert.deepEqual(offers(lines("FROM python:3.12", "RUN gcc -o /x /x.c"), "slim-base"), []);
    assert.deepEqual(offers(lines("FROM python:3.12", "RUN curl -O https://example.org/x && make -f x"), "slim-base"), []);
    assert.equal(offers(lines("FROM python:3.12", "RUN apt-get install -y build-essential && make"), "slim-base").length, 1);
  });

  it("is known of a suite that only the neighbours' tags name", () => {
    assert.equal(applied("FROM python:3.11-buster\n", "slim-base"), "FROM python:3.11-slim-buster\n");
    assert.equal(applied("FROM node:15-stretch\n", "slim-base"), "FROM node:15-stretch-slim\n");
    assert.deepEqual(offers("FROM golang:1.17-buster\n", "slim-base"), []);
  });
});

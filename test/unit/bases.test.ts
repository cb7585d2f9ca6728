import assert from "node:assert/strict";
import type { BaseImage } from "../../server/src/image/base.ts";
import { createCatalogue } from "../../server/src/sizes/bases.ts";
import { type BasesSnapshot, expandTags, packTags, sizeUnit } from "../../server/src/sizes/bases-format.ts";
import json from "../../server/src/sizes/data/bases.json";
import { someOf } from "./support/sample.ts";

const snapshot: BasesSnapshot = json;
const catalogue = createCatalogue(snapshot);
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

/** `computed 119.2 python:3.12.13-slim-trixie` */
function shown(name: string): string {
  const { size, resolved = "" } = catalogue.find(name);
  return `${size.lowerBound ? "unknown" : `${size.basis} ${size.bytes / 1e6}`} ${resolved}`.trim();
}
const osOf = ({ os, slim }: BaseImage): string => `${os?.id ?? "?"} ${os?.release ?? "?"}${slim ? " slim" : ""}`;
const smaller = (name: string): string[] => catalogue.smaller(name).map((base) => `${base.name} ${base.size.bytes / 1e6}`);

describe("base images: what a name stands for", () => {
  const cases: Record<string, string> = {
    // The exact tag.
    "python:3.12-slim": "computed 119.2 python:3.12.13-slim-trixie",
    "debian:bookworm": "computed 116.57 debian:bookworm",
    "ubuntu:20.04": "computed 72.78 ubuntu:20.04",
    // The same image by its full tag.
    "python:3.12.13-slim-trixie": "computed 119.2 python:3.12.13-slim-trixie",
    // Moving tags, as of the day of the list.
    python: "computed 1120 python:3.14.7-trixie",
    "python:latest": "computed 1120 python:3.14.7-trixie",
    "python:3": "computed 1120 python:3.14.7-trixie",
    "python:slim": "computed 119.46 python:3.14.7-slim-trixie",
    "node:lts": "computed 1140 node:24",
    "node:lts-alpine": "computed 170.75 node:24-alpine",
    "nginx:mainline": "computed 170.06 nginx:1.31.6",
    ubuntu: "computed 100.17 ubuntu:26.04",
    "ubuntu:jammy": "computed 78.08 ubuntu:22.04",
    debian: "computed 119.92 debian:trixie",
    "debian:12": "computed 116.57 debian:bookworm",
    "debian:stable": "typical 119.92 debian:trixie",
    "debian:oldstable-slim": "typical 74.83 debian:bookworm-slim",
    // The patch version relaxes.
    "python:3.12.4-slim-bookworm": "typical 124.3 python:3.12.13-slim-bookworm",
    "python:3.12.14-slim": "typical 119.2 python:3.12.13-slim-trixie",
    "golang:1.25.4": "typical 847.67 golang:1.25.13-trixie",
    "node:20.11.1-alpine": "typical 135.66 node:20-alpine",
    "eclipse-temurin:21.0.3_9-jdk": "typical 474.81 eclipse-temurin:21.0.11_10-jdk-resolute",
    "debian:12.5-slim": "typical 74.83 debian:bookworm-slim",
    "debian:bookworm-20240701-slim": "typical 74.83 debian:bookworm-slim",
    "ubuntu:jammy-20240111": "typical 78.08 ubuntu:22.04",
    // A line stands for its newest known patch.
    "alpine:3.24": "typical 8.42 alpine:3.24.2",
    alpine: "typical 8.42 alpine:3.24.2",
    "alpine:3.24.0": "typical 8.42 alpine:3.24.2",
    redis: "typical 145.95 redis:8.10.2",
    "python:3.9-slim-bookworm": "typical 125.32 python:3.9.19-slim-bookworm",
    // Another line stands in where it is near, and the lines on both sides agree: of the same major version first, then the nearest.
    "node:20": "typical 1130",
    "node:18": "typical 1090 node:18.19.0-bookworm",
    "node:18-alpine": "typical 127.68 node:18.20.4-alpine3.20",
    "node:16": "typical 908.82 node:16.20.2-buster",
    "node:18-bookworm-slim": "typical 192.02 node:18.20.3-bookworm-slim",
    "python:3.10": "typical 1100 python:3.10.21-trixie",
    "python:3.5": "typical 874.2",
    "golang:1.22": "typical 823.15 golang:1.22.2-bookworm",
    "golang:1.23-alpine": "typical 262.3",
    "ruby:3.2": "typical 1110",
    "rust:1.75": "typical 1650",
    "nginx:1.25": "typical 170.06",
    "redis:7": "typical 145.95 redis:7.4.11-bookworm",
    "postgres:15": "typical 456.45 postgres:15.19-trixie",
    "php:8.2-apache": "typical 557.01 php:8.2.33-apache-trixie",
    "openjdk:17-slim": "typical 407.72 openjdk:17.0.2-jdk-slim-bullseye",
    "redis:7-alpine": "typical 29.9 redis:7.4.11-alpine3.21",
    "golang:1.18": "typical 965.08 golang:1.18.7-bullseye",
    "maven:3.8-eclipse-temurin-17": "typical 512.14",
    [`node:20@${digest}`]: "typical 1130",
    // Where they do not agree, or there is none near: not known.
    "nginx:1.25-alpine": "unknown",
    "openjdk:11-jre-alpine": "unknown",
    "ubuntu:19.04": "unknown",
    "eclipse-temurin:8-jdk": "unknown eclipse-temurin:8u502-b07-jdk-resolute",
    "openjdk:21-slim": "unknown",
    "fedora:41": "unknown",
    "debian:buster": "typical 114.07 debian:10.6",
    // Never another variant; of another suite the same tag: of any release of Alpine, of the next of Debian.
    "golang:1.25.4-alpine3.22": "typical 215.26",
    "node:18-alpine3.18": "typical 127.68",
    "eclipse-temurin:17-jdk-alpine": "typical 335.36 eclipse-temurin:17.0.20_8-jdk-alpine-3.24",
    "eclipse-temurin:17-jdk-alpine-3.10": "typical 335.36",
    "golang:1.26-bookworm": "typical 823.15 golang:1.26.7-bookworm",
    "golang:1.24-bookworm": "typical 823.15",
    "python:3.11-slim-bullseye": "typical 128.46 python:3.11.1-slim-bullseye",
    "python:3.12.4-slim-bullseye": "typical 128.46",
    "node:20-bullseye": "typical 1040",
    "node:18-wheezy": "unknown",
    "ubuntu:24.10": "unknown",
    // Releases of Alpine, and what was there in 2018.
    "alpine:3.15": "typical 5.58 alpine:3.15.6",
    "alpine:3.13": "typical 5.6",
    "alpine:3.4": "typical 4.82 alpine:3.4",
    "python:2.7": "typical 905.18 python:2.7.17-buster",
    "php:5.6-apache": "typical 377.53 php:5.6.33-apache-jessie",
    "openjdk:8-jre-alpine": "typical 81.96 openjdk:8u151-jre-alpine3.7",
    "debian:wheezy": "typical 85.16 debian:7",
    // Of 2020: a build is what it was, a line went on.
    "python:3.6.12-slim-buster": "computed 110.94 python:3.6.12-slim-buster",
    "python:3.6-slim-buster": "typical 110.94 python:3.6.12-slim-buster",
    "python:3.6.5-slim": "typical 96.03 python:3.6.12-slim-buster",
    // Its line moved on to bullseye: what weighs like that stands in.
    "python:3.6": "typical 923.11 python:3.6.12-buster",
    "node:10": "typical 910.6 node:10.22.1-stretch",
    "ubuntu:16.04": "typical 127.48 ubuntu:16.04",
    "mysql:5.7": "typical 448.49 mysql:5.7.31",
    "centos:7.6.1810": "computed 201.76 centos:7.6.1810",
    // In both tables the newer counts; the older is better than another line.
    "centos:7": "typical 203.93 centos:centos7",
    "python:3.9": "computed 1090 python:3.9.23-trixie",
    "redis:6": "typical 104.19 redis:6.2.24-bookworm",
    // Other ways to write it.
    "docker.io/library/python:3.12": "computed 1110 python:3.12.14-trixie",
    "library/python:3.12": "computed 1110 python:3.12.14-trixie",
    "index.docker.io/library/python:3.12": "computed 1110 python:3.12.14-trixie",
    [`python:3.12@${digest}`]: "typical 1110 python:3.12.14-trixie",
    [`python@${digest}`]: "unknown",
    "localhost:5000/python:3.12": "unknown",
    "ghcr.io/library/python:3.12": "unknown",
    "someone/python:3.12": "unknown",
    "Python:3.12": "unknown",
    "python:$VERSION": "unknown",
    "": "unknown",
    constructor: "unknown",
    "python:constructor": "unknown",
    // .NET: baselines of the nightly images.
    "mcr.microsoft.com/dotnet/nightly/sdk:8.0-jammy": "computed 798.72 mcr.microsoft.com/dotnet/nightly/sdk:8.0-jammy",
    "mcr.microsoft.com/dotnet/sdk:8.0-jammy": "typical 798.72 mcr.microsoft.com/dotnet/nightly/sdk:8.0-jammy",
    "mcr.microsoft.com/dotnet/sdk:8.0.204-jammy": "typical 798.72 mcr.microsoft.com/dotnet/nightly/sdk:8.0-jammy",
    "mcr.microsoft.com/dotnet/sdk:8.0": "typical 823.54 mcr.microsoft.com/dotnet/nightly/sdk:8.0-bookworm-slim",
    "gcr.io/distroless/static-debian12": "unknown",
    scratch: "measured 0 scratch",
  };
  for (const [name, expected] of Object.entries(cases)) it(`${name || "nothing"}: ${expected}`, () => assert.equal(shown(name), expected));

  it("says where a size comes from", () => {
    assert.equal(catalogue.find("python:3.12-slim").source, "docker-library/repo-info, 2026-07-14");
    assert.equal(catalogue.find("node:10-slim").source, "docker-library/repo-info, 2020-09-16");
    assert.equal(
      catalogue.find("python:3.6-slim").source,
      "size of python:3.6-slim not known; python:3.11-slim-bullseye's stands in (docker-library/repo-info, 2023-01-23)",
    );
    assert.equal(catalogue.find("mcr.microsoft.com/dotnet/sdk:8.0-jammy").source, "dotnet/dotnet-docker size baselines (±5 %), 2023-08-16");
    assert.equal(catalogue.find("elixir:1.20-alpine").source, "docker-library/repo-info, 2026-09-01, of a 386 image");
    assert.equal(catalogue.find("elixir:1.20-alpine").size.basis, "typical");
    assert.equal(
      catalogue.find("docker.io/library/node:20.1").source,
      "size of node:20.1 not known; node:22-bullseye's stands in (docker-library/repo-info, 2026-07-14)",
    );
    assert.equal(
      catalogue.find("redis:6").source,
      "size of redis:6 not known; redis:6.0.8-buster's stands in (docker-library/repo-info, 2020-09-10)",
    );
  });
});

describe("base images: what is in them", () => {
  const systems: Record<string, string> = {
    "python:3.12": "debian trixie apt",
    "python:3.12-slim-bookworm": "debian bookworm slim apt",
    // Its tags do not say so, its Dockerfile does.
    nginx: "debian trixie slim apt",
    "node:24": "debian bookworm apt",
    "node:24-alpine": "alpine 3.24 apk",
    "eclipse-temurin:21-jdk-jammy": "ubuntu 22.04 apt",
    // Which suite it was on when it was built last, the history of the official images tells.
    "python:3.12.4-slim": "debian bookworm slim apt",
    "python:3.6": "debian bullseye apt",
    "python:3.8": "debian bookworm apt",
    "python:3.8.10": "debian buster apt",
    "node:20": "debian bookworm apt",
    "node:20.2": "debian bullseye apt",
    "node:18-slim": "debian bookworm slim apt",
    "node:16": "debian buster apt",
    "golang:1.22": "debian bookworm apt",
    "ruby:3.2.2": "debian bookworm apt",
    "rust:1.75": "debian bookworm apt",
    "gcc:9.5": "debian bullseye apt",
    "gcc:10.1": "debian buster apt",
    "nginx:1.25": "debian bookworm slim apt",
    "php:8.0-apache": "debian bullseye slim apt",
    "openjdk:11-jre": "debian bullseye apt",
    // Between two lines, of the one that it belongs to: that never goes back.
    "postgres:13.1": "debian buster slim apt",
    "python:3.8.18": "debian bookworm apt",
    // Not of a version that it does not tell of.
    "golang:1.6": "? ? -",
    "node:20-windowsservercore": "? ? -",
    "python:3.6.12-slim": "debian buster slim apt",
    "golang:1.25.4-alpine": "alpine ? apk",
    "debian:stable-slim": "debian trixie slim apt",
    "fedora:44": "fedora 44 dnf",
    "almalinux:9-minimal": "almalinux 9 microdnf",
    "amazonlinux:2": "amazonlinux 2 yum",
    "mysql:8.4": "oraclelinux 9 microdnf",
    "mcr.microsoft.com/dotnet/runtime:8.0-cbl-mariner2.0": "mariner 2.0 tdnf",
    "mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled": "ubuntu 22.04 -",
    // In no table, but it says itself on what it stands.
    "golang:1.22-bookworm": "debian bookworm apt",
    "golang:1.23-alpine3.20": "alpine 3.20 apk",
    "golang:1.22-windowsservercore": "? ? -",
    // A release of which nobody has told anything is no newer one.
    "ubuntu:14.10": "ubuntu 14.10 apt",
    "ubuntu:15.04": "ubuntu 15.04 apt",
    "debian:6.0": "debian 6 apt",
    "foo/bar": "? ? -",
  };
  for (const [name, expected] of Object.entries(systems)) {
    it(`${name}: ${expected}`, () => {
      const base = catalogue.find(name);
      assert.equal(`${osOf(base)} ${base.packageManager ?? "-"}`, expected);
    });
  }

  it("knows settings of well-known images", () => {
    const golang = catalogue.find("golang:1.27");
    assert.equal(golang.workdir, "/go");
    assert.equal(golang.env?.GOPATH, "/go");
    assert.deepEqual(golang.cmd, ["bash"]);
    assert.deepEqual(catalogue.find("golang:1.27-alpine").cmd, ["/bin/sh"]);
    assert.deepEqual(catalogue.find("node:lts").entrypoint, ["docker-entrypoint.sh"]);
    assert.deepEqual(catalogue.find("php:8.5-fpm").cmd, ["php-fpm"]);
    assert.equal(catalogue.find("memcached").user, "memcache");
  });

  it("takes an old image's settings from the table of its time", () => {
    const java = catalogue.find("openjdk:8");
    assert.equal(java.env?.JAVA_HOME, "/usr/local/openjdk-8");
    assert.deepEqual(java.cmd, ["bash"]);
    // Where programs are looked for is not in that table: it did not change.
    assert.match(catalogue.find("golang:1.8").env?.PATH ?? "", /^\/go\/bin:/);
  });

  it("has of a line that moved on to another suite at least what it weighed", () => {
    const { size, os } = catalogue.find("postgres:12");
    assert.deepEqual([size.bytes > 0, size.lowerBound, os?.release], [true, true, "bookworm"]);
    // Full and slim of one line are of one suite.
    assert.equal(catalogue.find("python:3.7").source, "docker-library/repo-info, 2023-07-22");
    assert.equal(catalogue.find("python:3.7-slim").source, "docker-library/repo-info, 2023-07-22");
    assert.equal(
      catalogue.find("python:3.7.4").source,
      "size of python:3.7.4 not known; python:3.7.4-buster's stands in (docker-library/repo-info, 2020-09-10)",
    );
  });

  it("knows images without a shell", () => {
    assert.equal(catalogue.find("gcr.io/distroless/static").shellLess, true);
    assert.equal(catalogue.find("gcr.io/distroless/base-debian12:debug-nonroot").shellLess, undefined);
    assert.equal(catalogue.find("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled").shellLess, true);
    assert.equal(catalogue.find("alpine").shellLess, undefined);
  });

  it("takes the layout of official images for the standard one", () => {
    assert.equal(catalogue.find("python:3.12").standardLayout, true);
    assert.equal(catalogue.find("foo/bar").standardLayout, undefined);
  });
});

describe("base images: smaller ones", () => {
  const cases: Record<string, string[]> = {
    "python:3.12": ["python:3.12-alpine 48.89", "python:3.12-slim 119.2"],
    "python:3.12-bookworm": ["python:3.12-alpine 48.89", "python:3.12-slim-bookworm 124.3"],
    "python:3.12-slim": ["python:3.12-alpine 48.89"],
    "python:3.12-alpine": [],
    python: ["python:3.14-alpine 47.79", "python:3.14-slim 119.46"],
    "docker.io/library/python:3.12": ["docker.io/library/python:3.12-alpine 48.89", "docker.io/library/python:3.12-slim 119.2"],
    node: ["node:26-alpine 182.48", "node:26-slim 257.93"],
    "node:lts": ["node:24-alpine 170.75", "node:24-slim 229.94"],
    "node:20": ["node:20-alpine 135.66", "node:20-slim 200.94"],
    // Sizes that stand in for others: enough for what is much smaller.
    "python:3.10": ["python:3.10-alpine 51.86", "python:3.10-slim 122.26"],
    "ruby:3.3": ["ruby:3.3-alpine 77.03", "ruby:3.3-slim 173.1"],
    golang: ["golang:1.27-alpine 252.74"],
    "golang:1.26": ["golang:1.26-alpine 241.36"],
    "golang:1.25": ["golang:1.25-alpine 215.26"],
    nginx: ["nginx:1.31-alpine 62.94"],
    "eclipse-temurin:21": ["eclipse-temurin:21-alpine 363.53"],
    "eclipse-temurin:21-jdk": ["eclipse-temurin:21-jdk-alpine 363.53"],
    "eclipse-temurin:21-jre": ["eclipse-temurin:21-jre-alpine 207.7"],
    "php:8.5-fpm": ["php:8.5-fpm-alpine 107.74"],
    "debian:bookworm": ["debian:bookworm-slim 74.83"],
    "debian:12": ["debian:12-slim 74.83"],
    debian: ["debian:trixie-slim 78.64"],
    ubuntu: [],
    alpine: [],
    // Lines that have ended, as the older list knows them; the words in each image's own order.
    "python:3.6": ["python:3.6-alpine 40.79", "python:3.6-slim 128.46"],
    "python:3.6-slim": [],
    "ruby:3.1.2": ["ruby:3.1.2-slim 174.39"],
    "openjdk:8-jre": ["openjdk:8-jre-slim 194.35"],
    "node:10-buster": ["node:10-buster-slim 148.72"],
    "debian:stretch": ["debian:stretch-slim 55.32"],
    // Of the same day, where there surely is one.
    "debian:stretch-20180312": ["debian:stretch-20180312-slim 55.32"],
    "debian:jessie-20171009": [],
    // Not in the catalogue, or not the same with less.
    "python:3.12.4": [],
    "swift:6.3": [],
    "foo/bar": [],
    [`python@${digest}`]: [],
    "mcr.microsoft.com/dotnet/sdk:8.0-jammy": [],
  };
  for (const [name, expected] of Object.entries(cases)) {
    it(`${name}: ${expected.join(", ") || "none"}`, () => assert.deepEqual(smaller(name), expected));
  }

  it("names only tags that exist, and smaller ones", () => {
    for (const [image, rows] of someOf(Object.entries(snapshot.images), 8)) {
      const today = new Set(expandTags((rows.tags ?? []).map((line) => line.split(";")[1] ?? "")).flat());
      for (const line of rows.sizes ?? []) for (const i of [0, 3]) today.add(line.split(";")[i] ?? "");
      for (const tag of [...today].slice(0, 15)) {
        const now = catalogue.find(`${image}:${tag}`).size;
        for (const base of catalogue.smaller(`${image}:${tag}`)) {
          assert.ok(today.has(base.name.slice(image.length + 1)), base.name);
          assert.ok(!base.size.lowerBound && (now.lowerBound || base.size.bytes < now.bytes), base.name);
        }
      }
    }
  });
});

describe("base images: the version behind a moving tag", () => {
  const cases: Record<string, string | undefined> = {
    python: "3.14",
    "python:latest": "3.14",
    "python:3": "3.14",
    "python:slim": "3.14-slim",
    "python:bookworm": "3.14-bookworm",
    node: "26",
    "node:lts": "24",
    "node:lts-alpine": "24-alpine",
    ubuntu: "26.04",
    debian: "trixie",
    "debian:stable-slim": "trixie-slim",
    alpine: "3.24",
    golang: "1.27",
    nginx: "1.31",
    "nginx:stable": "1.30",
    fedora: "44",
    "eclipse-temurin": "25",
    // Already a version, or not known.
    "python:3.12": undefined,
    "node:20": undefined,
    "debian:bookworm": undefined,
    "foo/bar": undefined,
    [`python@${digest}`]: undefined,
  };
  for (const [name, expected] of Object.entries(cases)) it(`${name}: ${expected}`, () => assert.equal(catalogue.versionOf(name), expected));
});

describe("base images: the snapshot", () => {
  it("answers each measured tag with its own bytes", () => {
    let count = 0;
    for (const [image, rows] of Object.entries(snapshot.images)) {
      for (const line of rows.sizes ?? []) {
        const [tag, size] = line.split(";");
        assert.equal(catalogue.find(`${image}:${tag}`).size.bytes, Number(size) * sizeUnit, `${image}:${tag}`);
        count++;
      }
    }
    assert.ok(count > 200);
  });

  it("has a source, a day and a size in every row", () => {
    for (const [image, rows] of Object.entries(snapshot.images)) {
      if (rows.sizes) assert.ok(snapshot.sources[rows.source ?? ""], image);
      for (const line of rows.sizes ?? []) assert.match(line, /^[\w.-]+;[1-9]\d*;2\d{5};[\w.-]*;[\w.-]*@[0-9a-f]{12}(;\d*(;[^;]+)?)?$/);
      for (const line of rows.old ?? []) assert.match(line, /^\d*;[^;]+;[1-9]\d*;(1[6-9]|2[0-4])\d{4}(;\d*){0,2}(;[\d,]*)?$/);
    }
    for (const source of Object.values(snapshot.sources)) assert.ok(source.name && source.at);
  });

  it("packs lists of tags without loss", () => {
    const lists = [
      ["3.14.7-trixie", "3.14-trixie", "3.14.7", "3.14", "latest"],
      ["3.14.7-slim", "3.14-slim", "slim"],
      ["8u502-b07-jdk", "8u502-b07-jdk-noble", "8"],
    ];
    assert.deepEqual(
      expandTags(packTags(lists)).map((tags) => tags.sort()),
      lists.map((tags) => tags.sort()),
    );
  });
});

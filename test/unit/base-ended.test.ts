import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

describe("a base past its end", () => {
  const cases: [says: string, text: string, today: string, message: RegExp, titles: RegExp[]][] = [
    [
      "the nearest line that lives for a year, and the one that lives longest",
      "FROM php:8.1-fpm\n",
      "2026-11-24",
      /since 2025-12-31\. php 8\.3 gets them until 2027-12-31, and php 8\.5 longest of all, until 2029-12-31\.$/,
      [/^Move to php:8\.3-fpm,/, /^Move to php:8\.5-fpm,/],
    ],
    [
      "the last one where none lives for a year",
      "FROM alpine:3.17\n",
      "2027-11-24",
      /alpine 3\.24 gets them until 2028-06-01\.$/,
      [/alpine:3\.24/],
    ],
    [
      "that the last one is what latest stands for",
      "FROM centos\n",
      "2026-11-24",
      /^centos 8 has had no security fixes since 2021-12-31/,
      [],
    ],
    ["none where there is none", "FROM centos:7\n", "2026-11-24", /No later line of it gets them\.$/, []],
    [
      "which packages keep the release by their version",
      "FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y curl libacme-dev=5.7.21-1ubuntu1 libacme20=5.7.21-1ubuntu1\n",
      "2026-11-24",
      /\. Line 2 pins libacme-dev=5\.7\.21-1ubuntu1 and libacme20=5\.7\.21-1ubuntu1, made for ubuntu:18\.04: with another release the version changes\.$/,
      [],
    ],
    [
      "nothing of a package whose version only the build knows",
      "FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y acme=$(./version.sh)\n",
      "2026-11-24",
      /longest of all, until 2031-04-30\.$/,
      [/^Move to ubuntu:24\.04/, /^Move to ubuntu:26\.04/],
    ],
    [
      "that other images may be named by a build",
      "ARG OS=ubuntu\nFROM $OS:18.04\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/24\.04 \(check first: whatever else builds set OS to needs such a tag; what else 6 years/, /OS to needs such a tag/],
    ],
    [
      "packages that the other release has no longer",
      "FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y python3.10 curl libssl1.1 unheard-of && apt-get purge -y libssl1.1\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\) gets them until 2029-05-31/,
      [
        /24\.04 \(check first: it has no python3\.10 and libssl1\.1; whether it has unheard-of is not known; what else 6 years have changed\), test/,
        /26\.04 \(check first: it has no python3\.10 and libssl1\.1; whether/,
      ],
    ],
    [
      "packages in the version of a release that is in no index",
      "FROM ubuntu:14.04\nRUN apt-get update && apt-get install -y openjdk-6-jre php5-cli curl\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [
        /it has no openjdk-6-jre and php5-cli; what else 10 years have changed\), test/,
        /php5-cli; what else 12 years have changed\), test/,
      ],
    ],
    [
      "that nobody knows of a package that is in no index",
      "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python3-harbour\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/whether it has python3-harbour is not known; what else 4 years/, /whether it has python3-harbour/],
    ],
    [
      "what Alpine has no longer",
      "FROM alpine:3.9\nRUN apk add --no-cache py2-pip php7-fpm nodejs curl\n",
      "2026-11-24",
      /alpine 3\.24/,
      [/check first: it has no py2-pip and php7-fpm; what else 7 years have changed\), test/],
    ],
    [
      "whose repository brings versions",
      "FROM ubuntu:14.04\nRUN add-apt-repository -y ppa:harbour/java && apt-get update && apt-get install -y openjdk-6-jre\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/\(check first: the repository of line 2 may have no packages for it; what else/, /repository of line 2/],
    ],
    [
      "that the pip of a later system refuses",
      "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [
        /24\.04 \(check first: its pip wants a virtual environment or --break-system-packages; what else/,
        /26\.04 \(check first: its pip wants/,
      ],
    ],
    [
      "nothing of pip in an environment of its own",
      "FROM debian:buster\nENV VIRTUAL_ENV=/opt/venv\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /bookworm/,
      [/^(?!.*check first)/, /\(check first: what 6 years have changed\), test/],
    ],
    [
      "nothing of the pip of Python's own image",
      "FROM python:3.8-slim-bullseye\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /python 3\.12/,
      [/\(check first: pinned packages have to know Python 3\.12, which is without distutils\), test/, /without distutils; what else/],
    ],
    [
      "which line gives the id of Ubuntu's user again",
      "FROM ubuntu:20.04\nRUN set -e; \\\n  groupadd -g 1000 ferry; \\\n  useradd -m -u 1000 -g ferry ferry\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/24\.04 \(check first: its user ubuntu has the id 1000 of line 3; what else/, /26\.04 \(check first: its user/],
    ],
    [
      "nothing of the id where that user goes",
      "FROM ubuntu:20.04\nRUN userdel ubuntu || true\nRUN useradd -u 1000 ferry\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/\(check first: what 4 years have changed\), test/, /\(check first: what 6 years/],
    ],
    [
      "which lines are for this release alone",
      "FROM ubuntu:bionic\nRUN echo deb http://x.example.org bionic main >/etc/apt/sources.list.d/x.list\nRUN curl -O https://x.example.org/ubuntu/18.04/x.deb # bionic\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/\(check first: line 2 names bionic; line 3 names ubuntu\/18\.04; what else/, /line 2 names bionic/],
    ],
    [
      "a package that is but a name of several by now",
      "FROM debian:buster\nRUN apt-get update && apt-get install -y netcat mail-transport-agent\n",
      "2026-11-24",
      /bookworm/,
      [/\(check first: it has no netcat\), test/, /it has no netcat; what else 6 years/],
    ],
    [
      "the version of PHP that a path names",
      "FROM debian:buster\nRUN apt-get update && apt-get install -y php-fpm\nRUN sed -i s/a/b/ /etc/php/7.3/fpm/php-fpm.conf && service php7.3-fpm start\n",
      "2026-11-24",
      /bookworm/,
      [/\(check first: line 3 names php7\.3\), test/, /line 3 names php7\.3; what else/],
    ],
    [
      "what Ubuntu's image had once",
      "FROM ubuntu:trusty\nRUN locale-gen en_US.UTF-8\nRUN sudo chown -R root /usr/local\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/\(check first: it has no locales and sudo; what else/, /it has no locales and sudo; what else/],
    ],
    [
      "that a library in one version may be gone",
      "FROM debian:buster\nRUN apt-get update && apt-get install -y libharbour17 python3-harbour\n",
      "2026-11-24",
      /bookworm/,
      [/\(check first: whether it has libharbour17 and python3-harbour is not known\), test/, /whether it has libharbour17/],
    ],
    [
      "lists of repositories for a third release",
      "FROM golang:1.22\nRUN echo 'deb https://x.example.org/ bullseye-x main' > /etc/apt/sources.list.d/x.list\nRUN sudo apt-key add x.asc\n",
      "2026-11-24",
      /golang 1\.26/,
      [/golang:1\.26 \(check first: line 2 names bullseye; it has no apt-key\), test/, /line 2 names bullseye/],
    ],
    [
      "tools that the other base has no longer",
      "FROM debian:buster-slim\nRUN apt-get update && apt-get install -y gnupg curl && curl https://x.example.org/key | apt-key add -\nRUN adduser --system ferry\n",
      "2026-11-24",
      /bookworm/,
      [/^(?!.*check first)/, /\(check first: it has no apt-key and adduser; what else/],
    ],
    [
      "that gnupg was in an old base",
      "FROM ubuntu:16.04\nRUN apt-key adv --recv-keys 0123456789ABCDEF\n",
      "2026-11-24",
      /noble/,
      [/\(check first: it has no gnupg; what else/, /\(check first: it has no apt-key and gnupg; what else/],
    ],
    [
      "that a project in GOPATH is left as it is",
      "FROM golang:1.10\nWORKDIR /go/src/ferry\nCOPY . .\nRUN dep ensure && go build\n",
      "2026-11-24",
      /What it builds in GOPATH needs a go\.mod first\.$/,
      [],
    ],
    [
      "that Python 2 is left by porting alone",
      "FROM python:2.7\n",
      "2026-11-24",
      /until 2030-10-31\. What runs on it has to be ported first\.$/,
      [],
    ],
    [
      "the lines that name one release together, and those that add repositories",
      "FROM debian:buster\nRUN curl -O https://x.example.org/buster/a.deb\nRUN curl -O https://x.example.org/buster/b.deb\nRUN curl -s https://packagecloud.io/install/repositories/ferry/script.deb.sh | bash\nRUN curl -sL https://deb.nodesource.com/setup_10.x | bash -\n",
      "2026-11-24",
      /bookworm/,
      [/\(check first: lines 2 and 3 name buster; the repositories of lines 4 and 5 may have no packages for it\), test/, /lines 2 and 3/],
    ],
    [
      "which lines name a version of a program",
      "FROM alpine:3.7\nRUN apk add --no-cache python3\nRUN ln -s /usr/bin/python3.6 /usr/bin/python \\\n  && ln -s /usr/include/python3.6m /usr/include/python\nENV JAVA_HOME=/usr/lib/jvm/java-1.8-openjdk\n",
      "2026-11-24",
      /alpine 3\.24/,
      [/\(check first: lines 3 and 4 name python3\.6; line 5 names java-1\.8-openjdk; what else 8 years/],
    ],
    [
      "where the repositories are by now",
      "FROM debian:bullseye-slim\nRUN sed -i s/deb.debian.org/mirror.example.org/g /etc/apt/sources.list\n",
      "2026-11-24",
      /bookworm/,
      [
        /\(check first: its repositories are in sources\.list\.d\/debian\.sources, not in the sources\.list of line 2\), test/,
        /debian\.sources/,
      ],
    ],
    [
      "which program of Go's own comes otherwise by now",
      "FROM golang:1.17\nRUN go get github.com/ferry/tide/cmd/tide\n",
      "2026-11-24",
      /golang 1\.26/,
      [/\(check first: what line 2 has go get install needs go install; what else/, /line 2/],
    ],
    [
      "what Alpine's package of Node had in it",
      "FROM alpine:3.5\nRUN apk add --no-cache nodejs && npm install -g ferry\n",
      "2026-11-24",
      /alpine 3\.24/,
      [/\(check first: it has no npm; what else/],
    ],
    [
      "what Alpine's index has not",
      "FROM alpine:3.11\nRUN apk add --no-cache python3 ferry-harbour postgresql12-client && pip3 install tide\n",
      "2026-11-24",
      /alpine 3\.24/,
      [/it has no pip3; whether it has ferry-harbour and postgresql12-client is not known; /],
    ],
    [
      "what an image that is no longer made has named",
      "FROM openjdk:17-jdk-slim\nENV LD_LIBRARY_PATH=/usr/local/openjdk-17/lib\nRUN useradd -u 1000 ferry\n",
      "2026-11-24",
      /eclipse-temurin/,
      [/^Move to eclipse-temurin:17-jdk \(check first: line 2 names openjdk-17; its user ubuntu has the id 1000 of line 3\), test/],
    ],
    [
      "that its tag was deleted",
      "FROM openjdk:21-jdk-slim\n",
      "2026-11-24",
      /^openjdk:21-jdk-slim was deleted from Docker Hub: the image is no longer made\. eclipse-temurin has taken its place\.$/,
      [/^Move to eclipse-temurin:21-jdk/],
    ],
    [
      "what takes its place where nobody knows how big that is",
      "FROM java:8\n",
      "2026-11-24",
      /^java:8 was deleted from Docker Hub/,
      [/^Move to eclipse-temurin:8-jdk, test before you ship$/],
    ],
    [
      "that nobody makes it any more",
      "FROM clearlinux:latest\n",
      "2026-11-24",
      /^clearlinux has had no security fixes since July 2025: the image is no longer made\.$/,
      [],
    ],
    [
      "that it is made by somebody else now",
      "FROM jenkins\n",
      "2026-11-24",
      /^jenkins was deleted from Docker Hub: the image is no longer made\. jenkins\/jenkins has taken its place\.$/,
      [],
    ],
    [
      "that it is no longer made, of a whole version, which is still there",
      "FROM openjdk:11.0.16-jre\n",
      "2026-11-24",
      /^openjdk has had no security fixes since July 2022: the image is no longer made\./,
      [],
    ],
    [
      "which tools it lacks",
      "FROM openjdk:11-jre\nRUN curl -LO https://x.example.org/a.zip && unzip a.zip && ps\n",
      "2026-11-24",
      /eclipse-temurin/,
      [/\(check first: it has no unzip\), test/],
    ],
    [
      "whose script may not know the release",
      "FROM debian:bullseye\nRUN wget -O - https://x.example.org/install-nightly | bash\n",
      "2026-11-24",
      /bookworm/,
      [/\(check first: the script of line 2 may not know it\), test/, /the script of line 2/],
    ],
    [
      "nothing of what others bring where the distribution beneath stays",
      "FROM python:3.9-slim-bookworm\nRUN wget -O - https://x.example.org/install-nightly | bash\nRUN curl -sL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y ferry-cli\n",
      "2026-11-24",
      /python 3\.12/,
      [
        /\(check first: pinned packages have to know Python 3\.12, which is without distutils\), test/,
        /^(?!.*(?:script|repository|ferry-cli))/,
      ],
    ],
    [
      "nothing of a script that brings the same to any release",
      "FROM debian:bullseye\nRUN curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.39.7/install.sh | bash\n",
      "2026-11-24",
      /bookworm/,
      [/^(?!.*check first)/, /^(?!.*check first)/],
    ],
    [
      "what has taken the place of a deleted image",
      "FROM opensuse:latest\n",
      "2026-11-24",
      /^opensuse:latest was deleted from Docker Hub: the image is no longer made\. opensuse\/leap or opensuse\/tumbleweed has taken its place\.$/,
      [],
    ],
    [
      "of many packages that no index tells of them",
      "FROM fedora:42\nRUN dnf install -y a b c d e f g\n",
      "2026-11-24",
      /fedora 44/,
      [/\(check first: whether it has 7 packages is not known\), test/],
    ],
    [
      "that what runs on a line that is long dead may have to be ported",
      "FROM node:14\n",
      "2026-11-24",
      /longest of all, until 2029-04-30\. What runs on it may have to be ported first\.$/,
      [],
    ],
    ["that another major version is no fix", "FROM ruby:3.1\n", "2026-11-24", /ruby 4\.0 longest/, [/^Move to ruby:3\.4/]],
    ["that data has to be taken along", "FROM postgres:12\n", "2026-11-24", /see first how it upgrades\.$/, []],
    [
      "that the file keeps the release",
      "FROM debian:buster\nRUN echo deb http://archive.debian.org/debian buster main > /etc/apt/sources.list\n",
      "2026-11-24",
      /Line 2 takes its packages from the archive of ended releases: what keeps it there has to move first\.$/,
      [],
    ],
    [
      "nothing of a package that both have",
      "FROM debian:bullseye\nRUN apt-get install -y curl\n",
      "2026-11-24",
      /bookworm/,
      [/^(?!.*check first)/, /^(?!.*check first)/],
    ],
    [
      "which of its own commands a later line of the image does without",
      "FROM node:20-alpine\nRUN corepack enable && yarn install --immutable\n",
      "2026-11-24",
      /node 24 gets them until 2028-04-30, and node 26 longest/,
      [/^Move to node:24-alpine, test/, /^Move to node:26-alpine \(check first: it has no corepack and yarn\), test/],
    ],
    [
      "so of what is called when it starts",
      'FROM node:20-slim\nRUN npm ci\nCMD ["yarn", "start"]\n',
      "2026-11-24",
      /node 26 longest/,
      [/24-slim, test/, /26-slim \(check first: it has no yarn\), test/],
    ],
    [
      "nothing of commands that the file installs itself",
      "FROM node:20-slim\nRUN npm install -g corepack@latest && corepack enable\nRUN yarn install\n",
      "2026-11-24",
      /node 26 longest/,
      [/24-slim, test/, /26-slim, test/],
    ],
    [
      "nothing of a command that the line before was without",
      "FROM node:25-alpine\nRUN npm install --global yarn && corepack enable\n",
      "2026-11-24",
      /node 25 has had/,
      [/26-alpine, test/],
    ],
    [
      "another distribution of the same image, where a RUN needs that",
      "FROM openjdk:17\nRUN microdnf install -y findutils\n",
      "2026-11-24",
      /eclipse-temurin has taken its place, but line 2 needs microdnf, which eclipse-temurin:17-jdk has not; eclipse-temurin:17-jdk-ubi9-minimal has it\.$/,
      [/^Move to eclipse-temurin:17-jdk-ubi9-minimal,/],
    ],
    [
      "what no image has that could take its place",
      "FROM openjdk:17\nRUN microdnf install -y findutils \\\n && groupadd tide && useradd -g tide ferry\n",
      "2026-11-24",
      /has taken its place, but line 2 needs microdnf, which eclipse-temurin:17-jdk has not\.$/,
      [],
    ],
    [
      "nothing of what the packages of a RUN bring",
      "FROM openjdk:17\nRUN microdnf install -y shadow-utils && groupadd tide\n",
      "2026-11-24",
      /line 2 needs microdnf/,
      [/ubi9-minimal/],
    ],
    [
      "that Debian's adduser is no more on Ubuntu",
      "FROM openjdk:11-jre-slim\nRUN apt-get update \\\n && adduser --system ferry\n",
      "2026-11-24",
      /place, but line 3 needs adduser, which eclipse-temurin:11-jre has not\.$/,
      [],
    ],
    [
      "nothing of Debian's adduser where it is installed",
      "FROM openjdk:11-jre-slim\nRUN apt-get update && apt-get install -y adduser && adduser --system ferry\n",
      "2026-11-24",
      /has taken its place\.$/,
      [/^Move to eclipse-temurin:11-jre,/],
    ],
    [
      "nothing of BusyBox's words where BusyBox stays",
      "FROM openjdk:17-alpine\nRUN addgroup -S tide && adduser -S -D -G tide ferry && apk add --no-cache curl\n",
      "2026-11-24",
      /has taken its place\.$/,
      [/^Move to eclipse-temurin:17-jdk-alpine,/],
    ],
    [
      "that a later release has another package manager",
      "FROM oraclelinux:7-slim\nRUN yum install -y tar\n",
      "2030-11-24",
      /oraclelinux 9 gets them until \S+, and oraclelinux 10 longest of all\. Line 2 needs yum, which oraclelinux:9-slim has not\.$/,
      [],
    ],
  ];
  for (const [says, text, today, message, titles] of cases)
    it(`says ${says}`, () => {
      const found = analyze(text, { ...worldOf(), today }).findings.find((f) => f.rule.id === "base-ended");
      assert.match(found?.message ?? "", message);
      assert.equal(found?.fixes.length, titles.length);
      found?.fixes.forEach((fix, i) => void assert.match(fix.title, titles[i] ?? /^$/));
    });

  describe("in stages that move together", () => {
    const from = (name: string, before = "") => `${before}FROM node:20-alpine AS ${name}\n`;
    const copy = (name: string) => `COPY --from=${name} /srv /srv\n`;
    const told = (text: string) =>
      analyze(text, { ...worldOf(), today: "2026-11-24" })
        .findings.filter((f) => f.rule.id === "base-ended")
        .map(({ span, message, fixes }) => ({
          line: text.slice(0, span.start).split("\n").length,
          message,
          titles: fixes.map((f) => f.title),
        }));

    it("is said once, with the other lines", () => {
      const [only, ...more] = told(from("a") + from("b") + copy("a") + from("c") + copy("b"));
      assert.deepEqual(more, []);
      assert.equal(only?.line, 1);
      assert.match(only.message, /^node 20 has had no security fixes since 2026-04-30 \(lines 2 and 4 stand on it, too\)\. node 24 gets/);
      assert.match(only.titles[0] ?? "", /^Move to node:24-alpine, with lines 2 and 4, test before you ship/);
    });

    it("names once what the new base is without", () => {
      const [only] = told(`${from("a")}RUN corepack enable && yarn install\n${from("b")}${copy("a")}RUN yarn build\n`);
      assert.match(only?.titles[1] ?? "", /^Move to node:26-alpine, with line 3 \(check first: it has no corepack and yarn\), test/);
    });

    it("changes the ARG that all of them name, and none that goes another way as well", () => {
      const file = (second: string, more = "") =>
        `ARG NODE=20\nFROM node:\${NODE}-alpine AS a\nFROM ${second} AS b\n${copy("a")}${more}FROM node:$NODE-slim\n${copy("b")}`;
      const fixed = (text: string) => {
        const fix = analyze(text, { ...worldOf(), today: "2026-11-24" }).findings.find((f) => f.rule.id === "base-ended")?.fixes[0];
        return fix && applyEdits(text, fix.edits);
      };
      const all = file("node:$NODE");
      assert.equal(fixed(all), all.replace("=20", "=24"));
      const written = file("node:20");
      assert.equal(fixed(written), written.replace("=20", "=24").replace("node:20", "node:24"));
      assert.equal(fixed(file("node:$NODE", "FROM python:3.$NODE\n")), undefined);
      assert.equal(fixed(file("node:$NODE-alpine3.19")), undefined);
    });

    it("is said of each that goes its own way", () => {
      const found = told(from("a") + from("b") + copy("a") + from("c"));
      assert.deepEqual(
        found.map((f) => f.line),
        [1, 4],
      );
      assert.match(found[0]?.message ?? "", /\(line 2 stands on it, too\)/);
      assert.doesNotMatch(found[1]?.message ?? "", /too/);
    });

    it("is said at the first that is not told to be ignored, and moves nothing that is", () => {
      const ignore = "# ballast ignore=base-ended\n";
      const all = (...befores: string[]) => told(from("a", befores[0]) + from("b", befores[1]) + copy("a"));
      assert.deepEqual([all("", ignore)[0]?.line, all("", ignore)[0]?.titles], [1, []]);
      assert.deepEqual([all(ignore, "")[0]?.line, all(ignore, "")[0]?.titles], [3, []]);
      assert.deepEqual(all(ignore, ignore), []);
    });

    it("moves none where one of them pins a package", () => {
      const [only] = told(`${from("a")}RUN apk add --no-cache tide=1.2-r0\n${from("b")}${copy("a")}`);
      assert.match(only?.message ?? "", /Line 2 pins tide=1\.2-r0, made for node:20-alpine/);
      assert.deepEqual(only?.titles, []);
    });
  });

  it("says nothing where the file or its folder is called after the release", () => {
    const isTold = (name: string, base: string): boolean =>
      analyze(`FROM ${base}\nRUN make\n`, { ...worldOf(), today: "2026-11-24", name }).findings.some((f) => f.rule.id === "base-ended");
    for (const [name, base] of [
      ["Dockerfile.centos6", "centos:6"],
      ["docker/ubuntu18.04_glibc2.27.dockerfile", "ubuntu:18.04"],
      ["xenial/Dockerfile", "ubuntu:16.04"],
      ["build/debian-10/Dockerfile", "debian:buster"],
      ["src/node/16.14.2/Dockerfile.linux", "node:16.14.2"],
      ["centos/7.6.1810/Dockerfile", "centos:7"],
      ["aspnet/6-focal-fonts/Dockerfile", "mcr.microsoft.com/dotnet/aspnet:6.0"],
      ["3.6/buster/Dockerfile", "python:3.6-buster"],
      ["flex/ubuntu-20.04/media/ffmpeg/Dockerfile", "ubuntu:20.04"],
      ["Dockerfile.ubuntu1804", "ubuntu:bionic"],
    ] as const)
      assert.equal(isTold(name, base), false, name);
    for (const [name, base] of [
      ["Dockerfile", "centos:6"],
      ["v13.6/Dockerfile", "python:3.6"],
      ["busterhouse/Dockerfile", "debian:buster"],
      ["docker-10/Dockerfile", "debian:10"],
    ] as const)
      assert.equal(isTold(name, base), true, name);
  });

  it("tells by how much the image grows or shrinks", () => {
    const first = (text: string) =>
      analyze(text, { ...worldOf(), today: "2026-11-24" }).findings.find((f) => f.rule.id === "base-ended")?.fixes[0]?.title ?? "";
    assert.match(first("FROM python:3.8\n"), /^Move to python:3\.12.* \(the image grows by ≈ 1\d\d MB\)$/);
    const opencv = (recommends: string) => `FROM debian:bullseye\nRUN apt-get update && apt-get install -y ${recommends} python3-opencv\n`;
    assert.match(first(opencv("--no-install-recommends")), /^Move to debian:bookworm.* \(the image grows by ≈ \d\d\d MB\)$/);
    const bullseye = "FROM debian:bullseye\nRUN useradd -m";
    assert.match(first(`${bullseye} app\n`), / \(saves ≈ \d[\d.]* MB\)$/);
    // What goes is the log of logins, which needs no other base.
    assert.match(first(`${bullseye} -u 100000 app\n`), /ship$/);
    // Under 1 MB is no difference of two images.
    assert.match(first("FROM alpine:3.20\n"), /^Move to alpine:3\.\d+.*ship$/);
  });

  it("tells no bytes where packages have to be replaced", () => {
    const titleOf = (names: string): string =>
      analyze(`FROM alpine:3.9\nRUN apk add --no-cache ${names}\n`, { ...worldOf(), today: "2026-11-24" }).findings.find(
        (f) => f.rule.id === "base-ended",
      )?.fixes[0]?.title ?? "";
    assert.match(titleOf("nodejs git"), / \(the image grows by ≈ [\d.]+ MB\)$/);
    assert.match(titleOf("nodejs git python2"), /it has no python2; .* test before you ship$/);
  });

  it("tells no bytes where the size of one image stands in for the other's, and the line once", () => {
    const titles = (text: string) =>
      analyze(text, { ...worldOf(), today: "2026-11-24" })
        .findings.filter((f) => f.rule.id === "base-ended")
        .flatMap((f) => f.fixes.map((fix) => fix.title));
    assert.deepEqual(titles("FROM ruby:3.0.2\nRUN useradd -m -u 100000 app\n"), [
      "Move to ruby:3.4 (check first: what 4 years have changed), test before you ship",
    ]);
    assert.deepEqual(
      titles("FROM python:3.9-slim-bullseye\n").map((t) => /slim[\w-]*(: [\w .]+)?[,(]/.exec(t)?.[1]),
      [undefined, undefined],
    );
    assert.match(titles("FROM debian:buster-slim\n")[0] ?? "", /^Move to debian:bookworm-slim: debian 12/);
  });
});

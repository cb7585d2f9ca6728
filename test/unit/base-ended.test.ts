import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

describe("a base past its end", () => {
  const cases: [says: string, text: string, today: string, message: RegExp, titles: RegExp[]][] = [
    [
      "the nearest line that lives for a year, and the one that lives longest",
      "FROM php:7.4-fpm\n",
      "2026-11-24",
      /since 2022-11-28\. php 8\.3 gets them until 2027-12-31, and php 8\.5 longest of all, until 2029-12-31\.$/,
      [/^Move to php:8\.3-fpm:/, /^Move to php:8\.5-fpm:/],
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
      "packages that the other release has no longer",
      "FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y python3.10 curl libssl1.1 unheard-of && apt-get purge -y libssl1.1\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\) gets them until 2029-05-31/,
      [/24\.04 \(check first: it has no python3\.10 and libssl1\.1\): /, /26\.04 \(check first: it has no python3\.10 and libssl1\.1\): /],
    ],
    [
      "packages in the version of a release that is in no index",
      "FROM ubuntu:14.04\nRUN apt-get update && apt-get install -y openjdk-6-jre php5-cli curl\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/it has no openjdk-6-jre and php5-cli\): /, /it has no openjdk-6-jre and php5-cli\): /],
    ],
    [
      "nothing of a package beside its version that is in no index",
      "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python3-harbour\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/^(?!.*check first)/, /^(?!.*check first)/],
    ],
    [
      "what Alpine has no longer",
      "FROM alpine:3.9\nRUN apk add --no-cache py2-pip php7-fpm nodejs curl\n",
      "2026-11-24",
      /alpine 3\.24/,
      [/check first: it has no py2-pip and php7-fpm\): /],
    ],
    [
      "nothing of versions that another repository brings",
      "FROM ubuntu:14.04\nRUN add-apt-repository -y ppa:harbour/java && apt-get update && apt-get install -y openjdk-6-jre\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/^(?!.*check first)/, /^(?!.*check first)/],
    ],
    [
      "that the pip of a later system refuses",
      "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /ubuntu 24\.04 \(noble\)/,
      [/24\.04 \(check first: its pip wants a virtual environment or --break-system-packages\): /, /26\.04 \(check first: its pip wants/],
    ],
    [
      "nothing of pip in an environment of its own",
      "FROM debian:buster\nENV VIRTUAL_ENV=/opt/venv\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /bookworm/,
      [/^[^(]*$/, /^[^(]*$/],
    ],
    [
      "nothing of the pip of Python's own image",
      "FROM python:3.8-slim-bullseye\nRUN apt-get update && apt-get install -y python3-pip && pip3 install ferry\n",
      "2026-11-24",
      /python 3\.12/,
      [/^(?!.*check first)/, /^(?!.*check first)/],
    ],
    [
      "that Python 2 is left by porting alone",
      "FROM python:2.7\n",
      "2026-11-24",
      /until 2030-10-31\. What runs on it has to be ported first\.$/,
      [],
    ],
    [
      "nothing of a package that both have",
      "FROM debian:bullseye\nRUN apt-get install -y curl\n",
      "2026-11-24",
      /bookworm/,
      [/^[^(]*$/, /^[^(]*$/],
    ],
  ];
  for (const [says, text, today, message, titles] of cases)
    it(`says ${says}`, () => {
      const found = analyze(text, { ...worldOf(), today }).findings.find((f) => f.rule.id === "base-ended");
      assert.match(found?.message ?? "", message);
      assert.equal(found?.fixes.length, titles.length);
      found?.fixes.forEach((fix, i) => void assert.match(fix.title, titles[i] ?? /^$/));
    });
});

import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

/** What a rule says that one RUN on a base could save; undefined where the bytes are not known. */
function saved(rule: string, base: string, run: string): { megabytes: number | undefined; atLeast: boolean | undefined } {
  const { findings } = analyze(`FROM ${base}\nRUN ${run}\n`, { ...worldOf(), settings: { minSaving: 0 } });
  const saving = findings.find((f) => f.rule.id === rule)?.saving;
  return { megabytes: saving?.bytes === undefined ? undefined : Math.round(saving.bytes / 1e5) / 10, atLeast: saving?.lowerBound };
}

describe("what package managers keep in old images", () => {
  it("has apt's lists of releases that are in no archive any more, as others measured them", () => {
    const install = "apt-get update && apt-get install -y --no-install-recommends curl";
    const of = (base: string) => saved("apt-lists-kept", base, install).megabytes;
    assert.deepEqual([of("debian:buster"), of("python:3.7-buster"), of("ubuntu:16.04")], [17.5, 17.5, 27.7]);
    assert.equal(of("php:7.2-cli"), 17.5, "its last build was on buster");
    assert.deepEqual(saved("apt-lists-kept", "wordpress:5.4", install), { megabytes: 9.4, atLeast: true }, "a tag that names no release");
    assert.ok((of("ubuntu:18.04") ?? 0) > 40 && (of("ubuntu:20.04") ?? 0) > 50, "these are in the archive");
  });

  it("has the index of Alpine's release, and of newer ones at least that of the newest that was measured", () => {
    const of = (base: string) => saved("apk-cache-kept", base, "apk update && apk add curl");
    assert.deepEqual(of("alpine:3.8"), { megabytes: 1.3, atLeast: false });
    assert.deepEqual(of("alpine:3.17"), { megabytes: 2.6, atLeast: false });
    assert.deepEqual(of("alpine:3.18"), { megabytes: 1.9, atLeast: false });
    assert.deepEqual(of("alpine:3.11"), { megabytes: 1.5, atLeast: false });
    assert.deepEqual(of("alpine:3.22"), { megabytes: 1.9, atLeast: true });
    assert.deepEqual(of("python:3.7-alpine"), { megabytes: 1.3, atLeast: true });
    assert.deepEqual(of("alpine:3.4"), { megabytes: undefined, atLeast: true });
    const with_ = (before: string) => saved("apk-cache-kept", "alpine:3.17", `${before} && apk update && apk add curl`);
    assert.deepEqual(with_("echo https://example.org/x >> /etc/apk/repositories"), { megabytes: 2.6, atLeast: true });
    assert.deepEqual(with_("sed -i s/dl-cdn/mirror/ /etc/apk/repositories"), { megabytes: 2.6, atLeast: false });
    assert.deepEqual(with_("echo https://example.org/x > /etc/apk/repositories"), { megabytes: undefined, atLeast: true });
  });

  it("has at least what yum's metadata were in 2020 on CentOS 7 and Amazon Linux 2, and nothing for what dnf keeps", () => {
    const of = (base: string, options = "") => {
      const { megabytes, atLeast } = saved("yum-cache-kept", base, `yum install -y ${options} which`);
      return megabytes === undefined ? undefined : `${atLeast ? "≥" : "="} ${megabytes}`;
    };
    assert.deepEqual(
      [of("centos:7"), of("amazoncorretto:11"), of("amazonlinux:2"), of("amazoncorretto:17-al2023")],
      ["≥ 132.2", "≥ 195", "≥ 195", undefined],
    );
    assert.equal(of("centos:7", "--disablerepo='*' --enablerepo=acme"), undefined);
  });

  it("has yum's metadata again where the RUN before cleaned up", () => {
    const text = "FROM centos:7\nRUN yum install -y which && yum clean all\nRUN yum install -y tar\n";
    const { findings } = analyze(text, worldOf());
    assert.deepEqual(
      findings.filter((f) => f.rule.id === "yum-cache-kept").map((f) => [text.slice(f.span.start, f.span.end), f.saving?.bytes]),
      [["yum install", 132_200_000]],
    );
    assert.match(
      analyze("FROM centos:7\nRUN yum install -y which\nRUN yum install -y tar\n", worldOf()).findings.find(
        (f) => f.rule.id === "yum-cache-kept",
      )?.message ?? "",
      /≥ 132 MB\. Remove it in this RUN, and where it is fetched anew: line 3\.$/,
    );
  });

  it("has yum's metadata once: a later RUN finds them there, and is part of the same finding", () => {
    const { findings } = analyze("FROM centos:7\nRUN yum install -y which\nRUN yum install -y tar\n", worldOf());
    const savings = findings.filter((f) => f.rule.id === "yum-cache-kept").map((f) => f.saving?.bytes);
    assert.deepEqual(savings, [132_200_000]);
  });

  it("brings what is recommended on Ubuntu 18.04 and 20.04, by name", () => {
    const { findings } = analyze(
      "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y python3-pip && rm -rf /var/lib/apt/lists/*\n",
      worldOf(),
    );
    assert.match(findings.find((f) => f.rule.id === "apt-recommends-installed")?.message ?? "", /gcc-9, g\+\+-9/);
  });
});

import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

function told(lines: string[], files?: Record<string, number | string>): { message: string; title?: string; text?: string[] } {
  const text = `${lines.join("\n")}\n`;
  const { findings } = analyze(text, { ...worldOf(files), settings: { minSaving: 0 } });
  const found = findings.find((f) => f.rule.id === "removed-later");
  const [fix] = found?.fixes ?? [];
  return { message: found?.message ?? "", ...(fix && { title: fix.title, text: applyEdits(text, fix.edits).split("\n").slice(0, -1) }) };
}

describe("removed-later", () => {
  it("counts what apt-get autoremove takes with the packages that are removed before it in the same RUN", () => {
    const of = (removal: string) =>
      told([
        "FROM python:3.12-slim",
        "RUN apt-get update && apt-get install -y --no-install-recommends git build-essential && rm -rf /var/lib/apt/lists/*",
        "COPY requirements.txt .",
        `RUN ${removal}`,
      ]).message;
    const whole = of("apt-get purge -y --auto-remove build-essential git");
    assert.match(whole, /^build-essential, git and \d\d more are stored by line 2: ≈ 3\d\d MB\./);
    assert.equal(of("apt-get remove -y build-essential git && apt-get autoremove -y"), whole);
  });

  const manifest = { "package.json": '{ "devDependencies": { "typescript": "5" } }', "main.ts": 100 };

  it("names the dependencies that npm prune takes, and says what helps where a build needs them in between", () => {
    const prune = ["FROM node:24", "WORKDIR /app", "COPY package.json .", "RUN npm install", "COPY . .", "RUN npx tsc"];
    for (const files of [manifest, { ...manifest, "package-lock.json": 60_000 }])
      for (const end of [["RUN npm prune --omit=dev"], ["ENV NODE_ENV=production", "RUN npm prune"]]) {
        const { message } = told([...prune, ...end], files);
        assert.match(
          message,
          /^The development dependencies are stored by line 4: .*only one RUN that brings, uses and removes them, or a stage of its own, would\.$/,
        );
      }
  });

  it("says nothing of a small file because a script would do what nobody knows without it", () => {
    const text = "FROM ubuntu:22.04\nCOPY tend.sh /bin/\nCOPY user.rc /tmp/\nRUN /bin/tend.sh\n";
    const script = "#!/bin/sh\n[ -f /tmp/user.rc ] || exit 0\n. /tmp/user.rc\nrm /tmp/user.rc\n";
    const rules = (bytes: number): string[] =>
      analyze(text, worldOf({ "tend.sh": script, "user.rc": bytes })).findings.map(({ rule }) => rule.id);
    assert.ok(!rules(104).includes("removed-later"));
    assert.ok(rules(2_000_000).includes("removed-later"));
  });

  it("asks for no removal where packages come while RUNs between call them", () => {
    const tail = ["ENV A=b", "RUN apt-get remove -y python3-pip"];
    const install = "RUN apt-get update && apt-get install -y --no-install-recommends python3-pip graphviz";
    const messageOf = (run: string): string => told(["FROM ubuntu:22.04", install, "ENV B=c", run, ...tail]).message;
    for (const run of ["/usr/bin/pip3 install virtualenv", "pip install virtualenv", "python3 -m pip install virtualenv"])
      assert.match(
        messageOf(`RUN ${run}`),
        /^python3-pip is stored by line 2: .*; only one RUN that brings, uses and removes it, or a stage of its own, would\.$/,
        run,
      );
  });

  it("says nothing of an npm prune that keeps them", () =>
    assert.equal(told(["FROM node:24", "WORKDIR /app", "COPY package.json .", "RUN npm install", "RUN npm prune"], manifest).message, ""));

  it("names packages that a tool removes from its folder", () =>
    assert.match(
      told(["FROM continuumio/miniconda3", "RUN conda install -y qt", "USER root", "RUN conda remove -y qt"]).message,
      /^qt is stored by line 2/,
    ));

  it("has a cache emptied where it is filled, and once more where the same RUN fills it again", () => {
    const { message, text } = told([
      "FROM continuumio/miniconda3",
      "RUN conda update -n base conda",
      "COPY environment.yaml .",
      "RUN conda env create -f environment.yaml && conda clean -afy",
    ]);
    assert.match(message, /is stored by line 2: .* Removing it here frees none of that; remove it in the RUN that writes it\.$/);
    assert.deepEqual(text?.slice(1), [
      "RUN conda update -n base conda && conda clean -afy",
      "COPY environment.yaml .",
      "RUN conda env create -f environment.yaml && conda clean -afy",
    ]);
  });

  it("has a cache emptied in each of the RUNs that fill it, also where a script does it too late", () => {
    const lines = ["FROM centos:7", "RUN yum install -y gcc", "ENV A=b", "RUN yum install -y curl", "COPY tidy.sh /", "RUN sh /tidy.sh"];
    const { message, text } = told(lines, { "tidy.sh": "yum remove -y curl binutils\nyum clean all\n" });
    assert.match(
      message,
      /^\/var\/cache\/yum is stored by lines 2 and 4: .*; remove it in the RUNs that write it\.$/,
      "and not curl, which is little",
    );
    assert.deepEqual(text?.slice(1), [
      "RUN yum install -y gcc && yum clean all",
      "ENV A=b",
      "RUN yum install -y curl && yum clean all",
      ...lines.slice(4),
    ]);
  });

  it("moves no cleaning that another command answers for", () => {
    const { message, text } = told(["FROM archlinux:base", "RUN pacman -Syu --noconfirm git", "ENV A=b", "RUN yes | pacman -Scc"]);
    assert.match(message, /^\/var\/cache\/pacman\/pkg is stored by line 2: .*; remove it in the RUN that writes it\.$/);
    assert.equal(text?.[1], "RUN pacman -Syu --noconfirm git && rm -rf /var/cache/pacman/pkg/*");
    assert.equal(
      told(["FROM archlinux:base", "RUN pacman -Syu --noconfirm git", "RUN yes | pacman --noconfirm -Scc"]).message,
      "",
      "it removes nothing",
    );
  });

  it("finds what was made executable by the RUN that removes it, and leaves sums alone", () => {
    const lines = [
      "FROM debian:bookworm",
      "RUN curl -O https://x.example.org/tool-init && curl https://x.example.org/tool-init.sha256 > checksum.txt",
    ];
    const { message, title } = told([
      ...lines,
      "RUN sha256sum -c checksum.txt",
      "RUN chmod +x tool-init && ./tool-init -y && rm tool-init",
    ]);
    assert.match(message, /^tool-init is stored by line 2: an unknown amount\. .*; do both in one RUN\.$/);
    assert.match(title ?? "", /^Merge these 3 RUNs into one/);
    assert.equal(told([...lines, "RUN sha256sum -c checksum.txt && rm checksum.txt"]).message, "");
    assert.equal(
      told([...lines, "RUN chmod +x tool-init && ./tool-init -y && rm tool-init && curl -O https://x.example.org/tool-init"]).message,
      "",
    );
  });

  it("has none emptied of which a command in between lives", () =>
    assert.doesNotMatch(
      told(["FROM centos:7", "RUN yum install -y gcc", "ENV A=b", "RUN yum install -y -C git", "ENV A=c", "RUN yum clean all"]).title ?? "",
      /^Remove /,
    ));

  it("adds to the ignore file that is there what a COPY brings for nobody", () => {
    const text = "FROM debian:bookworm-slim\nCOPY . /app\nRUN rm -rf /app/tests\n";
    const { findings } = analyze(text, worldOf({ "main.py": 100, "tests/data.bin": 3_000_000 }, "*.log\r\n"));
    const found = findings.find((f) => f.rule.id === "removed-later");
    assert.match(found?.message ?? "", /; a line in \.dockerignore would leave it out\.$/);
    assert.deepEqual(found?.fixes[0]?.creates, [{ file: ".dockerignore", text: "*.log\r\ntests\r\n", replaces: "*.log\r\n" }]);
  });
});

import assert from "node:assert/strict";
import { layers } from "./support/layers.ts";
import { worldOf } from "./support/world.ts";

describe("scripts of the context", () => {
  const install = "#!/bin/sh\nset -e\nhead -c $1 /dev/zero > /opt/x\n";
  const world = worldOf({
    "install.sh": install,
    "env.sh": "SIZE=300\n",
    "a.py": "#!/usr/bin/env python3\n",
    "loop.sh": "sh /loop.sh; head -c 5 /dev/zero > /x\n",
  });
  const run = (...lines: string[]): string => layers(lines, "debian:bookworm", world);
  const size = install.length;

  it("are run where they are called", () => {
    assert.equal(run("COPY install.sh /tmp/", "RUN /tmp/install.sh 5000 && rm /tmp/install.sh"), `${size} 5000`);
    assert.equal(run("COPY install.sh /tmp/", "RUN cd /tmp && sh -x ./install.sh 400"), `${size} 400`);
    assert.equal(run("COPY install.sh /usr/local/bin/set-up", "RUN set-up 300"), `${size} 300`);
    assert.equal(run("RUN --mount=type=bind,source=install.sh,target=/i.sh sh /i.sh 200"), "200");
    assert.equal(run("COPY env.sh /", "RUN . /env.sh && head -c $SIZE /dev/zero > /x"), "9 300");
  });
  it("are an unknown amount where we cannot read them", () => {
    assert.equal(run("COPY a.py /", "RUN /a.py"), "23 ≥0");
    assert.equal(run("COPY loop.sh /", "RUN sh /loop.sh"), "38 ≥5");
    assert.equal(run("RUN f() { f; head -c 7 /dev/zero > /x; }; f"), "≥7");
  });
});

describe("accounts", () => {
  const near = (actual: string, expected: number[]): void =>
    assert.ok(
      actual.split(" ").every((text, i) => Math.abs(Number(text) - (expected[i] ?? 0)) < 700),
      `${actual}, measured ${expected.join(" ")}`,
    );

  it("one on bookworm, with and without a home", () => {
    near(layers(["RUN useradd -m app", "RUN useradd -r sys", "RUN groupadd g"]), [8889, 4292, 1616]);
    near(layers(["RUN adduser --uid 1234 --ingroup users --disabled-password --gecos '' app"]), [8145]);
  });
  it("BusyBox's, with a home of another name", () =>
    near(layers(["RUN adduser -D -h /app app", "RUN adduser app video"], "alpine:3.24"), [4336, 1616]));
  it("several in one layer rewrite the same files", () =>
    near(layers(["RUN groupadd g && useradd -g g a && useradd -M b && echo a:b | chpasswd"]), [4558]));
  it("lastlog grows on bullseye only, for every uid", () => {
    near(layers(["RUN useradd app"], "debian:bullseye"), [328_924]);
    near(layers(["RUN useradd -u 1000000 app"], "debian:bullseye"), [324_004_893]);
    near(layers(["RUN useradd -l -u 1000000 app"], "debian:bullseye"), [4569]);
    near(layers(["RUN useradd -u 1000000 -m app"]), [8858]);
  });
});

describe("apt without docker-clean", () => {
  const update = "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update";
  it("keeps its own index until it is cleaned", () => {
    const [kept, cleaned] = [layers([`RUN ${update}`]), layers([`RUN ${update} && apt-get clean`])];
    assert.equal(kept.startsWith("≥") ? Number.NaN : Number(kept) - Number(cleaned), 73_846_000);
  });
  it("keeps downloads of unknown size, but not under a cache mount", () => {
    const install = "apt-get install -y --no-install-recommends tree";
    assert.match(layers([`RUN ${update} && ${install}`]), /^≥/);
    const mount = "--mount=type=cache,target=/var/cache/apt";
    assert.doesNotMatch(layers([`RUN ${mount} ${update} && ${install}`]), /≥\d{8}/);
    assert.equal(layers([`RUN ${update}`, "RUN apt-get clean"]).split(" ")[1], "0");
  });
});

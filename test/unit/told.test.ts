import assert from "node:assert/strict";
import type { Finding } from "../../server/src/analysis.ts";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

const found = (rule: string, ...lines: string[]): Finding[] =>
  analyze([...lines, ""].join("\n"), worldOf()).findings.filter((f) => f.rule.id === rule);
const told = (rule: string, ...lines: string[]): string => found(rule, ...lines)[0]?.message ?? "";
const titles = (rule: string, ...lines: string[]): string[] =>
  found(rule, ...lines).flatMap((f) => f.fixes.map((x) => x.title.replace(/ \(.*/, "")));

describe("what to do is told", () => {
  const base = "FROM debian:bookworm-slim";
  const user = "RUN useradd app";

  it("of what is changed later, by the lines that bring it and the flag", () => {
    const of = (...lines: string[]) => told("changed-later", base, user, ...lines);
    assert.match(
      of("ADD https://example.com/a.jar /app/", "ADD https://example.com/b.jar /app/lib/", "RUN chown app:app /app/* /app/lib/*"),
      /^Stores \/app\/\* and \/app\/lib\/\* a second time: an unknown amount\. ADD --chown=app:app at lines 3 and 4 does it in place\.$/,
    );
    assert.match(of("COPY one.bin two.bin /q/", "RUN chmod +x /q/*.bin"), /\. COPY --chmod=755 at line 3 does it in place\.$/);
    assert.match(
      of("RUN git clone https://example.com/b.git /opt/b", "COPY zshrc /opt/b/.zshrc", "RUN chown -R app:app /opt/b"),
      /\. Change it where it is written: lines 3 and 4\.$/,
    );
    assert.match(
      of("COPY tool.jar /opt/tool/", "RUN curl -fsSL https://example.com/x.tgz | tar -xz -C /opt/tool", "RUN chown -R app:app /opt/tool"),
      /\. COPY --chown=app:app does it in place for its own files; change the rest where it is written: line 4\.$/,
    );
  });

  it("of what is changed later, by the account that must be there before, where a line makes it", () => {
    const of = (...lines: string[]) => told("changed-later", base, ...lines);
    assert.match(
      of("RUN mkdir /opt/b && wget -qO- https://example.com/b.tgz | tar -xz -C /opt/b", user, "COPY a /a", "RUN chown -R app /opt/b"),
      /\. Change it where it is written: line 2; app must exist by then\.$/,
    );
    const [fix] =
      found("changed-later", "FROM registry.example.com/base", "COPY tool.jar /opt/", "RUN chown app:app /opt/tool.jar")[0]?.fixes ?? [];
    assert.equal(fix?.title.replace(/ \(.*/, ""), "Copy with --chown=app:app", "of the base: nothing between them made it");
  });

  it("of what is changed later, but of a folder of the system, of one that the base may have made, or of what has the owner already, no line to change", () => {
    const of = (...lines: string[]) => told("changed-later", ...lines);
    const unpack = "RUN curl -fsSL https://example.com/x.tgz | tar -xz -C /usr/local";
    assert.match(of(base, user, unpack, "RUN chown -R app /usr"), /\. Files of the base image and of packages are among it: change only/);
    assert.match(
      of("FROM scratch", "COPY bin /bin/", "COPY usr /usr/", "RUN chown -R 1000 /bin /usr"),
      /\. (?:Change it where it is written: |COPY --chown=1000:0 at )lines 2 and 3/,
      "there is nothing else",
    );
    assert.match(
      of("FROM example.com/conda", "RUN conda install -y poetry", "ENV A=1", "RUN chown -R me /opt/conda"),
      /\. Change it where it is written: line 2; some may be the base image's\.$/,
    );
    assert.match(
      of(base, "WORKDIR /app", "COPY tool.jar .", "RUN npm ci", "RUN chown -R root:root /app"),
      /\. Lines 3 and 4 wrote it as root already\.$/,
    );
  });

  it("of what is changed later, in a home that the base may set, as it is written", () => {
    const fetch = "RUN curl -fsSL -o $HOME/tool.bin https://example.com/tool.bin";
    assert.match(told("changed-later", "FROM example.com/agent", fetch, "RUN chown 1001:0 $HOME/tool.bin"), /^Stores \$HOME\/tool\.bin a /);
    assert.match(told("changed-later", base, fetch, "RUN chown 1001:0 $HOME/tool.bin"), /^Stores \/root\/tool\.bin a /);
  });

  it("of what is changed later, by the lines that nobody knows to be all, where others may have written there", () => {
    const clone = "RUN git clone https://example.com/b.git /opt/b";
    assert.match(
      told("changed-later", base, user, clone, "RUN cd /opt/b && acme --build", "ENV B=1", "RUN chown -R app:app /opt/b"),
      /\. Change it where it is written, in line 3 among others\.$/,
    );
  });

  it("of what is changed later, where a folder with a dot was built, not of files with one", () => {
    const of = (name: string) =>
      told(
        "changed-later",
        "FROM example.com/built AS built",
        base,
        user,
        `COPY --from=built /a /srv/${name}`,
        `RUN chown -R app /srv/${name}`,
      );
    for (const name of [".next", ".venv", "bin/tool"]) assert.match(of(name), /a second time: an unknown amount/, name);
    for (const name of [".bashrc", ".env", "start.sh", "app.conf.j2"]) assert.equal(of(name), "", name);
  });

  it("of what is changed later, only places where something is stored again", () => {
    const own = "RUN mkdir /opt/x && cd /opt/x && curl -fsSLO https://example.com/tool && chmod +x /opt/bin/tool /opt/x/*";
    assert.match(told("changed-later", base, "ADD https://example.com/tool /opt/bin/tool", own), /^Stores \/opt\/bin\/tool a second time/);
  });

  it("of apk's index, whether a switch is added or an update left out", () => {
    const of = (run: string) => titles("apk-cache-kept", "FROM alpine:3.22", `RUN ${run}`)[0];
    assert.equal(of("apk update && apk add --no-cache curl"), "Leave out apk update");
    assert.equal(of("apk update && apk add curl"), "Add --no-cache, and leave out apk update");
    assert.equal(of("apk add curl"), "Add --no-cache");
    const said = told("apk-cache-kept", "FROM alpine:3.22", "RUN apk update && apk add --no-cache curl");
    assert.match(said, /\. No command works from it: leave out apk update\.$/);
  });

  it("of the logs of logins, with the uids of the base", () => {
    const of = (image: string) => told("lastlog-sparse", `FROM ${image}`, "RUN useradd -u 568 app");
    assert.match(of("node:18-bullseye-slim"), /: 324 kB\. --no-log-init/);
    assert.match(of("python:3.9-slim-bullseye"), /: 184 kB\. /);
    assert.match(of("solr:8-slim"), /^$|: ≥ 184 kB\. /);
  });

  it("of a stage that is copied whole, by its name, which it gets where it has none", () => {
    const build = "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*";
    const lines = (name: string, below: string) => [`${base}${name}`, build, `FROM ${below}`, "COPY --from=0 / /"];
    const named = lines(" AS build", "debian:bookworm-slim");
    assert.match(told("stage-copied-whole", ...named), /^All of build is copied .* FROM build holds the same files\.$/);
    assert.match(told("stage-copied-whole", ...lines("", "alpine:3.22")), /or name it with AS build, and stand on it: FROM build\.$/);
    const nameless = lines("", "debian:bookworm-slim");
    const [fix] = found("stage-copied-whole", ...nameless)[0]?.fixes ?? [];
    assert.equal(applyEdits([...nameless, ""].join("\n"), fix?.edits ?? []), [`${base} AS build`, build, "FROM build", ""].join("\n"));
  });

  it("of what is removed later, by the removal's own word where a command gives the name", () => {
    const fetch =
      "RUN v=$(curl -s https://example.com/ | grep tar | cut -d/ -f2) && wget https://example.com/$v.tar.gz -O /usr/src/$v.tar.gz";
    const message = told("removed-later", base, fetch, "RUN ls /usr/src && rm -rf /usr/src/*");
    assert.match(message, /^\/usr\/src\/\* is stored by line 2/);
  });

  it("of recommended packages, but not how much where a stranger's package, in the same RUN, before or later, may need them", () => {
    const repository =
      "RUN echo 'deb https://robots.example.org/ubuntu focal main' > /etc/apt/sources.list.d/robots.list && apt-get update";
    const of = (run: string) => told("apt-recommends-installed", "FROM ubuntu:20.04", repository, `RUN ${run}`);
    assert.match(of("apt-get install -y python3-pip"), /^Recommends bring ≈ \d/);
    for (const run of [
      "apt-get install -y robots-arm python3-pip",
      "apt-get install -y python3-pip && apt-get install -y --no-install-recommends robots-arm",
      "apt-get install -y --no-install-recommends robots-arm && apt-get install -y python3-pip",
    ])
      assert.match(of(run), /^What these packages recommend comes too: an unknown amount\./, run);
    for (const list of ["robots-arm", "$(cat /robots/packages.txt)"]) {
      const later = `RUN apt-get install -y --no-install-recommends ${list}`;
      const message = told("apt-recommends-installed", "FROM ubuntu:20.04", repository, "RUN apt-get install -y python3-pip", later);
      assert.match(message, /^What these packages recommend comes too: an unknown amount\./, list);
    }
  });
});

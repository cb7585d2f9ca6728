import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

const first = (lines: string[]) => {
  const text = `${lines.join("\n")}\n`;
  const { findings } = analyze(text, worldOf());
  const found = findings.find((f) => f.rule.id === "apt-update-alone");
  const [fix] = found?.fixes ?? [];
  return { message: found?.message ?? "", title: fix?.title, safety: fix?.safety, text: fix && applyEdits(text, fix.edits).split("\n") };
};

describe("an update that several RUNs live on", () => {
  const install = (name: string) => `apt-get install -y --no-install-recommends ${name}`;

  it("goes into each of them", () => {
    const { message, title, text } = first([
      "FROM debian:trixie-slim AS one",
      "RUN apt-get update",
      `RUN ${install("tree")}`,
      `RUN mkdir /x && ${install("jq")}`,
      "FROM one",
      `RUN ${install("gpg")} && ${install("less")}`,
      `RUN apt-get update && ${install("git")}`,
      `RUN ${install("zip")}`,
    ]);
    assert.match(message, /Put it in each RUN that installs\.$/);
    assert.equal(title, "Move apt-get update into each RUN that installs");
    assert.deepEqual(text, [
      "FROM debian:trixie-slim AS one",
      `RUN apt-get update && ${install("tree")}`,
      `RUN mkdir /x && apt-get update && ${install("jq")}`,
      "FROM one",
      `RUN apt-get update && ${install("gpg")} && ${install("less")}`,
      `RUN apt-get update && ${install("git")}`,
      `RUN ${install("zip")}`,
      "",
    ]);
  });

  it("is told without a fix where one of them has no room for it", () => {
    const { message, text } = first([
      "FROM debian:trixie-slim",
      "RUN apt-get update",
      `RUN ${install("tree")}`,
      'RUN ["apt-get", "install", "-y", "jq"]',
    ]);
    assert.match(message, /Put it in each RUN that installs\.$/);
    assert.equal(text, undefined);
  });

  it("is to review where something has changed what apt reads, on which nobody has updated yet", () => {
    const behind = (...lines: string[]) => first(["FROM debian:bookworm-slim", "RUN apt-get update", ...lines, `RUN ${install("tree")}`]);
    for (const line of [
      "COPY vendor.list /etc/apt/sources.list.d/",
      "RUN echo 'Acquire::Retries 3;' > /etc/apt/apt.conf.d/80retries",
      "RUN cp /opt/vendor.gpg /usr/share/keyrings/",
      "RUN sed -i s,http:,https:, /etc/apt/sources.list",
      "RUN add-apt-repository ppa:some/one",
      "RUN apt-key add /opt/vendor.asc",
      "RUN curl -fsSL https://repository.example.org/add.sh | bash",
      "RUN dpkg -i /opt/vendor-release.deb",
      "RUN dpkg --add-architecture i386",
    ]) {
      const { title, safety } = behind(line);
      assert.match(
        title ?? "",
        /\(check first: whether apt can update behind line 3, which may change its sources, keys or settings\)$/,
        line,
      );
      assert.equal(safety, "review", line);
    }
    for (const line of ["COPY app /opt/app", "ENV MODE=full", "RUN mkdir /srv/data && echo 1 > /etc/mode"])
      assert.equal(behind(line).safety, "safe", line);
  });

  it("is told without a fix where a later RUN is the first to update with what has changed", () => {
    const { message, text } = first([
      "FROM debian:bookworm-slim",
      "RUN apt-get update",
      "COPY vendor.list /etc/apt/sources.list.d/",
      `RUN ${install("gpg")} && cp /opt/vendor.gpg /etc/apt/trusted.gpg.d/ && apt-get update && ${install("vendor")}`,
    ]);
    assert.match(message, /No update can go to line 4, .* line 3 may change .* the first to update with these is line 4\.$/);
    assert.equal(text, undefined);
  });

  it("goes into the one that removes the lists, and into none behind it", () => {
    const { message, text } = first([
      "FROM debian:trixie-slim",
      "RUN apt-get update",
      `RUN ${install("tree")} && rm -rf /var/lib/apt/lists/*`,
      `RUN apt-get update && ${install("jq")}`,
    ]);
    assert.match(message, /Put it in the RUN that installs\.$/);
    assert.equal(text?.[1], `RUN apt-get update && ${install("tree")} && rm -rf /var/lib/apt/lists/*`);
  });
});

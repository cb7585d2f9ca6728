import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { applyEdits } from "../../server/src/text.ts";
import { worldOf } from "./support/world.ts";

const first = (lines: string[]) => {
  const text = `${lines.join("\n")}\n`;
  const { findings } = analyze(text, worldOf());
  const found = findings.find((f) => f.rule.id === "apt-update-alone");
  const [fix] = found?.fixes ?? [];
  return { message: found?.message ?? "", title: fix?.title, text: fix && applyEdits(text, fix.edits).split("\n") };
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

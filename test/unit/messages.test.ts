import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const said = (rule: string, text: string): string | undefined => analyze(text, worldOf()).findings.find((f) => f.rule.id === rule)?.message;

describe("messages", () => {
  it("of shell-form say that a shell gives way where it does", () => {
    for (const text of ["FROM opensuse:leap\nCMD etcd\n", "FROM busybox\nCMD /bin/sh /deploy.sh\n"])
      assert.match(said("shell-form", text) ?? "", /leaves its place to the program/, text);
    assert.match(said("shell-form", "FROM debian:trixie-slim\nCMD /bin/sh /deploy.sh\n") ?? "", /spares one of the two shells/);
  });

  it("of removed-later name no instruction where several brought the files", () => {
    const text =
      "FROM alpine:3.22\nADD https://example.org/a.json /tmp/a.json\nRUN mkdir /tmp/b && wget -O /tmp/b/c https://example.org/c\nRUN cat /tmp/a.json && rm -rf /tmp/a.json /tmp/b\n";
    assert.match(said("removed-later", text) ?? "", /; a layer keeps what it brings\.$/);
  });

  it("of apt-recommends-installed give no number of another distribution's packages", () => {
    assert.match(
      said("apt-recommends-installed", "FROM debian:stretch-slim\nRUN apt-get update && apt-get install -y systemd\n") ?? "",
      /unknown amount/,
    );
  });
});

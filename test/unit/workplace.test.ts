import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

const text =
  "FROM python:3.14-slim\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n" +
  'COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["python", "app.py"]\n';

describe("an image that people develop in", () => {
  const isTold = (name?: string): boolean =>
    analyze(text, { ...worldOf(), ...(name !== undefined && { name }) }).findings.some((f) => f.rule.id === "build-tools-kept");

  it("is one by the name of its file, or by the folder of the editor's containers", () => {
    for (const name of [
      "Dockerfile.dev",
      "driver/Dockerfile.debug",
      "docker/dev.Dockerfile",
      "Dockerfile-test",
      "web/Dockerfile.neuron.dev",
      "cliBuilder.Dockerfile",
      ".devcontainer/Dockerfile",
      "images/consul-dev/Dockerfile",
      "dev/Dockerfile",
      "C:\\w\\.devcontainer\\Dockerfile",
      "Dockerfile.CI",
      "Dockerfile.dapper",
      "compiler/base/Dockerfile",
      "rust-playground/Dockerfile",
      "Dockerfile.build",
      "cloud9-ide/Dockerfile.full",
      "docker/Dockerfile.build-wheels",
    ])
      assert.equal(isTold(name), false, name);
  });

  it("is none by a folder further up, or by a word that only sounds like it", () => {
    for (const name of [
      undefined,
      "Dockerfile",
      "/home/me/dev/app/Dockerfile",
      "Dockerfile.device",
      "build/Dockerfile",
      "circle.Dockerfile",
      "latest.Dockerfile",
    ])
      assert.equal(isTold(name), true, name);
  });
});

describe("an image that a script makes one to work in", () => {
  const setup = (packages: string) =>
    `#!/bin/bash\nset -e\napt-get update\napt-get install -y --no-install-recommends ${packages} groff ffmpeg\n`;
  const told = (packages: string, more = "") => {
    const file = `FROM debian:bookworm\nADD setup /setup\nRUN bash /setup/image.sh && rm -r /setup\n${more}CMD ["keel", "/etc/keel.d"]\n`;
    const world = worldOf({ "setup/image.sh": setup(packages) });
    return analyze(file, world).findings.map((f) => f.rule.id);
  };

  it("keeps its manual pages, and its base: somebody reads them", () => {
    assert.ok(told("tree").includes("docs-kept"));
    assert.ok(told("tree").includes("base-fat"));
    for (const rule of ["docs-kept", "base-fat"]) assert.ok(!told("man").includes(rule), rule);
  });
  it("is none where what it was installed for is gone again", () =>
    assert.ok(told("man-db", "RUN apt-get purge -y man-db\n").includes("docs-kept")));
});

describe("documentation of packages that nobody knows", () => {
  it("makes what the others bring a lower bound", () => {
    const text =
      'FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends harbour-pilot gdal-bin\nCMD ["keel"]\n';
    const found = analyze(text, worldOf()).findings.find((f) => f.rule.id === "docs-kept");
    assert.match(found?.message ?? "", /stay in the layer: ≥ /);
  });
});

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

import assert from "node:assert/strict";
import { parseReference } from "../../server/src/sizes/reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("names of images", () => {
  it("are taken apart as Docker does", () => {
    assert.deepEqual(parseReference("python"), { domain: "docker.io", path: "library/python", written: "python" });
    assert.deepEqual(parseReference("foo/bar:1"), { domain: "docker.io", path: "foo/bar", written: "foo/bar", tag: "1" });
    assert.deepEqual(parseReference(`localhost:5000/x:tag@${digest}`), {
      domain: "localhost:5000",
      path: "x",
      written: "localhost:5000/x",
      tag: "tag",
      digest,
    });
    assert.deepEqual(parseReference("index.docker.io/a")?.path, "library/a");
    for (const name of ["registry.docker.com/library/a", "mirror.gcr.io/library/a", "public.ecr.aws/docker/library/a"]) {
      const { domain, path, written } = parseReference(name) ?? {};
      assert.deepEqual([domain, path, written], ["docker.io", "library/a", name]);
    }
    assert.equal(parseReference("public.ecr.aws/lambda/python")?.domain, "public.ecr.aws");
    assert.deepEqual(parseReference("[::1]:5000/a/b__c/d-e.f")?.domain, "[::1]:5000");
    assert.equal(parseReference("localhost/a")?.domain, "localhost");
    assert.equal(parseReference("Host/a")?.domain, "Host");
  });

  it("are refused where Docker refuses them", () => {
    const bad = [
      "",
      "A",
      "a:",
      "a:-x",
      "a/B",
      "a//b",
      "-a",
      "a-",
      "a..b",
      "a:b:c",
      "a@sha256:12",
      "a@",
      "a b",
      "http://a/b",
      "$X",
      `${"a".repeat(256)}`,
      "a___b",
    ];
    for (const name of bad) assert.equal(parseReference(name), undefined, name);
  });
});

import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { stepUses, type Use } from "../../server/src/build/uses.ts";
import { modeAfter, ownerParts } from "../../server/src/commands/owners.ts";

/** Whether the last RUN uses a path. */
function use(run: string, path: string, folder = false): Use | undefined {
  const { subject } = analyze(`FROM debian:bookworm\nARG UNSET\nWORKDIR /work\nRUN ${run}\n`);
  const step = subject.steps.at(-1);
  return step && stepUses(step, { path, folder });
}

describe("what a RUN uses", () => {
  const archive = "/tmp/a.tgz";
  const cases: [run: string, expected: Use][] = [
    ["tar xf /tmp/a.tgz -C /opt", "yes"],
    ["cd /tmp && tar --extract --file=a.tgz", "yes"],
    ["tar xf ../tmp/a.tgz", "yes"],
    ["sha256sum < /tmp/a.tgz", "yes"],
    ["tar xf /tmp/*.tgz", "yes"],
    ["cp -r /tmp /backup", "yes"],
    ["mv /opt/x /tmp/", "no"],
    ["curl -o /tmp/b.tgz https://example.com/tmp/a.tgz", "no"],
    ["tar xf /tmp/b.tgz -C /tmp", "no"],
    ["tar xf $UNSET", "maybe"],
    ["tar xf /opt/$UNSET.tgz", "no"],
    ["tar xf /tmp/$UNSET.tgz", "maybe"],
    ["some-tool", "maybe"],
    ["cd /tmp && make", "maybe"],
    ["npm ci", "no"],
    ["cd /tmp && npm ci", "maybe"],
    ["echo /tmp/a.tgz", "no"],
    ["useradd -d /tmp/a.tgz app", "no"],
    ["apt-get install -y /tmp/a.tgz", "yes"],
    ["[ -f /tmp/a.tgz ] || echo none", "yes"],
    ["sh -c 'cat /tmp/a.tgz'", "yes"],
  ];
  for (const [run, expected] of cases) it(`${run}: ${expected}`, () => assert.equal(use(run, archive), expected));

  const folders: [run: string, path: string, expected: Use][] = [
    ["ls /src/sub", "/src", "yes"],
    ["mkdir -p /src/new", "/src", "yes"],
    ["install -d /src/new", "/src", "yes"],
    ["cd /src && true", "/src", "yes"],
    ["pwd", "/work", "yes"],
    ["tar xf /a.tgz -C /opt", "/opt/tool", "yes"],
    ["apt-get update && apt-get install -y curl", "/usr/share/doc", "yes"],
    ["apt-get update && apt-get install -y curl", "/src", "no"],
    ["touch /other", "/src", "no"],
  ];
  for (const [run, path, expected] of folders) it(`${run}, of ${path}: ${expected}`, () => assert.equal(use(run, path, true), expected));
});

describe("owners and modes", () => {
  it("are read as chown reads them", () => {
    const parts = (value: string, verb: "chown" | "chgrp" = "chown") => ownerParts({ verb }, value);
    assert.deepEqual(parts("app"), { user: "app", group: "" });
    assert.deepEqual(parts("app:web"), { user: "app", group: "web" });
    assert.deepEqual(parts("app.web"), { user: "app", group: "web" });
    assert.deepEqual(parts(":web"), { user: "", group: "web" });
    assert.deepEqual(parts("web", "chgrp"), { user: "", group: "web" });
    assert.equal(parts("app:"), undefined);
  });

  it("are added up as chmod adds them", () => {
    const mode = (value: string, before?: number) => modeAfter(value, before)?.toString(8);
    assert.equal(mode("750"), "750");
    assert.equal(mode("0755", 0o600), "755");
    assert.equal(mode("+x", 0o644), "755");
    assert.equal(mode("+x", 0o600), "711");
    assert.equal(mode("u+x", 0o644), "744");
    assert.equal(mode("ug+rwx", 0o644), "774");
    // The umask, 022, keeps others from writing.
    assert.equal(mode("+w", 0o444), "644");
    assert.equal(mode("a+w", 0o444), "666");
    assert.equal(mode("+x"), undefined);
    assert.equal(mode("g=u", 0o644), undefined);
    assert.equal(mode("u+x,g-w", 0o644), undefined);
  });
});

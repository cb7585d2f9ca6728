import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { fixAll, maximumRounds } from "../../server/src/fixall.ts";
import { worldOf } from "./support/world.ts";

const text = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y curl\nCMD serve 5\n";

const ids = ({ applied }: ReturnType<typeof fixAll>): string[] => applied.map(({ rule }) => rule.id);

describe("all fixes together", () => {
  it("are the safe ones, unless asked for more", () => {
    const safe = fixAll(text, worldOf());
    assert.equal(safe.text, text.replace("curl\n", "curl && rm -rf /var/lib/apt/lists/*\n"));
    assert.deepEqual([ids(safe), safe.rounds], [["apt-lists-kept"], 1]);
    const all = fixAll(text, worldOf(), { unsafe: true });
    assert.match(all.text, /install -y --no-install-recommends curl.* && rm -rf \/var\/lib\/apt\/lists\/\*\nCMD \["serve", "5"\]\n$/);
  });

  it("are those of the rules that are named", () => {
    const fixed = fixAll(text, worldOf(), { unsafe: true, rules: ["shell-form"] });
    assert.deepEqual([fixed.text, ids(fixed)], [text.replace("CMD serve 5", 'CMD ["serve", "5"]'), ["shell-form"]]);
  });

  it("leave what no report has offered: a fix to review that only another one brings about", () => {
    const ended = "FROM debian:buster\nRUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\n";
    const offered = (from: string): string[] =>
      analyze(from, worldOf()).findings.flatMap((f) => (f.fixes.some((x) => x.safety === "review") ? [f.rule.id] : []));
    assert.deepEqual(offered(ended), ["base-ended", "base-fat"]);
    const fixed = fixAll(ended, worldOf(), { unsafe: true });
    assert.deepEqual(ids(fixed), ["base-ended", "base-fat"]);
    assert.equal(fixed.text, ended.replace("buster", "bookworm-slim"));
    assert.deepEqual(offered(fixed.text), ["packages-upgraded"]);
    assert.doesNotMatch(fixAll(fixed.text, worldOf(), { unsafe: true }).text, /upgrade/);
  });

  it("bring safe ones about, which go on", () => {
    const ended = "FROM debian:buster\nRUN apt-get update && apt-get install -y curl\nCMD serve 5\n";
    const { text: fixed } = fixAll(ended, worldOf(), { unsafe: true });
    assert.match(fixed, /^FROM debian:bookworm-slim\nRUN .* --no-install-recommends .*lists\/\*\nCMD \["serve", "5"\]\n$/);
  });

  it("wait for the end of a heredoc that is typed only by half", () => {
    const open = "FROM debian:bookworm-slim\nRUN apt-get update\nRUN <<EOF\napt-get install -y curl\n";
    assert.equal(fixAll(open, worldOf()).text, open);
  });

  it("leave the C library to the user", () => {
    const jar = 'FROM eclipse-temurin:21-jre\nCOPY app.jar /app.jar\nCMD ["java", "-jar", "/app.jar"]\n';
    assert.match(analyze(jar, worldOf()).findings[0]?.fixes[0]?.title ?? "", /alpine.*musl/);
    assert.equal(fixAll(jar, worldOf(), { unsafe: true }).text, jar);
  });

  it("leave a supported version to the user, whatever a newer one weighs", () => {
    const jar = (tag: string) => `FROM eclipse-temurin:${tag}\nCOPY app.jar /app.jar\nCMD ["java", "-jar", "/app.jar"]\n`;
    const titles = analyze(jar("21"), worldOf()).findings.flatMap((f) => (f.rule.id === "base-older" ? f.fixes.map((x) => x.title) : []));
    assert.match(titles[0] ?? "", /^Move to eclipse-temurin:25, test before you ship/);
    assert.equal(fixAll(jar("21"), worldOf(), { unsafe: true }).text, jar("21-jre"));
    const script = 'FROM python:3.11-alpine\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n';
    assert.equal(fixAll(script, worldOf(), { unsafe: true }).text, script);
  });

  it("leave what the image can do as it is", () => {
    const torch = 'FROM python:3.13-slim\nRUN pip install --no-cache-dir torch\nCOPY app.py /app.py\nCMD ["python", "/app.py"]\n';
    assert.match(
      analyze(torch, worldOf())
        .findings.flatMap((f) => f.fixes.map((x) => x.title))
        .join(),
      /whl\/cpu/,
    );
    assert.equal(fixAll(torch, worldOf(), { unsafe: true }).text, torch);
  });

  it("see what moves their lines before they mend them", () => {
    const go = 'FROM golang:1.26\nWORKDIR /src\nCOPY main.go .\nRUN go build -o /app main.go\nCMD ["/app"]\n';
    const { text: fixed } = fixAll(go, worldOf(), { unsafe: true });
    assert.match(fixed, / main\.go\n\nFROM alpine/);
  });

  it("change nothing the second time", () => {
    for (const unsafe of [false, true]) {
      const once = fixAll(text, worldOf(), { unsafe });
      const twice = fixAll(once.text, worldOf(), { unsafe });
      assert.deepEqual(twice, { text: once.text, applied: [], rounds: 0, creates: [] });
    }
  });

  it("create a file once, and see what it does", () => {
    const world = worldOf({ ".git/pack": 5_000_000, "app.py": 10 });
    const { creates, rounds } = fixAll("FROM python:3.12-slim\nCOPY . /app\n", world, { unsafe: true });
    assert.deepEqual(
      creates.map((c) => c.file),
      [".dockerignore"],
    );
    assert.ok(rounds < maximumRounds);
    assert.deepEqual(fixAll("FROM python:3.12-slim\nCOPY . /app\n", world).creates, []);
  });

  it("save what the analysis promises, also where one waits for the other", () => {
    // What --no-install-recommends leaves out and compiling needs is added where the lists are removed.
    for (const packages of ["curl", "gcc libpq-dev"]) {
      const world = worldOf();
      const from = text.replace("curl", packages);
      const before = analyze(from, world);
      const after = analyze(fixAll(from, world, { unsafe: true }).text, world);
      assert.ok(before.savable > 20_000_000);
      assert.equal(before.image.size.bytes - after.image.size.bytes, before.savable);
    }
  });

  it("name what they add in the removal that took it along", () => {
    const install = "apt-get update && apt-get install -y gcc make";
    const build = "rm -rf /var/lib/apt/lists/* && gcc -o /tool main.c";
    const named = [
      ["apt-get purge -y --auto-remove gcc make", "apt-get purge -y --auto-remove gcc make libc6-dev"],
      ["apt-get remove -y gcc make && apt-get -y autoremove", "apt-get remove -y gcc make libc6-dev && apt-get -y autoremove"],
      // In a later RUN too; which then moves to the first.
      ["true\nRUN apt-get purge -y --auto-remove gcc make", "apt-get purge -y --auto-remove gcc make libc6-dev"],
      // It would have stayed, it was named, or all are marked.
      ...["apt-get purge -y gcc make", "apt-get purge -y --auto-remove gcc make libc6-dev", "apt-get purge -y nano"].map((r) => [r, r]),
      ["apt-mark auto '.*' && apt-get purge -y --auto-remove make", "apt-get purge -y --auto-remove make"],
    ];
    for (const [removal, then = ""] of named) {
      const from = `FROM debian:bookworm-slim\nCOPY main.c .\nRUN ${install} && ${build} && ${removal}\n`;
      const { text: fixed } = fixAll(from, worldOf(), { unsafe: true });
      assert.match(fixed, /make libc6-dev && rm/);
      assert.ok(fixed.trimEnd().endsWith(then), fixed);
    }
  });

  it("leave alone what is no Dockerfile", () => {
    for (const other of ["", "\uFEFF", "hello", "RUN <<"])
      assert.deepEqual(fixAll(other, worldOf()), { text: other, applied: [], rounds: 0, creates: [] });
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { version } from "../../package.json";
import { ballast, clean, cli, useFolder, withLists } from "./support/cli.ts";

describe("the command line", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("says what there is", () => {
    const help = ballast(["--help"]);
    assert.equal(help.code, 0);
    for (const command of ["check", "layers", "apply", "diff", "rules", "explain", "lsp"]) {
      assert.match(help.out, new RegExp(`^ {2}${command} `, "m"));
      const own = ballast(["help", command]);
      assert.equal(own.code, 0);
      assert.match(own.out, new RegExp(`Usage: ballast ${command}`));
      assert.equal(ballast([command, "--help"]).out, own.out);
    }
    assert.equal(ballast(["--version"]).out, `${version}\n`);
  });

  const wrong: [readonly string[], RegExp][] = [
    [[], /Usage: ballast/],
    [["chek"], /unknown command chek; did you mean check\?/],
    [["--formt"], /unknown flag --formt/],
    [["check", "--fromat", "json"], /unknown flag --fromat; did you mean --format\?/],
    [["check", "--unsafe"], /did you mean --unsafe-fixes\?/],
    [["check", "-x"], /unknown flag -x/],
    [["check", "--format", "xml"], /--format xml: expected text, json, ndjson, sarif or github/],
    [["check", "--fail-on", "loud"], /--fail-on loud: expected hint, info, warning, error or never/],
    [["check", "--format"], /--format needs a value/],
    [["check", "--target", "--fix"], /--target needs a value/],
    [["check", "--fix=yes"], /--fix takes no value/],
    [["check", "--min-saving", "lots"], /a size is 0, 1500000/],
    [["check", "--build-arg", "X"], /expected NAME=VALUE/],
    [["check", "--config", "missing.json"], /missing\.json: no such file/],
    [["check", "--target", "a", "--target", "b"], /given twice/],
    [["layers", "a", "b"], /one Dockerfile/],
    [["rules", "x"], /takes no operand/],
    [["lsp"], /ballast lsp --stdio/],
    [["diff", "a"], /ballast diff OLD NEW/],
    [["diff", "-", "-"], /only one of them/],
    [["diff", "a", "b", "--max-growth", "much"], /a size is 0, 1500000/],
    [["explain"], /takes one rule/],
    [["explain", "apt-list-kept"], /did you mean apt-lists-kept\?/],
    [["apply"], /ballast apply ID PATH/],
    [["apply", "merge-run", "x"], /did you mean merge-runs\?/],
    [["apply", "merge-runs", "x", "--line", "0"], /lines count from 1/],
    [["help", "chek"], /did you mean check\?/],
  ];
  for (const [args, message] of wrong)
    it(`ends with 2 and a word on standard error: ballast ${args.join(" ")}`, () => {
      const ran = ballast(args, { cwd: folder() });
      assert.equal(ran.code, 2);
      assert.match(ran.err, message);
      assert.equal(ran.out, "");
    });

  it("takes what begins with - for an operand after --", () => {
    const ran = ballast(["check", "--", "-x.Dockerfile"], { cwd: folder({ "-x.Dockerfile": clean }) });
    assert.equal(ran.code, 0);
  });

  it("starts the language server", async () => {
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    const child = spawn(process.execPath, [cli, "lsp", "--stdio"]);
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const [answer] = await once(child.stdout, "data");
    assert.match(String(answer), /^Content-Length: \d+\r\n/);
    child.stdin.end();
    await once(child, "close");
  });

  it("lists the rules, in three formats", () => {
    assert.match(ballast(["rules"]).out, /^apt-lists-kept +bytes +Package lists/m);
    assert.match(ballast(["rules", "--format", "markdown"]).out, /^\| `apt-lists-kept` \| Package lists.*DL3009 \|$/m);
    const { version: format, rules } = JSON.parse(ballast(["rules", "--format", "json"]).out) as {
      version: number;
      rules: { id: string }[];
    };
    assert.equal(format, 1);
    assert.ok(rules.some((rule) => rule.id === "apt-lists-kept"));
  });

  it("explains a rule: why, an example, whether its fix is safe", () => {
    const ran = ballast(["explain", "apt-lists-kept"]);
    assert.equal(ran.code, 0);
    for (const part of ["apt-get update", "The fix is safe", "rm -rf /var/lib/apt/lists/*", "DL3009"])
      assert.ok(ran.out.includes(part), part);
    assert.equal(ballast(["explain", "DL3009"]).out, ran.out);
  });

  it("reads its settings from .ballastrc.json, package.json or --config", () => {
    const off = { rules: { "apt-lists-kept": "off" } };
    const check = (files: Record<string, string>, ...args: string[]): number | null =>
      ballast(["check", "a/Dockerfile", ...args], { cwd: folder({ "a/Dockerfile": withLists, ...files }) }).code;
    assert.equal(check({}), 1);
    assert.equal(check({ "a/.ballastrc.json": JSON.stringify(off) }), 0);
    assert.equal(check({ ".ballastrc.json": JSON.stringify(off) }), 0);
    assert.equal(check({ "package.json": JSON.stringify({ name: "x", ballast: off }) }), 0);
    assert.equal(check({ "package.json": "{" }), 1);
    assert.equal(check({ "b.json": JSON.stringify({ minSaving: "1GB" }) }, "--config", "b.json"), 0);
    assert.equal(check({ "b.json": JSON.stringify({ minSaving: "1GB" }) }, "--config", "b.json", "--min-saving", "1MB"), 1);
    assert.equal(check({ ".ballastrc.json": JSON.stringify({ ...off, budget: "10MB" }) }), 1);
    assert.equal(check({ ".ballastrc.json": JSON.stringify({ ...off, budget: "10MB" }) }, "--budget", "1GB"), 0);
  });

  it("says what is wrong with its settings", () => {
    const wrongSettings: [unknown, RegExp][] = [
      [{ rule: {} }, /unknown setting "rule"/],
      [{ rules: { "no-rule": "off" } }, /"no-rule", which is no rule/],
      [{ rules: { DL3009: "off" } }, /"DL3009", hadolint's number: here that is .*apt-lists-kept/],
      [{ rules: { "apt-lists-kept": "loud" } }, /one of off, hint/],
      [{ failOn: "loud" }, /"failOn" is one of hint, info, warning, error, never/],
      [{ minSaving: "much" }, /"minSaving" is a size/],
      [{ buildArgs: { a: 1 } }, /"buildArgs" is an object of texts/],
      [{ rules: 5 }, /"rules" is an object of levels/],
      [{ rules: ["off"] }, /"rules" is an object of levels/],
      [{ buildArgs: 5 }, /"buildArgs" is an object of texts/],
      [[], /settings are an object/],
    ];
    for (const [settings, message] of wrongSettings) {
      const cwd = folder({ Dockerfile: clean, ".ballastrc.json": JSON.stringify(settings) });
      const ran = ballast(["check"], { cwd });
      assert.equal(ran.code, 2);
      assert.match(ran.err, message);
      assert.equal(ballast(["check", "--config", ".ballastrc.json"], { cwd }).code, 2);
    }
  });
});

import assert from "node:assert/strict";
import { ballast, useFolder, withLists } from "./support/cli.ts";

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number } } }[];
      fixes?: { artifactChanges: { replacements: { insertedContent?: { text: string } }[] }[] }[];
    }[];
  }[];
}

describe("other formats of ballast check", function () {
  this.timeout(60_000);
  const folder = useFolder();

  it("sarif: results with rule, place and fix; failures as notifications", () => {
    const ran = ballast(["check", "--format", "sarif", "a b/Dockerfile", "missing"], { cwd: folder({ "a b/Dockerfile": withLists }) });
    assert.equal(ran.code, 2);
    const sarif = JSON.parse(ran.out) as Sarif;
    assert.equal(sarif.version, "2.1.0");
    const [run] = sarif.runs;
    const [result] = run?.results ?? [];
    assert.ok(run && result);
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assert.equal(result.ruleId, "apt-lists-kept");
    assert.equal(result.level, "warning");
    const place = result.locations[0]?.physicalLocation;
    assert.equal(place?.artifactLocation.uri, "a%20b/Dockerfile");
    assert.deepEqual([place?.region.startLine, place?.region.startColumn], [2, 5]);
    assert.match(result.fixes?.[0]?.artifactChanges[0]?.replacements[0]?.insertedContent?.text ?? "", /rm -rf/);
    assert.equal(run.invocations[0]?.executionSuccessful, false);
    assert.equal(run.invocations[0]?.toolExecutionNotifications.length, 1);
  });

  it("github: a workflow command a finding, with what it needs escaped", () => {
    const ran = ballast(["check", "--format", "github", "a,b/Dockerfile"], { cwd: folder({ "a,b/Dockerfile": withLists }) });
    assert.equal(ran.code, 1);
    assert.match(
      ran.out,
      /^::warning file=a%2Cb\/Dockerfile,line=2,endLine=2,col=5,endColumn=19,title=Ballast%3A apt-lists-kept::The package lists/,
    );
  });
});

// What `extensionTestsPath` names: VS Code calls run(), in code-server as on the desktop. A rejection means failure.
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

interface Result {
  title: string;
  state: "passed" | "failed" | "pending";
  error?: string;
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: 45_000 });
  mocha.suite.emit("pre-require", globalThis, "", mocha); // describe and it must be there before the tests are loaded
  await import("./activation.test.ts"); // first: it looks at a window in which no Dockerfile is open yet
  await import("./language.test.ts");
  await import("./layers.test.ts");
  await import("./package.test.ts");

  const results: Result[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => results.push({ title: test.fullTitle(), state: "passed" }))
      .on("fail", (test, error) => results.push({ title: test.fullTitle(), state: "failed", error: String(error?.stack ?? error) }))
      .on("pending", (test) => results.push({ title: test.fullTitle(), state: "pending" }));
  });
  const { BALLAST_REPORT: report } = process.env;
  if (report) writeFileSync(report, JSON.stringify({ results }));
  if (failures > 0) throw new Error(`${failures} failed`);
  if (!results.some(({ state }) => state === "passed")) throw new Error("no test ran");
}

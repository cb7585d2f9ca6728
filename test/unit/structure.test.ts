import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

/** Each part imports only from those before it. */
const order = [
  "text",
  "protocol",
  "dockerfile",
  "shell",
  "image",
  "sizes",
  "commands",
  "build",
  "topics",
  "queries",
  "edits",
  "rules",
  "refactorings",
  "hovers",
  "analysis",
  "report",
  "analyze",
  "fixall",
  "index",
  "lsp",
  "cli",
  "scripts",
];
/** Parts of one level may know each other. */
const sameLevel: Record<string, string> = {
  rules: "refactorings",
  refactorings: "rules",
  hovers: "rules",
};

const root = "server/src";
const sources = (readdirSync(root, { recursive: true }) as string[]).filter((f) => f.endsWith(".ts")).map((f) => f.replaceAll("\\", "/"));
const partOf = (path: string): string => path.split("/")[0]?.replace(/\.ts$/, "") ?? "";

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((m) => m[1] ?? "");
}

describe("structure", () => {
  it("has one function for one name: an editor that imports by name would take either", () => {
    const places = new Map<string, string[]>();
    for (const file of sources.filter((f) => !["lsp", "cli", "scripts", "index"].includes(partOf(f))))
      for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(/^export (?:async )?(?:function\*?|const) (\w+)/gm))
        places.set(name, [...(places.get(name) ?? []), file]);
    assert.deepEqual(
      [...places].filter(([, files]) => files.length > 1),
      [],
    );
  });

  it("imports in one direction", () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const from = partOf(file);
      if (!order.includes(from)) wrong.push(`${file}: a part that the order does not know`);
      for (const target of importsOf(file).filter((i) => i.startsWith("."))) {
        const to = partOf(posix.join(posix.dirname(file), target));
        const allowed = order.indexOf(to) <= order.indexOf(from) || sameLevel[from] === to || sameLevel[to] === from;
        if (!allowed) wrong.push(`${file} imports ${to}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  const only = (library: RegExp, parts: string[], what: string): void =>
    void it(what, () => {
      assert.deepEqual(
        sources.filter((f) => !parts.includes(partOf(f)) && importsOf(f).some((i) => library.test(i))),
        [],
      );
    });
  only(/^dockerfile-ast/, ["dockerfile"], "only dockerfile/ knows dockerfile-ast");
  only(/^unbash/, ["shell"], "only shell/ knows the shell parser");
  only(/^vscode-languageserver/, ["lsp"], "only lsp/ knows LSP");
  only(/^node:|^(?:fs|path|os|http|child_process)$/, ["lsp", "cli", "scripts"], "only lsp/, cli/ and scripts/ do I/O");

  it("lets the client import nothing from the server but protocol.ts", () => {
    const wrong: string[] = [];
    for (const file of (readdirSync("client/src", { recursive: true }) as string[]).filter((f) => f.endsWith(".ts"))) {
      const text = readFileSync(join("client/src", file), "utf8");
      for (const [, target] of text.matchAll(/from "([^"]*server\/[^"]*)"/g)) {
        if (
          !relative(root, join("client/src", dirname(file), target ?? ""))
            .replaceAll("\\", "/")
            .startsWith("protocol.ts")
        )
          wrong.push(`${file}: ${target}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("keeps files of code under 400 lines", () => {
    const long = sources.filter((f) => !f.includes("/data/") && readFileSync(join(root, f), "utf8").split("\n").length > 401);
    assert.deepEqual(long, []);
  });
});

import assert from "node:assert/strict";
import { visible } from "../../server/src/build/ignore.ts";
import type { ContextFolder } from "../../server/src/image/context.ts";
import { contextOf } from "./support/world.ts";

const files = {
  "a.txt": 1,
  "b.log": 2,
  "src/a.txt": 4,
  "src/b.log": 8,
  "src/deep/c.log": 16,
  "node_modules/x/index.js": 32,
  ".git/HEAD": 64,
  "docs/README.md": 128,
  "README.md": 256,
};

function* names(folder: ContextFolder, path = ""): Generator<string> {
  for (const [name, node] of folder.children) {
    if (node.kind === "folder") yield* names(node, `${path}${name}/`);
    else yield path + name;
  }
}

/** Docker's rules for .dockerignore (docs.docker.com, "Dockerignore files"). */
const cases: [says: string, ignore: string, left: string[]][] = [
  ["nothing", "# a comment\n\n", Object.keys(files)],
  [
    "a name is at the top only",
    "b.log\nnode_modules\n.git",
    ["a.txt", "src/a.txt", "src/b.log", "src/deep/c.log", "docs/README.md", "README.md"],
  ],
  ["two stars are any depth", "**/*.log\n.git\nnode_modules\ndocs", ["a.txt", "src/a.txt", "README.md"]],
  ["an exception comes back", "*\n!src\nsrc/b.log", ["src/a.txt", "src/deep/c.log"]],
  [
    "an exception below an ignored folder",
    "node_modules\n.git\nsrc\n!src/deep/c.log",
    ["a.txt", "b.log", "src/deep/c.log", "docs/README.md", "README.md"],
  ],
  ["the last line that matches decides", "*.md\n!README.md\n.git\nnode_modules\nsrc\nREADME.md", ["a.txt", "b.log", "docs/README.md"]],
  [
    "slashes at the ends, CRLF, a byte-order mark",
    "\uFEFF/src/\r\nnode_modules/\r\n.git\r\n",
    ["a.txt", "b.log", "docs/README.md", "README.md"],
  ],
  ["a question mark is one character", "?.txt\n.git\nnode_modules\nsrc\ndocs", ["b.log", "README.md"]],
];

describe(".dockerignore", () => {
  for (const [says, ignore, left] of cases)
    it(says, () => assert.deepEqual([...names(visible(contextOf(files), ignore))].sort(), [...left].sort()));

  it("takes a class of characters as Go does: only ^ negates", () => {
    assert.deepEqual([...names(visible(contextOf({ a: 1, b: 1, c: 1, "!": 1 }), "[^ab]"))].sort(), ["a", "b"]);
    assert.deepEqual([...names(visible(contextOf({ a: 1, b: 1, c: 1, "!": 1 }), "[!ab]"))].sort(), ["c"]);
  });

  it("adjusts the totals", () => {
    assert.equal(visible(contextOf(files), "**/*.log").bytes, 511 - 2 - 8 - 16);
    assert.equal(visible(contextOf(files), "**/*.log").files, 6);
  });
});

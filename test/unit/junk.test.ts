import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

/** The lines of the .dockerignore that is offered, and the message. */
function offered(dockerfile: string, files: Record<string, number | string>): { lines: string[]; message: string } | undefined {
  const finding = analyze(dockerfile, worldOf(files)).findings.find((f) => f.rule.id === "context-unfiltered");
  const [created] = finding?.fixes[0]?.creates ?? [];
  return finding && created && { lines: created.text.trimEnd().split("\n"), message: finding.message };
}

const node = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const python = "FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .\n";

describe("a .dockerignore for what is there", () => {
  const cases: [name: string, dockerfile: string, files: Record<string, number | string>, lines: string[] | undefined][] = [
    [
      "history, modules, secrets, logs, editors; the recipes last",
      node,
      {
        "app.js": 10,
        ".git/pack": 9e6,
        "node_modules/a/a.js": 1e6,
        ".env": 10,
        ".env.example": 10,
        "npm.log": 10,
        ".idea/x": 5,
        Dockerfile: 9,
        "compose.yaml": 9,
        "README.md": 9,
      },
      [".git", "node_modules", ".env", "npm.log", ".idea", "Dockerfile", "compose.yaml"],
    ],
    ["modules further down", node, { "app.js": 10, "packages/a/node_modules/b.js": 5e6 }, ["**/node_modules"]],
    ["modules that nobody installs are needed", "FROM node:24-slim\nCOPY . .\n", { "node_modules/a.js": 5e6, ".git/x": 5e5 }, [".git"]],
    [
      "a virtual environment by any name",
      python,
      { "app.py": 1, "myenv/pyvenv.cfg": 10, "myenv/lib/x.so": 5e6, "env/notes.txt": 5e6 },
      ["myenv"],
    ],
    ["caches of Python, wherever", python, { "a/__pycache__/x.pyc": 5e5, "b/c/__pycache__/y.pyc": 5e5 }, ["**/__pycache__"]],
    ["what the build makes anew", `${node}RUN npm run build\n`, { "app.js": 1, "dist/app.js": 5e6 }, ["dist"]],
    ["not what it does not", node, { "app.js": 1, "dist/app.js": 5e6 }, undefined],
    ["target of cargo", "FROM rust:1\nCOPY . /src\nRUN cd /src && cargo build --release\n", { "target/release/x": 5e6 }, ["target"]],
    ["not what another COPY names", `${node}COPY .env /app/.env\n`, { ".env": 5e5, ".git/x": 5e5 }, [".git"]],
    ["not what a mount names", `${node}RUN --mount=type=bind,source=.git,target=/g cat /g/HEAD\n`, { ".git/x": 5e5 }, undefined],
    ["not what a RUN names", `${node}RUN cp coverage/index.html /srv\n`, { "coverage/index.html": 5e5 }, undefined],
    ["not the history that git is asked for", `${node}RUN git describe --tags > VERSION\n`, { ".git/x": 5e6 }, undefined],
    [
      "nor that a version comes from",
      python,
      { ".git/x": 5e6, "pyproject.toml": "[build-system]\nrequires = ['setuptools-scm']" },
      undefined,
    ],
    ["the recipes alone are not worth it", node, { Dockerfile: 5e5 }, undefined],
  ];
  for (const [name, dockerfile, files, lines] of cases) it(name, () => assert.deepEqual(offered(dockerfile, files)?.lines, lines));

  it("says what to check where another Dockerfile is built with the same context", () => {
    const titles = (files: Record<string, number>) =>
      analyze(node, worldOf({ ".git/x": 5e6, Dockerfile: 9, ...files }))
        .findings.filter((f) => f.rule.id === "context-unfiltered")
        .map((f) => f.fixes[0]?.title);
    assert.deepEqual(titles({}), ["Create a .dockerignore: .git and Dockerfile (saves 5 MB)"]);
    assert.match(titles({ "Dockerfile.jar": 9 })[0] ?? "", /Dockerfile\.jar \(check first: that Dockerfile\.jar copies none of it\)/);
  });

  it("says what it is, and how often it is stored", () => {
    const files = { "app.js": 10, ".git/pack": 80e6, "node_modules/a.js": 107e6 };
    const text = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN chown -R node .\n";
    assert.match(
      offered(text, files)?.message ?? "",
      /^187 MB of what this copies is node_modules \(107 MB\) and \.git \(80 MB\), stored again by line 5\. A \.dockerignore would save (?:≥ )?\d+ MB\.$/,
    );
    assert.match(
      offered(text, { "app.js": 10, ".git/pack": 80e6 })?.message ?? "",
      /^\.git is 80 MB of what this copies, stored again by line 5\. /,
    );
  });

  it("counts nothing twice that lies in what is left out already", () => {
    const files = {
      "app.py": 10,
      "requirements.txt": 9,
      "venv/pyvenv.cfg": 9,
      "venv/lib/__pycache__/a.pyc": 17e6,
      "venv/lib/a.py": 18e6,
      "lib/__pycache__/b.pyc": 1e6,
    };
    const text = "FROM python:3.13\nWORKDIR /app\nRUN pip install -r requirements.txt\nCOPY . .\n";
    assert.match(offered(text, files)?.message ?? "", /^36 MB of what this copies is venv \(35 MB\) and \*\*\/__pycache__ \(1 MB\)\. /);
  });
});

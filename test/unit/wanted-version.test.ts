import assert from "node:assert/strict";
import { analyze } from "../../server/src/analyze.ts";
import { worldOf } from "./support/world.ts";

/** What is to be looked at before the first move from a base. */
function checked(rule: string, text: string, files: Readonly<Record<string, string>>): string | undefined {
  const found = analyze(text, { ...worldOf(files), today: "2026-11-24" }).findings.find((f) => f.rule.id === rule);
  return found && (/ \(check first: (.*?)\), test/.exec(found.fixes[0]?.title ?? "")?.[1] ?? "");
}

const stage = (base: string, run: string) => `FROM ${base}\nWORKDIR /srv\nCOPY . .\nRUN ${run}\n`;
const node = (wanted: string) =>
  checked("base-ended", stage("node:20-alpine", "yarn install"), { "package.json": JSON.stringify({ engines: { node: wanted } }) });
const ruby = (line: string, more: Readonly<Record<string, string>> = {}) =>
  checked("base-ended", stage("ruby:3.2-slim", "bundle install"), {
    Gemfile: `source 'https://rubygems.org'\n${line}\ngem 'puma'\n`,
    ...more,
  });
const python = (files: Readonly<Record<string, string>>) =>
  checked("base-ended", stage("python:3.8-slim", "pip install ."), files)?.replace(/;? ?(?:pinned packages|what else|what \d).*$/, "");
const php = (manifest: unknown) =>
  checked("base-ended", stage("php:8.1-cli", "composer install"), { "composer.json": JSON.stringify(manifest) });

describe("the version that a project asks for", () => {
  it("is named before a move to another one", () => {
    for (const wanted of ["20.x", "20", "^20.1.0", "~20.1", ">=18 <21", "18 || 20", "18 - 20", ">= 18.0.0 < 21.0.0", "v20.11.1"])
      assert.equal(node(wanted), `package.json asks for node ${wanted}`);
    for (const [said, wanted] of [
      ["ruby '3.2.2'", "3.2.2"],
      ['ruby "~> 3.2.0"', "~> 3.2.0"],
      ['ruby(">= 3.1", "< 3.3") # so far', ">= 3.1, < 3.3"],
    ])
      assert.match(ruby(said ?? "") ?? "", new RegExp(`^Gemfile asks for ruby ${wanted}`));
    assert.match(ruby('ruby file: ".ruby-version"', { ".ruby-version": "ruby-3.2.2\n" }) ?? "", /^Gemfile asks for ruby 3\.2\.2/);
    const project = (version: string) => ({ "pyproject.toml": `[project]\nname = "tide"\nrequires-python = "${version}" # tested\n` });
    assert.equal(python(project(">=3.7,<3.9")), "pyproject.toml asks for python >=3.7,<3.9");
    assert.equal(python(project("~=3.8.1")), "pyproject.toml asks for python ~=3.8.1");
    assert.equal(python(project("==3.8.*")), "pyproject.toml asks for python ==3.8.*");
    assert.equal(python({ "pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.8"\n' }), "pyproject.toml asks for python ~3.8");
    assert.equal(python({ Pipfile: '[requires]\npython_version = "3.8"\n' }), "Pipfile asks for python 3.8");
    for (const manifest of [{ require: { php: "~8.1.0" } }, { require: { php: "^8.0" }, config: { platform: { php: "8.1.5" } } }])
      assert.match(php(manifest) ?? "", /^composer\.json asks for php (?:~8\.1\.0|8\.1\.5)$/);
  });

  it("is not where the other one is such a version", () => {
    for (const wanted of [">=18", "*", "18 || 20 || 24", ">=18 <30", "20.x || >=22", "!=21"]) assert.equal(node(wanted), "");
    assert.doesNotMatch(ruby("ruby '>= 3.0'") ?? "", /Gemfile/);
    assert.doesNotMatch(ruby("ruby '~> 3.2'") ?? "", /Gemfile/);
    assert.doesNotMatch(ruby("# ruby '3.2.2'") ?? "", /Gemfile/);
    assert.equal(python({ "pyproject.toml": '[project]\nrequires-python = ">=3.8"\n[tool.poetry.dependencies]\npython = "~3.8"\n' }), "");
    assert.equal(python({ "pyproject.toml": '[tool.ruff]\nrequires-python = "3.8"\n' }), "");
    assert.equal(php({ require: { php: "^8.1 || ^9.0" } }), "");
    assert.equal(php({ require: { php: "~8.1" } }), "");
  });

  it("is spoken of where nobody can tell", () => {
    assert.equal(node("lts/*"), "package.json names a version of node");
    assert.match(ruby("ruby ENV['RUBY']") ?? "", /^Gemfile names a version of ruby/);
    assert.equal(
      python({ "pyproject.toml": "[tool.poetry.dependencies]\npython = { version = '3.8' }\n" }),
      "pyproject.toml names a version of python",
    );
  });

  it("is that of the project that the stage holds, or mounts", () => {
    const files = { "web/package.json": '{ "engines": { "node": "20.x" } }', "package.json": "{}" };
    const of = (run: string) => checked("base-ended", `FROM node:20-alpine\nWORKDIR /srv\n${run}\n`, files);
    assert.equal(of("COPY package.json ./"), "");
    assert.equal(of("COPY web/package.json ./"), "package.json asks for node 20.x");
    assert.equal(of("RUN --mount=type=bind,source=web/package.json,target=package.json yarn"), "package.json asks for node 20.x");
    assert.equal(of("RUN --mount=type=bind,source=web,target=. yarn"), "package.json asks for node 20.x");
    assert.equal(checked("base-ended", "FROM node:20-alpine\n", files), "");
  });

  it("keeps a smaller line from being told of", () => {
    const older = (wanted: string) =>
      checked("base-older", "FROM python:3.11-alpine\nWORKDIR /srv\nCOPY pyproject.toml ./\n", {
        "pyproject.toml": `[project]\nrequires-python = "${wanted}"\n`,
      });
    assert.equal(older(">=3.11"), "");
    assert.equal(older("==3.11.*"), undefined);
  });
});

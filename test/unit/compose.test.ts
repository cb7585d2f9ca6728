import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { composeFor, composeOnce } from "../../server/src/lsp/disk/compose.ts";
import { configOfDockerfile } from "../../server/src/lsp/disk/config.ts";

const variable = (text: string): string => `\${${text}}`;

describe("a Compose file that builds a Dockerfile", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "ballast-compose-")));
    mkdirSync(join(folder, ".git"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };

  it("says its target, its arguments and its context", async () => {
    const dockerfile = write("docker/web/Dockerfile", "FROM scratch\n");
    write(
      "compose.yaml",
      `services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/web/Dockerfile\n      target: production\n      args:\n        NODE: 22\n        MODE: ${variable("MODE:-full")}\n        TOKEN:\n        KEY: ${variable("KEY")}\n`,
    );
    assert.deepEqual(await composeFor(dockerfile, folder), {
      target: "production",
      context: folder,
      buildArgs: { NODE: "22", MODE: "full" },
    });
  });

  it("is read once for all Dockerfiles of a run", async () => {
    const dockerfiles = ["a", "b"].map((name) => write(`${name}/Dockerfile`, "FROM scratch\n"));
    const services = (target: string): string =>
      `services:\n  a: { build: { context: a, target: ${target} } }\n  b: { build: { context: b, target: ${target} } }\n`;
    const targets = async (buildsAt?: ReturnType<typeof composeOnce>): Promise<unknown[]> =>
      Promise.all(dockerfiles.map(async (path) => (await composeFor(path, folder, buildsAt)).target));
    write("compose.yaml", services("old"));
    const buildsAt = composeOnce();
    assert.deepEqual(await targets(buildsAt), ["old", "old"]);
    write("compose.yaml", services("new"));
    assert.deepEqual(await targets(buildsAt), ["old", "old"]);
    assert.deepEqual(await targets(), ["new", "new"]);
  });

  it("may name the folder alone, or arguments in a list", async () => {
    const dockerfile = write("web/Dockerfile", "FROM scratch\n");
    write("docker-compose.yml", "services:\n  a: { build: ./web }\n  b: { build: { context: web, args: [ 'X=a=b', Y ] } }\n");
    assert.deepEqual(await composeFor(dockerfile, folder), { context: join(folder, "web") });
  });

  it("is silent where services do not agree, and where it builds something else, nothing, or is half-typed", async () => {
    const dockerfile = write("Dockerfile", "FROM scratch\n");
    write("compose.yml", "services:\n  a: { build: { target: dev } }\n  b: { build: { target: prod } }\n  c: { image: redis }\n");
    assert.deepEqual(await composeFor(dockerfile, folder), { context: folder, buildArgs: {} });
    write(
      "compose.yml",
      "services:\n  a: { build: { target: prod } }\n  b: { build: { context: 'https://example.com/a.git', target: dev } }\n",
    );
    assert.equal((await composeFor(dockerfile, folder)).target, "prod");
    for (const text of ["services:\n  a: { build: { dockerfile: Other } }\n", "services: [", "", "- 1\n", "services:\n  a:\n"]) {
      write("compose.yml", text);
      assert.deepEqual(await composeFor(dockerfile, folder), {}, text);
    }
  });

  it("gives way to the project's own settings", async () => {
    const dockerfile = write("Dockerfile", "FROM scratch\n");
    write("compose.yaml", "services:\n  a: { build: { context: ., target: dev, args: { A: 1, B: 2 } } }\n");
    write(".ballastrc.json", '{ "target": "prod", "buildArgs": { "B": "3" } }');
    assert.deepEqual(await configOfDockerfile(dockerfile, folder), { target: "prod", context: folder, buildArgs: { A: "1", B: "3" } });
  });
});

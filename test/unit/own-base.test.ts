import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { analyze } from "../../server/src/analyze.ts";
import { parseDockerfile } from "../../server/src/dockerfile/parse.ts";
import { builtHere, floatingBases } from "../../server/src/lsp/disk/built.ts";

describe("base images that the repository builds itself", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "built-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is found from a Dockerfile two folders below the top. */
  async function built(files: Readonly<Record<string, string>>, text = "FROM acme/base-os\n"): Promise<string[]> {
    for (const [path, content] of Object.entries({ ".git/HEAD": "", ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return [...(await builtHere(join(folder, "images/web/Dockerfile"), floatingBases(parseDockerfile(text)), undefined))];
  }

  const telling: readonly [says: string, path: string, text: string][] = [
    ["a script", "build_all.sh", "docker build -t acme/base-os base && docker build -t acme/web web\n"],
    ["a script in the folder beside it", "images/base/run.sh", "docker build -t acme/base-os .\n"],
    ["a script, with another tag", "images/make.sh", "podman build --file base/Dockerfile --tag=acme/base-os:$V .\n"],
    ["a script, in a loop", "build.sh", 'for i in *; do docker build -t "acme/$i-$OS:1" $i; done\n'],
    ["make", "Makefile", "IMAGE ?= acme/base-os\nall:\n\tdocker build -t $(IMAGE) .\n"],
    [
      "make, whatever it calls the name",
      "Makefile",
      "OS = acme/base-os\nALL = -t $(OS):1 -t $(OS):latest\nos:\n\tdocker build $(ALL) os\n",
    ],
    ["a script that tags by a variable", "build.sh", 'os="acme/base-os"\ndocker build --tag "$os:$V" os\n'],
    ["CI", ".github/workflows/base.yml", "      - uses: docker/build-push-action@v6\n        with:\n          tags: acme/base-os:latest\n"],
    [
      "CI, in a list",
      ".github/workflows/base.yml",
      "- uses: docker/build-push-action@v6\n  with:\n    tags: |\n      acme/base-os:latest\n",
    ],
    ["a bake file", "docker-bake.hcl", '# docker buildx bake\ntarget "base" {\n  tags = ["acme/base-os"]\n}\n'],
    ["Compose", "compose.yaml", "services:\n  base:\n    build:\n      context: base\n    image: acme/base-os\n"],
    ["Compose, the image first", "docker-compose.yml", "services:\n  base:\n    image: acme/base-os\n    build: base\n"],
    ["the words for people", "README.md", "First `docker build -t acme/base-os base`.\n"],
  ];
  for (const [says, path, text] of telling)
    it(`are told by ${says}`, async () => assert.deepEqual(await built({ [path]: text }), ["acme/base-os"]));

  it("are those without a tag or with latest, in FROM or an ARG", async () => {
    const files = { "b.sh": "docker build -t acme/a .\ndocker build -t acme/b .\ndocker build -t acme/c .\n" };
    assert.deepEqual(await built(files, "ARG BASE=acme/a\nFROM acme/b:latest\nFROM acme/c:1\nFROM $BASE\n"), ["acme/a", "acme/b"]);
    assert.deepEqual(await built(files, `ARG V=latest\nARG ORG=acme\nFROM $ORG/a:\${V}\nFROM acme/b:\${V:-latest}\n`), [
      "acme/a",
      "acme/b",
    ]);
    assert.deepEqual(await built(files, `ARG V=1\nFROM acme/a:\${V}\nFROM acme/b:$W\n`), []);
  });

  it("are not those that are only run, or pulled, or have a longer name", async () => {
    assert.deepEqual(
      await built({
        "build.sh": "docker build -t acme/web .\ndocker run acme/base-os true\ndocker build -t acme/base-os-dev .\n",
        Makefile: "OS = acme/base-os\nOSX = acme/web\nall:\n\tdocker build --build-arg OS=$(OS) -t $(OSX) .\n",
        "compose.yaml": "services:\n  web:\n    build: .\n  base:\n    image: acme/base-os\n",
      }),
      [],
    );
  });

  it("have no tag to name", () => {
    const rules = (world = {}): string[] => analyze("FROM acme/base-os\n", world).findings.map(({ rule }) => rule.id);
    assert.deepEqual(rules(), ["base-untagged"]);
    assert.deepEqual(rules({ built: new Set(["acme/base-os"]) }), []);
  });
});

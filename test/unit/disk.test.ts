import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { analyze } from "../../server/src/analyze.ts";
import { parseDockerfile } from "../../server/src/dockerfile/parse.ts";
import { type ContextFolder, findInContext } from "../../server/src/image/context.ts";
import { configOfDockerfile } from "../../server/src/lsp/disk/config.ts";
import { findDockerfiles, isDockerfileName } from "../../server/src/lsp/disk/find.ts";
import { Measurer } from "../../server/src/lsp/disk/measure.ts";
import { Unreadable } from "../../server/src/lsp/disk/read.ts";
import { contextFolder, topOf } from "../../server/src/lsp/disk/root.ts";
import { sourcesOf } from "../../server/src/lsp/disk/sources.ts";
import { type DiskContext, diskContext } from "../../server/src/lsp/disk/world.ts";

describe("what lies on disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ballast-disk-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (files: Readonly<Record<string, string | Uint8Array>>): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  const at = (path: string): string => join(folder, path);

  describe("the measurer", () => {
    it("measures files, folders and links", async () => {
      put({ "a/b/c": "12345", "a/d": "123", e: "" });
      chmodSync(at("e"), 0o751);
      symlinkSync("a/d", at("link"));
      symlinkSync("/nowhere", at("a/dangling"));
      symlinkSync(".", at("circle"));
      const root = await new Measurer().measure(folder);
      assert.deepEqual([root.bytes, root.files, root.complete], [8, 3, true]);
      assert.deepEqual([...root.children.keys()], ["a", "circle", "e", "link"]);
      assert.deepEqual(findInContext(root, "e"), { kind: "file", bytes: 0, mode: 0o751 });
      assert.deepEqual(findInContext(root, "link"), { kind: "link", target: "a/d" });
    });

    it("counts a file with several names once, in whatever folders they are", async () => {
      put({ "a/one": "12345" });
      mkdirSync(at("b"));
      linkSync(at("a/one"), at("b/two"));
      linkSync(at("a/one"), at("a/three"));
      const root = await new Measurer().measure(folder);
      assert.deepEqual([root.bytes, root.files], [5, 3]);
      assert.equal((findInContext(root, "a") as ContextFolder).bytes, 5);
    });

    it("counts holes in full, and leaves out pipes", async () => {
      put({ sparse: "" });
      truncateSync(at("sparse"), 3_000_000);
      execFileSync("mkfifo", [at("pipe")]);
      const root = await new Measurer().measure(folder);
      assert.deepEqual([root.bytes, root.files, root.complete], [3_000_000, 1, true]);
      assert.equal(findInContext(root, "pipe"), undefined);
    });

    it("is a lower bound where it stops: at its limit, at a signal, at what is not there", async () => {
      put(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i % 30}/${i}`, "x"])));
      const limited = await new Measurer(100).measure(folder);
      assert.equal(limited.complete, false);
      assert.ok(limited.files >= 100 && limited.files < 250, `${limited.files}`);
      assert.equal((await new Measurer().measure(folder, { signal: AbortSignal.abort() })).complete, false);
      assert.equal((await new Measurer().measure(at("missing"))).complete, false);
    });

    it("remembers, and reads again what changed", async () => {
      put({ "a/b/c": "1", "d/e": "2" });
      const measurer = new Measurer();
      const first = await measurer.measure(folder);
      put({ "a/b/c": "123", "d/e": "456" });
      assert.equal(await measurer.measure(folder), first);
      measurer.changed(at("a/b/c"));
      const second = await measurer.measure(folder);
      assert.equal(second.bytes, 4);
      assert.equal(findInContext(second, "d"), findInContext(first, "d"));
      rmSync(at("d"), { recursive: true });
      measurer.changed(at("d"));
      assert.equal((await measurer.measure(folder)).bytes, 3);
    });

    it("goes on where it was stopped, and gives all who ask at once the same", async () => {
      put({ "a/b": "1", c: "22" });
      const measurer = new Measurer();
      const stop = new AbortController();
      const stopped = measurer.measure(folder, { signal: stop.signal });
      stop.abort();
      const [first, second] = await Promise.all([measurer.measure(folder), measurer.measure(folder)]);
      await stopped;
      assert.equal(first, second);
      assert.deepEqual([first.bytes, first.complete], [3, true]);
    });
  });

  describe("the context of a Dockerfile", () => {
    const lookUp = (dockerfile: string, top = folder) => contextFolder(at("a/b/Dockerfile"), sourcesOf(parseDockerfile(dockerfile)), top);
    const contextOf = async (dockerfile: string, top = folder): Promise<string | undefined> => (await lookUp(dockerfile, top))?.folder;

    it("is a guess where another folder would do as well", async () => {
      put({ "a/b/own": "", "a/b/both": "", "a/both": "", "a/package.json": "" });
      const isOnly = async (dockerfile: string, top = folder): Promise<boolean | undefined> =>
        (await lookUp(dockerfile, top))?.doubt === undefined;
      assert.equal(await isOnly("FROM x\nCOPY . .\n"), false);
      assert.equal(await isOnly("FROM x\nCOPY . .\n", at("a/b")), true);
      assert.equal(await isOnly("FROM x\nCOPY own .\nCOPY . .\n"), true);
      assert.equal(await isOnly("FROM x\nCOPY both .\n"), false);
      assert.equal(await isOnly("FROM x\nCOPY package*.json .\nCOPY . .\n"), true);
      put({ "a/b/go.mod": "" });
      assert.equal(await isOnly("FROM x\nCOPY . .\n"), true, "a project of its own");
    });

    it("is its own folder, or the nearest above with all that it copies", async () => {
      put({ "a/b/Dockerfile": "", "a/b/own": "", "a/above": "", "top/x": "" });
      assert.equal(await contextOf("FROM x\nCOPY . .\nCOPY own /\nADD https://example.com/x /\nCOPY --from=y nothing /\n"), at("a/b"));
      assert.equal(await contextOf("FROM x\nCOPY above b/own /x/\n"), at("a"));
      assert.equal(await contextOf('FROM x\nADD ["top", "/x/"]\nCOPY a/*.none $X <<EOF /y/\nEOF\n'), folder);
      assert.equal(await contextOf("FROM x\nCOPY above own /x/\n"), undefined);
      assert.equal(await contextOf("FROM x\nCOPY own target/app.jar /x/\n"), at("a/b"));
      assert.equal((await lookUp("FROM x\nCOPY own target/app.jar /x/\n"))?.doubt, "it has no target/app.jar");
      assert.equal(await contextOf("FROM x\nCOPY own one two /x/\n"), undefined);
      assert.equal(await contextOf("FROM x\nCOPY top /x/\n", at("a")), undefined);
      assert.equal(await contextOf("FROM x\nONBUILD COPY elsewhere /x/\nCOPY ../own /\n"), at("a/b"));
    });

    it("is rather where its patterns match something, if they do anywhere", async () => {
      put({ "a/b/Dockerfile": "", "a/b/own": "", "a/package.json": "", "a/web/one/x.lock": "" });
      assert.equal(await contextOf("FROM x\nCOPY package*.json ./\nCOPY . .\n"), at("a"));
      assert.equal(await contextOf("FROM x\nCOPY none* web/*/*.lock ./\nCOPY . .\n"), at("a"));
      assert.equal(await contextOf("FROM x\nCOPY none* ./\nCOPY . .\n"), at("a/b"));
      // A lock file may be there or not.
      assert.equal(await contextOf("FROM x\nCOPY own package*.json ./\n"), at("a/b"));
      assert.equal(await contextOf("FROM x\nCOPY ow? ./\nCOPY $X package*.json ./\n"), at("a/b"));
    });

    it("is looked for up to the repository, else the workspace", async () => {
      put({ "repo/.git/HEAD": "", "repo/a/b/x": "", "c/d/x": "" });
      assert.equal(await topOf(at("repo/a/b"), at("repo/a")), at("repo"));
      assert.equal(await topOf(at("c/d"), at("c")), at("c"));
      assert.equal(await topOf(at("c/d"), at("repo")), at("c/d"));
      assert.equal(await topOf(at("c/d"), undefined), at("c/d"));
    });
  });

  describe("the world of a Dockerfile", () => {
    const worldOf = (text: string, options: { context?: string; name?: string } = {}): Promise<DiskContext | undefined> => {
      put({ [options.name ?? "Dockerfile"]: text });
      const measurer = new Measurer();
      return diskContext(at(options.name ?? "Dockerfile"), parseDockerfile(text), {
        measurer,
        ...(options.context !== undefined && { context: options.context }),
      });
    };

    it("has no context where nothing of it is used", async () => {
      assert.equal(await worldOf("FROM x\nRUN y\nCOPY --from=z a b\n"), undefined);
      assert.ok(await worldOf("FROM x\nRUN --mount=type=bind,target=/src y\n"));
      assert.equal(await worldOf("FROM x\nCOPY missing /\n"), undefined);
    });

    it("takes the Dockerfile's own ignore file before the folder's", async () => {
      put({ ".dockerignore": "a", "web.Dockerfile.dockerignore": "b" });
      assert.equal((await worldOf("FROM x\nCOPY . .\n"))?.context.ignore?.text, "a");
      assert.equal((await worldOf("FROM x\nCOPY . .\n", { name: "web.Dockerfile" }))?.context.ignore?.text, "b");
    });

    it("waits for no pipe that has the name of an ignore file, of settings or of Compose's", async () => {
      put({ x: "123" });
      for (const name of [".dockerignore", ".ballastrc.json", "package.json", "compose.yaml"]) execFileSync("mkfifo", [at(name)]);
      assert.equal((await worldOf("FROM x\nCOPY . .\n"))?.context.ignore, undefined);
      assert.deepEqual(await configOfDockerfile(at("Dockerfile"), folder), {});
    });

    it("is the folder that is named, and says when that is none", async () => {
      put({ "sub/x": "123" });
      assert.equal((await worldOf("FROM x\nCOPY x /\n", { context: at("sub") }))?.context.root.bytes, 3);
      await assert.rejects(worldOf("FROM x\nCOPY x /\n", { context: at("none") }), Unreadable);
    });

    it("has the texts of scripts that are run, and of those that these run", async () => {
      put({
        "setup.sh": "#!/bin/sh\n. /s/lib.sh\nhead -c 700 /dev/zero >/a\n",
        "s/lib.sh": "head -c 42 /dev/zero >/b\n",
        "s/big.sh": "#".repeat(300_000),
        "s/binary.sh": new Uint8Array([0, 1]),
        "s/other.sh": "",
      });
      const text = "FROM scratch\nCOPY setup.sh /usr/local/bin/setup\nCOPY s /s\nRUN setup && sh /s/big.sh && sh /s/binary.sh\n";
      const world = await worldOf(text);
      assert.equal(world?.context.readText?.("s/lib.sh")?.length, 25);
      for (const path of ["s/big.sh", "s/binary.sh", "s/other.sh", "none"]) assert.equal(world?.context.readText?.(path), undefined);
      const run = analyze(text, world ? { context: world.context } : {}).image.stages[0]?.steps.at(-1);
      assert.equal(run?.layer?.size.bytes, 742);
    });

    it("has the texts of scripts that a pattern stands for", async () => {
      put({ "s/1-a.sh": "#!/bin/sh\nhead -c $1 /dev/zero >/a\n", "s/2-b.sh": "#!/bin/bash\nhead -c 42 /dev/zero >/b\n", "s/note.md": "" });
      const text = 'FROM scratch\nCOPY s /s\nRUN chmod +x /s/*.sh && for s in /s/*.sh; do "$s" 100; done && rm -rf /s\n';
      const world = await worldOf(text);
      const run = analyze(text, world ? { context: world.context } : {}).image.stages[0]?.steps.at(-1);
      assert.deepEqual(run?.layer?.size, { bytes: 142, lowerBound: false, basis: "measured" });
    });

    it("has what a project says of its packages, and the program that is started, where COPY names neither", async () => {
      put({ "package.json": "{}", "web/package.json": "{ }", "node_modules/a/package.json": "{}", "src/main.js": "run()", Gemfile: "x" });
      const world = await worldOf('FROM x\nCOPY . .\nRUN npm ci\nCMD ["node", "src/main.js"]\n');
      assert.deepEqual([...(world?.texts.keys() ?? [])].sort(), ["package.json", "src/main.js", "web/package.json"]);
    });

    it("has what a module asks for", async () => {
      put({ "go.mod": "module x\n", "main.go": "package main\n" });
      const world = await worldOf("FROM golang\nCOPY . .\nRUN go mod download\n");
      assert.equal(world?.texts.get("go.mod"), "module x\n");
    });

    it("knows what archives hold that ADD or a RUN unpacks", async () => {
      put({ "src/x": "x".repeat(5000) });
      execFileSync("tar", ["-czf", at("a.tgz"), "-C", at("src"), "x"]);
      execFileSync("tar", ["-cf", at("b.tar"), "-C", at("src"), "x"]);
      const text = "FROM debian\nADD *.tgz /a/\nCOPY b.tar /tmp/\nRUN tar xf /tmp/b.tar -C /b\n";
      const world = await worldOf(text);
      const bytes = analyze(text, world ? { context: world.context } : {}).image.stages[0]?.steps.map((step) => step.layer?.size.bytes);
      assert.deepEqual([bytes?.[1], bytes?.[3]], [5000, 5000]);
    });
  });

  it("finds Dockerfiles by their names", async () => {
    const yes = [
      "Dockerfile",
      "Dockerfile.dev",
      "Dockerfile-cpu",
      "web.Dockerfile",
      "x.dockerfile",
      "Containerfile",
      "Containerfile.x",
      "y.containerfile",
    ];
    const no = [
      "Dockerfile.dockerignore",
      "Dockerfile~",
      "dockerfile",
      "Dockerfile.bak",
      "MyDockerfile",
      "Dockerfiles",
      "Dockerfile.md.swp",
    ];
    for (const name of yes) assert.ok(isDockerfileName(name), name);
    for (const name of no) assert.ok(!isDockerfileName(name), name);
    put({
      "b/Dockerfile": "",
      "a/x.dockerfile": "",
      Dockerfile: "",
      "node_modules/x/Dockerfile": "",
      ".git/Dockerfile": "",
      "vendor/github.com/x/Dockerfile": "",
      "c/third_party/Dockerfile": "",
      "Godeps/_workspace/src/github.com/x/Dockerfile": "",
      "_vendor/src/github.com/x/Dockerfile": "",
      "Dockerfile.d/x": "",
      ".devcontainer/Dockerfile": "",
    });
    assert.deepEqual(await findDockerfiles(folder), [
      at(".devcontainer/Dockerfile"),
      at("Dockerfile"),
      at("a/x.dockerfile"),
      at("b/Dockerfile"),
    ]);
    await assert.rejects(findDockerfiles(at("missing")));
  });
});

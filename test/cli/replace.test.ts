import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createFile, replaceFile } from "../../server/src/cli/replace.ts";
import { Unreadable } from "../../server/src/lsp/disk/read.ts";
import { useFolder } from "./support/cli.ts";

describe("writing files", () => {
  const folder = useFolder();

  it("replaces a file whole: its mode stays, a link stays one, nothing is left beside it", async () => {
    const cwd = folder({ "real/file": "old" });
    const asRoot = process.getuid?.() === 0;
    if (asRoot) chownSync(join(cwd, "real/file"), 1234, 1235);
    chmodSync(join(cwd, "real/file"), 0o754);
    symlinkSync("real/file", join(cwd, "link"));
    await replaceFile(join(cwd, "link"), "new");
    assert.equal(readFileSync(join(cwd, "real/file"), "utf8"), "new");
    const { mode, uid } = statSync(join(cwd, "real/file"));
    assert.equal(mode & 0o777, 0o754);
    if (asRoot) assert.equal(uid, 1234);
    assert.deepEqual([readdirSync(cwd).sort(), readdirSync(join(cwd, "real"))], [["link", "real"], ["file"]]);
  });

  it("leaves nothing behind where that fails", async () => {
    const cwd = folder();
    mkdirSync(join(cwd, "file"));
    await assert.rejects(replaceFile(join(cwd, "file"), "new"), Unreadable);
    await assert.rejects(replaceFile(join(cwd, "missing"), "new"), Unreadable);
    assert.deepEqual(readdirSync(cwd), ["file"]);
  });

  it("creates a file only where there is none", async () => {
    const cwd = folder({ old: "old" });
    symlinkSync("nowhere", join(cwd, "dangling"));
    assert.equal(await createFile(join(cwd, "old"), "new"), false);
    assert.equal(await createFile(join(cwd, "dangling"), "new"), false);
    assert.equal(await createFile(join(cwd, "new"), "new"), true);
    assert.deepEqual([readFileSync(join(cwd, "old"), "utf8"), readFileSync(join(cwd, "new"), "utf8")], ["old", "new"]);
    await assert.rejects(createFile(join(cwd, "none/new"), "new"), Unreadable);
  });
});

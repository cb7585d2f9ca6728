import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { archiveOf } from "../../server/src/lsp/disk/archive.ts";

/** A tar of files with these bytes; a name with `@` is a link. */
function tar(files: Record<string, number>, end = 1024): Uint8Array {
  const parts = Object.entries(files).map(([name, size]) => {
    const content = name.startsWith("@") ? 0 : Math.ceil(size / 512) * 512;
    const bytes = new Uint8Array(512 + content);
    const write = (text: string, at: number): void => bytes.set(new TextEncoder().encode(text), at);
    write(name, 0);
    write(`${(name.startsWith("@") ? 0 : size).toString(8).padStart(11, "0")}\0`, 124);
    write(" ".repeat(8), 148);
    write(name.startsWith("@") ? "1" : "0", 156);
    const sum = bytes.subarray(0, 512).reduce((a, b) => a + b, 0);
    write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return bytes;
  });
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, end));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe("archives of the build context", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ballast-archive-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const look = (name: string, content: Uint8Array | string): ReturnType<typeof archiveOf> => {
    writeFileSync(join(folder, name), content);
    return archiveOf(join(folder, name));
  };
  const files = { a: 1000, b: 0, "@hard": 1000, c: 123_456 };

  it("are known by their content, whatever their name", async () => {
    assert.deepEqual(await look("data.bin", tar(files)), { bytes: 124_456 });
    assert.deepEqual(await look("x.tar.gz", gzipSync(tar(files))), { bytes: 124_456 });
    assert.deepEqual(await look("big", gzipSync(tar({ a: 3_000_000, b: 5 }))), { bytes: 3_000_005 });
  });
  it("are read in every compression that Docker unpacks", async () => {
    // The same tar by `xz -9`, `bzip2` and `zstd -19`.
    const packed = {
      xz: "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4fP/AJddADCAM2gYafvkrGBgdb4bESj0D7zN4etrQtpqLtBOl61byHNebE3e6SdPo+r6rA3jCNNLw1aSrSIQMcjZ7hYeQ0X/DL9W3CXVofA1djayf7ZofksmHemleDNvPk6EJ3H4B2yAKNQgYRMMBDOZFdOmnNCErtiJiwx/4eLv5LYckl8wxbiVtktAdVRMF8uVCg2duBHQvbkA7QAAAGNq6I98EhdUAAGzAYDoBwBSPYJnscRn+wIAAAAABFla",
      bz2: "QlpoOTFBWSZTWc5/sMEABCFdgOigQAB/gEAQfEAYgAAIIAB0ElNEMjRpkGmgkk1Gg00A9IHmN8ER3F09JASZCBJNiAAAV4HcQkknA4CrUVWCLgMLFgeGeUnq0Ws0J9sTO5Beiv97DGWLsJCSX4u5IpwoSGc/2GCA",
      zst: "KLUv/aQA9AEApQIAwoIJELCpA5hpVMMa2eY2AqsF5hRsT/yjgmkW0jKqBLvyM8E3rhyk3AQOIHCXltkG/eOQg7sG9Oss1WCr2oAOYJDqsQFV0mG7t1L8Ff357mS4NwVYmT5vDw==",
    };
    for (const [name, text] of Object.entries(packed)) {
      assert.deepEqual(await look(`x.${name}`, Buffer.from(text, "base64")), { bytes: 124_456 }, name);
      assert.deepEqual(await look(`cut.${name}`, Buffer.from(text, "base64").subarray(0, 60)), {}, `${name}, cut short`);
    }
  });
  it("are not what is compressed, but no archive", async () => {
    // 3,000 zeros by `xz`, `bzip2` and `zstd`.
    for (const text of [
      "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Au3ABVdAABv/f//o7f/Rz5IFXI5YVG4QOowRAAAAAAwFm5j9hsAXwABMbgXAAAAJiwK4bHEZ/sCAAAAAARZWg==",
      "QlpoOTFBWSZTWbDaYVsAAAXACMAAAACACCAAMMwImkpQA8XckU4UJCw2mFbA",
      "KLUv/QRoRQAACAABALTzgRC928tP",
    ])
      assert.equal(await look("zeros", Buffer.from(text, "base64")), undefined);
  });
  it("are not what only has their name", async () => {
    assert.equal(await look("fake.tar.gz", "no archive at all"), undefined);
    assert.equal(await look("dump.sql.gz", gzipSync("create table t;".repeat(100))), undefined);
    assert.equal(await look("empty.tar", ""), undefined);
    assert.equal(await look("zeros.tar", new Uint8Array(2048)), undefined);
    assert.equal(await archiveOf(join(folder, "missing.tar")), undefined);
  });
  it("have unknown content where it cannot be read", async () => {
    assert.deepEqual(await look("cut.tar.gz", gzipSync(tar(files)).subarray(0, 150)), {});
    assert.deepEqual(await look("cut.tar", tar(files, 0).subarray(0, 2048)), {});
    assert.deepEqual(await look("x.tar.xz", new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0])), {});
    assert.deepEqual(await look("bzip2", "BZh91AY"), {});
    assert.deepEqual(await look("zstd", new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0])), {});
  });
});

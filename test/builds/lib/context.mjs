// A build context from a few lines of recipe: the same bytes everywhere, nothing large in git.
//
//   file PATH SIZE            bytes that do not compress        tree PATH COUNT SIZE   COUNT files of SIZE in PATH/d0…d19
//   text PATH TEXT            \n and \t are replaced            sparse PATH SIZE       a file with a hole
//   link PATH TARGET          a symbolic link                   hard PATH OTHER        a hard link to OTHER
//   tar PATH KIND SOURCE      KIND: none gz bz2 xz; the source stays     gzip PATH SIZE   one file, compressed, no archive
//   mode PATH OCTAL           copy PATH FOLDER                  a folder of test/data/builds-contexts
import { execFileSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { chmodSync, cpSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const stored = fileURLToPath(new URL("../../data/builds-contexts", import.meta.url));
const units = { "": 1, k: 1024, M: 1024 * 1024 };

export function bytesOf(text) {
  const [, number, unit] = text.match(/^(\d+)([kM]?)$/);
  return Number(number) * units[unit];
}

/** A stream cipher over zeros, keyed by the path: fast, incompressible, the same on every machine. */
function noise(path, size) {
  const key = createHash("sha256").update(path).digest().subarray(0, 16);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

const tarFlags = { none: [], gz: ["--gzip"], bz2: ["--bzip2"], xz: ["--xz"] };

const makers = {
  file: (at, path, size) => writeFileSync(at(path), noise(path, bytesOf(size))),
  text: (at, path, ...words) => writeFileSync(at(path), words.join(" ").replaceAll("\\n", "\n").replaceAll("\\t", "\t")),
  tree(at, path, count, size) {
    for (let i = 0; i < Number(count); i++) makers.file(at, `${path}/d${i % 20}/f${i}`, size);
  },
  sparse(at, path, size) {
    writeFileSync(at(path), "");
    truncateSync(at(path), bytesOf(size));
  },
  link: (at, path, target) => symlinkSync(target, at(path)),
  hard: (at, path, other) => linkSync(at(other), at(path)),
  tar(at, path, kind, source) {
    const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    execFileSync("tar", ["-c", ...fixed, ...tarFlags[kind], "-f", at(path), "-C", at("."), source]);
  },
  gzip: (at, path, size) => writeFileSync(at(path), gzipSync(noise(path, bytesOf(size)))),
  mode: (at, path, mode) => chmodSync(at(path), Number.parseInt(mode, 8)),
  copy: (at, path, folder) => cpSync(join(stored, folder), at(path), { recursive: true }),
};

export function makeContext(folder, recipe) {
  mkdirSync(folder, { recursive: true });
  const at = (path) => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  for (const line of recipe) {
    const [verb, ...words] = line.split(" ");
    if (!makers[verb]) throw new Error(`unknown recipe line: ${line}`);
    makers[verb](at, ...words);
  }
}

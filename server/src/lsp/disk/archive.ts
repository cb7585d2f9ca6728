import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";

/** More of a compressed archive is not read, nor more that comes out of one; what it holds is then unknown. */
const maximumRead = 64_000_000;
const maximumUnpacked = 1_000_000_000;
const block = 512;

export interface Archive {
  /** Of the files in it; absent where they could not be read. */
  readonly bytes?: number;
}

type Content = AsyncGenerator<Uint8Array, void, void>;

/** What a file holds if it is an archive that ADD unpacks: told by its content, as Docker does. Undefined for one that is none. */
export async function archiveOf(path: string): Promise<Archive | undefined> {
  const head = await headOf(path).catch(() => new Uint8Array());
  if (isCompressed(head)) return {};
  return isGzip(head) || isTar(head) ? unpacked(path, isGzip(head)) : undefined;
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(block), 0, block, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
const isGzip = (head: Uint8Array): boolean => startsWith(head, [0x1f, 0x8b]);
/** xz, bzip2 and Zstandard: Docker unpacks them if a tar is in them, Node cannot look. The bytes are unknown either way. */
const isCompressed = (head: Uint8Array): boolean =>
  startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) || startsWith(head, [0x42, 0x5a, 0x68]) || startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]);

/** A tar's first block is a header whose check sum is right. */
function isTar(head: Uint8Array): boolean {
  if (head.length < block || head[0] === 0) return false;
  const field = String.fromCharCode(...head.subarray(148, 156));
  const sum = head.subarray(0, block).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  return Number.parseInt(field.replace(/[\0 ]+$/, "").trim(), 8) === sum;
}

async function unpacked(path: string, gzip: boolean): Promise<Archive | undefined> {
  const content = contentOf(path, gzip);
  let first: Uint8Array | undefined;
  try {
    first = await firstBlock(content);
    return isTar(first) ? { bytes: await bytesOfFiles(first, content) } : undefined;
  } catch {
    // Too long, or broken.
    return {};
  } finally {
    await content.return();
  }
}

/** The bytes of a file, unpacked; throws at what is too long. */
async function* contentOf(path: string, gzip: boolean): Content {
  const packed = createReadStream(path, { highWaterMark: 1 << 18 });
  const plain = gzip ? pipeline(packed, createGunzip({ chunkSize: 1 << 18 }), () => {}) : packed;
  let bytes = 0;
  for await (const part of plain) {
    bytes += part.length;
    if (bytes > maximumUnpacked || (gzip && packed.bytesRead > maximumRead)) throw new Error("too long");
    yield part;
  }
}

/** At least one block, or all there is. */
async function firstBlock(content: Content): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < block; ) {
    const next = await content.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

async function bytesOfFiles(first: Uint8Array, rest: Content): Promise<number> {
  async function* all(): Content {
    yield first;
    yield* rest;
  }
  const sizes = new Map<string, number>();
  for await (const { header, body } of ReadableStream.from(all()).pipeThrough(createTarDecoder({ strict: true }))) {
    await body.cancel();
    // The last of several with one name stays; a hard link has no bytes of its own; a file with holes counts in full.
    const whole = Number(header.pax?.["GNU.sparse.realsize"] ?? header.size);
    if (header.type === "file" || header.type === undefined) sizes.set(header.pax?.["GNU.sparse.name"] ?? header.name, whole);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

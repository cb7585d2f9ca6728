import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { ReadableStream } from "node:stream/web";
import { createTarDecoder } from "modern-tar";
import { type Compression, compressionOf } from "./compression.ts";

/** More than this does not come out of an archive; what it holds is then unknown. */
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
  const compression = compressionOf(head);
  return compression || isTar(head) ? unpacked(path, compression) : undefined;
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

/** A tar's first block is a header whose check sum is right. */
function isTar(head: Uint8Array): boolean {
  if (head.length < block || head[0] === 0) return false;
  const field = String.fromCharCode(...head.subarray(148, 156));
  const sum = head.subarray(0, block).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  return Number.parseInt(field.replace(/[\0 ]+$/, "").trim(), 8) === sum;
}

async function unpacked(path: string, compression: Compression | undefined): Promise<Archive | undefined> {
  const content = contentOf(path, compression);
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
async function* contentOf(path: string, compression: Compression | undefined): Content {
  const packed = createReadStream(path, { highWaterMark: 1 << 18 });
  let bytes = 0;
  for await (const part of compression ? compression.unpack(packed) : packed) {
    bytes += part.length;
    if (bytes > maximumUnpacked || (compression && packed.bytesRead > compression.maximumRead)) throw new Error("too long");
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

import type { ReadStream } from "node:fs";
import { PassThrough, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import unbzip2 from "unbzip2-stream";
import { XzReadableStream } from "xz-decompress";

/** One of the four in which Docker reads an archive. */
export interface Compression {
  /** What such a file starts with. */
  readonly magic: readonly number[];
  /** More bytes of a file are not read: about two seconds, and bzip2 is slow. */
  readonly maximumRead: number;
  unpack(packed: ReadStream): AsyncIterable<Uint8Array>;
}

const compressions: readonly Compression[] = [
  { magic: [0x1f, 0x8b], maximumRead: 64_000_000, unpack: (packed) => pipeline(packed, createGunzip({ chunkSize: 1 << 18 }), () => {}) },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], maximumRead: 16_000_000, unpack: (packed) => new XzReadableStream(Readable.toWeb(packed)) },
  { magic: [0x42, 0x5a, 0x68], maximumRead: 2_000_000, unpack: (packed) => pipeline(packed, unbzip2(), new PassThrough(), () => {}) },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], maximumRead: 32_000_000, unpack: unzstd },
];

export function compressionOf(head: Uint8Array): Compression | undefined {
  return compressions.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
}

async function* unzstd(packed: ReadStream): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = new Decompress((part) => ready.push(part));
  for await (const part of packed) {
    stream.push(part);
    yield* ready.splice(0);
  }
  stream.push(new Uint8Array(), true);
  yield* ready.splice(0);
}

import { packageIndex } from "./index.ts";
import type { PackageIndex } from "./package.ts";

/** The index, made when it is first asked for; nothing is known where there is no text. */
export function lazyPackages(read: () => string | undefined): PackageIndex {
  let index: PackageIndex | undefined;
  return {
    release(os, name) {
      if (!index) {
        const text = read();
        index = text === undefined ? { release: () => undefined } : packageIndex(text);
      }
      return index.release(os, name);
    },
  };
}

/** The text of a snapshot's bytes, in any realm that can unpack gzip: a browser gives it to `packageIndex`. */
export async function unpackPackages(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new TextDecoder("latin1").decode(await new Response(stream).arrayBuffer());
}

/** What of Node is used here, where this is Node: the core has no import of it. */
interface NodeModules {
  getBuiltinModule?(name: "node:fs"): { readFileSync(path: string): Uint8Array };
  getBuiltinModule?(name: "node:zlib"): { gunzipSync(data: Uint8Array): { toString(encoding: "latin1"): string } };
}

/** The snapshot of that name that lies beside the bundle; in a checkout, where it is kept. */
export function readBundled(file: "packages.gz" | "apk.gz", folder: string | undefined): string | undefined {
  const { process } = globalThis as { process?: NodeModules };
  if (folder === undefined || !process?.getBuiltinModule) return undefined;
  const fs = process.getBuiltinModule("node:fs");
  const zlib = process.getBuiltinModule("node:zlib");
  const above = [folder, `${folder}/..`, `${folder}/../..`, `${folder}/../../..`];
  for (const path of [`${folder}/${file}`, ...above.map((at) => `${at}/server/src/sizes/data/${file}`)]) {
    try {
      return zlib.gunzipSync(fs.readFileSync(path)).toString("latin1");
    } catch {
      // Not there: the next place.
    }
  }
  return undefined;
}

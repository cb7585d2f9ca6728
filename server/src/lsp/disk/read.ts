import { readFile, stat } from "node:fs/promises";

/** More is no Dockerfile. */
export const maximumBytes = 5_000_000;

/** Why a file cannot be read, in words for the user. */
export class Unreadable extends Error {}

/** A Dockerfile's text, its byte-order mark with it: positions count it. Throws `Unreadable`. */
export async function readDockerfile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  return decode(bytes);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new Unreadable("is a folder, not a Dockerfile");
    if (!info.isFile()) throw new Unreadable("is not a regular file");
    if (info.size > maximumBytes) throw tooLong();
    return await readFile(path);
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(reasonOf(error));
  }
}

/** The text of a file that nobody named: undefined where there is none, and for what is no regular file. A pipe would never end. */
export async function textIfThere(path: string, most = maximumBytes): Promise<string | undefined> {
  const isFile = await stat(path).then(
    (info) => info.isFile() && info.size <= most,
    () => false,
  );
  return isFile ? readFile(path, "utf8").catch(() => undefined) : undefined;
}

const tooLong = (): Unreadable => new Unreadable(`is too long for a Dockerfile (more than ${maximumBytes / 1_000_000} MB)`);

/** UTF-8 to text; throws `Unreadable` for what is none, and for more than a Dockerfile holds. */
export function decode(bytes: Uint8Array): string {
  if (bytes.length > maximumBytes) throw tooLong();
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw new Unreadable("is UTF-16, not UTF-8");
  if (bytes.includes(0)) throw new Unreadable("is a binary file, not a Dockerfile");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable("is not UTF-8");
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "a link that leads in a circle",
};

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

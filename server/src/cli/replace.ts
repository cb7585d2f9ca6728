import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reasonOf, Unreadable } from "../lsp/disk/read.ts";

/** Puts a new text in a file's place at once: whoever reads it sees the old text or the new one. Links stay links, and mode and owner stay. */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const file = await realpath(path);
    const old = await stat(file);
    const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
    try {
      await writeNew(temporary, text, old);
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new Unreadable(`cannot be written: ${reasonOf(error)}`);
  }
}

/** False where a file of this name is there already: it is left as it is. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await writeNew(path, text, undefined);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new Unreadable(`${basename(path)} cannot be written: ${reasonOf(error)}`);
  }
}

async function writeNew(path: string, text: string, like: Stats | undefined): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    if (!like) return;
    // Root mends the files of others (in a container, on a mounted folder): they stay theirs. Who is not root may not, and need not.
    await file.chown(like.uid, like.gid).catch(() => {});
    // Not at open: there the umask takes from it.
    await file.chmod(like.mode & 0o7777);
  } finally {
    await file.close();
  }
}

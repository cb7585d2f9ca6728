import { readdir } from "node:fs/promises";
import { join } from "node:path";

const isDockerfile = /^(?:(?:Dockerfile|Containerfile)(?:\..+|-[\w-]+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
const isNone = /\.dockerignore$|~$|\.(?:swp|swo|bak|orig|rej|tmp)$/;
/** Of installed packages, copies of other projects, version control and caches: whatever lies there is not the user's. */
const junk = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "bower_components",
  "vendor",
  "third_party",
  "Godeps",
  "_vendor",
  "__pycache__",
  "site-packages",
  "venv",
  ".venv",
  ".tox",
  ".cache",
  ".terraform",
]);
const maximumFolders = 50_000;

/** Whether a file of this name is taken for a Dockerfile. */
export const isDockerfileName = (name: string): boolean => isDockerfile.test(name) && !isNone.test(name);

/** The Dockerfiles in a folder and below, as paths that begin with it; sorted. */
export async function findDockerfiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const open = [folder];
  for (let count = 0; count < maximumFolders; count++) {
    const at = open.pop();
    if (at === undefined) break;
    // A folder that cannot be read below the one that was asked for is passed over.
    const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
      if (at === folder) throw error;
      return [];
    });
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!junk.has(entry.name)) open.push(path);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && isDockerfileName(entry.name)) found.push(path);
    }
  }
  return found.sort();
}

// Bare git mirrors in a folder, and their working trees in a temporary one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const isDockerfile = /(?:^|\/)(?:(?:Docker|Container)file(?:\.[^/]+|-[\w-]+)?|[^/]+\.(?:[Dd]ocker|[Cc]ontainer)file)$/;
const isNone = /\.(?:dockerignore|bak|orig|tmp|template|tpl|tmpl|j2|erb|in|md|sh|py|ya?ml|json)$|~$/;
/** Other projects' files (server/src/lsp/disk/find.ts). */
const isOthers = /(?:^|\/)(?:node_modules|bower_components|_?vendor|third_party|Godeps)\//;
/** A repository with more than this is not laid out whole. */
const maximumBytes = 300_000_000;

export const git = (gitDir, ...args) =>
  execFileSync("git", ["--git-dir", gitDir, ...args], { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });

/** The git folders below `folder`: its own children, or a folder one further down (OWNER+NAME/repo). */
export function* mirrorsIn(folder) {
  for (const name of readdirSync(folder).sort()) {
    const gitDir = [".", "repo", "repo/.git"].map((at) => join(folder, name, at)).find((at) => existsSync(join(at, "HEAD")));
    if (gitDir) yield { repository: name.replace(/\.git$/, "").replace("+", "/"), gitDir };
  }
}

/** The files of a commit: path and bytes; no bytes where the mirror lacks the content. */
export function filesOf(gitDir, commit) {
  const lines = git(gitDir, "ls-tree", "-r", "-l", "-z", commit).toString("utf8").split("\0");
  return lines.flatMap((line) => {
    const [head, path] = line.split("\t");
    const [mode, , , bytes] = (head ?? "").split(/\s+/);
    return path === undefined ? [] : [{ path, mode, bytes: Number(bytes) }];
  });
}

export const dockerfilesOf = (files) =>
  files
    .filter(({ path, mode }) => mode?.startsWith("100") && isDockerfile.test(path) && !isNone.test(path) && !isOthers.test(path))
    .map(({ path }) => path);

/** `count` of them, evenly spread over the list. */
export const spread = (list, count) =>
  list.length <= count ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);

/**
 * The commit's files in `folder`, which looks like a repository. Of a very big one only the folders of the Dockerfiles: a context
 * further up is then not complete.
 */
export function layOut(gitDir, commit, files, dockerfiles, folder) {
  mkdirSync(join(folder, ".git"), { recursive: true });
  const whole = files.reduce((sum, { bytes }) => sum + (bytes || 0), 0) <= maximumBytes;
  const lacking = files
    .filter(({ bytes, mode }) => Number.isNaN(bytes) && mode !== "160000")
    .map(({ path }) => `:(exclude,literal)${path}`);
  const folders = [...new Set(dockerfiles.map((path) => path.split("/").slice(0, -1).join("/") || "."))];
  for (const part of whole ? [undefined] : chunks(folders, 100)) {
    const tar = git(gitDir, "archive", commit, "--", ...(part ?? ["."]), ...lacking);
    execFileSync("tar", ["-x", "-C", folder], { input: tar, stdio: ["pipe", "ignore", "ignore"], maxBuffer: 1 << 30 });
  }
}

const chunks = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

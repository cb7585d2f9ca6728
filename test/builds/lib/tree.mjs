// An image's root file system and configuration, to compare what a fix leaves with what was there.
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** { files: { path: "kind mode owner size content" }, config } of an image. Times are left out: no two builds share them. */
export function treeOf(engine, tag) {
  const folder = mkdtempSync(join(tmpdir(), "ballast-tree-"));
  const container = engine.docker("create", "--network", "none", tag, "/ballast").trim();
  try {
    engine.docker("export", "-o", join(folder, "root.tar"), container);
    return { files: readTar(join(folder, "root.tar")), config: configOf(engine, tag) };
  } finally {
    engine.docker("rm", "--force", container);
    rmSync(folder, { recursive: true, force: true });
  }
}

const settings = [
  "Env",
  "Cmd",
  "Entrypoint",
  "User",
  "WorkingDir",
  "ExposedPorts",
  "Labels",
  "Volumes",
  "Shell",
  "OnBuild",
  "Healthcheck",
  "StopSignal",
];

function configOf(engine, tag) {
  const { Config } = JSON.parse(engine.docker("image", "inspect", tag))[0];
  return Object.fromEntries(settings.map((name) => [name, Config[name] ?? null]));
}

const kinds = { 0: "file", "\0": "file", 1: "file", 2: "link", 5: "folder" };

function readTar(path) {
  const file = openSync(path, "r");
  const files = {};
  let at = 0;
  const read = (length) => {
    const buffer = Buffer.alloc(length);
    at += readSync(file, buffer, 0, length, at);
    return buffer;
  };
  let long = {};
  for (;;) {
    const header = read(512);
    if (header.every((byte) => byte === 0)) break;
    const text = (from, length) => header.toString("utf8", from, from + length).replace(/\0[\s\S]*$/, "");
    const number = (from, length) =>
      header[from] & 0x80 ? Number(header.readBigUInt64BE(from + length - 8)) : Number.parseInt(text(from, length).trim() || "0", 8);
    const size = number(124, 12);
    const content = read(Math.ceil(size / 512) * 512).subarray(0, size);
    const type = text(156, 1) || "\0";
    if (type === "x" || type === "g") {
      // Extended headers: `length key=value`, for long names and links.
      for (const [, key, value] of content.toString("utf8").matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)) long[key] = value;
      continue;
    }
    const prefix = text(345, 155);
    const name = `/${(long.path ?? (prefix ? `${prefix}/${text(0, 100)}` : text(0, 100))).replace(/^\.?\//, "").replace(/\/$/, "")}`;
    const target = long.linkpath ?? text(157, 100);
    const kind = kinds[type] ?? `type ${type}`;
    const owner = `${long.uid ?? number(108, 8)}:${long.gid ?? number(116, 8)}`;
    const mode = (number(100, 8) & 0o7777).toString(8);
    // Passwords are salted, and the day of the last change is beside them.
    const varies = name === "/etc/shadow";
    const body = type === "1" ? (files[`/${target.replace(/^\.?\//, "")}`] ?? target) : undefined;
    const hash = varies ? "" : kind === "file" ? createHash("sha256").update(content).digest("hex").slice(0, 16) : target;
    files[name] = body ?? `${kind} ${mode} ${owner} ${size} ${hash}`;
    long = {};
  }
  closeSync(file);
  return files;
}

/** What differs between any two builds of the same Dockerfile: logs, and caches with times in them. */
const restless = [
  /^\/var\/log\//,
  /^\/var\/cache\/ldconfig\/aux-cache$/,
  /^\/var\/cache\/debconf\/.*-old$/,
  /^\/var\/lib\/dpkg\/.*-old$/,
  /^\/etc\/[^/]+-$/,
  /\.pyc$/,
  // In the context, and so in the image after `COPY . .`: that a fix changes it is no difference.
  /\/Dockerfile$/,
  /^\/\.dockerenv$|^\/etc\/(hosts|hostname|resolv\.conf|mtab)$|^\/(dev|proc|sys)(\/|$)/,
];

/** Paths that differ, each with what is before and after; without the restless ones and those that `isCruft` names. */
export function differences(before, after, isCruft = () => false) {
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort();
  const files = paths
    .filter((path) => before.files[path] !== after.files[path] && !restless.some((pattern) => pattern.test(path)) && !isCruft(path))
    .map((path) => `${path}: ${before.files[path] ?? "absent"} → ${after.files[path] ?? "absent"}`);
  const config = settings
    .filter((name) => JSON.stringify(before.config[name]) !== JSON.stringify(after.config[name]))
    .map((name) => `${name}: ${JSON.stringify(before.config[name])} → ${JSON.stringify(after.config[name])}`);
  return [...files, ...config];
}

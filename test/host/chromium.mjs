// A Chromium to drive: the machine's own, else Debian's (as root), else the one that @sparticuz/chromium carries inside its npm package.
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const packaged = "153.0.0";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of a Chromium. Throws where there is none and none can be installed. */
export async function installChromium(cache, npm) {
  const own = process.env.BALLAST_CHROMIUM;
  if (own) {
    if (!existsSync(own)) throw new Error(`BALLAST_CHROMIUM is ${own}, and no such file exists`);
    return own;
  }
  const found = places.find((path) => existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && installWithApt()) return "/usr/bin/chromium";
  if (process.platform === "linux" && process.arch === "x64") return unpack(join(cache, `chromium-${packaged}`), npm);
  throw new Error("no Chromium or Chrome was found");
}

function installWithApt() {
  console.log("Installing Debian's chromium …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { env, stdio: ["ignore", 2, 2] }).status === 0;
  // Ubuntu's package of that name only installs a snap, which cannot run here: then nothing lies at the path.
  return apt("update", "-qq") && apt("install", "-y", "-qq", "--no-install-recommends", "chromium") && existsSync("/usr/bin/chromium");
}

async function unpack(dir, npm) {
  const start = join(dir, "chromium.sh");
  if (existsSync(start)) return start;
  console.log(`Unpacking @sparticuz/chromium ${packaged} …`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, "npm"), { recursive: true });
  npm(
    [
      "install",
      "--prefix",
      join(dir, "npm"),
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      `@sparticuz/chromium@${packaged}`,
    ],
    dir,
  );
  const bin = join(dir, "npm", "node_modules", "@sparticuz", "chromium", "bin");
  const expand = (name, to, mode) =>
    pipeline(createReadStream(join(bin, name)), createBrotliDecompress(), createWriteStream(join(dir, to), { mode }));
  await expand("chromium.br", "chromium", 0o755);
  for (const part of ["al2023", "fonts", "swiftshader"]) {
    await expand(`${part}.tar.br`, `${part}.tar`, 0o644);
    if (spawnSync("tar", ["-xf", `${part}.tar`], { cwd: dir }).status !== 0) throw new Error(`${part}.tar could not be unpacked`);
    rmSync(join(dir, `${part}.tar`));
  }
  rmSync(join(dir, "npm"), { recursive: true });
  const fonts = join(dir, "fonts.conf"); // written for AWS Lambda's folders
  const folders = `<fontconfig><dir>${join(dir, "fonts")}</dir><dir>/usr/share/fonts</dir>`;
  const text = readFileSync(fonts, "utf8")
    .replace(/<dir>[^<]*<\/dir>/g, "")
    .replace("<fontconfig>", folders);
  writeFileSync(fonts, text.replace("/tmp/fonts-cache/", join(dir, "fonts-cache")));
  // Its own libraries come first, so that nothing needs to be installed on the machine. Written last: it says that all is there.
  const script = [
    "#!/bin/sh",
    `d=${JSON.stringify(dir)}`,
    `export FONTCONFIG_FILE="$d/fonts.conf" LD_LIBRARY_PATH="$d/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    'exec "$d/chromium" "$@"',
    "",
  ];
  writeFileSync(start, script.join("\n"), { mode: 0o755 });
  return start;
}

// The engine that builds: the user's own Docker where it counts the bytes of files, else a private one that lives for this run only.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aptMirrors, privateApt } from "./apt.mjs";
import { cacheDir, cachePath, has, Missing, run, tool, writeWhole } from "./tools.mjs";

/** Storage drivers whose history shows the sum of the file sizes of a layer; the containerd store counts blocks instead. */
const countsFiles = new Set(["overlay2", "fuse-overlayfs", "vfs", "btrfs", "zfs"]);

/** From Debian 13; they need libc 2.34 and so run on Debian 12 and Ubuntu 22.04 too. 26.1 has heredocs and COPY --link. */
const packages = ["docker.io", "docker-cli", "docker-buildx", "containerd"];
const suite = "trixie";
/** Of the host itself: runc runs the containers, dockerd looks for iptables. */
const hostTools = { runc: "runc", iptables: "iptables", curl: "curl" };

export const howToGetOne =
  "no engine for real builds: start an amd64 Docker with the overlay2 store (then DOCKER_HOST, or a docker in PATH that answers), " +
  "or run as root on Debian or Ubuntu, where a private one is installed under the cache folder";

/**
 * Where images can be built, found without starting anything: { version, open() }. `open` gives
 * { build, docker, close }, and starts the private daemon where that is the engine.
 */
export function findEngine() {
  const own = process.env.BALLAST_ENGINE === "private" ? undefined : runningDocker();
  if (own) return own;
  if (process.platform !== "linux" || process.getuid() !== 0 || !has("apt-get")) throw new Missing(howToGetOne);
  const folder = join(cacheDir, `docker-${suite}`);
  const dockerd = join(folder, "usr/sbin/dockerd");
  if (!existsSync(dockerd)) unpackDocker(folder);
  const version = tool(dockerd, ["--version"]).match(/version ([\d.]+)/)[1];
  return { version: `dockerd ${version} BuildKit overlay2`, private: true, open: () => startPrivate(folder) };
}

function runningDocker() {
  try {
    const [version, driver, machine] = tool("docker", ["info", "--format", "{{.ServerVersion}} {{.Driver}} {{.Architecture}}"])
      .trim()
      .split(" ");
    if (!countsFiles.has(driver) || machine !== "x86_64") return undefined;
    const tools = client("docker", process.env);
    const pull = (name, as) => {
      tools.docker("pull", "--platform", "linux/amd64", name);
      tools.docker("tag", name, as);
      return tools.docker("image", "inspect", "--format", "{{.Id}}", as).trim();
    };
    return {
      version: `dockerd ${version} BuildKit ${driver}`,
      private: false,
      pull,
      open: async () => ({ ...tools, close: async () => {} }),
    };
  } catch {
    return undefined;
  }
}

function client(command, env) {
  const options = { env: { ...env, DOCKER_BUILDKIT: "1", BUILDKIT_PROGRESS: "plain" } };
  return {
    docker: (...args) => tool(command, args, options),
    /** Resolves to { code, output }: a build that fails is a result, not an exception. */
    build: (args) => run(command, ["build", ...args], options),
    spawn: (args, stdio) => spawn(command, args, { ...options, stdio }),
  };
}

/** Unpacked, not installed: no service starts, nothing of the host changes but the small tools below. */
function unpackDocker(folder) {
  const missing = Object.keys(hostTools).filter((name) => !existsSync(`/usr/bin/${name}`) && !existsSync(`/usr/sbin/${name}`));
  if (missing.length > 0) tool("apt-get", ["install", "-y", "--no-install-recommends", ...missing.map((name) => hostTools[name])]);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const { main } = aptMirrors();
  for (const deb of privateApt(part, `${main} ${suite} main`, packages)) tool("dpkg-deb", ["-x", deb, part]);
  rmSync(join(part, "debs"), { recursive: true });
  mkdirSync(join(part, "config/cli-plugins"), { recursive: true });
  tool("cp", [join(part, "usr/libexec/docker/cli-plugins/docker-buildx"), join(part, "config/cli-plugins/")]);
  rmSync(folder, { recursive: true, force: true });
  tool("mv", [part, folder]);
}

async function startPrivate(folder) {
  const home = cachePath("engine", "data");
  const pidFile = cachePath("engine", "docker.pid");
  endLeftOver(pidFile, home);
  const run = cachePath("engine", "run");
  const socket = socketPath(run);
  const env = { ...process.env, PATH: `${folder}/usr/bin:${folder}/usr/sbin:${process.env.PATH}:/usr/sbin:/sbin` };
  // No bridge and no rules in the host's firewall: every build runs with --network host.
  const flags = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"];
  const where = ["--data-root", home, "--exec-root", run, "--pidfile", pidFile, "-H", `unix://${socket}`];
  const daemon = spawn(`${folder}/usr/sbin/dockerd`, [...where, "--storage-driver", "overlay2", ...flags], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log = createWriteStream(cachePath("engine", "dockerd.log"));
  daemon.stderr.pipe(log);
  await new Promise((resolve, reject) => {
    let said = "";
    daemon.stderr.on("data", (data) => {
      said = (said + data).slice(-4000);
      if (said.includes("API listen on")) resolve();
    });
    daemon.on("error", reject);
    daemon.on("exit", (code) => reject(new Error(`dockerd ended with ${code}:\n${said.split("\n").slice(-6).join("\n")}`)));
  });
  const ended = new Promise((resolve) => daemon.on("exit", resolve));
  const end = () => daemon.kill("SIGTERM");
  process.once("exit", end);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => {
      console.error(`ended by ${signal}`);
      process.exit(1);
    });
  const tools = client(`${folder}/usr/bin/docker`, { ...env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: `${folder}/config` });
  return {
    ...tools,
    close: async () => {
      process.removeListener("exit", end);
      // What the next run needs is in the cache folder; the layers of these builds would only fill the disk.
      tools.docker("builder", "prune", "--all", "--force");
      end();
      await ended;
    },
  };
}

/** A socket's path may have 107 characters (sun_path): a deep cache folder gets its socket in the temporary folder. */
function socketPath(run) {
  const near = join(run, "docker.sock");
  mkdirSync(run, { recursive: true });
  return near.length < 100 ? near : `/tmp/ballast-${process.pid}.sock`;
}

/** A run that was killed leaves its daemon behind; it is ours when it works on our data folder. Another run that is alive keeps it. */
function endLeftOver(pidFile, home) {
  const owner = cachePath("engine", "owner.pid");
  const alive = (file, words) => {
    try {
      const pid = Number(readFileSync(file, "utf8"));
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return words.every((word) => line.includes(word)) && pid !== process.pid ? pid : undefined;
    } catch {
      return undefined;
    }
  };
  const other = alive(owner, ["node", "test/builds"]);
  if (other) throw new Missing(`another run of the real builds uses the engine (process ${other})`);
  const daemon = alive(pidFile, ["dockerd", home]);
  if (daemon) {
    process.kill(daemon, "SIGTERM");
    tool("tail", [`--pid=${daemon}`, "-f", "/dev/null"], { timeout: 30_000 });
  }
  writeWhole(owner, String(process.pid));
}

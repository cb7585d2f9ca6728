import { partsOfName } from "../image/base.ts";
import type { Content } from "../image/content.ts";
import { type FolderNode, find, unfold } from "../image/files.ts";
import type { State, Step } from "../image/model.ts";
import { components, isWithin } from "../image/paths.ts";

/** Folders that an image in the standard layout fills. Its other folders hold nothing: /app, /opt, /srv, /mnt, /media, /tmp … */
const filled = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/proc",
  "/usr",
  "/var",
];
/** Below those: empty in every official image, where caches would lie. */
const emptied = [
  "/var/lib/apt/lists",
  "/var/cache/apt/archives",
  "/var/cache/apk",
  "/var/tmp",
  "/root/.cache",
  "/root/.npm",
  "/usr/src",
  "/var/cache/dnf",
  "/var/cache/yum",
];
/** What the standard layout has below /var (the folders of Debian's images); other folders there (/var/www) an operating system's image lacks. */
const ofVar = new Set(["backups", "cache", "db", "empty", "lib", "local", "lock", "log", "mail", "opt", "run", "spool", "tmp"]);
/**
 * What Debian's images have in some folders: the union of bullseye, bookworm and trixie, slim and not, listed from images made as they are
 * (test/builds/lib/bases.mjs), with what Docker mounts there and what buster and stretch had. /etc/app and its like are nobody's but the file's own.
 */
const ofDebian: readonly (readonly [folder: string, names: ReadonlySet<string>])[] = Object.entries({
  "/etc":
    ".pwd.lock adduser.conf alternatives apt bash.bashrc bindresvport.blacklist cron.d cron.daily cron.hourly cron.monthly cron.weekly " +
    "crontab debconf.conf debian_version default deluser.conf dpkg e2scrub.conf environment fstab gai.conf group group- gshadow gshadow- " +
    "gss host.conf hostname hosts init init.d inputrc issue issue.net kernel ld.so.cache ld.so.conf ld.so.conf.d libaudit.conf locale.alias " +
    "localtime login.defs logrotate.d machine-id mke2fs.conf motd mtab netconfig nsswitch.conf opt os-release pam.conf pam.d passwd " +
    "passwd- profile profile.d rc0.d rc1.d rc2.d rc3.d rc4.d rc5.d rc6.d rcS.d resolv.conf rmt securetty security selinux shadow shadow- " +
    "shells skel staff-group-for-usr-local subgid subgid- subuid subuid- sysctl.conf sysctl.d systemd terminfo timezone udev " +
    "update-motd.d xattr.conf",
  "/var/lib": "apt dpkg initscripts insserv misc pam shells.state systemd ucf urandom",
  "/var/log": "alternatives.log apt bootstrap.log btmp dpkg.log faillog fsck lastlog wtmp",
  "/var/cache": "adduser apt debconf ldconfig",
  "/var/spool": "cron mail",
  "/run": "lock",
  "/var/run": "lock",
}).map(([folder, names]) => [folder, new Set(names.split(" "))]);
const operatingSystems = new Set([
  "debian",
  "ubuntu",
  "alpine",
  "fedora",
  "centos",
  "rockylinux",
  "almalinux",
  "amazonlinux",
  "oraclelinux",
  "photon",
  "busybox",
]);

/** Whether the base image may hold something at or below this path: then what touches it stores an unknown amount. */
export function baseMayHold(state: State, path: string): boolean {
  const { base } = state;
  if (!base) return false;
  if (!base.standardLayout) return !emptied.some((folder) => isWithin(path, folder));
  if (path === "/") return true;
  if (emptied.some((folder) => isWithin(path, folder))) return false;
  const { image } = partsOfName(base.name);
  const os = operatingSystems.has(image);
  const [top, second] = components(path);
  if (os && top === "var" && second !== undefined && !ofVar.has(second)) return false;
  // Folders only (Filesystem Hierarchy Standard 3.0, "/usr/local : Local hierarchy").
  if (os && isWithin(path, "/usr/local")) return false;
  if (image === "debian" && ofDebian.some(([folder, names]) => isBeside(path, folder, names))) return false;
  if (filled.some((folder) => isWithin(path, folder))) return true;
  return !os && ["/opt", "/home", "/go", "/usr"].some((folder) => isWithin(path, folder));
}

/** Below a folder, at or in something that has none of these names. */
const isBeside = (path: string, folder: string, names: ReadonlySet<string>): boolean =>
  path !== folder && isWithin(path, folder) && !names.has(components(path.slice(folder.length))[0] ?? "");

/** Folders of the standard layout that are there and empty (Filesystem Hierarchy Standard 3.0, chapter 3), beside those above. */
const emptyFolders = new Set(["/home", "/media", "/mnt", "/opt", "/srv", "/tmp", ...emptied]);

/** Whether the base may have a folder there, though nothing in it. */
export const mayBeFolderOfBase = ({ base }: State, path: string): boolean => base !== undefined && emptyFolders.has(path);

/** Where packages put files; in /opt those of vendors alone. */
const packaged = ["/bin", "/etc", "/lib", "/lib64", "/opt", "/sbin", "/usr", "/var", "/boot", "/run"];

export const isPackaged = (path: string): boolean => packaged.some((folder) => isWithin(path, folder));

/**
 * Whether content without names (an unknown command's, a package's) may lie at or below this path though the tree does not show it. With `below`
 * only that of lower layers counts.
 */
export function contentMayHold(state: State, path: string, below = Number.POSITIVE_INFINITY): boolean {
  if (state.unknownWrites) return true;
  let node: FolderNode = state.root;
  const parts = components(path);
  for (let i = 0; ; i++) {
    if (node.content.since < below && reaches(node.content, path) && !(i === 2 && isBesideLogs(node.content, path))) return true;
    const part = parts[i];
    const next = part === undefined ? undefined : unfold(node).children.get(part);
    if (part === undefined || next?.type !== "folder") return false;
    if (i === parts.length - 1) return false;
    node = next;
  }
}

/** What apt, dpkg and update-alternatives log has these names. */
const logs = new Set(["apt", "dpkg.log", "alternatives.log"]);
const isBesideLogs = (content: Content, path: string): boolean =>
  isBeside(path, "/var/log", logs) && !content.some(({ kind }) => kind !== "metadata");

const reaches = ({ packages, strangers, others }: Content, path: string): boolean =>
  others > 0 || (packages > 0 && (path === "/" || isPackaged(path)) && (strangers > 0 || !isBarred(path)));

/**
 * Where no package of a distribution itself may have a file: Debian Policy 9.1 and 9.1.4, Lintian's dir-or-file-in-opt and dir-or-file-in-var-www,
 * abuild's postcheck. Beside the sources of kernels, of modules (NAME-VERSION) and of two test frameworks, /usr/src is the administrator's.
 */
const isBarred = (path: string): boolean =>
  ["/usr/local", "/opt", "/run", "/var/log", "/var/run"].some((folder) => isWithin(path, folder)) ||
  /^\/var\/www\/(?!html(?:\/|$))/.test(path) ||
  /^\/usr\/src\/(?!linux|[^/]*-\d|g(?:oogle)?(?:test|mock)(?:\/|$))/.test(path);

/** An image without a shell, to which none was copied as far as one can see: shell form does not work there. */
export function lacksShell(state: State): boolean {
  const { base, root, shell } = state;
  const [program = "/bin/sh"] = shell;
  return (base === undefined || base.shellLess === true) && find(root, program, true) === undefined && !contentMayHold(state, program);
}

/** Whether the tree says all there is at a path. */
export const isKnown = (state: State, path: string): boolean => !baseMayHold(state, path) && !contentMayHold(state, path);

export const isThere = (state: State, path: string): boolean => find(state.root, path) !== undefined;

/** Whether the folder that a step begins in is known: the base's own, or one that a WORKDIR names. */
export const knowsFolder = ({ before: { cwd, base } }: Step): boolean => cwd !== "/" || base === undefined || base.standardLayout === true;

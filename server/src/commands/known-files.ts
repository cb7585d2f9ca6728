import type { State } from "../image/model.ts";
import { type Size, typical } from "../image/size.ts";

// Settings that people add a line to, or change one of: files of Debian's images and packages that are of a size that is known.

/** Bytes on bookworm (files of the images that test/builds makes); bullseye's and trixie's differ by less than 100. */
const ofBase: Readonly<Record<string, number>> = {
  "/root/.bashrc": 571,
  "/root/.profile": 161,
  "/etc/bash.bashrc": 1994,
  "/etc/profile": 769,
  "/etc/environment": 0,
  "/etc/skel/.bashrc": 3526,
  "/etc/apt/sources.list.d/debian.sources": 312,
  "/etc/ld.so.conf": 34,
  "/etc/nsswitch.conf": 494,
  "/etc/pam.d/login": 4126,
  "/etc/pam.d/su": 2259,
  "/etc/security/limits.conf": 2752,
};

/** Of what a package has in /etc, as bookworm's is. */
const ofPackages: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  "/etc/sudoers": ["sudo", 1714],
  "/etc/ssh/sshd_config": ["openssh-server", 3223],
  "/etc/pam.d/sshd": ["openssh-server", 2133],
  "/etc/ssh/ssh_config": ["openssh-client", 1650],
  "/etc/locale.gen": ["locales", 9431],
  "/etc/crontab": ["cron", 1042],
  "/etc/pam.d/cron": ["cron", 606],
  "/etc/rsyslog.conf": ["rsyslog", 1430],
  "/etc/fuse.conf": ["fuse", 280],
  "/etc/ssl/openssl.cnf": ["openssl", 12_332],
  "/etc/nginx/nginx.conf": ["nginx-common", 1446],
  "/etc/nginx/sites-available/default": ["nginx-common", 2412],
  "/etc/apache2/apache2.conf": ["apache2", 7178],
  "/etc/apache2/ports.conf": ["apache2", 274],
  "/etc/apache2/envvars": ["apache2", 1782],
  "/etc/apache2/sites-available/000-default.conf": ["apache2", 1286],
  "/etc/redis/redis.conf": ["redis-server", 106_604],
  "/etc/supervisor/supervisord.conf": ["supervisor", 1178],
  "/etc/ImageMagick-6/policy.xml": ["imagemagick-6-common", 4661],
  "/etc/vsftpd.conf": ["vsftpd", 5850],
};

/**
 * How big a file is that is there though the tree does not show it. `counted`: its package came with this layer, which holds it already; a change
 * adds nothing.
 */
export function knownFile({ base, root }: State, path: string, layer: number): { size: Size; counted: boolean } | undefined {
  if (base?.os?.id !== "debian") return undefined;
  if (Object.hasOwn(ofBase, path)) return { size: typical(ofBase[path] ?? 0), counted: false };
  const [name, bytes] = (Object.hasOwn(ofPackages, path) && ofPackages[path]) || [];
  const held = name === undefined ? undefined : root.content.newest(`deb:${name}`);
  return held && { size: typical(bytes ?? 0), counted: held.layer === layer };
}

/** The time zones, which the images have; on trixie without those of tzdata-legacy. Often an image without packages is given them. */
const timeZones: Readonly<Record<string, number>> = { bookworm: 1_310_470, trixie: 624_201 };

/** How much there is in a folder of which the tree shows nothing. */
export function knownFolder({ base }: State, path: string): Size | undefined {
  const release = base?.os?.id === "debian" ? base.os.release : undefined;
  const bytes =
    path === "/usr/share/zoneinfo" && release !== undefined && Object.hasOwn(timeZones, release) ? timeZones[release] : undefined;
  return bytes === undefined ? undefined : typical(bytes);
}
